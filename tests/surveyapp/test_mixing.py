"""Who is mixed with a new response: neighbours by key, and it is not always in the middle."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from surveyapp.db import Database
from surveyapp.respond import mixing
from surveyapp.respond.mixing import LEAST_MIXED, MOST_MIXED, store_mixed
from surveyapp.respond.models import Response
from surveyapp.rows import Rows
from surveyapp.statements import Link, Row, spoken
from tests.surveyapp.fielding import TODAY, Hall


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest) -> Database:
    name = "database" if request.param == "sqlite" else "postgresql"
    found: Database = request.getfixturevalue(name)
    return found


def response(hall: Hall, number: int) -> dict[str, Any]:
    """A response with a key that says its place: even numbers are stored, odd ones come anew."""
    return {
        "key": number.to_bytes(16, "big"),
        "group_id": hall.group.id,
        "version_hash": hall.round.version_hash,
        "day": TODAY,
        "extent": "complete",
        "answers": "{}",
        "codes": bytes([number % 256]),
    }


def crowd(database: Database, people: int) -> Hall:
    hall = Hall(database, {"a": 5, "b": 5})
    rows = [{**response(hall, 2 * n), "counted": True} for n in range(people)]
    other = hall.groups[1].id
    with database.transaction() as session:
        session.execute(insert(Response), rows)
        session.execute(insert(Response), [{**one, "group_id": other} for one in rows[:3]])
    return hall


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The numbers of the responses that were put back each time, in order (in SQLite)."""
    seen: list[list[int]] = []
    really = Rows.put

    def note(rows: Rows, link: Link, given: list[Row]) -> None:
        place = rows.names.index("key")
        seen.append([int.from_bytes(one[place], "big") for one in given])
        really(rows, link, given)

    monkeypatch.setattr(Rows, "put", note)
    return seen


def drawn(monkeypatch: pytest.MonkeyPatch, below: int) -> None:
    """Let the lot say how many are taken below."""
    monkeypatch.setattr(mixing.secrets, "randbelow", lambda most: min(below, most - 1))


def stored(database: Database, hall: Hall) -> int:
    with database.session() as session:
        return len(
            session.scalars(select(Response.key).where(Response.group_id == hall.group.id)).all()
        )


@pytest.mark.parametrize("below", [0, 7, MOST_MIXED])
@pytest.mark.parametrize("place", [-1, 1, 99, 197, 199])
def test_as_many_neighbours_as_the_lot_says_on_either_side_and_on_from_the_other_end(
    database: Database,
    put: list[list[int]],
    monkeypatch: pytest.MonkeyPatch,
    below: int,
    place: int,
) -> None:
    hall = crowd(database, 100)
    drawn(monkeypatch, below)
    number = place % 1000  # -1: behind all others
    with database.writing() as link:
        store_mixed(link, [response(hall, number)], None)
    ring = sorted({2 * n for n in range(100)} | {number})
    at = ring.index(number)
    expected = {ring[(at + step) % len(ring)] for step in range(-below, MOST_MIXED - below + 1)}
    assert set(put[0]) == expected
    assert len(put[0]) == MOST_MIXED + 1
    assert stored(database, hall) == 101, "nothing is lost and nothing twice"


def mixed(link: Link, put: list[list[int]]) -> list[int]:
    """The numbers of the responses that this transaction has put back, as they lie there."""
    if spoken(link) == "sqlite":
        return put[-1]
    written = text("SELECT key FROM response WHERE xmin = pg_current_xact_id()::xid ORDER BY ctid")
    return [int.from_bytes(key, "big") for key in link.scalars(written)]


def test_a_group_that_is_no_larger_is_mixed_as_a_whole(
    anywhere: Database, put: list[list[int]]
) -> None:
    hall = crowd(anywhere, MOST_MIXED)
    with anywhere.writing() as link:
        store_mixed(link, [response(hall, 1)], None)
        found = mixed(link, put)
    assert len(found) == MOST_MIXED + 1
    assert sorted(found) == sorted([*range(0, 2 * MOST_MIXED, 2), 1])
    assert found != sorted(found)
    assert stored(anywhere, hall) == MOST_MIXED + 1


