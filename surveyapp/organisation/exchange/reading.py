"""Bytes of a workbook or of CSV files -> the sheets of the organisation in them.

Which sheet a table is follows from its headings, not from its name: files get renamed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from questionnaires.formats import limits
from questionnaires.formats.xlsform.refusal import Refusal, refusal
from questionnaires.formats.xlsform.text_tables import decoded
from questionnaires.formats.xlsform.workbook import OLE, ZIP, Sheet, read_book
from questionnaires.text import plain
from surveyapp.organisation.exchange.layout import LAYOUTS, Column, Layout
from surveyapp.organisation.exchange.problems import Problem

_DELIMITERS = ",;\t"
#: So many headings of a sheet make a table that sheet.
_FEWEST = 2


@dataclass(frozen=True)
class Table:
    """A recognised sheet: where each column stands, and the rows below the headings."""

    layout: Layout
    places: dict[str, int]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass
class Book:
    """What was found in the files, and what was wrong with them as files."""

    tables: dict[str, Table] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(files: Iterable[tuple[str, bytes]]) -> Book:
    """Return the sheets in (name, bytes) of one or more files. Never raises for a bad file."""
    book = Book()
    for name, content in files:
        try:
            for sheet in _sheets(name, content, book):
                _take(sheet, book)
        except Refusal as refused:
            book.problems.append(_refused(name, refused))
    if not book.tables and not any(problem.stops for problem in book.problems):
        book.problems.append(Problem("no_sheet"))
    return book


def _refused(name: str, refused: Refusal) -> Problem:
    why = refused.loss.values["reason"]
    reason = {f"reason_{tag}": plain(why, tag) for tag in ("zh", "en")}
    return Problem("file_refused", name[:80], values=reason)


def _sheets(name: str, content: bytes, book: Book) -> Iterable[Sheet]:
    if not content.strip():
        raise refusal("file_empty")
    if content.startswith((ZIP, OLE)):
        return read_book(content).sheets.values()
    if len(content) > limits.MAX_FILE:
        raise refusal("file_large", size=len(content), limit=limits.MAX_FILE)
    text, guessed = decoded(content)
    if guessed:
        book.problems.append(Problem("guessed", name[:80], values={"encoding": guessed}))
    return [Sheet(name, tuple(_csv_rows(text, name)))]


def _csv_rows(text: str, name: str) -> Iterable[tuple[str, ...]]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    lines = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter)
    try:
        for number, row in enumerate(lines, start=1):
            if number > limits.MAX_ROWS:
                raise refusal("sheet_high", name=name[:80], count=number, limit=limits.MAX_ROWS)
            if len(row) > limits.MAX_COLUMNS:
                raise refusal(
                    "sheet_wide", name=name[:80], count=len(row), limit=limits.MAX_COLUMNS
                )
            yield tuple(cell.strip() for cell in row)
    except csv.Error as error:
        raise refusal("workbook_broken", detail=str(error)) from None


def _take(sheet: Sheet, book: Book) -> None:
    heads = sheet.rows[sheet.top] if sheet.rows else ()
    layout = _recognised(heads)
    if layout is None:
        if sheet.cells():
            book.problems.append(Problem("sheet_ignored", values={"name": sheet.name[:80]}))
        return
    if layout.name in book.tables:
        book.problems.append(Problem("sheet_twice", layout.name, values={"name": sheet.name[:80]}))
        return
    rows = tuple((number, row) for number, row in sheet.body() if any(row))
    book.tables[layout.name] = Table(layout, _places(layout, heads, book), rows)


def _recognised(heads: Sequence[str]) -> Layout | None:
    """Return the layout with most of these headings; on a tie, with fewest of its own missing."""

    def fit(layout: Layout) -> tuple[int, int]:
        found = sum(_column(layout, head) is not None for head in heads)
        return found, found - len(layout.columns)

    best = max(LAYOUTS.values(), key=fit)
    return best if fit(best)[0] >= _FEWEST else None


def _column(layout: Layout, head: str) -> Column | None:
    parts = {part.strip().casefold() for part in (head, *head.split("/"))}
    for column in layout.columns:
        if parts & {column.name, *(word.casefold() for word in column.heading.root.values())}:
            return column
    return None


def _places(layout: Layout, heads: Sequence[str], book: Book) -> dict[str, int]:
    places: dict[str, int] = {}
    for index, head in enumerate(heads):
        column = _column(layout, head)
        if column is None:
            if head:
                ignored = Problem("column_ignored", layout.name, values={"name": head[:80]})
                book.problems.append(ignored)
        elif column.name in places:
            book.problems.append(_about("column_twice", layout, column))
        else:
            places[column.name] = index
    book.problems += [
        _about("column_missing", layout, column)
        for column in layout.columns
        if column.required and column.name not in places
    ]
    return places


def _about(code: str, layout: Layout, column: Column) -> Problem:
    values = {f"heading_{tag}": column.heading.get(tag) for tag in ("zh", "en")}
    return Problem(code, layout.name, values=values)
