"""The steps of one mail through the worker. Each is one short transaction of its own.

Every step compares the claim of the attempt it belongs to: an attempt that has been overtaken (its
worker lost the lock, an organiser decided meanwhile) changes nothing and hears ``Overtaken``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from surveyapp.mail.models import Mailing, OutgoingMail, State
from surveyapp.mail.templates import Template, from_json

#: Multiples of the retry interval; a mail refused for now after all of them has failed. With one
#: minute: some two days in all. RFC 5321, section 4.5.4.1, asks for at least some hours.
WAITS = (1, 5, 15, 60, 180, 360, 720, 720, 720)
#: Longer than any wait: what is due later than that was written under a clock that was wrong.
_LONGEST_WAIT = timedelta(days=1)
_CLAIM_BYTES = 16


class Overtaken(Exception):
    """This attempt is not the one that counts any more."""


@dataclass(frozen=True)
class Claimed:
    """A mail in the hands of one attempt."""

    key: str
    claim: str
    address: str
    language: str
    attempts: int
    template: Template
    sealed: bytes


def recover(session: Session) -> tuple[int, int]:
    """Settle what a dead worker left behind; only for the holder of the lock.

    Returns how many were queued again and how many are held from now on.
    """
    again = _all(session, State.CLAIMED, state=State.QUEUED, claim=None)
    held = _all(session, State.HANDED_OVER, state=State.HELD, reason="interrupted")
    return again, held


def claim(session: Session, now: datetime) -> Claimed | None:
    """Take the next mail that is due, if there is one."""
    row = session.scalar(
        select(OutgoingMail)
        .where(
            OutgoingMail.state == State.QUEUED,
            or_(OutgoingMail.due <= now, OutgoingMail.due > now + _LONGEST_WAIT),
        )
        .order_by(OutgoingMail.due)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.state, row.claim = State.CLAIMED, secrets.token_hex(_CLAIM_BYTES)
    stored = session.scalars(select(Mailing.templates).where(Mailing.id == row.mailing_id)).one()
    assert row.sealed is not None
    return Claimed(
        key=row.key,
        claim=row.claim,
        address=row.address,
        language=row.language,
        attempts=row.attempts,
        template=from_json(stored)[row.language],
        sealed=row.sealed,
    )


def hand_over(session: Session, mail: Claimed) -> None:
    """The end of the message is about to be sent; raises Overtaken."""
    _step(session, mail, (State.CLAIMED,), state=State.HANDED_OVER)


def sent(session: Session, mail: Claimed) -> None:
    """The server has taken it. True even when it has been held meanwhile."""
    _step(
        session, mail, (State.CLAIMED, State.HANDED_OVER, State.HELD),
        state=State.SENT, sealed=None, claim=None, reason="",
    )  # fmt: skip


def hold(session: Session, mail: Claimed, reason: str) -> None:
    """Nobody knows whether the server has taken it."""
    _step(session, mail, (State.HANDED_OVER,), state=State.HELD, reason=reason)


def fail(session: Session, mail: Claimed, reason: str) -> None:
    """It will never be taken."""
    _step(session, mail, _IN_HAND, state=State.FAILED, claim=None, reason=reason)


def put_back(session: Session, mail: Claimed, reason: str, now: datetime) -> None:
    """Nothing was said about this mail: it is due as before."""
    _step(session, mail, _IN_HAND, state=State.QUEUED, claim=None, reason=reason, due=now)


def postpone(
    session: Session, mail: Claimed, reason: str, now: datetime, interval: timedelta
) -> None:
    """Refused for now: later again, after the last of ``WAITS`` never."""
    if mail.attempts >= len(WAITS):
        fail(session, mail, reason)
        return
    due = now + WAITS[mail.attempts] * interval
    _step(
        session, mail, _IN_HAND,
        state=State.QUEUED, claim=None, reason=reason, due=due, attempts=mail.attempts + 1,
    )  # fmt: skip


_IN_HAND = (State.CLAIMED, State.HANDED_OVER)


def _step(session: Session, mail: Claimed, states: tuple[State, ...], **values: object) -> None:
    result = session.execute(
        update(OutgoingMail)
        .where(
            OutgoingMail.key == mail.key,
            OutgoingMail.claim == mail.claim,
            OutgoingMail.state.in_(states),
        )
        .values(**values)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise Overtaken


def _all(session: Session, found_in: State, **values: object) -> int:
    result = session.execute(
        update(OutgoingMail).where(OutgoingMail.state == found_in).values(**values)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount
