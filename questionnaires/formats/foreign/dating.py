"""Which parts of an expression are dates: few other languages reckon with days as ours does."""

from __future__ import annotations

from collections.abc import Callable

from questionnaires.expressions import Call, Literal, Node, Reference, days, parse
from questionnaires.expressions.grammar import DATE, SIGNATURES
from questionnaires.kinds.base import Item
from questionnaires.kinds.presenting import Calculated

#: Functions that give one of their arguments.
_CHOOSING = ("if", "coalesce", "min", "max")


class Dates:
    """Knows what is a date in the expressions of one questionnaire.

    ``item`` finds the item that a node is a reference to.
    """

    def __init__(self, item: Callable[[Node], Item | None]) -> None:
        self._item = item
        self._calculated: dict[str, bool] = {}

    def holds(self, node: Node) -> bool:
        """Say whether the value of a node is a date, or a date with its time."""
        match node:
            case Reference():
                return self._referred(self._item(node))
            case Literal(str(text)):
                return days.moment(text) is not None
            case Call("+", (left, right)):
                return self.holds(left) or self.holds(right)
            case Call("-", (left, right)):
                return self.holds(left) and not self.holds(right)
            case Call(name, parts) if name in _CHOOSING:
                return any(self.holds(part) for part in parts)
            case Call(name, _) if name in SIGNATURES:
                return SIGNATURES[name].gives is DATE
        return False

    def _referred(self, item: Item | None) -> bool:
        if not isinstance(item, Calculated):
            return item is not None and item.reads_as() is DATE
        if item.id not in self._calculated:
            self._calculated[item.id] = self.holds(parse(item.calculate))
        return self._calculated[item.id]

    def whole(self, node: Node) -> bool:
        """Say whether a node is certain to be a day without a time."""
        match node:
            case Reference():
                item = self._item(node)
                return item is not None and item.kind == "date"
            case Literal(str(text)):
                return len(text) == len("2000-01-31") and self.holds(node)
            case Call(("+" | "-"), (left, right)):
                return self.whole(left) and self.counts(right)
            case Call("today", ()):
                return True
        return False

    def counts(self, node: Node) -> bool:
        """Say whether a node is certain to be a whole number."""
        match node:
            case Literal(value):
                return isinstance(value, int) and not isinstance(value, bool)
            case Call("negate", (inside,)):
                return self.counts(inside)
        item = self._item(node)
        return item is not None and item.kind == "integer"


def shift(sign: str, left: Node, right: Node, dates: Dates) -> tuple[Node, Node] | None:
    """Return (date, days added to it) of a sum or a difference, or None when it is no such."""
    if sign == "+" and dates.holds(right):
        left, right = right, left
    if dates.holds(right) or not dates.counts(right):
        return None
    return left, right if sign == "+" else opposite(right)


def opposite(node: Node) -> Node:
    """Return a number with the other sign."""
    match node:
        case Literal(int(value)):
            return Literal(-value)
        case Call("negate", (inside,)):
            return inside
    return Call("negate", (node,))
