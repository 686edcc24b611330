"""The brake on guessing: it slows strangers down and can lock nobody out for good."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from surveyapp.accounts.models import Throttle

FREE_ATTEMPTS = 10
_FORGET_AFTER = timedelta(minutes=15)
_LONGEST_WAIT = timedelta(seconds=60)


class Throttled(Exception):
    """Too many failed attempts under this name; ``wait`` says for how long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def count_attempt(
    session: Session, username: str, known_device: bool, now: datetime, proof: str = "password"
) -> None:
    """Count an attempt before it is made; raises Throttled when there were too many.

    The wait doubles up to a minute. Browsers that have signed in under this name before
    (``known_device``) are counted apart, and so is each kind of ``proof``: a stranger who keeps
    guessing cannot keep the owner out.
    """
    # What is said to be yet to come was counted by a clock that was ahead: it says nothing.
    past, future = now - _FORGET_AFTER, now + _LONGEST_WAIT
    session.execute(
        delete(Throttle).where(or_(Throttle.last_failure < past, Throttle.last_failure > future))
    )
    name = _key(username, known_device, proof)
    row = session.get(Throttle, name)
    if row is None:
        session.add(Throttle(name_hash=name, failures=1, last_failure=now))
        return
    wait = min(row.last_failure, now) + _wait_after(row.failures) - now
    if wait > timedelta(0):
        raise Throttled(wait)
    row.failures += 1
    row.last_failure = now


def rewrite(session: Session, username: str, known_device: bool, proof: str = "password") -> None:
    """Write the count as it is: work that takes as long as recording something."""
    name = _key(username, known_device, proof)
    same = update(Throttle).where(Throttle.name_hash == name)
    session.execute(same.values(failures=Throttle.failures))


def forget_attempts(
    session: Session, username: str, known_device: bool, proof: str = "password"
) -> None:
    """Begin to count anew, after an attempt that was right."""
    name = _key(username, known_device, proof)
    session.execute(delete(Throttle).where(Throttle.name_hash == name))


def _key(username: str, known_device: bool, proof: str) -> bytes:
    kind = "known" if known_device else "any"
    return hashlib.sha256(f"{proof}\0{kind}\0{username}".encode("utf-8", "replace")).digest()


def _wait_after(failures: int) -> timedelta:
    if failures < FREE_ATTEMPTS:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE_ATTEMPTS, 6)), _LONGEST_WAIT)
