"""What each setting of a definition is called and what it is for, in Chinese and English.

The reference of kinds, the heads of the spreadsheet and their comments read it. A setting is looked
up as ``Model.field``, then as ``field``; tests hold the catalogue to the models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, RootModel

from questionnaires.explanations.items import ITEMS
from questionnaires.explanations.questionnaire import QUESTIONNAIRE
from questionnaires.explanations.wording import Explanation, say

EXPLANATIONS: dict[str, Explanation] = QUESTIONNAIRE | ITEMS

__all__ = ["EXPLANATIONS", "Explanation", "explanation", "models"]


def explanation(model: type[BaseModel], name: str) -> Explanation:
    """Return the words for a field of a model; its bare name where nobody wrote any."""
    keys = [*(f"{owner.__name__}.{name}" for owner in model.__mro__), name]
    found = next((EXPLANATIONS[key] for key in keys if key in EXPLANATIONS), None)
    return found or say(name, name, name, name)


def models(part: Any, seen: set[type[BaseModel]] | None = None) -> Iterator[type[BaseModel]]:
    """Yield every model that an annotation leads to, each once; texts are not among them."""
    seen = set() if seen is None else seen
    if isinstance(part, type) and issubclass(part, BaseModel):
        if part in seen or issubclass(part, RootModel):
            return
        seen.add(part)
        yield part
        for field in part.model_fields.values():
            yield from models(field.annotation, seen)
    else:
        for inside in getattr(part, "__args__", ()):
            yield from models(inside, seen)
