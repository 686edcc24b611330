"""Emptying SQLite's journal while the server runs: it is a history of who came with which answers.

In WAL mode every commit is appended to a file beside the database and stays there until about a
thousand pages have come together. Whoever copies the two files could go through the last commits
one by one, and each shows one code that was used and one response that was new. So every process
of the server brings the journal into the database and cuts it to nothing right after a commit.

What is left to see is what one look at the database shows: not the order in which it came to be.
Somebody who looks again and again while answers come, and compares, is not kept from anything.
"""

from __future__ import annotations

import logging
import threading

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from surveyapp import queue

#: Seconds between two times of emptying: the most that a copy can show of what has just happened.
PAUSE = 1.0
#: Milliseconds that readers are waited for, and writers with them: doubled as long as it fails.
_PATIENCE_MS, _LONGEST_MS = 100, 2000
_log = logging.getLogger("surveyapp")


def settle(engine: Engine, patience_ms: int = _LONGEST_MS) -> bool:
    """Bring SQLite's journal into the file and empty it; False while somebody still reads in it.

    Most of it is copied while others write. For the rest it takes its turn in the writers' queue:
    otherwise somebody writes all the time, and it is never empty.
    """
    if engine.dialect.name != "sqlite":
        return True
    # Not a session: a checkpoint cannot run inside a transaction.
    borrowed = engine.raw_connection()
    try:
        cursor = borrowed.cursor()
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={patience_ms}")
        place = queue.place_of(borrowed)
        if place is not None:
            place.join()
        try:
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout={before}")
        return not busy
    finally:
        borrowed.close()  # which ends its turn too


class Emptier:
    """A thread that empties the journal whenever something was committed; it ends with the process.

    At once when nothing happened for a second, else once a second, and again while readers are in
    the way. Who commits does not wait for it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stirred = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier process may have left behind."""
        self.stir()
        self._thread.start()

    def stir(self) -> None:
        """Say that something was committed."""
        self._stirred.set()

    def end(self) -> None:
        """Stop, when the checkpoint under way is done."""
        self._ended.set()
        self.stir()
        self._thread.join()

    def is_alive(self) -> bool:
        """Say whether it is at work."""
        return self._thread.is_alive()

    def _work(self) -> None:
        patience = _PATIENCE_MS
        while not self._ended.is_set():
            self._stirred.wait()
            # Before the work: what is committed meanwhile asks for another turn.
            self._stirred.clear()
            if self._emptied(patience):
                patience = _PATIENCE_MS
            else:
                patience = min(2 * patience, _LONGEST_MS)
                self._stirred.set()
            self._ended.wait(PAUSE)

    def _emptied(self, patience_ms: int) -> bool:
        try:
            return settle(self._engine, patience_ms)
        except DBAPIError as error:
            _log.warning("the journal was not emptied: %s", type(error).__name__)
        except self._engine.dialect.loaded_dbapi.Error as error:
            # A connection that is used directly raises the driver's own errors.
            if "locked" not in str(error):
                _log.warning("the journal was not emptied: %s", type(error).__name__)
        return False
