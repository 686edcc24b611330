"""Mixing in the database server, where there is one: nothing of it travels. See ``mixing``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    Integer,
    Select,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    select,
    union,
    union_all,
)

from surveyapp.respond.models import Response
from surveyapp.statements import Link, Statement

#: So many responses of a group are mixed with those that come at a time, besides those that are
#: held back.
MOST_MIXED = 24
_COLUMNS = list(inspect(Response).columns)
_NAMES = [column.key for column in _COLUMNS]


def store_mixed(link: Link, new: Sequence[dict[str, Any]], batch: int | None) -> list[bytes]:
    """Do what ``mixing.store_mixed`` says, with a sample drawn blindly.

    Lots are drawn by PostgreSQL's ``random()``: each connection's begins where nobody can know.
    """
    group = new[0]["group_id"]
    values = {_numbered(name, n): one[name] for n, one in enumerate(new) for name in _NAMES}
    live, step = (None, 0) if batch is None else (group, batch)
    entered = _mixing(len(new)).rows(link, group=group, live=live, step=step, **values)
    return [codes for (codes,) in entered]


def _numbered(name: str, n: int) -> str:
    return f"{name}_{n}"


@lru_cache(maxsize=64)
def _mixing(how_many: int) -> Statement:
    """Take out, put back with so many new ones, and return the codes of those that count now."""
    drawn = _drawn(_gathered(how_many))
    step = bindparam("step", type_=Integer)
    # As many whole steps as leave one behind; none where there are no steps.
    entering = func.greatest(0, drawn.c.waiting // func.nullif(step, 0, type_=Integer) - 1) * step
    enters = ~drawn.c.counted & (drawn.c.lot <= entering)
    chosen = select(drawn, enters.label("enters")).cte("chosen")
    put = {
        **{name: chosen.c[name] for name in _NAMES},
        "counted": chosen.c.counted | chosen.c.enters,
    }
    mixed = select(*put.values()).order_by(func.random())
    putting = insert(Response).from_select(list(put), mixed).cte("put")
    found = select(chosen.c.codes).where(chosen.c.enters).add_cte(putting)
    return Statement({"postgresql": found})


def _gathered(how_many: int) -> CTE:
    """Those who are mixed: taken out of the table, and new."""
    of_group = Response.group_id == bindparam("group")
    sample = select(Response.key).where(of_group).order_by(func.random()).limit(MOST_MIXED)
    held_back = select(Response.key).where(
        Response.group_id == bindparam("live"), Response.counted.is_(False)
    )
    # One set of keys, because for one set or another the whole table would be read.
    keys = union(select(sample.subquery().c.key), held_back)
    taking = delete(Response).where(of_group, Response.key.in_(keys))
    taken = taking.returning(*_COLUMNS).cte("taken")
    return union_all(select(taken), *_new(how_many)).cte("gathered")


def _new(how_many: int) -> Iterator[Select[Any]]:
    for n in range(how_many):
        yield select(*(bindparam(_numbered(one.key, n), type_=one.type) for one in _COLUMNS))


def _drawn(gathered: CTE) -> CTE:
    """With a lot for each, and how many are not counted yet."""
    lot = func.row_number().over(partition_by=gathered.c.counted, order_by=func.random())
    waiting = func.count().filter(~gathered.c.counted).over()
    return select(gathered, lot.label("lot"), waiting.label("waiting")).cte("drawn")