def test_the_place_among_the_neighbours_and_the_order_are_drawn_by_lot(
    database: Database, put: list[list[int]]
) -> None:
    hall = crowd(database, 200)
    places, orders = Counter[int](), Counter[int]()
    for _ in range(400):
        with database.writing() as link:
            store_mixed(link, [response(hall, 201)], None)
            places[sorted(put[-1]).index(201) // 5] += 1
            orders[put[-1].index(201) // 5] += 1
            link.rollback()
    for found in (places, orders):  # 25 places
        assert all(45 < found[five] < 120 for five in range(5)), found


def test_those_who_come_together_share_the_crowd_but_each_has_a_page_full(
    database: Database, put: list[list[int]]
) -> None:
    hall = crowd(database, 300)
    with database.writing() as link:
        store_mixed(link, [response(hall, number) for number in (101, 301, 501)], None)
    assert len(put[0]) == 3 * LEAST_MIXED + 3
    near = {
        number: sum(abs(one - number) <= 2 * LEAST_MIXED for one in put[0])
        for number in (101, 301, 501)
    }
    assert set(near.values()) == {LEAST_MIXED + 1}


def waiting(database: Database, numbers: list[int]) -> None:
    """Hold these responses back."""
    keys = [number.to_bytes(16, "big") for number in numbers]
    with database.transaction() as session:
        session.execute(update(Response).where(Response.key.in_(keys)).values(counted=False))


def held_back(database: Database, hall: Hall) -> int:
    with database.session() as session:
        of_group = select(Response).where(Response.group_id == hall.group.id)
        return len(session.scalars(of_group.where(Response.counted.is_(False))).all())


def test_those_who_are_held_back_are_always_among_them(
    anywhere: Database, put: list[list[int]]
) -> None:
    hall = crowd(anywhere, 200)
    waiting(anywhere, [0, 100, 300])
    with anywhere.writing() as link:
        assert store_mixed(link, [response(hall, 201)], 5) == []
        assert {0, 100, 300} <= set(mixed(link, put))
    assert held_back(anywhere, hall) == 4


@pytest.mark.parametrize(
    ("before", "new", "step", "entering"),
    [
        (3, 1, 5, 0),
        (8, 1, 5, 0),
        (9, 1, 5, 5),
        (5, 3, 2, 6),
        (13, 1, 5, 5),
        (6, 3, 3, 6),
        (9, 1, None, 0),
    ],
)
def test_whole_batches_enter_the_figures_and_one_stays_behind(
    anywhere: Database, before: int, new: int, step: int | None, entering: int
) -> None:
    hall = crowd(anywhere, 60)
    waiting(anywhere, [2 * n for n in range(before)])
    numbers = [2 * n + 1 for n in range(new)]
    with anywhere.writing() as link:
        entered = store_mixed(link, [response(hall, number) for number in numbers], step)
    assert len(entered) == len(set(entered)) == entering
    mine = {bytes([number % 256]) for number in [*(2 * n for n in range(before)), *numbers]}
    assert set(entered) <= mine, "only those who waited"
    assert held_back(anywhere, hall) == before + new - entering
    assert stored(anywhere, hall) == 60 + new


def test_who_enters_is_drawn_by_lot(anywhere: Database) -> None:
    hall = crowd(anywhere, 60)
    waiting(anywhere, [2 * n for n in range(9)])
    times = Counter[bytes]()
    for _ in range(120):
        with anywhere.writing() as link:
            times.update(store_mixed(link, [response(hall, 1)], 5))
            link.rollback()
    assert len(times) == 10
    assert all(35 < found < 85 for found in times.values()), times  # each half the time


def test_on_postgresql_the_sample_says_nothing_about_where_the_new_one_lies(
    postgresql: Database, put: list[list[int]]
) -> None:
    """There all that was mixed is known by its transaction: neighbours would ring the new one."""
    hall = crowd(postgresql, 400)
    near, others = 0, 0
    places = Counter[int]()
    for _ in range(60):
        with postgresql.writing() as link:
            store_mixed(link, [response(hall, 401)], None)
            lying = mixed(link, put)
            link.rollback()
        places[lying.index(401) // 5] += 1
        found = [one for one in lying if one != 401]
        assert len(found) == MOST_MIXED
        near += sum(abs(one - 401) <= 80 for one in found)  # a fifth of all
        others += len(found)
    assert 0.1 < near / others < 0.3
    assert len(places) == 5, "nor does its place among them"
    assert max(places.values()) < 30, places
