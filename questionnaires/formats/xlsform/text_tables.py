"""The two plain-text spellings of a workbook: CSV, and tables in Markdown.

In both, a row whose first cell is filled names a sheet; the rows of that sheet follow, one column
further in.
"""

from __future__ import annotations

import csv
import io

from questionnaires.formats import limits
from questionnaires.formats.registry import ending_of
from questionnaires.formats.xlsform.refusal import refusal
from questionnaires.formats.xlsform.workbook import Book, Sheet

_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def read_text(content: bytes, filename: str) -> Book:
    """Return the sheets of a CSV or Markdown file; raise Refusal."""
    if len(content) > limits.MAX_FILE:
        raise refusal("file_large", size=len(content), limit=limits.MAX_FILE)
    text, guessed = decoded(content)
    table = _markdown(text) if ending_of(filename) == ".md" else _csv(text)
    return Book(_sheets(table), guessed)


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text, and the name of the encoding when nothing but its sense speaks for it."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace"), ""
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030"), "GB18030"
    except UnicodeDecodeError:
        raise refusal("encoding_unknown") from None


def _csv(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text.replace("\0", ""))):
            rows.append([cell.strip() for cell in row])
            if len(rows) > limits.MAX_ROWS:
                raise refusal("sheet_high", name="csv", count=len(rows), limit=limits.MAX_ROWS)
            if len(row) > limits.MAX_COLUMNS:
                raise refusal("sheet_wide", name="csv", count=len(row), limit=limits.MAX_COLUMNS)
    except csv.Error as error:
        raise refusal("workbook_broken", detail=str(error)) from None
    return rows


def _markdown(text: str) -> list[list[str]]:
    lines = [line.strip() for line in text.splitlines()]
    tabled = [line for line in lines if line.startswith("|") and set(line) - set("|-: ")]
    if len(tabled) > limits.MAX_ROWS:
        raise refusal("sheet_high", name="md", count=len(tabled), limit=limits.MAX_ROWS)
    return [[cell.strip().replace("\\|", "|") for cell in _cut(line.strip("|"))] for line in tabled]


def _cut(line: str) -> list[str]:
    return line.replace("\\|", "\0").replace("|", "\1").replace("\0", "\\|").split("\1")


def _sheets(table: list[list[str]]) -> dict[str, Sheet]:
    sheets: dict[str, list[tuple[str, ...]]] = {}
    current: list[tuple[str, ...]] | None = None
    for row in table:
        if row and row[0]:
            current = sheets.setdefault(row[0], [])
        if current is not None and any(row[1:]):
            current.append(tuple(row[1:]))
    return {name.lower(): Sheet(name, tuple(rows)) for name, rows in sheets.items()}
