"""How far a round has come: issued, opened, returned, valid, by unit and by day.

Nothing is shown finer than the floor of the round. Participation of a unit is shown where enough
people were asked there, and nowhere if the rest could be worked out by subtraction; days are joined
until enough responses came in each stretch. In a named round there is nothing to protect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from flask import Flask, current_app
from sqlalchemy import false, func, select, true
from sqlalchemy.orm import Session

from analysis.disclosure import shown
from analysis.statistics.response_rates import Dispositions, ResponseRates, response_rates
from questionnaires import Text
from surveyapp.fieldwork.models import (
    Addressee,
    AudienceGroup,
    FieldedUnit,
    Invitation,
    Round,
    Tally,
)

#: Group id -> how many of its responses have which extent (complete, partial, fragment).
Extents = Mapping[int, Mapping[str, int]]
VALID = ("complete", "partial")
_SOURCE = "surveyapp.extents"


def init_app(app: Flask, extents: Callable[[Session, Round], Extents]) -> None:
    """Say who counts responses: a feature that builds on this one."""
    app.extensions[_SOURCE] = extents


def extents(session: Session, of: Round) -> Extents:
    """Count the responses of a round that may be looked at, by group and extent."""
    count: Callable[[Session, Round], Extents] = current_app.extensions[_SOURCE]
    return count(session, of)


@dataclass(frozen=True)
class PlacedUnit:
    """A unit as it was when the round was published."""

    code: str
    name: Text
    parent: PlacedUnit | None


@dataclass(frozen=True)
class GroupProgress:
    """One audience group: how many were to be asked, were invited, opened a form and answered."""

    unit: PlacedUnit
    role: str
    group_id: int
    expected: int
    quota: int | None
    issued: int
    opened: int
    used: int
    """Invitations that have been used; behind an open link, the responses that came."""
    returned: int

    @property
    def asked(self) -> int:
        """How many answers there could be: the larger of planned and invited."""
        return max(self.expected, self.issued)


@dataclass(frozen=True)
class UnitProgress:
    """One line of the page. None: hidden, because the group is too small."""

    unit: PlacedUnit
    asked: int | None
    issued: int | None
    opened: int | None
    returned: int | None
    valid: int | None
    late: bool


@dataclass(frozen=True)
class Stretch:
    """One day, or several joined because few responses came."""

    first: date
    last: date
    opened: int
    returned: int


def progress(session: Session, of: Round) -> list[GroupProgress]:
    """Every audience group of a published round, by unit code and role. Three queries."""
    units = placed_units(session, of)
    counted = (
        select(
            Tally.group_id,
            func.sum(Tally.opened).label("opened"),
            func.sum(Tally.returned).label("returned"),
        )
        .group_by(Tally.group_id)
        .subquery()
    )
    used = (
        select(Invitation.group_id, func.count().label("used"))
        .join(AudienceGroup, AudienceGroup.id == Invitation.group_id)
        # Elsewhere each invitation brings one response, and nobody goes through a million of them.
        .where(AudienceGroup.round_id == of.id, Invitation.used.is_(True))
        .where(true() if of.repeatable else false())
        .group_by(Invitation.group_id)
        .subquery()
    )
    zero = func.coalesce
    rows = session.execute(
        select(
            AudienceGroup,
            zero(counted.c.opened, 0),
            zero(counted.c.returned, 0),
            zero(used.c.used, 0),
        )
        .outerjoin(counted, counted.c.group_id == AudienceGroup.id)
        .outerjoin(used, used.c.group_id == AudienceGroup.id)
        .where(AudienceGroup.round_id == of.id)
    )
    found = [
        GroupProgress(
            unit=units[group.unit_id],
            role=group.role,
            group_id=group.id,
            expected=group.expected,
            quota=group.quota,
            issued=group.issued,
            opened=opened,
            used=used if of.how.invitations and of.repeatable else returned,
            returned=returned,
        )
        for group, opened, returned, used in rows
    ]
    return sorted(found, key=lambda one: (one.unit.code, one.role))


def placed_units(session: Session, of: Round) -> dict[int, PlacedUnit]:
    """The tree to which the round was fielded, by unit id. One query."""
    rows = {
        one.unit_id: one
        for one in session.scalars(select(FieldedUnit).where(FieldedUnit.round_id == of.id))
    }
    placed: dict[int, PlacedUnit] = {}

    def place(unit_id: int | None) -> PlacedUnit | None:
        if unit_id not in rows:
            return None
        if unit_id not in placed:
            row = rows[unit_id]
            placed[unit_id] = PlacedUnit(row.code, row.name, place(row.parent_id))
        return placed[unit_id]

    for unit_id in rows:
        place(unit_id)
    return placed


def by_unit(
    of: Round, groups: Sequence[GroupProgress], counted: Extents, late: float | None
) -> list[UnitProgress]:
    """One line per unit, hidden where too few were asked; how many are valid, where too few came.

    Late is a unit whose share of answers is below
    ``late``, the share of the period that has passed; None: nobody is late.
    """
    lines: dict[str, list[GroupProgress]] = {}
    for group in groups:
        lines.setdefault(group.unit.code, []).append(group)
    asked = [sum(one.asked for one in line) for line in lines.values()]
    returned = [sum(one.returned for one in line) for line in lines.values()]
    seen, judged = _visible(of, asked, returned)
    return [
        _line(line, people, counted, late, judged=how_well) if any_at_all else _hidden(line)
        for line, people, any_at_all, how_well in zip(
            lines.values(), asked, seen, judged, strict=True
        )
    ]


def _visible(
    of: Round, asked: Sequence[int], returned: Sequence[int]
) -> tuple[Sequence[bool], Sequence[bool]]:
    """Where participation may be shown, and where how well the forms were filled in.

    Participation rests on those asked; how complete answers are is a fact about those who gave
    them, and rests on the returned.
    """
    if of.how.signed:
        return [True] * len(asked), [True] * len(asked)
    one_family = np.zeros(len(asked), np.int64)
    people = shown(np.array(asked, np.int64), one_family, of.min_group)
    forms = shown(np.array(returned, np.int64), one_family, of.min_group, within=people)
    return people.units.tolist(), forms.units.tolist()


def _line(
    line: list[GroupProgress], asked: int, counted: Extents, late: float | None, *, judged: bool
) -> UnitProgress:
    returned = sum(one.returned for one in line)
    valid = sum(counted.get(one.group_id, {}).get(kind, 0) for one in line for kind in VALID)
    return UnitProgress(
        unit=line[0].unit,
        asked=asked,
        issued=sum(one.issued for one in line),
        opened=sum(one.opened for one in line),
        returned=returned,
        valid=valid if judged else None,
        late=late is not None and asked > 0 and returned < late * asked,
    )


def _hidden(line: list[GroupProgress]) -> UnitProgress:
    return UnitProgress(line[0].unit, None, None, None, None, None, late=False)


def by_day(session: Session, of: Round) -> list[Stretch]:
    """Openings and returns by day, days joined until as many came as the floor asks for."""
    rows = session.execute(
        select(Tally.day, func.sum(Tally.opened), func.sum(Tally.returned))
        .join(AudienceGroup, AudienceGroup.id == Tally.group_id)
        .where(AudienceGroup.round_id == of.id)
        .group_by(Tally.day)
        .order_by(Tally.day)
    )
    days = [Stretch(day, day, opened, returned) for day, opened, returned in rows]
    return days if of.how.signed else joined(days, of.min_group)


def joined(days: Iterable[Stretch], least: int) -> list[Stretch]:
    """Join days, in order, until each stretch has at least ``least`` returns.

    What is left over at the end goes into the last stretch; too few altogether are not shown.
    """
    found: list[Stretch] = []
    rest: Stretch | None = None
    for day in days:
        rest = day if rest is None else _both(rest, day)
        if rest.returned >= least:
            found.append(rest)
            rest = None
    if rest is not None and found:
        found[-1] = _both(found[-1], rest)
    return found


def _both(one: Stretch, other: Stretch) -> Stretch:
    return Stretch(one.first, other.last, one.opened + other.opened, one.returned + other.returned)


def dispositions(
    session: Session, of: Round, groups: Sequence[GroupProgress], counted: Extents
) -> Dispositions | None:
    """How the invitations of a closed round ended, as far as its mode lets anybody know.

    With sealed codes only the returned ones are known: whether somebody drew the others is not
    (UH). With personal links undelivered ones are non-contacts (NC), refusals are noted by hand
    (R), and the rest is unknown (UH). Break-offs count as refusals (R), as AAPOR has them. None
    where fewer came than the floor (how complete they are would be a fact about a few), behind an
    open link and where one invitation may bring many responses (there nobody knows out of how
    many), and while the round is open: extents are not all counted before.
    """
    if not of.how.invitations or of.repeatable or of.state != "closed":
        return None
    ended = _ended(session, of) if of.how.personal else Counter[str]()
    issued = sum(one.issued for one in groups)
    came: Counter[str] = Counter()
    for extents_of_group in counted.values():
        came.update(extents_of_group)
    if not of.how.signed and 0 < came.total() < of.min_group:
        return None
    return Dispositions(
        complete=came["complete"],
        partial=came["partial"],
        refusal=came["fragment"] + ended["refused"],
        non_contact=ended["undelivered"],
        not_eligible=ended["ineligible"],
        unknown_household=max(0, issued - came.total() - ended.total()),
    )


def rates(of_cases: Dispositions | None) -> ResponseRates | None:
    """AAPOR's outcome rates, or None where dispositions are not known."""
    return None if of_cases is None else response_rates(of_cases)


