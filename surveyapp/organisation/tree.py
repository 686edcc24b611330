"""Reading the tree: a branch of it for a page, a search, and what it was on another day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from questionnaires import Text
from surveyapp.clock import to_utc
from surveyapp.organisation.models import Posting, Unit, UnitPast, below

#: Units that one page shows at most; deeper levels are a link away.
BUDGET = 300


@dataclass(frozen=True)
class Place:
    """What a unit was at some time."""

    id: int
    code: str
    parent_id: int | None
    kind: str
    category: str
    name: Text


@dataclass(frozen=True)
class Tree:
    """All units of some time, by id."""

    places: Mapping[int, Place]

    def parent(self, unit_id: int) -> Place | None:
        """Return the unit above; None for a root, and for one that had not begun or had ended."""
        above = self.places[unit_id].parent_id
        return None if above is None else self.places.get(above)

    def trail(self, unit_id: int) -> list[Place]:
        """Return the units from the root down to this one."""
        found = [self.places[unit_id]]
        while (above := self.parent(found[-1].id)) is not None:
            found.append(above)
        return found[::-1]


def tree_on(session: Session, day: date, zone: str = "") -> Tree:
    """Return the tree as it was at the end of a day in ``zone``, of the units in force then."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    return tree_at(session, to_utc(midnight, zone), day)


def tree_at(session: Session, moment: datetime, day: date) -> Tree:
    """Return the tree as it was at a moment (UTC), of the units in force on ``day``."""
    places = {}
    for unit in session.scalars(select(Unit).where(in_force(Unit, day))):
        places[unit.id] = Place(
            unit.id, unit.code, unit.parent_id, unit.kind, unit.category, unit.name
        )
    later = select(UnitPast).where(UnitPast.until > moment).order_by(UnitPast.until.desc())
    for past in session.scalars(later):  # the earliest of the later ones is the last word
        if past.unit_id in places:
            code = places[past.unit_id].code
            places[past.unit_id] = Place(
                past.unit_id, code, past.parent_id, past.kind, past.category, past.name
            )
    return Tree(places)


def in_force(model: type[Unit] | type[Posting], day: date) -> ColumnElement[bool]:
    """Return the condition that a unit or a posting is in force on ``day``."""
    return and_(
        or_(model.valid_from.is_(None), model.valid_from <= day),
        or_(model.valid_until.is_(None), model.valid_until >= day),
    )


@dataclass
class Node:
    """A unit on the page of the tree; ``count`` is how many units are right below it."""

    unit: Unit
    count: int = 0
    children: list[Node] = field(default_factory=list)


def branch(session: Session, tops: Sequence[Unit], day: date | None) -> list[Node]:
    """Return ``tops`` with as many whole levels below them as a page holds, and at least one.

    ``day``: only units in force then; None: all.
    """
    inside = and_(or_(*(below(top.path) for top in tops)), _on(day))
    nodes = {unit.id: Node(unit) for unit in session.scalars(_levels(session, tops, inside))}
    counts = select(Unit.parent_id, func.count(Unit.id)).where(inside).group_by(Unit.parent_id)
    for parent, count in session.execute(counts):
        if parent in nodes:
            nodes[parent].count = count
    for node in nodes.values():
        above = nodes.get(node.unit.parent_id or 0)
        if above is not None:
            above.children.append(node)
    return [nodes[top.id] for top in tops if top.id in nodes]


def _levels(session: Session, tops: Sequence[Unit], inside: ColumnElement[bool]) -> Select[Unit]:
    """Select the units of as many levels as fit, in their order."""
    depth = func.length(Unit.path) - func.length(func.replace(Unit.path, "/", "")) - 1
    sizes = session.execute(
        select(depth, func.count(Unit.id)).where(inside).group_by(depth).order_by(depth)
    )
    deepest, shown, least = 0, 0, min((top.depth for top in tops), default=0) + 1
    for level, count in sizes:
        shown += count
        if shown > BUDGET and level > least:
            break
        deepest = level
    order = (Unit.position, Unit.code)
    return select(Unit).where(inside, depth <= deepest).order_by(*order).limit(2 * BUDGET)


def _on(day: date | None) -> ColumnElement[bool]:
    return true() if day is None else in_force(Unit, day)


def tops(session: Session) -> list[Unit]:
    """Return the topmost units that this session sees."""
    above = aliased(Unit)
    seen = select(above.id).where(above.id == Unit.parent_id)
    found = select(Unit).where(or_(Unit.parent_id.is_(None), ~seen.exists()))
    return list(session.scalars(found.order_by(Unit.position, Unit.code).limit(BUDGET)))


def trail(session: Session, unit: Unit) -> list[Unit]:
    """Return the units above this one, from the top down, as far as this session sees them."""
    above = session.scalars(select(Unit).where(Unit.id.in_(unit.trail[:-1])))
    return sorted(above, key=lambda one: one.path.count("/"))


def children(session: Session, unit: Unit, day: date) -> list[Unit]:
    """Return the units in force right below this one, in their order."""
    found = select(Unit).where(Unit.parent_id == unit.id, in_force(Unit, day))
    return list(session.scalars(found.order_by(Unit.position, Unit.code).limit(BUDGET)))


def past(session: Session, unit: Unit) -> list[tuple[UnitPast, Text | None]]:
    """Return what the unit was before, the latest first, each with the name of its parent then."""
    found = session.execute(
        select(UnitPast, Unit.name)
        .outerjoin(Unit, Unit.id == UnitPast.parent_id)
        .where(UnitPast.unit_id == unit.id)
        .order_by(UnitPast.until.desc())
    )
    return list(found)
