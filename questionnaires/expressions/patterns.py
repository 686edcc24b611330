"""Patterns for ``regex``: a subset that means the same everywhere and always takes linear time.

Accepted: characters, ``.``, ``[...]`` and ``[^...]``, the escapes ``\\d \\w \\s`` (and ``\\D \\W
\\S``), ``\\t \\n \\r \\f \\v``, ``\\xHH``, ``\\uHHHH``, an escaped sign, groups, ``|`` and ``* + ?
{n} {n,} {n,m}``. A pattern describes the whole text, so ``^`` and ``$`` may stand at its ends only.
Refused, because engines differ or need more than linear time: backreferences, lookaround, word
boundaries, ``\\p{...}``, flags, possessive quantifiers.

Every character class becomes plain ranges of code points here, so no engine's own idea of a class
counts. Python runs the pattern on RE2 (R. Cox, "Regular Expression Matching in the Wild", 2010);
the browser, whose own RegExp backtracks, steps through the sets of states of the same automaton
(K. Thompson, CACM 11(6), 1968).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from questionnaires.expressions.errors import ExpressionError

#: A pattern may have so many states once its repetitions are written out.
MAX_STATES = 1000
#: A text longer than this, in code points, matches no pattern.
MAX_SUBJECT = 4000
#: Groups may be nested so deep.
MAX_GROUPS = 20
LAST = 0x10FFFF

Ranges = tuple[tuple[int, int], ...]

_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
#: What ECMAScript 2024 section 22.2.2.9 calls \s: no-break and ideographic spaces count.
_SPACE: Ranges = (
    *((9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)),
    *((0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_HEX = {"x": 2, "u": 4}
_SPECIAL = "\\^$.|?*+()[]{}"


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of ranges of code points."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence_:
    """One part after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several parts."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part from ``low`` to ``high`` times; ``high`` None is "or more"."""

    part: Part
    low: int
    high: int | None


Part = Chars | Sequence_ | Choice | Repeat


