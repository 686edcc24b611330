"""Tree -> the JSON that the browser's evaluator (``surveyapp/static/expressions.js``) reads.

To keep that module small it knows fewer functions: ``a > b`` is sent as ``b < a``, ``sum(a, b)`` as
the sum of one list, ``difference-in-years`` as a part of ``difference-in-months``. A literal stands
for itself; a list is ``[function, argument, ...]``; the rest are ``{"ref": item}``,
``{"col": [roster, item]}``, ``{"field": column}``, ``{"ext": "source/name"}``, ``{"re": pattern}``
(see ``patterns.program``), ``["lookup", list, where, column, size]`` and
``["over", function, source, where, size]``, whose size is the number of nodes in ``where``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from questionnaires.expressions import patterns
from questionnaires.expressions.tree import (
    CHAINS,
    Call,
    Column,
    External,
    Field,
    Literal,
    Lookup,
    Node,
    Over,
    Reference,
    operands,
    size,
)

Json = Any
#: What has no value: a path that no importer has put an item in place of.
_NOTHING = ["given", "nothing"]
_NAMES = {"months": ["given", "months"], "weekdays": ["given", "weekdays"]}


def to_json(node: Node) -> Json:
    """Return the tree as JSON."""
    first, chain = operands(node)
    return reduce(lambda left, link: _second(link[0], link[1], left), chain, _json(first))


def _second(call: Call, right: Node, left: Json) -> Json:
    if call.name in CHAINS and isinstance(left, list) and left[0] == call.name:
        return [*left, to_json(right)]  # a or b or c is one list
    if call.name == "regex" and isinstance(right, Literal):
        return ["regex", left, {"re": patterns.program(str(right.value))}]
    if call.name == "choice-label" and isinstance(right, Literal):
        return ["label", left, right.value]
    return _sent(call.name, [left, to_json(right)])


def _json(node: Node) -> Json:
    match node:
        case Literal(value):
            return value
        case Reference(name):
            return {"ref": name}
        case Column(roster, item):
            return {"col": [roster, item]}
        case Field(name):
            return {"field": name}
        case External(source, names):
            return {"ext": "/".join([source, *names])}
        case Lookup(choices, where, column):
            return ["lookup", choices, to_json(where), column, size(where)]
        case Over(function, source, where):
            return ["over", function, to_json(source), to_json(where), size(where)]
        case Call(name, arguments):
            return _sent(name, [to_json(argument) for argument in arguments])
    return _NOTHING


def _sent(name: str, arguments: list[Json]) -> Json:
    lowered = _LOWERED.get(name)
    return lowered(*arguments) if lowered else [name, *arguments]


def _format(value: Json, pattern: Json) -> Json:
    return ["format", value, pattern, *_NAMES.values()]


def _flat(name: str) -> Callable[..., Json]:
    return lambda *values: [name, ["flat", *values]]


_LOWERED: dict[str, Callable[..., Json]] = {
    "!=": lambda a, b: ["not", ["=", a, b]],
    ">": lambda a, b: ["<", b, a],
    ">=": lambda a, b: ["<=", b, a],
    "negate": lambda a: ["-", 0, a],
    "ceiling": lambda a: ["-", 0, ["floor", ["-", 0, a]]],
    "boolean-from-string": lambda a: ["in", ["concat", a], "1", "true"],
    "selected-at": lambda a, i: ["at", ["words", a], i],
    "count-selected": lambda a: ["count", ["words", a]],
    "count-non-empty": _flat("count"),
    "string-length": lambda a: ["length", a],
    "join": lambda by, *values: ["join", ["flat", *values], by],
    "sum": _flat("sum"),
    "mean": _flat("mean"),
    "min": _flat("min"),
    "max": _flat("max"),
    "format-date": _format,
    "format-date-time": _format,
    "difference-in-days": lambda a, b: ["days", a, b],
    "difference-in-months": lambda a, b: ["months", a, b],
    "difference-in-years": lambda a, b: ["int", ["div", ["months", a, b], 12]],
    "today": lambda: ["given", "today"],
    "now": lambda: ["given", "now"],
    "position": lambda: ["given", "position"],
    "uuid": lambda: ["given", "uuid"],
    "random": lambda which: ["at", ["given", "random"], which - 1],
    "indexed-repeat": lambda values, index: ["at", values, ["-", index, 1]],
    "pulldata": lambda *values: _NOTHING,
    "true": lambda: True,
    "false": lambda: False,
}
