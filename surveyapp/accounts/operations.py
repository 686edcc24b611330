"""Accounts: making them, proving who one is, changing passwords.

Signing in is three steps, so that the slow password check never holds the database's write lock:
``throttle.count_attempt`` (a transaction), ``verify`` (reads only), ``sessions.start_session`` (a
transaction).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from surveyapp.accounts import passwords
from surveyapp.accounts.models import MAX_USERNAME, Account, ResetLink
from surveyapp.accounts.sessions import end_sessions, token_hash
from surveyapp.organisation.models import Person

LINK_LASTS = timedelta(hours=24)
MAILED_LINK_LASTS = timedelta(hours=1)
#: Links that are good at a time, before no more are mailed.
MOST_LINKS = 3


class WrongCredentials(Exception):
    """The name is unknown or the password is wrong: the two are not told apart."""


class BadName(ValueError):
    """This cannot be a user name."""


class NameTaken(ValueError):
    """Another account has this user name."""


class EmailTaken(ValueError):
    """Another account has this e-mail address."""


class UnknownPerson(LookupError):
    """No person has this code."""


class PersonTaken(ValueError):
    """This person has another account."""


class BadPassword(ValueError):
    """This cannot be a password; ``fault`` says why, see ``passwords.fault``."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class LinkUsed(LookupError):
    """The link for a new password is unknown, was used, or is too old."""


def find(session: Session, username: str) -> Account | None:
    """The account with this user name."""
    return session.scalar(select(Account).where(Account.username == username))


def find_reachable(session: Session, name: str) -> Account | None:
    """The account with this user name or e-mail address that a link can be mailed to.

    Not one that is closed, and not one without a password: its owner signs in elsewhere, or has a
    link from whoever made the account.
    """
    return session.scalar(
        select(Account).where(
            or_(Account.username == name, Account.email == normal_email(name)),
            Account.active.is_(True),
            Account.email.is_not(None),
            Account.password_hash != "",
        )
    )


def create(session: Session, username: str, *, locale: str = "zh") -> Account:
    """A new account, without a password yet; raises BadName or NameTaken."""
    if not is_name(username):
        raise BadName(username)
    if find(session, username) is not None:
        raise NameTaken(username)
    account = Account(username=username, password_hash="", locale=locale)
    session.add(account)
    session.flush()
    return account


def set_details(
    session: Session, account: Account, email: str | None, person: Person | None
) -> None:
    """Set the e-mail address (small letters; empty: none) and the person of an account.

    Raises EmailTaken or PersonTaken. The session must see everything.
    """
    email = normal_email(email)
    others = select(Account.id).where(Account.id != account.id)
    if email and session.scalar(others.where(Account.email == email)) is not None:
        raise EmailTaken(email)
    if person and session.scalar(others.where(Account.person_id == person.id)) is not None:
        raise PersonTaken(person.code)
    account.email = email
    account.person_id = person.id if person else None
    session.flush()


def is_name(username: str) -> bool:
    """Whether this can be a user name: 1 to 64 visible characters, no space around them."""
    fits = 0 < len(username) <= MAX_USERNAME and username == username.strip()
    return fits and username.isprintable()


def normal_email(email: str | None) -> str | None:
    """The address as it is kept and compared: small letters, nothing around it."""
    return (email or "").strip().casefold() or None


def set_password(
    session: Session, account: Account, password: str, *, keep: int | None = None
) -> None:
    """Give the account a password; raises BadPassword.

    Ends its sessions (but the one with id ``keep``) and takes back links for a new password.
    """
    if fault := passwords.fault(password, account.username):
        raise BadPassword(fault)
    account.password_hash = passwords.hashed(password)
    session.flush()
    end_sessions(session, account.id, but=keep)
    session.execute(delete(ResetLink).where(ResetLink.account_id == account.id))


def verify(session: Session, username: str, password: str) -> Account:
    """The account with this name and password; raises WrongCredentials.

    An unknown name and a closed account cost the same argon2id check as a wrong password.
    """
    account = find(session, username)
    stored = account.password_hash if account is not None and account.active else ""
    if not passwords.is_right(password, stored) or account is None:
        raise WrongCredentials
    return account


def refresh_hash(session: Session, account_id: int, password: str) -> Account:
    """Hash a password that was just right anew, if it was hashed with yesterday's parameters."""
    account = session.get_one(Account, account_id)
    if passwords.needs_rehash(account.password_hash):
        account.password_hash = passwords.hashed(password)
        session.flush()
    return account


def make_reset_link(session: Session, account: Account, now: datetime) -> str:
    """The token of a link to choose a new password with; links made before stop working."""
    session.execute(
        delete(ResetLink).where((ResetLink.account_id == account.id) | (ResetLink.expires < now))
    )
    return _new_link(session, account, now + LINK_LASTS)


def make_mailed_link(session: Session, account: Account, now: datetime) -> str | None:
    """The token of a link that anybody may ask to be mailed; None while several are good.

    Those made before stay good: whoever keeps asking for links keeps nobody from using theirs.
    """
    good = select(func.count()).where(ResetLink.account_id == account.id, ResetLink.expires > now)
    if session.scalars(good).one() >= MOST_LINKS:
        return None
    return _new_link(session, account, now + MAILED_LINK_LASTS)


def _new_link(session: Session, account: Account, expires: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(ResetLink(token_hash=token_hash(token), account_id=account.id, expires=expires))
    session.flush()
    return token


def reset_target(session: Session, token: str, now: datetime) -> Account:
    """The account that a link is for; raises LinkUsed."""
    account = session.scalar(
        select(Account)
        .join(ResetLink, ResetLink.account_id == Account.id)
        .where(
            ResetLink.token_hash == token_hash(token),
            ResetLink.expires > now,
            Account.active.is_(True),
        )
    )
    if account is None:
        raise LinkUsed
    return account


def use_reset_link(session: Session, token: str, password: str, now: datetime) -> Account:
    """Set a new password by a link, once; raises LinkUsed or BadPassword (the link stays good)."""
    account = reset_target(session, token, now)
    set_password(session, account, password)
    return account


def fingerprint(account: Account) -> str:
    """A mark of the password the account has now: changes with it, tells nothing about it."""
    return hashlib.sha256(account.password_hash.encode()).hexdigest()[:16]
