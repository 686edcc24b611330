"""Puts the items of a questionnaire in the places of a foreign form's paths."""

from __future__ import annotations

from collections.abc import Callable

from questionnaires.expressions.tree import Call, Column, Node, Over, Path, Reference, replaced

#: Functions whose argument may stand for the answers in all entries of a repeated section.
_GATHERING = ("sum", "mean", "min", "max", "count", "count-non-empty", "join")


def bound(
    node: Node,
    *,
    item_at: Callable[[Path], Node | None] = lambda path: None,
    roster_of: Callable[[str], str | None] = lambda name: None,
    inside: str | None = None,
) -> Node:
    """Return ``node`` with its paths replaced by what ``item_at`` finds; others stay.

    ``roster_of`` names the repeated section that an item stands in, ``inside`` the one that the
    expression stands in. ``sum(${x})`` over another section's item becomes ``sum(${section}.x)``;
    a single ``${x}`` from outside its section has no one value and is left for the check to refuse.
    """

    def change(part: Node) -> Node:
        match part:
            case Path():
                return item_at(part) or part
            case Call(name, arguments) if name in _GATHERING:
                return Call(name, tuple(map(gathered, arguments)), part.at)
            case Over(function, source, where):
                return Over(function, gathered(source), where, part.at)
        return part

    def gathered(part: Node) -> Node:
        roster = roster_of(part.name) if isinstance(part, Reference) else None
        if roster is None or roster == inside or not isinstance(part, Reference):
            return part
        return Column(roster, part.name, part.at)

    return replaced(node, change)
