"""Somebody copies the files of a server that runs, and plays SQLite's journal back.

The journal holds each commit by itself. Between two of them one code becomes used and one response
is new: they belong together. https://www.sqlite.org/fileformat2.html, section 4.
"""

from __future__ import annotations

import queue
import resource
import sqlite3
import struct
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from surveyapp.db import Database
from surveyapp.fieldwork import codes
from surveyapp.journal import settle
from surveyapp.respond import operations as respond
from surveyapp.respond.models import Response
from tests.conftest import Demo, serving
from tests.journeys import Page
from tests.surveyapp.fielding import Hall

PEOPLE, CROWD = 20, 500
#: Bytes that the journal may hold under load where it is emptied; left alone it holds far more.
BOUND = 4_000_000
_HEADER, _FRAME = 32, 24
_WAIT_SECONDS = 30


@dataclass(frozen=True)
class Copies:
    """The bytes of the database and of its journal, taken while the server runs."""

    main: bytes
    journal: bytes

    @classmethod
    def of(cls, file: Path) -> Copies:
        beside = Path(f"{file}-wal")
        return cls(file.read_bytes(), beside.read_bytes() if beside.exists() else b"")

    def commits(self) -> Iterator[bytes]:
        """The database as it was, and as it was after each commit that the journal still holds.

        Frames of an earlier run (another salt) come first: they were written before.
        """
        size = struct.unpack(">I", self.journal[8:12])[0] if self.journal else 1
        image = bytearray(self.main)
        yield bytes(image)
        frames = [
            self.journal[at : at + _FRAME + size]
            for at in range(_HEADER, len(self.journal) - size, _FRAME + size)
        ]
        salt = self.journal[16:24]
        for frame in sorted(frames, key=lambda one: one[8:16] == salt):
            number, pages = struct.unpack(">II", frame[:8])
            end = number * size
            image.extend(bytes(max(0, end - len(image))))
            image[end - size : end] = frame[_FRAME:]
            if pages:
                yield bytes(image)

    def links(self, folder: Path) -> dict[bytes, bytes]:
        """Code and response that came with the same commit."""
        before, found = None, {}
        for image in self.commits():
            seen = _seen(image, folder)
            if seen and before:
                used, stored = seen[0] - before[0], seen[1] - before[1]
                if len(used) == len(stored) == 1:
                    found[used.pop()] = stored.pop()
            before = seen
        return found


def _seen(image: bytes, folder: Path) -> tuple[set[bytes], set[bytes]] | None:
    """The used codes and the responses of a database; None if it is none yet."""
    file = folder / "played.sqlite"
    # Bytes 18 and 19 say that there is a journal of this kind: here there is none.
    file.write_bytes(image[:18] + b"\1\1" + image[20:])
    with closing(sqlite3.connect(file)) as played:
        try:
            used = played.execute("SELECT code_hash FROM invitation WHERE used").fetchall()
            stored = played.execute("SELECT key FROM response").fetchall()
        except sqlite3.DatabaseError:
            return None
    return {one for (one,) in used}, {one for (one,) in stored}


def _everybody_answers(hall: Hall) -> dict[bytes, bytes]:
    truth = {}
    for code in hall.codes:
        key = respond.new_submission_key()
        hall.send(code, key)
        digest = codes.digest(code)
        assert digest is not None
        truth[digest] = respond.response_key(key)
    return truth


def _found(copies: Copies, truth: dict[bytes, bytes], folder: Path) -> int:
    return sum(truth.get(code) == key for code, key in copies.links(folder).items())


def _wait_until_empty(file: Path) -> None:
    beside, until = Path(f"{file}-wal"), time.monotonic() + _WAIT_SECONDS
    while beside.exists() and beside.stat().st_size:
        assert time.monotonic() < until, "the journal is never emptied"
        time.sleep(0.1)


@pytest.fixture
def file(database: Database) -> Path:
    return Path(database.engine.url.database or "")


@pytest.fixture
def hall(database: Database) -> Hall:
    made = Hall(database, {"canteen": PEOPLE})
    settle(database.engine)
    return made


def test_copied_files_of_a_running_server_link_nobody(
    hall: Hall, file: Path, tmp_path: Path
) -> None:
    hall.database.keep_settled()
    truth = _everybody_answers(hall)
    _wait_until_empty(file)
    stolen = Copies.of(file)
    seen = _seen(stolen.main, tmp_path)
    assert seen == (set(truth), set(truth.values())), "all of it was there to be stolen"
    assert _found(stolen, truth, tmp_path) == 0


def test_control_with_its_journal_left_alone_nearly_everybody_is_linked(
    hall: Hall, file: Path, tmp_path: Path
) -> None:
    truth = _everybody_answers(hall)
    assert _found(Copies.of(file), truth, tmp_path) >= PEOPLE - 2


