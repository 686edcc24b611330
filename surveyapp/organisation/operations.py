"""Changes to the organisation, one function for each, and the few questions others ask of it.

``now`` is the moment (UTC) of a change: from then on the unit is no longer what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from questionnaires import Text
from surveyapp.organisation.models import (
    MAX_DEPTH,
    Person,
    Posting,
    Team,
    TeamMember,
    Unit,
    UnitPast,
    below,
)
from surveyapp.statements import Link


class OrganisationError(ValueError):
    """A change to the organisation that is refused."""


class CodeTaken(OrganisationError):
    """Something of this kind has the code already."""


class TooDeep(OrganisationError):
    """The tree would have more levels than it may."""


class Cycle(OrganisationError):
    """A unit cannot be moved below itself."""


class DatesReversed(OrganisationError):
    """It would end before it begins."""


class ParentEnded(OrganisationError):
    """A unit cannot be in force after the one above it has ended."""


class TwoAtOnce(OrganisationError):
    """On some day the person would have two postings of the same line."""


class LeaderOutside(OrganisationError):
    """The leader of a team is one of its members."""


class UnknownUnit(LookupError):
    """No unit has this code."""


def add_unit(
    session: Session,
    *,
    code: str,
    name: Text,
    kind: str,
    parent: Unit | None = None,
    category: str = "",
    position: int = 0,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Unit:
    """A new unit below ``parent``, or a new root.

    Raises CodeTaken, TooDeep, DatesReversed, ParentEnded.
    """
    _free(session, Unit.code, code)
    unit = Unit(
        code=code,
        name=name,
        kind=kind,
        category=category,
        position=position,
        parent_id=parent.id if parent else None,
        path="",
        valid_from=valid_from,
        valid_until=valid_until,
    )
    _dates_in_order(valid_from, valid_until)
    _fits_below(unit, parent, levels=1)
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    session.flush()
    return unit


def change_unit(
    session: Session,
    unit: Unit,
    now: datetime,
    *,
    name: Text,
    kind: str,
    category: str,
    position: int,
    valid_from: date | None,
) -> None:
    """Rename a unit or change what it is; what it was is kept. Raises DatesReversed."""
    _dates_in_order(valid_from, unit.valid_until)
    if (unit.name, unit.kind, unit.category) != (name, kind, category):
        _remember(session, unit, now)
    unit.name, unit.kind, unit.category = name, kind, category
    unit.position, unit.valid_from = position, valid_from
    session.flush()


def move_unit(session: Session, unit: Unit, parent: Unit | None, now: datetime) -> None:
    """Put a unit, with all below it, under another one; where it was is kept.

    Raises Cycle, TooDeep, ParentEnded.
    """
    if parent is not None and unit.contains(parent):
        raise Cycle(unit.code)
    paths = session.scalars(select(Unit.path).where(below(unit.path)))
    _fits_below(unit, parent, levels=max(path.count("/") for path in paths) - unit.depth)
    if unit.parent_id == (parent.id if parent else None):
        return
    _remember(session, unit, now)
    unit.parent_id = parent.id if parent else None
    session.flush()
    mend_paths(session)


def end_unit(session: Session, unit: Unit, last_day: date | None) -> None:
    """Let a unit end, and with it the units below it and the postings in them.

    None brings the unit back, and only the unit. Raises DatesReversed, ParentEnded.
    """
    _dates_in_order(unit.valid_from, last_day)
    parent = session.get(Unit, unit.parent_id) if unit.parent_id else None
    unit.valid_until = last_day
    _fits_below(unit, parent, levels=1)
    session.flush()
    if last_day is not None:
        _end(session, Unit, below(unit.path), last_day)
        inside = select(Unit.id).where(below(unit.path))
        _end(session, Posting, Posting.unit_id.in_(inside), last_day)


def add_person(
    session: Session,
    *,
    code: str,
    name: Text,
    home: Unit | None = None,
    host: Unit | None = None,
    email: str | None = None,
    language: str | None = None,
) -> Person:
    """A person with the unit that sends them and the one they serve in now, as far as known.

    Raises CodeTaken.
    """
    _free(session, Person.code, code)
    person = Person(code=code, name=name, email=email, language=language)
    session.add(person)
    session.flush()
    for line, unit in (("home", home), ("host", host)):
        if unit is not None:
            add_posting(session, person, unit, line)
    return person


def change_person(
    session: Session, person: Person, *, name: Text, email: str | None, language: str | None
) -> None:
    person.name, person.email, person.language = name, email, language
    session.flush()


def add_posting(
    session: Session,
    person: Person,
    unit: Unit,
    line: str,
    *,
    role: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Posting:
    """Post a person to a unit; raises DatesReversed, TwoAtOnce."""
    _dates_in_order(valid_from, valid_until)
    posting = Posting(
        person_id=person.id,
        unit_id=unit.id,
        line=line,
        role=role,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    others = select(Posting).where(Posting.person_id == person.id, Posting.line == line)
    if any(one.overlaps(posting) for one in session.scalars(others)):
        raise TwoAtOnce(person.code)
    session.add(posting)
    session.flush()
    return posting


def end_posting(session: Session, posting: Posting, last_day: date) -> None:
    """Let a posting end; raises DatesReversed."""
    _dates_in_order(posting.valid_from, last_day)
    posting.valid_until = last_day
    session.flush()


def add_team(
    session: Session,
    *,
    code: str,
    name: Text,
    members: Sequence[Person],
    leader: Person | None = None,
) -> Team:
    """A new team; raises CodeTaken, LeaderOutside."""
    _free(session, Team.code, code)
    team = Team(code=code, name=name)
    session.add(team)
    session.flush()
    change_team(session, team, name=name, members=members, leader=leader)
    return team


def change_team(
    session: Session, team: Team, *, name: Text, members: Sequence[Person], leader: Person | None
) -> None:
    """Give a team another name, other members, another leader; raises LeaderOutside."""
    if leader is not None and leader not in members:
        raise LeaderOutside(leader.code)
    team.name, team.leader_id = name, leader.id if leader else None
    session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
    session.add_all(TeamMember(team_id=team.id, person_id=person.id) for person in members)
    session.flush()


def end_team(session: Session, team: Team, ended: bool = True) -> None:
    """Take a team out of the lists of teams; the rounds it took part in keep it."""
    team.ended = ended
    session.flush()


def mend_paths(session: Session) -> None:
    """Bring every path in line with the parents, after parents have changed."""
    rows = session.execute(select(Unit.id, Unit.parent_id, Unit.path)).all()
    parents = {key: parent for key, parent, _ in rows}
    # The topmost unit that this session sees keeps its path: what is above it did not change.
    known = {
        key: path if parent else f"/{key}/"
        for key, parent, path in rows
        if parent is None or parent not in parents
    }
    for key in parents:
        trail = [key]
        while trail[-1] not in known:
            trail.append(parents[trail[-1]] or 0)
        for one in reversed(trail[:-1]):
            known[one] = f"{known[parents[one] or 0]}{one}/"
    changed = [{"id": key, "path": known[key]} for key, _, path in rows if known[key] != path]
    if changed:
        session.execute(update(Unit), changed)


def _free(session: Session, column: InstrumentedAttribute[str], code: str) -> None:
    if session.scalar(select(column).where(column == code)) is not None:
        raise CodeTaken(code)


def _dates_in_order(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        raise DatesReversed(f"{first} {last}")


def _fits_below(unit: Unit, parent: Unit | None, *, levels: int) -> None:
    """Raise TooDeep or ParentEnded unless ``unit``, so many levels high, fits below ``parent``."""
    if (parent.depth if parent else 0) + levels > MAX_DEPTH:
        raise TooDeep(unit.code)
    if parent is not None and parent.end < unit.end:
        raise ParentEnded(parent.code)


def _remember(session: Session, unit: Unit, now: datetime) -> None:
    """Keep what the unit was until now; of two changes in the same minute the first counts."""
    if session.get(UnitPast, (unit.id, now)) is None:
        session.add(
            UnitPast(
                unit_id=unit.id,
                until=now,
                parent_id=unit.parent_id,
                kind=unit.kind,
                category=unit.category,
                name=unit.name,
            )
        )


def _end(
    session: Session,
    model: type[Unit] | type[Posting],
    which: ColumnElement[bool],
    last_day: date,
) -> None:
    """End what would go on after ``last_day``; what had not begun by then ends as it begins."""
    goes_on = or_(model.valid_until.is_(None), model.valid_until > last_day)
    until = case((model.valid_from > last_day, model.valid_from), else_=last_day)
    session.execute(update(model).where(and_(which, goes_on)).values(valid_until=until))


def unit(session: Session, code: str) -> Unit:
    """The unit with this code; raises UnknownUnit."""
    found = session.scalar(select(Unit).where(Unit.code == code))
    if found is None:
        raise UnknownUnit(code)
    return found


def unit_names(link: Link) -> dict[str, Text]:
    """Name of every unit by its code."""
    rows = link.execute(select(Unit.code, Unit.name).order_by(Unit.code))
    return {code: name for code, name in rows}  # noqa: C416 - dict() takes a result for a mapping


def people_names(link: Link) -> dict[str, Text]:
    """Name of every person by their code."""
    rows = link.execute(select(Person.code, Person.name).order_by(Person.code))
    return {code: name for code, name in rows}  # noqa: C416 - dict() takes a result for a mapping


def teams(session: Session) -> list[Team]:
    """All teams that have not ended, in the order they were made."""
    return list(session.scalars(select(Team).where(Team.ended.is_(False)).order_by(Team.id)))


def home_units(session: Session, team: Team) -> set[int]:
    """Ids of the units that a team's members come from, or came from once."""
    rows = (
        select(Posting.unit_id)
        .join(TeamMember, TeamMember.person_id == Posting.person_id)
        .where(TeamMember.team_id == team.id, Posting.line == "home")
    )
    return set(session.scalars(rows))


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
