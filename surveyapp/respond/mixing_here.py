"""Mixing in this process, where the database is a file; see ``mixing``."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, LargeBinary, bindparam, func, select, union

from surveyapp.respond.models import Response
from surveyapp.rows import Rows
from surveyapp.statements import Link, Row, Statement

#: So many responses of a group are mixed with those that come at a time, besides those that are
#: held back; and so many with each of them, which is more than lie on one page of the database.
MOST_MIXED, LEAST_MIXED = 24, 16
#: Bytes, so many that no two are the same.
_LOT = 8
_ROWS = Rows(Response)
_COUNTED, _CODES = _ROWS.names.index("counted"), _ROWS.names.index("codes")


def store_mixed(link: Link, new: Sequence[dict[str, Any]], batch: int | None) -> list[bytes]:
    """Do what ``mixing.store_mixed`` says, with neighbours by key."""
    group = new[0]["group_id"]
    live = None if batch is None else group
    wanted = max(LEAST_MIXED, MOST_MIXED // len(new))
    rows = [_ROWS.lying(link, one) for one in new]
    for one in new:
        below = secrets.randbelow(wanted + 1)
        sides = {"below": below, "above": wanted - below}
        rows += _NEIGHBOURS.rows(link, group=group, live=live, key=one["key"], **sides)
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


def _neighbours() -> Statement:
    """Take out neighbours by key and those who are held back.

    Past the last key of the group it goes on with the first, and the other way round.
    """
    of_group = Response.group_id == bindparam("group")
    own = bindparam("key", type_=LargeBinary)
    under = select(Response.key).where(of_group, Response.key < own)
    over = select(Response.key).where(of_group, Response.key > own)
    wanted_below = bindparam("below", type_=Integer)
    wanted_above = bindparam("above", type_=Integer)
    below = under.order_by(Response.key.desc()).limit(wanted_below).cte("below")
    above = over.order_by(Response.key).limit(wanted_above).cte("above")
    missing_below = wanted_below - select(func.count()).select_from(below).scalar_subquery()
    missing_above = wanted_above - select(func.count()).select_from(above).scalar_subquery()
    last = over.order_by(Response.key.desc()).limit(missing_below).subquery()
    first = under.order_by(Response.key).limit(missing_above).subquery()
    held_back = select(Response.key).where(
        Response.group_id == bindparam("live"), Response.counted.is_(False)
    )
    keys = union(*(select(part.c.key) for part in (below, above, last, first)), held_back)
    return _ROWS.taking(of_group & Response.key.in_(keys))


_NEIGHBOURS = _neighbours()
