"""What a model of the definition looks like in rows and columns.

Everything is derived from the models, so that a new setting has its place the day it is made: a
column named after its path, and where no cell can hold it, the column for the rest.
"""

from __future__ import annotations

import decimal
import fractions
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from questionnaires.formats.sheet.cells import (
    ANYTHING,
    CONDITION,
    FLAG,
    MIXED,
    NUMBER,
    PRESENT,
    TEXT,
    TEXTS,
    WHOLE,
    WORD,
    WORDS,
    Sort,
)
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Item
from questionnaires.model import Questionnaire
from questionnaires.text import Text

Path = tuple[str, ...]
#: Parts of a questionnaire that have a sheet of their own.
APART = ("sections", "scales", "terms")
_SORTS: dict[Any, Sort] = {
    bool: FLAG,
    int: WHOLE,
    float: NUMBER,
    decimal.Decimal: NUMBER,
    str: WORD,
    fractions.Fraction: WORD,
    Text: TEXT,
}


def bare(annotation: Any) -> Any:
    """Return an annotation without what is annotated to it and without its None."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        parts = [part for part in get_args(annotation) if part is not NoneType]
        return bare(parts[0]) if len(parts) == 1 else annotation
    return annotation


def is_model(part: Any) -> bool:
    """Say whether a part is a model with fields of its own (a text is not)."""
    return isinstance(part, type) and issubclass(part, BaseModel) and part is not Text


@cache
def sort_of(part: Any) -> Sort:
    """Return the sort of value that stands at a bare annotation."""
    if part in _SORTS:
        return _SORTS[part]
    if is_model(part):
        return PRESENT
    origin, inside = get_origin(part), tuple(bare(one) for one in get_args(part))
    if origin is Literal:
        return WORD if all(isinstance(one, str) for one in inside) else ANYTHING
    if origin is tuple and inside[1:] == (Ellipsis,):
        return {WORD: WORDS, TEXT: TEXTS}.get(sort_of(inside[0]), ANYTHING)
    if origin in (Union, UnionType) and set(inside) == {bool, str}:
        return CONDITION
    if origin in (Union, UnionType) and str in inside:
        return MIXED
    return ANYTHING


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a record, at its path, and the sort of value that stands there."""

    path: Path
    sort: Sort
    value: Any = None


def leaves(annotation: Any, value: Any, path: Path = ()) -> Iterator[Leaf]:
    """Yield the values inside a part of a definition, which is given as plain JSON values."""
    part = bare(annotation)
    inside = value if isinstance(value, dict) else {}
    if inside and is_model(part):
        for name, one in inside.items():
            field = part.model_fields.get(name)
            yield from leaves(field.annotation if field else Any, one, (*path, name))
    elif inside and get_origin(part) is dict and all(name and "." not in name for name in inside):
        for name, one in inside.items():
            yield from leaves(get_args(part)[1], one, (*path, name))
    else:
        yield Leaf(path, sort_of(part), value)


def resolved(annotation: Any, steps: Path) -> tuple[Leaf, str] | None:
    """Return where the steps of a column lead within a model, and the language at its end.

    None when the model has no such place.
    """
    part, path = bare(annotation), steps
    for number, step in enumerate(steps):
        sort = sort_of(part)
        if sort in (TEXT, TEXTS):
            return Leaf(steps[:number], sort), ".".join(steps[number:])
        if is_model(part) and step in part.model_fields:
            part = bare(part.model_fields[step].annotation)
        elif get_origin(part) is dict:
            part = bare(get_args(part)[1])
        else:
            return None
    return Leaf(path, sort_of(part)), ""


def columns(model: Any, skip: frozenset[str] = frozenset(), path: Path = ()) -> Iterator[Leaf]:
    """Yield the places of a model that have a column whatever is in them, in order."""
    for name, field in model.model_fields.items():
        part, here = bare(field.annotation), (*path, name)
        if name in skip or get_origin(part) is dict:
            continue
        if sort_of(part) is not ANYTHING:
            yield Leaf(here, sort_of(part))
        if is_model(part) and part is not model:
            yield from columns(part, path=here)


@cache
def tables(kind: str) -> dict[str, Any]:
    """Return the lists of a kind that have a row for each entry: name -> model of the entry."""
    fields = KINDS[kind].model_fields if kind in KINDS else {}
    entries = {name: entry(field.annotation) for name, field in fields.items()}
    return {name: one for name, one in entries.items() if one is not None}


def entry(annotation: Any) -> Any:
    """Return the model of the entries of a list, if each has a value and a label."""
    part = bare(annotation)
    inside: Any = bare(get_args(part)[0]) if get_origin(part) is tuple else None
    return inside if is_model(inside) and {"value", "label"} <= set(inside.model_fields) else None


@cache
def nested(model: Any) -> str:
    """Return the name of the list in which an entry holds entries like itself, or ""."""
    fields = model.model_fields.items()
    return next((name for name, field in fields if entry(field.annotation) is model), "")


@cache
def every_entry() -> tuple[Any, ...]:
    """Return every model of an entry, each once: options first."""
    known = [model for kind in KINDS for model in tables(kind).values()]
    return tuple(dict.fromkeys(known))


@cache
def shared_settings() -> frozenset[str]:
    """Return the settings of kinds that so many of them have that each gets a column at once."""
    own = [set(model.model_fields) - set(Item.model_fields) for model in KINDS.values()]
    return frozenset(name for name in set().union(*own) if sum(name in one for one in own) >= 3)


def vertical() -> frozenset[str]:
    """Return the settings of a questionnaire that stand one below the other."""
    return frozenset(Questionnaire.model_fields) - frozenset(APART)
