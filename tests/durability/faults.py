"""The faults, each with the flaw that its control has: a product that must not survive it."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from tests.durability.disk import Disk
from tests.durability.journal import Journal
from tests.durability.postgres import Cluster
from tests.durability.proxy import SwallowingProxy
from tests.durability.server import Server
from tests.durability.world import World

_DAY = 86_400


class Fault:
    """Something that happens to a running server, again and again.

    ``flaw``: what is wrong with the control, a name in ``flawed.FLAWS``. ``symptoms``: what the
    checker must then find, any of these. ``few``: how often it happens in a short run.
    """

    flaw = ""
    symptoms: tuple[str, ...] = ("lost",)
    few = 1
    open_link = False

    def __init__(self, folder: Path, chance: random.Random, *, control: bool) -> None:
        self._folder, self._chance, self._control = folder, chance, control

    @contextmanager
    def prepared(self) -> Iterator[str]:
        """Prepare what the fault needs; gives the database URL, empty for an SQLite file."""
        yield ""

    def environment(self, world: World) -> Mapping[str, str]:
        """What the processes of the server must know."""
        return {}

    @contextmanager
    def port(self, server: Server) -> Iterator[int]:
        """Where respondents find the server."""
        yield server.port

    def strike(self, server: Server, journal: Journal) -> None:
        """Let it happen once, and come back when the server answers again."""
        raise NotImplementedError


class ServerKilled(Fault):
    """kill -9 of all processes of the server, under load."""

    flaw = "queue_in_memory"

    def strike(self, server: Server, journal: Journal) -> None:
        server.kill()
        server.start()


class PostgresKilled(Fault):
    """kill -9 of the postmaster and its backends, under load; control: synchronous_commit=off."""

    @contextmanager
    def prepared(self) -> Iterator[str]:
        with Cluster() as self._cluster:
            yield self._cluster.database("durable")

    def environment(self, world: World) -> Mapping[str, str]:
        if self._control:
            self._cluster.be_lazy()
        return {}

    def strike(self, server: Server, journal: Journal) -> None:
        self._cluster.kill()
        time.sleep(self._chance.uniform(0, 0.3))
        self._cluster.restart()


class PowerCut(Fault):
    """All processes gone and everything lost that was not synced (SQLite)."""

    flaw = "no_sync"

    def environment(self, world: World) -> Mapping[str, str]:
        image = self._folder / "durable"
        self._disk = Disk(world.config.data, image)
        return {"DURABILITY_DISK": str(image)}

    def strike(self, server: Server, journal: Journal) -> None:
        server.kill()
        self._disk.lose_power(self._chance)
        server.start()


class DiskFull(Fault):
    """No file can grow, nor be written beyond its first 33 KB, until several submissions failed.

    Then there is space again. The limit is the processes' own (RLIMIT_FSIZE), so the error is EFBIG
    where a full disk gives ENOSPC: it needs no privilege and harms nobody else.
    """

    flaw = "errors_ignored"
    few = 2
    #: The shared memory of SQLite's journal is a file too, of 32 KiB.
    _size = 33_000
    _failures = 5
    _most_seconds = 20

    def strike(self, server: Server, journal: Journal) -> None:
        server.limit_files(self._size)
        if self._control:
            time.sleep(1)  # nobody is told of a failure
        else:
            self._fail(journal)
        server.limit_files(None)

    def _fail(self, journal: Journal) -> None:
        wanted, until = journal.in_doubt + self._failures, time.monotonic() + self._most_seconds
        while journal.in_doubt < wanted:
            assert time.monotonic() < until, "the disk is full, and nothing failed"
            time.sleep(0.02)


class ClockJump(Fault):
    """The server's clock jumps: a day ahead, a day back, to 1970, and right again."""

    flaw = "sessions_that_expire"
    symptoms = ("turned_away",)
    few = 4

    def environment(self, world: World) -> Mapping[str, str]:
        self._file = self._folder / "offset"
        self._file.write_text("0")
        self._offsets = cycle((_DAY, -_DAY, -int(time.time()), 0))
        return {"DURABILITY_CLOCK": str(self._file)}

    def strike(self, server: Server, journal: Journal) -> None:
        replacement = self._file.with_suffix(".new")
        replacement.write_text(str(next(self._offsets)))
        replacement.replace(self._file)


class RepliesLost(Fault):
    """Answers get lost on their way after the server has committed. An open link: no code helps."""

    flaw = "no_key"
    symptoms = ("twice",)
    few = 5
    open_link = True

    @contextmanager
    def port(self, server: Server) -> Iterator[int]:
        with SwallowingProxy(server.port) as self._proxy:
            yield self._proxy.port

    def strike(self, server: Server, journal: Journal) -> None:
        self._proxy.drop(self._chance.randint(1, 6))


FAULTS = (ServerKilled, PostgresKilled, PowerCut, DiskFull, ClockJump, RepliesLost)
