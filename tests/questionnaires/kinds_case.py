"""What a test says of one kind of item."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Kind:
    """One kind of item with settings, and what must hold of it. ``q`` is the item's id."""

    settings: str
    accepted: list[tuple[Any, Any]]
    refused: list[tuple[Any, list[tuple[str, str]]]]
    shown: tuple[Any, str, str]
    columns: dict[str, list[str]] = field(default_factory=lambda: {"q": []})
    packed: tuple[Any, list[int]] = (None, [])
    required: tuple[str, str] = ("required_text", "q")
