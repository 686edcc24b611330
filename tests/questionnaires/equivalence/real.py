"""The real expressions: every logic cell of the XLSForms in ``shared/forms/xlsform``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath

from questionnaires.expressions import Node, Path, Reference
from questionnaires.expressions.binding import bound
from questionnaires.expressions.lenient import Reading, read

FORMS = FilePath(__file__).parents[3].parent / "shared" / "forms" / "xlsform"
COLUMNS = {
    "relevant": "relevant",
    "relevance": "relevant",
    "bind::relevant": "relevant",
    "constraint": "constraint",
    "bind::constraint": "constraint",
    "calculation": "calculation",
    "calculate": "calculation",
    "bind::calculate": "calculation",
    "choice_filter": "choice_filter",
    "repeat_count": "repeat_count",
}


@dataclass(frozen=True)
class Cell:
    """One expression, as it stands in a form."""

    file: str
    row: int
    column: str
    text: str

    def reading(self) -> Reading:
        """Read it as an importer does."""
        return read(self.text, choices=self.column == "choice_filter")


@cache
def cells() -> tuple[Cell, ...]:
    """Return the first cell of each distinct expression; none without the forms."""
    if not FORMS.is_dir():
        return ()
    found: dict[tuple[str, bool], Cell] = {}
    for file in sorted(FORMS.iterdir()):
        for cell in _cells(file):
            found.setdefault((cell.text, cell.column == "choice_filter"), cell)
    return tuple(found.values())


def _cells(file: FilePath) -> Iterator[Cell]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(file)
    for sheet in book.sheet_names:
        if sheet.strip().lower() != "survey":
            continue
        rows = book.get_sheet_by_name(sheet).to_python()
        header = [COLUMNS.get(str(cell).strip().lower()) for cell in rows[0]] if rows else []
        for number, row in enumerate(rows[1:], start=2):
            for column, cell in zip(header, row, strict=False):
                if column and str(cell).strip():
                    yield Cell(file.name, number, column, str(cell))


@cache
def trees() -> tuple[Node, ...]:
    """Return the trees of all that can be read; a path stands for the item that it ends in."""
    readings = (cell.reading() for cell in cells())
    return tuple(
        bound(reading.node, item_at=lambda path: _item(path))
        for reading in readings
        if reading.node
    )


def _item(path: Path) -> Node | None:
    return Reference(path.names[-1], path.at) if path.names else None
