"""Tree -> a Python function of the answers and the context, made once for each tree.

The commonest comparisons of real forms, of one answer with a literal, get functions of their own;
they mean exactly what the general ones mean.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from questionnaires.expressions import days, loops
from questionnaires.expressions.context import Context
from questionnaires.expressions.functions import FUNCTIONS, formatted, item_at, nothing
from questionnaires.expressions.grammar import BINARY
from questionnaires.expressions.patterns import matcher
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
)
from questionnaires.expressions.values import EXACT, blank, elements, number, string, tidy

Run = Callable[[Mapping[str, Any], Context], Any]

#: Operators that evaluate both sides, and so many of them that a loop is better than nesting.
_LEFT = frozenset(BINARY) - set(CHAINS)
_LONG = 10


def compiled(node: Node) -> Run:
    """Return the function that gives ``node`` its value; it is kept with the node."""
    try:
        kept: Run = node.run  # type: ignore[union-attr]
        return kept
    except AttributeError:
        made = _compile(node)
        object.__setattr__(node, "run", made)
        return made


def _compile(node: Node) -> Run:
    if isinstance(node, Call) and (quick := _quick(node)) is not None:
        return quick
    first, chain = operands(node)
    run = _plain(first) if not chain else compiled(first)
    for sort, links in groupby(chain, key=lambda link: _sort(link[0])):
        run = _chained(sort, run, list(links))
    return run


def _sort(call: Call) -> str:
    """Name what calls with two arguments have in common that are worked off in one go."""
    return call.name if call.name in CHAINS else "left" if call.name in _LEFT else ""


def _chained(sort: str, run: Run, links: list[tuple[Call, Node]]) -> Run:
    """Join a part of a chain; a long one costs no stack, however little a caller has left."""
    if sort in CHAINS:
        return _SPECIAL[sort](run, *(compiled(right) for _, right in links))
    if sort == "left" and len(links) > _LONG:
        return _in_turn(run, [(FUNCTIONS[call.name], compiled(right)) for call, right in links])
    for call, right in links:
        run = _linked(call, run, right)
    return run


def _in_turn(first: Run, links: list[tuple[Callable[..., Any], Run]]) -> Run:
    def run(answers: Mapping[str, Any], context: Context) -> Any:
        value = first(answers, context)
        for function, right in links:
            value = function(value, right(answers, context))
        return value

    return run


def _plain(node: Node) -> Run:
    match node:
        case Literal(value):
            return lambda answers, context: value
        case Reference(name):
            return _reading(name)
        case Column():
            return lambda answers, context: loops.cells(node, answers)
        case Field(name):
            return lambda answers, context: tidy(context.row.get(name))
        case External(source, names):
            key = "/".join([source, *names])
            return lambda answers, context: tidy(context.outside.get(key))
        case Lookup():
            return loops.lookup(node, compiled(node.where))
        case Over():
            return loops.over(node, compiled(node.source), compiled(node.where))
        case Call(name, arguments):
            return _call(name, [compiled(argument) for argument in arguments])
    return lambda answers, context: None  # a path that no importer has put an item in place of


def _reading(name: str) -> Run:
    def read(answers: Mapping[str, Any], context: Context) -> Any:
        value = answers.get(name)
        if value is None or (type(value) is str and value.isascii()):
            return value
        return tidy(value)

    return read


def _linked(call: Call, left: Run, right: Node) -> Run:
    """Return the function of a call with two arguments, of which the left one is made already."""
    match call.name:
        case "regex" if isinstance(right, Literal):
            matches = matcher(str(right.value))
            return lambda answers, context: matches(string(left(answers, context)))
        case "choice-label" if isinstance(right, Literal):
            return _labelled(left, str(right.value))
        case "coalesce" | "format-date" | "format-date-time" | "indexed-repeat":
            return _call(call.name, [left, compiled(right)])
    function: Callable[..., Any] = FUNCTIONS.get(call.name, nothing)
    last = compiled(right)
    return lambda answers, context: function(left(answers, context), last(answers, context))


def _labelled(value: Run, item: str) -> Run:
    def label(answers: Mapping[str, Any], context: Context) -> Any:
        chosen = elements(value(answers, context))
        named = context.labels.get(item, {})
        labels = ((one, tidy(named.get(string(one)))) for one in chosen)
        return ", ".join(string(one if tag is None else tag) for one, tag in labels) or None

    return label


def _call(name: str, runs: list[Run]) -> Run:
    if name in _SPECIAL:
        return _SPECIAL[name](*runs)
    function: Callable[..., Any] = FUNCTIONS.get(name, nothing)
    if len(runs) == 1:
        only = runs[0]
        return lambda answers, context: function(only(answers, context))
    return lambda answers, context: function(*[run(answers, context) for run in runs])


def _and(*runs: Run) -> Run:
    def every(answers: Mapping[str, Any], context: Context) -> bool:
        for run in runs:  # noqa: SIM110 - a generator takes twice as long
            if not run(answers, context):
                return False
        return True

    return every


def _or(*runs: Run) -> Run:
    def some(answers: Mapping[str, Any], context: Context) -> bool:
        for run in runs:  # noqa: SIM110
            if run(answers, context):
                return True
        return False

    return some


def _if(condition: Run, yes: Run, no: Run) -> Run:
    return lambda answers, context: (yes if condition(answers, context) else no)(answers, context)


def _coalesce(*runs: Run) -> Run:
    def first(answers: Mapping[str, Any], context: Context) -> Any:
        for run in runs:
            if not blank(value := run(answers, context)):
                return value
        return None

    return first


def _format(value: Run, pattern: Run) -> Run:
    return lambda answers, context: formatted(
        value(answers, context),
        pattern(answers, context),
        {"months": context.months, "weekdays": context.weekdays},
    )


def _indexed(values: Run, index: Run) -> Run:
    def entry(answers: Mapping[str, Any], context: Context) -> Any:
        wanted = number(index(answers, context))
        return item_at(values(answers, context), None if wanted is None else wanted - 1)

    return entry


#: Functions that need the context, or not all of their arguments.
_SPECIAL: dict[str, Callable[..., Run]] = {
    "and": _and,
    "or": _or,
    "if": _if,
    "coalesce": _coalesce,
    "today": lambda: lambda answers, context: tidy(context.today),
    "now": lambda: lambda answers, context: tidy(context.now),
    "position": lambda: lambda answers, context: context.position,
    "uuid": lambda: lambda answers, context: tidy(context.uuid),
    "random": lambda which: (
        lambda answers, context: item_at(tidy(context.random), which(answers, context) - 1)
    ),
    "format-date": _format,
    "format-date-time": _format,
    "indexed-repeat": _indexed,
}


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _quick(node: Call) -> Run | None:
    """Return a quicker function for ``${x} = 'a'``, ``${x} > 1`` and ``selected(${x}, 'a')``."""
    match node.name, node.arguments:
        case "=" | "!=", (Reference(name), Literal(str(text))) if not _dated(text):
            return _same_text(name, text, node.name == "=")
        case "=" | "!=" | "<" | ">" | "<=" | ">=", (Reference(name), Literal(value)):
            if type(value) in (int, float):
                return _with_number(name, node.name, value)
        case "selected", (Reference(name), Literal(str(option))) if option:
            return _chosen(name, option)
    return None


def _dated(text: str) -> bool:
    """Say whether a text is a moment or a time of day, which can be written in several ways."""
    return days.moment(text) is not None or days.clock(text) is not None


def _same_text(name: str, text: str, same: bool) -> Run:
    general, differ = FUNCTIONS["=" if same else "!="], not same
    unanswered = (text == "") is same

    def compare(answers: Mapping[str, Any], context: Context) -> Any:
        value = answers.get(name)
        if type(value) is str:
            return same if value == text else differ
        return unanswered if value is None else general(tidy(value), text)

    return compare


def _with_number(name: str, sign: str, wanted: Any) -> Run:
    general, compared = FUNCTIONS[sign], _COMPARED[sign]
    unanswered = sign == "!="

    def compare(answers: Mapping[str, Any], context: Context) -> Any:
        value = answers.get(name)
        if type(value) is int and -EXACT <= value <= EXACT:
            return compared(value, wanted)
        return unanswered if value is None else general(tidy(value), wanted)

    return compare


def _chosen(name: str, option: str) -> Run:
    selected = FUNCTIONS["selected"]

    def chosen(answers: Mapping[str, Any], context: Context) -> Any:
        value = answers.get(name)
        if value is None or value == option:
            return value is not None
        return selected(tidy(value), option)

    return chosen
