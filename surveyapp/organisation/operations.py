"""Changes to the organisation, and the few questions others ask of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import Text
from surveyapp.organisation.models import Person, Posting, Team, TeamMember, Unit


class UnknownUnit(LookupError):
    """No unit has this code."""


def add_unit(
    session: Session, *, code: str, name: Text, kind: str, parent: Unit | None = None
) -> Unit:
    unit = Unit(code=code, name=name, kind=kind, parent_id=parent.id if parent else None)
    session.add(unit)
    session.flush()
    return unit


def add_person(session: Session, *, code: str, name: Text, home: Unit, host: Unit) -> Person:
    """A person with the unit that sends them and the one they serve in now."""
    person = Person(code=code, name=name)
    session.add(person)
    session.flush()
    session.add_all(
        [
            Posting(person_id=person.id, unit_id=home.id, line="home"),
            Posting(person_id=person.id, unit_id=host.id, line="host"),
        ]
    )
    return person


def add_team(session: Session, *, code: str, name: Text, members: list[Person]) -> Team:
    team = Team(code=code, name=name)
    session.add(team)
    session.flush()
    session.add_all(TeamMember(team_id=team.id, person_id=person.id) for person in members)
    session.flush()
    return team


def unit(session: Session, code: str) -> Unit:
    """The unit with this code; raises UnknownUnit."""
    found = session.scalar(select(Unit).where(Unit.code == code))
    if found is None:
        raise UnknownUnit(code)
    return found


def unit_names(session: Session) -> dict[str, Text]:
    """Name of every unit by its code."""
    rows = session.execute(select(Unit.code, Unit.name).order_by(Unit.code))
    return {code: name for code, name in rows}  # noqa: C416 - dict() takes a result for a mapping


def people_names(session: Session) -> dict[str, Text]:
    """Name of every person by their code."""
    rows = session.execute(select(Person.code, Person.name).order_by(Person.code))
    return {code: name for code, name in rows}  # noqa: C416 - dict() takes a result for a mapping


def teams(session: Session) -> list[Team]:
    """All teams in the order they were made."""
    return list(session.scalars(select(Team).order_by(Team.id)))


def home_units(session: Session, team: Team) -> set[int]:
    """Ids of the home units of a team's members."""
    rows = (
        select(Posting.unit_id)
        .join(TeamMember, TeamMember.person_id == Posting.person_id)
        .where(TeamMember.team_id == team.id, Posting.line == "home")
    )
    return set(session.scalars(rows))


def unit_tree(session: Session) -> list[tuple[Unit, list[Unit]]]:
    """(unit, its direct children by code) of every unit that has children, by code."""
    children: dict[int, list[Unit]] = {}
    everything = list(session.scalars(select(Unit).order_by(Unit.code)))
    for one in everything:
        if one.parent_id is not None:
            children.setdefault(one.parent_id, []).append(one)
    return [(one, children[one.id]) for one in everything if one.id in children]


def members(session: Session) -> dict[int, list[Person]]:
    """The people of every team, by team id."""
    rows = (
        select(TeamMember.team_id, Person)
        .join(Person, Person.id == TeamMember.person_id)
        .order_by(Person.code)
    )
    found: dict[int, list[Person]] = {}
    for team_id, person in session.execute(rows):
        found.setdefault(team_id, []).append(person)
    return found
