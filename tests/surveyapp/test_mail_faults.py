"""Nobody gets two, nobody is skipped: workers that are killed, servers that misbehave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from surveyapp.config import Config
from surveyapp.db import Database, now
from surveyapp.mail import operations, steps
from surveyapp.mail.lock import lock_for
from surveyapp.mail.models import OutgoingMail, State
from surveyapp.mail.operations import Addressed
from surveyapp.mail.sealing import Seal
from surveyapp.mail.templates import Template
from tests.mail_server import DOUBTFUL, Fault, MailServer, served
from tests.surveyapp.mailing import house

MANY = 200
KILLS = (17, 60, 61, 120, 180)
ROUGH = (Fault.NO_SENDER, Fault.LATER, Fault.LATER_AT_END, Fault.DROP_AT_RCPT, *DOUBTFUL)
WORDS = {"en": Template("s", "{link}")}
WORK = (sys.executable, "-m", "surveyapp", "mail", "work")

# What a worker is without any of our care: it sends, then notes it.
SENDS_THEN_NOTES = """
import smtplib, sys
from sqlalchemy import select, update
from surveyapp.db import Database
from surveyapp.mail.models import OutgoingMail

database = Database(sys.argv[1])
queued = OutgoingMail.state == "queued"
while True:
    with database.session() as session:
        address = session.scalar(select(OutgoingMail.address).where(queued).limit(1))
    if address is None:
        break
    ours = update(OutgoingMail).where(OutgoingMail.address == address)
    done = ours.values(state="sent", sealed=None)
    {note_first}
    with smtplib.SMTP("127.0.0.1", int(sys.argv[2])) as server:
        server.sendmail("a@x.example", [address], "Subject: s\\r\\n\\r\\nbody")
    {note_last}
"""
NOTE = "with database.transaction() as session: session.execute(done)"
DOUBLES = SENDS_THEN_NOTES.format(note_first="", note_last=NOTE)
SKIPS = SENDS_THEN_NOTES.format(note_first=NOTE, note_last="")


def addresses(count: int) -> list[str]:
    return [f"p{number}@x.example" for number in range(count)]


def queue(database: Database, config: Config, count: int) -> None:
    mails = [Addressed(f"person:{one}", one, "en", {"link": "x"}) for one in addresses(count)]
    with database.transaction() as session:
        operations.enqueue(
            session, Seal(config.secret_key()), key="k", unit_id=house(session), topic="round:1",
            kind="invitation", templates=WORDS, mails=mails, now=now(),
        )  # fmt: skip


def in_state(database: Database, *wanted: State) -> set[str]:
    with database.session() as session:
        return set(
            session.scalars(select(OutgoingMail.address).where(OutgoingMail.state.in_(wanted)))
        )


def waiting(database: Database) -> int:
    under_way = (State.QUEUED, State.CLAIMED, State.HANDED_OVER)
    with database.session() as session:
        return session.scalar(
            select(func.count()).where(OutgoingMail.state.in_(under_way))
        ) or 0  # fmt: skip


@contextmanager
def working(
    config: Config, server: MailServer, *options: str, per_minute: int = 0
) -> Iterator[subprocess.Popen[bytes]]:
    """`surveyapp mail work` as a process of its own."""
    environment = os.environ | {
        "SURVEYAPP_DATA": str(config.data),
        "SURVEYAPP_MAIL_HOST": "127.0.0.1",
        "SURVEYAPP_MAIL_PORT": str(server.port),
        "SURVEYAPP_MAIL_TLS": "none",
        "SURVEYAPP_MAIL_PER_MINUTE": str(per_minute),
        "SURVEYAPP_MAIL_RETRY_SECONDS": "0",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = subprocess.Popen(
        [*WORK, *options], env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


class Killer:
    """Kills the worker with -9 when so many mails are taken, before the server's answer."""

    def __init__(self, kills: tuple[int, ...]) -> None:
        self.kills = set(kills)
        self.process: subprocess.Popen[bytes] | None = None
        self.killed = 0
        self._lock = threading.Lock()

    def __call__(self, taken: int) -> None:
        with self._lock:
            if taken in self.kills and self.process is not None:
                self.kills.discard(taken)
                self.process.send_signal(signal.SIGKILL)
                self.process.wait(10)
                self.killed += 1


