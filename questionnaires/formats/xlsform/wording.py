"""Texts of a form -> texts of ours: languages, references to answers, signs that cannot stand.

``${name}`` becomes ``${id}`` of the item that it means there; one that means none stays readable,
with an unseen sign in it that keeps it from being taken for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Protocol

from questionnaires.formats.losses import Severity
from questionnaires.formats.xlsform.columns import MEDIA
from questionnaires.formats.xlsform.records import Ledger, Row
from questionnaires.text import UNDETERMINED, Text, unprintable

#: A reference to an answer inside a text.
PIPE = re.compile(r"\$\{\s*([^{}]+?)\s*\}")
_SLOT = re.compile(r"(?<!\$)\{(?=\s*[^\W\d][\w-]*\s*\})")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|\*\*[^*\n]+\*\*|^#{1,6} ", re.MULTILINE)
#: U+2060 keeps a text from being taken for one with a slot or an answer in it; nobody sees it.
GUARD = "\N{WORD JOINER}"


def guarded(text: str, shown: Collection[str] = ()) -> str:
    """Return a text in which no brace opens a slot, or shows an answer other than those named."""

    def pipe(match: re.Match[str]) -> str:
        return match[0] if match[1] in shown else f"${GUARD}{match[0][1:]}"

    text = PIPE.sub(pipe, text)
    return _SLOT.sub("{" + GUARD, text) if Text({UNDETERMINED: text or "-"}).slots() else text


def unguarded(text: str) -> str:
    """Return the text as it was before ``guarded``."""
    return text.replace("{" + GUARD, "{").replace("$" + GUARD, "$")


class Naming(Protocol):
    """Knows what items are called here."""

    def shown(self, name: str, row: Row) -> str | None:
        """Return the item whose answer a text of that row shows under a name; "" if it cannot."""


class Wording:
    """Reads the texts of one form; ``neutral`` is the tag of columns that name no language."""

    def __init__(self, neutral: str, ledger: Ledger, names: Naming) -> None:
        self._neutral = neutral
        self._ledger = ledger
        self._names = names

    def text(self, row: Row, column: str) -> dict[str, str]:
        """Return language -> text of a column in a row; empty when nothing is written."""
        found: dict[str, str] = {}
        for language, written in row.named(column):
            tag = language or self._neutral
            where = row.where(column, language)
            words = self._clean(written, row, where)
            if words and found.setdefault(tag, words) != words:
                self._ledger.add("text_shadowed", "warning", where, text=written)
        return found

    def or_name(self, row: Row, name: str, *, silently: bool = False) -> dict[str, str]:
        """Return the label of a row, or its name in the place of one."""
        if label := self.text(row, "label"):
            return label
        if not silently:
            # What has a hint or a picture is not without words, as XLSForm sees it.
            other = any(row.get(column) for column in ("hint", "guidance_hint", *MEDIA))
            severity: Severity = "warning" if other else "error"
            self._ledger.add("label_missing", severity, row.where("label"), name=name)
        return {UNDETERMINED: guarded(name.strip() or "–")}

    def hint(self, row: Row) -> dict[str, str]:
        """Return the hint with the guidance, if there is any, below it."""
        hint, guidance = self.text(row, "hint"), self.text(row, "guidance_hint")
        if guidance:
            self._ledger.add("guidance_joined", "info", row.where("guidance_hint"))
        for tag, words in guidance.items():
            hint[tag] = f"{hint[tag]}\n{words}" if tag in hint else words
        return hint

    def _clean(self, written: str, row: Row, where: str) -> str:
        text = unguarded(written)
        if unprintable(text):
            text = "".join(mark for mark in text if not unprintable(mark))
            self._ledger.add("text_cleaned", "warning", where)
        names = {name: self._names.shown(name, row) for name in PIPE.findall(text)}
        for name in [name for name, item in names.items() if item is None]:
            self._ledger.add("quoted_unknown", "error", where, name=name)
        for name in [name for name, item in names.items() if item == ""]:
            self._ledger.add("text_piping", "warning", where, name=name)
        if _MARKUP.search(text):
            self._ledger.add("text_markup", "info", where, text=text)
        text = PIPE.sub(lambda match: f"${{{names[match[1]] or match[1]}}}", text.strip())
        return guarded(text, {item for item in names.values() if item})
