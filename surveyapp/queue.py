"""Writers to one SQLite file queue for it, in whatever thread and process they are.

SQLite's own way is to sleep and look again, up to 100 ms at a time: under load most of the time
nobody writes, and some wait for seconds. Here the threads of a process wake each other, and one of
each process looks again and again, without long pauses, whether a lock of the kernel is free, which
is forgotten when a process dies. All this is for order only: what keeps writers apart is SQLite's
own lock, and whoever has waited too long for a turn tries that.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

_PLACE = "surveyapp_queue"
#: Seconds that one waits for a turn, and between two looks.
PATIENCE, _LOOK = 5.0, 0.0005


class Place:
    """The place of one connection in the queue for its file."""

    def __init__(self, file: str, here: threading.Lock) -> None:
        # Opened beforehand: on a full disk, or with no file left to open, this could fail.
        self._door = os.open(file, os.O_CREAT | os.O_WRONLY, 0o600)
        self._here = here
        self._first = self._inside = False

    def join(self) -> None:
        """Wait until it is this connection's turn, which lasts until it leaves."""
        until = time.monotonic() + PATIENCE
        self._first = self._first or self._here.acquire(timeout=PATIENCE)
        while self._first and not self._inside and time.monotonic() < until:
            self._inside = self._entered()
            if not self._inside:
                time.sleep(_LOOK)

    def leave(self) -> None:
        """Let the next one have its turn, if this one has it."""
        if self._inside:
            fcntl.flock(self._door, fcntl.LOCK_UN)
            self._inside = False
        if self._first:
            self._first = False
            self._here.release()

    def close(self) -> None:
        """Leave for good."""
        self.leave()
        os.close(self._door)

    def _entered(self) -> bool:
        try:
            fcntl.flock(self._door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def attach(engine: Engine) -> None:
    """Give each connection to the engine's file a place, which it leaves when it is given back."""
    if engine.url.database in (None, "", ":memory:"):
        return  # nobody else can write there
    here, file = threading.Lock(), f"{engine.url.database}-queue"

    def come(_connection: Any, record: Any) -> None:
        record.info[_PLACE] = Place(file, here)

    event.listen(engine, "connect", come)
    event.listen(engine, "checkin", _with_place(Place.leave))
    event.listen(engine, "close", _with_place(Place.close))


def place_of(connection: Any) -> Place | None:
    """Return the place of a connection from the pool; None where nobody queues."""
    found: Place | None = connection.info.get(_PLACE)
    return found


def _with_place(do: Callable[[Place], None]) -> Callable[[Any, Any], None]:
    def listen(_connection: Any, record: Any) -> None:
        if (place := place_of(record)) is not None:
            do(place)

    return listen
