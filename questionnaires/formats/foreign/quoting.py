"""Answers that the texts of a foreign form show: marked while the form is read.

A text is read before all names are known. So each ``{name}`` in it becomes a mark with a number;
``piping`` puts the answers in their places when the questions have their identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from questionnaires.formats.foreign.plain import without_braces

if TYPE_CHECKING:
    from questionnaires.formats.foreign.draft import Translate

#: Around the number of a mark: signs for private use, which are taken out of texts before.
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Quoted:
    """What stood at a mark, the expression that it becomes, and the words for when it cannot.

    With a ``key`` it counts as one of the expressions of the form.
    """

    text: str
    where: str
    translate: Translate
    instead: str
    key: str = ""


@dataclass(slots=True)
class Quotes:
    """All quotations of one form, and how they are written.

    ``pattern`` has one group, what stands inside; ``read`` makes an expression of it, or None when
    it is no quotation after all.
    """

    pattern: re.Pattern[str]
    read: Callable[[str], Translate | None]
    found: list[Quoted] = field(default_factory=list)

    def marked(self, text: str, where: str) -> str:
        """Return a text with a mark in place of each quotation."""

        def mark(match: re.Match[str]) -> str:
            translate = self.read(match[1].strip())
            if translate is None:
                return match[0]
            return self.mark(Quoted(match[0], where, translate, without_braces(match[0])))

        return self.pattern.sub(mark, text.replace(_OPEN, "").replace(_CLOSE, ""))

    def mark(self, quoted: Quoted) -> str:
        """Return the mark of one quotation."""
        self.found.append(quoted)
        return f"{_OPEN}{len(self.found) - 1}{_CLOSE}"


def no_quotes() -> Quotes:
    """Return the quotations of a form whose texts show no answers."""
    return Quotes(re.compile(r"(?!)()"), lambda inside: None)
