"""A tree of our expressions -> its text, once our own parser has accepted it."""

from __future__ import annotations

from questionnaires.expressions import Call, ExpressionError, Node, parse
from questionnaires.expressions.writing import write
from questionnaires.formats.foreign.reasons import refused


def written(node: Node) -> str:
    """Return the text of a tree; raise Untranslatable when our parser would not accept it."""
    try:
        text = write(node)
        parse(text)
    except ExpressionError as error:
        raise refused(error) from None
    return text


def both(parts: list[Node], operator: str = "and") -> Node:
    """Return conditions joined with ``and`` or ``or``; there is at least one."""
    whole = parts[0]
    for part in parts[1:]:
        whole = Call(operator, (whole, part))
    return whole
