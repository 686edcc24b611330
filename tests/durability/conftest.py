"""Servers for tests that only speak to them; each test takes doors of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.durability.checker import Verdict, check
from tests.durability.crowd import send
from tests.durability.flawed import program
from tests.durability.journal import Journal, Submission
from tests.durability.running import stored
from tests.durability.server import RUN, Server
from tests.durability.wire import Line, Reply
from tests.durability.world import World


@dataclass
class Site:
    """A running server, its world, and the journal of everybody who has spoken to it."""

    world: World
    server: Server
    journal: Journal

    def opened(self, door: str = "") -> Submission:
        """Somebody has opened a form (by a code of their own, unless a door is given)."""
        submission = self.world.submission(door or self.world.door())
        submission.key = self.line().get(submission.path).key
        assert submission.key, "the form must be shown"
        return submission

    def line(self) -> Line:
        """A connection of its own."""
        return Line(self.server.port)

    def send(self, submission: Submission) -> Reply:
        """Send once, and keep the journal."""
        self.journal.begin(submission)
        reply = send(self.line(), submission, self.journal)
        assert reply is not None
        return reply

    def send_at_once(self, submissions: Sequence[Submission]) -> list[Reply]:
        """Send all at the same moment, over a connection each."""
        barrier = threading.Barrier(len(submissions))
        replies: list[Reply] = []

        def one(submission: Submission) -> None:
            barrier.wait()
            replies.append(self.send(submission))

        threads = [threading.Thread(target=one, args=(each,)) for each in submissions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return replies

    def verdict(self) -> Verdict:
        """Hold the journal against the database."""
        return check(self.journal, stored(self.world))


def _site(folder: Path, *, flaw: str = "", open_link: bool = False) -> Iterator[Site]:
    world = World(folder / "data", codes=80, open_link=open_link)
    server = Server(world.config, program=program(flaw) if flaw else RUN)
    server.start()
    yield Site(world, server, Journal())
    server.stop()


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A round with sealed codes."""
    yield from _site(tmp_path_factory.mktemp("sealed"))


@pytest.fixture(scope="module")
def shared_link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A round with an open link: nothing but the key tells one respondent from another."""
    yield from _site(tmp_path_factory.mktemp("open"), open_link=True)


@pytest.fixture
def keyless(tmp_path: Path) -> Iterator[Site]:
    """A control: every sending is taken for a new one."""
    yield from _site(tmp_path, flaw="no_key", open_link=True)


@pytest.fixture
def careless(tmp_path: Path) -> Iterator[Site]:
    """A control: codes are never marked used."""
    yield from _site(tmp_path, flaw="codes_not_used_up")
