"""From a questionnaire to a workbook and back: the meaning stays, and what cannot is named."""

from __future__ import annotations

from typing import Any

import pytest

import questionnaires
from questionnaires import Questionnaire, examples, library
from questionnaires.formats.xlsform import read, write
from questionnaires.formats.xlsform.workbook import read_book

from ..making import answered, loaded, refused, survey
from .sheets import form, imported, losses

FORM = """
    type | name | label::en | label::zh | relevant | constraint | required | choice_filter | default
    integer | age | Age | 年龄 | | . > 0 and . < 120 | yes | | 18
    select_one states | st | State | 州 | ${age} > 17 | | | |
    select_one towns | town | Town | 镇 | | | ${age} > 30 | state=${st} |
    select_multiple states or_other | vis | Visited | 去过 | | count-selected(.) < 3 | | | ca
    acknowledge | ok | Agree? | 同意？ | | | | |
    text | more | More | 补充 | ${ok} = 'OK' | regex(., '^[a-z]+$') | | |
    begin repeat | ppl | People | 人员 | ${age} > 3 | | | |
    text | nm | Name | 姓名 | | string-length(.) > 1 | | |
    end repeat | | | | | | | |
"""
CHOICES = """
    list_name | name | label::en | label::zh | state
    states    | ca   | CA                  | 加州                |
    states    | ny   | NY                  | 纽约州              |
    towns     | la   | LA                  | 洛杉矶              | ca
    towns     | nyc  | NYC                 | 纽约                | ny
"""


def facts(made: Questionnaire) -> dict[str, Any]:
    """Return all that whoever answers can notice of each item."""
    return {
        one.id: {**one.model_dump(mode="json"), "section": (section.relevant, section.repeat)}
        for section in made.sections
        for one in section.items
    }


def rows(made: Questionnaire, name: str) -> dict[str, dict[str, str]]:
    """Return the rows of a sheet that a questionnaire becomes, by name."""
    sheet = read_book(write(made).content).sheets[name]
    heads, *others = sheet.rows
    return {row["name"]: row for row in (dict(zip(heads, one, strict=False)) for one in others)}


def again(made: Questionnaire) -> Questionnaire:
    found = read(write(made).content, "again.xlsx")
    assert not found.errors
    assert found.questionnaire is not None
    return found.questionnaire


def test_a_form_read_written_and_read_again_means_the_same() -> None:
    first = form(FORM, CHOICES)
    second = again(first)
    assert facts(second) == facts(first)
    assert (second.languages, second.title) == (first.languages, first.title)


@pytest.mark.parametrize("name", library.names())
def test_every_ready_instrument_can_be_written_and_read_again(name: str) -> None:
    made = library.get(name)
    second = again(made)
    asked = {one.id for one in made.items if not one.kind.startswith("matrix")}
    assert asked - {one.id for one in second.items} == set()


def test_every_kind_is_written_as_something() -> None:
    second = again(examples.kinds())
    assert len(second.items) >= len(examples.kinds().items)


def test_what_a_form_cannot_hold_is_named() -> None:
    made = loaded("- {id: mail, kind: email, label: Mail}")
    assert ("write_kind", "items.mail") in [(x.code, x.where) for x in write(made).losses]


def test_limits_and_exclusive_options_become_a_constraint() -> None:
    made = loaded(
        """
        - id: help
          kind: multiple_choice
          max_choices: 2
          label: Help
          options:
            - {value: a, label: A}
            - {value: b, label: B}
            - {value: none, exclusive: true, label: None}
        """
    )
    limits = again(made).items[0].constraint
    assert limits is not None
    assert "count-selected(.) <= 2" in limits
    assert "selected(., 'none')" in limits


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    made = loaded('- {id: a, kind: note, label: "=1+1"}')
    second = read(write(made).content, "x.xlsx")
    assert second.questionnaire is not None
    assert second.questionnaire.items[0].label.get("en") == "=1+1"
    assert not losses(second, "error")


def test_the_same_questionnaire_gives_the_same_file() -> None:
    made = examples.kinds()
    assert write(made).content == write(made).content


class TestSteps:
    @staticmethod
    def written(step: str) -> Questionnaire:
        item = f"- {{id: n, kind: decimal, min: 0.1, max: 1, step: {step}, label: N}}"
        return again(loaded(item))

    @pytest.mark.parametrize("tenths", range(1, 11))
    def test_a_decimal_step_admits_its_own_multiples(self, tenths: int) -> None:
        assert answered(self.written("0.1"), {"n": tenths / 10}) == {"n": tenths / 10}

    def test_a_decimal_step_refuses_what_lies_between(self) -> None:
        made = self.written("0.1")
        for between in (0.35, 0.3001):
            assert refused(made, {"n": between}) == [("constraint_failed", "n")]

    def test_whole_steps_stay_plain(self) -> None:
        made = again(loaded("- {id: n, kind: integer, min: 1, step: 5, label: N}"))
        assert "(. - 1) mod 5 = 0" in str(made.items[0].constraint)


def test_a_title_in_further_languages_is_named() -> None:
    item = "- {id: a, kind: note, label: A}"
    found = [one for one in write(loaded(item)).losses if one.code == "write_title"]
    assert [(one.where, one.severity) for one in found] == [("title", "warning")]
    single = form("type | name | label\ntext | a | A")
    assert "write_title" not in {one.code for one in write(single).losses}


