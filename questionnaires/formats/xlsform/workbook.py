"""Bytes -> sheets of text cells, within the limits; a workbook that is a trap is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from questionnaires.formats import limits
from questionnaires.formats.registry import ending_of
from questionnaires.formats.xlsform.apart import modest, read_apart
from questionnaires.formats.xlsform.archive import Computed, inspect
from questionnaires.formats.xlsform.refusal import refusal

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet by its name; ``rows[0]`` is row 1. Cells are text, empty ones are ``""``."""

    name: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def top(self) -> int:
        """The index of the first row that holds anything: the heads of the columns."""
        return next((index for index, row in enumerate(self.rows) if any(row)), 0)

    def body(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the rows below the heads with their numbers, counted from 1."""
        yield from enumerate(self.rows[self.top + 1 :], start=self.top + 2)

    def cells(self) -> int:
        """Return how many cells hold something."""
        return sum(1 for row in self.rows for cell in row if cell)


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a file by their names in lower case, and the encoding, if it was guessed."""

    sheets: dict[str, Sheet]
    guessed: str = ""
    #: Name in lower case -> the cells of a sheet that hold formulas.
    computed: dict[str, Computed] = field(default_factory=dict)
    #: It cannot be told which cells hold formulas: the old format is read by its values.
    old: bool = False


def column_name(index: int) -> str:
    """Return the letters of a column, counted from 0."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def place(sheet: str, row: int, column: int) -> str:
    """Return where a cell stands: row from 1, column from 0."""
    return f"{sheet}!{column_name(column)}{row}"


def read_book(content: bytes) -> Book:
    """Return the sheets of an .xlsx, .xlsm or .xls file; raise Refusal."""
    if len(content) > limits.MAX_FILE:
        raise refusal("file_large", size=len(content), limit=limits.MAX_FILE)
    computed: dict[str, Computed] = {}
    if content.startswith(OLE):
        content = modest(content)
    else:
        computed = inspect(content)
    sheets = {
        name.strip().lower(): _worded(name, rows) for name, rows in read_apart(content).items()
    }
    known = {name.strip().lower(): one for name, one in computed.items()}
    return Book(sheets, computed=known, old=content.startswith(OLE))


def _worded(name: str, rows: Sequence[Sequence[object]]) -> Sheet:
    sheet = Sheet(name, tuple(tuple(_text(cell) for cell in row) for row in rows))
    if sheet.cells() > limits.MAX_CELLS:
        raise refusal("cells_many", name=name, limit=limits.MAX_CELLS)
    return sheet


def _text(cell: object) -> str:
    """Return a cell as XLSForm reads it: 1.0 is 1, TRUE is a word."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell).replace("\r\n", "\n").strip()


def looks_like(content: bytes, filename: str) -> bool:
    """Say whether a file is a workbook, or a text table with a survey sheet."""
    if content.startswith((ZIP, OLE)):
        return True
    start = content[:4096]
    return ending_of(filename) in (".csv", ".md") and any(
        word in start for word in (b"survey", "survey".encode("utf-16-le"))
    )
