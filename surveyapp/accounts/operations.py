"""Accounts, signing in, sessions that can be ended, and the throttle on guessing.

Signing in is three steps, so that the slow password check never holds the database's write lock:
``count_attempt`` (a transaction), ``verify`` (reads only), ``start_session`` (a transaction).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from surveyapp.accounts.models import Account, AccountSession, SignInThrottle

FREE_ATTEMPTS = 10
_FORGET_AFTER = timedelta(minutes=15)
_LONGEST_WAIT = timedelta(seconds=60)
_SEEN_EVERY = timedelta(minutes=5)
_hasher = PasswordHasher()


class Throttled(Exception):
    """Too many failed attempts under this name; ``wait`` says for how long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class WrongCredentials(Exception):
    """The name is unknown or the password is wrong: the two are not told apart."""


def set_account(session: Session, username: str, password: str, locale: str = "zh") -> Account:
    """Create the account or give an existing one a new password, ending its sessions."""
    account = session.scalar(select(Account).where(Account.username == username))
    if account is None:
        account = Account(username=username, password_hash="", locale=locale)
        session.add(account)
    account.password_hash = _hasher.hash(password)
    session.flush()
    session.execute(
        update(AccountSession).where(AccountSession.account_id == account.id).values(revoked=True)
    )
    return account


def count_attempt(session: Session, username: str, known_device: bool, now: datetime) -> None:
    """Count an attempt before it is made; raises Throttled when there were too many.

    The wait doubles up to a minute. Browsers that have signed in under this name before
    (``known_device``) are counted apart, so a stranger who keeps guessing cannot keep the owner
    out.
    """
    session.execute(delete(SignInThrottle).where(SignInThrottle.last_failure < now - _FORGET_AFTER))
    name = _throttle_key(username, known_device)
    row = session.get(SignInThrottle, name)
    if row is None:
        session.add(SignInThrottle(name_hash=name, failures=1, last_failure=now))
        return
    wait = row.last_failure + _wait_after(row.failures) - now
    if wait > timedelta(0):
        raise Throttled(wait)
    row.failures += 1
    row.last_failure = now


def verify(session: Session, username: str, password: str) -> Account:
    """The account with this name and password; raises WrongCredentials.

    An unknown name costs the same argon2id check as a wrong password.
    """
    account = session.scalar(select(Account).where(Account.username == username))
    stored = account.password_hash if account else _nobody()
    try:
        _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        raise WrongCredentials from None
    if account is None:
        raise WrongCredentials
    return account


def start_session(
    session: Session,
    account: Account,
    *,
    known_device: bool,
    replaces: str | None,
    now: datetime,
    days: int,
) -> str:
    """A new session's token; the one in the browser until now (``replaces``) is ended."""
    if replaces:
        end_session(session, replaces)
    name = _throttle_key(account.username, known_device)
    session.execute(delete(SignInThrottle).where(SignInThrottle.name_hash == name))
    token = secrets.token_urlsafe(32)
    session.add(
        AccountSession(
            token_hash=_token_hash(token),
            account_id=account.id,
            created=now,
            last_seen=now,
            expires=now + timedelta(days=days),
        )
    )
    return token


def signed_in(
    session: Session, token: str, *, now: datetime, idle: timedelta
) -> AccountSession | None:
    """The running session of this token, with its account, if it is neither ended nor expired."""
    found = session.scalar(
        select(AccountSession)
        .options(joinedload(AccountSession.account))
        .where(
            AccountSession.token_hash == _token_hash(token),
            AccountSession.revoked.is_(False),
            AccountSession.expires > now,
            AccountSession.last_seen > now - idle,
        )
    )
    return found


def needs_touch(running: AccountSession, now: datetime) -> bool:
    """Whether ``last_seen`` is old enough to be written again."""
    return now - running.last_seen > _SEEN_EVERY


def touch(session: Session, running: AccountSession, now: datetime) -> None:
    """Remember that this session is still in use."""
    session.execute(
        update(AccountSession)
        .where(AccountSession.token_hash == running.token_hash)
        .values(last_seen=now)
    )


def end_session(session: Session, token: str) -> None:
    """Revoke the session of this token; unknown tokens are ignored."""
    session.execute(
        update(AccountSession)
        .where(AccountSession.token_hash == _token_hash(token))
        .values(revoked=True)
    )


@cache
def _nobody() -> str:
    """A hash that no password satisfies, as dear to check as a real one."""
    return _hasher.hash(secrets.token_urlsafe(32))


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _throttle_key(username: str, known_device: bool) -> bytes:
    kind = "known" if known_device else "any"
    return hashlib.sha256(f"{kind}\0{username}".encode("utf-8", "replace")).digest()


def _wait_after(failures: int) -> timedelta:
    if failures < FREE_ATTEMPTS:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE_ATTEMPTS, 6)), _LONGEST_WAIT)
