"""What goes through a list: the answers of a repeated section, a matrix, a choice list.

A condition is evaluated once for each element, so the product of their number and its size is
limited; beyond the limit the value is None. Conditions are never nested in each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from questionnaires.expressions.context import Context
from questionnaires.expressions.functions import FUNCTIONS, divided
from questionnaires.expressions.tree import SELF, Column, Lookup, Over, size
from questionnaires.expressions.values import blank, elements, string, tidy

#: So many nodes are visited at most when a condition goes through a list.
MAX_STEPS = 100_000

#: Changes a context that nobody else has seen yet; a new one for each row takes ten times as long.
_set = object.__setattr__

Run = Callable[[Mapping[str, Any], Context], Any]


def entries(value: Any) -> list[Mapping[str, Any]]:
    """Return the entries of a repeated section's answer, or the rows of a choice list."""
    if not isinstance(value, list | tuple):
        return []
    return [entry for entry in value if isinstance(entry, Mapping)]


def cells(column: Column, answers: Mapping[str, Any]) -> list[Any]:
    """Return one value for each entry; several choices in one of them read as a text."""
    values = (tidy(entry.get(column.item)) for entry in entries(answers.get(column.roster)))
    return [string(value) if type(value) is list else value for value in values]


def over(node: Over, source: Run, where: Run) -> Run:
    """Return the function of those elements for which ``where`` holds."""
    cost = size(node.where)
    column = node.source if isinstance(node.source, Column) else None

    def run(answers: Mapping[str, Any], context: Context) -> Any:
        values = elements(source(answers, context))
        if len(values) * cost > MAX_STEPS:
            return None
        inner: list[Mapping[str, Any]] = [{SELF: value} for value in values]
        if column:
            rows = entries(answers.get(column.roster))
            inner = [{**row, SELF: row.get(column.item)} for row in rows]
        here, kept = replace(context), []
        for number, (value, own) in enumerate(zip(values, inner, strict=True), start=1):
            _set(here, "position", number)
            if where({**answers, **own}, here):
                kept.append(value)
        return _result(node.function, values, kept)

    return run


def _result(function: str, values: list[Any], kept: list[Any]) -> Any:
    if function == "count":
        return len(kept)
    if function == "share":
        of = sum(not blank(value) for value in values)
        return divided(sum(not blank(value) for value in kept), of)
    return FUNCTIONS[function](kept)


def lookup(node: Lookup, where: Run) -> Run:
    """Return the function that finds the first row of a choice list and reads its column."""
    cost = size(node.where)

    def run(answers: Mapping[str, Any], context: Context) -> Any:
        rows = entries(context.lists.get(node.choices))
        if len(rows) * cost > MAX_STEPS:
            return None
        here = replace(context)
        for row in rows:
            _set(here, "row", row)
            if where(answers, here):
                return tidy(row.get(node.column))
        return None

    return run
