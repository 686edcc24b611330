"""What conditions see of each kind of answer, and that nothing given is dropped in silence."""

from __future__ import annotations

from typing import Any

import pytest

import questionnaires
from questionnaires import Context, Text

from .making import SCALE, answered, codes, refused, survey

ROWS = "rows: [{value: r1, label: R}, {value: r2, label: S}]"
AB = "[{value: a, label: A}, {value: b, label: B}]"
OPTIONS = f"options: {AB}"
FILE = {"name": "plan.pdf", "size": 10, "sha256": "0" * 64}
#: kind -> settings, an answer, what a condition sees of it.
SEEN: dict[str, tuple[str, Any, str]] = {
    "constant_sum": (f"total: 10, shares: {AB}", {"a": "3", "b": "7"}, "3 7"),
    "location": ("hint: H", {"latitude": "30.25", "longitude": "-0.5"}, "30.25 -0.5"),
    "file": ("hint: H", FILE, "plan.pdf"),
    "photo": ("hint: H", FILE, "plan.pdf"),
    "signature": ("hint: H", ["Ann", "Bob"], "Ann Bob"),
    "matrix": (f"scale: mark, {ROWS}", {"r1": "3", "r2": "1"}, "3 1"),
    "matrix_multiple": (f"options: {AB}, {ROWS}", {"r1": ["a", "b"], "r2": ["b"]}, "a b b"),
    "matrix_number": (ROWS, {"r1": "1.5", "r2": "2"}, "1.5 2"),
    "matrix_text": (ROWS, {"r2": "x"}, "x"),
    "matrix_dual": (
        f"scale: mark, second_scale: mark, first_label: F, second_label: S, {ROWS}",
        {"r1": {"first": "3", "second": "2"}},
        "3 2",
    ),
    "carried_findings": ("hint: H", {"7": "done"}, "done"),
    "time": ("hint: H", "9:05", "09:05"),
}


@pytest.mark.parametrize("kind", SEEN)
def test_conditions_see_every_kind_of_answer(kind: str) -> None:
    settings, given, seen = SEEN[kind]
    items = f"""
    - {{id: q, kind: {kind}, label: L, {settings}}}
    - {{id: see, kind: calculated, label: L, calculate: "concat(${{q}})"}}
    - {{id: has, kind: calculated, label: L, calculate: "${{q}} != ''"}}
    """
    questionnaire = questionnaires.load(survey(items, SCALE))
    context = Context(findings={"7": Text("Old")})
    assert answered(questionnaire, {"q": given}, context)["see"] == seen
    assert answered(questionnaire, {"q": given}, context)["has"] is True
    assert answered(questionnaire, {}, context)["has"] is False


def test_the_parts_of_a_sum_can_be_compared() -> None:
    items = f"- {{id: q, kind: constant_sum, total: 10, shares: {AB}, label: L, %s}}"
    limited = questionnaires.load(survey(items % 'constraint: "max(.) <= 7"'))
    assert answered(limited, {"q": {"a": "3", "b": "7"}})
    assert refused(limited, {"q": {"a": "2", "b": "8"}}) == [("constraint_failed", "q")]
    assert codes(survey(items % 'constraint: ". <= 7"')) == ["expression_doubtful"]


