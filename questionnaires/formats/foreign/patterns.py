"""Patterns of other languages, which look for a part of a text -> ours, which describe the whole.

What is not anchored gets room around it, in each alternative by itself: ``^a|b$`` becomes
``(a.*|.*b)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from questionnaires.expressions import Call, Literal, Node

_ANY = ".*"
#: An escaped sign, a class of characters, or one sign.
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|.", re.DOTALL)
_CLASSES = {
    "[:alpha:]": "a-zA-Z",
    "[:digit:]": "0-9",
    "[:alnum:]": "a-zA-Z0-9",
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
    "[:space:]": r"\s",
}


def matching(subject: Node, pattern: str) -> Node:
    """Return the condition that a text has a part like a pattern, as most languages mean it."""
    return Call("regex", (subject, Literal(whole_text(pattern))))


def whole_text(pattern: str) -> str:
    """Return the pattern of all texts in which a part fits ``pattern``."""
    parts = list(_alternatives(pattern))
    if len(parts) == 1 and parts[0].startswith("^") and _ends(parts[0]):
        return parts[0]
    roomy = [_roomy(part) for part in parts]
    return roomy[0] if len(roomy) == 1 else f"({'|'.join(roomy)})"


def _roomy(part: str) -> str:
    start, end = part.startswith("^"), _ends(part)
    body = part[start : len(part) - end]
    return f"{'' if start else _ANY}{body}{'' if end else _ANY}"


def _ends(part: str) -> bool:
    return bool(re.search(r"(?<!\\)(?:\\\\)*\$\Z", part))


def _alternatives(pattern: str) -> Iterator[str]:
    """Yield what stands between the ``|`` outside of all groups."""
    depth = 0
    current: list[str] = []
    for match in _PIECE.finditer(pattern):
        piece = match[0]
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and depth == 0:
            yield "".join(current)
            current = []
        else:
            current.append(_posix(piece))
    yield "".join(current)


def _posix(piece: str) -> str:
    if piece.startswith("[") and "[:" in piece:
        for name, ranges in _CLASSES.items():
            piece = piece.replace(name, ranges)
    return piece
