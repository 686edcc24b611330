"""A tree of our expressions -> its text, once our own parser has accepted it."""

from __future__ import annotations

import re

from questionnaires.expressions import Call, ExpressionError, Literal, Node, parse
from questionnaires.expressions.writing import write
from questionnaires.formats.foreign.reasons import Untranslatable, refused


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


def matching(subject: Node, pattern: str) -> Node:
    """Return the condition that a text has a part like a pattern, as most languages mean it.

    Ours describes the whole text, so what is not anchored gets room around it.
    """
    if re.search(r"(?<!\\)\|", re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]|\([^()]*\)", "", pattern)):
        raise Untranslatable("value", name=pattern)
    before = "" if pattern.startswith("^") else ".*"
    after = "" if pattern.endswith("$") and not pattern.endswith("\\$") else ".*"
    return Call("regex", (subject, Literal(f"{before}{pattern}{after}")))
