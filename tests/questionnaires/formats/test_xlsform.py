"""What a spreadsheet form means here: types, groups, languages, expressions, and each loss."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaires.formats.losses import LOSSES, Loss
from questionnaires.formats.xlsform import read, write
from questionnaires.formats.xlsform.workshop import QUIET
from questionnaires.kinds.base import Choice
from questionnaires.text import Text

from .sheets import form, imported, item, losses

YES_NO = """
    list_name | name | label
    yn        | y    | Yes
    yn        | n    | No
"""
TOWNS = """
    list_name | name | label | state
    states    | ca   | CA    |
    states    | ny   | NY    |
    towns     | la   | LA    | ca
    towns     | sf   | SF    | ca
    towns     | nyc  | NYC   | ny
"""


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("text", "short_text"),
        ("string", "short_text"),
        ("integer", "integer"),
        ("decimal", "decimal"),
        ("date", "date"),
        ("time", "time"),
        ("dateTime", "date_time"),
        ("note", "note"),
        ("geopoint", "location"),
        ("image", "photo"),
        ("photo", "photo"),
        ("file", "file"),
        ("acknowledge", "consent"),
        ("range", "slider"),
        ("hidden", "hidden"),
        ("select_one yn", "single_choice"),
        ("select one from yn", "single_choice"),
        ("select_multiple yn", "multiple_choice"),
        ("select all that apply from yn", "multiple_choice"),
        ("rank yn", "ranking"),
    ],
)
def test_a_type_becomes_the_kind_like_it_without_a_loss(written: str, kind: str) -> None:
    found = imported(f"type | name | label\n{written} | q | Q", YES_NO)
    assert found.questionnaire is not None
    assert [one.kind for one in found.questionnaire.items] == [kind]
    assert not losses(found, "error")
    assert not losses(found, "warning")


@pytest.mark.parametrize(
    ("written", "kind", "code"),
    [
        ("audio", "file", "kind_changed"),
        ("video", "file", "kind_changed"),
        ("barcode", "short_text", "kind_changed"),
        ("geotrace", "location", "kind_changed"),
        ("geoshape", "location", "kind_changed"),
        ("hologram", "short_text", "kind_unknown"),
        ("select_one nowhere", "short_text", "list_missing"),
        ("select_one_from_file towns.csv", "short_text", "list_outside"),
    ],
)
def test_a_type_without_a_match_is_imported_as_the_nearest_and_flagged(
    written: str, kind: str, code: str
) -> None:
    found = imported(f"type | name | label\n{written} | q | Q", YES_NO)
    assert found.questionnaire is not None
    assert found.questionnaire.items[0].kind == kind
    assert (code, "survey!A2") in losses(found)


@pytest.mark.parametrize("meta", ["start", "end", "deviceid", "username", "audit", "phonenumber"])
def test_what_would_give_the_respondent_away_is_left_out(meta: str) -> None:
    found = imported(f"type | name | label\n{meta} | m |\ntext | q | Q")
    assert found.items == 1
    assert losses(found) == [("metadata_dropped", "survey!A2")]


def test_languages_come_from_the_heads_of_the_columns() -> None:
    made = form(
        "type | name | label::English (en) | label::中文 | label::Luo\n"
        "text | q | Name | 姓名 | Nying"
    )
    assert made.languages == ("en", "zh", "luo")
    assert made.items[0].label.get("zh") == "姓名"


def test_a_bare_label_is_in_the_default_language() -> None:
    made = form("type | name | label\ntext | q | Nom", "", "default_language\nFrançais (fr)")
    assert dict(made.items[0].label.root) == {"fr": "Nom"}


def test_groups_become_sections_and_inner_conditions_include_the_outer() -> None:
    made = form(
        """
        type        | name | label | relevant
        integer     | age  | Age   |
        begin group | a    | A     | ${age} > 10
        text        | a1   | A1    |
        begin group | b    | B     | ${age} > 20
        text        | b1   | B1    |
        end group   |      |       |
        text        | a2   | A2    |
        end group   |      |       |
        """
    )
    told = [(s.id, s.relevant, [i.id for i in s.items]) for s in made.sections]
    assert told == [
        ("main", None, ["age"]),
        ("a", "${age} > 10", ["a1"]),
        ("b", "${age} > 10 and ${age} > 20", ["b1"]),
        ("a-2", "${age} > 10", ["a2"]),
    ]


def test_a_repeat_is_a_repeated_section_in_which_groups_dissolve() -> None:
    made = form(
        """
        type         | name   | label  | relevant    | repeat_count
        begin repeat | people | People |             | 3
        integer      | age    | Age    |             |
        begin group  | adult  | Adults | ${age} > 17 |
        text         | job    | Job    |             |
        end group    |        |        |             |
        end repeat   |        |        |             |
        """
    )
    (people,) = made.sections
    assert people.repeat is not None
    assert (people.repeat.min, people.repeat.max) == (3, 3)
    assert [(i.id, i.relevant) for i in people.items] == [
        ("age", None),
        ("adult", "${age} > 17"),
        ("job", "${age} > 17"),
    ]


def test_a_repeat_inside_a_repeat_comes_to_stand_beside_it_and_is_flagged() -> None:
    found = imported(
        """
        type         | name | label
        begin repeat | out  | Outer
        text         | a    | A
        begin repeat | in   | Inner
        text         | b    | B
        end repeat   |      |
        text         | c    | C
        end repeat   |      |
        """
    )
    assert found.questionnaire is not None
    told = [(s.id, [i.id for i in s.items]) for s in found.questionnaire.sections]
    assert told == [("out", ["a", "c"]), ("in", ["b"])]
    assert ("repeat_nested", "survey!A4") in losses(found, "error")


def test_conditions_around_a_nested_repeat_stay_where_they_make_sense() -> None:
    found = imported(
        """
        type         | name | label | relevant
        integer      | n    | N     |
        begin repeat | out  | Outer | ${n} > 0
        text         | a    | A     |
        begin group  | g    |       | ${a} != ''
        text         | b    | B     |
        begin repeat | in   | Inner | ${n} > 1
        text         | c    | C     |
        end repeat   |      |       |
        end group    |      |       |
        end repeat   |      |       |
        """
    )
    assert found.questionnaire is not None
    told = {s.id: s.relevant for s in found.questionnaire.sections}
    assert told == {"main": None, "out": "${n} > 0", "in": "${n} > 0 and ${n} > 1"}
    assert found.questionnaire.item_by_id["b"].relevant == "${a} != ''"
    assert ("repeat_nested_condition", "survey!D5") in losses(found, "error")


def test_a_loop_over_a_list_is_no_repeat_and_the_difference_is_told() -> None:
    survey = """
        type              | name | label
        begin loop over l | lp   | Loop
        text              | a    | A
        end loop          |      |
    """
    choices = """
        list_name | name | label
        l         | x    | X
        l         | y    | Y
    """
    assert ("loop_repeated", "survey!A2") in losses(imported(survey, choices), "error")
    plain = survey.replace("begin loop over l", "begin repeat").replace("end loop", "end repeat")
    assert losses(imported(plain, choices), "error") == []


def test_a_second_text_of_the_same_language_is_told() -> None:
    survey = """
        type | name | label::en | label | hint
        text | a    | One       | Two   | H
        text | b    | Same      | Same  |
    """
    found = imported(survey, settings="default_language\nen")
    assert losses(found, "warning") == [("text_shadowed", "survey!D2")]
    assert found.questionnaire is not None
    assert found.questionnaire.items[0].label == Text({"en": "One"})


def test_a_choice_filter_looks_at_columns_of_the_choices() -> None:
    survey = """
        type              | name | label | choice_filter
        select_one states | st   | State |
        select_one towns  | t    | Town  | state=${st}
    """
    town = item(survey, TOWNS)
    assert town.choice_filter == "${option.state} = ${st}"
    assert town.options[0] == Choice(value="la", label="LA", properties={"state": "ca"})


def test_a_table_of_one_list_becomes_a_matrix() -> None:
    survey = """
        type          | name | label       | appearance
        begin group   | t    | Please rate | table-list
        select_one yn | r1   | Water       |
        select_one yn | r2   | Light       |
        end group     |      |             |
    """
    matrix = item(survey, YES_NO)
    assert matrix.kind == "matrix"
    assert [row.value for row in matrix.rows] == ["r1", "r2"]


def test_a_table_stays_apart_when_something_refers_to_one_of_its_rows() -> None:
    survey = """
        type          | name | label       | appearance | relevant
        begin group   | t    | Please rate | table-list |
        select_one yn | r1   | Water       |            |
        select_one yn | r2   | Light       |            |
        end group     |      |             |            |
        text          | why  | Why         |            | ${r1} = 'n'
    """
    found = imported(survey, YES_NO)
    assert found.questionnaire is not None
    assert [one.id for one in found.questionnaire.items] == ["r1", "r2", "why"]
    assert ("table_apart", "survey!D2") in losses(found, "info")


def test_conditions_limits_and_messages_are_kept() -> None:
    kept = item(
        "type | name | label | required | required_message | constraint | constraint_message\n"
        "integer | age | Age | yes | Tell us | . >= 0 and . < 120 | Not an age"
    )
    assert kept.required is True
    assert kept.constraint == ". >= 0 and . < 120"
    assert kept.constraint_message.get("en") == "Not an age"
    assert kept.required_message.get("en") == "Tell us"


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("${ Age } &gt; 5 AND ${Age} < 9", "${age} > 5 and ${age} < 9"),
        ("../Age > 5", "${age} > 5"),
        ("/data/Age > 5", "${age} > 5"),
        ("selected(${Ok}, ‘OK’)", "selected(${ok}, 'agreed')"),
        ("${When} <= ${today}", "${when} <= today()"),
    ],
)
def test_names_paths_quotes_and_values_become_ours(foreign: str, ours: str) -> None:
    survey = f"""
        type        | name  | label | relevant
        today       | today |       |
        integer     | Age   | Age   |
        acknowledge | Ok    | OK?   |
        date        | When  | When  |
        text        | q     | Q     | {foreign}
    """
    assert item(survey).relevant == ours


@pytest.mark.parametrize(
    "foreign",
    [
        "frobnicate(${a})",
        "${nobody} = 1",
        "${n} = 1",
        "${start} = 1",
        "instance('x')/root/item[1]",
        "pulldata('f', 'a', 'b', ${a})",
        "${a} +",
        "(" * 20_000 + "1" + ")" * 20_000,
    ],
)
def test_what_cannot_be_translated_stays_behind_with_its_text(foreign: str) -> None:
    survey = f"""
        type    | name  | label | relevant
        start   | start |       |
        integer | a     | A     |
        note    | n     | N     |
        text    | q     | Q     | {foreign}
    """
    found = imported(survey)
    assert found.questionnaire is not None
    assert found.questionnaire.items[-1].relevant is None
    (loss,) = [x for x in found.losses if x.code == "expression_untranslated"]
    assert (loss.severity, loss.where) == ("error", "survey!D5")
    assert str(loss.values["text"]).startswith(foreign[:100])


def test_expressions_in_a_circle_stay_behind_and_the_items_are_asked() -> None:
    survey = """
        type    | name | label | relevant
        integer | a    | A     | ${b} = 1
        integer | b    | B     | ${a} = 1
        integer | c    | C     | ${a} = 2
    """
    found = imported(survey)
    assert found.questionnaire is not None
    assert [i.relevant for i in found.questionnaire.items] == [None, None, "${a} = 2"]
    assert [where for code, where in losses(found) if code == "expression_untranslated"] == [
        "survey!D2",
        "survey!D3",
    ]


def test_what_reads_a_calculation_that_stayed_behind_stays_behind_too() -> None:
    survey = """
        type      | name | label | calculation     | relevant
        calculate | c    |       | frobnicate()    |
        calculate | d    |       | ${c} + 1        |
        text      | q    | Q     |                 | ${d} > 3
    """
    found = imported(survey)
    assert found.questionnaire is not None
    assert [i.kind for i in found.questionnaire.items] == ["hidden", "hidden", "short_text"]
    assert found.questionnaire.items[-1].relevant is None
    assert (found.expressions, found.flagged) == (3, 3)


def test_names_are_changed_only_as_far_as_needed_and_never_clash() -> None:
    made = form(
        "type | name | label\ntext | Q1 | A\ntext | q1 | B\ntext | 年龄 | C\ntext | état.civil | D"
    )
    first, second, chinese, accented = (one.id for one in made.items)
    assert (first, second, accented) == ("q1", "q1-2", "etat_civil")
    assert chinese.startswith("q_")


def test_a_text_that_quotes_an_answer_shows_it() -> None:
    found = imported("type | name | label\ntext | n | Word\nnote | hi | Hello ${ n }, {n} and {x}!")
    assert found.questionnaire is not None
    shown = found.questionnaire.items[-1].label
    assert shown.get("en").replace("\u2060", "") == "Hello ${n}, {n} and {x}!"
    assert (shown.pipes(), shown.slots()) == ({"n"}, set())
    assert losses(found, "warning") == []


def test_a_text_that_quotes_what_it_cannot_show_stays_readable() -> None:
    found = imported(
        """
        type         | name | label
        note         | hi   | Hello ${kid}, ${gone} and ${user}
        username     | user |
        begin repeat | kids | Children of ${kid}
        text         | kid  | First word
        note         | same | Hello ${kid}
        end repeat   |      |
        """
    )
    assert found.questionnaire is not None
    texts = [found.questionnaire.sections[1].title, *(i.label for i in found.questionnaire.items)]
    assert [text.pipes() for text in texts] == [set(), set(), set(), {"kid"}]
    assert texts[1].get("en").replace("\u2060", "") == "Hello ${kid}, ${gone} and ${user}"
    told = [(loss.code, loss.where, loss.values.get("name")) for loss in found.losses]
    assert ("text_piping", "survey!C2", "kid") in told
    assert ("quoted_unknown", "survey!C2", "gone") in told
    assert ("text_piping", "survey!C2", "user") in told
    assert ("text_piping", "survey!C4", "kid") in told


DYNAMIC = """
    type     | name | label | default
    integer  | age  | Age   | {text}
    integer  | n    | N     |
