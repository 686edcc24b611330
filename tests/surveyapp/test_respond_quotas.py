"""Quotas of a questionnaire: places are counted, the last one goes once, and nobody is listed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.db import Database
from surveyapp.fieldwork import tally
from surveyapp.respond import changing, errors, places, storing
from surveyapp.respond import operations as respond
from surveyapp.respond.models import QuotaPlace, Response
from tests.journeys import Respondent, database
from tests.surveyapp.fielding import Hall, noon, submission

DEFINITION = """
id: poll
title: {zh: 调查, en: Poll}
quotas:
  - {id: women, when: "${sex} = 'f'", limit: 2, message: {zh: 女性名额已满。, en: Enough women.}}
  - {id: others, when: "${sex} != 'f'", limit: 1000}
sections:
  - id: who
    title: {zh: 您, en: You}
    items:
      - {id: sex, kind: single_choice, required: true, label: {zh: 性别, en: Sex}, options: [
          {value: f, label: {zh: 女, en: Woman}}, {value: m, label: {zh: 男, en: Man}}]}
  - {id: more, title: {zh: 其他, en: More}, items: [
      {id: why, kind: long_text, label: {zh: 为什么, en: Why}}]}
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest) -> Database:
    name = "database" if request.param == "sqlite" else "postgresql"
    found: Database = request.getfixturevalue(name)
    return found


def send(hall: Hall, number: int, sex: str, key: str | None = None) -> respond.Receipt:
    return hall.give(lambda session: submission(session, hall.codes[number], {"sex": sex}, key))


def taken(database: Database) -> dict[str, int]:
    with database.session() as session:
        return {row.quota: row.taken for row in session.scalars(select(QuotaPlace))}


def test_who_comes_when_it_is_full_is_told_and_keeps_the_code(anywhere: Database) -> None:
    hall = Hall(anywhere, {"x": 8}, definition=DEFINITION)
    for number in (0, 1):
        send(hall, number, "f")
    with pytest.raises(errors.QuotaFull) as refused:
        send(hall, 2, "f")
    assert refused.value.message is not None
    assert refused.value.message.get("en") == "Enough women."
    assert send(hall, 2, "m").code, "the code still opens the form for others"
    assert taken(anywhere) == {"women": 2, "others": 1}


def test_a_retry_takes_one_place_and_gets_its_receipt_when_it_is_full(anywhere: Database) -> None:
    hall, key = Hall(anywhere, {"x": 8}, definition=DEFINITION), respond.new_submission_key()
    first = send(hall, 0, "f", key)
    send(hall, 1, "f")
    assert send(hall, 0, "f", key).code == first.code
    assert taken(anywhere)["women"] == 2


def test_two_who_race_for_the_last_place(anywhere: Database) -> None:
    """Both have seen room before either takes it; in two groups, so they share no lock."""
    hall = Hall(anywhere, {"x": 4, "y": 4}, definition=DEFINITION)
    send(hall, 0, "f")
    both = threading.Barrier(2, timeout=10)
    results: list[object] = []

    def run(number: int) -> None:
        try:
            with anywhere.transaction() as session:
                _meet(session, both, anywhere.engine.dialect.name == "postgresql")
                sent = submission(session, hall.codes[number], {"sex": "f"})
                results.extend(storing.accept(session, [sent]))
        except errors.QuotaFull as full:
            results.append(full)

    racing = [threading.Thread(target=run, args=(number,)) for number in (1, 5)]
    for one in racing:
        one.start()
    for one in racing:
        one.join()
    assert sorted(type(result).__name__ for result in results) == ["QuotaFull", "Receipt"]
    assert taken(anywhere)["women"] == 2
    with anywhere.session() as session:
        assert len(session.scalars(select(Response)).all()) == 2


def _meet(session: Session, both: threading.Barrier, possible: bool) -> None:
    """Wait for the other right before taking the place; SQLite has one writer at a time."""
    if possible:

        @event.listens_for(session.connection(), "before_cursor_execute")
        def wait(*given: object) -> None:
            if "INSERT INTO quota_place" in str(given[2]):
                both.wait()


