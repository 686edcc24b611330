"""Times and dates: here they are compared as they stand, in an XLSForm as numbers only.

There ``. >= '08:00'`` compares with a text that is no number and never holds; ``decimal-time(.)``
is the fraction of a day. In whole minutes, as answers are, no rounding of a fraction matters.
A date that is written down has to be called one: ``. >= date('2026-01-01')``.
"""

from __future__ import annotations

from questionnaires.expressions import Call, Literal, Node
from questionnaires.expressions.days import clock, has_time, moment
from questionnaires.expressions.grammar import DECIMAL_TIME

COMPARING = ("=", "!=", "<", "<=", ">", ">=")
_MINUTES = 1440
#: A fraction such as 0.3333 means a minute when it is so near to it.
_NEAR = 0.1


def as_numbers(comparison: Call) -> Call:
    """Compare times of day as an XLSForm does; ``''`` stays what it is: nothing was answered."""
    if Literal("") in comparison.arguments:
        return comparison
    return Call(comparison.name, tuple(map(_minutes, comparison.arguments)), comparison.at)


def as_dates(comparison: Call) -> Call:
    """Call the dates that are written in a comparison of dates what they are."""
    return Call(comparison.name, tuple(map(_called, comparison.arguments)), comparison.at)


def as_written(comparison: Call) -> Call:
    """Undo ``as_dates``."""
    return Call(comparison.name, tuple(map(_plain, comparison.arguments)), comparison.at)


def as_times(comparison: Call) -> Node:
    """Return the comparison of times that a form means, or what was there if it is none."""
    taken = [_time_of(side) for side in comparison.arguments]
    units = {found[1] for found in taken if found}
    if len(units) != 1:
        return comparison
    unit = units.pop()
    sides = tuple(
        found[0] if found else _clock_of(side, unit)
        for found, side in zip(taken, comparison.arguments, strict=True)
    )
    read = tuple(side for side in sides if side is not None)
    return Call(comparison.name, read, comparison.at) if len(read) == len(sides) else comparison


def _called(side: Node) -> Node:
    return Call("date", (side,)) if isinstance(side, Literal) and _is_date(side) else side


def _plain(side: Node) -> Node:
    match side:
        case Call("date", (Literal() as written,)) if _is_date(written):
            return written
    return side


def _is_date(side: Literal) -> bool:
    text = str(side.value)
    return moment(text) is not None and not has_time(text)


def _minutes(side: Node) -> Node:
    if isinstance(side, Literal) and (seconds := clock(str(side.value))) is not None:
        return Literal(seconds / 60)
    fraction = Call(DECIMAL_TIME, (side,))
    return Call("round", (Call("*", (fraction, Literal(_MINUTES))), Literal(0)))


def _time_of(side: Node) -> tuple[Node, int] | None:
    """Return the time that a number is made of, and how many of its units make a day."""
    match side:
        case Call("round", (inner, Literal(0))) | Call("round", (inner,)):
            return _time_of(inner)
        case Call("*", (Call(name, (time,)), Literal(int() | float() as unit))):
            return (time, int(unit)) if name == DECIMAL_TIME else None
        case Call(name, (time,)) if name == DECIMAL_TIME:
            return time, 1
    return None


def _clock_of(side: Node, unit: int) -> Node | None:
    match side:
        case Literal(int() | float() as number) if unit > 0:
            minutes = number * _MINUTES / unit
            if 0 <= round(minutes) < _MINUTES and abs(minutes - round(minutes)) <= _NEAR:
                return Literal(f"{round(minutes) // 60:02}:{round(minutes) % 60:02}")
    return None
