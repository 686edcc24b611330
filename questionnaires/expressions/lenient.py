"""Repairs what spreadsheets and foreign dialects do to an expression, for importers only.

The parser stays strict. Here curly quotes become straight, no-break spaces spaces, ``&gt;`` a sign,
``AND`` ``and``; every repair is listed with its character, so that nothing changes in silence.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from questionnaires.expressions.errors import ExpressionError
from questionnaires.expressions.grammar import ARITY, BINARY
from questionnaires.expressions.parser import MAX_CHARACTERS, parse
from questionnaires.expressions.tokens import LOOKALIKES, SPACES
from questionnaires.expressions.tree import Literal, Node, walk

_QUOTES = {sign: meant for sign, meant in LOOKALIKES.items() if meant in ("'", '"')}
_FAMILY = {
    quote: frozenset({quote, *(sign for sign, meant in _QUOTES.items() if meant == quote)})
    for quote in ("'", '"')
}
_ENTITY = re.compile(r"&(?:amp;)*(?:gt|lt|amp|quot|apos|nbsp|#[0-9]{1,4}|#x[0-9a-fA-F]{1,4});")
_REFERENCE = re.compile(r"\$\{([^{}]*)\}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_CALLED = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]{0,20}[(（]")
_TWINS = {"==": "=", "&&": " and ", "||": " or ", "<>": "!=", "=>": ">=", "=<": "<="}
#: Functions of other dialects that one of ours equals.
_NAMES = {"parse-timestamp-to-date": "date-time", "ceil": "ceiling"}
_BARE = {"true": "true()", "false": "false()", "null": "''"}


@dataclass(frozen=True, slots=True)
class Repair:
    """What was written at a character (from 1), and what it was read as."""

    at: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a foreign expression: its tree, or None and the reason; and the repairs."""

    text: str
    node: Node | None
    repairs: tuple[Repair, ...]
    error: ExpressionError | None


def read(text: str, *, choices: bool = False, paths: bool = True) -> Reading:
    """Parse ``text`` as it is, or with as few kinds of repair as it takes."""
    readings = [_reading(text, (), choices, paths)]
    if len(text) > 2 * MAX_CHARACTERS:
        return readings[0]
    if readings[0].node is None or _swallows(readings[0].node):
        for close in (False, True):
            readings.append(_reading(*_repaired(text, choices, close), choices, paths))
    clean = (one for one in readings if one.node is not None and not _swallows(one.node))
    some = (one for one in readings if one.node is not None)
    return next(clean, next(some, readings[-1]))


def _reading(text: str, repairs: tuple[Repair, ...], choices: bool, paths: bool) -> Reading:
    try:
        return Reading(text, parse(text, choices=choices, paths=paths), repairs, None)
    except ExpressionError as error:
        return Reading(text, None, repairs, error)


def _swallows(node: Node) -> bool:
    """Say whether a text holds a curly quote and a reference: it seems to have ended earlier."""
    texts = [str(part.value) for part in walk(node) if isinstance(part, Literal)]
    return any("${" in text and any(sign in text for sign in _QUOTES) for text in texts)


def _repaired(text: str, choices: bool, close: bool) -> tuple[str, tuple[Repair, ...]]:
    """``close``: a curly quote ends a text that a straight one began, as in ``'a’``."""
    scanner = _Scanner(text, choices, close)
    while scanner.position < len(text):
        scanner.step()
    return "".join(scanner.written), tuple(scanner.repairs)


class _Scanner:
    def __init__(self, text: str, choices: bool, close: bool) -> None:
        self._text = text
        self._choices = choices
        self._close = close
        self._quote = ""
        self._closing: frozenset[str] = frozenset()
        self.position = 0
        self.written: list[str] = []
        self.repairs: list[Repair] = []

    def step(self) -> None:
        """Read one sign, word or reference."""
        sign = self._text[self.position]
        if self._entity():
            return
        if self._quote:
            self._inside(sign)
        elif not self._reference() and not self._word():
            self._outside(sign)

    def _put(self, before: str, after: str) -> None:
        if before != after:
            self.repairs.append(Repair(self.position + 1, before, after))
        self.written.append(after)
        self.position += len(before)

    def _inside(self, sign: str) -> None:
        if sign in self._closing:
            self._put(sign, self._quote)
            self._quote = ""
        else:
            self._put(sign, sign)

    def _outside(self, sign: str) -> None:
        quote = sign if sign in _FAMILY else _QUOTES.get(sign, "")
        pair = self._text[self.position : self.position + 2]
        if quote:
            self._quote = quote
            straight = sign == quote and not self._close
            self._closing = frozenset({quote}) if straight else _FAMILY[quote]
            self._put(sign, quote)
        elif pair in _TWINS:
            self._put(pair, _TWINS[pair])
        else:
            self._put(sign, SPACES.get(sign, LOOKALIKES.get(sign, sign)))

    def _reference(self) -> bool:
        found = _REFERENCE.match(self._text, self.position)
        if found:
            name = "".join(SPACES.get(sign, sign) for sign in found[1]).strip()
            self._put(found[0], f"${{{name}}}")
        return found is not None

    def _entity(self) -> bool:
        found = _ENTITY.match(self._text, self.position)
        if found is None:
            return False
        sign = found[0]
        while (less := html.unescape(sign)) != sign:
            sign = less
        if self._quote:
            self._quote = "" if sign in self._closing else self._quote
        elif sign in _FAMILY:
            self._quote, self._closing = sign, _FAMILY[sign]
        self._put(found[0], SPACES.get(sign, sign))
        return True

    def _word(self) -> bool:
        found = _WORD.match(self._text, self.position)
        if found is None or self._text[self.position - 1 : self.position] in (*"/.:_", "}"):
            return False
        word = found[0]
        self._put(word, self._meant(word, bool(_CALLED.match(self._text, found.end()))))
        return True

    def _meant(self, word: str, called: bool) -> str:
        lower = word.lower()
        if called:
            return _NAMES.get(lower, lower) if lower in ARITY or lower in _NAMES else word
        if lower in BINARY:
            return lower
        return word if self._choices and word == lower else _BARE.get(lower, word)
