"""The counts of a round: kept by group, or counted from its responses where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, select, true
from sqlalchemy.orm import Session

import questionnaires
from analysis import columns as column
from analysis.columns import Axes, Columns
from analysis.counts import Tables, counts
from analysis.packing import MARK_BYTES, Misfit, assembled, mark, pack
from questionnaires import Codebook, Text
from surveyapp.design.operations import questionnaire as published
from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.fieldwork.progress import GroupProgress, PlacedUnit
from surveyapp.respond.models import GroupCounts, Response

_ONE_UNIT = (column.Unit("-", Text("-")),)
_ONE_ROLE = ("",)
#: Group id -> the places of its unit and of its role on the axes.
Places = dict[int, tuple[int, int]]


class Layout:
    """The axes of a round's counts, and where on them its groups are."""

    def __init__(self, session: Session, of: Round, groups: Iterable[GroupProgress]) -> None:
        known = list(groups)
        units = {group.unit.code: group.unit for group in known}
        roles = sorted({group.role for group in known})
        unit_at = {code: place for place, code in enumerate(units)}
        role_at = {role: place for place, role in enumerate(roles)}
        self.book: Codebook = questionnaires.codebook(published(session, of.version_hash))
        self.axes = Axes(self.book.closed, tuple(map(_unit, units.values())), tuple(roles))
        self.places: Places = {
            group.group_id: (unit_at[group.unit.code], role_at[group.role]) for group in known
        }

    def of_group(self, size: int, packed: bytes) -> Columns:
        """Return the responses of one group by themselves."""
        return Columns.from_groups(self.book, _ONE_UNIT, _ONE_ROLE, [(size, packed, 0, 0)])


def tables(session: Session, of: Round, groups: Iterable[GroupProgress]) -> Tables:
    """Return the counts of what is in the figures, by unit and role. Two queries.

    Until the round has closed these are the responses counted so far: see ``respond.mixing``. Only
    responses of groups without kept counts are looked at.
    """
    layout = Layout(session, of, groups)
    # First the responses: counts that are kept a moment later of the same group are left aside.
    loose = columns(session, of, layout, without_kept=True)
    counted = set(zip(loose.unit.tolist(), loose.role.tolist(), strict=True))
    kept = [
        (*place, packed)
        for group, packed in session.execute(_kept(of))
        # A group that came a moment ago is not on the axes yet.
        if (place := layout.places.get(group)) and place not in counted
    ]
    try:
        found = assembled(layout.axes, kept)
        return found + counts(loose) if loose.responses else found
    except Misfit:
        return counts(columns(session, of, layout))


def columns(session: Session, of: Round, layout: Layout, without_kept: bool = False) -> Columns:
    """Return the closed answers of a round; no answer is looked at one by one."""
    return Columns.from_groups(
        layout.book,
        layout.axes.units,
        layout.axes.roles,
        [
            (size, packed, *layout.places[group])
            for group, size, packed in _stored(session, of, layout, without_kept)
            if group in layout.places
        ],
    )


def settled(session: Session, of: Round) -> bool:
    """Say whether the counts of a closed round are kept for every group. One query.

    Not those that an earlier version of the program made for variables as it understood them.
    """
    book = questionnaires.codebook(published(session, of.version_hash))
    final = exists().where(
        GroupCounts.group_id == AudienceGroup.id,
        GroupCounts.final,
        func.substr(GroupCounts.packed, 1, MARK_BYTES) == mark(book.closed),
    )
    lacking = select(func.count()).where(AudienceGroup.round_id == of.id, ~final)
    return session.scalar(lacking.select_from(AudienceGroup)) == 0


def settle(session: Session, of: Round, groups: Iterable[GroupProgress]) -> None:
    """Count a closed round for good: from now on nobody looks at its responses for figures."""
    session.execute(select(Round.id).where(Round.id == of.id).with_for_update())
    if settled(session, of):
        return
    layout = Layout(session, of, groups)
    nobody = pack(counts(layout.of_group(0, b"")))
    final = dict.fromkeys(layout.places, nobody)
    for group, size, packed in _stored(session, of, layout):
        final[group] = pack(counts(layout.of_group(size, packed)))
    session.execute(
        delete(GroupCounts)
        .where(GroupCounts.group_id.in_(_groups(of)))
        .execution_options(synchronize_session=False)
    )
    rows = [{"group_id": group, "final": True, "packed": one} for group, one in final.items()]
    session.execute(insert(GroupCounts), rows)


def _stored(
    session: Session, of: Round, layout: Layout, without_kept: bool = False
) -> Iterator[tuple[int, int, bytes]]:
    """Every group that has responses in the figures: its id, how many, and their codes in a row.

    The database puts the codes of a group together, because a million rows cost a program more
    than all the counting. Raises ValueError when a response was packed by another codebook.
    """
    width = len(layout.axes.variables)
    rows = in_figures(
        of,
        Response.group_id,
        func.count(),
        func.max(func.abs(func.length(Response.codes) - width)),
        _IN_A_ROW[session.get_bind().dialect.name],
    ).group_by(Response.group_id)
    if without_kept:
        rows = rows.where(~exists().where(GroupCounts.group_id == AudienceGroup.id, _usable(of)))
    for group, size, misfit, codes in session.execute(rows):
        if misfit:
            raise ValueError("a response was packed by another codebook")
        yield group, size, bytes.fromhex(codes or "")


def in_figures(of: Round, *columns: Any) -> Select[Any]:
    """Return the query for columns of the responses of a round that its figures count."""
    rows = (
        select(*columns)
        .join(AudienceGroup, AudienceGroup.id == Response.group_id)
        .where(AudienceGroup.round_id == of.id)
    )
    return rows if of.state == "closed" else rows.where(Response.counted.is_(True))


#: Packed codes of several responses as one text; SQLite cannot put bytes together.
_IN_A_ROW: dict[str, ColumnElement[str]] = {
    "sqlite": func.group_concat(func.hex(Response.codes), ""),
    "postgresql": func.encode(func.string_agg(Response.codes, b""), "hex"),
}


def _kept(of: Round) -> Select[int, bytes]:
    return (
        select(GroupCounts.group_id, GroupCounts.packed)
        .join(AudienceGroup, AudienceGroup.id == GroupCounts.group_id)
        .where(AudienceGroup.round_id == of.id, _usable(of))
    )


def _groups(of: Round) -> Select[int]:
    return select(AudienceGroup.id).where(AudienceGroup.round_id == of.id)


def _usable(of: Round) -> ColumnElement[bool]:
    """Whether kept counts are of all that is in the figures: those of a closed round, if final."""
    return GroupCounts.final.is_(True) if of.state == "closed" else true()


def _unit(unit: PlacedUnit) -> column.Unit:
    return column.Unit(unit.code, unit.name, unit.parent.code if unit.parent else None)
