"""What a definition says and a foreign format does not hold, found by walking the models.

A writer lists what it writes; everything else that is set is a loss. So a setting that is new to
the models is reported by every writer until the writer has learned it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from questionnaires.kinds.base import Item
from questionnaires.model import Questionnaire, Section
from questionnaires.text import Text

#: Kind of an item, or name of a model in small letters -> the fields that are written. ``item``
#: stands for what all kinds have in common.
Fields = Mapping[str, Collection[str]]


def unwritten(questionnaire: Questionnaire, written: Fields) -> Iterator[tuple[str, str]]:
    """Yield (where, field) of everything that is set and not written, each place once."""
    yield from dict.fromkeys((*_of_part(questionnaire, "", written), *_idle(questionnaire)))


def _idle(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """Yield the scales and media that nothing uses: a foreign format has no place for them."""
    items = questionnaire.items
    scales = {getattr(item, key, None) for item in items for key in ("scale", "second_scale")}
    options = [option for item in items for option in getattr(item, "options", ())]
    options += [level for levels in questionnaire.scales.values() for level in levels]
    media = {item.media for item in items} | {option.image for option in options}
    for key, named, used in (
        ("scales", questionnaire.scales, scales),
        ("media", questionnaire.media, media),
    ):
        yield from ((f"{key}.{name}", key) for name in named if name not in used)


def _of_part(part: BaseModel, where: str, written: Fields) -> Iterator[tuple[str, str]]:
    kept = _kept(part, written)
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        usual = None if field.is_required() else field.get_default(call_default_factory=True)
        if value == usual and not field.is_required():
            continue
        if name not in kept:
            yield where, name
            continue
        for inner, place in _inner(value, f"{where}.{name}" if where else name):
            yield from _of_part(inner, place, written)


def _kept(part: BaseModel, written: Fields) -> Collection[str]:
    if isinstance(part, Item):
        return {*written["item"], *written.get(part.kind, ())}
    return written.get(type(part).__name__.lower(), ())


def _inner(value: Any, where: str) -> Iterator[tuple[BaseModel, str]]:
    """Yield the models inside a value; parts of a list share the place of their list."""
    if isinstance(value, Item):
        yield value, f"items.{value.id}"
    elif isinstance(value, Section):
        yield value, f"sections.{value.id}"
    elif isinstance(value, BaseModel) and not isinstance(value, Text):
        yield value, where
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _inner(inner, f"{where}.{name}")
    elif isinstance(value, tuple):
        for inner in value:
            yield from _inner(inner, where)
