"""Tables of outgoing mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base
from surveyapp.scope import By


class State(StrEnum):
    """How far a mail has come; see the package for what each state promises."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDED_OVER = "handed_over"
    SENT = "sent"
    FAILED = "failed"  # refused for good
    BOUNCED = "bounced"  # taken, and returned later
    HELD = "held"  # nobody knows whether it was taken
    CANCELLED = "cancelled"


#: Nothing will happen to these any more: what they carried is wiped.
DONE = (State.SENT, State.BOUNCED, State.CANCELLED)
STATES = tuple(state.value for state in State)


class Mailing(Base):
    """One act of sending: the same words to many.

    ``topic`` is what it is about, ``unit_id`` the unit on whose behalf: whoever acts for that unit
    sees the mailing. The program's own mails have none.
    """

    __tablename__ = "mailing"
    __scope__ = (By("unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Comes with the form that starts it: a form sent twice starts one mailing.
    key: Mapped[str] = mapped_column(String(64), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    topic: Mapped[str] = mapped_column(String(80), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    created: Mapped[datetime]
    #: language -> {"subject": ..., "body": ...}, with slots
    templates: Mapped[dict[str, Any]] = mapped_column(JSON)


class OutgoingMail(Base):
    """One mail to one address.

    The key is random: it makes the Message-ID, tells no order, and stays the same however often
    the mail is tried, so that a receiver who gets it twice can see that it is the same one.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        UniqueConstraint("mailing_id", "recipient"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(
            f"sealed IS NULL OR state NOT IN {tuple(state.value for state in DONE)}", name="wiped"
        ),
        Index(None, "state", "due"),
        {"sqlite_with_rowid": False},
    )
    __scope__ = (By("mailing_id"),)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"))
    #: Whose mail it is, in the words of whoever queued it: at most one in a mailing.
    recipient: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(default=0)
    due: Mapped[datetime]
    #: Random, new with every attempt: a step is taken only by the attempt that it belongs to.
    claim: Mapped[str | None] = mapped_column(String(32))
    #: Why it has not been sent: a word of ours or the server's code, never its text (addresses).
    reason: Mapped[str] = mapped_column(String(40), default="")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
