"""Postings of a file against those stored: which is which, which end, which collide.

A posting has no code. A row means the stored posting of the same person, unit and line whose days
it shares; where there is none, it is a new one.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from itertools import combinations

from surveyapp.organisation.exchange.draft import A_DAY, Draft, dates_in_order, ended, merged
from surveyapp.organisation.exchange.records import Period, PostingRecord
from surveyapp.organisation.exchange.rows import Row

_SHEET = "postings"


def plan(draft: Draft) -> None:
    """Note every change of a posting, after units and people are settled."""
    rows: dict[str, list[Row]] = {}
    for row in draft.rows.get(_SHEET, ()):
        if _refers(draft, row):
            rows.setdefault(row.text("person"), []).append(row)
    for person in {**draft.now.postings, **rows}:
        _Person(draft, person, rows.get(person, [])).plan()


def _refers(draft: Draft, row: Row) -> bool:
    """Say whether a row names a known person and unit; a name that is not known is a problem."""
    known: dict[str, Container[str]] = {
        "person": draft.wanted.people,
        "unit": draft.wanted.units,
    }
    for column, there in known.items():
        code = row.text(column)
        if code and code not in there:
            draft.complain(f"unknown_{column}", _SHEET, row.number, column, value=code)
    return row.sound and all(row.text(column) in there for column, there in known.items())


class _Person:
    """The postings of one person: pairs of what is stored and what is wanted, with the row."""

    def __init__(self, draft: Draft, person: str, rows: list[Row]) -> None:
        self.draft = draft
        self.rows = rows
        self.stored = list(draft.now.postings.get(person, ()))
        self.gone = draft.lists_all(_SHEET) or (
            draft.lists_all("people") and ("people", person) not in draft.source
        )

    def plan(self) -> None:
        pairs = self._given()
        taken = {before.id for _, before, _ in pairs if before}
        pairs += [
            (0, one, ended(one, self.draft.on) if self.gone else one)
            for one in self.stored
            if one.id not in taken
        ]
        pairs = [(row, before, self._within_unit(row, after)) for row, before, after in pairs]
        settled = [
            (row, before, after if before else self._after_the_last(after, pairs))
            for row, before, after in pairs
        ]
        for row, before, after in settled:
            self.draft.note(_SHEET, row, before, after)
        if self.rows:
            self._no_two_on_one_day([(row, after) for row, _, after in settled])

    def _given(self) -> list[tuple[int, PostingRecord | None, PostingRecord]]:
        """Each row with the stored posting that it means, and what it makes of it."""
        free, seen, pairs = list(self.stored), dict[object, int](), []
        for row in self.rows:
            key = tuple(row.cells.get(name) for name in ("unit", "line", *_DAYS))
            if (first := seen.setdefault(key, row.number)) != row.number:
                value = row.text("person")
                self.draft.complain(
                    "duplicate", _SHEET, row.number, "person", value=value, first=first
                )
                continue
            before = self._meant(row, free)
            if before:
                free.remove(before)
            after = merged(before or PostingRecord(), row)
            dates_in_order(self.draft, _SHEET, row.number, after)
            pairs.append((row.number, before, after))
        return pairs

    def _meant(self, row: Row, free: list[PostingRecord]) -> PostingRecord | None:
        given = merged(PostingRecord(), row)
        if given.valid_from is None and given.valid_until is None:
            given = replace(given, valid_from=self.draft.on)  # as it is today
        same = [
            one
            for one in free
            if (one.unit, one.line) == (given.unit, given.line) and one.overlaps(given)
        ]
        return min(same, key=lambda one: (one.start != given.start, one.start), default=None)

    def _within_unit(self, row: int, posting: PostingRecord) -> PostingRecord:
        """A posting ends with its unit; one that the file says to go on is a problem."""
        unit = self.draft.wanted.units[posting.unit]
        if posting.end <= unit.end:
            return posting
        before = self.draft.now.units.get(posting.unit)
        if (row and before and before.end == unit.end) or posting.start > unit.end:
            until = str(unit.valid_until)
            self.draft.complain(
                "outside_unit", _SHEET, row, "valid_until", unit=unit.code, until=until
            )
            return posting
        return replace(posting, valid_until=unit.valid_until)

    def _after_the_last(
        self,
        posting: PostingRecord,
        pairs: list[tuple[int, PostingRecord | None, PostingRecord]],
    ) -> PostingRecord:
        """A new posting without a first day begins when the one before it has ended."""
        if posting.valid_from is not None:
            return posting
        ends = [
            other.valid_until
            for _, before, other in pairs
            if before and other.line == posting.line and other.overlaps(posting)
        ]
        if not ends or None in ends:
            return posting  # two without an end: told as a collision
        return replace(posting, valid_from=max(day for day in ends if day) + A_DAY)

    def _no_two_on_one_day(self, postings: list[tuple[int, PostingRecord]]) -> None:
        for (row, one), (other_row, other) in combinations(postings, 2):
            if one.line == other.line and _sound(one) and _sound(other) and one.overlaps(other):
                self.draft.complain(
                    f"overlap_{one.line}",
                    _SHEET,
                    max(row, other_row),
                    "unit",
                    person=one.person,
                    first=one.unit,
                    second=other.unit,
                )


_DAYS = ("valid_from", "valid_until")


def _sound(period: Period) -> bool:
    return period.start <= period.end
