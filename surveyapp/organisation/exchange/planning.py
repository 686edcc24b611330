"""The rows of a file against the stored organisation: every change, every problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from surveyapp.organisation.exchange import posting, treeing
from surveyapp.organisation.exchange.draft import Draft, dates_in_order, ended, merged
from surveyapp.organisation.exchange.plan import ACTIONS, Plan
from surveyapp.organisation.exchange.problems import bounded
from surveyapp.organisation.exchange.reading import Book
from surveyapp.organisation.exchange.records import (
    Named,
    Organisation,
    PersonRecord,
    TeamRecord,
    UnitRecord,
)
from surveyapp.organisation.exchange.rows import Row, parsed


def plan(
    book: Book,
    now: Organisation,
    *,
    on: date,
    full: bool = False,
    roots: bool = True,
    files: Sequence[str] = (),
) -> Plan:
    """Return what ``book`` would change in the organisation ``now``; nothing is written.

    ``full``: what a sheet of the file does not name has ended the day before ``on``. ``roots``:
    whether units may be added on top of the tree (somebody who manages a part of it may not).
    """
    problems = list(book.problems)
    rows = {name: parsed(table, problems) for name, table in book.tables.items()}
    draft = Draft(now, now.copy(), rows, problems, full, on, roots)
    _units(draft)
    _people(draft)
    posting.plan(draft)
    _teams(draft)
    draft.changes.sort(key=lambda one: ACTIONS.index(one.action))
    return Plan(
        changes=tuple(draft.changes),
        problems=tuple(bounded(draft.problems)),
        unchanged=draft.unchanged,
        fingerprint=now.fingerprint(),
        files=tuple(files),
        full=full,
    )


def _named(draft: Draft, sheet: str, row: Row, record: Named) -> None:
    if row.sound and not record.label:
        draft.complain("name_missing", sheet, row.number, "name_zh")


def _units(draft: Draft) -> None:
    units = draft.wanted.units
    for code, row in draft.listed("units"):
        unit = units[code] = merged(units.get(code) or UnitRecord(code), row)
        _named(draft, "units", row, unit)
        dates_in_order(draft, "units", row.number, unit)
        if row.sound and not unit.kind:
            draft.complain("empty", "units", row.number, "kind")
    if draft.lists_all("units"):
        for code, unit in units.items():
            if ("units", code) not in draft.source:
                units[code] = ended(unit, draft.on)
    treeing.check(draft)
    for code, unit in units.items():
        row_of = draft.source.get(("units", code))
        draft.note("units", row_of.number if row_of else 0, draft.now.units.get(code), unit)


def _people(draft: Draft) -> None:
    people = draft.wanted.people
    for code, row in draft.listed("people"):
        person = people[code] = merged(people.get(code) or PersonRecord(code), row)
        _named(draft, "people", row, person)
        draft.note("people", row.number, draft.now.people.get(code), person)


def _teams(draft: Draft) -> None:
    teams = draft.wanted.teams
    for code, row in draft.listed("teams"):
        team = merged(teams.get(code) or TeamRecord(code), row)
        team = teams[code] = replace(team, members=tuple(sorted(team.members)), ended=False)
        _named(draft, "teams", row, team)
        if row.sound:
            _check_team(draft, row.number, team)
        draft.note("teams", row.number, draft.now.teams.get(code), team)
    for code, team in teams.items() if draft.lists_all("teams") else ():
        if ("teams", code) not in draft.source:
            draft.note("teams", 0, team, replace(team, ended=True))


def _check_team(draft: Draft, row: int, team: TeamRecord) -> None:
    if not team.members:
        draft.complain("no_members", "teams", row, "members")
    for code in team.members:
        if code not in draft.wanted.people:
            draft.complain("unknown_person", "teams", row, "members", value=code)
    if team.leader and team.leader not in team.members:
        draft.complain("leader_outside", "teams", row, "leader", value=team.leader)
