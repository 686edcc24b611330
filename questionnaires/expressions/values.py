"""The values that expressions work on, and what one kind of value counts as in place of another.

A value is None (not answered), true or false, a number, a text or a list of these. A number is an
IEEE double, never infinite or "not a number"; a whole number may be a Python int up to 2**53.
A date is the text ``YYYY-MM-DD``, a date with a time ``YYYY-MM-DDTHH:MM``, a time of day ``HH:MM``.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from questionnaires.expressions import days

#: What an expression may be given; a date becomes a text as it is read.
Value = None | bool | int | float | str | datetime.date | Sequence["Value"]

#: Up to here every whole number is exact in a double, which is what a browser has.
EXACT = 2**53
#: A text made by an expression that is longer than this, in code points, is None.
MAX_TEXT = 100_000

_NUMBER = re.compile(
    r"[ \t\n\r]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[ \t\n\r]*"
).fullmatch
_SURROGATES = re.compile("[\ud800-\udfff]")


def tidy(value: Any) -> Any:
    """Return what an expression sees of an answer: whatever is not a value reads as None."""
    match value:
        case str():
            return value if value.isascii() else _SURROGATES.sub("\ufffd", value)
        case None | bool():
            return value
        case int() | float():
            return finite(value)
        case datetime.datetime():
            return value.replace(tzinfo=None).isoformat(
                timespec="seconds" if value.second else "minutes"
            )
        case datetime.date():
            return value.isoformat()
        case list() | tuple():
            return [_element(part, n) for n, part in enumerate(_flat(value), start=1)]
    return None


def _element(part: Any, number: int) -> Any:
    """An entry of a repeated section reads as its number."""
    return number if isinstance(part, Mapping) else tidy(part)


def _flat(values: Iterable[Any]) -> list[Any]:
    found, waiting = [], list(values)[::-1]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list | tuple):
            waiting.extend(part[::-1])
        else:
            found.append(part)
    return found


def finite(value: float | int) -> float | int | None:
    """Return a number that a double can hold: whole beyond 2**53 it becomes one; else None."""
    try:
        if not math.isfinite(value):
            return None
    except OverflowError:
        return None
    if -EXACT <= value <= EXACT:
        return value + 0  # not -0.0
    return float(value)


def number(value: Any) -> float | int | None:
    """Return the number that a value stands for, or None when it stands for none."""
    kind = type(value)
    if kind is int or kind is float:
        plain: float | int = value
        return plain
    if kind is bool:
        return int(value)
    if kind is str and _NUMBER(value):
        return finite(float(value))
    return None


def string(value: Any) -> str:
    """Return a value as text; a number in the fewest digits that give it back."""
    kind = type(value)
    if kind is str:
        return str(value)
    if value is None:
        return ""
    if kind is bool:
        return "true" if value else "false"
    if kind is list:
        return " ".join(map(string, value))
    return str(value) if kind is int else digits(value)


def digits(value: float) -> str:
    """Write a double as ECMAScript does (ECMA-262, Number::toString): 100, 0.1, 1e+21, 1e-7."""
    if value.is_integer() and abs(value) <= EXACT:
        return str(int(value))
    written = repr(value)
    mantissa, _, exponent = written.partition("e")
    if not exponent:
        return written.removesuffix(".0")
    power = int(exponent)
    if -7 < power < 21:
        return _plain(mantissa, power)
    return f"{mantissa}e{'+' if power > 0 else '-'}{abs(power)}"


def _plain(mantissa: str, power: int) -> str:
    """Write a mantissa of one digit before the point without its exponent."""
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, rest = mantissa.removeprefix("-").partition(".")
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{whole}{rest}"
    return f"{sign}{whole}{rest.ljust(power, '0')}"


def truthy(value: Any) -> bool:
    """Say whether a value counts as true: not None, false, 0, '' or an empty list."""
    return bool(value)


def equal(left: Any, right: Any) -> bool:
    """Compare as numbers when either is one, as moments or times when both are, else as text."""
    if type(left) is not str or type(right) is not str:
        if isinstance(left, int | float) or isinstance(right, int | float):
            a, b = number(left), number(right)
            if a is not None and b is not None:
                return a == b
        left, right = string(left), string(right)
    if left == right:
        return True
    for measure in (days.moment, days.clock):
        if (measured := measure(left)) is not None:
            return measured == measure(right)
    return False


def gap(left: Any, right: Any) -> tuple[float, float] | None:
    """Return two values as moments, times of day or numbers that can be put in order, or None."""
    measure = _measure(left, right) if type(left) is str and type(right) is str else number
    a, b = measure(left), measure(right)
    return None if a is None or b is None else (a, b)


def _measure(left: str, right: str) -> Callable[[str], float | None]:
    """Return what puts two texts in order: what either of them is, the other must be."""
    for measure in (days.moment, days.clock):
        if measure(left) is not None or measure(right) is not None:
            return measure
    return number


def elements(value: Any) -> list[Any]:
    """Return a value as a list: none, itself, or its elements."""
    if type(value) is list:
        return value
    return [] if value is None or value == "" else [value]


def words(value: Any) -> list[str]:
    """Return the options that were selected; a text is split at its spaces, as XLSForm does."""
    if type(value) is list:
        return [string(part) for part in value if not blank(part)]
    return [word for word in string(value).split(" ") if word]


def numbers(values: Iterable[Any]) -> list[float]:
    """Return every number among values and lists."""
    flat = (part for value in values for part in elements(value))
    return [parsed for part in flat if (parsed := number(part)) is not None]


def blank(value: Any) -> bool:
    """Say whether a value is "not answered"."""
    return value is None or value == ""


def limited(text: str) -> str | None:
    """Return a text unless it is longer than any answer."""
    return text if len(text) <= MAX_TEXT else None
