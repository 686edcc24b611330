"""Times of day: here they are compared as they stand, in an XLSForm as numbers only.

There ``. >= '08:00'`` compares with a text that is no number and never holds; ``decimal-time(.)``
is the fraction of a day. In whole minutes, as answers are, no rounding of a fraction matters.
"""

from __future__ import annotations

from questionnaires.expressions import Call, Literal, Node
from questionnaires.expressions.days import clock
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
