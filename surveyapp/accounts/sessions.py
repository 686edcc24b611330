"""Server-side sessions: a random token in a cookie, a row that can be ended at any moment.

The token changes every hour and whenever the rights of the account change, so that a token that was
copied is soon worth nothing. If the old one turns up after the new one was in use, two people have
it, and the session ends for both.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from surveyapp.accounts.models import Account, AccountSession

ROTATE_AFTER = timedelta(hours=1)
#: For so long after a change requests that were under way may still bring the old token.
OVERLAP = timedelta(minutes=1)
_SEEN_EVERY = timedelta(minutes=5)
_LONG_AGO = datetime(1970, 1, 1)


def start_session(
    session: Session,
    account: Account,
    *,
    replaces: str | None,
    now: datetime,
    days: int,
    device: str = "",
) -> str:
    """A new session's token; the one in the browser until now (``replaces``) is ended."""
    if replaces:
        end_session(session, replaces)
    token = _new_token()
    session.add(
        AccountSession(
            token_hash=token_hash(token),
            account_id=account.id,
            created=now,
            last_seen=now,
            rotated=now,
            expires=now + timedelta(days=days),
            device=device,
        )
    )
    return token


def signed_in(
    session: Session, token: str, *, now: datetime, idle: timedelta
) -> AccountSession | None:
    """The running session of this token, with its account, if it is neither ended nor expired.

    The token before the newest finds it too; ``is_stale`` says whether it still counts.
    """
    name = token_hash(token)
    return session.scalar(
        select(AccountSession)
        .join(AccountSession.account)
        .options(contains_eager(AccountSession.account))
        .where(
            Account.active.is_(True),
            or_(AccountSession.token_hash == name, AccountSession.previous_hash == name),
            AccountSession.revoked.is_(False),
            AccountSession.expires > now,
            AccountSession.last_seen > now - idle,
        )
    )


def is_stale(running: AccountSession, token: str, now: datetime) -> bool:
    """Whether ``token`` was replaced so long ago that only a copy of it can still be about."""
    replaced = running.token_hash != token_hash(token)
    return replaced and running.confirmed and running.rotated < now - OVERLAP


def needs_rotation(running: AccountSession, token: str, now: datetime) -> bool:
    """Whether it is time for a new token; only the newest is replaced."""
    newest = running.token_hash == token_hash(token)
    return newest and running.rotated < now - ROTATE_AFTER


def rotate(session: Session, running: AccountSession, token: str, now: datetime) -> str | None:
    """The new token that takes the place of ``token``; None when another request was faster."""
    fresh = _new_token()
    old = token_hash(token)
    changed = session.scalar(
        update(AccountSession)
        .where(AccountSession.id == running.id, AccountSession.token_hash == old)
        .values(
            token_hash=token_hash(fresh),
            previous_hash=old,
            rotated=now,
            confirmed=False,
            last_seen=now,
        )
        .returning(AccountSession.id)
    )
    return None if changed is None else fresh


def needs_touch(running: AccountSession, token: str, now: datetime) -> bool:
    """Whether there is something to write: the new token's first use, or that it is still used."""
    first_use = not running.confirmed and running.token_hash == token_hash(token)
    return first_use or now - running.last_seen > _SEEN_EVERY


def touch(session: Session, running: AccountSession, token: str, now: datetime) -> None:
    """Remember that this session is still in use, and that its newest token has arrived."""
    newest = AccountSession.token_hash == token_hash(token)
    session.execute(
        update(AccountSession)
        .where(AccountSession.id == running.id)
        .values(last_seen=now, confirmed=or_(AccountSession.confirmed, newest))
    )


def running_sessions(
    session: Session, account_id: int, *, now: datetime, idle: timedelta
) -> list[AccountSession]:
    """The running sessions of an account, the latest used first."""
    return list(
        session.scalars(
            select(AccountSession)
            .where(
                AccountSession.account_id == account_id,
                AccountSession.revoked.is_(False),
                AccountSession.expires > now,
                AccountSession.last_seen > now - idle,
            )
            .order_by(AccountSession.last_seen.desc(), AccountSession.id)
        )
    )


def end_session(session: Session, token: str) -> None:
    """Revoke the session of this token; unknown tokens are ignored."""
    name = token_hash(token)
    session.execute(
        update(AccountSession)
        .where(or_(AccountSession.token_hash == name, AccountSession.previous_hash == name))
        .values(revoked=True)
    )


def end_sessions(
    session: Session, account_id: int, *, only: int | None = None, but: int | None = None
) -> None:
    """Revoke the sessions of an account: all, only one, or all but one (by their ids)."""
    chosen = [AccountSession.account_id == account_id]
    if only is not None:
        chosen.append(AccountSession.id == only)
    if but is not None:
        chosen.append(AccountSession.id != but)
    session.execute(update(AccountSession).where(and_(*chosen)).values(revoked=True))


def renew_tokens(session: Session, account_id: int) -> None:
    """Let every session of an account get a new token with its next request."""
    session.execute(
        update(AccountSession)
        .where(AccountSession.account_id == account_id)
        .values(rotated=_LONG_AGO)
    )


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _new_token() -> str:
    return secrets.token_urlsafe(32)
