"""What each function and operator does with the values of its arguments.

One meaning everywhere, written down in the guide (page "Expressions") and, case by case, in
``tests/questionnaires/equivalence/table.json``; the browser's twin is
``surveyapp/static/expressions.js``. None is "not answered"; arithmetic with None is None, and so is
whatever has no value: a division by zero, a root of -1, a day that no calendar has.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from questionnaires.expressions import days
from questionnaires.expressions.grammar import ARITY, BINARY
from questionnaires.expressions.values import (
    blank,
    elements,
    equal,
    finite,
    gap,
    limited,
    number,
    numbers,
    string,
    truthy,
    words,
)

__all__ = ["ARITY", "BINARY", "FUNCTIONS"]

#: From here a double has no decimals left to round.
_WIDE = 1e15


def _ordered(compare: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    def operator(left: Any, right: Any) -> bool:
        pair = gap(left, right)
        return pair is not None and compare(*pair)

    return operator


def plus(left: Any, right: Any) -> Any:
    """Add numbers; a number of days may be added to a date."""
    a, b = number(left), number(right)
    if a is not None and b is not None:
        return finite(a + b)
    if b is not None and type(left) is str:
        return days.shifted(left, b)
    if a is not None and type(right) is str:
        return days.shifted(right, a)
    return None


def minus(left: Any, right: Any) -> Any:
    """Subtract numbers, a number of days from a date, or a date from a date (in days)."""
    a, b = number(left), number(right)
    if a is not None and b is not None:
        return finite(a - b)
    if type(left) is not str:
        return None
    if b is not None:
        return days.shifted(left, -b)
    first, last = _moment(right), _moment(left)
    return None if first is None or last is None else (last - first) / days.DAY


def times(left: Any, right: Any) -> Any:
    """Multiply numbers."""
    a, b = number(left), number(right)
    return None if a is None or b is None else finite(a * b)


def divided(left: Any, right: Any) -> Any:
    """Divide numbers; by zero there is no value."""
    a, b = number(left), number(right)
    return finite(a / b) if a is not None and b else None


def _modulo(left: Any, right: Any) -> Any:
    a, b = number(left), number(right)
    return finite(math.fmod(a, b)) if a is not None and b else None


def _of_number(apply: Callable[[float], float | int]) -> Callable[[Any], Any]:
    def function(value: Any) -> Any:
        parsed = number(value)
        return None if parsed is None else finite(apply(parsed))

    return function


def _round(value: Any, places: Any = 0) -> Any:
    """Round half away from zero, judging by the decimal digits that the number is written with."""
    parsed, wanted = number(value), number(places)
    if parsed is None or wanted is None:
        return None
    power = max(-15, min(15, math.trunc(wanted)))
    scaled = _scaled(abs(parsed), power)
    if scaled >= _WIDE:
        return parsed
    whole = math.floor(scaled)
    rounded = _scaled(whole + (scaled - whole >= 0.5), -power)
    return finite(-rounded if parsed < 0 else rounded)


def _scaled(value: float, power: int) -> float:
    """Move the decimal point; unlike a multiplication this turns 2.345 into exactly 234.5."""
    mantissa, _, exponent = repr(value).partition("e")
    return float(f"{mantissa}e{int(exponent or 0) + power}")


def _power(base: Any, exponent: Any) -> Any:
    """Raise by multiplications and square roots alone: libraries differ in the last digit."""
    x, y = number(base), number(exponent)
    if x is None or y is None:
        return None
    whole = math.floor(abs(y))
    part = abs(y) - whole
    if part and x < 0:
        return None
    result, factor = 1.0, float(x)
    while whole >= 1:
        if whole % 2:
            result *= factor
        factor *= factor
        whole //= 2
    result *= _root(x, part)
    return finite(result) if y >= 0 else divided(1, finite(result))


def _root(x: float, part: float) -> float:
    """Return x to the power of a fraction, one binary digit of it after the other."""
    result = 1.0
    while part:
        x, part = math.sqrt(x), part * 2
        if part >= 1:
            result, part = result * x, part - 1
    return result


def _sqrt(value: Any) -> Any:
    parsed = number(value)
    return None if parsed is None or parsed < 0 else math.sqrt(parsed)


def total(values: list[float]) -> Any:
    """Add up from left to right, as doubles."""
    result: float | int = 0
    for value in values:
        added = finite(result + value)
        if added is None:
            return None
        result = added
    return result


def mean(values: list[float]) -> Any:
    """Return the mean, or None of no values."""
    return divided(total(values), len(values))


def _selected(value: Any, option: Any) -> bool:
    wanted = string(option)
    if wanted == "":
        return False
    return wanted in words(value) or (type(value) is not list and wanted == string(value))


def _selected_at(value: Any, position: Any) -> Any:
    chosen, index = words(value), number(position)
    return item_at(chosen, index)


def item_at(values: list[Any], index: float | None) -> Any:
    """Return the element at a whole position from 0, or None."""
    if index is None or not 0 <= index < len(values):
        return None
    return values[int(index)]


def _substr(value: Any, *edges: Any) -> Any:
    """Cut from a position to before another; from 0, a negative one counts from the end."""
    places = [number(edge) for edge in edges]
    if None in places:
        return None
    first, last = ([math.trunc(place or 0) for place in places] + [None])[:2]
    return string(value)[first:last]


def _join(separator: Any, *values: Any) -> Any:
    parts = [string(part) for value in values for part in elements(value)]
    return limited(string(separator).join(part for part in parts if part))


def _moment(value: Any) -> int | None:
    return days.moment(value) if type(value) is str else None


def _seconds(value: Any) -> float | None:
    """Read a date, or a number of days since 1970-01-01, as seconds."""
    parsed = number(value)
    if parsed is not None:
        return math.floor(parsed * days.DAY + 0.5) if abs(parsed) < 1e9 else None
    return _moment(value)


def _date(value: Any) -> Any:
    seconds = _seconds(value)
    return None if seconds is None else days.date(seconds)


def _date_time(value: Any) -> Any:
    seconds = _seconds(value)
    return None if seconds is None else days.date_time(seconds)


def _decimal_date_time(value: Any) -> Any:
    parsed = number(value)
    seconds = _moment(value)
    if parsed is not None or seconds is None:
        return parsed
    return finite(seconds / days.DAY)


def _span(measure: Callable[[int, int], int]) -> Callable[[Any, Any], Any]:
    def function(first: Any, last: Any) -> Any:
        a, b = _moment(_date(first)), _moment(_date(last))
        return None if a is None or b is None else measure(a, b)

    return function


def formatted(value: Any, pattern: Any, names: dict[str, Any]) -> Any:
    """Write a date by a pattern, with the names of months and weekdays that the context gives."""
    seconds = _moment(_date_time(value))
    return None if seconds is None else limited(days.written(seconds, string(pattern), **names))


def nothing(*values: Any) -> None:
    """Have no value: ``pulldata``, and whatever a tree made by hand may name."""


#: Operators and functions whose arguments are all evaluated first, and that need nothing else.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "=": equal,
    "!=": lambda a, b: not equal(a, b),
    "<": _ordered(lambda a, b: a < b),
    ">": _ordered(lambda a, b: a > b),
    "<=": _ordered(lambda a, b: a <= b),
    ">=": _ordered(lambda a, b: a >= b),
    "+": plus,
    "-": minus,
    "*": times,
    "div": divided,
    "mod": _modulo,
    "negate": _of_number(lambda a: -a),
    "in": lambda value, *options: any(
        equal(part, option)
        for part in (value if type(value) is list else [value])
        for option in options
    ),
    "not": lambda value: not truthy(value),
    "boolean-from-string": lambda value: string(value) in ("1", "true"),
    "selected": _selected,
    "selected-at": _selected_at,
    "count-selected": lambda value: len(words(value)),
    "count": lambda value: len(elements(value)),
    "count-non-empty": lambda *values: sum(
        not blank(part) for value in values for part in elements(value)
    ),
    "string-length": lambda value: len(string(value)),
    "substr": _substr,
    "contains": lambda value, part: string(part) in string(value),
    "starts-with": lambda value, part: string(value).startswith(string(part)),
    "ends-with": lambda value, part: string(value).endswith(string(part)),
    "concat": lambda *values: limited("".join(map(string, values))),
    "join": _join,
    "number": number,
    "int": _of_number(math.trunc),
    "round": _round,
    "floor": _of_number(math.floor),
    "ceiling": _of_number(math.ceil),
    "abs": _of_number(abs),
    "pow": _power,
    "sqrt": _sqrt,
    "sum": lambda *values: total(numbers(values)),
    "mean": lambda *values: mean(numbers(values)),
    "min": lambda *values: min(numbers(values), default=None),
    "max": lambda *values: max(numbers(values), default=None),
    "date": _date,
    "date-time": _date_time,
    "decimal-date-time": _decimal_date_time,
    "difference-in-days": _span(lambda a, b: (b - a) // days.DAY),
    "difference-in-months": _span(days.months_between),
    "difference-in-years": _span(
        lambda a, b: math.trunc(days.months_between(a, b) / 12),
    ),
    "true": lambda: True,
    "false": lambda: False,
}
