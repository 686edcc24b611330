"""Short ways to write a survey and its answers in a test, and to count them the slow way."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import questionnaires
from analysis.columns import Columns, Unit
from analysis.counts import Tables, counts
from analysis.release import Fieldwork, Release, build
from questionnaires import Questionnaire, Text

TODAY = datetime.date(2026, 5, 4)
#: One scale with an order, one that is bad at both ends, one choice that nobody rates.
SURVEY = """\
id: sample
title: {zh: 情况调查, en: A survey}
languages: [zh, en]
anonymity: {mode: sealed_code, min_group: 5}
scales:
  mark:
    - {value: "5", score: 5, label: {zh: 很好, en: Very good}}
    - {value: "4", score: 4, label: {zh: 较好, en: Good}}
    - {value: "3", score: 3, label: {zh: 一般, en: Fair}}
    - {value: "2", score: 2, negative: true, label: {zh: 较差, en: Poor}}
    - {value: "1", score: 1, negative: true, label: {zh: 很差, en: Very poor}}
    - {value: dk, missing: true, label: {zh: 不了解, en: "Don't know"}}
  load:
    - {value: heavy, negative: true, label: {zh: 太重, en: Too heavy}}
    - {value: right, label: {zh: 合适, en: About right}}
    - {value: light, negative: true, label: {zh: 太轻, en: Too light}}
sections:
  - id: main
    title: {zh: 题目, en: Items}
    items:
      - {id: work, kind: scale, scale: mark, label: {zh: 工作如何？, en: How is the work?}}
      - {id: help, kind: scale, scale: mark, label: {zh: 帮助如何？, en: How is the help?}}
      - {id: load, kind: scale, scale: load, label: {zh: 负担如何？, en: How is the load?}}
      - id: post
        kind: single_choice
        label: {zh: 您的岗位是？, en: What is your post?}
        options:
          - {value: office, label: {zh: 机关, en: Office}}
          - {value: field, label: {zh: 基层, en: Field}}
      - {id: words, kind: long_text, label: {zh: 还有什么？, en: What else?}}
"""
RULE = """\
negative_list:
  min_valid: 5
  negative_share_at_least: 1/4
  severe: {negative_share_at_least: 1/2}
"""

Answer = Mapping[str, str]


def survey(rule: str = RULE) -> Questionnaire:
    return questionnaires.load(SURVEY + rule)


@dataclass(frozen=True)
class Person:
    """One respondent: the unit, the role, and the value chosen for each variable, if any."""

    unit: str
    answers: Answer = field(default_factory=dict)
    role: str = ""


@dataclass(frozen=True)
class County:
    """People of some units; ``units`` maps the code of a unit to that of its parent."""

    questionnaire: Questionnaire
    units: Mapping[str, str | None]
    people: Sequence[Person]

    @property
    def columns(self) -> Columns:
        return columns(self.questionnaire, self.units, self.people)

    @property
    def tables(self) -> Tables:
        return counts(self.columns)

    def release(self, **known: Any) -> Release:
        fieldwork = Fieldwork(self.questionnaire.title, **known)
        return build(self.questionnaire, self.tables, fieldwork, TODAY)

    def json(self, **known: Any) -> dict[str, Any]:
        tree = json.loads(self.release(**known).to_json())
        assert isinstance(tree, dict)
        return tree


def columns(
    questionnaire: Questionnaire, units: Mapping[str, str | None], people: Iterable[Person]
) -> Columns:
    """Pack people's answers as the program stores them, and unpack them into columns."""
    everyone = list(people)
    book = questionnaires.codebook(questionnaire)
    roles = sorted({one.role for one in everyone} | {""})
    place = {code: position for position, code in enumerate(units)}
    axis = [Unit(code, Text(f"{code}镇"), parent) for code, parent in units.items()]
    code_of = [{c.value: c.code for c in variable.categories} for variable in book.closed]
    rows = (
        (
            bytes(
                known[one.answers[v.name]] if v.name in one.answers else 0
                for v, known in zip(book.closed, code_of, strict=True)
            ),
            place[one.unit],
            roles.index(one.role),
        )
        for one in everyone
    )
    return Columns.from_packed(book, axis, roles, rows)


def values(questionnaire: Questionnaire, variable: str) -> list[str]:
    """Return the values that a closed variable can take, in the order of their codes."""
    found = next(v for v in questionnaires.codebook(questionnaire).closed if v.name == variable)
    return [category.value for category in found.categories]


def valid(person: Person, questionnaire: Questionnaire, variable: str) -> bool:
    """Say whether a person's answer is substantive, straight from the definition."""
    return person.answers.get(variable) in _values_that(questionnaire, variable, missing=False)


def negative(person: Person, questionnaire: Questionnaire, variable: str) -> bool:
    """Say whether a person's answer is unfavourable, straight from the definition."""
    return person.answers.get(variable) in _values_that(questionnaire, variable, negative=True)


def _values_that(questionnaire: Questionnaire, variable: str, **wanted: bool) -> set[str]:
    found = next(v for v in questionnaires.codebook(questionnaire).closed if v.name == variable)
    return {
        c.value
        for c in found.categories
        if all(getattr(c, name) == value for name, value in wanted.items())
    }


def same(unit: str, variable: str, **numbers: int) -> list[Person]:
    """Return so many people of a unit for each answer: ``same("a", "work", poor=4)``."""
    return [
        Person(unit, {variable: value}) for value, count in numbers.items() for _ in range(count)
    ]


def random_county(
    seed: int, *, levels: int, questionnaire: Questionnaire | None = None, silent: float = 0.15
) -> County:
    """Invent a small county: units of 0 to 18 people, some below the floor, some with nobody.

    With two ``levels`` the units have parents, some of one unit only. ``silent`` of the answers are
    "don't know" or missing.
    """
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    asked = questionnaire or survey()
    units: dict[str, str | None] = {}
    for parent in range(draw.randint(1, 5) if levels == 2 else 1):
        for number in range(draw.randint(1, 6)):
            units[f"{parent}.{number}"] = str(parent) if levels == 2 else None
    people = [
        Person(unit, _answers(draw, asked, silent), draw.choice(["", "lead"]))
        for unit in units
        for _ in range(draw.choice([0, 1, 2, 3, 4, 5, 5, 6, 7, 9, 12, 14, 18]))
    ]
    return County(asked, units, people)


def _answers(draw: random.Random, questionnaire: Questionnaire, silent: float) -> Answer:
    answers = {}
    for variable in questionnaires.codebook(questionnaire).closed:
        substantive = [c.value for c in variable.categories if not c.missing]
        other = [c.value for c in variable.categories if c.missing]
        if draw.random() >= silent:
            answers[variable.name] = draw.choice(substantive)
        elif other and draw.random() < 0.5:
            answers[variable.name] = draw.choice(other)
    return answers


def sizable() -> County:
    """Return a county in which every unit may be shown and every item has answers."""
    everyone = [p for seed in range(4) for p in random_county(seed, levels=2).people]
    units = dict.fromkeys("甲乙丙丁")
    people = [Person("甲乙丙丁"[n % 4], one.answers) for n, one in enumerate(everyone)]
    return County(survey(), units, people)
