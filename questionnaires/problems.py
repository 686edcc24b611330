"""One thing that is wrong with a definition or with answers.

Code names the problem and supplies the values; the words are in ``messages`` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

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
        return f"第 {self.line} 行" if language.startswith("zh") else f"line {self.line}"


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
        template = chinese if language.startswith("zh") else english
        worded = {
            name: value.named(language) if isinstance(value, Place) else plain(value, language)
            for name, value in self.values.items()
        }
        return printable(template.format(**worded).strip())


class DefinitionError(ValueError):
    """A definition that cannot be used; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.place}: {p.message('en')}" for p in self.problems))
