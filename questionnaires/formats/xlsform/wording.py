"""Texts of a form -> texts of ours: languages, references to answers, signs that cannot stand."""

from __future__ import annotations

import re
from typing import Protocol

from questionnaires.formats.losses import Severity
from questionnaires.formats.xlsform.columns import MEDIA
from questionnaires.formats.xlsform.records import Ledger, Row
from questionnaires.text import UNDETERMINED, Text, unprintable

#: A reference to an answer inside a text.
PIPE = re.compile(r"\$\{\s*([^{}]+?)\s*\}")
_SLOT = re.compile(r"\{(?=\s*[^\W\d][\w-]*\s*\})")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|\*\*[^*\n]+\*\*|^#{1,6} ", re.MULTILINE)
#: U+2060 after the brace keeps a text from being taken for one with a slot; nobody sees it.
GUARD = "\N{WORD JOINER}"


def guarded(text: str) -> str:
    """Return a text in which no brace opens a slot of ours."""
    return _SLOT.sub("{" + GUARD, text) if Text({UNDETERMINED: text}).slots() else text


def unguarded(text: str) -> str:
    """Return the text as it was before ``guarded``."""
    return text.replace("{" + GUARD, "{").replace("$" + GUARD, "$")


class Naming(Protocol):
    """Knows what items are called here."""

    def renamed(self, name: str) -> str | None:
        """Return the identifier of the item of that name."""

    def answered(self, name: str) -> bool:
        """Say whether a text can show an answer of that name."""


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
            if words := self._clean(written, row.where(column, language)):
                found.setdefault(tag, words)
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

    def _clean(self, written: str, where: str) -> str:
        text = unguarded(written)
        if unprintable(text):
            text = "".join(mark for mark in text if not unprintable(mark))
            self._ledger.add("text_cleaned", "warning", where)
        if PIPE.search(text):
            self._ledger.add("text_piping", "warning", where, text=text)
            for name in PIPE.findall(text):
                if self._names.renamed(name) is None:
                    self._ledger.add("quoted_unknown", "error", where, name=name)
            text = PIPE.sub(self._pipe, text)
        if _MARKUP.search(text):
            self._ledger.add("text_markup", "info", where, text=text)
        return guarded(text.strip()) if text.strip() else ""

    def _pipe(self, match: re.Match[str]) -> str:
        name = self._names.renamed(match[1])
        if name is None or not self._names.answered(match[1]):
            return f"${GUARD}{match[0][1:]}"
        return f"${{{name}}}"
