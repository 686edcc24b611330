"""The tree of groups -> a plain row of sections.

A group with a label or a condition is a section, wherever it stands; what follows it in the group
around it continues in a further section of that title. Inside a repeat there are no sections:
groups dissolve, and their conditions go to each item.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from questionnaires.formats.xlsform import kobo, tables
from questionnaires.formats.xlsform.questions import make
from questionnaires.formats.xlsform.reasons import REASONS
from questionnaires.formats.xlsform.records import Formula
from questionnaires.formats.xlsform.scope import Scope
from questionnaires.formats.xlsform.survey import Node
from questionnaires.formats.xlsform.workshop import Draft, Workshop

#: So many entries a repeat of unlimited length may have.
MOST_ENTRIES = 200


@dataclass(eq=False, slots=True)
class Part:
    """A section in the making."""

    id: str
    title: dict[str, str]
    intro: dict[str, str] = field(default_factory=dict)
    repeat: dict[str, int] | None = None
    #: How many entries there are.
    count: Formula | None = None
    conditions: list[Formula] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class _Frame:
    """Where items of a group go, and under which conditions."""

    owner: Node
    title: dict[str, str]
    intro: dict[str, str] = field(default_factory=dict)
    #: Conditions of the section, and those that each item carries besides.
    conditions: tuple[Formula, ...] = ()
    carried: tuple[Formula, ...] = ()
    repeat: Part | None = None


class Layout:
    """Lays out one form; ``parts`` are the sections in order."""

    def __init__(self, root: Node, title: dict[str, str], shop: Workshop, scope: Scope) -> None:
        self._shop = shop
        self._scope = scope
        self._used = tables.mentioned(root.below())
        self._open: tuple[_Frame, Part] | None = None
        self._begun: set[Node] = set()
        self.parts: list[Part] = []
        root.id = scope.names.take("main")
        self._children(root, _Frame(root, title))
        self.parts = [part for part in self.parts if part.drafts]

    def _children(self, group: Node, frame: _Frame) -> None:
        for child in group.children:
            if child.is_group:
                self._group(child, frame)
            elif draft := make(self._shop, child):
                self._place(draft, frame)

    def _place(self, draft: Draft, frame: _Frame) -> None:
        own = draft.node.formulas.get("relevant")
        draft.conditions = [*frame.carried, *([own] if own else [])]
        self._part(frame).drafts.append(draft)

    def _part(self, frame: _Frame) -> Part:
        """Return the section that is open for a frame, or begin (or continue) one."""
        if frame.repeat is not None:
            return frame.repeat
        if self._open is not None and self._open[0].owner is frame.owner:
            return self._open[1]
        again = frame.owner in self._begun
        name = self._scope.names.take(frame.owner.id) if again else frame.owner.id
        part = Part(name, frame.title, {} if again else frame.intro)
        part.conditions = list(frame.conditions)
        self._begun.add(frame.owner)
        self._open = (frame, part)
        self.parts.append(part)
        return part

    def _group(self, group: Node, frame: _Frame) -> None:
        self._idle(group)
        if group.type.name == "repeat":
            self._repeat(group, frame)
        elif group.type.name in kobo.SORTS:
            for made in kobo.drafts(self._shop, group):
                made.conditions = [*frame.carried, *_relevant(group), *_relevant(made.node)]
                made.conditions = list(dict.fromkeys(made.conditions))
                self._part(frame).drafts.append(made)
        elif tables.is_table(group) and (matrix := tables.table(self._shop, group, self._used)):
            self._place(matrix, frame)
        elif frame.repeat is not None:
            self._dissolved(group, frame, titled=True)
        elif not group.row.get("label") and "relevant" not in group.formulas:
            self._dissolved(group, frame, titled=False)
        else:
            self._section(group, frame)
        if not group.children:
            where = group.row.where("type")
            self._shop.ledger.add("group_without_items", "info", where, name=group.name)

    def _section(self, group: Node, frame: _Frame) -> None:
        wording, where = self._shop.wording, group.row.where("type")
        title = wording.text(group.row, "label")
        if not title:
            shown = next(iter(frame.title.values()))
            self._shop.ledger.add("group_unlabelled", "info", where, name=group.name, instead=shown)
        if group.parent is not None and group.parent.row.number:
            self._shop.ledger.add("group_lifted", "info", where, name=group.name)
        conditions = (*frame.conditions, *frame.carried, *_relevant(group))
        hint = wording.hint(group.row)
        self._children(group, _Frame(group, title or frame.title, hint, conditions))

    def _dissolved(self, group: Node, frame: _Frame, *, titled: bool) -> None:
        where = group.row.where("type")
        self._shop.ledger.add("group_dissolved", "info", where, name=group.name)
        frame = replace(frame, carried=(*frame.carried, *_relevant(group)))
        label = self._shop.wording.text(group.row, "label") if titled else {}
        if label and frame.repeat is not None:
            body: dict[str, Any] = {"id": group.id, "kind": "note", "label": label}
            frame.repeat.drafts.append(Draft(group, body, conditions=list(frame.carried)))
        self._children(group, frame)

    def _repeat(self, group: Node, frame: _Frame) -> None:
        wording, ledger = self._shop.wording, self._shop.ledger
        where = group.row.where("type")
        if group.type.written.lower().startswith("begin loop"):
            ledger.add("loop_repeated", "error", where, name=group.name)
        title = wording.text(group.row, "label") or frame.title
        part = Part(group.id, title, wording.hint(group.row), _entries(group))
        part.count = group.formulas.get("repeat_count")
        part.conditions = [*frame.conditions, *frame.carried, *_relevant(group)]
        if frame.repeat is None:
            self._open = None
        else:
            ledger.add("repeat_nested", "error", where, name=group.name)
            part.conditions = [*frame.repeat.conditions, *self._lifted(group, frame)]
        self.parts.append(part)
        self._children(group, _Frame(group, title, repeat=part))

    def _lifted(self, group: Node, frame: _Frame) -> list[Formula]:
        """Return the conditions around a nested repeat that make sense outside of the outer one."""
        kept = []
        for formula in frame.carried:
            if self._scope.reads_entries(formula.text, group):
                where, values = formula.where, {"name": group.name, "text": formula.text}
                self._shop.ledger.add("repeat_nested_condition", "error", where, **values)
            else:
                kept.append(formula)
        return [*kept, *_relevant(group)]

    def _idle(self, group: Node) -> None:
        for key, formula in group.formulas.items():
            counted = key == "repeat_count" and group.type.name == "repeat"
            if key != "relevant" and not counted:
                formula.flag(REASONS["idle"], "info")


def _entries(group: Node) -> dict[str, int]:
    text = group.row.get("repeat_count")
    if text.isdigit() and 1 <= int(text) <= MOST_ENTRIES:
        return {"min": int(text), "max": int(text)}
    return {"max": MOST_ENTRIES}


def _relevant(group: Node) -> tuple[Formula, ...]:
    formula = group.formulas.get("relevant")
    return () if formula is None else (formula,)
