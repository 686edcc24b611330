"""Conditions on cascades for formats without them: there an option stands for a whole way down.

Ours compares the last value of a way (``= 'p'``); what is written is a list of options such as
``e/p``, so that each comparison is with every way that ends so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.kinds.base import Item
from questionnaires.kinds.cascading import Branch, Cascade

_COMPARING = ("=", "!=", "in", "selected")
#: What does not look at the value itself.
_INDIFFERENT = ("and", "or", "not", "choice-label")


def spelled(way: tuple[Branch, ...]) -> str:
    """Return the option that stands for a way."""
    return "/".join(branch.value for branch in way)


def spelled_out(node: Node, find: Callable[[Node], Item | None]) -> Node:
    """Return a comparison with the end of a way as one with whole ways; others as they are.

    Raises Untranslatable where the value of a cascade is used for something else.
    """
    if not isinstance(node, Call) or node.name in _INDIFFERENT:
        return node
    arguments = node.arguments
    if node.name in _COMPARING and isinstance(arguments[0], Literal):
        arguments = (*arguments[1:2], arguments[0], *arguments[2:])
    subject = next((part for part in arguments if isinstance(find(part), Cascade)), None)
    if subject is None:
        return node
    options = [part.value for part in arguments[1:] if isinstance(part, Literal)]
    plain = subject is arguments[0] and len(options) == len(arguments) - 1
    if node.name not in _COMPARING or not plain:
        name = subject.name if isinstance(subject, Reference) else node.name
        raise Untranslatable("part", name=name)
    cascade = find(subject)
    assert isinstance(cascade, Cascade)
    return _compared(node, subject, cascade, options)


def _compared(node: Call, subject: Node, cascade: Cascade, options: Sequence[object]) -> Node:
    ways = [Literal(spelled(way)) for way in cascade.ends() if way[-1].value in map(str, options)]
    if not ways:
        return node
    if len(ways) == 1:
        return Call("!=" if node.name == "!=" else "=", (subject, ways[0]))
    among = Call("in", (subject, *ways))
    return Call("not", (among,)) if node.name == "!=" else among
