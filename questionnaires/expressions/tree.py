"""The three node types of an expression, and how they read as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

#: The name under which an item's own value stands in its constraint.
SELF = "."


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a string as written."""

    value: float | int | str


@dataclass(frozen=True, slots=True)
class Reference:
    """The answer to the item of that name; ``.`` is the item's own answer."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator applied to its arguments."""

    name: str
    arguments: tuple[Node, ...]


Node = Literal | Reference | Call


def to_json(node: Node) -> Any:
    """Return the tree as JSON: a literal as itself, ``{"ref": name}``, ``[function, ...]``."""
    match node:
        case Literal(value):
            return value
        case Reference(name):
            return {"ref": name}
        case Call(name, arguments):
            return [name, *(to_json(argument) for argument in arguments)]


def references(node: Node) -> Iterator[str]:
    """Yield the name of every item that the expression reads (without ``.``)."""
    yield from (name for name in _names(node) if name != SELF)


def reads_itself(node: Node) -> bool:
    """Say whether the expression reads ``.``, the item's own answer."""
    return SELF in _names(node)


def height(node: Node) -> int:
    """Return the length of the longest way down the tree, in nodes."""
    level, deep = [node], 0
    while level:
        deep += 1
        level = [part for upper in level if isinstance(upper, Call) for part in upper.arguments]
    return deep


def _names(node: Node) -> Iterator[str]:
    waiting = [node]
    while waiting:
        match waiting.pop():
            case Reference(name):
                yield name
            case Call(_, arguments):
                waiting.extend(arguments)
