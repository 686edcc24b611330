"""Short ways to write a definition in a test and to say what is wrong with it."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import Any

import questionnaires
from questionnaires import Context, Outcome, Problem, Questionnaire, Text

SCALE = """\
scales:
  mark:
    - {value: 3, label: {zh: 好, en: Good}}
    - {value: 2, label: {zh: 中, en: Fair}}
    - {value: 1, negative: true, label: {zh: 差, en: Poor}}
    - {value: dk, missing: true, label: {zh: 不了解, en: Don't know}}
"""
UNITS = {code: Text({"zh": f"{code}镇", "en": f"Town {code}"}) for code in "abcdef"}
CONTEXT = Context(units=UNITS, people={"p1": Text({"zh": "张三", "en": "Zhang San"})})


def survey(items: str, rest: str = "") -> str:
    """Return a definition with these items in one section ``main``."""
    head = "id: sample\ntitle: {zh: 问卷, en: Survey}\n"
    section = "sections:\n  - id: main\n    title: {zh: 题目, en: Items}\n    items:\n"
    return head + dedent(rest) + section + indent(dedent(items).strip("\n"), " " * 6) + "\n"


def loaded(items: str, rest: str = "") -> Questionnaire:
    return questionnaires.load(survey(items, rest))


def found(source: str | bytes) -> list[tuple[str, int | None, int | None]]:
    """Return code, line and column of every problem of a definition."""
    problems = questionnaires.examine(source).problems
    return [(p.code, p.place.line, p.place.column) for p in problems]


def codes(source: str | bytes) -> list[str]:
    return [code for code, _, _ in found(source)]


def only_problem(source: str | bytes) -> Problem:
    (problem,) = questionnaires.examine(source).problems
    return problem


def answered(questionnaire: Questionnaire, raw: Any, context: Context = CONTEXT) -> dict[str, Any]:
    """Return the accepted answers; fails with the reasons when they are refused."""
    outcome = questionnaires.check(questionnaire, raw, context)
    assert outcome.answers is not None, refusals(outcome)
    return dict(outcome.answers.values)


def refused(
    questionnaire: Questionnaire, raw: Any, context: Context = CONTEXT
) -> list[tuple[str, str]]:
    """Return code and field of every reason for which answers are refused."""
    outcome = questionnaires.check(questionnaire, raw, context)
    assert (outcome.answers is None) == bool(outcome.problems)
    return refusals(outcome)


def refusals(outcome: Outcome) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.field) for problem in outcome.problems]
