"""Text -> tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from questionnaires.expressions.errors import ExpressionError

_NAME = r"[^\W\d][\w-]*"
_STEP = r"[^\W\d][\w.:-]*"
_TOKEN = re.compile(
    rf"""[ \t\r\n]*(?:
      (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    | (?P<string>'[^']*'|"[^"]*")
    | \$\{{(?P<reference>[^{{}}\s]+)\}}(?:\.(?P<column>{_NAME})|(?P<inner>(?:/{_STEP})+))?
    | (?P<path>(?:\.\./)*\.\.(?![\w./])|(?:\./|(?:\.\./)+){_STEP}(?:/{_STEP})*)
    | (?P<steps>(?:/(?:\.\.|{_STEP}))+)
    | (?P<operator>!=|<=|>=|[=<>+*(),\[\]-])
    | (?P<name>{_NAME}(?::{_NAME})?)
    | (?P<self>\.)
    )""",
    re.VERBOSE,
)
_BLANK = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile("[\ud800-\udfff]")

#: Signs that look like one of the language, or stand for one, in pasted text.
LOOKALIKES = {
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **{chr(ord(sign) + 0xFEE0): sign for sign in "()[],=<>+-*.$%{}!"},
    **{"−": "-", "–": "-", "—": "-", "×": "*", "÷": " div ", "≤": "<=", "≥": ">=", "≠": "!="},
    **{"、": ",", "＇": "'", "＂": '"'},
}
#: Signs that stand for a space, or for nothing.
SPACES = (
    dict.fromkeys("\xa0\u1680\u2007\u202f\u205f\u3000\v\f\x85\u2028\u2029", " ")
    | {chr(point): " " for point in range(0x2000, 0x200B)}
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "")
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression; ``rest`` is what was attached to a reference."""

    sort: str
    text: str
    at: int
    rest: str = ""


def tokens(text: str) -> list[Token]:
    """Split ``text``; raise ExpressionError at the first sign that belongs to no token."""
    if found := _SURROGATE.search(text):
        raise ExpressionError(found.start() + 1, "含有不成字的编码", "half a character")
    pieces: list[Token] = []
    position = _BLANK.match(text).end()  # type: ignore[union-attr]
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            _refuse(text, position)
        pieces.append(_token(match))
        position = _BLANK.match(text, match.end()).end()  # type: ignore[union-attr]
    return pieces


def _token(match: re.Match[str]) -> Token:
    if match["reference"] is None:
        sort = match.lastgroup or ""
        return Token(sort, match[sort], match.start(sort) + 1)
    at = match.start("reference") - 1
    for sort in ("column", "inner"):
        if match[sort]:
            return Token(sort, match["reference"], at, match[sort])
    return Token("reference", match["reference"], at)


def _refuse(text: str, start: int) -> NoReturn:
    sign = text[start]
    chinese, english = f"不认识的字符“{sign}”", f'unexpected character "{sign}"'
    if sign in LOOKALIKES:
        meant = LOOKALIKES[sign].strip()
        chinese, english = f"{chinese}，应写成 {meant}", f"{english}; write {meant}"
    elif text[start : start + 2] == "${":
        chinese = f"{chinese}：题目写成 ${{标识}}，大括号里没有空格"
        english = f"{english}: an item is written ${{name}}, without spaces"
    raise ExpressionError(start + 1, chinese, english)
