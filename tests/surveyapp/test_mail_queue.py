"""What the queue remembers, what it forgets, and what becomes of a mail."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from surveyapp.db import Database, now
from surveyapp.mail import operations, steps
from surveyapp.mail.models import OutgoingMail, State
from surveyapp.mail.sealing import Seal, Unreadable
from tests.mail_server import Fault, MailServer, served
from tests.surveyapp.mailing import (
    SEAL,
    mail,
    queue,
    send,
    settings,
    states,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Database:
    """An empty database of either kind."""
    fixture = "database" if request.param == "sqlite" else "postgresql"
    found: Database = request.getfixturevalue(fixture)
    return found


# -- what the queue remembers, and forgets -----------------------------------------------------


def test_what_a_mail_says_is_unreadable_in_the_queue_and_wiped_when_it_is_sent(
    store: Database, tmp_path: Path
) -> None:
    queue(store, "a@x.example")
    sealed = mail(store).sealed
    assert sealed is not None
    assert b"TOKEN0" not in sealed
    assert SEAL.open(sealed, mail(store).key)["link"].endswith("TOKEN0"), "control: it is there"
    with pytest.raises(Unreadable):
        Seal("another secret").open(sealed, mail(store).key)
    with pytest.raises(Unreadable):
        SEAL.open(sealed, "another row")
    send(store, settings(tmp_path))
    assert mail(store).state == State.SENT
    assert mail(store).sealed is None


def test_the_database_refuses_a_sent_mail_that_still_has_its_token(store: Database) -> None:
    queue(store, "a@x.example")
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(text("UPDATE outgoing_mail SET state = 'sent'"))


def test_logs_hold_no_address_and_no_token(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    queue(database, "a@x.example", "b@x.example", "c@x.example")
    faults = {
        "a@x.example": [Fault.NEVER],
        "b@x.example": [Fault.LATER],
        "c@x.example": [Fault.TAKE_AND_DROP],
    }
    with caplog.at_level(logging.DEBUG), served(MailServer(faults=faults)) as server:
        send(database, settings(tmp_path, server))
    send(database, settings(tmp_path, server, port=1))
    queue(database, "d@x.example", key="two")
    send(database, settings(tmp_path, server, port=1))
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("surveyapp")]
    assert any("cannot be used (connection)" in line for line in ours), "control: there is a log"
    assert not any("@" in line or "TOKEN" in line for line in ours)
    with database.session() as session:
        reasons = set(session.scalars(select(OutgoingMail.reason)))
    assert reasons == {"550 5.1.1", "", "no_answer", "connection"}


def test_a_form_sent_twice_starts_one_mailing(store: Database) -> None:
    queue(store, "a@x.example", key="form")
    with pytest.raises(IntegrityError):
        queue(store, "a@x.example", key="form")
    with store.session() as session:
        assert operations.mailing_exists(session, "form")
        assert operations.progress(session, "round:1") == {"invitation": {State.QUEUED: 1}}


def test_a_secret_that_has_changed_fails_the_mail_and_says_why(
    database: Database, tmp_path: Path
) -> None:
    queue(database, "a@x.example")
    send(database, settings(tmp_path), Seal("another secret"))
    assert (mail(database).state, mail(database).reason) == (State.FAILED, "secret")


def test_files_instead_of_a_server(database: Database, tmp_path: Path) -> None:
    queue(database, "a@x.example", "b@x.example")
    send(database, settings(tmp_path))
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert {file.stem for file in files} == {mail(database, f"{x}@x.example").key for x in "ab"}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


# -- what servers answer -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "state", "reason", "taken"),
    [
        (Fault.LATER, "sent", "", 1),
        (Fault.LATER_AT_END, "sent", "", 1),
        (Fault.DROP_AT_RCPT, "sent", "", 1),
        (Fault.NEVER, "failed", "550 5.1.1", 0),
        (Fault.NEVER_AT_END, "failed", "554 5.6.0", 0),
        (Fault.DROP_AT_END, "held", "no_answer", 0),
        (Fault.TAKE_AND_DROP, "held", "no_answer", 1),
        (Fault.GARBLED, "held", "garbled", 1),
    ],
)
def test_what_becomes_of_a_mail(
    database: Database, tmp_path: Path, fault: Fault, state: str, reason: str, taken: int
) -> None:
    queue(database, "a@x.example", "b@x.example")
    with served(MailServer(faults={"a@x.example": [fault]})) as server:
        send(database, settings(tmp_path, server))
    assert server.struck[fault] == 1, "control: the fault struck"
    assert (mail(database).state, mail(database).reason) == (state, reason)
    assert server.per_address()["a@x.example"] == taken
    assert mail(database, "b@x.example").state == State.SENT, "the next mail is not harmed"


def test_a_connection_lost_in_the_content_is_tried_again_or_held(
    database: Database, tmp_path: Path
) -> None:
    """Held when the end of the message had left us before we could hear of it."""
    queue(database, "a@x.example")
    with served(MailServer(faults={"a@x.example": [Fault.DROP_IN_CONTENT]})) as server:
        send(database, settings(tmp_path, server))
    assert server.struck[Fault.DROP_IN_CONTENT] == 1, "control: the fault struck"
    found = (mail(database).state, server.per_address()["a@x.example"])
    assert found in {(State.SENT, 1), (State.HELD, 0)}


def test_waits_grow_and_end(database: Database, tmp_path: Path) -> None:
    queue(database, "a@x.example")
    refusals = len(steps.WAITS) + 1
    with served(MailServer(faults={"a@x.example": [Fault.LATER] * refusals})) as server:
        how = settings(tmp_path, server, retry_seconds=60)
        for wait in steps.WAITS:
            send(database, how)
            row = mail(database)
            assert row.state == State.QUEUED
            expected = now() + wait * timedelta(minutes=1)
            assert abs(row.due - expected) < timedelta(seconds=20)
            with database.transaction() as session:
                session.execute(text("UPDATE outgoing_mail SET due = '2026-01-01 00:00:00.000000'"))
        send(database, how)
    assert (mail(database).state, mail(database).reason) == (State.FAILED, "451 4.2.1")


def test_a_server_that_is_away_costs_no_mail_an_attempt(database: Database, tmp_path: Path) -> None:
    queue(database, "a@x.example")
    with served(MailServer()) as server:
        send(database, settings(tmp_path, server, port=1))
        assert (mail(database).state, mail(database).attempts) == (State.QUEUED, 0)
        assert mail(database).reason == "connection"
        send(database, settings(tmp_path, server))
    assert (mail(database).state, mail(database).reason) == (State.SENT, "")


def test_a_server_that_refuses_the_sender_fails_nobody(database: Database, tmp_path: Path) -> None:
    queue(database, "a@x.example")
    with served(MailServer(faults={"": [Fault.NO_SENDER]})) as server:
        send(database, settings(tmp_path, server))
        assert (mail(database).state, mail(database).attempts) == (State.QUEUED, 0)
        assert mail(database).reason == "451 4.3.0"


def test_a_clock_that_was_a_month_ahead_keeps_no_mail_back(store: Database, tmp_path: Path) -> None:
    queue(store, "a@x.example")
    with store.transaction() as session:
        session.execute(text("UPDATE outgoing_mail SET due = '2099-01-01 00:00:00.000000'"))
    send(store, settings(tmp_path))
    assert mail(store).state == State.SENT


# -- what an organiser decides -----------------------------------------------------------------


def test_a_held_mail_is_sent_again_or_taken_for_sent(store: Database, tmp_path: Path) -> None:
    queue(store, "a@x.example", "b@x.example")
    faults = {f"{x}@x.example": [Fault.TAKE_AND_DROP] for x in "ab"}
    with served(MailServer(faults=faults)) as server:
        send(store, settings(tmp_path, server))
        first, second = (mail(store, f"{x}@x.example").key for x in "ab")
        with store.session() as session:
            told = operations.troubles(session, "round:1", 10)
        assert [(one.key, one.state) for one in told] == [(first, "held"), (second, "held")]
        with store.transaction() as session:
            assert not operations.consider_sent(session, "another topic", first)
            assert operations.consider_sent(session, "round:1", first)
            assert not operations.send_again(session, "round:1", first, now()), "decided already"
            assert operations.send_again(session, "round:1", second, now())
        send(store, settings(tmp_path, server))
    assert states(store) == {"a@x.example": "sent", "b@x.example": "sent"}
    assert server.per_address() == {"a@x.example": 1, "b@x.example": 2}
    assert mail(store).sealed is None


def test_what_is_queued_can_be_cancelled_and_nothing_else(store: Database, tmp_path: Path) -> None:
    queue(store, "a@x.example")
    send(store, settings(tmp_path))
    queue(store, "b@x.example", key="two")
    with store.transaction() as session:
        assert operations.cancel_queued(session, "round:1") == 1
    send(store, settings(tmp_path))
    assert states(store) == {"a@x.example": "sent", "b@x.example": "cancelled"}
    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_an_attempt_that_was_overtaken_ends_nothing(store: Database) -> None:
    queue(store, "a@x.example")
    with store.transaction() as session:
        slow = steps.claim(session, now())
    assert slow is not None
    with store.transaction() as session:
        assert steps.recover(session) == (1, 0)
    with store.transaction() as session:
        quick = steps.claim(session, now())
    assert quick is not None
    with pytest.raises(steps.Overtaken), store.transaction() as session:
        steps.hand_over(session, slow)
    with store.transaction() as session:
        steps.hand_over(session, quick)
        steps.sent(session, quick)
    assert mail(store).state == State.SENT


def test_the_truth_that_comes_late_settles_a_held_mail(store: Database) -> None:
    queue(store, "a@x.example")
    with store.transaction() as session:
        slow = steps.claim(session, now())
        assert slow is not None
        steps.hand_over(session, slow)
    with store.transaction() as session:
        assert steps.recover(session) == (0, 1)
    with store.transaction() as session:
        steps.sent(session, slow)
    assert mail(store).state == State.SENT
