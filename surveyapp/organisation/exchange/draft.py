"""An organisation while a file is being laid over it, and what is common to its sheets."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from surveyapp.organisation.exchange.plan import Change
from surveyapp.organisation.exchange.problems import Problem
from surveyapp.organisation.exchange.records import (
    Named,
    Organisation,
    Period,
    PersonRecord,
    PostingRecord,
    Record,
    TeamRecord,
    UnitRecord,
)
from surveyapp.organisation.exchange.rows import Row

A_DAY = timedelta(days=1)
_R = TypeVar("_R", UnitRecord, PersonRecord, PostingRecord, TeamRecord)
_P = TypeVar("_P", UnitRecord, PostingRecord)


@dataclass
class Draft:
    """An organisation being changed: ``now`` as stored, ``wanted`` as it would be.

    ``rows`` are those of each sheet in the file; ``source`` says which row of which sheet speaks
    of a code. ``full``: what a sheet of the file does not name has ended the day before ``on``.
    ``roots``: whether units may be added on top of the tree.
    """

    now: Organisation
    wanted: Organisation
    rows: dict[str, list[Row]]
    problems: list[Problem]
    full: bool
    on: date
    roots: bool = True
    source: dict[tuple[str, str], Row] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    unchanged: dict[str, int] = field(default_factory=dict)

    def complain(self, code: str, sheet: str, row: int, column: str, **values: str | int) -> None:
        self.problems.append(Problem(code, sheet, row, column, values))

    def lists_all(self, sheet: str) -> bool:
        """Say whether what this sheet does not name has ended."""
        return self.full and sheet in self.rows

    def listed(self, sheet: str) -> list[tuple[str, Row]]:
        """Return the rows of a sheet by code; a code that comes again is a problem."""
        found = []
        for row in self.rows.get(sheet, ()):
            code = row.text("code")
            if not code:
                continue
            first = self.source.setdefault((sheet, code), row)
            if first is row:
                found.append((code, row))
            else:
                self.complain(
                    "duplicate", sheet, row.number, "code", value=code, first=first.number
                )
        return found

    def note(self, sheet: str, row: int, before: Record | None, after: Record) -> None:
        """Keep a change, or count a row that changes nothing."""
        if before != after:
            self.changes.append(Change(sheet, _action(before, after), row, before, after))
        elif row:
            self.unchanged[sheet] = self.unchanged.get(sheet, 0) + 1


def merged(record: _R, row: Row) -> _R:
    """Return the record with the filled cells of a row; a cell that clears gives the default."""
    defaults = {one.name: one.default for one in fields(record)}
    cells: dict[str, Any] = {
        name: defaults[name] if value is None else value for name, value in row.cells.items()
    }
    return replace(record, **cells)


def ended(record: _P, on: date) -> _P:
    """Return the record, in force until the day before ``on`` at the latest."""
    last = max(on - A_DAY, record.start)
    return record if record.end <= last else replace(record, valid_until=last)


def dates_in_order(draft: Draft, sheet: str, row: int, period: Period) -> None:
    if period.end < period.start:
        start, until = str(period.valid_from), str(period.valid_until)
        draft.complain("dates_reversed", sheet, row, "valid_until", start=start, until=until)


def _action(before: Record | None, after: Record) -> str:
    """Return the word for a change: the one that says most, when there are several."""
    if before is None:
        return "new"
    if isinstance(after, TeamRecord) and after.ended:
        return "ended"
    if isinstance(before, Period) and isinstance(after, Period) and after.end < before.end:
        return "ended"
    if getattr(before, "parent", "") != getattr(after, "parent", ""):
        return "moved"
    if isinstance(before, Named) and isinstance(after, Named) and before.name != after.name:
        return "renamed"
    return "changed"
