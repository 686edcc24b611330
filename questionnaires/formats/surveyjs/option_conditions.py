"""Conditions of single choices: limits on the answer itself, or a filter by other answers.

SurveyJS forms say "none of these excludes the rest" and "three at most" with a condition at every
choice that reads the question itself. Such conditions are tried out on sets of answers; when limits
of ours have the same effect on all of them, the limits are written instead.
"""

from __future__ import annotations

from itertools import combinations

from questionnaires.expressions import Node, evaluate, truthy
from questionnaires.formats.foreign.draft import Formula, Known, Question, Scope
from questionnaires.formats.foreign.option_filter import option_filter
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.surveyjs.grammar import variables

#: Sets of so many answers are tried out, and so many sets.
MAX_CHOSEN = 5
MAX_TRIALS = 4_000


class OptionConditions:
    """The conditions of the choices of one question."""

    def __init__(self, question: Question, report: Report) -> None:
        self._question = question
        self._report = report
        self._found: list[tuple[str, Formula]] = []

    def add(self, value: str, formula: Formula) -> None:
        """Note the condition of the choice with a foreign value."""
        self._report.expressions += 1
        self._found.append((value, formula))

    def settle(self) -> None:
        """Turn the conditions into limits, into a filter, or into losses."""
        if not self._found:
            return
        if "options" not in self._question.settings:
            self._flag_all()
        elif self._all_read_itself() and _limited(self._question, self._found):
            return
        elif self._question.choice_filter is None:
            conditions = option_filter(self._found, self._question.codes, self._report)
            self._question.choice_filter = conditions
        else:
            self._flag_all()

    def _all_read_itself(self) -> bool:
        name = self._question.name
        return all(
            name in {one.split(".")[0] for one in variables(formula.text)}
            for _, formula in self._found
        )

    def _flag_all(self) -> None:
        for _, formula in self._found:
            self._flag(formula, Untranslatable("subquestion"))

    def _flag(self, formula: Formula, reason: Untranslatable) -> None:
        self._report.flag(formula.key, formula.where, formula.text, reason.reason)


def _limited(question: Question, found: list[tuple[str, Formula]]) -> bool:
    """Set exclusive options and the most choices when they mean what the conditions mean."""
    if question.kind != "multiple_choice":
        return False
    try:
        offers = _offers(question, found)
    except Untranslatable:
        return False
    values = [option["value"] for option in question.settings["options"]]
    exclusive = {v for v in values if not any(offers(o, (v,)) for o in values if o != v)}
    others = [value for value in values if value not in exclusive]
    most = next(
        (n for n in range(1, len(others)) if not any(offers(o, others[:n]) for o in others[n:])),
        None,
    )
    trials = 0
    for size in range(min(MAX_CHOSEN, len(values)) + 1):
        for chosen in combinations(values, size):
            trials += 1
            if trials > MAX_TRIALS:
                break
            if not _permitted(chosen, exclusive, most):
                continue
            for value in values:
                if value not in chosen and offers(value, chosen) != _permitted(
                    (*chosen, value), exclusive, most
                ):
                    return False
    for option in question.settings["options"]:
        if option["value"] in exclusive:
            option["exclusive"] = True
    if most is not None:
        question.settings["max_choices"] = most
    return True


def _permitted(chosen: tuple[str, ...] | list[str], exclusive: set[str], most: int | None) -> bool:
    if len(chosen) > 1 and exclusive & set(chosen):
        return False
    return most is None or len(chosen) <= most


class _Offers:
    def __init__(self, conditions: dict[str, list[Node]]) -> None:
        self._conditions = conditions

    def __call__(self, value: str, chosen: tuple[str, ...] | list[str]) -> bool:
        """Say whether a choice is offered beside those that are chosen."""
        answers = {"own": list(chosen) or None}
        return all(truthy(evaluate(node, answers)) for node in self._conditions.get(value, ()))


def _offers(question: Question, found: list[tuple[str, Formula]]) -> _Offers:
    known = Known("own", question.kind, question.codes, None)
    conditions: dict[str, list[Node]] = {}
    for value, formula in found:
        scope = Scope({question.name: known}, {question.name.casefold(): known})
        node = formula.translate(scope)
        conditions.setdefault(question.codes.get(value, value), []).append(node)
    return _Offers(conditions)