@pytest.mark.parametrize(
    ("kind", "settings", "given", "problem"),
    [
        ("topic", "scale: mark", {"note": 0}, ("value_shape", "q.note")),
        ("topic", "scale: mark", {"concern": 0}, ("option_unknown", "q.concern")),
        ("topic", "scale: mark", {"note": False, "concern": "3"}, ("value_shape", "q.note")),
        ("matrix", f"scale: mark, {ROWS}", {"r1": 0}, ("option_unknown", "q.r1")),
        ("matrix", f"scale: mark, {ROWS}", {"r1": "3", "r2": False}, ("option_unknown", "q.r2")),
        (
            "matrix_dual",
            f"scale: mark, second_scale: mark, first_label: F, second_label: S, {ROWS}",
            {"r1": {"first": "3", "second": 0}},
            ("option_unknown", "q.r1.second"),
        ),
        ("signature", "hint: H", [0], ("value_shape", "q")),
        ("ranking", OPTIONS, [0], ("value_shape", "q")),
        ("carried_findings", "hint: H", {"7": 0}, ("value_shape", "q.7")),
        ("single_choice", OPTIONS, {"value": "a", "text": "x"}, ("option_text_unasked", "q")),
        ("multiple_choice", OPTIONS, [{"value": "a", "more": 1}], ("value_shape", "q")),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_and_not_dropped(
    kind: str, settings: str, given: Any, problem: tuple[str, str]
) -> None:
    item = f"- {{id: q, kind: {kind}, label: L, {settings}}}"
    questionnaire = questionnaires.load(survey(item, SCALE))
    context = Context(findings={"7": Text("Old")})
    assert refused(questionnaire, {"q": given}, context) == [problem]


@pytest.mark.parametrize("given", [0, False, "x", {"a": 1}, [1]])
def test_entries_that_are_no_list_are_refused(given: Any) -> None:
    source = survey("- {id: q, kind: date, label: L}").replace(
        "id: main", "id: main\n    repeat: {}"
    )
    questionnaire = questionnaires.load(source)
    assert refused(questionnaire, {"main": given}) == [("value_shape", "main")]
    assert answered(questionnaire, {"main": []}) == answered(questionnaire, {})


class TestDigits:
    """A number that a double cannot hold is refused, not changed."""

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("0.1", 0.1),
            ("123456789012.345", 123456789012.345),
            ("100000000000000.0000000000", 100000000000000),
            ("0.0000012345", 0.0000012345),
        ],
    )
    def test_fifteen_digits_are_kept(self, given: str, kept: float) -> None:
        questionnaire = questionnaires.load(
            survey("- {id: q, kind: decimal, digits: 10, label: L}")
        )
        assert answered(questionnaire, {"q": given}) == {"q": kept}

    @pytest.mark.parametrize(
        "given", ["123456789012345.5", "1.23456789012345678", "-1234567890.123456"]
    )
    def test_more_are_refused(self, given: str) -> None:
        questionnaire = questionnaires.load(
            survey("- {id: q, kind: decimal, digits: 10, label: L}")
        )
        code = "decimal_long" if len(given.split(".")[1]) <= 10 else "decimal_invalid"
        assert refused(questionnaire, {"q": given}) == [(code, "q")]

    def test_so_are_those_of_a_definition(self) -> None:
        item = "- {id: q, kind: decimal, min: %s, label: L}"
        assert codes(survey(item % "0.123456789012345")) == []
        assert codes(survey(item % "0.1234567890123456")) == ["number_long"]


class TestTimes:
    ITEMS = """
    - {id: start, kind: time, label: L}
    - {id: end, kind: time, label: L, constraint: ". > ${start}"}
    - {id: late, kind: note, label: L, relevant: "${end} >= '18:00'"}
    - {id: shown, kind: calculated, label: L, calculate: "${end} >= '18:00'"}
    """

    def test_times_have_an_order(self) -> None:
        questionnaire = questionnaires.load(survey(self.ITEMS))
        assert answered(questionnaire, {"start": "9:05", "end": "18:00"})["shown"] is True
        assert answered(questionnaire, {"start": "9:05", "end": "10:00"})["shown"] is False
        assert refused(questionnaire, {"start": "10:00", "end": "9:55"}) == [
            ("constraint_failed", "end")
        ]

    def test_a_day_and_a_moment_have_one_too(self) -> None:
        items = """
        - {id: day, kind: date, label: L}
        - {id: then, kind: date_time, label: L, constraint: ". >= ${day}"}
        """
        questionnaire = questionnaires.load(survey(items))
        assert answered(questionnaire, {"day": "2026-03-15", "then": "2026-03-15T00:00"})
        assert refused(questionnaire, {"day": "2026-03-15", "then": "2026-03-14T23:59"}) == [
            ("constraint_failed", "then")
        ]

    @pytest.mark.parametrize("limit", ["9", "'9 o''clock'", "'9:30'", "today()"])
    def test_a_time_has_no_order_with_anything_else(self, limit: str) -> None:
        item = f'- {{id: q, kind: time, label: L, constraint: ". > {limit}"}}'
        if "''" not in limit:
            assert codes(survey(item)) == ["expression_doubtful"]
        assert codes(survey(item.replace(limit, "'09:30'"))) == []


class TestLanguageTags:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [("zh-hans", "zh-Hans"), ("ZH", "zh"), ("en-us", "en-US"), ("zh-HANT-tw", "zh-Hant-TW")],
    )
    def test_case_means_nothing(self, written: str, meant: str) -> None:
        text = f"{{{written}: A, fr: B}}"
        source = f"id: a\ntitle: {text}\nsections:\n  - {{id: s, title: {text}, items: [{{id: q, kind: date, label: {text}}}]}}\n"  # noqa: E501
        questionnaire = questionnaires.load(source)
        assert questionnaire.languages == (meant, "fr")
        assert questionnaire == questionnaires.load(source.replace(written, meant))
        assert questionnaires.load(source + f"languages: [{written}]\n").languages == (meant,)
        assert codes(source + "languages: [de]\n") != [], "control: another language is missing"

    def test_the_same_language_twice_is_refused(self) -> None:
        source = survey("- {id: q, kind: date, label: {zh-Hans: A, zh-hans: B}}")
        assert codes(source) == ["text_language_twice"]