def program(pattern: str) -> Any:
    """Return a pattern as JSON for the browser.

    A class is a string of pairs of characters, each the first and last of a range; lists are
    ``[",", part, ...]``, ``["|", part, ...]`` and ``["{", part, low, high or null]``.
    """
    return [",", _program(parsed(pattern))]


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return the function that says whether a whole text matches."""
    return _matcher(pattern)


@lru_cache(maxsize=1024)
def parsed(pattern: str) -> Part:
    """Parse a pattern; raise ExpressionError, whose character counts within the pattern."""
    part = _Parser(pattern).whole()
    if _states(part) > MAX_STATES:
        raise ExpressionError(1, "正则表达式太大", "the pattern is too large")
    _compiled(part)
    return part


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> Callable[[str], bool]:
    fullmatch = _compiled(parsed(pattern)).fullmatch

    def matches(text: str) -> bool:
        if len(text) > MAX_SUBJECT:
            return False
        try:
            return fullmatch(text.encode()) is not None
        except UnicodeEncodeError:  # half a surrogate pair: no pattern allows one
            return False

    return matches


def _compiled(part: Part) -> Any:
    import re2  # type: ignore[import-untyped]  # most definitions have no pattern

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(_re2(part), options)
    except re2.error as error:
        raise ExpressionError(1, "正则表达式太大", "the pattern is too large") from error


def _states(part: Part) -> int:
    match part:
        case Chars():
            return 1
        case Repeat(inner, low, high):
            return max(1, _states(inner)) * max(1, low + 1 if high is None else high)
        case Sequence_(parts) | Choice(parts):
            return sum(map(_states, parts)) + len(parts)


def _re2(part: Part) -> str:
    match part:
        case Chars(ranges):
            return "[" + "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in ranges) + "]"
        case Sequence_(parts):
            return "".join(map(_re2, parts))
        case Choice(parts):
            return "(?:" + "|".join(map(_re2, parts)) + ")"
        case Repeat(inner, low, high):
            return f"(?:{_re2(inner)}){{{low},{'' if high is None else high}}}"


def _program(part: Part) -> Any:
    match part:
        case Chars(ranges):
            return "".join(chr(low) + chr(high) for low, high in ranges)
        case Sequence_(parts):
            return [",", *map(_program, parts)]
        case Choice(parts):
            return ["|", *map(_program, parts)]
        case Repeat(inner, low, high):
            return ["{", _program(inner), low, high]


def _union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    joined: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


#: No text contains these.
_SURROGATES: Ranges = ((0xD800, 0xDFFF),)


def _without(ranges: Ranges) -> Ranges:
    """Return every character outside of ``ranges``."""
    outside, start = [], 0
    for low, high in _union((*ranges, *_SURROGATES)):
        if start < low:
            outside.append((start, low - 1))
        start = high + 1
    return (*outside, *([(start, LAST)] if start <= LAST else []))


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._next = 0
        self._depth = 0

    def whole(self) -> Part:
        part = self._choice()
        if self._next < len(self._text):
            raise self._wrong("“)”多余", '")" does not belong here')
        return part

    def _wrong(self, chinese: str, english: str, at: int | None = None) -> ExpressionError:
        at = self._next if at is None else at
        return ExpressionError(at + 1, f"正则表达式：{chinese}", f"pattern: {english}")

    def _peek(self) -> str:
        return self._text[self._next : self._next + 1]

    def _take(self) -> str:
        found = self._peek()
        if not found:
            raise self._wrong("没有写完", "it is not complete")
        self._next += 1
        return found

    def _choice(self) -> Part:
        self._depth += 1
        if self._depth > MAX_GROUPS:
            raise self._wrong("括号嵌套太深", "groups are nested too deep")
        parts = [self._sequence()]
        while self._peek() == "|":
            self._next += 1
            parts.append(self._sequence())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        if self._depth == 1 and self._peek() == "^":
            self._next += 1
        while (sign := self._peek()) and sign not in "|)":
            if sign == "$" and self._at_the_end():
                self._next += 1
                break
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence_(tuple(parts))

    def _at_the_end(self) -> bool:
        return self._depth == 1 and self._text[self._next + 1 : self._next + 2] in ("", "|")

    def _atom(self) -> Part:
        at, sign = self._next, self._take()
        match sign:
            case "(":
                return self._group()
            case "[":
                return Chars(self._class())
            case ".":
                return Chars(_without(((10, 10),)))
            case "\\":
                return Chars(self._escape())
            case "*" | "+" | "?" | "{":
                raise self._wrong(f"“{sign}”前面缺少内容", f'nothing before "{sign}"', at)
            case "^" | "$":
                raise self._wrong(f"“{sign}”只能在两端", f'"{sign}" only at an end', at)
            case "]" | "}":
                raise self._wrong(f"“{sign}”要写成“\\{sign}”", f'write "\\{sign}"', at)
        return Chars(((ord(sign), ord(sign)),))

    def _group(self) -> Part:
        if self._peek() == "?":
            if self._text[self._next : self._next + 2] != "?:":
                raise self._wrong("不支持“(?”", '"(?" is not supported')
            self._next += 2
        part = self._choice()
        if self._peek() != ")":
            raise self._wrong("缺少“)”", 'a ")" is missing')
        self._next += 1
        return part

    def _repeated(self, part: Part) -> Part:
        limits = self._limits()
        if limits is None:
            return part
        if self._peek() == "?":  # as few as possible: the same texts match as a whole
            self._next += 1
        if self._peek() and self._peek() in "*+?{":
            raise self._wrong("连续的重复符号", "one repetition after another")
        return Repeat(part, *limits)

    def _limits(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        sign = self._peek()
        if sign in simple:
            self._next += 1
            return simple[sign]
        if sign != "{":
            return None
        start, self._next = self._next, self._next + 1
        low = self._number(start)
        high: int | None = low
        if self._peek() == ",":
            self._next += 1
            high = None if self._peek() == "}" else self._number(start)
        if self._take() != "}" or (high is not None and not low <= high) or (high or low) > 1000:
            raise self._wrong("重复次数不对", "wrong numbers of repetition", start)
        return low, high

    def _number(self, start: int) -> int:
        digits = ""
        while "0" <= self._peek() <= "9":
            digits += self._take()
        if not digits or len(digits) > 4:
            raise self._wrong("重复次数不对", "wrong numbers of repetition", start)
        return int(digits)

    def _class(self) -> Ranges:
        start = self._next - 1
        negated = self._peek() == "^"
        self._next += negated
        ranges: list[tuple[int, int]] = []
        while self._peek() != "]":
            if not self._peek():
                raise self._wrong("缺少“]”", 'a "]" is missing', start)
            if self._text[self._next : self._next + 2] == "[:":
                raise self._wrong("不支持“[:”", '"[:" is not supported')
            ranges += self._range()
        self._next += 1
        found = _without(tuple(ranges)) if negated else _union(ranges)
        if not found:
            raise self._wrong("方括号里没有字符", "the brackets allow no character", start)
        return found

    def _range(self) -> Ranges:
        at, first = self._next, self._member()
        if self._peek() != "-" or self._text[self._next + 1 : self._next + 2] in ("]", ""):
            return first
        if not _single(first):  # in [\w-.] the hyphen stands for itself
            return first
        self._next += 1
        last = self._member()
        if not _single(last) or first[0][0] > last[0][0]:
            raise self._wrong("字符范围不对", "wrong range of characters", at)
        return ((first[0][0], last[0][0]),)

    def _member(self) -> Ranges:
        sign = self._take()
        return self._escape() if sign == "\\" else ((ord(sign), ord(sign)),)

    def _escape(self) -> Ranges:
        at, sign = self._next - 1, self._take()
        if sign.lower() in _CLASSES:
            found = _CLASSES[sign.lower()]
            return found if sign.islower() else _without(found)
        if sign in _CONTROLS:
            return _code(_CONTROLS[sign])
        if sign in _HEX:
            digits = self._text[self._next : self._next + _HEX[sign]]
            self._next += _HEX[sign]
            whole = len(digits) == _HEX[sign] and not digits.strip("0123456789abcdefABCDEF")
            if whole and not 0xD800 <= int(digits, 16) <= 0xDFFF:
                return _code(int(digits, 16))
        elif sign.isascii() and not sign.isalnum() and sign.isprintable():
            return _code(ord(sign))
        raise self._wrong(f"不支持“\\{sign}”", f'"\\{sign}" is not supported', at)


def _code(point: int) -> Ranges:
    return ((point, point),)


def _single(ranges: Sequence[tuple[int, int]]) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]
