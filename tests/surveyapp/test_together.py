"""Submissions that come at the same time are written together, and each gets what is its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from surveyapp import clock, create_app
from surveyapp.config import Config
from surveyapp.db import Database, upgrade
from surveyapp.fieldwork import tally
from surveyapp.fieldwork.models import Tally
from surveyapp.respond import errors, storing
from surveyapp.respond import operations as respond
from surveyapp.respond.models import Response
from surveyapp.respond.together import Line
from tests.surveyapp.fielding import Hall, submission
from tests.surveyapp.test_submission import at_once


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest) -> Database:
    name = "database" if request.param == "sqlite" else "postgresql"
    found: Database = request.getfixturevalue(name)
    return found


@contextmanager
def held_up(hall: Hall, waiting: int) -> Iterator[None]:
    """Let nobody write until so many wait, as behind a slow disk."""
    take, full = Line._take, threading.Event()

    def patiently(line: Line) -> Any:
        while not full.is_set() and _waiting(hall) < waiting:
            threading.Event().wait(0.01)
        full.set()
        return take(line)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Line, "_take", patiently)
        yield


def _waiting(hall: Hall) -> int:
    return sum(len(line._waiting) for line in hall.together._lines.values())


@contextmanager
def commits(database: Database) -> Iterator[list[object]]:
    """What is committed meanwhile."""
    seen: list[object] = []

    def note(connection: object) -> None:
        seen.append(connection)

    event.listen(database.engine, "commit", note)
    yield seen
    event.remove(database.engine, "commit", note)


def sent(hall: Hall, door: Any, taste: str = "5", key: str | None = None) -> respond.Submission:
    with hall.database.session() as reading:
        return submission(reading, door, {"taste": taste}, key)


def all_at_once(hall: Hall, given: list[respond.Submission]) -> list[object]:
    calls: list[Callable[[], object]] = [lambda one=one: hall.together.accept(one) for one in given]
    with held_up(hall, len(given)):
        return at_once(calls)


def stored(database: Database) -> list[str]:
    with database.session() as session:
        return sorted(session.scalars(select(Response.answers)))


def test_who_comes_at_the_same_time_shares_one_commit(anywhere: Database) -> None:
    hall = Hall(anywhere, {"a": 6, "b": 6})
    given = [sent(hall, code) for code in hall.codes]
    with commits(anywhere) as made:
        receipts = all_at_once(hall, given)
    assert {type(one) for one in receipts} == {respond.Receipt}
    codes = [one.code for one in receipts if isinstance(one, respond.Receipt)]
    assert codes == [respond.receipt_code(one.submission_key) for one in given], "each has its own"
    assert len(stored(anywhere)) == 12
    one_writer = anywhere.engine.dialect.name == "sqlite"
    assert len(made) == (1 if one_writer else 2), "on PostgreSQL each group has a line of its own"
    with anywhere.session() as session:
        assert sorted(session.scalars(select(Tally.returned))) == [6, 6]


def test_control_one_after_the_other_they_need_a_commit_each(database: Database) -> None:
    hall = Hall(database, {"a": 3})
    given = [sent(hall, code) for code in hall.codes]
    with commits(database) as made:
        for one in given:
            hall.together.accept(one)
    assert len(made) == 3


def test_a_refusal_is_told_to_whom_it_belongs_and_spoils_nothing(anywhere: Database) -> None:
    hall = Hall(anywhere, {"a": 4})
    late = sent(hall, hall.codes[0])
    hall.send(hall.codes[0], respond.new_submission_key())
    given = [late, *(sent(hall, code, "3") for code in hall.codes[1:])]
    outcomes = all_at_once(hall, given)
    assert isinstance(outcomes[0], errors.CodeUsed)
    assert {type(one) for one in outcomes[1:]} == {respond.Receipt}
    assert stored(anywhere) == ['{"taste":"3"}'] * 3 + ['{"taste":"5"}']


def test_what_breaks_the_transaction_breaks_it_for_nobody_else(anywhere: Database) -> None:
    """The key of one is stored already, with another code: the database itself refuses it."""
    hall, key = Hall(anywhere, {"a": 4}), respond.new_submission_key()
    hall.send(hall.codes[0], key)
    given = [sent(hall, code, "3") for code in hall.codes[1:3]]
    outcomes = all_at_once(hall, [given[0], sent(hall, hall.codes[3], "1", key), given[1]])
    assert isinstance(outcomes[1], errors.KeyReused)
    assert isinstance(outcomes[0], respond.Receipt)
    assert isinstance(outcomes[2], respond.Receipt)
    assert stored(anywhere) == ['{"taste":"3"}'] * 2 + ['{"taste":"5"}']


@pytest.mark.parametrize("mode", ["sealed_code", "open_link"])
def test_a_double_click_is_one_response_with_one_receipt(anywhere: Database, mode: str) -> None:
    hall, key = Hall(anywhere, {"a": 4}, mode=mode), respond.new_submission_key()
    door = hall.codes[0] if hall.codes else hall.door()
    receipts = all_at_once(hall, [sent(hall, door, key=key) for _ in range(5)])
    assert {type(one) for one in receipts} == {respond.Receipt}
    told = [one for one in receipts if isinstance(one, respond.Receipt)]
    assert len({one.code for one in told}) == 1
    assert sorted(one.repeated for one in told) == [False, True, True, True, True]
    assert len(stored(anywhere)) == 1


def test_the_last_place_of_a_group_is_given_once(anywhere: Database) -> None:
    """Places are counted in the database, so these are written one by one."""
    hall = Hall(anywhere, {"a": 5}, quota=2)
    outcomes = all_at_once(hall, [sent(hall, code) for code in hall.codes])
    assert sum(isinstance(one, respond.Receipt) for one in outcomes) == 2
    assert sum(isinstance(one, errors.QuotaFull) for one in outcomes) == 3
    assert len(stored(anywhere)) == 2


def test_a_double_click_on_the_last_place_is_told_that_it_is_stored(anywhere: Database) -> None:
    hall, key = Hall(anywhere, {"a": 3}, quota=1), respond.new_submission_key()
    twice = [sent(hall, hall.codes[0], key=key) for _ in range(2)]
    first, second = (hall.together.accept(one) for one in twice)
    assert (first.code, first.repeated, second.repeated) == (second.code, False, True)


def test_whoever_holds_up_one_group_holds_up_no_other(postgresql: Database) -> None:
    hall = Hall(postgresql, {"a": 1, "b": 1})
    kept_waiting, free = (sent(hall, code) for code in hall.codes)
    with ThreadPoolExecutor(1) as people:
        with postgresql.transaction() as session:
            tally.wait_turn(session, hall.groups[0].id)
            waiting = people.submit(hall.together.accept, kept_waiting)
            while not hall.together._lines:
                threading.Event().wait(0.01)
            assert hall.together.accept(free)
            assert not waiting.done(), "control: the other one does wait"
        assert waiting.result(timeout=30)


def test_a_disk_that_takes_nothing_is_told_to_all_who_wait_and_used_up_no_code(
    database: Database,
) -> None:
    hall = Hall(database, {"a": 4})
    given = [sent(hall, code) for code in hall.codes]

    def fail(_connection: object) -> None:
        raise OSError("no space left")

    event.listen(database.engine, "commit", fail)
    outcomes = all_at_once(hall, given)
    event.remove(database.engine, "commit", fail)
    assert {type(one) for one in outcomes} == {OSError}
    assert stored(database) == []
    receipts = all_at_once(hall, given)
    assert {type(one) for one in receipts} == {respond.Receipt}, "the same can be sent again"


def test_whoever_cannot_begin_tells_all_who_wait_behind(database: Database) -> None:
    """One by one, each would have to find out anew that the database lets nobody in."""
    hall, tried = Hall(database, {"a": 4}), []
    given = [sent(hall, code) for code in hall.codes]
    together = threading.Event()

    @contextmanager
    def closed() -> Iterator[None]:
        tried.append(1)
        while not together.is_set() and _waiting(hall) < len(given):
            threading.Event().wait(0.01)
        together.set()
        raise TimeoutError("locked")
        yield

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "writing", closed)
        calls: list[Callable[[], object]] = [
            lambda one=one: hall.together.accept(one) for one in given
        ]
        outcomes = at_once(calls)
    assert {type(one) for one in outcomes} == {TimeoutError}
    assert len(tried) <= 2, "whoever came first may have been alone"


def test_whoever_waits_is_told_when_the_one_who_writes_is_made_to_end(database: Database) -> None:
    hall, real, ended = Hall(database, {"a": 4}), storing.accept, []
    given = [sent(hall, code) for code in hall.codes]

    def ending(*asked: Any) -> Any:
        if not ended:
            ended.append(1)
            raise SystemExit
        return real(*asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storing, "accept", ending)
        calls = [lambda one=one: _even_the_end(hall, one) for one in given[:3]]
        with held_up(hall, 3):
            outcomes = at_once(calls)
    assert sorted(type(one).__name__ for one in outcomes) == ["Abandoned"] * 2 + ["SystemExit"]
    assert stored(database) == []
    assert hall.together.accept(given[3]), "the line goes on"


def _even_the_end(hall: Hall, one: respond.Submission) -> object:
    try:
        return hall.together.accept(one)
    except SystemExit as end:
        return end


def test_whoever_waits_in_the_line_keeps_no_connection(tmp_path: Path) -> None:
    """More people than the pool has connections, while another process writes."""
    app = create_app(Config(data=tmp_path))
    database: Database = app.extensions["surveyapp.database"]
    upgrade(database.engine)
    at = clock.moment(datetime.now(UTC), "UTC")
    hall = Hall(database, {"a": 25}, opens_at=at.utc - timedelta(days=1), closes_at=None, at=at)
    pool: Any = database.engine.pool
    pool._timeout = 3

    def post(code: str) -> int:
        answers = {"_key": respond.new_submission_key(), "taste": "5"}
        return app.test_client().post(f"/s/{code}", data=answers).status_code

    with ThreadPoolExecutor(25) as people:
        with database.writing():
            answers = [people.submit(post, code) for code in hall.codes]
            line = app.extensions["surveyapp.together"]
            while sum(len(one._waiting) for one in line._lines.values()) < len(hall.codes):
                threading.Event().wait(0.01)
        assert {one.result() for one in answers} == {200}
    database.dispose()
