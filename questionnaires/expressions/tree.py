"""The node types of an expression, and ways through its tree.

Every node knows the character (from 1) at which it stands in the text, for messages; two nodes are
equal when they mean the same, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial, reduce

#: The name under which an item's own value stands in its constraint.
SELF = "."
#: Operators that take any number of operands.
CHAINS = ("and", "or")

_at = partial(field, default=0, compare=False, repr=False)


class _Part:
    """A node has room for the function that it was compiled to."""

    __slots__ = ("run",)


@dataclass(frozen=True, slots=True)
class Literal(_Part):
    """A number, a string, true or false as written."""

    value: bool | float | int | str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Reference(_Part):
    """The answer to the item of that name; ``.`` is the item's own answer."""

    name: str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Column(_Part):
    """``${roster}.item``: the answers to one item in all entries of a repeated section."""

    roster: str
    item: str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Field(_Part):
    """A bare name in a choice filter: a column of the choice list, in the row looked at."""

    name: str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Path(_Part):
    """A path of a foreign form, such as ``../x`` (``up`` 1); an importer puts an item in its place.

    ``base`` is ``/`` for a path from the root, the name in ``${name}/x/y``, otherwise empty.
    """

    up: int
    names: tuple[str, ...]
    base: str = ""
    at: int = _at()


@dataclass(frozen=True, slots=True)
class External(_Part):
    """A value from outside the form: another instance's, or that of the last response."""

    source: str
    names: tuple[str, ...]
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Lookup(_Part):
    """Column ``column`` of the first row of a choice list for which ``where`` holds."""

    choices: str
    where: Node
    column: str
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Over(_Part):
    """A function of those elements of a list for which ``where`` holds; ``.`` is the element."""

    function: str
    source: Node
    where: Node
    at: int = _at()


@dataclass(frozen=True, slots=True)
class Call(_Part):
    """A function or an operator applied to its arguments."""

    name: str
    arguments: tuple[Node, ...]
    at: int = _at()


Node = Literal | Reference | Column | Field | Path | External | Lookup | Over | Call


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below ``node``."""
    match node:
        case Call():
            return node.arguments
        case Over():
            return (node.source, node.where)
        case Lookup():
            return (node.where,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and every node below it."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(children(part))


def size(node: Node) -> int:
    """Return the number of nodes: what one evaluation costs at most, loops apart."""
    return sum(1 for _ in walk(node))


def height(node: Node) -> int:
    """Return the length of the longest way down the tree, in nodes."""
    level, deep = [node], 0
    while level:
        deep += 1
        level = [part for upper in level for part in children(upper)]
    return deep


def references(node: Node) -> Iterator[str]:
    """Yield the name of every item that the expression reads singly (without ``.``)."""
    for part in walk(node):
        if isinstance(part, Reference) and part.name != SELF:
            yield part.name


def columns(node: Node) -> Iterator[Column]:
    """Yield every ``${roster}.item`` that the expression reads."""
    yield from (part for part in walk(node) if isinstance(part, Column))


def reads_itself(node: Node) -> bool:
    """Say whether the expression reads ``.``, the item's own answer."""
    return any(name == SELF for name in _own_names(node))


def _own_names(node: Node) -> Iterator[str]:
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Reference):
            yield part.name
        # Inside a condition over a list, "." is the element of the list.
        waiting.extend([part.source] if isinstance(part, Over) else children(part))


def operands(node: Node) -> tuple[Node, list[tuple[Call, Node]]]:
    """Take ``a + b - c``, which grows to the left, apart: ``a`` and then ``+ b``, ``- c``.

    So whoever works on a long chain needs no stack for its length.
    """
    chain = []
    while isinstance(node, Call) and len(node.arguments) == 2:
        chain.append((node, node.arguments[1]))
        node = node.arguments[0]
    return node, chain[::-1]


def replaced(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the tree with ``change`` applied to every node, the lowest first."""
    first, chain = operands(node)
    start = change(_rebuilt(first, change))

    def join(left: Node, link: tuple[Call, Node]) -> Node:
        call, right = link
        return change(Call(call.name, (left, replaced(right, change)), call.at))

    return reduce(join, chain, start)


def _rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    match node:
        case Call(name, arguments):
            return Call(name, tuple(replaced(part, change) for part in arguments), node.at)
        case Over(function, source, where):
            return Over(function, replaced(source, change), replaced(where, change), node.at)
        case Lookup(choices, where, column):
            return Lookup(choices, replaced(where, change), column, node.at)
    return node
