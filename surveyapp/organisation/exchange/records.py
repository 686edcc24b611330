"""The organisation as plain values keyed by code: what is stored, and what a file wants."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from questionnaires import Text
from surveyapp.organisation.models import Person, Posting, Team, TeamMember, Unit


@dataclass(frozen=True)
class Named:
    """What has a name in one or two languages; the columns ``name_zh`` and ``name_en``."""

    code: str
    name_zh: str = ""
    name_en: str = ""

    @property
    def name(self) -> Text:
        return Text({tag: name for tag, name in self._names() if name})

    @property
    def label(self) -> str:
        return self.name_zh or self.name_en

    def _names(self) -> tuple[tuple[str, str], ...]:
        return (("zh", self.name_zh), ("en", self.name_en))


@dataclass(frozen=True)
class Period:
    """First and last day, inclusive."""

    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def start(self) -> date:
        return self.valid_from or date.min

    @property
    def end(self) -> date:
        return self.valid_until or date.max

    def overlaps(self, other: Period) -> bool:
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True)
class UnitRecord(Period, Named):
    parent: str = ""
    kind: str = ""
    category: str = ""
    position: int = 0


@dataclass(frozen=True)
class PersonRecord(Named):
    email: str = ""
    language: str = ""


@dataclass(frozen=True)
class PostingRecord(Period):
    """``id`` is that of the stored posting, 0 for a new one: postings have no code."""

    person: str = ""
    unit: str = ""
    line: str = ""
    role: str = ""
    id: int = 0


@dataclass(frozen=True)
class TeamRecord(Named):
    leader: str = ""
    members: tuple[str, ...] = ()
    ended: bool = False


Record = UnitRecord | PersonRecord | PostingRecord | TeamRecord


@dataclass
class Organisation:
    """All of it; postings by person."""

    units: dict[str, UnitRecord] = field(default_factory=dict)
    people: dict[str, PersonRecord] = field(default_factory=dict)
    postings: dict[str, list[PostingRecord]] = field(default_factory=dict)
    teams: dict[str, TeamRecord] = field(default_factory=dict)

    def copy(self) -> Organisation:
        """Return another one with the same records, to be changed."""
        postings = {person: list(many) for person, many in self.postings.items()}
        return Organisation(dict(self.units), dict(self.people), postings, dict(self.teams))

    def fingerprint(self) -> str:
        """Return the SHA-256 of everything in it: another one means that something changed."""
        parts = (
            sorted(self.units.values(), key=lambda one: one.code),
            sorted(self.people.values(), key=lambda one: one.code),
            sorted((p for many in self.postings.values() for p in many), key=lambda one: one.id),
            sorted(self.teams.values(), key=lambda one: one.code),
        )
        rows = [[[str(value) for value in vars(one).values()] for one in part] for part in parts]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def stored(session: Session) -> Organisation:
    """Return the stored organisation, in five queries."""
    return Organisation(_units(session), _people(session), _postings(session), _teams(session))


def _names(name: Text) -> dict[str, str]:
    """Both names as columns; a name in some other language stands in the column of English."""
    zh = name.root.get("zh", "")
    return {"name_zh": zh, "name_en": name.root.get("en", "" if zh else name.get("en"))}


def _units(session: Session) -> dict[str, UnitRecord]:
    parent = aliased(Unit)
    rows = session.execute(
        select(
            Unit.code,
            parent.code,
            Unit.kind,
            Unit.category,
            Unit.position,
            Unit.name,
            Unit.valid_from,
            Unit.valid_until,
        ).outerjoin(parent, parent.id == Unit.parent_id)
    )
    return {
        code: UnitRecord(
            code=code,
            parent=above or "",
            kind=kind,
            category=category,
            position=position,
            valid_from=start,
            valid_until=end,
            **_names(name),
        )
        for code, above, kind, category, position, name, start, end in rows
    }


def _people(session: Session) -> dict[str, PersonRecord]:
    rows = session.execute(select(Person.code, Person.name, Person.email, Person.language))
    return {
        code: PersonRecord(code, email=email or "", language=language or "", **_names(name))
        for code, name, email, language in rows
    }


def _postings(session: Session) -> dict[str, list[PostingRecord]]:
    rows = session.execute(
        select(
            Posting.valid_from,
            Posting.valid_until,
            Person.code,
            Unit.code,
            Posting.line,
            Posting.role,
            Posting.id,
        )
        .join(Person, Person.id == Posting.person_id)
        .join(Unit, Unit.id == Posting.unit_id)
        .order_by(Posting.id)
    )
    found: defaultdict[str, list[PostingRecord]] = defaultdict(list)
    for row in rows:
        posting = PostingRecord(*row)
        found[posting.person].append(posting)
    return dict(found)


def _teams(session: Session) -> dict[str, TeamRecord]:
    members: defaultdict[int, list[str]] = defaultdict(list)
    belonging = (
        select(TeamMember.team_id, Person.code)
        .join(Person, Person.id == TeamMember.person_id)
        .order_by(Person.code)
    )
    for team_id, code in session.execute(belonging):
        members[team_id].append(code)
    rows: Any = session.execute(
        select(Team.id, Team.code, Team.name, Person.code, Team.ended).outerjoin(
            Person, Person.id == Team.leader_id
        )
    )
    return {
        code: TeamRecord(
            code, leader=leader or "", members=tuple(members[key]), ended=ended, **_names(name)
        )
        for key, code, name, leader, ended in rows
    }
