"""The log of what staff did: rows that are only ever added, each sealed with the one before.

A row holds SHA-256 over the hash before it and its own content, so a row that was changed, removed,
put in or moved breaks the chain; how many there are and the last hash stand in ``audit_head``, so a
cut-off end shows. Who can rewrite the whole database can rewrite both: the head that ``surveyapp
audit verify`` prints, kept elsewhere, is the proof against that.

Recorded are the actions of staff that are named in ``ACTIONS``. What respondents do is never
recorded: in an anonymous round the time of a submission would be a trace.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import db
from surveyapp.accounts.models import AuditEntry, AuditHead

#: Everything that is recorded, and how the page calls it.
ACTIONS = {
    "account.created": _l("account made"),
    "account.changed": _l("account changed"),
    "account.deactivated": _l("account closed"),
    "account.activated": _l("account opened again"),
    "grant.given": _l("role granted"),
    "grant.withdrawn": _l("role withdrawn"),
    "sign_in": _l("signed in"),
    "sign_in.failed": _l("sign-in failed"),
    "sign_out": _l("signed out"),
    "session.ended": _l("session ended"),
    "password.changed": _l("password changed"),
    "password.link": _l("link for a new password made"),
    "password.mailed": _l("link for a new password mailed"),
    "authenticator.added": _l("authenticator app added"),
    "authenticator.removed": _l("authenticator app removed"),
    "version.published": _l("questionnaire published"),
    "round.created": _l("round made"),
    "round.changed": _l("round changed"),
    "round.published": _l("round published"),
    "round.opened": _l("round opened"),
    "round.closed": _l("round closed"),
    "invitations.issued": _l("invitations issued"),
    "invitations.sent": _l("invitations sent"),
    "interview.closed": _l("interview record closed"),
    "interview.reopened": _l("interview record reopened"),
    "organisation.imported": _l("organisation imported"),
    "organisation.changed": _l("organisation changed"),
    "downloaded": _l("downloaded"),
}
START = bytes(32)
_PAGE = 500


@dataclass(frozen=True)
class Head:
    """The end of the log at some moment: how many entries, and the hash of the last."""

    count: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.count}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read what ``str`` gives; raises ValueError."""
        count, _, digest = text.strip().partition(":")
        if len(digest) != 64:
            raise ValueError(text)
        return cls(int(count), bytes.fromhex(digest))


@dataclass(frozen=True)
class Broken:
    """What is wrong with the log: ``kind`` is changed, missing, cut or replaced; at which entry."""

    kind: str
    number: int


def record(
    session: Session,
    action: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
    *,
    unit_id: int | None = None,
    actor: str | None = None,
) -> None:
    """Add one entry to the log, in the transaction of the action itself.

    ``action`` is a key of ``ACTIONS``; ``subject`` names what it was done to (a user name, the slug
    of a round); ``details`` is plain JSON without secrets. ``unit_id`` is the unit it concerns:
    auditors of that unit see the entry; without one only auditors of everything do. Who acts is
    known by the session (``db.transaction()`` in a request); ``actor`` names somebody else.
    Record last: on PostgreSQL other recording transactions wait from here to the commit.
    """
    if action not in ACTIONS:
        raise KeyError(action)
    latest = select(AuditHead).with_for_update().execution_options(populate_existing=True)
    head = session.scalars(latest).one()
    entry = AuditEntry(
        number=head.count + 1,
        at=db.now().replace(microsecond=0),
        actor=session.info.get(db.ACTOR, "") if actor is None else actor,
        action=action,
        subject=subject[:200],
        details=dict(details or {}),
        unit_id=unit_id,
    )
    entry.hash = seal(head.hash, entry)
    session.add(entry)
    head.count, head.hash = entry.number, entry.hash
    session.flush()


def seal(before: bytes, entry: AuditEntry) -> bytes:
    """Return SHA-256 over the hash before and the entry as canonical JSON (sorted keys, UTF-8)."""
    content = [
        entry.number,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.subject,
        entry.details,
        entry.unit_id,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(before + text.encode("utf-8", "surrogatepass")).digest()


def verify(session: Session, kept: Head | None = None) -> tuple[Head, Broken | None]:
    """Walk the log; the head, and the first thing that is wrong with it, if anything is.

    ``kept`` is a head noted before: the log must still contain it.
    """
    stored = session.scalars(select(AuditHead)).one()
    before, number = START, 0
    replaced = kept is not None and kept.count == 0 and kept.hash != START
    for entry in _entries(session):
        number += 1
        if entry.number != number:
            return Head(number - 1, before), Broken("missing", number)
        if entry.hash != seal(before, entry):
            return Head(number - 1, before), Broken("changed", number)
        before = entry.hash
        replaced = replaced or (kept is not None and kept.count == number and kept.hash != before)
    head = Head(number, before)
    if replaced and kept is not None:
        return head, Broken("replaced", kept.count)
    if (stored.count, stored.hash) != (number, before) or (kept and kept.count > number):
        return head, Broken("cut", number + 1)
    return head, None


def entries(session: Session, page: int, per_page: int) -> tuple[list[AuditEntry], int]:
    """Return one page of the log, the latest first (page 1), and the number of all entries."""
    total = session.scalar(select(func.count(AuditEntry.number))) or 0
    latest = select(AuditEntry).order_by(AuditEntry.number.desc())
    found = session.scalars(latest.offset((page - 1) * per_page).limit(per_page))
    return list(found), total


def at(moment: datetime) -> str:
    """Return a time of the log as it is shown: UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _entries(session: Session) -> Iterator[AuditEntry]:
    everything = select(AuditEntry).order_by(AuditEntry.number)
    yield from session.scalars(everything.execution_options(yield_per=_PAGE))