def test_changed_answers_move_to_another_place(anywhere: Database) -> None:
    hall = Hall(anywhere, {"x": 8}, definition=DEFINITION, editable=True)
    key = respond.new_submission_key()
    send(hall, 0, "f", key)
    send(hall, 1, "f")

    def change(sex: str) -> None:
        with anywhere.transaction() as session:
            changing.change(session, secret=key, raw={"sex": sex}, at=noon())

    change("f")
    assert taken(anywhere) == {"women": 2}, "whoever has a place may keep it"
    change("m")
    assert taken(anywhere) == {"women": 1, "others": 1}
    send(hall, 2, "f")
    with pytest.raises(errors.QuotaFull):
        change("f")
    assert taken(anywhere) == {"women": 2, "others": 1}


def test_the_table_knows_numbers_only(database: Database) -> None:
    assert set(QuotaPlace.__table__.columns.keys()) == {"round_id", "quota", "taken"}
    hall = Hall(database, {"x": 8}, definition=DEFINITION)
    send(hall, 0, "f")
    assert taken(database) == {"women": 1}


Field = Callable[..., Hall]


@pytest.fixture
def full(demo_app: Flask) -> Field:
    """A round whose places for women are taken."""

    def make(pages: str) -> Hall:
        now = datetime.now(UTC)
        day = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        times = {"opens_at": day, "closes_at": day + timedelta(days=8)}
        at = clock.moment(now, "UTC")
        hall = Hall(
            database(demo_app), {"x": 6}, definition=DEFINITION, pages=pages, at=at, **times
        )
        for code in hall.codes[:2]:
            assert Respondent(demo_app).open(code).answer(sex="f").submit().receipt
        return hall

    return make


def test_it_is_said_early_before_the_rest_is_filled_in(demo_app: Flask, full: Field) -> None:
    hall = full("sections")
    person = Respondent(demo_app, "en").open(hall.codes[3])
    assert person.status == 200, "nobody can know yet"
    person.answer(sex="f").press("next")
    assert person.status == 409
    assert "Enough women." in person.page.text
    assert person.press("back").status == 200, "a slip of the finger can be mended"
    person.answer(sex="m").press("next")
    assert "why" in person.page.controls


def test_at_the_end_what_was_typed_is_given_back(demo_app: Flask, full: Field) -> None:
    hall = full("one")
    person = Respondent(demo_app, "zh").open(hall.codes[3])
    person.answer(sex="f", why="写了很久").submit()
    assert person.status == 409
    assert "女性名额已满。" in person.page.text
    assert "写了很久" in person.page.text


def test_one_change_clicked_twice_moves_one_place(postgresql: Database) -> None:
    hall = Hall(postgresql, {"a": 5}, definition=DEFINITION, editable=True)
    keys = [respond.new_submission_key() for _ in range(3)]
    for number, key in enumerate(keys):
        send(hall, number, "m", key)

    def change() -> None:
        with postgresql.transaction() as session:
            changing.change(session, secret=keys[0], raw={"sex": "f"}, at=noon())

    clicks = [threading.Thread(target=change) for _ in range(2)]
    with postgresql.transaction() as session:
        tally.wait_turn(session, hall.group.id)  # both come before either is done
        for click in clicks:
            click.start()
        threading.Event().wait(0.5)
    for click in clicks:
        click.join()
    assert taken(postgresql) == {"women": 1, "others": 2}


def test_two_who_change_places_with_each_other_do_not_wait_for_ever(
    postgresql: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = Hall(postgresql, {"a": 3, "b": 3}, definition=DEFINITION, editable=True)
    keys = [respond.new_submission_key() for _ in range(2)]
    send(hall, 0, "m", keys[0])
    send(hall, 3, "f", keys[1])
    both, really, outcomes = threading.Barrier(2), places.give_back, list[object]()

    def together(*given: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(1)
        really(*given)

    def change(number: int) -> None:
        with postgresql.transaction() as session:
            raw = {"sex": "fm"[number]}
            outcomes.append(changing.change(session, secret=keys[number], raw=raw, at=noon()))

    monkeypatch.setattr(places, "give_back", together)
    people = [threading.Thread(target=change, args=(number,)) for number in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len(outcomes) == 2
    assert taken(postgresql) == {"women": 1, "others": 1}
