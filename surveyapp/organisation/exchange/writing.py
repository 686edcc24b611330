"""The organisation as a workbook or as CSV, in the very form that ``reading`` accepts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from surveyapp.organisation.exchange.layout import LAYOUTS, Layout, both
from surveyapp.organisation.exchange.records import Organisation, Record
from surveyapp.organisation.exchange.rows import GUARD, RISKY
from surveyapp.organisation.exchange.treeing import from_the_top

#: Fixed, so that the same organisation gives the same file.
_MADE = datetime(2000, 1, 1)
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_NOTES = both("说明", "Notes")
_GENERAL = (
    both(
        "空着的单元格不改变已有内容；填一个减号（-）清除已有内容。",
        "An empty cell leaves what is stored as it is; a single hyphen (-) empties it.",
    ),
    both(
        "编码相同的行修改已有记录，编码不同的行新增。",
        "A row with a known code changes that record; one with a new code adds one.",
    ),
    both(
        "各表第 2 行起是示例，请换成自己的内容；不需要的表可以删去。",
        "The rows below the headings are examples: put yours in their place. "
        "A sheet that is not needed may be deleted.",
    ),
)
_NOTE_HEADINGS = ("表 / Sheet", "列 / Column", "必填 / Required", "说明", "What to write")

Rows = Sequence[Sequence[str]]


def workbook(organisation: Organisation) -> bytes:
    """Return everything as an .xlsx with one sheet for each kind of record."""
    return _workbook({name: _rows(organisation, layout) for name, layout in LAYOUTS.items()})


def table(organisation: Organisation, sheet: str) -> bytes:
    """Return one sheet as CSV in UTF-8 with a byte order mark, as spreadsheets expect it."""
    return _csv(LAYOUTS[sheet], _rows(organisation, LAYOUTS[sheet]))


def template() -> bytes:
    """Return a workbook with the headings, a small example, and what belongs in each column."""
    return _workbook({name: layout.example for name, layout in LAYOUTS.items()}, notes=True)


def template_table(sheet: str) -> bytes:
    """Return the headings and the example of one sheet as CSV."""
    return _csv(LAYOUTS[sheet], LAYOUTS[sheet].example)


def guarded(text: str) -> str:
    """Return a cell of a CSV that no spreadsheet takes for a formula; reading takes it off."""
    return GUARD + text if text.startswith(RISKY) else text


def _rows(organisation: Organisation, layout: Layout) -> list[list[str]]:
    names = [column.name for column in layout.columns]
    return [
        [_cell(getattr(record, name)) for name in names]
        for record in _records(organisation, layout.name)
    ]


def _records(organisation: Organisation, sheet: str) -> Iterable[Record]:
    """Units with parents before children, everything else by code; teams that have not ended."""
    if sheet == "units":
        order, _ = from_the_top(dict(sorted(organisation.units.items())))
        return [organisation.units[code] for code in order]
    if sheet == "people":
        return sorted(organisation.people.values(), key=lambda one: one.code)
    if sheet == "postings":
        many = (one for postings in organisation.postings.values() for one in postings)
        return sorted(many, key=lambda one: (one.person, one.line, one.start))
    teams = (team for team in organisation.teams.values() if not team.ended)
    return sorted(teams, key=lambda one: one.code)


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    return "" if value is None else str(value)


def _csv(layout: Layout, rows: Rows) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([column.title() for column in layout.columns])
    writer.writerows([[guarded(cell) for cell in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def _workbook(sheets: dict[str, Rows], *, notes: bool = False) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, _PLAIN) as book:
        book.set_properties({"created": _MADE})
        head = book.add_format({"bold": True, "bg_color": "#E6EFF7", "border": 1})
        text = book.add_format({"num_format": "@"})  # or a spreadsheet makes 1 of a typed 001
        for name, rows in sheets.items():
            layout = LAYOUTS[name]
            headings = [column.title() for column in layout.columns]
            page = book.add_worksheet(layout.title())
            _fill(page, headings, rows, head)
            page.set_column(0, len(headings) - 1, 22, text)
        if notes:
            page = book.add_worksheet(f"{_NOTES.get('zh')} {_NOTES.get('en')}")
            _fill(page, _NOTE_HEADINGS, list(_notes()), head)
            page.set_column(0, 2, 22)
            page.set_column(3, 4, 60)
    return stream.getvalue()


def _fill(page: Any, headings: Sequence[str], rows: Rows, head: Any) -> None:
    for column, heading in enumerate(headings):
        page.write_string(0, column, heading, head)
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            if text:
                page.write_string(number, column, text)
    page.freeze_panes(1, 0)


def _notes() -> Iterable[Sequence[str]]:
    for layout in LAYOUTS.values():
        for column in layout.columns:
            about = (column.about.get("zh"), column.about.get("en"))
            yield (layout.title(), column.title(), "✓" if column.required else "", *about)
    for general in _GENERAL:
        yield ("", "", "", general.get("zh"), general.get("en"))
