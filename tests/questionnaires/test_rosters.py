"""Repeated sections that conditions outside of them read, and whose number answers decide."""

from __future__ import annotations

from typing import Any

import pytest

import questionnaires

from .making import answered, codes, found, refused

HOUSEHOLD = """\
id: household
title: Household
sections:
  - id: start
    title: Start
    items:
      - {id: people, kind: integer, min: 0, label: How many people live here?}
  - id: member
    title: Members
    repeat: {max: 6, count: "${people}"}
    items:
      - {id: name, kind: short_text, required: true, label: Name}
      - {id: age, kind: integer, required: true, label: Age}
      - {id: school, kind: yes_no, relevant: "${age} < 18", required: true, label: At school?}
      - {id: order, kind: calculated, calculate: position(), label: Number}
  - id: close
    title: Close
    items:
      - id: guardian
        kind: short_text
        required: true
        relevant: "count(${member}.age, . < 18) > 0"
        label: Who looks after the children?
      - {id: years, kind: calculated, calculate: "sum(${member}.age)", label: Years together}
      - id: girls
        kind: calculated
        calculate: "count(${member}.age, ${school} = 'yes')"
        label: At school
      - {id: size, kind: calculated, calculate: "count(${member})", label: Number}
"""
ANN = {"name": "Ann", "age": "40"}
BEN = {"name": "Ben", "age": "9", "school": "yes"}
Q = questionnaires.load(HOUSEHOLD)


def household(*members: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"people": str(len(members)), "member": list(members), **others}


class TestWhatConditionsReadOfEntries:
    def test_sums_and_counts_go_over_all_entries(self) -> None:
        values = answered(Q, household(ANN, BEN, guardian="Ann"))
        assert (values["years"], values["girls"], values["size"]) == (49, 1, 2)
        assert [entry["order"] for entry in values["member"]] == [1, 2]

    def test_an_item_may_be_asked_because_of_one_entry(self) -> None:
        assert refused(Q, household(ANN, BEN)) == [("required_text", "guardian")]
        assert "guardian" not in answered(Q, household(ANN, guardian="left over"))

    def test_answers_that_are_not_asked_in_an_entry_do_not_count(self) -> None:
        grown = {**ANN, "school": "yes"}  # not asked at 40
        assert answered(Q, household(grown))["girls"] == 0

    def test_a_section_that_is_not_asked_has_no_entries(self) -> None:
        hidden = questionnaires.load(
            HOUSEHOLD.replace("title: Members", 'title: Members\n    relevant: "${people} > 0"')
        )
        values = answered(hidden, {"people": "0", "member": [ANN]})
        assert values == {"people": 0, "years": 0, "girls": 0, "size": 0}

    def test_an_entry_may_compare_itself_with_all(self) -> None:
        eldest = HOUSEHOLD.replace(
            "calculate: position()", 'calculate: "${age} = max(${member}.age)"'
        )
        values = answered(questionnaires.load(eldest), household(ANN, BEN, guardian="Ann"))
        assert [entry["order"] for entry in values["member"]] == [True, False]


class TestTheNumberOfEntries:
    def test_it_must_be_what_the_answer_says(self) -> None:
        few = household(ANN, guardian="x") | {"people": "2"}
        assert refused(Q, few) == [("entries_number", "member")]
        problem = questionnaires.check(Q, few).problems[0]
        assert problem.message("zh") == "根据前面的回答，应填写 2 条，您填了 1 条。"

    def test_without_that_answer_it_is_open(self) -> None:
        assert answered(Q, {"member": [ANN]})["size"] == 1

    @pytest.mark.parametrize(("people", "wanted"), [("-3", 0), ("99", 6), ("1", 1)])
    def test_it_stays_within_the_limits(self, people: str, wanted: int) -> None:
        unlimited = questionnaires.load(HOUSEHOLD.replace("min: 0, ", ""))
        raw = {"people": people, "member": [ANN] * wanted}
        assert answered(unlimited, raw)["size"] == wanted


class TestNamesAreChecked:
    def test_a_column_that_is_not_there_has_line_column_and_advice(self) -> None:
        wrong = HOUSEHOLD.replace("sum(${member}.age)", "sum(${member}.aeg)")
        (problem,) = questionnaires.examine(wrong).problems
        assert (problem.code, problem.place.line) == ("column_unknown", 24)
        assert 'Did you mean "age"?' in problem.message("en")

    def test_a_section_that_is_not_repeated_has_no_columns(self) -> None:
        assert codes(HOUSEHOLD.replace("${member}.age, .", "${start}.people, .")) == [
            "roster_unknown"
        ]

    def test_one_answer_of_an_entry_cannot_be_read_outside(self) -> None:
        wrong = HOUSEHOLD.replace("sum(${member}.age)", "${age} + 1")
        assert codes(wrong) == ["reference_repeated"]

    def test_a_circle_through_a_repeated_section_is_found(self) -> None:
        wrong = HOUSEHOLD.replace("${age} < 18", "${years} > 3").replace(
            "sum(${member}.age)", "sum(${member}.school)"
        )
        assert "reference_cycle" in [code for code, _, _ in found(wrong)]
