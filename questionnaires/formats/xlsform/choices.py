"""The choices sheet -> lists of options with their properties."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from questionnaires.formats.losses import Loss, Severity
from questionnaires.formats.xlsform.columns import CHOICES, MEDIA, Head, heads, unread
from questionnaires.formats.xlsform.records import Ledger, Row, rows
from questionnaires.formats.xlsform.wording import Wording
from questionnaires.formats.xlsform.workbook import Sheet
from questionnaires.text import unprintable

_LONGEST = 64


@dataclass(slots=True)
class Options:
    """One list: its rows as they were read, and what they became once somebody asked for them."""

    name: str
    rows: list[Row] = field(default_factory=list)
    properties: dict[int, dict[str, str]] = field(default_factory=dict)
    made: list[dict[str, Any]] | None = None

    _columns: set[str] | None = None
    _values: set[str] | None = None

    def columns(self) -> set[str]:
        """Return the names under which a filter may look at an entry."""
        if self._columns is None:
            self._columns = {name for known in self.properties.values() for name in known}
        return self._columns

    def values(self) -> set[str]:
        """Return the values of the entries as they are written."""
        if self._values is None:
            self._values = {row.get("name") for row in self.rows}
        return self._values


class ChoiceLists:
    """All lists of a form. A list is worded, and complained about, when it is first used."""

    def __init__(self, ledger: Ledger, *, twice_allowed: bool) -> None:
        self._ledger = ledger
        self._twice_allowed = twice_allowed
        self._lists: dict[str, Options] = {}
        self._sheets: list[tuple[Sheet, tuple[Head, ...]]] = []
        self._used: set[str] = set()
        self._languages: list[str] = []
        #: (list, value written) -> value here, where it had to change.
        self.changed: dict[tuple[str, str], str] = {}

    def read(self, sheet: Sheet) -> None:
        """Add the lists of a sheet."""
        found = heads(sheet, CHOICES)
        for loss in found.losses:
            self._ledger.take(loss)
        self._sheets.append((sheet, found.others))
        self._languages.extend(found.languages())
        extra = tuple(head for head in found.others if head.name)
        for name in ("list_name", "name"):
            if not found.has(name) and any(any(row) for _, row in sheet.body()):
                where = f"{sheet.name}!A1"
                self._ledger.add("column_missing", "error", where, sheet=sheet.name, name=name)
        for row in rows(sheet, found, self._ledger):
            name = row.get("list_name")
            if name:
                listed = self._lists.setdefault(name, Options(name))
                listed.properties[row.number] = _extra(sheet, row.number, extra)
                listed.rows.append(row)
            elif row.get("name"):
                self._ledger.add("choice_listless", "error", row.where("name"))

    def __contains__(self, name: object) -> bool:
        return name in self._lists

    def get(self, name: str, wording: Wording) -> list[dict[str, Any]]:
        """Return the options of a list as our definition writes them."""
        options = self._lists[name]
        if options.made is None:
            options.made = list(self._make(options, wording))
        return options.made

    def entries(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a list as a lookup sees them: name, label and further columns."""
        options = self._lists[name]
        return [
            {"name": row.get("name"), "label": row.get("label"), **options.properties[row.number]}
            for row in options.rows
        ]

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a list as they were read."""
        return self._lists[name].rows

    def offers(self, name: str, value: str) -> bool:
        """Say whether a list has an entry of that value."""
        return value in self._lists[name].values()

    def languages(self) -> tuple[str, ...]:
        """Return the languages that columns of the choices name."""
        return tuple(dict.fromkeys(self._languages))

    def use(self, name: str, column: str) -> bool:
        """Say whether a filter of that list can look at a column, and note that it does."""
        known = name in self._lists and column in self._lists[name].columns()
        if known:
            self._used.add(column)
        return known

    def unread(self) -> Iterator[Loss]:
        """Report the columns that no filter looks at."""
        for sheet, others in self._sheets:
            yield from unread(sheet, tuple(head for head in others if head.name not in self._used))

    def unused(self) -> Iterator[Options]:
        """Yield the lists that nobody asked for."""
        yield from (options for options in self._lists.values() if options.made is None)

    def _make(self, options: Options, wording: Wording) -> Iterator[dict[str, Any]]:
        taken: dict[str, Row] = {}
        for row in options.rows:
            self._media(row)
            written = row.get("name")
            if not written:
                where = row.where("label")
                self._ledger.add("choice_nameless", "error", where, name=options.name)
                continue
            value = self._value(written, options, row, taken)
            if value is None:
                continue
            taken[value] = row
            option: dict[str, Any] = {"value": value, "label": self._label(row, options, wording)}
            if properties := options.properties[row.number]:
                option["properties"] = properties
            yield option

    def _label(self, row: Row, options: Options, wording: Wording) -> dict[str, str]:
        if label := wording.text(row, "label"):
            return label
        values = {"name": options.name, "value": row.get("name")}
        media = any(row.get(name) for name in MEDIA)
        self._ledger.add(
            "choice_unlabelled", "info" if media else "warning", row.where("name"), **values
        )
        return wording.or_name(row, row.get("name"), silently=True)

    def _value(self, written: str, options: Options, row: Row, taken: dict[str, Row]) -> str | None:
        """Return the value here: as written, or changed, or None for one that is there already."""
        value, where = _short(written), row.where("name")
        if value in taken:
            if self._same(options, taken[value], row):
                known: Severity = "info" if self._twice_allowed else "error"
                self._ledger.add("choice_twice", known, where, name=options.name, value=written)
                return None
            value = _beside(value, taken)
        if value != written:
            severity: Severity = "warning" if self._twice_allowed else "error"
            values = {"name": options.name, "value": written, "instead": value}
            self._ledger.add("choice_renamed", severity, where, **values)
            self.changed.setdefault((options.name, written), value)
        return value

    @staticmethod
    def _same(options: Options, first: Row, second: Row) -> bool:
        """Say whether a second entry of a value could only ever be offered beside the first."""
        return options.properties[first.number] == options.properties[second.number]

    def _media(self, row: Row) -> None:
        for name in MEDIA:
            for language, file in row.named(name):
                self._ledger.add("media_dropped", "warning", row.where(name, language), file=file)


def _extra(sheet: Sheet, number: int, extra: tuple[Head, ...]) -> dict[str, str]:
    cells = sheet.rows[number - 1]
    found = {head.name: cells[head.index] for head in extra if head.index < len(cells)}
    return {name: text for name, text in found.items() if text}


def _short(written: str) -> str:
    """Return a value that can be a code: printable, and not longer than one may be."""
    clean = "".join(mark for mark in written if not unprintable(mark) and mark not in "\n\t")
    if len(clean) <= _LONGEST:
        return clean or "_"
    digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{clean[: _LONGEST - 9]}-{digest}"


def _beside(value: str, taken: dict[str, Row]) -> str:
    number = 2
    while (beside := f"{value[: _LONGEST - 7]}-{number}") in taken:
        number += 1
    return beside
