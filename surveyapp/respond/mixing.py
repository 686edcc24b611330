"""Storing a response so that neither its place nor its transaction tells which one it is.

Two things are done each time a response arrives, in the same transaction.

*Mixing.* The responses of its group (a sample of them, when they are many) are taken out and put
back in random order together with the new one. So in the database's files the order of arrival is
gone, and on PostgreSQL, where every row carries the number of the transaction that wrote it, the
transaction that used up a code has written many responses and not one.

*Holding back.* Figures that are shown while a round is open would give a single person away: the
difference between two of them is that person's answers. So responses are counted in batches of
``min_group``, and ``min_group`` of them are always kept back until the round ends; the last step
then is no smaller either.
"""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import delete, func, insert, inspect, select
from sqlalchemy.orm import Session

from surveyapp.respond.models import Response

#: So many responses are mixed at a time; with more in a group, a random sample of this size.
MOST_MIXED = 100
_COLUMNS = inspect(Response).columns.keys()


def store_mixed(session: Session, row: dict[str, Any], batch: int | None) -> None:
    """Store the columns of one response, after ``tally.wait_turn`` in the same transaction.

    ``batch`` is the smallest step of shown figures; None: none are shown before the round closes.
    """
    rows = [{**row, "counted": False}, *_company(session, row["group_id"])]
    if batch is not None:
        count_a_batch([one for one in rows if not one["counted"]], batch)
    secure = random.SystemRandom()
    secure.shuffle(rows)
    session.execute(insert(Response), rows)


def _company(session: Session, group: int) -> list[dict[str, Any]]:
    """Take out responses to mix with: all that are held back, and a random sample of the others."""
    found = (
        select(Response.key)
        .where(Response.group_id == group)
        .order_by(Response.counted, func.random())
        .limit(MOST_MIXED)
    )
    taken = (
        delete(Response)
        .where(Response.key.in_(found))
        .returning(*(getattr(Response, name) for name in _COLUMNS))
        .execution_options(synchronize_session=False)
    )
    return [dict(row) for row in session.execute(taken).mappings()]


def count_a_batch(waiting: list[dict[str, Any]], batch: int) -> None:
    """Let a random batch into the figures when as many again stay behind."""
    if len(waiting) >= 2 * batch:
        for one in random.SystemRandom().sample(waiting, batch):
            one["counted"] = True
