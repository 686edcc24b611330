"""The queue: putting mails in, and what an organiser may do about them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from surveyapp.mail.models import Mailing, OutgoingMail, State
from surveyapp.mail.sealing import Seal
from surveyapp.mail.templates import Template, from_json, to_json

_KEY_BYTES = 16
_BATCH = 1000


@dataclass(frozen=True)
class Addressed:
    """One mail to be queued: whose it is, where it goes, and what fills the slots."""

    recipient: str
    address: str
    language: str
    slots: Mapping[str, str]


@dataclass(frozen=True)
class Sent:
    """What became of one mail. ``created``: of its mailing, UTC without a zone."""

    recipient: str
    address: str
    state: State
    kind: str
    created: datetime


@dataclass(frozen=True)
class Trouble:
    """A mail that an organiser has to know about."""

    key: str
    recipient: str
    address: str
    kind: str
    state: State
    reason: str


def mailing_exists(session: Session, key: str) -> bool:
    """Whether the form with this key has started its mailing before."""
    return session.scalar(select(Mailing.id).where(Mailing.key == key)) is not None


def enqueue(
    session: Session,
    seal: Seal,
    *,
    key: str,
    unit_id: int | None,
    topic: str,
    kind: str,
    templates: Mapping[str, Template],
    mails: Sequence[Addressed],
    now: datetime,
) -> Mailing:
    """Queue one mail for each of ``mails``, with whatever else the caller's transaction does."""
    mailing = Mailing(
        key=key, unit_id=unit_id, topic=topic, kind=kind, created=now, templates=to_json(templates)
    )
    session.add(mailing)
    session.flush()
    rows = [_row(mailing, seal, templates, mail, now) for mail in mails]
    for start in range(0, len(rows), _BATCH):
        session.execute(insert(OutgoingMail), rows[start : start + _BATCH])
    return mailing


def _row(
    mailing: Mailing, seal: Seal, templates: Mapping[str, Template], mail: Addressed, now: datetime
) -> dict[str, object]:
    key = secrets.token_hex(_KEY_BYTES)
    return {
        "key": key,
        "mailing_id": mailing.id,
        "recipient": mail.recipient,
        "address": mail.address,
        "language": mail.language if mail.language in templates else next(iter(templates)),
        "state": State.QUEUED,
        "due": now,
        "sealed": seal.close(mail.slots, key),
    }


def last_templates(session: Session, topic: str, kind: str) -> dict[str, Template]:
    """The words of the latest mailing of that kind about ``topic``; empty when there is none."""
    stored = session.scalar(
        select(Mailing.templates)
        .where(Mailing.topic == topic, Mailing.kind == kind)
        .order_by(Mailing.id.desc())
        .limit(1)
    )
    return from_json(stored or {})


def progress(session: Session, topic: str) -> dict[str, dict[State, int]]:
    """How many mails of each kind of mailing about ``topic`` are in each state."""
    rows = session.execute(
        select(Mailing.kind, OutgoingMail.state, func.count())
        .join(OutgoingMail, OutgoingMail.mailing_id == Mailing.id)
        .where(Mailing.topic == topic)
        .group_by(Mailing.kind, OutgoingMail.state)
    )
    found: dict[str, dict[State, int]] = {}
    for kind, state, count in rows:
        found.setdefault(kind, {})[State(state)] = count
    return found


def history(session: Session, topic: str) -> list[Sent]:
    """Every mail about ``topic``, the earliest mailing first."""
    rows = session.execute(
        select(
            OutgoingMail.recipient,
            OutgoingMail.address,
            OutgoingMail.state,
            Mailing.kind,
            Mailing.created,
        )
        .join(Mailing, Mailing.id == OutgoingMail.mailing_id)
        .where(Mailing.topic == topic)
        .order_by(Mailing.id)
    )
    return [
        Sent(recipient, address, State(state), kind, created)
        for recipient, address, state, kind, created in rows
    ]


def troubles(session: Session, topic: str, limit: int) -> list[Trouble]:
    """Mails about ``topic`` that need somebody: held, failed, bounced, or waiting for a reason."""
    needs = (State.HELD, State.FAILED, State.BOUNCED)
    rows = session.execute(
        select(OutgoingMail, Mailing.kind)
        .join(Mailing, Mailing.id == OutgoingMail.mailing_id)
        .where(
            Mailing.topic == topic,
            OutgoingMail.state.in_(needs)
            | ((OutgoingMail.state == State.QUEUED) & (OutgoingMail.reason != "")),
        )
        .order_by(OutgoingMail.state, OutgoingMail.address)
        .limit(limit)
    )
    return [
        Trouble(one.key, one.recipient, one.address, kind, State(one.state), one.reason)
        for one, kind in rows
    ]


def send_again(session: Session, topic: str, key: str, now: datetime) -> bool:
    """Queue a mail again that is held or was refused; False when it is neither any more."""
    return _decide(
        session,
        topic,
        key,
        (State.HELD, State.FAILED),
        state=State.QUEUED, attempts=0, due=now, claim=None, reason="",
    )  # fmt: skip


def consider_sent(session: Session, topic: str, key: str) -> bool:
    """Take a held mail for sent and wipe it; False when it is not held any more."""
    return _decide(session, topic, key, (State.HELD,), state=State.SENT, sealed=None, claim=None)


def cancel_queued(session: Session, topic: str) -> int:
    """Stop everything about ``topic`` that no worker has in hand; return how many mails."""
    return _changed(
        session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.mailing_id.in_(_about(topic)), OutgoingMail.state == State.QUEUED)
            .values(state=State.CANCELLED, sealed=None)
            .execution_options(synchronize_session=False)
        )
    )


def _decide(
    session: Session, topic: str, key: str, states: tuple[State, ...], **values: object
) -> bool:
    return bool(
        _changed(
            session.execute(
                update(OutgoingMail)
                .where(
                    OutgoingMail.key == key,
                    OutgoingMail.mailing_id.in_(_about(topic)),
                    OutgoingMail.state.in_(states),
                )
                .values(**values)
                .execution_options(synchronize_session=False)
            )
        )
    )


def _about(topic: str) -> Select[int]:
    return select(Mailing.id).where(Mailing.topic == topic)


def _changed(result: object) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