"""


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("today()", "today()"),
        ("${n} + 1", "${n} + 1"),
        ("once(random())", "random()"),
        ("if(${n} > 3, 1, 2)", "if(${n} > 3, 1, 2)"),
    ],
)
def test_a_default_may_be_worked_out(text: str, ours: str) -> None:
    kind = DYNAMIC.replace("integer  | age", "date | age") if "today" in text else DYNAMIC
    first = form(kind.format(text=text)).items[0]
    assert first.default is not None
    assert first.model_dump()["default"] == {"calculate": ours}


def test_a_default_from_elsewhere_is_left_out_and_told() -> None:
    found = imported(DYNAMIC.format(text="${last-saved#age}"))
    assert found.questionnaire is not None
    assert found.questionnaire.items[0].default is None
    assert losses(found) == [("expression_untranslated", "survey!D2")]
    assert found.flagged == 1


ROSTER = """
    type         | name  | label    | repeat_count | calculation
    integer      | n     | How many |              |
    begin repeat | kid   | Child    | {count}      |
    text         | word  | Word     |              |
    integer      | age   | Age      |              |
    calculate    | place |          |              | position(..)
    end repeat   |       |          |              |
    calculate    | out   |          |              | {read}
"""


@pytest.mark.parametrize(
    ("count", "repeat"),
    [
        ("${n}", {"count": "${n}", "max": 200, "min": 0}),
        ("${n} * 2", {"count": "${n} * 2", "max": 200, "min": 0}),
        ("3", {"count": None, "max": 3, "min": 3}),
        ("", {"count": None, "max": 200, "min": 0}),
    ],
)
def test_the_number_of_entries(count: str, repeat: dict[str, Any]) -> None:
    made = form(ROSTER.format(count=count, read="1"))
    assert made.sections[1].repeat is not None
    assert made.sections[1].repeat.model_dump() == repeat
    back = read(write(made).content, "again.xlsx").questionnaire
    assert back is not None
    assert back.sections[1].repeat == made.sections[1].repeat


def test_a_number_of_entries_that_cannot_be_worked_out_is_left_open() -> None:
    found = imported(ROSTER.format(count="${gone}", read="1"))
    assert found.questionnaire is not None
    assert found.questionnaire.sections[1].repeat.count is None  # type: ignore[union-attr]
    assert ("repeat_counted", "survey!D3") in losses(found, "error")


@pytest.mark.parametrize(
    ("read", "ours"),
    [
        ("sum(${age})", "sum(${kid}.age)"),
        ("count(${kid})", "count(${kid})"),
        ("max(${age}) - min(${age})", "max(${kid}.age) - min(${kid}.age)"),
        ("join(', ', ${word})", "join(', ', ${kid}.word)"),
        ("indexed-repeat(${word}, ${kid}, 2)", "indexed-repeat(${kid}.word, 2)"),
    ],
)
def test_what_is_read_of_all_entries(read: str, ours: str) -> None:
    item: Any = form(ROSTER.format(count="${n}", read=read)).items[-1]
    assert item.calculate == ours


def test_or_other_adds_an_option_that_asks_to_specify() -> None:
    chosen = item("type | name | label\nselect_one yn or_other | q | Q", YES_NO)
    assert (chosen.options[-1].value, chosen.options[-1].text) == ("other", True)


def test_more_choices_than_a_choice_item_holds_become_a_cascade() -> None:
    many = "list_name | name | label\n" + "\n".join(f"big | v{n} | V{n}" for n in range(400))
    found = imported("type | name | label\nselect_one big | q | Q", many)
    assert found.questionnaire is not None
    assert found.questionnaire.items[0].kind == "cascade"
    assert ("list_long", "survey!A2") in losses(found, "error")


@pytest.mark.parametrize(
    ("survey", "choices", "expected"),
    [
        ("type | name | label\ntext | a | A\ntext | a | B", "", ("name_twice", "survey!B3")),
        ("type | name | label\ntext | meta | A", "", ("name_reserved", "survey!B2")),
        ("type | name | label\ntext | a b | A", "", ("name_illegal", "survey!B2")),
        ("type | name | label\ntext | | A", "", ("name_missing", "survey!A2")),
        ("type | name | label\ntext | a |", "", ("label_missing", "survey!A2")),
        ("type | name | label | type\ntext | a | A |", "", ("column_twice", "survey!D1")),
        ("type | name | label\nend group | | \ntext | a | A", "", ("group_unopened", "survey!A2")),
        (
            "type | name | label\nbegin group | g | G\ntext | a | A",
            "",
            ("group_unclosed", "survey!A2"),
        ),
        (
            "type | name | label | trigger | calculation\ncalculate | a | A | ${x} | 1",
            "",
            ("trigger_unknown", "survey!D2"),
        ),
        (
            "type | name | label\nselect_one l | a | A",
            "list_name | name | label\nl | x | X\nl | x | Y\nl | z | Z",
            ("choice_twice", "choices!B3"),
        ),
        ("type | name | label\nnote | a | Hi ${x}", "", ("quoted_unknown", "survey!C2")),
    ],
)
def test_strict_reading_names_each_fault_of_the_form(
    survey: str, choices: str, expected: tuple[str, str]
) -> None:
    found = imported(survey, choices)
    assert found.questionnaire is not None
    assert expected in losses(found, "error")


def test_columns_that_mean_nothing_here_are_reported_once_each() -> None:
    found = imported("type | name | label | colour\ntext | a | A | red\ntext | b | B | blue")
    (loss,) = [x for x in found.losses if x.code == "column_unknown"]
    assert (loss.where, loss.values["count"]) == ("survey!D1", 2)


def test_every_loss_says_in_both_languages_what_is_lost_and_what_was_done() -> None:
    for code, words in LOSSES.items():
        assert len(words) == 4, code
        assert all(part.strip() for part in words), code
    loss = Loss("kind_changed", "error", "survey!A2", {"kind": "x", "instead": "y"})
    assert loss.message("zh") == "没有与“x”完全相同的题型。"
    assert loss.done("en") == 'Imported as "y".'


def test_quiet_kinds_are_the_ones_that_ask_nothing() -> None:
    from questionnaires.kinds import KINDS

    assert {name for name, kind in KINDS.items() if not kind.asked} == set(QUIET)


@pytest.mark.parametrize("filename", ["form.csv", "form.md"])
def test_a_form_may_be_a_text_file(filename: str) -> None:
    rows = ["survey", ",type,name,label", ",text,q,姓名"]
    text = "\n".join(rows)
    if filename.endswith(".md"):
        text = "| survey | | | |\n| | type | name | label |\n| | text | q | 姓名 |"
    found = read(text.encode(), filename)
    assert found.questionnaire is not None
    assert found.questionnaire.items[0].label.get("zh") == "姓名"


def test_the_words_of_a_settings_head_may_stand_apart() -> None:
    settings = """
        Form Title | form id | default language | instance name
        Doors      | doors_1 | English (en)     | ${a}
    """
    found = imported("type | name | label\ntext | a | A", settings=settings)
    made = found.questionnaire
    assert made is not None
    assert (made.title.get("en"), made.id, made.languages) == ("Doors", "doors_1", ("en",))
    assert [(code, where) for code, where in losses(found) if code == "setting_dropped"] == [
        ("setting_dropped", "settings!D2")
    ]


def test_required_may_be_a_question() -> None:
    made = form("type | name | label | Required?\ntext | a | A | yes")
    assert made.items[0].required is True


@pytest.mark.parametrize("head", ["Mandatory", "mandatory?", "skip logic"])
def test_an_unknown_column_on_which_answering_depends_is_an_error(head: str) -> None:
    found = imported(f"type | name | label | {head} | shade\ntext | a | A | yes | red")
    assert losses(found, "error") == [("column_unknown", "survey!D1")]
    assert losses(found, "warning") == [("column_unknown", "survey!E1")]


def test_a_name_with_spaces_is_found_by_what_refers_to_it() -> None:
    made = form(
        """
        type | name | label | relevant
        integer | q 1 | Q |
        text | b | You said ${q 1} | ${q 1} > 3
        """
    )
    assert made.items[1].relevant == "${q_1} > 3"
    assert made.items[1].label.get("en") == "You said ${q_1}"


def test_a_name_that_is_taken_is_not_called_impossible() -> None:
    found = imported(
        """
        type | name | label
        begin group | one | One
        text | a | A
        end group | |
        begin group | two | Two
        text | a | A
        end group | |
        """
    )
    (loss,) = [one for one in found.losses if one.code == "name_elsewhere"]
    assert loss.message("en") == 'The name "a" is in use elsewhere in the form.'


def test_why_a_file_is_refused_is_a_whole_sentence() -> None:
    (loss,) = read(b"", "form.xlsx").losses
    assert loss.message("en").endswith(".")
    assert loss.message("zh").endswith("。")
