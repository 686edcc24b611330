"""What a definition asks when, out and in again: each writer keeps it, or says that it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

import questionnaires
from questionnaires import Questionnaire
from questionnaires.formats.registry import formats

from ..making import answered, loaded, refused

PICTURE = "data:image/png;base64,iVBORw0KGgo="
WHOLE = f"""
id: whole
title: Whole
media:
  map: {{source: "{PICTURE}", description: A map}}
sections:
  - id: start
    title: Start
    jump: [{{to: close, when: "${{people}} = 0"}}]
    items:
      - {{id: day, kind: date, default: {{calculate: today()}}, label: Day}}
      - {{id: people, kind: integer, min: 0, max: 9, label: How many people?}}
      - {{id: code, kind: short_text, max_characters: 2000, pattern: "[a-z]+", label: A code,
         media: map}}
      - id: used
        kind: multiple_choice
        label: Used
        random_order: true
        options: [{{value: bus, label: Bus}}, {{value: bike, label: Bike}}]
      - id: best
        kind: single_choice
        label: Best of those
        carry_forward: {{item: used}}
        options: [{{value: bus, label: Bus}}, {{value: bike, label: Bike}}]
  - id: member
    title: Members
    repeat: {{max: 200, count: "${{people}}"}}
    items:
      - {{id: name, kind: short_text, max_characters: 2000, label: Word}}
      - {{id: age, kind: integer, step: 5, min: 0, label: "Age of ${{name}}?"}}
  - id: close
    title: Close
    items:
      - {{id: years, kind: calculated, shown: true, calculate: "sum(${{member}}.age)", label: All}}
      - {{id: bye, kind: note, label: "On ${{day}} there were ${{people}}."}}
