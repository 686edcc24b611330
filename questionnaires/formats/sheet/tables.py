"""The sheets of an edited workbook: which columns they have, and where everything stands."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from questionnaires.advice import suggestion
from questionnaires.formats.losses import Loss
from questionnaires.formats.sheet.grids import MORE
from questionnaires.formats.sheet.words import HELP, SHEETS
from questionnaires.formats.xlsform.workbook import ZIP, Book, Sheet, place

#: The codes stand in one of the first rows.
_TOP = 6
#: The column that says which row is which, by sheet.
ANCHORS = {
    "questionnaire": "key",
    "sections": "id",
    "items": "id",
    "options": "value",
    "scales": "value",
    "terms": "name",
}
_NAMES = {text.get(tag).lower(): key for key, text in SHEETS.items() for tag in ("zh", "en")}
_IGNORED = {HELP.get(tag).lower() for tag in ("zh", "en")}
_SHEET_NAME = re.compile(rb'<(?:\w+:)?sheet\b[^>]*?\sname="([^"]{1,31})"')
_PARTS = 400_000

Report = Callable[[Loss], None]


def recognises(content: bytes, filename: str) -> bool:
    """Say whether a file is a workbook with a sheet for the questionnaire and one for its items."""
    if not content.startswith(ZIP):
        return False
    try:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as archive,
            archive.open("xl/workbook.xml") as xml,
        ):
            found = _SHEET_NAME.findall(xml.read(_PARTS))
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, NotImplementedError):
        return False
    except (EOFError, RuntimeError):  # cut short, or with a password
        return False
    keys = {_NAMES.get(name.decode("utf-8", "replace").strip().lower()) for name in found}
    return {"questionnaire", "items"} <= keys


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number, from 1, and its cells by the codes of their columns."""

    table: Table
    number: int
    cells: dict[str, str]

    def where(self, key: str = "") -> str:
        """Return the place of a cell: of that code, else of the column that names the row."""
        return place(self.table.name, self.number, self.table.column(key))


@dataclass(slots=True)
class Table:
    """One sheet; ``columns`` maps the codes of those that are read to their index."""

    key: str
    name: str
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def column(self, key: str) -> int:
        """Return the index of the column of a code, or of the nearest around or inside it."""
        steps = key.split(".")
        for length in range(len(steps), 0, -1):
            head = ".".join(steps[:length])
            inside = (i for code, i in self.columns.items() if code.startswith(f"{head}."))
            if (found := self.columns.get(head, next(inside, None))) is not None:
                return found
        anchor = self.columns.get(ANCHORS[self.key], 0)
        return self.columns.get(MORE, anchor) if key else anchor


def tables(book: Book, known: Callable[[str, str], bool], report: Report) -> dict[str, Table]:
    """Return every sheet by its key; what cannot be read is reported."""
    found: dict[str, Table] = {}
    for name, sheet in book.sheets.items():
        key = _NAMES.get(name)
        if key is not None:
            found[key] = _table(key, sheet, known, report)
        elif name not in _IGNORED and sheet.cells():
            report(Loss("sheet_unknown", "warning", sheet.name, {"name": sheet.name}))
    for key in SHEETS:
        if key not in found:
            found[key] = Table(key, SHEETS[key].get("en"))
            report(Loss("sheet_absent", "warning", "", {"name": SHEETS[key]}))
    return found


def _table(key: str, sheet: Sheet, known: Callable[[str, str], bool], report: Report) -> Table:
    table = Table(key, sheet.name)
    top = _codes(key, sheet)
    if top is None:
        if sheet.cells():
            report(Loss("sheet_codes_missing", "error", sheet.name, {"name": sheet.name}))
        return table
    body = sheet.rows[top + 1 :]
    for index, code in enumerate(sheet.rows[top]):
        if problem := _unread(table, code, known):
            count = sum(1 for row in body if index < len(row) and row[index])
            where = place(sheet.name, top + 1, index)
            if code or count:
                values = {"name": code, "count": count, "suggestion": _advice(code, sheet, top)}
                report(Loss(problem, "warning", where, values))
        else:
            table.columns[code] = index
    for number, row in enumerate(body, start=top + 2):
        table.rows += _row(table, number, row)
    return table


def _row(table: Table, number: int, row: Sequence[str]) -> Iterator[Row]:
    cells = {code: row[i] for code, i in table.columns.items() if i < len(row) and row[i]}
    if cells:
        yield Row(table, number, cells)


def _codes(key: str, sheet: Sheet) -> int | None:
    """Return the index of the row of codes: the last of the first rows that has the anchor."""
    first = range(min(_TOP, len(sheet.rows)))
    return next((i for i in first if ANCHORS[key] in sheet.rows[i]), None)


def _unread(table: Table, code: str, known: Callable[[str, str], bool]) -> str:
    if not code:
        return "sheet_column_nameless"
    if code in table.columns:
        return "sheet_column_twice"
    return "" if known(table.key, code) else "sheet_column_unknown"


def _advice(code: str, sheet: Sheet, top: int) -> object:
    return suggestion(code, [other for other in sheet.rows[top] if other and other != code])
