"""Many respondents at once. Each keeps what was typed, and sends it until a receipt is shown."""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Iterable

from surveyapp.respond.operations import new_submission_key
from tests.durability.journal import Journal, Submission
from tests.durability.wire import BROKEN, Line, Reply

#: 429 is a no for now. What leaves doubt is tried again without end; so is this.
_LATER = 429
_PAUSE = 0.05
#: So many in a hundred fetch the form first; the others have had it open for a while.
_FETCH_FIRST = 10
#: So many in a hundred send again what has been acknowledged, and must see the same receipt.
_SEND_AGAIN = 5


def send(line: Line, submission: Submission, journal: Journal) -> Reply | None:
    """Send once and write down what came of it; None: no answer came."""
    fields = {**submission.answers, "_key": submission.key, "_action": "send"}
    journal.attempt(submission)
    try:
        reply = line.post(submission.path, fields)
    except ConnectionRefusedError:
        return None  # nobody took it: it cannot be stored
    except BROKEN:
        journal.doubt(submission)
        return None
    if reply.receipt:
        journal.acknowledge(submission, reply.receipt)
    elif reply.status >= 500:
        journal.doubt(submission)
    elif reply.status != _LATER:
        journal.refuse(submission, reply.status)
    return reply


class Crowd:
    """Threads that send submissions from one queue to a port until all are settled.

    ``patience``: seconds after which what is not settled is given up, so that no run is endless.
    """

    def __init__(
        self,
        port: int,
        journal: Journal,
        submissions: Iterable[Submission],
        *,
        clients: int = 8,
        patience: float = 60,
        seed: int = 1,
    ) -> None:
        self.journal = journal
        self._port = port
        self._until = time.monotonic() + patience
        self._waiting: queue.SimpleQueue[Submission] = queue.SimpleQueue()
        for submission in submissions:
            self._waiting.put(submission)
        self._threads = [
            threading.Thread(target=self._work, args=(random.Random(f"{seed}-{number}"),))  # noqa: S311
            for number in range(clients)
        ]

    def start(self) -> None:
        """Let everybody begin."""
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> bool:
        """Say whether somebody is still sending."""
        return any(thread.is_alive() for thread in self._threads)

    def join(self) -> None:
        """Wait until everything is settled or patience is at its end."""
        for thread in self._threads:
            thread.join()

    def _work(self, chance: random.Random) -> None:
        line = Line(self._port)
        while time.monotonic() < self._until:
            try:
                submission = self._waiting.get_nowait()
            except queue.Empty:
                break
            self._settle(line, submission, chance)
        line.close()

    def _settle(self, line: Line, submission: Submission, chance: random.Random) -> None:
        self.journal.begin(submission)
        if not submission.key:
            fetch = chance.randrange(100) < _FETCH_FIRST
            submission.key = self._fetched(line, submission) if fetch else new_submission_key()
        while time.monotonic() < self._until:
            reply = send(line, submission, self.journal)
            if reply is None or reply.status >= 500 or reply.status == _LATER:
                time.sleep(_PAUSE * chance.uniform(0.5, 2))
                continue
            if reply.receipt and chance.randrange(100) < _SEND_AGAIN:
                self._waiting.put(submission)
            return

    def _fetched(self, line: Line, submission: Submission) -> str:
        while time.monotonic() < self._until:
            try:
                reply = line.get(submission.path)
            except BROKEN:
                time.sleep(_PAUSE)
                continue
            if reply.key:
                return reply.key
            time.sleep(_PAUSE)
        return new_submission_key()
