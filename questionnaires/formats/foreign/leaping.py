"""Jumps -> conditions of the sections that they leave out, for formats that have no jumps."""

from __future__ import annotations

from collections.abc import Mapping

from questionnaires.expressions import Call, Node, parse
from questionnaires.flow import Flow
from questionnaires.formats.foreign.writing import both, written
from questionnaires.model import Jump, Questionnaire, Section


def conditions(questionnaire: Questionnaire) -> Mapping[str, str | None]:
    """Return section id -> when it is asked: its own condition, and that no jump leaves it out.

    Raise Untranslatable when such a condition is too long for our own parser.
    """
    flow = Flow(questionnaire)
    asked: dict[str, Node | None] = {}
    found: dict[str, str | None] = {}
    for number, section in enumerate(questionnaire.sections):
        own = parse(section.relevant) if section.relevant else None
        leaps = [
            _both(asked[earlier.id], _leap(earlier, number, flow))
            for earlier in flow.jumping[section.id]
        ]
        asked[section.id] = _both(own, _not(_either(leaps)) if leaps else None)
        node = asked[section.id]
        found[section.id] = section.relevant if not leaps or node is None else written(node)
    return found


def _leap(section: Section, number: int, flow: Flow) -> Node | None:
    """Return when the jump that is taken after a section leads past another; None: always."""
    ways: list[Node | None] = []
    before: list[Node] = []
    for jump in section.jump:
        if flow.target(jump.to) > number:
            ways.append(_both(_when(jump), _not(_either([*before])) if before else None))
        elif jump.when is not None:
            before.append(parse(jump.when))
        if jump.when is None:
            break
    return _either(ways)


def _when(jump: Jump) -> Node | None:
    return None if jump.when is None else parse(jump.when)


def _both(left: Node | None, right: Node | None) -> Node | None:
    """Join two conditions, of which one that always holds is None."""
    if left is None or right is None:
        return left or right
    return Call("and", (left, right))


def _either(parts: list[Node | None] | list[Node]) -> Node | None:
    """Return the condition that one of several holds; None when one always does."""
    if any(part is None for part in parts):
        return None
    nodes = [part for part in parts if part is not None]
    return both(nodes, "or") if nodes else Call("false", ())


def _not(node: Node | None) -> Node:
    return Call("false", ()) if node is None else Call("not", (node,))
