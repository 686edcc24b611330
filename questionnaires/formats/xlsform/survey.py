"""The survey sheet -> a tree of groups, repeats and questions, each with its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from questionnaires.formats import limits
from questionnaires.formats.xlsform.reasons import REASONS
from questionnaires.formats.xlsform.records import Formula, Ledger, Row
from questionnaires.formats.xlsform.types import Type, read_type

_YES = ("yes", "true", "true()", "1")
_NO = ("no", "false", "false()", "0")


@dataclass(eq=False, slots=True)
class Node:
    """A question, a group or a repeat."""

    type: Type
    row: Row
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    name: str = ""
    id: str = ""
    #: column -> the expression in it
    formulas: dict[str, Formula] = field(default_factory=dict)
    #: It became part of the questionnaire, and an answer to it can be referred to.
    answered: bool = False

    @property
    def is_group(self) -> bool:
        """A group, a repeat, or one of KoboToolbox's own groups."""
        return self.type.name in ("group", "repeat", "score", "ranking", "kobomatrix")

    def above(self) -> Iterator[Node]:
        """Yield the groups around this node, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def below(self) -> Iterator[Node]:
        """Yield everything inside, in the order of the sheet."""
        for child in self.children:
            yield child
            yield from child.below()

    @property
    def repeat(self) -> Node | None:
        """The nearest repeat around this node."""
        return next((node for node in self.above() if node.type.name == "repeat"), None)


def yes(text: str) -> bool | None:
    """Return what a yes/no cell says, or None when it says something else."""
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None


def read_tree(rows: Iterable[Row], ledger: Ledger) -> Node:
    """Return the root, a group without a row of its own."""
    return _Reader(ledger).read(rows)


class _Reader:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._root = Node(Type("group", ""), Row("", 0))
        #: What is open, the innermost last; None stands for a group that is too deep.
        self._open: list[Node | None] = [self._root]

    def read(self, rows: Iterable[Row]) -> Node:
        for row in rows:
            self._row(row)
        for node in self._open[1:]:
            if node is not None:
                self._ledger.add("group_unclosed", "error", node.row.where("type"), name=node.name)
        return self._root

    def _row(self, row: Row) -> None:
        written = row.get("type")
        if yes(row.get("disabled")) is True:
            self._ledger.add("row_disabled", "info", row.where("type"))
        elif not written:
            if row.get("name") or row.get("label"):
                self._ledger.add("row_typeless", "error", row.where("name"))
                _leave_out(row, self._ledger)
        else:
            self._typed(row, read_type(written))

    def _typed(self, row: Row, kind: Type) -> None:
        if kind.edge == "end":
            self._close(row, kind)
            return
        inside = next(node for node in reversed(self._open) if node is not None)
        node = Node(kind, row, inside, name=row.get("name").strip())
        node.formulas = _formulas(node, self._ledger)
        if kind.edge == "begin" and len(self._open) > limits.MAX_NESTING:
            self._ledger.add("group_deep", "error", row.where("type"), limit=limits.MAX_NESTING)
            for formula in node.formulas.values():
                formula.flag_as("group_deep", "error", limit=limits.MAX_NESTING)
            self._open.append(None)
            return
        inside.children.append(node)
        if kind.edge == "begin":
            self._open.append(node)

    def _close(self, row: Row, kind: Type) -> None:
        where = row.where("type")
        if len(self._open) == 1:
            self._ledger.add("group_unopened", "error", where, kind=kind.written)
            return
        node = self._open.pop()
        if node is not None and node.type.name != kind.name:
            number = node.row.number
            self._ledger.add("group_mismatched", "error", where, kind=kind.written, row=number)


def _formulas(node: Node, ledger: Ledger) -> dict[str, Formula]:
    """Return the expressions of a row: what stands in their columns and is not plain yes or no."""
    found = {}
    for key in ("relevant", "constraint", "calculation", "choice_filter", "required"):
        text = node.row.get(key)
        if text and not (key == "required" and yes(text) is not None):
            found[key] = ledger.formula(key, text, node.row.where(key))
    count = node.row.get("repeat_count")
    if count and not count.isdigit():
        found["repeat_count"] = ledger.formula(
            "repeat_count", count, node.row.where("repeat_count")
        )
    return found


def _leave_out(row: Row, ledger: Ledger) -> None:
    for key in ("relevant", "constraint", "calculation", "choice_filter"):
        if text := row.get(key):
            ledger.formula(key, text, row.where(key)).flag(REASONS["left_out"], "warning")
