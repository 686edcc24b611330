"""What each function and operator does with its arguments.

One meaning everywhere: ``None`` is "not answered". Equality with ``''`` holds for None;
``< > <= >=`` with anything that cannot be ordered is false; arithmetic with None is None, and so is
division by zero. Strings count in code points. A string is compared with a number as a number.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

Value = None | bool | int | float | str | datetime.date | Sequence["Value"]

_MANY = 20
#: Room for the fifteen digits before the point and the fifteen behind it.
_WIDE = Context(prec=40)
#: Up to here every whole number is exact in a double, which is what a browser has.
_EXACT = 2**53


def number(value: Value) -> float | int | None:
    """Return the number that a value stands for, or None when it stands for none."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return _finite(value)
    if isinstance(value, str) and "_" not in value:  # float() would read 1_000
        try:
            return _finite(float(value))
        except ValueError:
            return None
    return None


def _finite(value: float | int) -> float | int | None:
    """Return a number that a double can hold: whole beyond 2**53 it becomes one; else None."""
    try:
        if not math.isfinite(value):
            return None
    except OverflowError:
        return None
    return value if abs(value) <= _EXACT else float(value)


def string(value: Value) -> str:
    """Return a value as text; a whole number without its decimal point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return " ".join(string(part) for part in value)
    return str(value)


def truthy(value: Value) -> bool:
    """Say whether a value counts as true: not None, false, 0, '' or empty."""
    return bool(value)


def equal(left: Value, right: Value) -> bool:
    """Compare as numbers when either side is a number, otherwise as text."""
    if isinstance(left, int | float) or isinstance(right, int | float):
        a, b = number(left), number(right)
        if a is not None and b is not None:
            return a == b
    return string(left) == string(right)


def _ordered(compare: Callable[[float], bool]) -> Callable[[Value, Value], bool]:
    def operator(left: Value, right: Value) -> bool:
        a, b = _moment(left), _moment(right)
        if a is None and b is None:
            a, b = number(left), number(right)
        return a is not None and b is not None and compare(a - b)

    return operator


def _moment(value: Value) -> float | None:
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value) if "-" in value[1:] else None
        except ValueError:
            return None
    if isinstance(value, datetime.datetime):
        return (value.replace(tzinfo=None) - datetime.datetime(1970, 1, 1)).total_seconds()
    if isinstance(value, datetime.date):
        return (value - datetime.date(1970, 1, 1)).days * 86400.0
    return None


def _arithmetic(apply: Callable[[float, float], float]) -> Callable[[Value, Value], Value]:
    def operator(left: Value, right: Value) -> Value:
        a, b = number(left), number(right)
        if a is None or b is None:
            return None
        try:
            return _finite(apply(a, b))
        except (ValueError, ZeroDivisionError, OverflowError):  # fmod(1, 0) is a ValueError
            return None

    return operator


def _items(value: Value) -> list[Value]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _numbers(values: Sequence[Value]) -> list[float]:
    flat = [part for value in values for part in _items(value)]
    return [parsed for part in flat if (parsed := number(part)) is not None]


def _round(value: Value, digits: Value = 0) -> Value:
    parsed, places = number(value), number(digits)
    if parsed is None or places is None:
        return None
    if abs(parsed) >= 1e15:  # beyond this a double has no decimals left to round
        return parsed
    quantum = Decimal(1).scaleb(-max(-15, min(15, int(places))))
    rounded = Decimal(repr(parsed)).quantize(quantum, ROUND_HALF_UP, _WIDE)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def _int(value: Value) -> Value:
    parsed = number(value)
    return None if parsed is None else math.floor(parsed)


#: Operators between two operands -> how tightly they bind.
BINARY = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}

#: Operators and functions whose arguments are all evaluated first.
FUNCTIONS: dict[str, Callable[..., Value]] = {
    "=": equal,
    "!=": lambda a, b: not equal(a, b),
    "<": _ordered(lambda difference: difference < 0),
    ">": _ordered(lambda difference: difference > 0),
    "<=": _ordered(lambda difference: difference <= 0),
    ">=": _ordered(lambda difference: difference >= 0),
    "+": _arithmetic(lambda a, b: a + b),
    "-": _arithmetic(lambda a, b: a - b),
    "*": _arithmetic(lambda a, b: a * b),
    "div": _arithmetic(lambda a, b: a / b),
    "mod": _arithmetic(math.fmod),
    "negate": lambda a: None if number(a) is None else -number(a),  # type: ignore[operator]
    "not": lambda a: not truthy(a),
    "selected": lambda value, option: string(option) in {string(v) for v in _items(value)},
    "count-selected": lambda value: len(_items(value)),
    "count": lambda value: len(_items(value)),
    "string-length": lambda value: len(string(value)),
    "contains": lambda value, part: string(part) in string(value),
    "concat": lambda *values: "".join(string(value) for value in values),
    "number": number,
    "int": _int,
    "round": _round,
    "sum": lambda *values: _finite(sum(_numbers(values))),
    "min": lambda *values: min(_numbers(values), default=None),
    "max": lambda *values: max(_numbers(values), default=None),
    "true": lambda: True,
    "false": lambda: False,
}

#: name -> (fewest, most) arguments of everything that may be called by name.
ARITY: dict[str, tuple[int, int]] = {
    "not": (1, 1),
    "selected": (2, 2),
    "count-selected": (1, 1),
    "count": (1, 1),
    "string-length": (1, 1),
    "contains": (2, 2),
    "concat": (1, _MANY),
    "number": (1, 1),
    "int": (1, 1),
    "round": (1, 2),
    "sum": (1, _MANY),
    "min": (1, _MANY),
    "max": (1, _MANY),
    "true": (0, 0),
    "false": (0, 0),
    "if": (3, 3),
    "coalesce": (1, _MANY),
}