def until(done: object, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end, "it does not come to an end"
        time.sleep(0.05)


def test_killed_in_the_middle_and_started_again_everybody_has_one_mail(
    database: Database, config: Config
) -> None:
    """The server drops connections, refuses for now, and answers nonsense meanwhile."""
    queue(database, config, MANY)
    killer = Killer(KILLS)
    rough = MailServer(moods=ROUGH, mood_share=0.03, on_taken=killer)
    with served(rough) as server:
        while waiting(database):
            with working(config, server) as process:
                killer.process = process
                until(lambda p=process: p.poll() is not None or not waiting(database))
    assert killer.killed == len(KILLS), "control: the worker was killed"
    assert all(rough.struck[fault] for fault in (Fault.LATER, Fault.DROP_AT_RCPT)), "control"

    sent, held = in_state(database, State.SENT), in_state(database, State.HELD)
    assert sent | held == set(addresses(MANY)), "nobody is skipped"
    taken = rough.per_address()
    assert {taken[address] for address in sent} == {1}, "nobody gets two"
    assert all(taken[address] <= 1 for address in held)
    # One mail at most is in doubt for each crash, and for each answer that never came.
    assert len(held) <= killer.killed + sum(rough.struck[fault] for fault in DOUBTFUL)

    # The organiser settles the doubtful ones, here with the knowledge of who got theirs.
    with database.transaction() as session:
        for one in operations.troubles(session, "round:1", MANY):
            if taken[one.address]:
                assert operations.consider_sent(session, "round:1", one.key)
            else:
                assert operations.send_again(session, "round:1", one.key, now())
    rough.moods = ()
    with served(rough) as server, working(config, server, "--once") as process:
        assert process.wait(30) == 0
    assert rough.per_address() == dict.fromkeys(addresses(MANY), 1)
    assert in_state(database, State.SENT) == set(addresses(MANY))


def test_a_crash_before_the_end_of_a_mail_leaves_no_doubt(
    database: Database, config: Config
) -> None:
    """What no server has been told to the end is simply sent again."""
    queue(database, config, 1)
    with database.transaction() as session:
        assert steps.claim(session, now()) is not None  # and here the worker dies
    assert in_state(database, State.CLAIMED)
    with served(MailServer()) as server, working(config, server, "--once") as process:
        assert process.wait(30) == 0
    assert server.per_address() == {"p0@x.example": 1}
    assert in_state(database, State.SENT)


@pytest.mark.parametrize(("worker", "fate"), [(DOUBLES, 2), (SKIPS, 0)])
def test_control_a_worker_without_this_care_fails_the_same_test(
    database: Database, config: Config, worker: str, fate: int
) -> None:
    """Noting after sending gives somebody two; noting before gives somebody none."""
    queue(database, config, 20)
    killer = Killer((7,))
    faults = {"p3@x.example": [Fault.DROP_AT_END]} if fate == 0 else {}
    with served(MailServer(on_taken=killer, faults=faults)) as server:
        while in_state(database, State.QUEUED):
            process = subprocess.Popen(
                [sys.executable, "-c", worker, str(database.engine.url), str(server.port)],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
                stderr=subprocess.DEVNULL,
            )
            killer.process = process
            process.wait(60)
    per_address = server.per_address()
    assert fate in {per_address[address] for address in addresses(20)}
    assert in_state(database, State.SENT) == set(addresses(20)), "and its records show nothing"


def test_several_workers_at_once_send_no_mail_twice(database: Database, config: Config) -> None:
    """One is in charge; whichever is killed, the mails go out once."""
    queue(database, config, MANY)
    killer = Killer((50,))
    with (
        served(MailServer(on_taken=killer)) as server,
        working(config, server) as first,
        working(config, server) as second,
        working(config, server) as third,
    ):
        killer.process = first
        until(lambda: killer.killed)
        second.kill()
        until(lambda: not waiting(database))
        assert third.poll() is None
    taken = server.per_address()
    assert max(taken.values()) == 1
    assert set(taken) == set(addresses(MANY))
    assert len(in_state(database, State.HELD)) <= 2


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_claims_of_several_workers_never_meet(kind: str, request: pytest.FixtureRequest) -> None:
    """Even without the lock: a row is claimed once."""
    name = "database" if kind == "sqlite" else "postgresql"
    store: Database = request.getfixturevalue(name)
    queue(store, request.getfixturevalue("config"), 40)
    claimed: list[str] = []

    def claim_all() -> None:
        while True:
            with store.transaction() as session:
                mail = steps.claim(session, now())
            if mail is None:
                return
            claimed.append(mail.key)

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 40


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_lock_has_one_holder_and_dies_with_it(
    kind: str, request: pytest.FixtureRequest
) -> None:
    store: Database = request.getfixturevalue("database" if kind == "sqlite" else "postgresql")
    first, second = lock_for(store.engine), lock_for(store.engine)
    assert first.acquire()
    assert first.acquire(), "the holder keeps it"
    assert not second.acquire()
    assert not second.still_held()
    first.release()
    assert second.acquire()
    second.release()


def test_told_to_stop_a_worker_finishes_the_mail_in_hand(
    database: Database, config: Config
) -> None:
    queue(database, config, MANY)
    stopped = threading.Event()

    with served(MailServer()) as server, working(config, server) as process:

        def ask_to_stop(taken: int) -> None:
            if taken == 5:
                process.send_signal(signal.SIGTERM)
                stopped.wait(0.3)

        server.on_taken = ask_to_stop
        assert process.wait(30) == 0
    assert len(server.taken) < MANY, "control: it was stopped in the middle"
    assert in_state(database, State.SENT) == set(server.per_address())
    assert not in_state(database, State.HELD, State.CLAIMED, State.HANDED_OVER)


def test_the_worker_of_a_server_that_died_stops_too(database: Database, config: Config) -> None:
    with served(MailServer()) as server, working(config, server, "--until-stdin-ends") as process:
        assert process.stdin is not None
        time.sleep(1)
        assert process.poll() is None, "control: it works as long as its standard input is open"
        process.stdin.close()
        process.stdin = None
        assert process.wait(30) == 0


def test_the_pace_that_the_server_wants_is_kept(database: Database, config: Config) -> None:
    """120 in a minute: half a second between two."""
    queue(database, config, 3)
    moments: list[float] = []
    with (
        served(MailServer(on_taken=lambda _: moments.append(time.monotonic()))) as server,
        working(config, server, "--once", per_minute=120) as process,
    ):
        assert process.wait(30) == 0
    first, second, third = moments
    assert min(second - first, third - second) > 0.45


def test_a_mail_in_doubt_is_never_sent_again_by_itself(database: Database, config: Config) -> None:
    queue(database, config, 1)
    with database.transaction() as session:
        session.execute(update(OutgoingMail).values(state=State.HANDED_OVER, claim="x"))
    with served(MailServer()) as server, working(config, server, "--once") as process:
        assert process.wait(30) == 0
    assert server.taken == []
    assert in_state(database, State.HELD) == {"p0@x.example"}


def test_mail_files_are_complete_or_absent(config: Config, database: Database) -> None:
    queue(database, config, 5)
    environment = os.environ | {
        "SURVEYAPP_DATA": str(config.data),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run([*WORK, "--once"], env=environment, check=True, timeout=60)
    files = sorted(Path(config.data, "mail").iterdir())
    assert len(files) == 5
    assert all(file.suffix == ".eml" for file in files)
