"""Writing exactly the changes of a plan, in the caller's transaction and in few statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Update, delete, insert, select, update
from sqlalchemy.orm import Session

from surveyapp.organisation.exchange.plan import Plan
from surveyapp.organisation.exchange.records import (
    PersonRecord,
    PostingRecord,
    Record,
    TeamRecord,
    UnitRecord,
    stored,
)
from surveyapp.organisation.models import (
    ImportDraft,
    Person,
    Posting,
    Team,
    TeamMember,
    Unit,
    UnitPast,
)
from surveyapp.organisation.operations import mend_paths


class Stopped(ValueError):
    """The plan has problems: nothing of it is written."""


class Overtaken(Exception):
    """The organisation is no longer the one that the plan was made for; nothing was written."""


@dataclass(frozen=True)
class _Pair:
    """A change with records of one type."""

    before: Any
    after: Any


def apply(session: Session, plan: Plan, now: datetime) -> None:
    """Write the changes of ``plan``; raises Stopped, Overtaken.

    ``now`` (UTC) is when the units were no longer what they were.
    """
    if plan.stopped:
        raise Stopped
    # Two imports at once wait for each other here (SQLite has let only one in anyway).
    session.execute(select(ImportDraft.key).with_for_update()).all()
    session.execute(select(Unit.id).with_for_update()).all()
    if stored(session).fingerprint() != plan.fingerprint:
        raise Overtaken
    _units(session, _of(plan, UnitRecord), now)
    _people(session, _of(plan, PersonRecord))
    _postings(session, _of(plan, PostingRecord))
    _teams(session, _of(plan, TeamRecord))


def _of(plan: Plan, kind: type[Record]) -> list[_Pair]:
    return [_Pair(one.before, one.after) for one in plan.changes if isinstance(one.after, kind)]


def _ids(session: Session, model: type[Unit] | type[Person] | type[Team]) -> dict[str, int]:
    return dict(session.execute(select(model.code, model.id)).all())


def _units(session: Session, pairs: list[_Pair], now: datetime) -> None:
    known = _Known(session)
    pasts = [
        {"unit_id": known.ids[pair.before.code], "until": now, "name": pair.before.name}
        | {"parent_id": known.ids.get(pair.before.parent)}
        | {"kind": pair.before.kind, "category": pair.before.category}
        for pair in pairs
        if pair.before and _is_other(pair.before, pair.after)
    ]
    known.insert(session, [pair.after for pair in pairs if not pair.before])
    moved = [pair for pair in pairs if pair.before and pair.before.parent != pair.after.parent]
    _execute(
        session,
        update(Unit),
        [
            {"id": known.ids[pair.after.code], **_unit_row(pair.after)}
            for pair in pairs
            if pair.before
        ],
    )
    _execute(session, insert(UnitPast), pasts)
    # Apart: of the topmost unit that somebody sees, the parent is not known here.
    _execute(
        session,
        update(Unit),
        [
            {"id": known.ids[pair.after.code], "parent_id": known.ids.get(pair.after.parent)}
            for pair in moved
        ],
    )
    if moved:
        mend_paths(session)


def _is_other(before: UnitRecord, after: UnitRecord) -> bool:
    """Say whether the unit's past is worth a row: its dates are not part of it."""
    return any(
        getattr(before, name) != getattr(after, name)
        for name in ("parent", "kind", "category", "name")
    )


class _Known:
    """Ids and paths of units by code, growing as units are added."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(select(Unit.code, Unit.id, Unit.path)).all()
        self.ids = {code: number for code, number, _ in rows}
        self.paths = {code: path for code, _, path in rows}

    def insert(self, session: Session, units: list[UnitRecord]) -> None:
        """Add units level by level: a path needs the ids of all above it."""
        while units:
            level = [unit for unit in units if not unit.parent or unit.parent in self.ids]
            self._insert_level(session, level)
            units = [unit for unit in units if unit.code not in self.ids]

    def _insert_level(self, session: Session, level: list[UnitRecord]) -> None:
        rows = [
            {"code": unit.code, "path": "", "parent_id": self.ids.get(unit.parent)}
            | _unit_row(unit)
            for unit in level
        ]
        made = session.execute(insert(Unit).returning(Unit.code, Unit.id), rows)
        self.ids.update(dict(made.all()))
        for unit in level:
            above = self.paths[unit.parent] if unit.parent else "/"
            self.paths[unit.code] = f"{above}{self.ids[unit.code]}/"
        paths = [{"id": self.ids[one.code], "path": self.paths[one.code]} for one in level]
        session.execute(update(Unit), paths)


def _unit_row(unit: UnitRecord) -> dict[str, Any]:
    return {
        "kind": unit.kind,
        "category": unit.category,
        "position": unit.position,
        "name": unit.name,
        "valid_from": unit.valid_from,
        "valid_until": unit.valid_until,
    }


def _people(session: Session, pairs: list[_Pair]) -> None:
    ids = _ids(session, Person)

    def row(person: PersonRecord) -> dict[str, Any]:
        email, language = person.email or None, person.language or None
        return {"name": person.name, "email": email, "language": language}

    made = [{"code": one.after.code, **row(one.after)} for one in pairs if not one.before]
    changed = [{"id": ids[one.after.code], **row(one.after)} for one in pairs if one.before]
    _execute(session, insert(Person), made)
    _execute(session, update(Person), changed)


def _postings(session: Session, pairs: list[_Pair]) -> None:
    people = _ids(session, Person)
    units = _ids(session, Unit)

    def row(posting: PostingRecord) -> dict[str, Any]:
        start, until = posting.valid_from, posting.valid_until
        return {"role": posting.role, "valid_from": start, "valid_until": until}

    made = [
        {"person_id": people[one.after.person], "unit_id": units[one.after.unit]}
        | {"line": one.after.line, **row(one.after)}
        for one in pairs
        if not one.before
    ]
    changed = [{"id": one.before.id, **row(one.after)} for one in pairs if one.before]
    _execute(session, insert(Posting), made)
    _execute(session, update(Posting), changed)


def _teams(session: Session, pairs: list[_Pair]) -> None:
    people = _ids(session, Person)

    def row(team: TeamRecord) -> dict[str, Any]:
        leader = people.get(team.leader)
        return {"name": team.name, "leader_id": leader, "ended": team.ended}

    made = [{"code": one.after.code, **row(one.after)} for one in pairs if not one.before]
    _execute(session, insert(Team), made)
    teams = _ids(session, Team)
    changed = [{"id": teams[one.after.code], **row(one.after)} for one in pairs if one.before]
    _execute(session, update(Team), changed)
    regrouped = [one.after for one in pairs if _members(one.before) != one.after.members]
    gone = [teams[team.code] for team in regrouped]
    session.execute(delete(TeamMember).where(TeamMember.team_id.in_(gone)))
    members = [
        {"team_id": teams[team.code], "person_id": people[code]}
        for team in regrouped
        for code in team.members
    ]
    _execute(session, insert(TeamMember), members)


def _members(team: TeamRecord | None) -> tuple[str, ...]:
    return team.members if team else ()


def _execute(session: Session, statement: Insert | Update, rows: list[dict[str, Any]]) -> None:
    """Run a statement once for all rows; not at all when there are none."""
    if rows:
        session.execute(statement, rows)
