"""What is read from a form before it becomes ours: rows, expressions, and the growing report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from questionnaires.formats import limits
from questionnaires.formats.losses import Loss, Severity
from questionnaires.formats.xlsform.columns import Head, Heads
from questionnaires.formats.xlsform.workbook import Sheet, place
from questionnaires.text import Text


class Ledger:
    """Collects the losses of one import, in order, each once and not without end."""

    def __init__(self) -> None:
        self._losses: dict[tuple[str, str, str], Loss] = {}
        self._beyond: dict[str, int] = {}
        self.formulas: list[Formula] = []

    def add(self, code: str, severity: Severity, where: str, **values: object) -> None:
        """Record a loss."""
        self.take(Loss(code, severity, where, values))

    def take(self, loss: Loss) -> None:
        """Record a loss that was made elsewhere."""
        if len(self._losses) < limits.MAX_LOSSES:
            self._losses.setdefault((loss.code, loss.where, str(loss.values)), loss)
        else:
            self._beyond[loss.severity] = self._beyond.get(loss.severity, 0) + 1

    def formula(self, key: str, text: str, where: str) -> Formula:
        """Record an expression of the file; it must end as translated or flagged."""
        found = Formula(key, text, where, self)
        self.formulas.append(found)
        return found

    def losses(self) -> tuple[Loss, ...]:
        """Return everything recorded."""
        more = [
            Loss("more_losses", "error" if severity == "error" else "info", "", {"count": count})
            for severity, count in self._beyond.items()
        ]
        return (*self._losses.values(), *more)


#: What is asked, and when, stays the same without these.
_MILD = ("default",)


@dataclass(eq=False, slots=True)
class Formula:
    """One expression of the file: its column, its text, and what became of it."""

    key: str
    text: str
    where: str
    ledger: Ledger
    ours: str | None = None
    reads: frozenset[str] = frozenset()
    flagged: bool = False

    def flag(self, reason: Text, severity: Severity = "error") -> None:
        """Leave the expression out, and say why; an error unless nothing is lost with it."""
        if not self.flagged:
            self.flagged, self.ours = True, None
            severity = "warning" if self.key in _MILD else severity
            values = {"key": self.key, "text": self.text, "reason": reason}
            self.ledger.add("expression_untranslated", severity, self.where, **values)

    def flag_as(self, code: str, severity: Severity = "warning", **values: object) -> None:
        """Leave the expression out, for a reason that has a code of its own."""
        self.flagged, self.ours = True, None
        self.ledger.add(code, severity, self.where, text=self.text, **values)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: (column, language) -> text, and where each stands."""

    sheet: str
    number: int
    cells: dict[tuple[str, str], str] = field(default_factory=dict)
    columns: dict[tuple[str, str], int] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return the cell of a column that has no languages, or the first that has one."""
        if (plain := self.cells.get((name, ""))) is not None:
            return plain
        return next((text for (column, _), text in self.cells.items() if column == name), "")

    def where(self, name: str = "", language: str = "") -> str:
        """Return the place of a cell; of the row's first one when that is empty."""
        column = self.columns.get((name, language))
        if column is None:
            column = next((at for (key, _), at in self.columns.items() if key == name), None)
        if column is None:
            column = min(self.columns.values(), default=0)
        return place(self.sheet, self.number, column)

    def named(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield (language, text) of every filled cell of a column."""
        yield from ((tag, text) for (column, tag), text in self.cells.items() if column == name)


def rows(sheet: Sheet, heads: Heads, ledger: Ledger) -> Iterator[Row]:
    """Yield the rows below the heads that hold anything; long cells are cut."""
    for number, cells in sheet.body():
        found = Row(sheet.name, number)
        for head in heads.known:
            text = cells[head.index] if head.index < len(cells) else ""
            key = (head.name, head.language)
            if text and key not in found.cells:
                found.cells[key] = _cut(text, head, number, sheet, ledger)
                found.columns[key] = head.index
        if found.cells:
            yield found


def _cut(text: str, head: Head, number: int, sheet: Sheet, ledger: Ledger) -> str:
    if len(text) <= limits.MAX_CELL:
        return text
    where = place(sheet.name, number, head.index)
    ledger.add("cell_long", "error", where, count=len(text), limit=limits.MAX_CELL)
    return text[: limits.MAX_CELL]
