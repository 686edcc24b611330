"""Who is mixed with a new response: neighbours by key, and it is not always in the middle."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from surveyapp.db import Database
from surveyapp.respond import mixing
from surveyapp.respond.mixing import LEAST_MIXED, MOST_MIXED, store_mixed
from surveyapp.respond.models import Response
from surveyapp.rows import Rows
from surveyapp.statements import Link, Row
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
    """The numbers of the responses that were put back each time, in order."""
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


def test_a_group_that_is_no_larger_is_mixed_as_a_whole(
    anywhere: Database, put: list[list[int]]
) -> None:
    hall = crowd(anywhere, MOST_MIXED)
    for number in (1, 31, 77):
        with anywhere.transaction() as session:
            store_mixed(session, [response(hall, number)], None)
    assert len(put[0]) == MOST_MIXED + 1
    assert sorted(put[0]) == sorted([*range(0, 2 * MOST_MIXED, 2), 1])


def test_the_place_among_the_neighbours_and_the_order_are_drawn_by_lot(
    database: Database, put: list[list[int]]
) -> None:
    hall = crowd(database, 200)
    places, orders = Counter[int](), Counter[int]()
    for _ in range(400):
        with database.writing() as link:
            store_mixed(link, [response(hall, 201)], None)
            places[sorted(put[-1]).index(201) // 10] += 1
            orders[put[-1].index(201) // 10] += 1
            link.rollback()
    for found in (places, orders):  # 41 places: four tens and one
        assert all(60 < found[ten] < 140 for ten in range(4)), found


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


def test_those_who_are_held_back_are_always_among_them(
    anywhere: Database, put: list[list[int]]
) -> None:
    hall = crowd(anywhere, 200)
    waiting = [0, 100, 300]
    with anywhere.transaction() as session:
        keys = [number.to_bytes(16, "big") for number in waiting]
        session.execute(update(Response).where(Response.key.in_(keys)).values(counted=False))
    with anywhere.writing() as link:
        assert store_mixed(link, [response(hall, 201)], 5) == []
    assert set(waiting) <= set(put[0])


def test_on_postgresql_the_sample_says_nothing_about_where_the_new_one_lies(
    postgresql: Database, put: list[list[int]]
) -> None:
    """There all that was mixed is known by its transaction: neighbours would ring the new one."""
    hall = crowd(postgresql, 400)
    near, others = 0, 0
    for _ in range(30):
        with postgresql.writing() as link:
            store_mixed(link, [response(hall, 401)], None)
            link.rollback()
        found = [one for one in put[-1] if one != 401]
        assert len(found) == MOST_MIXED
        near += sum(abs(one - 401) <= 80 for one in found)  # a fifth of all
        others += len(found)
    assert 0.1 < near / others < 0.3
