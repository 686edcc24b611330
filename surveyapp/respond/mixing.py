"""Storing a response so that neither its place nor its transaction tells which one it is.

Two things are done each time a response arrives, in the same transaction.

*Mixing.* Responses of the same group are taken out and put back in random order together with the
new one: all of them or, when they are many, some. Databases lay rows, and what they keep to find
them by group, where there is room as they come, and PostgreSQL numbers each with the transaction
that wrote it: so the order of arrival is gone from the files, and the transaction that used up a
code has written many responses and not one.

In SQLite only the place on a page could tell, so those are mixed who lie on the same few pages: the
neighbours by key. Keys are random, so who is next to whom says nothing; and how many are taken on
either side is drawn by lot, or the new one would be in the middle. In PostgreSQL all that is mixed
has the number of the transaction in common; neighbours would show around which of those who are
held back they lie, so there a sample is drawn blindly.

*Holding back.* Figures that are shown while a round is open would give a single person away: the
difference between two of them is that person's answers. So responses are counted in batches of
``min_group``, and ``min_group`` of them are always kept back until the round ends; the last step
then is no smaller either.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, Integer, LargeBinary, Subquery, bindparam, func, select, union

from surveyapp.respond.models import Response
from surveyapp.rows import Rows
from surveyapp.statements import Link, Row, Statement, spoken

#: So many responses of a group are mixed with those that come at a time, besides those that are
#: held back; and so many with each of them, which is more than lie on one page of the database.
MOST_MIXED, LEAST_MIXED = 24, 16
#: Bytes, so many that no two are the same.
_LOT = 8
_ROWS = Rows(Response)
_COUNTED, _CODES = _ROWS.names.index("counted"), _ROWS.names.index("codes")


def store_mixed(link: Link, new: Sequence[dict[str, Any]], batch: int | None) -> list[bytes]:
    """Store the columns of new responses to one group, after ``tally.enter`` in the transaction.

    Return the codes of the responses that have entered the figures by it.

    ``batch`` is the smallest step of shown figures; None: none are shown before the round closes.
    """
    group = new[0]["group_id"]
    live = None if batch is None else group
    rows = [_ROWS.lying(link, {**one, "counted": False}) for one in new]
    if spoken(link) == "sqlite":
        wanted = max(LEAST_MIXED, MOST_MIXED // len(new))
        for one in new:
            below = secrets.randbelow(wanted + 1)
            sides = {"below": below, "above": wanted - below}
            rows += _NEIGHBOURS.rows(link, group=group, live=live, key=one["key"], **sides)
    else:
        rows += _SAMPLE.rows(link, group=group, live=live)
    entering = [] if batch is None else count_batches(rows, batch)
    _ROWS.put(link, _shuffled(rows))
    return entering


def _shuffled(rows: Sequence[Row]) -> list[Row]:
    """Draw an order by lot: by one long number for all, because each asks the system for chance."""
    lots = secrets.token_bytes(_LOT * len(rows))
    drawn = [lots[place : place + _LOT] for place in range(0, len(lots), _LOT)]
    return [rows[place] for place in sorted(range(len(rows)), key=drawn.__getitem__)]


def count_batches(rows: list[Row], batch: int) -> list[bytes]:
    """Let random batches into the figures while as many again stay behind; return their codes."""
    waiting = [place for place, row in enumerate(rows) if not row[_COUNTED]]
    steps = max(0, len(waiting) // batch - 1)
    entering = random.SystemRandom().sample(waiting, steps * batch)
    for place in entering:
        row = rows[place]
        rows[place] = (*row[:_COUNTED], True, *row[_COUNTED + 1 :])
    return [rows[place][_CODES] for place in entering]


_of_group = Response.group_id == bindparam("group")
_held_back = select(Response.key).where(
    Response.group_id == bindparam("live"), Response.counted.is_(False)
)


def _taking(*parts: Subquery | CTE) -> Statement:
    """Take out whom these parts name, and those who are held back."""
    # One set of keys, because for one set or another PostgreSQL would read the whole table.
    keys = union(*(select(part.c.key) for part in parts), _held_back)
    return _ROWS.taking(_of_group & Response.key.in_(keys))


def _neighbours() -> Statement:
    """Past the last key of the group it goes on with the first, and the other way round."""
    own = bindparam("key", type_=LargeBinary)
    under = select(Response.key).where(_of_group, Response.key < own)
    over = select(Response.key).where(_of_group, Response.key > own)
    wanted_below = bindparam("below", type_=Integer)
    wanted_above = bindparam("above", type_=Integer)
    below = under.order_by(Response.key.desc()).limit(wanted_below).cte("below")
    above = over.order_by(Response.key).limit(wanted_above).cte("above")
    missing_below = wanted_below - select(func.count()).select_from(below).scalar_subquery()
    missing_above = wanted_above - select(func.count()).select_from(above).scalar_subquery()
    last = over.order_by(Response.key.desc()).limit(missing_below).subquery()
    first = under.order_by(Response.key).limit(missing_above).subquery()
    return _taking(below, above, last, first)


_NEIGHBOURS = _neighbours()
_SAMPLE = _taking(
    select(Response.key).where(_of_group).order_by(func.random()).limit(MOST_MIXED).subquery()
)
