"""What an import would do: a value that can be shown page by page, kept, and applied later."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from surveyapp.organisation.exchange.layout import LAYOUTS
from surveyapp.organisation.exchange.problems import Problem
from surveyapp.organisation.exchange.records import (
    PersonRecord,
    PostingRecord,
    Record,
    TeamRecord,
    UnitRecord,
)

#: What can happen to a row, in the order in which it is shown.
ACTIONS = ("new", "renamed", "moved", "changed", "ended")
_RECORDS: dict[str, type[Record]] = {
    "units": UnitRecord,
    "people": PersonRecord,
    "postings": PostingRecord,
    "teams": TeamRecord,
}
_DATES = ("valid_from", "valid_until")


@dataclass(frozen=True)
class Change:
    """One record that would be written; ``row`` is 0 when no row of the file speaks of it."""

    sheet: str
    action: str
    row: int
    before: Record | None
    after: Record

    @property
    def code(self) -> str:
        """What names the record: its code; of a posting the person and the unit."""
        if isinstance(self.after, PostingRecord):
            return f"{self.after.person} → {self.after.unit}"
        return self.after.code

    @property
    def label(self) -> str:
        """The name, or the line of a posting."""
        return self.after.line if isinstance(self.after, PostingRecord) else self.after.label

    def fields(self) -> Iterator[tuple[str, str, str]]:
        """Yield (column, before, after) of every column that differs."""
        for column in LAYOUTS[self.sheet].columns:
            before = _shown(getattr(self.before, column.name, None))
            after = _shown(getattr(self.after, column.name))
            if before != after:
                yield column.name, before, after


@dataclass(frozen=True)
class Plan:
    """Everything that would change, and every problem; ``unchanged`` counts rows by sheet."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    unchanged: dict[str, int]
    fingerprint: str
    files: tuple[str, ...] = field(default=())
    full: bool = False

    @property
    def stopped(self) -> bool:
        """Whether a problem forbids writing any of it."""
        return any(problem.stops for problem in self.problems)

    def counts(self) -> Counter[tuple[str, str]]:
        """How many changes there are by (sheet, action)."""
        return Counter((change.sheet, change.action) for change in self.changes)


@dataclass(frozen=True)
class Preview:
    """A kept plan as pages show it: only the changes that are looked at become records."""

    tree: dict[str, Any]

    @property
    def problems(self) -> list[Problem]:
        return [Problem(**problem) for problem in self.tree["problems"]]

    @property
    def stopped(self) -> bool:
        return any(problem.stops for problem in self.problems)

    def counts(self) -> Counter[tuple[str, str]]:
        """How many changes there are by (sheet, action)."""
        return Counter((sheet, action) for sheet, action, *_ in self.tree["changes"])

    def changes(self, sheet: str, action: str, first: int, most: int) -> list[Change]:
        """Return at most so many changes of one sheet and action, from the one at ``first``."""
        rows = [row for row in self.tree["changes"] if row[:2] == [sheet, action]]
        return [_change(row) for row in rows[first : first + most]]


def packed(plan: Plan) -> bytes:
    """Return a plan as compressed JSON."""
    tree = {
        "changes": [
            [one.sheet, one.action, one.row, one.before and vars(one.before), vars(one.after)]
            for one in plan.changes
        ],
        "problems": [vars(problem) for problem in plan.problems],
        "unchanged": plan.unchanged,
        "fingerprint": plan.fingerprint,
        "files": plan.files,
        "full": plan.full,
    }
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    return zlib.compress(text.encode(), level=3)


def preview(content: bytes) -> Preview:
    """Return the plan that ``packed`` was given, to look at."""
    return Preview(json.loads(zlib.decompress(content)))


def unpacked(content: bytes) -> Plan:
    """Return the plan that ``packed`` was given, to apply."""
    tree = preview(content).tree
    return Plan(
        changes=tuple(map(_change, tree["changes"])),
        problems=tuple(Problem(**problem) for problem in tree["problems"]),
        unchanged=tree["unchanged"],
        fingerprint=tree["fingerprint"],
        files=tuple(tree["files"]),
        full=tree["full"],
    )


def _change(row: list[Any]) -> Change:
    sheet, action, number, before, after = row
    return Change(sheet, action, number, before and _record(sheet, before), _record(sheet, after))


def _record(sheet: str, values: dict[str, Any]) -> Record:
    typed = dict(values)
    for name in _DATES:
        if typed.get(name):
            typed[name] = date.fromisoformat(typed[name])
    if "members" in typed:
        typed["members"] = tuple(typed["members"])
    return _RECORDS[sheet](**typed)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    return "" if value is None else str(value)
