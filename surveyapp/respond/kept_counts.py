"""Counts of each group, kept up by the transaction that lets responses into the figures.

So figures of a live round cost what the groups cost, however many people have answered, and what
a new batch adds costs what the batch costs. A high-water mark would have to be a mark in an order,
and responses have none. What is kept here is a sum over the responses that are ``counted``: it
can be worked out from them at any time, and is the same in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from analysis.columns import Columns, Unit
from analysis.counts import Tables, counts
from analysis.packing import Misfit, pack, unpack
from questionnaires import Codebook, Text
from surveyapp.respond.models import GroupCounts, Response

_ONE_UNIT = (Unit("-", Text("-")),)
#: Put together once: that takes longer than to run them.
_KEPT = select(GroupCounts.packed).where(GroupCounts.group_id == bindparam("group"))
_COUNTED = select(Response.codes).where(
    Response.group_id == bindparam("group"), Response.counted.is_(True)
)
_CHANGE = (
    update(GroupCounts)
    .where(GroupCounts.group_id == bindparam("group"))
    .values(packed=bindparam("whole"))
    .execution_options(synchronize_session=False)
)


def add(session: Session, group_id: int, book: Codebook, batch: Sequence[bytes]) -> None:
    """Add the packed codes of a batch that has just been stored as ``counted``.

    After ``tally.enter`` in the same transaction, so that batches of a group wait for each other.
    Where nothing is kept that could be added to, all that is counted in the group is counted again.
    """
    where = {"group": group_id}
    kept = session.scalar(_KEPT, where)
    added = _with_batch(kept, book, batch)
    whole = pack(_tables(book, session.scalars(_COUNTED, where)) if added is None else added)
    if kept is None:
        session.execute(insert(GroupCounts), [{"group_id": group_id, "packed": whole}])
    else:
        session.execute(_CHANGE, {**where, "whole": whole})


def _with_batch(kept: bytes | None, book: Codebook, batch: Sequence[bytes]) -> Tables | None:
    if kept is None:
        return None
    added = _tables(book, batch)
    try:
        return unpack(added.axes, kept) + added
    except Misfit:
        return None


def _tables(book: Codebook, packed: Iterable[bytes]) -> Tables:
    return counts(Columns.from_packed(book, _ONE_UNIT, [""], ((one, 0, 0) for one in packed)))
