"""Numbers with units in FHIRPath: spans of time added to dates, and measured answers.

Ours adds days to dates. Years and months are of different lengths; a date is compared with another
one some years earlier or later by counting the whole years between the two.
"""

from __future__ import annotations

from collections.abc import Callable

from questionnaires.expressions import Call, Literal, Node
from questionnaires.formats.foreign.pratt import Applied, Constant, Tree
from questionnaires.formats.foreign.reasons import Untranslatable

_DAYS = {"day": 1, "week": 7, "d": 1, "wk": 7}
_WHOLE = {
    "year": "difference-in-years",
    "month": "difference-in-months",
    "a": "difference-in-years",
    "mo": "difference-in-months",
}
_TIME = ("hour", "minute", "second", "h", "min", "s")
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}

Value = Callable[[Tree], Node]


def measured(tree: Tree) -> Literal | None:
    """Return the number of a quantity that is no span of time."""
    match tree:
        case Applied("quantity", (Constant(amount), Constant(str() as unit))):
            if _unit(unit) not in (*_DAYS, *_WHOLE, *_TIME):
                return Literal(amount)  # type: ignore[arg-type]
    return None


def shifted(sign: str, date: Tree, span: Tree, value: Value) -> Node | None:
    """Return a date some days later or earlier; None when the second part is no span of time."""
    amount, unit = _span(span)
    if unit is None:
        return None
    if unit not in _DAYS:
        raise Untranslatable("operator", name=f"{sign} {amount} {unit}")
    return Call(sign, (value(date), Literal(amount * _DAYS[unit])))


def compared(sign: str, left: Tree, right: Tree, value: Value) -> Node | None:
    """Return the comparison of a date with one some years or months away from another.

    ``born <= today() - 18 years`` holds when 18 whole years lie between the two.
    """
    if _far(left) is not None and _far(right) is None:
        return compared(_TURNED[sign], right, left, value)
    far = _far(right)
    if far is None:
        return None
    direction, base, amount, function = far
    near = value(left)
    apart = (near, value(base)) if direction == "-" else (value(base), near)
    enough = "<=" if direction == "-" else ">="
    if sign == enough:
        return Call(">=", (Call(function, apart), Literal(amount)))
    if sign == {"<=": ">", ">=": "<"}[enough]:
        return Call("<", (Call(function, apart), Literal(amount)))
    raise Untranslatable("operator", name=f"{sign} {direction} {amount}")


def _far(tree: Tree) -> tuple[str, Tree, float, str] | None:
    match tree:
        case Applied(("+" | "-") as direction, (base, span)):
            amount, unit = _span(span)
            if unit in _WHOLE:
                return direction, base, amount, _WHOLE[str(unit)]
    return None


def _span(tree: Tree) -> tuple[float, str | None]:
    match tree:
        case Applied("quantity", (Constant(int() | float() as amount), Constant(str() as unit))):
            plain = _unit(unit)
            return amount, plain if plain in (*_DAYS, *_WHOLE, *_TIME) else None
    return 0, None


def _unit(unit: str) -> str:
    return unit.removesuffix("s") if len(unit) > 2 else unit
