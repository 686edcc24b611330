"""Read every form below a folder and print what came of each: ``python -m tests.sweep [FOLDER]``.

The folder is only read; its files belong to others and never become part of the repository.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import questionnaires
from questionnaires.formats.losses import Imported
from questionnaires.formats.registry import reader

#: Other people's forms, where they lie beside the checkout.
FORMS = Path(__file__).parents[2] / "shared" / "forms"
_HEAD = ("file", "format", "items", "expressions", "translated", "flagged", "losses", "seconds")


@dataclass(frozen=True)
class Swept:
    """What came of one file."""

    path: Path
    format: str
    imported: Imported
    seconds: float

    @property
    def valid(self) -> bool:
        """The questionnaire passes our own examination."""
        made = self.imported.questionnaire
        return made is not None and not questionnaires.examine(questionnaires.to_json(made)).errors

    def row(self) -> tuple[object, ...]:
        """One line of the table."""
        found = self.imported
        levels = Counter(loss.severity for loss in found.losses)
        losses = "/".join(str(levels[level]) for level in ("error", "warning", "info"))
        counts = (found.items, found.expressions, found.translated, found.flagged)
        return (self.path.name, self.format, *counts, losses, f"{self.seconds:.2f}")


def sweep(folder: Path) -> list[Swept]:
    """Read every recognised file below ``folder``."""
    swept = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if (form := reader(content, path.name)) is not None:
            start = time.perf_counter()
            imported = form.read(content, path.name)
            swept.append(Swept(path, form.name, imported, time.perf_counter() - start))
    return swept


def table(swept: list[Swept]) -> str:
    """Return the table, with a line of totals."""
    rows = [_HEAD, *(one.row() for one in swept), _total(swept)]
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _total(swept: list[Swept]) -> tuple[object, ...]:
    found = [one.imported for one in swept]
    expressions = sum(one.expressions for one in found)
    settled = sum(one.translated + one.flagged for one in found)
    share = f"{settled / expressions:.1%} settled" if expressions else "-"
    return (
        f"{len(swept)} files, {sum(one.valid for one in swept)} valid",
        share,
        sum(one.items for one in found),
        expressions,
        sum(one.translated for one in found),
        sum(one.flagged for one in found),
        sum(len(one.losses) for one in found),
        f"{sum(one.seconds for one in swept):.2f}",
    )


if __name__ == "__main__":
    print(table(sweep(Path(sys.argv[1]) if len(sys.argv) > 1 else FORMS)))
