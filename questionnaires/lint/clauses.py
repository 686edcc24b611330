"""What a condition can be while some answers are still open: true, false or either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from questionnaires.expressions import (
    Call,
    Column,
    External,
    Field,
    Lookup,
    Node,
    Path,
    evaluate,
    references,
    truthy,
)
from questionnaires.expressions.evaluate import Value
from questionnaires.expressions.tree import walk
from questionnaires.flow import prepared

#: What a condition can be, as a set of bits: it may hold, it may fail.
Truth = int
HOLDS, FAILS = 1, 2
EITHER = HOLDS | FAILS

#: These give something else another day, or to another respondent.
_OPEN_CALLS = frozenset(
    ("today", "now", "random", "uuid", "once", "position", "pulldata", "choice-label")
)
_OPEN_NODES = (Column, External, Field, Lookup, Path)


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition or a part of one: what it reads, and the parts that and, or, not join."""

    node: Node
    reads: frozenset[str]
    #: It depends on more than the answers that it reads singly.
    open: bool
    join: str = ""
    parts: tuple[Clause, ...] = ()

    def truth(self, seen: Mapping[str, Value]) -> Truth:
        """Return what it can be when the answers that are not in ``seen`` are open."""
        if not self.open and self.reads <= seen.keys():
            return HOLDS if truthy(evaluate(self.node, seen)) else FAILS
        match self.join:
            case "not":
                return denied(self.parts[0].truth(seen))
            case "and":
                return every(part.truth(seen) for part in self.parts)
            case "or":
                return denied(every(denied(part.truth(seen)) for part in self.parts))
        return EITHER


def denied(truth: Truth) -> Truth:
    """Return what the opposite can be."""
    return (truth & HOLDS and FAILS) | (truth & FAILS and HOLDS)


def every(truths: Iterator[Truth]) -> Truth:
    """Return what can be of several conditions together: one that fails settles it."""
    may_hold, may_fail = HOLDS, 0
    for truth in truths:
        if truth == FAILS:
            return FAILS
        may_hold &= truth
        may_fail |= truth & FAILS
    return may_hold | may_fail


@lru_cache(maxsize=8192)
def clause(condition: str) -> Clause:
    """Take a condition apart, once."""
    return _clause_of(prepared(condition).node)


def _clause_of(node: Node) -> Clause:
    reads = frozenset(references(node))
    is_open = any(_is_open(part) for part in walk(node))
    if isinstance(node, Call) and node.name == "not":
        return Clause(node, reads, is_open, "not", (_clause_of(node.arguments[0]),))
    if isinstance(node, Call) and node.name in ("and", "or"):
        parts = tuple(_clause_of(part) for part in _chain(node))
        return Clause(node, reads, is_open, node.name, parts)
    return Clause(node, reads, is_open)


def _is_open(node: Node) -> bool:
    return isinstance(node, _OPEN_NODES) or (isinstance(node, Call) and node.name in _OPEN_CALLS)


def _chain(node: Call) -> Iterator[Node]:
    """Take ``a and b and c``, which grows to the left, apart, whatever its length."""
    rest: Node = node
    while isinstance(rest, Call) and rest.name == node.name:
        yield rest.arguments[1]
        rest = rest.arguments[0]
    yield rest
