"""The words of a mailing: a subject and a body per language, with slots in braces."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

_SLOT = re.compile(r"\{(\w*)\}")
LONGEST_SUBJECT = 150
LONGEST_BODY = 10_000


@dataclass(frozen=True)
class Problem:
    """Why a template cannot be used: ``code`` names the sentence, ``slot`` what it is about."""

    field: str
    code: str
    slot: str = ""


@dataclass(frozen=True)
class Template:
    """What a mail says in one language. A slot is a word in braces, such as ``{link}``."""

    subject: str
    body: str

    def filled(self, slots: Mapping[str, str]) -> Template:
        """The words with their slots filled in; a value can bring no slot of its own."""

        def value(found: re.Match[str]) -> str:
            return slots.get(found[1], found[0])

        return Template(_one_line(_SLOT.sub(value, self.subject)), _SLOT.sub(value, self.body))

    def problems(self, known: Collection[str], needed: Collection[str]) -> list[Problem]:
        """Everything that is wrong with it; ``needed`` slots must be in the body."""
        found = []
        for field, text, limit in (
            ("subject", self.subject, LONGEST_SUBJECT),
            ("body", self.body, LONGEST_BODY),
        ):
            if not text.strip():
                found.append(Problem(field, "empty"))
            if len(text) > limit:
                found.append(Problem(field, "long"))
            names = dict.fromkeys(_SLOT.findall(text))
            found += [Problem(field, "unknown", name) for name in names if name not in known]
        if not self.subject.isprintable():
            found.append(Problem("subject", "lines"))
        inside = set(_SLOT.findall(self.body))
        found += [Problem("body", "missing", name) for name in needed if name not in inside]
        return found


def to_json(templates: Mapping[str, Template]) -> dict[str, Any]:
    """Templates by language as a column keeps them."""
    return {language: asdict(template) for language, template in templates.items()}


def from_json(stored: Mapping[str, Mapping[str, str]]) -> dict[str, Template]:
    """Undo ``to_json``."""
    return {language: Template(**template) for language, template in stored.items()}


def _one_line(text: str) -> str:
    """A name or title with a line break in it must not begin a new header."""
    return " ".join(text.split())