"""
ENDINGS = {"xlsform": ".xlsx", "surveyjs": ".json", "fhir": ".json"}


def again(writer: str) -> Questionnaire:
    form = formats()[writer]
    assert form.write is not None
    written = form.write(questionnaires.load(WHOLE), ENDINGS[writer])
    assert not [loss for loss in written.losses if loss.severity == "error"]
    read = form.read(written.content, f"whole{ENDINGS[writer]}")
    assert read.questionnaire is not None
    assert read.flagged == 0, [loss.message("en") for loss in read.losses]
    assert not questionnaires.examine(read.questionnaire.canonical_json).errors
    return read.questionnaire


@pytest.mark.parametrize("writer", ENDINGS)
class TestWhatComesBack:
    def test_first_answers_that_are_worked_out(self, writer: str) -> None:
        default: Any = again(writer).item_by_id["day"].default
        assert default.calculate == "today()"

    def test_answers_in_texts(self, writer: str) -> None:
        made = again(writer)
        bye = made.item_by_id["bye"]
        assert next(iter(bye.label.root.values())) == "On ${day} there were ${people}."
        age = made.item_by_id["age"].label
        assert next(iter(age.root.values())) == "Age of ${name}?"

    def test_a_jump_as_a_condition(self, writer: str) -> None:
        section = again(writer).section_of["age"]
        assert section.relevant in ("not(${people} = 0)", "${people} != 0")

    def test_sums_over_all_entries(self, writer: str) -> None:
        item: Any = again(writer).item_by_id["years"]
        assert item.calculate.startswith("sum(${")

    def test_patterns(self, writer: str) -> None:
        constraint = again(writer).item_by_id["code"].constraint
        assert constraint is not None
        assert "[a-z]+" in constraint

    def test_choices_of_an_earlier_item(self, writer: str) -> None:
        made = again(writer)
        offered: Any = made.item_by_id["best"]
        told = offered.carry_forward.item if offered.carry_forward else offered.choice_filter
        assert "used" in told

        def refused(answer: str) -> bool:
            sent = {"used": ["bus"], "best": answer}
            codes = [p.code for p in questionnaires.check(made, sent).problems]
            return any(code.startswith("option") for code in codes)

        assert (refused("bus"), refused("bike")) == (False, True)


@pytest.mark.parametrize("writer", ["xlsform", "surveyjs"])
def test_the_number_of_entries_comes_back(writer: str) -> None:
    section = again(writer).section_of["age"]
    assert section.repeat is not None
    assert section.repeat.count == "${people}"


@pytest.mark.parametrize("writer", ["surveyjs", "fhir"])
def test_a_picture_comes_back_with_its_bytes(writer: str) -> None:
    made = again(writer)
    shown = [item.media for item in made.items if item.media]
    assert [made.media[name].source for name in shown] == [PICTURE]


def test_a_workbook_names_the_picture_and_says_that_it_is_not_in_it() -> None:
    form = formats()["xlsform"]
    assert form.write is not None
    losses = form.write(questionnaires.load(WHOLE), ".xlsx").losses
    assert [loss.values["file"] for loss in losses if loss.code == "write_media"] == ["map.png"]


def test_steps_come_back_as_a_constraint_or_a_step() -> None:
    assert again("xlsform").item_by_id["age"].constraint == ". >= 0 and (. - 0) mod 5 = 0"
    number: Any = again("surveyjs").item_by_id["age"]
    assert (number.kind, number.step, number.min) == ("integer", 5, 0)


def test_fhir_says_what_it_cannot_hold() -> None:
    form = formats()["fhir"]
    assert form.write is not None
    losses = form.write(questionnaires.load(WHOLE), ".json").losses
    told = {(loss.where, loss.values.get("key")) for loss in losses}
    assert {("sections.member.repeat", "count"), ("items.age", "step")} <= told


def test_an_arm_becomes_a_number_by_lot_in_a_workbook() -> None:
    made = questionnaires.load(
        """
        id: trial
        title: Trial
        sections:
          - id: main
            title: Main
            items:
              - id: arm
                kind: arm
                label: Arm
                arms: [{value: a, label: A}, {value: b, weight: 3, label: B}]
              - {id: q, kind: short_text, relevant: "${arm} = 'a'", label: Q}
        """
    )
    form = formats()["xlsform"]
    assert form.write is not None
    read = form.read(form.write(made, ".xlsx").content, "x.xlsx").questionnaire
    assert read is not None
    items: Any = read.item_by_id
    assert items["arm"].calculate == "if(${arm_lot} < 0.25, 'a', 'b')"
    assert items["q"].relevant == "${arm} = 'a'"


TIMED = """
- {id: end, kind: time, label: L, constraint: ". >= '08:00' and . < '20:00'"}
- {id: d, kind: date, label: L}
- {id: late, kind: yes_no, label: L, relevant: "${end} >= '18:00' and ${d} > '2026-01-01'"}
- {id: far, kind: yes_no, label: L, relevant: "${d} + 1 > '2026-01-01' or ${d} < '2020-01-01'"}
"""


def test_fhir_has_literals_of_its_own_for_days_and_times() -> None:
    content = formats()["fhir"].write(loaded(TIMED), ".json").content  # type: ignore[misc]
    (end, _, late, far) = json.loads(content)["item"][0]["item"]
    told = {part["url"]: part for part in end["extension"][0]["extension"]}
    path = "%resource.descendants().where(linkId = 'end').answer.value"
    assert told["expression"]["valueString"] == f"({path} >= @T08:00) and ({path} < @T20:00)"
    assert late["enableWhen"] == [
        {"question": "end", "operator": ">=", "answerTime": "18:00:00"},
        {"question": "d", "operator": ">", "answerDate": "2026-01-01"},
    ]
    assert "< @2020-01-01" in far["extension"][0]["valueExpression"]["expression"]


@pytest.mark.parametrize("writer", ["xlsform", "surveyjs", "fhir"])
def test_an_order_of_times_comes_back(writer: str) -> None:
    form = formats()[writer]
    content = form.write(loaded(TIMED), ENDINGS[writer]).content  # type: ignore[misc]
    back = form.read(content, f"x{ENDINGS[writer]}").questionnaire
    assert back is not None
    for start, shown in (("17:59", False), ("18:00", True)):
        given = {"end": start, "d": "2026-02-01", "far": "yes"} | ({"late": "yes"} if shown else {})
        assert ("late" in answered(back, given)) is shown
    assert refused(back, {"end": "07:59"}) == [("constraint_failed", "end")]
