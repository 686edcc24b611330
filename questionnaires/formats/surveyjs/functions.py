"""The built-in functions of SurveyJS expressions -> ours.

What a function does is described in SurveyJS's "Conditional Logic and Dynamic Texts"; one that has
no counterpart, or not with these arguments, gives None.
"""

from __future__ import annotations

from collections.abc import Callable

from questionnaires.expressions import Call, Literal, Node

#: Functions that take the same arguments under the same or another name.
_SAME = {
    "round": "round",
    "sum": "sum",
    "min": "min",
    "max": "max",
    "avg": "mean",
    "currentdate": "now",
    "iif": "if",
}
#: Part of a date -> how it is written by our ``format-date``.
_PARTS = {"year": "%Y", "month": "%n", "day": "%e"}
_SPANS = {
    "months": "difference-in-months",
    "years": "difference-in-years",
}
#: Functions over the entries of a repeated group -> ours over a column.
IN_ARRAY = {
    "suminarray": "sum",
    "mininarray": "min",
    "maxinarray": "max",
    "avginarray": "mean",
    "countinarray": "count-non-empty",
}
_NOW = Call("today", ())


def called(name: str, arguments: tuple[Node, ...]) -> Node | None:
    """Return the call of a function with arguments that are translated already."""
    lower = name.lower()
    if (special := _SPECIAL.get(lower)) is not None:
        return special(arguments)
    if lower in _PARTS and len(arguments) < 2:
        date = arguments[0] if arguments else _NOW
        return Call("number", (Call("format-date", (date, Literal(_PARTS[lower]))),))
    ours = _SAME.get(lower)
    return Call(ours, arguments) if ours else None


def _age(arguments: tuple[Node, ...]) -> Node | None:
    return Call("difference-in-years", (arguments[0], _NOW)) if len(arguments) == 1 else None


def _today(arguments: tuple[Node, ...]) -> Node | None:
    return Call("+", (_NOW, arguments[0])) if arguments else _NOW


def _truncated(arguments: tuple[Node, ...]) -> Node | None:
    return Call("int", arguments) if len(arguments) == 1 else None


def _difference(arguments: tuple[Node, ...]) -> Node | None:
    match arguments:
        case (first, last) | (first, last, Literal("days")):  # never less than 0
            return Call("abs", (Call("difference-in-days", (first, last)),))
        case (first, last, Literal(unit)) if unit in _SPANS:
            return Call(_SPANS[str(unit)], (first, last))
    return None


def _later(arguments: tuple[Node, ...]) -> Node | None:
    match arguments:
        case (date, number) | (date, number, Literal("days")):
            return Call("+", (date, number))
    return None


def _same_date(arguments: tuple[Node, ...]) -> Node | None:
    return arguments[0] if len(arguments) == 1 else None


def _cut(arguments: tuple[Node, ...]) -> Node | None:
    return Call("substr", arguments) if len(arguments) in (2, 3) else None


def _count(arguments: tuple[Node, ...]) -> Node | None:
    return Call("count-non-empty", arguments) if arguments else Literal(0)


_SPECIAL: dict[str, Callable[[tuple[Node, ...]], Node | None]] = {
    "age": _age,
    "today": _today,
    "trunc": _truncated,
    "datediff": _difference,
    "diffdays": lambda arguments: _difference(arguments[:2]),
    "dateadd": _later,
    "getdate": _same_date,
    "substring": _cut,
    "count": _count,
    "isdisplaymode": lambda arguments: Call("false", ()),
}
