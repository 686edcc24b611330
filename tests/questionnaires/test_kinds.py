"""What each kind of item accepts, stores, shows, and yields as data."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import questionnaires
from questionnaires import Answers, Context, Questionnaire, Text
from questionnaires.kinds import KINDS

from .kinds_case import Kind
from .making import CONTEXT, SCALE, answered, codes, loaded, refused, survey
from .more_kinds import MORE, SILENT

LIST = "options: [{value: a, label: {zh: 甲, en: A}}, {value: b, label: {zh: 乙, en: B}}, "
LIST += "{value: o, text: true, label: {zh: 其他, en: Other}}, "
LIST += "{value: none, exclusive: true, label: {zh: 无, en: None}}]"
FILE = {"name": "照片.jpg", "size": 2500, "sha256": "0" * 64}
FINDINGS = {n: Text({"zh": f"问题{n}", "en": f"Problem {n}"}) for n in ("7", "8")}


TABLE: dict[str, Kind] = {
    "scale": Kind(
        "scale: mark",
        accepted=[("3", "3"), ("dk", "dk")],
        refused=[(raw, [("option_unknown", "q")]) for raw in ("4", 3, ["3"], {"value": "3"}, True)],
        shown=("3", "好", "Good"),
        columns={"q": ["3", "2", "1", "dk"]},
        packed=("1", [3]),
        required=("required_choice", "q"),
    ),
    "single_choice": Kind(
        LIST,
        accepted=[
            ("a", "a"),
            ({"value": "a", "text": ""}, "a"),
            ({"value": "o", "text": " 别的\n东西 "}, {"value": "o", "text": "别的 东西"}),
        ],
        refused=[
            ("x", [("option_unknown", "q")]),
            (["a"], [("option_unknown", "q")]),
            ({"value": ["a"]}, [("option_unknown", "q")]),
            ({"value": "a", "text": "left over"}, [("option_text_unasked", "q")]),
            ({"value": "a", "note": "x"}, [("value_shape", "q")]),
            ("o", [("option_text_missing", "q.o")]),
            ({"value": "o", "text": " "}, [("option_text_missing", "q.o")]),
            ({"value": "o", "text": 5}, [("value_shape", "q.o")]),
            ({"value": "o", "text": "字" * 201}, [("text_too_long", "q.o")]),
        ],
        shown=({"value": "o", "text": "x"}, "其他：x", "Other: x"),
        columns={"q": ["a", "b", "o", "none"], "q.o.text": []},
        packed=({"value": "o", "text": "x"}, [3]),
        required=("required_choice", "q"),
    ),
    "multiple_choice": Kind(
        f"min_choices: 2, max_choices: 2, {LIST}",
        accepted=[
            (["b", "a"], ["a", "b"]),
            (["a", "a", "b"], ["a", "b"]),
            (["none"], ["none"]),
            (["a", {"value": "o", "text": "x"}], ["a", {"value": "o", "text": "x"}]),
        ],
        refused=[
            (["a"], [("choices_too_few", "q")]),
            (["a", "b", {"value": "o", "text": "x"}], [("choices_too_many", "q")]),
            (["a", "none"], [("choices_exclusive", "q")]),
            (["a", "x"], [("option_unknown", "q")]),
            (["x", "y", None], [("option_unknown", "q")]),
            ("a", [("value_shape", "q")]),
            ({"a": "on"}, [("value_shape", "q")]),
            (["a"] * 100_000, [("value_shape", "q")]),
            (["a", "o"], [("option_text_missing", "q.o")]),
        ],
        shown=(["a", {"value": "o", "text": "x"}], "甲；其他：x", "A; Other: x"),
        columns={
            **{f"q.{value}": ["no", "yes"] for value in ("a", "b", "o", "none")},
            "q.o.text": [],
        },
        packed=(["a", "b"], [2, 2, 1, 1]),
        required=("required_choices", "q"),
    ),
    "ranking": Kind(
        "top: 2, options: [{value: a, label: {zh: 甲, en: A}}, {value: b, label: B}, "
        "{value: c, label: C}]",
        accepted=[
            (["b", "a"], ["b", "a"]),
            (["b"], ["b"]),
            (["b", "", ""], ["b"]),
            (["b", None], ["b"]),
        ],
        refused=[
            (["a", "a"], [("ranking_duplicate", "q")]),
            (["", "a"], [("ranking_gap", "q")]),
            (["a", "b", "c"], [("option_unknown", "q")]),
            (["x"], [("option_unknown", "q")]),
            ([1], [("value_shape", "q")]),
            ([["a"]], [("value_shape", "q")]),
            ("a", [("value_shape", "q")]),
            (["a"] * 100_000, [("value_shape", "q")]),
        ],
        shown=(["a", "b"], "1. 甲  2. B", "1. A  2. B"),
        columns={f"q.{value}": ["1", "2", "unranked"] for value in "abc"},
        packed=(["c", "a"], [2, 3, 1]),
        required=("required_ranking", "q"),
    ),
    "matrix": Kind(
        "scale: mark, rows: [{value: r.1, label: {zh: 甲, en: A}}, {value: r2, label: B}]",
        accepted=[
            ({"r.1": "3", "r2": "dk"}, {"r.1": "3", "r2": "dk"}),
            ({"r2": "3", "r.1": ""}, {"r2": "3"}),
        ],
        refused=[
            ({"r.1": "4"}, [("option_unknown", "q.r.1")]),
            ({"r.1": ["3"]}, [("option_unknown", "q.r.1")]),
            ({"r.1": {"a": 1}}, [("option_unknown", "q.r.1")]),
            ({"r9": "3"}, [("row_unknown", "q")]),
            ({f"r{n}": "3" for n in range(9, 1000)}, [("row_unknown", "q")]),
            (["3"], [("value_shape", "q")]),
            ("3", [("value_shape", "q")]),
        ],
        shown=({"r.1": "3", "r2": "dk"}, "甲：好\nB：不了解", "A: Good\nB: Don't know"),
        columns={"q.r.1": ["3", "2", "1", "dk"], "q.r2": ["3", "2", "1", "dk"]},
        packed=({"r2": "1"}, [0, 3]),
        required=("required_rows", "q.r.1"),
    ),
    "short_text": Kind(
        "max_characters: 5",
        accepted=[("  五 个\t字\r\n", "五 个 字"), ("12345", "12345"), ("👨‍👩‍👧", "👨‍👩‍👧")],
        refused=[
            ("123456", [("text_too_long", "q")]),
            ("a\x00b", [("text_control_characters", "q")]),
            ("a\ud800", [("text_control_characters", "q")]),
            (5, [("value_shape", "q")]),
            (["a"], [("value_shape", "q")]),
            ({"a": 1}, [("value_shape", "q")]),
            ("x" * 1_000_000, [("text_too_long", "q")]),
        ],
        shown=("x", "x", "x"),
    ),
    "long_text": Kind(
        "max_characters: 5",
        accepted=[(" 一\r\n二\r三 ", "一\n二\n三")],
        refused=[("123456", [("text_too_long", "q")]), (5, [("value_shape", "q")])],
        shown=("一\n二", "一\n二", "一\n二"),
    ),
    "integer": Kind(
        "min: -2, max: 20",
        accepted=[("3", 3), (" ３ ", 3), ("+20", 20), (-2, -2), ("007", 7), (0, 0)],
        refused=[
            (raw, [("number_invalid", "q")])
            for raw in ("3.0", "三", 3.0, float("nan"), True, "1e1", "9" * 5000, 10**400, [3])
        ]
        + [("21", [("number_too_large", "q")]), ("-3", [("number_too_small", "q")])],
        shown=(3, "3", "3"),
    ),
    "date": Kind(
        "hint: H",
        accepted=[
            (raw, "2026-03-05")
            for raw in (
                "2026-03-05",
                "2026/03/05",
                "２０２６-０３-０５",
                "2026-3-5",
                "2026年3月5日",
            )
        ],
        refused=[
            (raw, [("date_invalid", "q")])
            for raw in (
                "2026-02-30",
                "05.03.2026",
                "2026",
                "x" * 100,
                20260305,
                ["2026-03-05"],
                True,
            )
        ],
        shown=("2026-03-05", "2026年3月5日", "5 March 2026"),
    ),
    "date_time": Kind(
        "hint: H",
        accepted=[
            (raw, "2026-03-05T09:30")
            for raw in (
                "2026-03-05T09:30",
                "2026-03-05 09:30",
                "2026/3/5 9:30",
                "2026-03-05T09:30:59",
            )
        ],
        refused=[
            (raw, [("date_time_invalid", "q")])
            for raw in ("2026-03-05", "2026-03-05 25:00", "2026-03-05T09:30+08:00", 5)
        ],
        shown=("2026-03-05T09:30", "2026年3月5日 09:30", "5 March 2026 09:30"),
    ),
    "unit": Kind(
        "hint: H",
        accepted=[("a", "a")],
        refused=[(raw, [("unit_unknown", "q")]) for raw in ("z", 1, ["a"])],
        shown=("a", "a镇", "Town a"),
        required=("required_choice", "q"),
    ),
    "person": Kind(
        "hint: H",
        accepted=[("p1", "p1")],
        refused=[(raw, [("person_unknown", "q")]) for raw in ("Zhang San", {"p1": 1})],
        shown=("p1", "张三", "Zhang San"),
        required=("required_choice", "q"),
    ),
    "file": Kind(
        "max_megabytes: 1",
        accepted=[(FILE, FILE)],
        refused=[
            ("照片.jpg", [("value_shape", "q")]),
            ({**FILE, "more": 1}, [("value_shape", "q")]),
            ({**FILE, "size": True}, [("value_shape", "q")]),
            ({**FILE, "size": -1}, [("value_shape", "q")]),
            ({**FILE, "name": " "}, [("value_shape", "q")]),
            ({**FILE, "name": 5}, [("value_shape", "q")]),
            ({**FILE, "sha256": "x" * 64}, [("value_shape", "q")]),
            ({**FILE, "size": 1_000_001}, [("file_too_big", "q")]),
        ],
        shown=(FILE, "照片.jpg (2 kB)", "照片.jpg (2 kB)"),
        required=("required_file", "q"),
    ),
    "signature": Kind(
        "min_signatures: 2",
        accepted=[
            ("张三\r\n李四\n", ["张三", "李四"]),
            (["张三", None, " 李  四 "], ["张三", "李 四"]),
        ],
        refused=[
            ("张三", [("signatures_too_few", "q")]),
            ("张三\n张三", [("signatures_too_few", "q")]),
            (["张三", 5], [("value_shape", "q")]),
            (5, [("value_shape", "q")]),
            ("\n".join(map(str, range(101))), [("entries_too_many", "q")]),
        ],
        shown=(["张三", "李四"], "张三、李四", "张三, 李四"),
    ),
    "topic": Kind(
        "scale: mark, max_characters: 5",
        accepted=[
            ({"note": " 谈过 ", "concern": "3"}, {"note": "谈过", "concern": "3"}),
            ({"note": "谈过"}, {"note": "谈过"}),
            ({"note": "", "concern": "dk"}, {"concern": "dk"}),
        ],
        refused=[
            ({"concern": "9"}, [("option_unknown", "q.concern")]),
            ({"concern": ["3"]}, [("option_unknown", "q.concern")]),
            ({"note": "123456"}, [("text_too_long", "q.note")]),
            ({"note": ["x"]}, [("value_shape", "q.note")]),
            ({"other": "x"}, [("value_shape", "q")]),
            ("3", [("value_shape", "q")]),
        ],
        shown=({"note": "谈过", "concern": "3"}, "好\n谈过", "Good\n谈过"),
        columns={"q.concern": ["3", "2", "1", "dk"], "q.note": []},
        packed=({"note": "谈过", "concern": "1"}, [3]),
        required=("required_coding", "q.concern"),
    ),
    "carried_findings": Kind(
        "max_characters: 5",
        accepted=[({"7": " 已办 ", "8": ""}, {"7": "已办"})],
        refused=[
            ({"9": "x"}, [("row_unknown", "q")]),
            ({"7": "123456"}, [("text_too_long", "q.7")]),
            ({"7": ["x"]}, [("value_shape", "q.7")]),
            ("x", [("value_shape", "q")]),
        ],
        shown=({"7": "已办"}, "7  已办", "7  已办"),
        required=("required_text", "q.7"),
    ),
}
TABLE |= MORE | SILENT
ASKED = [kind for kind in TABLE if kind not in SILENT]
AROUND = Context(CONTEXT.units, CONTEXT.people, FINDINGS)
CASES = [(kind, raw, stored) for kind, case in TABLE.items() for raw, stored in case.accepted]
REFUSALS = [(kind, raw, why) for kind, case in TABLE.items() for raw, why in case.refused]


@cache
def one(kind: str, more: str = "") -> Questionnaire:
    return loaded(f"- {{id: q, kind: {kind}, label: L, {TABLE[kind].settings}{more}}}", SCALE)


def names(cases: list[Any]) -> list[str]:
    return [f"{case[0]}-{str(case[1])[:20]}" for case in cases]


def test_every_kind_is_in_the_table() -> None:
    assert TABLE.keys() == KINDS.keys()


@pytest.mark.parametrize(("kind", "raw", "stored"), CASES, ids=names(CASES))
def test_an_accepted_value_is_stored_in_one_spelling(kind: str, raw: Any, stored: Any) -> None:
    questionnaire = one(kind)
    assert answered(questionnaire, {"q": raw}, AROUND) == {"q": stored}
    assert answered(questionnaire, {"q": stored}, AROUND) == {"q": stored}


@pytest.mark.parametrize(("kind", "raw", "why"), REFUSALS, ids=names(REFUSALS))
def test_a_refused_value_is_told_at_its_field(
    kind: str, raw: Any, why: list[tuple[str, str]]
) -> None:
    questionnaire = one(kind)
    assert refused(questionnaire, {"q": raw}, AROUND) == why
    for problem in questionnaires.check(questionnaire, {"q": raw}, AROUND).problems:
        assert problem.message("zh")
        assert problem.message("en")


@pytest.mark.parametrize("kind", ASKED)
def test_a_required_item_is_demanded_and_an_optional_one_is_not(kind: str) -> None:
    assert answered(one(kind), {}, AROUND) == {}
    required = one(kind, ", required: true")
    for blank in ({}, {"q": None}, {"q": ""}, {"q": "  "}, {"q": []}):
        assert refused(required, blank, AROUND)[0] == TABLE[kind].required


@pytest.mark.parametrize("kind", TABLE)
def test_an_answer_is_shown_in_the_readers_language(kind: str) -> None:
    questionnaire = one(kind)
    value, zh, en = TABLE[kind].shown
    around = questionnaire.surroundings(AROUND)
    (item,) = questionnaire.items
    assert item.show(value, around, "zh") == zh
    assert item.show(value, around, "en") == en


@pytest.mark.parametrize("kind", TABLE)
def test_a_kind_yields_its_columns_and_packs_one_byte_for_each_closed_one(kind: str) -> None:
    questionnaire = one(kind)
    book = questionnaires.codebook(questionnaire)
    columns = {v.name: [c.value for c in v.categories] for v in book.variables}
    assert columns == TABLE[kind].columns
    value, packed = TABLE[kind].packed
    values = {} if value is None else {"q": value}
    assert book.pack(Answers(values)) == bytes(packed)
    assert book.pack(Answers({})) == bytes(len(book.closed))
    codes = [c.code for v in book.closed for c in v.categories]
    assert all(1 <= code <= 254 for code in codes)


@pytest.mark.parametrize("kind", TABLE)
def test_what_is_accepted_can_be_packed_and_shown(kind: str) -> None:
    questionnaire = one(kind)
    book = questionnaires.codebook(questionnaire)
    for _, stored in TABLE[kind].accepted:
        assert len(book.pack(Answers({"q": stored}))) == len(book.closed)
        shown = questionnaire.items[0].show(stored, questionnaire.surroundings(AROUND), "zh")
        assert shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["value", "text", "note", "concern", "name", "size", "sha256", "r2", "7"]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", ASKED)
@settings(max_examples=60)
@given(raw=JSON)
def test_no_raw_value_is_too_hostile_for_a_kind(kind: str, raw: Any) -> None:
    for more in ("", ", required: true"):
        questionnaire = one(kind, more)
        outcome = questionnaires.check(questionnaire, {"q": raw}, AROUND)
        if outcome.answers is not None:
            again = questionnaires.check(questionnaire, outcome.answers.values, AROUND)
            assert again == outcome
            outcome.answers.to_json().encode()


def test_without_a_list_of_units_or_people_the_name_is_typed() -> None:
    for kind in ("unit", "person"):
        assert answered(one(kind), {"q": " 青 山\n镇 "}, Context()) == {"q": "青 山 镇"}
        assert refused(one(kind), {"q": "字" * 101}, Context()) == [("text_too_long", "q")]


def test_the_own_unit_is_left_out_of_a_table_of_units() -> None:
    rows = "rows_from_units: true, except_own_unit: true"
    questionnaire = loaded(f"- {{id: q, kind: matrix, label: L, scale: mark, {rows}}}", SCALE)
    at_home = Context(units=CONTEXT.units, own_unit="a")
    assert refused(questionnaire, {"q": {"a": "3"}}, at_home) == [("row_unknown", "q")]
    assert answered(questionnaire, {"q": {"b": "3"}}, at_home) == {"q": {"b": "3"}}
    assert questionnaires.codebook(questionnaire).variables == ()


def test_a_category_knows_its_score_and_whether_it_is_negative_or_missing() -> None:
    (variable,) = questionnaires.codebook(one("scale")).closed
    assert [(c.code, c.score, c.negative, c.missing) for c in variable.categories] == [
        (1, 3, False, False),
        (2, 2, False, False),
        (3, 1, True, False),
        (4, None, False, True),
    ]
    assert variable.scored
    assert variable.rated


def test_the_codebook_words_the_terms() -> None:
    item = "- {id: q, kind: short_text, label: '{unit}?'}"
    book = questionnaires.codebook(loaded(item, "terms: {unit: {text: {zh: 本镇, en: us}}}\n"))
    assert book.variables[0].label.get("zh") == "本镇?"


def test_items_of_a_repeated_section_yield_no_columns() -> None:
    source = "id: a\ntitle: T\nsections:\n"
    source += "- {id: p, title: P, repeat: {}, items: [{id: x, kind: scale, scale: s, label: L}]}\n"
    source += "scales: {s: [{value: 1, label: A}, {value: 2, label: B}]}\n"
    assert questionnaires.codebook(questionnaires.load(source)).variables == ()
    other = source.replace("repeat: {}, ", "")
    assert len(questionnaires.codebook(questionnaires.load(other)).closed) == 1


def test_a_calculated_value_is_worked_out_and_stored() -> None:
    questionnaire = loaded(
        """
        - {id: late, kind: calculated, label: L, calculate: "${sum} > 10"}
        - {id: sum, kind: calculated, label: L, calculate: "${a} + ${b}"}
        - {id: a, kind: integer, label: L}
        - {id: b, kind: integer, label: L}
        - {id: why, kind: short_text, label: L, relevant: "${late}"}
        """
    )
    assert answered(questionnaire, {"a": "7", "b": "8", "why": "rain"}) == {
        "a": 7,
        "b": 8,
        "sum": 15,
        "late": True,
        "why": "rain",
    }
    assert answered(questionnaire, {"a": "1", "b": "2", "why": "rain"}) == {
        "a": 1,
        "b": 2,
        "sum": 3,
        "late": False,
    }
    assert answered(questionnaire, {"a": "7"}) == {"a": 7, "late": False}, "nothing to add up"


def test_a_calculation_in_a_circle_is_refused() -> None:
    items = "- {id: a, kind: calculated, label: L, calculate: '${b}'}\n"
    items += "- {id: b, kind: calculated, label: L, calculate: '${a}'}"
    assert "reference_cycle" in codes(survey(items))


def test_a_hidden_value_is_stored_when_it_is_visible() -> None:
    items = "- {id: h, kind: hidden, label: L, value: pilot, relevant: \"${a} = '1'\"}\n"
    items += "- {id: a, kind: short_text, label: L}"
    questionnaire = loaded(items)
    assert answered(questionnaire, {"a": "1"}) == {"a": "1", "h": "pilot"}
    assert answered(questionnaire, {"a": "2"}) == {"a": "2"}


def test_a_note_is_never_demanded_and_has_no_number() -> None:
    questionnaire = loaded(
        """
        - {id: n, kind: note, label: L}
        - {id: a, kind: short_text, label: L}
        """
    )
    assert answered(questionnaire, {}) == {}
    assert questionnaire.numbers == {"a": 1}
