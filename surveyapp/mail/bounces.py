"""Delivery-status notifications (RFC 3464): mails that were taken and could not be delivered."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from surveyapp.mail.models import OutgoingMail, State

_KEY = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MBOX_START = b"From "


@dataclass(frozen=True)
class Bounce:
    """One of our mails that was given up, with the status code of RFC 3463."""

    key: str
    status: str


def in_file(path: Path) -> list[Bounce]:
    """The bounces in a file: one message, or a mailbox in mbox format. Raises OSError."""
    content = path.read_bytes()
    messages = _mbox(path) if content.startswith(_MBOX_START) else iter([content])
    return [bounce for one in messages if (bounce := read(one)) is not None]


def read(content: bytes) -> Bounce | None:
    """What a message says about one of our mails; None when it reports no final failure of one."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if message.get_content_type() != "multipart/report":
        return None
    status = _failure(message)
    key = _original(message)
    return Bounce(key, status) if status is not None and key is not None else None


def record(session: Session, bounces: list[Bounce]) -> int:
    """Note them; return how many mails were ours and had been taken for sent, or were held."""
    return sum(_noted(session, bounce) for bounce in bounces)


def _noted(session: Session, bounce: Bounce) -> int:
    result = session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.key == bounce.key, OutgoingMail.state.in_((State.SENT, State.HELD)))
        .values(state=State.BOUNCED, reason=bounce.status, sealed=None, claim=None)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def _mbox(path: Path) -> Iterator[bytes]:
    box = mailbox.mbox(path, create=False)
    try:
        yield from (one.as_bytes() for one in box)
    finally:
        box.close()


def _failure(report: EmailMessage) -> str | None:
    """The status of the recipient that failed. A delay, or a success, is no failure."""
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        # One block of fields for the message, then one for each recipient.
        for block in _blocks(part):
            if str(block.get("Action", "")).strip().lower() == "failed":
                found = _STATUS.search(str(block.get("Status", "")))
                return found[0] if found else ""
    return None


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return (
        [block for block in payload if isinstance(block, Message)]
        if isinstance(payload, list)
        else []
    )


def _original(report: EmailMessage) -> str | None:
    """The key in the Message-ID of the mail that came back, whole or with its headers only."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            headers = message_from_bytes(text if isinstance(text, bytes) else b"")
        elif kind == "message/rfc822":
            inner = part.get_payload(0)
            if not isinstance(inner, Message):
                continue
            headers = inner
        else:
            continue
        if found := _KEY.fullmatch(str(headers.get("Message-ID", "")).strip()):
            return found[1]
    return None