def _ended(session: Session, of: Round) -> Counter[str]:
    """How invitations without an answer ended."""
    rows = session.execute(
        select(Addressee.disposition, func.count())
        .join(Invitation, Invitation.code_hash == Addressee.code_hash)
        .where(
            Addressee.round_id == of.id,
            Addressee.disposition != "",
            Invitation.used.is_(False),
        )
        .group_by(Addressee.disposition)
    )
    return Counter({disposition: count for disposition, count in rows})  # noqa: C416


@dataclass(frozen=True)
class Total:
    """A round on one line: units, people to be asked, invitations, responses."""

    units: int = 0
    asked: int = 0
    issued: int = 0
    returned: int = 0


def totals(session: Session) -> dict[int, Total]:
    """Round id -> its total, of all rounds that the session sees. Two queries."""
    groups = session.execute(
        select(
            AudienceGroup.round_id,
            func.count(AudienceGroup.unit_id.distinct()),
            func.sum(AudienceGroup.expected),
            func.sum(AudienceGroup.issued),
        ).group_by(AudienceGroup.round_id)
    )
    came = session.execute(
        select(AudienceGroup.round_id, func.sum(Tally.returned))
        .join(Tally, Tally.group_id == AudienceGroup.id)
        .group_by(AudienceGroup.round_id)
    )
    returned = {round_id: count for round_id, count in came}  # noqa: C416
    return {
        round_id: Total(units, max(expected, issued), issued, returned.get(round_id, 0))
        for round_id, units, expected, issued in groups
    }


def passed(of: Round, utc: datetime) -> float | None:
    """The share of the period of an open round that has passed; None where it has no end."""
    if not of.is_open or of.opens_at is None or of.closes_at is None or not of.how.invitations:
        return None
    share = (utc - of.opens_at) / (of.closes_at - of.opens_at)
    return min(max(share, 0.0), 1.0)
