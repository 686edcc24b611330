"""Counts of each group, kept up by the transaction that lets responses into the figures.

So figures of a live round cost what the groups cost, however many people have answered, and what
a new batch adds costs what the batch costs. A high-water mark would have to be a mark in an order,
and responses have none. What is kept here is a sum over the responses that are ``counted``: it
can be worked out from them at any time, and is the same in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import bindparam, insert, select, update

import questionnaires
from analysis.columns import Columns, Unit
from analysis.counts import counts
from analysis.packing import Misfit, Packing
from questionnaires import Codebook, Questionnaire, Text
from surveyapp.respond.models import GroupCounts, Response
from surveyapp.statements import Link, Statement

_ONE_UNIT = (Unit("-", Text("-")),)
#: Put together once: that takes longer than to run them.
_KEPT = Statement(select(GroupCounts.packed).where(GroupCounts.group_id == bindparam("group")))
_COUNTED = Statement(
    select(Response.codes).where(
        Response.group_id == bindparam("group"), Response.counted.is_(True)
    )
)
_CHANGE = Statement(
    update(GroupCounts)
    .where(GroupCounts.group_id == bindparam("group"))
    .values(packed=bindparam("whole"))
)


def add(link: Link, group_id: int, book: Codebook, batch: Sequence[bytes]) -> None:
    """Add the packed codes of a batch that has just been stored as ``counted``.

    After ``tally.enter`` in the same transaction, so that batches of a group wait for each other.
    Where nothing is kept that could be added to, all that is counted in the group is counted again.
    """
    kept = _KEPT.row(link, group=group_id)
    if kept is None:
        whole = _counted_again(link, group_id, book)
        link.execute(insert(GroupCounts), [{"group_id": group_id, "packed": whole}])
        return
    try:
        whole = _packing(book.questionnaire).with_batch(kept[0], batch)
    except Misfit:
        whole = _counted_again(link, group_id, book)
    _CHANGE.change(link, group=group_id, whole=whole)


def _counted_again(link: Link, group_id: int, book: Codebook) -> bytes:
    rows = ((codes, 0, 0) for (codes,) in _COUNTED.rows(link, group=group_id))
    columns = Columns.from_packed(book, _ONE_UNIT, [""], rows)
    return _packing(book.questionnaire).of(counts(columns))


@lru_cache(maxsize=256)
def _packing(questionnaire: Questionnaire) -> Packing:
    return Packing(questionnaires.codebook(questionnaire).closed)
