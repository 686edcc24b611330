"""The heads of columns: what each is called in XLSForm, by whichever of its names, and language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from questionnaires.formats.losses import Loss, Severity
from questionnaires.formats.xlsform.languages import language_tag
from questionnaires.formats.xlsform.workbook import Sheet, place

#: Columns that stand for something of ours. The media are known, and reported cell by cell.
TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
MEDIA = ("image", "big-image", "audio", "video")
#: KoboToolbox's columns that name the list of a group of its own.
KOBO = ("kobo--score-choices", "kobo--rank-items", "kobo--matrix_list")
SURVEY = (
    "type",
    "name",
    *TRANSLATED,
    *MEDIA,
    "appearance",
    "required",
    "relevant",
    "constraint",
    "calculation",
    "default",
    "choice_filter",
    "read_only",
    "repeat_count",
    "trigger",
    "parameters",
    "disabled",
    *KOBO,
)
CHOICES = ("list_name", "name", "label", *MEDIA)

_ALIASES = {
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "relevance": "relevant",
    "calculate": "calculation",
    "required?": "required",
    "readonly": "read_only",
    "read only": "read_only",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "constraining_message": "constraint_message",
    "constraint message": "constraint_message",
    "constraintmsg": "constraint_message",
    "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message",
    "required message": "required_message",
    "jr:requiredmsg": "required_message",
    "choice filter": "choice_filter",
    "guidance hint": "guidance_hint",
    "repeat count": "repeat_count",
    "list name": "list_name",
    "media": "image",
}
#: Unknown columns that seem to hold what decides what is asked and accepted.
_WEIGHTY = (
    "mandatory",
    "compulsory",
    "obligatory",
    "condition",
    "skip",
    "skip_logic",
    "validation",
)
#: Prefixes of columns that only say in which part of the XForm a setting goes.
_WRAPPERS = ("bind", "control", "body", "media")
_COLONS = re.compile(r"::|(?<!jr)(?<!odk)(?<!orx):")


@dataclass(frozen=True, slots=True)
class Head:
    """One column: its place, its XLSForm name, and the language of its texts ("": none named)."""

    index: int
    name: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Heads:
    """The columns of a sheet that are known, those that are not, and what is odd about them."""

    known: tuple[Head, ...]
    others: tuple[Head, ...]
    losses: tuple[Loss, ...]

    def has(self, name: str) -> bool:
        """Say whether there is a column of that name in any language."""
        return any(head.name == name for head in self.known)

    def languages(self) -> tuple[str, ...]:
        """Return the languages that columns name, in the order of the columns."""
        return tuple(dict.fromkeys(head.language for head in self.known if head.language))


def heads(sheet: Sheet, known: tuple[str, ...]) -> Heads:
    """Read the first row of a sheet. A column that has no known name keeps the one written."""
    found: list[Head] = []
    others: list[Head] = []
    losses: list[Loss] = []
    seen: set[tuple[str, str]] = set()
    for index, written in enumerate(sheet.rows[sheet.top] if sheet.rows else ()):
        where = place(sheet.name, sheet.top + 1, index)
        name, language = _parsed(written, known)
        if not name:
            others.append(Head(index, written))
            continue
        tag, plain = language_tag(language) if language else ("", True)
        head = Head(index, name, tag)
        if (name, tag) in seen:
            losses.append(Loss("column_twice", "error", where, {"name": written}))
        elif not plain and name == "label":
            losses.append(
                Loss("column_language_guessed", "info", where, {"name": language, "tag": tag})
            )
        seen.add((name, tag))
        found.append(head)
    return Heads(tuple(found), tuple(others), tuple(losses))


def _parsed(written: str, known: tuple[str, ...]) -> tuple[str, str]:
    """Return the XLSForm name and the language of a head; the name is "" when it is not known."""
    parts = [part.strip() for part in _COLONS.split(" ".join(written.split()))]
    if len(parts) > 1 and parts[0].lower() in _WRAPPERS:
        parts = parts[1:]
    name = parts[0].lower()
    name = _ALIASES.get(name, name)
    if name not in known:
        return "", ""
    rest = "::".join(parts[1:])
    if not rest:
        return name, ""
    return (name, rest) if name in (*TRANSLATED, *MEDIA) else ("", "")


def unread(sheet: Sheet, others: tuple[Head, ...]) -> Iterator[Loss]:
    """Report every column that nothing corresponds to and that holds something."""
    for head in others:
        rows = [number for number, row in sheet.body() if _cell(row, head.index)]
        if rows:
            code = "column_unknown" if head.name else "column_nameless"
            where = place(sheet.name, sheet.top + 1, head.index)
            values = {"name": head.name, "count": len(rows), "first": rows[0]}
            yield Loss(code, _severity(head.name), where, values)


def _severity(name: str) -> Severity:
    if not name:
        return "info"
    return "error" if "_".join(name.lower().rstrip("?").split()) in _WEIGHTY else "warning"


def _cell(row: tuple[str, ...], index: int) -> str:
    return row[index] if index < len(row) else ""
