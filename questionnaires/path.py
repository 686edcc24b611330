"""Which items are visible for these answers: recomputed each time, never stored."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from questionnaires.expressions import Node, evaluate, parse, references, truthy
from questionnaires.expressions.context import Context
from questionnaires.expressions.evaluate import Value
from questionnaires.expressions.tree import SELF
from questionnaires.kinds.base import Choice, ChoiceList
from questionnaires.kinds.choosing import Listed
from questionnaires.kinds.presenting import Calculated
from questionnaires.model import Questionnaire, Section


@lru_cache(maxsize=4096)
def parsed(text: str) -> Node:
    """Parse an expression once."""
    return parse(text)


def dependencies(questionnaire: Questionnaire) -> dict[str, set[str]]:
    """Return item id -> ids of the items that decide whether it is visible, or what it is."""
    return {
        item.id: {
            name
            for condition in (section.relevant, item.relevant, getattr(item, "calculate", None))
            if condition
            for name in references(parsed(condition))
            if name in questionnaire.item_by_id
        }
        for section in questionnaire.sections
        for item in section.items
    }


@lru_cache(maxsize=256)
def evaluation_order(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return all item ids, those that others depend on first."""
    try:
        return tuple(TopologicalSorter(dependencies(questionnaire)).static_order())
    except CycleError:  # refused by the loader; here it must merely not hang
        return tuple(questionnaire.item_by_id)


#: How a ``choice_filter`` names a property of the option that it looks at.
OPTION = "option."


class Visibility:
    """The visible items of one set of answers.

    ``answers`` maps item id -> the value that conditions see. An item that is not visible reads
    as unanswered in every other condition, whatever was typed into it.
    """

    def __init__(
        self, questionnaire: Questionnaire, answers: Mapping[str, Value], now: datetime
    ) -> None:
        self._questionnaire = questionnaire
        moment = now.isoformat(timespec="minutes")
        self._context = Context(today=moment[:10], now=moment)
        self._answers = dict(answers)
        self._visible: set[str] = set()
        self._settle(evaluation_order(questionnaire))

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._visible

    def entry(self, section: Section, answers: Mapping[str, Value]) -> Visibility:
        """Return what is visible inside one entry of a repeated section."""
        questionnaire = self._questionnaire
        inside = copy.copy(self)
        inside._answers = {**self.readable(), **answers}
        inside._visible = self._visible - {item.id for item in section.items}
        order = evaluation_order(questionnaire)
        inside._settle(name for name in order if questionnaire.section_of[name] is section)
        return inside

    def readable(self) -> dict[str, Value]:
        """Return the answers of the visible items only."""
        return {name: value for name, value in self._answers.items() if name in self}

    def offered(self, item: Listed) -> ChoiceList:
        """Return the options that the other answers leave.

        A filter works once every item that it reads is answered; until then all are offered.
        """
        if item.choice_filter is None:
            return item.options
        read = [n for n in references(parsed(item.choice_filter)) if not n.startswith(OPTION)]
        known = self.readable()
        if any(known.get(name) in (None, "") for name in read):
            return item.options
        return tuple(o for o in item.options if self._passes(item.choice_filter, o, known))

    def _passes(self, condition: str, option: Choice, known: Mapping[str, Value]) -> bool:
        properties = {f"{OPTION}{name}": value for name, value in option.properties.items()}
        own = {**known, **properties, f"{OPTION}value": option.value}
        return truthy(evaluate(parsed(condition), own, self._context))

    def holds(self, condition: str, own: Value = None) -> bool:
        """Say whether a condition is true; ``own`` is what it reads as ``.``."""
        return truthy(self.value(condition, own))

    def value(self, expression: str, own: Value = None) -> Value:
        """Return the value of an expression; ``own`` is what it reads as ``.``."""
        node = parsed(expression)
        seen = {name: self._answers.get(name) for name in references(node) if name in self}
        return evaluate(node, {**seen, SELF: own}, self._context)

    def _settle(self, item_ids: Iterable[str]) -> None:
        for item_id in item_ids:
            section = self._questionnaire.section_of[item_id]
            item = self._questionnaire.item_by_id[item_id]
            conditions = [c for c in (section.relevant, item.relevant) if c]
            if all(self.holds(condition) for condition in conditions):
                self._visible.add(item_id)
                if isinstance(item, Calculated):
                    self._answers[item_id] = self.value(item.calculate)
