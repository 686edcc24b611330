"""Who goes where: teams, the units that they visit in a round, for what, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from surveyapp.fieldwork.errors import HomeUnit, NotNow
from surveyapp.fieldwork.models import Assignment, Round
from surveyapp.organisation.models import Person, Team, TeamMember, Unit
from surveyapp.organisation.operations import home_units, members


@dataclass(frozen=True)
class Errand:
    """One assignment with the names that a page needs."""

    round: Round
    team: Team
    unit: Unit
    task: str
    due_on: date | None
    done_on: date | None

    def late(self, today: date) -> bool:
        """Say whether it should have been done before ``today``."""
        return self.done_on is None and self.due_on is not None and self.due_on < today


def assign(
    session: Session,
    of: Round,
    team: Team,
    unit: Unit,
    task: str = "visit",
    due_on: date | None = None,
) -> None:
    """Send a team to a unit, or move the day of an errand that it has already.

    Raises HomeUnit when a member comes from there, NotNow when the round has closed.
    """
    if of.state == "closed":
        raise NotNow(of.state)
    if unit.id in home_units(session, team):
        raise HomeUnit(team.code, unit.code)
    found = session.get(Assignment, (of.id, team.id, unit.id, task))
    if found is None:
        found = Assignment(round_id=of.id, team_id=team.id, unit_id=unit.id, task=task)
        session.add(found)
    found.due_on = due_on
    session.flush()


def withdraw(session: Session, of: Round, team_id: int, unit_id: int, task: str) -> None:
    """Take an assignment back."""
    session.execute(delete(Assignment).where(*_this(of.id, team_id, unit_id, task)))


def mark_done(
    session: Session, round_id: int, team_id: int, unit_id: int, task: str, day: date | None
) -> bool:
    """Note on which day an assignment was done (None: it was not); False: there is none."""
    result = session.execute(
        update(Assignment).where(*_this(round_id, team_id, unit_id, task)).values(done_on=day)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def errands(session: Session, of: Round) -> list[Errand]:
    """The assignments of a round, by team and unit."""
    return _errands(session, Assignment.round_id == of.id)


def errands_of(session: Session, person_id: int) -> list[Errand]:
    """The assignments of the teams in which somebody is, the next due first."""
    teams = select(TeamMember.team_id).where(TeamMember.person_id == person_id)
    found = _errands(session, Assignment.team_id.in_(teams))
    return sorted(found, key=lambda one: (one.done_on is not None, one.due_on or date.max))


def teams_of(session: Session, of: Round) -> list[tuple[Team, list[Person], list[Unit]]]:
    """(team, its members, the units it goes to) of a round, in the order the teams were made."""
    people = members(session)
    found: dict[int, tuple[Team, list[Person], list[Unit]]] = {}
    for errand in errands(session, of):
        team = errand.team
        units = found.setdefault(team.id, (team, people.get(team.id, []), []))[2]
        if errand.unit not in units:
            units.append(errand.unit)
    return list(found.values())


def _errands(session: Session, condition: ColumnElement[bool]) -> list[Errand]:
    rows = session.execute(
        select(Round, Team, Unit, Assignment)
        .join(Assignment, Assignment.round_id == Round.id)
        .join(Team, Team.id == Assignment.team_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(condition)
        .order_by(Team.id, Unit.code, Assignment.task)
    )
    return [
        Errand(of, team, unit, one.task, one.due_on, one.done_on) for of, team, unit, one in rows
    ]


def _this(round_id: int, team_id: int, unit_id: int, task: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Assignment.round_id == round_id,
        Assignment.team_id == team_id,
        Assignment.unit_id == unit_id,
        Assignment.task == task,
    )
