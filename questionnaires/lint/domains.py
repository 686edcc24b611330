"""How conditions read an item, and a small set of answers that stands for all its answers.

The options of a choice; for numbers and texts the values beside those they are compared with. What
cannot be narrowed down so far has no such set, and counts as "may be anything".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.expressions.evaluate import Value
from questionnaires.expressions.tree import children
from questionnaires.flow import prepared, written
from questionnaires.kinds.base import Item, Surroundings
from questionnaires.model import Questionnaire

#: So many options of a multiple choice are combined in every way.
MAX_COMBINED = 8
_COMPARISONS = frozenset(("=", "!=", "<", ">", "<=", ">="))
_NUMBERS = frozenset(("integer", "decimal", "slider", "points"))
_TEXTS = frozenset(("short_text", "long_text"))
_SOMETHING_ELSE = "\N{SYMBOL FOR NULL}"

#: What an answer is compared with.
Constant = float | int | str
Domain = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """How conditions read an item: the values it is compared with, and whether that is all."""

    values: frozenset[Constant] = frozenset()
    only_compared: bool = True
    only_selected: bool = True

    def also(self, value: Constant | None, how: str) -> Use:
        """Return this use with one more reading."""
        values = self.values if value is None else self.values | {value}
        compared, selected = how == "compared", how == "selected"
        return Use(values, self.only_compared and compared, self.only_selected and selected)


def domains(questionnaire: Questionnaire) -> Mapping[str, Domain | None]:
    """Return item -> answers that stand for all its answers, for items that decide what is shown.

    None stands for "anything".
    """
    uses: dict[str, Use] = {}
    for one in written(questionnaire):
        if one.key in ("relevant", "jump"):
            for name, value, how in _readings(prepared(one.text).node):
                if name in questionnaire.item_by_id:
                    uses[name] = uses.get(name, Use()).also(value, how)
    around = questionnaire.surroundings()
    return {
        name: None
        if questionnaire.section_of[name].repeat
        else _domain(questionnaire.item_by_id[name], use, around)
        for name, use in uses.items()
    }


def _domain(item: Item, use: Use, around: Surroundings) -> Domain | None:
    codes = single_codes(item, around)
    if codes is not None:
        return _as_read(item, codes)
    if item.kind == "multiple_choice" and use.only_selected:
        return _subsets(item, use)
    if item.kind in _NUMBERS and use.only_compared:
        return _numbers(item, use.values)
    if item.kind in _TEXTS and use.only_compared and _orderless(use.values):
        return (*sorted(map(str, use.values)), _SOMETHING_ELSE, None)
    return None


def _subsets(item: Item, use: Use) -> Domain | None:
    offered = {choice.value for choice in getattr(item, "options", ())}
    asked = sorted(offered & {_string(value) for value in use.values})
    if len(asked) > MAX_COMBINED:
        return None
    subsets = itertools.product((False, True), repeat=len(asked))
    return tuple([c for c, on in zip(asked, s, strict=True) if on] for s in subsets)


def _numbers(item: Item, values: Iterable[Constant]) -> Domain | None:
    points: set[float] = set()
    for value in values:
        try:
            number = float(value)
        except ValueError:
            return None
        points |= {number - 1, number - 0.5, number, number + 0.5, number + 1}
    low, high = getattr(item, "min", None), getattr(item, "max", None)
    ends = {float(end) for end in (low, high) if end is not None}
    kept = {
        point
        for point in points | ends
        if (low is None or point >= low) and (high is None or point <= high)
    }
    whole = item.kind in ("integer", "points")
    kept = {point for point in kept if not whole or point.is_integer()}
    return (*sorted(kept), None)


def unknown_values(node: Node, questionnaire: Questionnaire) -> Iterator[tuple[str, Constant]]:
    """Yield (item, value) where a condition asks a closed item for an answer it does not offer."""
    around = questionnaire.surroundings()
    for name, value, how in _readings(node, equality=True):
        item = questionnaire.item_by_id.get(name)
        if item is None or value in (None, "", "NaN") or how == "other":
            continue
        codes = single_codes(item, around)
        if codes is None and item.kind in ("multiple_choice", "ranking"):
            codes = tuple(choice.value for choice in getattr(item, "options", ()))
        if codes is not None and value is not None:
            read = _as_read(item, codes)
            texts = {_string(code) for code in (*codes, *(read or ()))}
            if _string(value) not in texts and item.kind != "yes_no":
                yield name, value


def single_codes(item: Item, around: Surroundings) -> tuple[str, ...] | None:
    """Return the codes of an item that takes exactly one of them, or None for another item."""
    closed = [variable for variable in item.variables(around) if variable.closed]
    if len(closed) != 1 or closed[0].name != item.id:
        return None
    return tuple(category.value for category in closed[0].categories)


def _as_read(item: Item, codes: Sequence[str]) -> Domain | None:
    try:
        return (*(item.in_expressions(code) for code in codes), None)
    except (AttributeError, TypeError, ValueError, KeyError):
        return None


def _orderless(values: Iterable[Constant]) -> bool:
    return all(isinstance(value, str) for value in values)


def _string(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _readings(node: Node, *, equality: bool = False) -> Iterator[tuple[str, Constant | None, str]]:
    """Yield (item, value compared with, compared|selected|other) for every reading of an item."""
    waiting = [node]
    while waiting:
        match waiting.pop():
            case Reference(name):
                yield name, None, "other"
            case Call("selected", (Reference(name), Literal(value))):
                yield name, value, "selected"
            case Call(operator, (Reference(name), Literal(value))) | Call(
                operator, (Literal(value), Reference(name))
            ):
                compared = operator in (("=", "!=") if equality else _COMPARISONS)
                yield (name, value, "compared") if compared else (name, None, "other")
            case part:
                waiting.extend(children(part))
