"""Conditions on being required, options that others rule out, answers that stand there at first."""

from __future__ import annotations

from datetime import datetime

from questionnaires import Context

from .making import answered, codes, loaded, refused, survey

PLACES = """
- id: side
  kind: single_choice
  label: Side
  options: [{value: east, label: East}, {value: west, label: West}]
- id: town
  kind: single_choice
  label: Town
  choice_filter: "${option.side} = ${side}"
  options:
    - {value: pine, properties: {side: east}, label: Pine}
    - {value: plum, properties: {side: east}, label: Plum}
    - {value: lake, properties: {side: west}, label: Lake}
"""


def test_an_option_ruled_out_by_another_answer_is_refused() -> None:
    questionnaire = loaded(PLACES)
    assert answered(questionnaire, {"side": "east", "town": "plum"})["town"] == "plum"
    assert refused(questionnaire, {"side": "west", "town": "plum"}) == [
        ("option_not_offered", "town")
    ]


def test_all_options_are_offered_until_the_filter_can_be_judged() -> None:
    assert answered(loaded(PLACES), {"town": "plum"}) == {"town": "plum"}


def test_a_filter_over_several_choices_refuses_each_one() -> None:
    several = PLACES.replace("town\n  kind: single_choice", "town\n  kind: multiple_choice")
    questionnaire = loaded(several)
    assert refused(questionnaire, {"side": "west", "town": ["lake", "pine", "plum"]}) == [
        ("option_not_offered", "town"),
        ("option_not_offered", "town"),
    ]


def test_a_filter_may_read_only_properties_that_options_have() -> None:
    wrong = PLACES.replace("${option.side}", "${option.sdie}")
    assert codes(survey(wrong)) == ["reference_unknown"]
    assert codes(survey(PLACES)) == []


def test_required_may_depend_on_another_answer() -> None:
    questionnaire = loaded(
        """
        - {id: late, kind: yes_no, label: L}
        - id: why
          kind: short_text
          label: L
          required: "${late} = 'yes'"
          required_message: {zh: 迟到须说明原因。, en: Say why you were late.}
        """
    )
    assert answered(questionnaire, {"late": "no"}) == {"late": "no"}
    assert refused(questionnaire, {"late": "yes"}) == [("constraint_message", "why")]
    assert answered(questionnaire, {"late": "yes", "why": "snow"})["why"] == "snow"


def test_required_cannot_depend_on_the_answer_itself() -> None:
    assert codes(survey("- {id: a, kind: short_text, label: L, required: '. = 1'}")) == [
        "reference_itself"
    ]


def test_today_is_the_day_of_the_submission() -> None:
    questionnaire = loaded("- {id: day, kind: date, label: L, constraint: '. <= today()'}")
    then = Context(now=datetime(2026, 3, 15, 23, 59))
    assert answered(questionnaire, {"day": "2026-03-15"}, then) == {"day": "2026-03-15"}
    assert refused(questionnaire, {"day": "2026-03-16"}, then) == [("constraint_failed", "day")]
