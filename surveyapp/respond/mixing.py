"""Storing a response so that neither its place nor its transaction tells which one it is.

Two things are done each time a response arrives, in the same transaction.

*Mixing.* Responses of the same group (a random sample, when they are many) are taken out and put
back in random order together with the new one. Databases lay rows, and what they keep to find them
by group, where there is room as they come, and PostgreSQL numbers each with the transaction that
wrote it: so the order of arrival is gone from the files, and the transaction that used up a code
has written many responses and not one. A sample is drawn blindly: of neighbours by key, say, the
new one would be in the middle.

*Holding back.* Figures that are shown while a round is open would give a single person away: the
difference between two of them is that person's answers. So responses are counted in batches of
``min_group``, and ``min_group`` of them are always kept back until the round ends; the last step
then is no smaller either.
"""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import bindparam, func, select, union
from sqlalchemy.orm import Session

from surveyapp.respond.models import Response
from surveyapp.rows import Rows

#: So many responses of a group are mixed at a time, besides those that are held back.
MOST_MIXED = 40
_ROWS = Rows(Response)


def store_mixed(session: Session, row: dict[str, Any], batch: int | None) -> list[dict[str, Any]]:
    """Store the columns of one response, after ``tally.enter`` in the same transaction.

    Return the responses that have entered the figures by it.

    ``batch`` is the smallest step of shown figures; None: none are shown before the round closes.
    """
    group = row["group_id"]
    where = {"group": group, "live": None if batch is None else group}
    rows = [*_ROWS.take(session, _COMPANY, where), _ROWS.lying(session, {**row, "counted": False})]
    entering = []
    if batch is not None:
        entering = count_a_batch([one for one in rows if not one["counted"]], batch)
    random.SystemRandom().shuffle(rows)
    _ROWS.put(session, rows)
    return entering


_sample = (
    select(Response.key)
    .where(Response.group_id == bindparam("group"))
    .order_by(func.random())
    .limit(MOST_MIXED)
)
_held_back = select(Response.key).where(
    Response.group_id == bindparam("live"), Response.counted.is_(False)
)
#: Put together once: that takes longer than to run it. One set of keys, because for one set or
#: another PostgreSQL would read the whole table.
_COMPANY = _ROWS.taking(Response.key.in_(union(select(_sample.subquery().c.key), _held_back)))


def count_a_batch(waiting: list[dict[str, Any]], batch: int) -> list[dict[str, Any]]:
    """Let a random batch into the figures when as many again stay behind; return it."""
    if len(waiting) < 2 * batch:
        return []
    entering = random.SystemRandom().sample(waiting, batch)
    for one in entering:
        one["counted"] = True
    return entering
