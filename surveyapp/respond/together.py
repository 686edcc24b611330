"""Submissions that come at the same time wait in a line, and whoever is first writes for all.

While one transaction is made safe on the disk, others come, and one by one each would wait for all
before it. Together they take one turn, one mixing and one commit, and none is told that it is
stored before that. SQLite has one writer at a time, so a process has one line. PostgreSQL has many,
who wait for each other group by group: there each group has its own line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Lock

from flask import Flask, current_app
from sqlalchemy.exc import IntegrityError

from surveyapp.db import Database
from surveyapp.respond import storing
from surveyapp.respond.errors import KeyReused
from surveyapp.respond.operations import Receipt, Submission

_EXTENSION = "surveyapp.together"
#: The line of all groups.
_ALL = 0


class Abandoned(RuntimeError):
    """Whoever was writing for others was made to end: nobody knows what was stored."""


@dataclass(eq=False, slots=True)
class _Place:
    """A submission in the line, and what came of it; nothing, and it is called: it is the first."""

    sent: Submission
    outcome: storing.Outcome | Exception | None = None
    called: Event = field(default_factory=Event)


class Together:
    """The lines of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lines: dict[int, Line] = {}

    def accept(self, sent: Submission) -> Receipt:
        """Store one submission; return its receipt when it is committed.

        Raises a SubmissionError, or what the database raised.
        """
        which = _ALL if self._database.one_writer else sent.group_id
        return self._lines.setdefault(which, Line(self._database)).accept(sent)


class Line:
    """One line."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._waiting: list[_Place] = []
        self._writing = False

    def accept(self, sent: Submission) -> Receipt:
        """Wait for the submission to be stored, or store it and all others that wait."""
        own = _Place(sent)
        with self._lock:
            self._waiting.append(own)
            first, self._writing = not self._writing, True
        if not first:
            own.called.wait()
        if own.outcome is None:
            self._lead(own)
        if not isinstance(own.outcome, Receipt):
            assert own.outcome is not None
            raise own.outcome
        return own.outcome

    def _lead(self, own: _Place) -> None:
        """Write for all who wait, until the own submission is among them."""
        try:
            while own.outcome is None:
                self._write()
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._writing = following is not None
            if following is not None:
                following.called.set()

    def _write(self) -> None:
        taken: list[_Place] = []
        try:
            with self._database.writing() as link:
                taken = self._take()  # not before it is our turn: until then more come
                outcomes = storing.accept(link, [one.sent for one in taken])
            _tell(taken, outcomes)
        except Exception as error:
            if taken:  # it may be the fault of one of them
                _tell(taken, [self._alone(one.sent) for one in taken])
            else:  # nobody is let in: not one after the other has to find that out
                taken = self._take()
                _tell(taken, [error] * len(taken))
        finally:
            left = [one for one in taken if one.outcome is None]
            _tell(left, [Abandoned() for _ in left])

    def _alone(self, sent: Submission) -> storing.Outcome | Exception:
        try:
            with self._database.writing() as link:
                (outcome,) = storing.accept(link, [sent])
        except IntegrityError:  # this key has been stored with another code
            return KeyReused()
        except Exception as error:  # told to whoever sent it
            return error
        return outcome

    def _take(self) -> list[_Place]:
        """Take those out of the line who can be written together: whoever is first is among them.

        Each with a door and a key of their own, so that none is in the way of another.
        """
        with self._lock:
            first, *others = self._waiting
            taken, seen = [first], _marks(first.sent)
            for one in others if first.sent.plain else ():
                if one.sent.plain and not seen & _marks(one.sent):
                    taken.append(one)
                    seen |= _marks(one.sent)
            self._waiting = [one for one in self._waiting if one not in taken]
        return taken


def _tell(places: list[_Place], outcomes: Sequence[storing.Outcome | Exception]) -> None:
    """Tell each what came of it."""
    for place, outcome in zip(places, outcomes, strict=True):
        place.outcome = outcome
        place.called.set()


def _marks(sent: Submission) -> frozenset[bytes]:
    """Return what no other submission in the same transaction may have."""
    return frozenset({sent.key, sent.opened.invited.code_hash or sent.key})


def init_app(app: Flask, database: Database) -> None:
    """Give ``app`` its lines."""
    app.extensions[_EXTENSION] = Together(database)


def accept(sent: Submission) -> Receipt:
    """Store one submission in a line of the current application; see ``Together``."""
    found: Together = current_app.extensions[_EXTENSION]
    return found.accept(sent)
