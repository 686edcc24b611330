"""Counting how often forms are opened, without writing anything while one is.

Whoever looks at a form must not wait for a writer. So openings are counted in memory, by group and
day, and written together a moment later. A count is not worth a form: one that is lost because the
machine goes down, or that cannot be written, is not missed.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import Counter
from datetime import date

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from surveyapp.db import Database
from surveyapp.fieldwork import tally

#: Seconds after which counted openings are written.
DELAY = 2.0
_EXTENSION = "surveyapp.openings"
_log = logging.getLogger("surveyapp")


class Openings:
    """The openings that are counted and not written yet, in this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._counted: Counter[tuple[int, date]] = Counter()
        self._waiting: threading.Timer | None = None

    def count(self, group: int, day: date) -> None:
        """Count that the form of a group was shown."""
        with self._lock:
            self._counted[group, day] += 1
            if self._waiting is None:
                self._waiting = threading.Timer(DELAY, self.write)
                self._waiting.daemon = True
                self._waiting.start()

    def write(self) -> None:
        """Write what has been counted; whoever comes meanwhile waits until it is written."""
        with self._writing:
            with self._lock:
                counted, self._counted, self._waiting = self._counted, Counter(), None
            try:
                self._store(counted)
            except DBAPIError as error:
                _log.warning("openings were not counted: %s", type(error).__name__)

    def _store(self, counted: Counter[tuple[int, date]]) -> None:
        if counted:
            with self._database.transaction() as writing:
                for (group, day), times in sorted(counted.items()):
                    tally.count_openings(writing, group, day, times)


def init_app(app: Flask, database: Database) -> None:
    """Let ``app`` count openings, and write what is left when the process ends."""
    made = app.extensions[_EXTENSION] = Openings(database)
    atexit.register(made.write)


def count(group: int, day: date) -> None:
    """Count that the current application has shown the form of a group."""
    of(current_app).count(group, day)


def of(app: Flask) -> Openings:
    """Return the openings that an application has counted."""
    found: Openings = app.extensions[_EXTENSION]
    return found
