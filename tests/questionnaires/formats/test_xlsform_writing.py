"""From a questionnaire to a workbook and back: the meaning stays, and what cannot is named."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaires import Questionnaire, examples, library
from questionnaires.formats.xlsform import read, write

from ..making import answered, loaded, refused
from .sheets import form, losses

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
