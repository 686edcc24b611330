"""What depends on what: the expressions of a definition, and the order of working them out.

Everything here follows from the definition alone and is computed once per version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

from questionnaires.expressions import Node, columns, parse, references
from questionnaires.expressions.tree import Call, walk
from questionnaires.kinds.base import Computed, Item
from questionnaires.kinds.presenting import Calculated
from questionnaires.model import END, Questionnaire, Section

#: How a ``choice_filter`` names a property of the option that it looks at.
OPTION = "option."
_DRAWING = ("random", "uuid", "once")


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed expression and what it reads: items, and sections as a whole (their entries)."""

    node: Node
    reads: frozenset[str]
    rosters: frozenset[str]
    #: Draws random numbers, or a UUID.
    draws: bool


@lru_cache(maxsize=8192)
def prepared(text: str) -> Condition:
    """Parse an expression once."""
    node = parse(text)
    drawing = any(isinstance(part, Call) and part.name in _DRAWING for part in walk(node))
    single = frozenset(references(node)) | {column.item for column in columns(node)}
    return Condition(node, single, frozenset(column.roster for column in columns(node)), drawing)


@dataclass(frozen=True, slots=True)
class Written:
    """An expression where it stands: dotted path, the part that carries it, its section if inside.

    ``key`` names its purpose: relevant, required, constraint, calculate, choice_filter, problem_if,
    default, count, jump or quota.
    """

    path: str
    key: str
    text: str
    part: Any
    inside: Section | None = None


#: The expressions that an item may carry.
_OF_ITEMS = ("relevant", "required", "constraint", "calculate", "choice_filter", "problem_if")


def written(questionnaire: Questionnaire) -> Iterator[Written]:
    """Yield every expression of a definition, in the order of the file."""
    for number, section in enumerate(questionnaire.sections):
        path = f"sections.{number}"
        if section.relevant:
            yield Written(f"{path}.relevant", "relevant", section.relevant, section)
        for index, jump in enumerate(section.jump):
            if jump.when:  # about the whole form: of which entry would it speak?
                yield Written(f"{path}.jump.{index}.when", "jump", jump.when, section)
        if section.repeat and section.repeat.count:
            yield Written(f"{path}.repeat.count", "count", section.repeat.count, section)
        for index, item in enumerate(section.items):
            yield from _of_item(f"{path}.items.{index}", item, section)
    for number, quota in enumerate(questionnaire.quotas):
        yield Written(f"quotas.{number}.when", "quota", quota.when, quota)


def _of_item(path: str, item: Item, section: Section) -> Iterator[Written]:
    for key in _OF_ITEMS:
        text = getattr(item, key, None)
        if isinstance(text, str):
            yield Written(f"{path}.{key}", key, text, item, section)
    if isinstance(item.default, Computed):
        text = item.default.calculate
        yield Written(f"{path}.default.calculate", "default", text, item, section)


@dataclass(frozen=True)
class Flow:
    """How the parts of one definition depend on each other."""

    questionnaire: Questionnaire

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Section id -> its number, from 0."""
        return {section.id: n for n, section in enumerate(self.questionnaire.sections)}

    def target(self, to: str) -> int:
        """Return the number of the section that a jump leads to; one past the last is the end."""
        return self.places.get(to, len(self.questionnaire.sections))

    @cached_property
    def jumping(self) -> Mapping[str, tuple[Section, ...]]:
        """Section id -> the earlier sections from which a jump may leave it out."""
        sections = self.questionnaire.sections
        return {
            section.id: tuple(
                earlier
                for earlier in sections[:number]
                if any(self.target(jump.to) > number for jump in earlier.jump)
            )
            for number, section in enumerate(sections)
        }

    @cached_property
    def _gates(self) -> dict[str, frozenset[str]]:
        """Section id -> the items that decide whether it is asked, as far as they are known."""
        return {}

    def _gate(self, section: Section) -> frozenset[str]:
        """Return the items that decide whether a section is asked at all; found once for each."""
        if section.id not in self._gates:
            # Until it is found out; a section that depends on itself is refused by ``structure``.
            self._gates[section.id] = frozenset()
            found = self._read(section.relevant)
            for earlier in self.jumping[section.id]:
                found |= self._gate(earlier)
                for jump in earlier.jump:
                    found |= self._read(jump.when)
            self._gates[section.id] = found
        return self._gates[section.id]

    def _read(self, text: str | None) -> frozenset[str]:
        """Return the items that an expression reads.

        A roster as a whole has as many entries as were filled in, if its section is asked.
        """
        if not text:
            return frozenset()
        condition = prepared(text)
        found = frozenset(condition.reads & self.questionnaire.item_by_id.keys())
        for name in condition.reads & self.rosters.keys():
            found |= self._gate(self.rosters[name])
        return found

    @cached_property
    def rosters(self) -> Mapping[str, Section]:
        """Id -> repeated section."""
        return {section.id: section for section in self.questionnaire.sections if section.repeat}

    @cached_property
    def dependencies(self) -> Mapping[str, frozenset[str]]:
        """Item id -> ids of the items that decide whether it is visible, or what it is."""
        found = {}
        for section in self.questionnaire.sections:
            gate = self._gate(section)
            for item in section.items:
                calculation = item.calculate if isinstance(item, Calculated) else None
                found[item.id] = gate | self._read(item.relevant) | self._read(calculation)
        return found

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All item ids, those that others depend on first."""
        try:
            return tuple(TopologicalSorter(self.dependencies).static_order())
        except CycleError:  # refused by the loader; here it must merely not hang
            return tuple(self.questionnaire.item_by_id)

    @cached_property
    def steps(self) -> tuple[tuple[Item, Section, str | None, str | None], ...]:
        """Each item in that order with its section, its condition and its calculation."""
        sections, items = self.questionnaire.section_of, self.questionnaire.item_by_id
        return tuple(
            (
                items[name],
                sections[name],
                items[name].relevant,
                getattr(items[name], "calculate", None),
            )
            for name in self.order
        )


@lru_cache(maxsize=256)
def flow(questionnaire: Questionnaire) -> Flow:
    """Return how the parts of a definition depend on each other."""
    return Flow(questionnaire)


__all__ = ["END", "OPTION", "Condition", "Flow", "Written", "flow", "prepared", "written"]