class TestTimesOfDay:
    ITEMS = """
        - {id: start, kind: time, constraint: ". >= '08:00' and . != '12:30'", label: Start}
        - {id: end, kind: time, constraint: "${start} < .", label: End}
        - {id: late, kind: note, relevant: "${end} > '18:05' and ${start} != ''", label: Late}
    """

    def test_they_are_compared_as_numbers_because_a_form_compares_nothing_else(self) -> None:
        constraint = rows(loaded(self.ITEMS), "survey")["start"]["constraint"]
        minutes = "round(decimal-time(.) * 1440, 0)"
        assert constraint == f"{minutes} >= 480 and {minutes} != 750"

    def test_they_are_read_back_as_they_were(self) -> None:
        made = loaded(self.ITEMS)
        second = again(made)
        for one in ("start", "end"):
            assert second.item_by_id[one].constraint == made.item_by_id[one].constraint
        assert second.item_by_id["late"].relevant == made.item_by_id["late"].relevant

    @pytest.mark.parametrize(
        ("foreign", "ours"),
        [
            ("decimal-time(.) >= 0.5", ". >= '12:00'"),
            ("decimal-time(.) * 24 < 9", ". < '09:00'"),
            ("0.75 > decimal-time(.)", "'18:00' > ."),
            ("decimal-time(.) + 1 > 2", None),
            ("decimal-time(.) >= 0.333", None),
        ],
    )
    def test_what_others_write_is_understood_or_told(self, foreign: str, ours: str | None) -> None:
        found = imported(f"type | name | label | constraint\ntime | t | T | {foreign}")
        assert found.questionnaire is not None
        assert found.questionnaire.items[0].constraint == ours
        told = [code for code, _ in losses(found, "error")]
        assert told == ([] if ours else ["expression_untranslated"])


class TestDates:
    ITEMS = """
        - {id: from, kind: date, constraint: ". >= '2026-01-01' and . <= today()", label: From}
        - {id: name, kind: short_text, constraint: ". != '2026-01-01'", label: Name}
        - {id: late, kind: note, relevant: "'2026-06-30' < ${from} or ${from} = ''", label: Late}
    """

    def test_those_written_down_are_called_dates_where_dates_are_compared(self) -> None:
        survey = rows(loaded(self.ITEMS), "survey")
        assert survey["from"]["constraint"] == ". >= date('2026-01-01') and . <= today()"
        assert survey["late"]["relevant"] == "date('2026-06-30') < ${from} or ${from} = ''"
        assert "(. != '2026-01-01')" in survey["name"]["constraint"], "control: a text is a text"

    def test_they_are_read_back_as_they_were(self) -> None:
        made = loaded(self.ITEMS)
        second = again(made)
        assert second.item_by_id["from"].constraint == made.item_by_id["from"].constraint
        assert second.item_by_id["late"].relevant == made.item_by_id["late"].relevant


def told(made: Questionnaire) -> set[tuple[str, str, str]]:
    return {(one.code, one.severity, one.where) for one in write(made).losses}


def test_numbers_are_written_without_exponents() -> None:
    made = loaded("- {id: n, kind: decimal, min: 0.0000001, max: 1.0e+15, label: N}")
    constraint = rows(made, "survey")["n"]["constraint"]
    assert constraint == "(. >= 0.0000001) and (. <= 1000000000000000)"


CASCADE = """
    - id: place
      kind: cascade
      label: Place
      branches:
        - {value: n, label: North, branches: [{value: other, label: O}, {value: x, label: X}]}
        - {value: s, label: South, branches: [{value: other, label: O}]}
"""


def test_a_value_under_two_branches_is_kept_under_both() -> None:
    made = loaded(CASCADE)
    assert rows(made, "choices")["other"]["above"] == "n"
    assert rows(made, "choices")["s_other"]["above"] == "s"
    (loss,) = [one for one in write(made).losses if one.code == "write_branch"]
    assert loss.done("en") == 'This one was written as "s_other".'
    assert "error" not in {severity for _, severity, _ in told(made)}


def test_a_branch_that_ends_early_is_named() -> None:
    made = loaded(CASCADE + "        - {value: w, label: West}\n")
    (loss,) = [one for one in write(made).losses if one.severity == "error"]
    assert loss.message("en") == 'Nothing stands under "w", as it does under other branches.'


SUM = """
    - id: hours
      kind: constant_sum
      label: Hours
      total: 24
      required: "${age} > 3"
      required_message: Please
      constraint: "${age} > 1"
      constraint_message: No
      shares: [{value: work, label: Work}, {value: rest, label: Rest}]
"""


def test_what_is_about_a_sum_as_a_whole_is_named() -> None:
    made = loaded("    - {id: age, kind: integer, label: Age}" + SUM)
    assert told(made) >= {
        ("write_setting", "error", "items.hours.constraint"),
        ("write_setting", "error", "items.hours.required"),
        ("write_setting", "warning", "items.hours.constraint_message"),
    }
    assert "Please" in rows(made, "survey")["hours_rest"].values()


def test_of_a_repeat_only_the_limits_are_lost() -> None:
    written = survey("- {id: age, kind: integer, label: Age}")
    limited = written.replace("    items:", "    repeat: {min: 1, max: 9}\n    items:")
    made = questionnaires.load(limited)
    (loss,) = [one for one in write(made).losses if "repeat" in one.where]
    assert "1 at least, 9 at most" in loss.message("en")
    assert loss.done("en") == "The repeat was written without this limit."
    assert again(made).sections[0].repeat is not None


def test_why_an_expression_is_not_written_is_said_once() -> None:
    made = loaded(
        """
        - {id: a, kind: integer, label: A}
        - {id: b, kind: calculated, label: B, calculate: "mean(${a}, 2)"}
        """
    )
    (loss,) = [one for one in write(made).losses if one.code == "write_expression"]
    assert loss.message("en") == (
        'An XLSForm cannot hold the expression (XLSForm has no words for "mean"): mean(${a}, 2)'
    )
