"""Getting a round into the field: opening it, issuing sealed codes, sending teams, closing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from questionnaires import Text
from surveyapp.fieldwork import codes
from surveyapp.fieldwork.models import Assignment, AudienceGroup, Invitation, Round
from surveyapp.organisation.models import Person, Team, Unit
from surveyapp.organisation.operations import home_units, members

OFFERED_MODES = ("sealed_code",)


class FieldworkError(Exception):
    """A change to a round that is refused."""


class ModeNotOffered(FieldworkError):
    """This anonymity mode cannot be promised yet, so it must not be printed on a page."""


class HomeUnit(FieldworkError):
    """A team may not be sent to a unit that one of its members comes from."""


class UnknownRound(LookupError):
    """No round has this name."""


class UnknownCode(LookupError):
    """No invitation has this code."""


@dataclass(frozen=True)
class Invited:
    """What a valid sealed code opens."""

    code_hash: bytes
    used: bool
    group_id: int
    unit: Unit
    round: Round


@dataclass(frozen=True)
class GroupProgress:
    """One audience group: how many invitations were issued, how many have been used."""

    unit: Unit
    role: str
    group_id: int
    issued: int
    used: int


def open_round(
    session: Session,
    *,
    slug: str,
    version_hash: str,
    title: Text,
    mode: str,
    min_group: int,
    opens_on: date,
    closes_on: date,
    synthetic: bool = False,
) -> Round:
    """A new round. ``synthetic``: its answers are invented and every page must say so."""
    if mode not in OFFERED_MODES:
        raise ModeNotOffered(mode)
    opened = Round(
        slug=slug,
        version_hash=version_hash,
        title=title,
        mode=mode,
        min_group=min_group,
        opens_on=opens_on,
        closes_on=closes_on,
        synthetic=synthetic,
    )
    session.add(opened)
    session.flush()
    return opened


def issue_codes(
    session: Session, opened: Round, unit: Unit, count: int, role: str = ""
) -> tuple[AudienceGroup, list[str]]:
    """An audience group and its sealed codes as printed: the only time they exist in clear."""
    group = AudienceGroup(round_id=opened.id, unit_id=unit.id, role=role, issued=count)
    session.add(group)
    session.flush()
    printed = [codes.make() for _ in range(count)]
    if printed:
        session.execute(
            insert(Invitation),
            [{"code_hash": codes.digest(code), "group_id": group.id} for code in printed],
        )
    return group, printed


def invitation(session: Session, code: str) -> Invited:
    """What this code opens, in one query; raises UnknownCode."""
    digest = codes.digest(code)
    row = None
    if digest is not None:
        row = session.execute(
            select(Invitation.used, Invitation.group_id, Unit, Round)
            .join(AudienceGroup, AudienceGroup.id == Invitation.group_id)
            .join(Unit, Unit.id == AudienceGroup.unit_id)
            .join(Round, Round.id == AudienceGroup.round_id)
            .where(Invitation.code_hash == digest)
        ).one_or_none()
    if digest is None or row is None:
        raise UnknownCode
    return Invited(digest, row.used, row.group_id, row.Unit, row.Round)


def redeem(session: Session, code_hash: bytes) -> bool:
    """Mark an invitation used; False when it already was. The one guard against a second use."""
    result = session.execute(
        update(Invitation)
        .where(Invitation.code_hash == code_hash, Invitation.used.is_(False))
        .values(used=True)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def assign(session: Session, opened: Round, team: Team, unit: Unit) -> None:
    """Send a team to a unit; raises HomeUnit when a member comes from there."""
    if unit.id in home_units(session, team):
        raise HomeUnit(team.code, unit.code)
    session.add(Assignment(round_id=opened.id, team_id=team.id, unit_id=unit.id))
    session.flush()


def close_round(session: Session, opened: Round) -> None:
    """No answers are accepted from now on."""
    session.merge(opened).closed = True
    session.flush()


def extend_round(session: Session, opened: Round, closes_on: date) -> None:
    """Move the last day of a round."""
    session.merge(opened).closes_on = closes_on
    session.flush()


def find_round(session: Session, slug: str) -> Round:
    """The round with this name; raises UnknownRound."""
    found = session.scalar(select(Round).where(Round.slug == slug))
    if found is None:
        raise UnknownRound(slug)
    return found


def rounds(session: Session) -> list[Round]:
    """All rounds, the latest to open first."""
    return list(session.scalars(select(Round).order_by(Round.opens_on.desc(), Round.slug)))


def progress(session: Session, of: Round) -> list[GroupProgress]:
    """Issued and used invitations of every audience group, by unit code and role."""
    used = (
        select(Invitation.group_id, func.count().label("used"))
        .where(Invitation.used.is_(True))
        .group_by(Invitation.group_id)
        .subquery()
    )
    rows = (
        select(Unit, AudienceGroup, func.coalesce(used.c.used, 0).label("used"))
        .join(AudienceGroup, AudienceGroup.unit_id == Unit.id)
        .outerjoin(used, used.c.group_id == AudienceGroup.id)
        .where(AudienceGroup.round_id == of.id)
        .order_by(Unit.code, AudienceGroup.role)
    )
    return [
        GroupProgress(unit, group.role, group.id, group.issued, count)
        for unit, group, count in session.execute(rows)
    ]


def teams_of(session: Session, of: Round) -> list[tuple[Team, list[Person], list[Unit]]]:
    """(team, its members, the units it goes to) of a round, in the order the teams were made."""
    rows = (
        select(Team, Unit)
        .join(Assignment, Assignment.team_id == Team.id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.round_id == of.id)
        .order_by(Team.id, Unit.code)
    )
    people = members(session)
    found: dict[int, tuple[Team, list[Person], list[Unit]]] = {}
    for team, unit in session.execute(rows):
        found.setdefault(team.id, (team, people.get(team.id, []), []))[2].append(unit)
    return list(found.values())
