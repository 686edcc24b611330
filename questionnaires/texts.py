"""Every text of a definition, with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, get_args

from pydantic import BaseModel

from questionnaires.text import Text


def texts_of(value: Any, path: str = "") -> list[tuple[str, Text]]:
    """Return (dotted path, text) of every text in a part of a definition, in the order written."""
    found: list[tuple[str, Text]] = []
    _collect(value, path, found)
    return found


def _collect(value: Any, path: str, found: list[tuple[str, Text]]) -> None:
    if isinstance(value, Text):
        found.append((path, value))
        return
    for key, part in _parts(value):
        _collect(part, f"{path}.{key}" if path else str(key), found)


def _parts(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, BaseModel):
        for name in _wordy(type(value)):
            part = getattr(value, name)
            if part:
                yield name, part
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from enumerate(value)


@lru_cache
def _wordy(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields that may hold a text; most settings are numbers, names and switches."""
    fields = model.model_fields.items()
    return tuple(name for name, field in fields if _may_hold(field.annotation))


def _may_hold(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(_may_hold(part) for part in get_args(annotation))
