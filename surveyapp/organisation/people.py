"""Reading people: who is where, in which teams."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from surveyapp.organisation.models import Person, Posting, Team, TeamMember, Unit
from surveyapp.organisation.tree import in_force


@dataclass(frozen=True)
class Post:
    """A posting with its unit."""

    posting: Posting
    unit: Unit


def posts(session: Session, people: Iterable[Person]) -> dict[int, list[Post]]:
    """Return the postings of these people, past ones too, by person; the latest first."""
    found: dict[int, list[Post]] = {}
    rows = session.execute(
        select(Posting, Unit)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(Posting.person_id.in_([person.id for person in people]))
        .order_by(Posting.line.desc(), Posting.id.desc())
    )
    for posting, unit in rows:
        found.setdefault(posting.person_id, []).append(Post(posting, unit))
    return found


def posted_to(unit: Unit, day: date) -> ColumnElement[bool]:
    """Return the condition that a person has a posting in this very unit on ``day``."""
    inside = select(Posting.person_id).where(Posting.unit_id == unit.id, in_force(Posting, day))
    return Person.id.in_(inside)


def teams_of(session: Session, person: Person) -> list[Team]:
    """Return the teams of a person that have not ended."""
    found = (
        select(Team)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.person_id == person.id, Team.ended.is_(False))
        .order_by(Team.code)
    )
    return list(session.scalars(found))


def unit_of(session: Session, person: Person) -> Unit | None:
    """Return a unit of this person that the session sees, a home unit first."""
    return session.scalars(
        select(Unit)
        .join(Posting, Posting.unit_id == Unit.id)
        .where(Posting.person_id == person.id)
        .order_by(Posting.line.desc(), Posting.id.desc())
    ).first()
