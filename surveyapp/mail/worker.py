"""The worker: takes mails from the queue one by one and gives them to the mail server."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from surveyapp.db import Database, now
from surveyapp.mail import steps
from surveyapp.mail.lock import lock_for
from surveyapp.mail.message import Letter, built
from surveyapp.mail.sealing import Seal, Unreadable
from surveyapp.mail.settings import MailSettings
from surveyapp.mail.steps import Claimed, Overtaken
from surveyapp.mail.transports import (
    OutcomeUnknown,
    RefusedForGood,
    RefusedForNow,
    Unreachable,
    transport,
)

T = TypeVar("T")
_log = logging.getLogger(__name__)
_IDLE_SECONDS = 2.0
_SHORTEST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 300.0


@dataclass
class Worker:
    """Send mail until told to stop. Its log has numbers and reasons, never an address."""

    database: Database
    settings: MailSettings
    seal: Seal
    #: Done in a transaction of its own whenever the queue has been emptied.
    afterwards: Callable[[Session], None] = lambda _session: None
    stop: threading.Event = field(default_factory=threading.Event)
    _pause: float = 0.0

    def __post_init__(self) -> None:
        self._transport = transport(self.settings)
        self._lock = lock_for(self.database.engine)
        self._interval = timedelta(seconds=self.settings.retry_seconds)

    def run(self) -> None:
        """Work until ``stop`` is set; the mail in hand is finished first."""
        while not self.stop.is_set():
            try:
                self._while_in_charge()
            except (SQLAlchemyError, OSError) as error:
                # The kind alone: the text of an error may hold what a mail says.
                _log.error("mail: %s", type(error).__name__)
                self._transport.close()
            self.stop.wait(_IDLE_SECONDS)
        self.close()

    def run_once(self) -> bool:
        """Send what is due now; False when another worker is in charge."""
        if not self._take_charge():
            return False
        started = time.monotonic()
        while not self.stop.is_set() and self._step() and not self._pause:
            self._keep_pace(started)
            started = time.monotonic()
        self._do(self.afterwards)
        self.close()
        return True

    def close(self) -> None:
        self._transport.close()
        self._lock.release()

    def _while_in_charge(self) -> None:
        if not self._take_charge():
            return
        busy = False
        while not self.stop.is_set() and self._lock.still_held():
            started = time.monotonic()
            if self._step():
                busy = True
            else:
                if busy:
                    self._do(self.afterwards)
                    self._transport.close()  # servers hang up on those who have nothing to say
                busy = False
                self.stop.wait(_IDLE_SECONDS)
            self._keep_pace(started)

    def _take_charge(self) -> bool:
        if not self._lock.acquire():
            return False
        again, held = self._do(steps.recover)
        if again or held:
            _log.warning("mail: after an interruption %d queued again, %d held", again, held)
        return True

    def _keep_pace(self, started: float) -> None:
        """Wait out the server's pause, or the share of a minute that one mail may take."""
        share = 60 / self.settings.per_minute if self.settings.per_minute else 0.0
        self.stop.wait(max(self._pause, started + share - time.monotonic(), 0.0))

    def _step(self) -> bool:
        """Try one mail; False when none is due."""
        mail = self._do(lambda session: steps.claim(session, now()))
        if mail is None:
            return False
        try:
            self._try(mail)
        except Overtaken:
            _log.warning("mail: an attempt was overtaken and has been given up")
        return True

    def _try(self, mail: Claimed) -> None:
        pause, self._pause = self._pause, 0.0
        try:
            self._transport.deliver(
                mail.key, mail.address, self._content(mail), lambda: self._hand_over(mail)
            )
        except Unreadable:
            self._do(lambda session: steps.fail(session, mail, "secret"))
        except RefusedForGood as refused:
            reason = refused.reason
            self._do(lambda session: steps.fail(session, mail, reason))
        except RefusedForNow as refused:
            reason = refused.reason
            self._do(lambda s: steps.postpone(s, mail, reason, now(), self._interval))
        except OutcomeUnknown as unknown:
            reason = unknown.reason
            self._do(lambda session: steps.hold(session, mail, reason))
        except Unreachable as gone:
            reason = gone.reason
            self._pause = self._next_pause(pause)
            _log.error("mail: the server cannot be used (%s)", reason)
            self._do(lambda session: steps.put_back(session, mail, reason, now()))
        else:
            self._do(lambda session: steps.sent(session, mail))

    @staticmethod
    def _next_pause(last: float) -> float:
        return min(max(2 * last, _SHORTEST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)

    def _content(self, mail: Claimed) -> bytes:
        words = mail.template.filled(self.seal.open(mail.sealed, mail.key))
        letter = Letter(mail.key, mail.address, mail.language, words)
        return built(letter, self.settings.sender, now())

    def _hand_over(self, mail: Claimed) -> None:
        self._do(lambda session: steps.hand_over(session, mail))

    def _do(self, step: Callable[[Session], T]) -> T:
        with self.database.transaction() as session:
            return step(session)
