"""One thing that is wrong with a definition or with answers.

Code names the problem and supplies the values; the words are in ``messages`` and nowhere else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from questionnaires import locales
from questionnaires.messages import MESSAGES
from questionnaires.text import plain, printable

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is: a field of the answers, or a point in a file (line and column from 1)."""

    field: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [part for part in (self.file, self.line, self.column) if part not in ("", None)]
        return ":".join(str(part) for part in parts) or self.field

    def named(self, language: str) -> str:
        """Return the place in words, for use inside a sentence."""
        if self.line is None:
            return self.field
        return f"第 {self.line} 行" if locales.chinese(language) else f"line {self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code of the catalogue, the values of its message, the place."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    place: Place = Place()
    severity: Severity = "error"

    def message(self, language: str) -> str:
        """Return the message in ``language`` (Chinese for ``zh*``, otherwise English)."""
        chinese, english = MESSAGES[self.code]
        template = chinese if locales.chinese(language) else english
        worded = {name: _worded(value, language) for name, value in self.values.items()}
        return printable(template.format(**worded).strip())


def _worded(value: object, language: str) -> str:
    """Word one value of a message: numbers as the sentence has them, texts as their reader."""
    if isinstance(value, Place):
        return value.named(language)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return locales.number(value, "zh" if locales.chinese(language) else "en")
    return _isolated(plain(value, language))


def _isolated(text: str) -> str:
    """Keep words that run from right to left from turning the sentence around them."""
    turns = any(unicodedata.bidirectional(mark) in ("R", "AL") for mark in text)
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if turns else text


class DefinitionError(ValueError):
    """A definition that cannot be used; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.place}: {p.message('en')}" for p in self.problems))
