"""Pictures, recordings and films of foreign forms: embedded as data URLs, or elsewhere."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from questionnaires.media import TYPES, Media
from questionnaires.text import Text

_ENDINGS = {kind: ending for ending, kind in reversed(TYPES.items())}


def file_name(name: str, one: Media) -> str:
    """Return the name under which a file can be put beside a form."""
    if not one.embedded:
        return one.source.rsplit("/", 1)[-1]
    return name + _ENDINGS[one.source.removeprefix("data:").split(";")[0]]


def embedded(source: object, described: Text) -> dict[str, Any] | None:
    """Return the settings of a file whose bytes are in the form; None when they are not."""
    if not isinstance(source, str) or not source.startswith("data:"):
        return None
    try:
        Media(source=source, description=described)
    except ValidationError:
        return None
    return {"source": source, "description": described}