def test_a_reader_in_the_way_delays_it_and_does_not_prevent_it(hall: Hall, file: Path) -> None:
    hall.database.keep_settled()
    with hall.database.session() as reading:
        reading.connection().exec_driver_sql("SELECT count(*) FROM response").all()
        hall.send(hall.codes[0], respond.new_submission_key())
        assert not settle(hall.database.engine, patience_ms=50), "control: the reader is in the way"
        assert Path(f"{file}-wal").stat().st_size
    _wait_until_empty(file)


def test_what_an_earlier_process_left_is_emptied_at_the_start(hall: Hall, file: Path) -> None:
    hall.send(hall.codes[0], respond.new_submission_key())
    assert Path(f"{file}-wal").stat().st_size, "control: something is left"
    hall.database.keep_settled()
    _wait_until_empty(file)


def test_the_thread_ends_with_the_database(database: Database) -> None:
    database.keep_settled()
    emptier = database.emptier
    assert emptier is not None
    assert emptier.is_alive()
    database.dispose()
    assert not emptier.is_alive()


def test_the_server_that_surveyapp_run_starts_empties_its_journal(demo: Demo) -> None:
    """In a worker of its own, while it goes on serving."""
    file = Path(demo.config.data) / "surveyapp.sqlite"
    assert file.exists()
    code = demo.unused_codes["t01"][0]
    with serving(demo.config) as (address, server):
        door = f"{address}/s/{code}"
        with urllib.request.urlopen(door, timeout=30) as answer:
            page = Page(answer.read().decode())
        filled = dict(page.controls)
        for name, offered in page.offered.items():
            filled[name] = ["4" if "4" in offered else offered[0]]
        filled["_action"] = ["send"]
        with urllib.request.urlopen(door, urlencode(filled, True).encode(), timeout=30) as answer:
            assert b"_key" not in answer.read(), "the receipt"
        _wait_until_empty(file)
        assert server.poll() is None


class Load:
    """People who look and send all the time, in threads of one process, for as long as it takes."""

    LOOKING, SENDING = 4, 2

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._codes = queue.SimpleQueue[str]()
        for code in hall.codes:
            self._codes.put(code)
        self._enough = threading.Event()
        self.sizes: list[int] = []

    def run(self, file: Path, watch: Callable[[int], None]) -> None:
        """Let them all go until every code is used, and note how long the journal is meanwhile."""
        threads = [threading.Thread(target=self._look) for _ in range(self.LOOKING)]
        threads += [threading.Thread(target=self._send) for _ in range(self.SENDING)]
        for thread in threads:
            thread.start()
        while not self._codes.empty():
            self.sizes.append(Path(f"{file}-wal").stat().st_size)
            watch(len(self.sizes))
            time.sleep(0.02)
        self._enough.set()
        for thread in threads:
            thread.join()

    def _look(self) -> None:
        while not self._enough.is_set():
            with self._hall.database.session() as reading:
                reading.scalar(select(func.count()).select_from(Response))
                time.sleep(0.005)  # at any moment several are reading

    def _send(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._hall.send(self._codes.get_nowait(), respond.new_submission_key())


def _settled(database: Database) -> None:
    """As the server does it, only more often: so a test need not take a minute."""
    while not settle(database.engine, patience_ms=100):
        pass


@pytest.fixture
def village(database: Database) -> Hall:
    made = Hall(database, {"canteen": CROWD})
    settle(database.engine)
    return made


def test_under_steady_load_the_journal_is_emptied_again_and_again(
    village: Hall, file: Path
) -> None:
    """Somebody reads and somebody writes at any moment; it gets its turn all the same."""
    load, emptied = Load(village), []

    def watch(look: int) -> None:
        if look % 5 == 0:
            _settled(village.database)
            emptied.append(look)

    load.run(file, watch)
    assert len(emptied) >= 3, "control: the load lasted"
    assert max(load.sizes) < BOUND


def test_control_left_alone_the_journal_of_the_same_load_grows(village: Hall, file: Path) -> None:
    load = Load(village)
    with village.database.session() as reading:  # SQLite itself begins it anew when nobody reads
        reading.scalar(select(func.count()).select_from(Response))
        load.run(file, lambda _look: None)
    assert max(load.sizes) > BOUND


def _everybody_sends(hall: Hall, codes: list[str], why: str) -> None:
    with hall.database.session() as reading:  # what is written stays in the journal
        reading.scalar(select(func.count()).select_from(Response))
        for code in codes:
            hall.send(code, respond.new_submission_key(), why=why)


def test_a_full_disk_delays_it_and_no_more(hall: Hall, file: Path) -> None:
    """Space comes back, and with the next turn the journal is gone."""
    hall.database.keep_settled()
    hall.send(hall.codes[0], respond.new_submission_key())
    _wait_until_empty(file)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, before[1]))
    try:
        with pytest.raises(DBAPIError):
            _everybody_sends(hall, hall.codes[1:-1], "x" * 2000)
        assert Path(f"{file}-wal").stat().st_size, "control: something is left"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    _wait_until_empty(file)
    assert hall.send(hall.codes[-1], respond.new_submission_key()).code
