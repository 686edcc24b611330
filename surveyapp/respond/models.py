"""Tables of responses. Anonymity is a property of these tables, not of the code around them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    event,
)
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base
from surveyapp.fieldwork.guards import Guard, attach
from surveyapp.scope import By

# LIKE, not length alone: SQLite would also take ten digits of seconds since 1970 for a date.
DAY_ONLY = "CAST(day AS VARCHAR(32)) LIKE '____-__-__'"
#: How much of what was asked has an answer; see ``extent.extent_of``.
EXTENTS = ("complete", "partial", "fragment")


def _of_response() -> ForeignKeyConstraint:
    """Checked at the end of a transaction: mixing takes responses out and puts them back."""
    return ForeignKeyConstraint(
        ["group_id", "response_key"],
        ["response.group_id", "response.key"],
        deferrable=True,
        initially="DEFERRED",
    )


class Response(Base):
    """One respondent's answers: one row.

    ``answers`` is the record of truth (JSON, item id -> value); ``codes`` repeats the closed items
    as one byte each, laid out by the version's codebook, for counting. The key is random, rows are
    mixed as they arrive (see ``mixing``), and nothing is finer than a day. Who answered has no
    column here: see ``Authorship``.
    """

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint("length(key) = 16", name="key_length"),
        CheckConstraint(DAY_ONLY, name="day_only"),
        CheckConstraint(f"extent IN {EXTENTS}", name="extent"),
        # Group by group, because all that is done to a response is done to some of its group: so
        # they lie together, and fewer pages of the database are written.
        PrimaryKeyConstraint("group_id", "key"),
        # With the codes in it, counting a round reads nothing else, group after group. Key before
        # codes, so that neighbours in the table are neighbours here.
        Index("ix_response_figures", "group_id", "counted", "key", "codes"),
        {"sqlite_with_rowid": False},
    )
    __scope__ = (By("group_id"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("audience_group.id"))
    key: Mapped[bytes] = mapped_column(LargeBinary(16))
    #: Part of the figures shown while the round is open; see ``mixing``.
    counted: Mapped[bool] = mapped_column(default=False)
    #: That of its round, which sees to it that there is such a version: a foreign key here would
    #: be looked up for each response that is mixed.
    version_hash: Mapped[str] = mapped_column(String(64))
    #: In a confidential round the round's first day: who was reminded on which day is known.
    day: Mapped[date]
    extent: Mapped[str] = mapped_column(String(8))
    answers: Mapped[str] = mapped_column(LongText)
    codes: Mapped[bytes] = mapped_column(LargeBinary)


class GroupCounts(Base):
    """The counts of the responses of a group that are in the figures; see ``kept_counts``.

    A group without a row is counted from its responses.
    """

    __tablename__ = "group_counts"
    __scope__ = (By("group_id"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("audience_group.id"), primary_key=True)
    #: Of all responses, counted or held back: the round has closed.
    final: Mapped[bool] = mapped_column(default=False)
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Base):
    """A file given as (part of) an answer."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("length(key) = 16", name="key_length"),
        _of_response(),
        Index("ix_attachment_response", "group_id", "response_key"),
        {"sqlite_with_rowid": False},
    )
    __scope__ = (By("group_id"),)

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    group_id: Mapped[int]
    response_key: Mapped[bytes] = mapped_column(LargeBinary(16))
    #: Id of the item; in an entry of a repeated section ``section.number.item``, from 0.
    place: Mapped[str] = mapped_column(String(140))
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(127))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Authorship(Base):
    """With which invitation a response came: in rounds with names, and in no other."""

    __tablename__ = "authorship"
    __table_args__ = (_of_response(), {"sqlite_with_rowid": False})
    __scope__ = (By("group_id"),)

    group_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    response_key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(ForeignKey("invitation.code_hash"), index=True)


class QuotaPlace(Base):
    """How many responses of a round count towards one of its quotas; see ``places``."""

    __tablename__ = "quota_place"
    __table_args__ = (
        CheckConstraint("taken >= 0", name="taken"),
        {"sqlite_with_rowid": False},
    )
    __scope__ = (By("round_id"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    quota: Mapped[str] = mapped_column(String(64), primary_key=True)
    taken: Mapped[int]


class Draft(Base):
    """A form that is not finished, left with the server; only whoever has its code can read it.

    Nothing here tells when it was saved, by whom, or in which group. It goes when the answers are
    sent, and with the end of the round: the database itself sees to that.
    """

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint("length(key) = 16", name="key_length"),
        {"sqlite_with_rowid": False},
    )
    __scope__ = (By("round_id"),)

    #: From the key of the form, by another way than the key of its response.
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


_SWEEP = "DELETE FROM draft WHERE round_id = NEW.id"
_SWEPT = "AFTER UPDATE ON round FOR EACH ROW WHEN (NEW.state = 'closed')"
_SWEEPING = {
    "sqlite": (f"CREATE TRIGGER draft_swept {_SWEPT} BEGIN {_SWEEP}; END",),
    "postgresql": (
        "CREATE FUNCTION draft_swept() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {_SWEEP}; RETURN NEW; END $$",
        f"CREATE TRIGGER draft_swept {_SWEPT} EXECUTE FUNCTION draft_swept()",
    ),
}
for _dialect, _statements in _SWEEPING.items():
    for _statement in _statements:
        event.listen(Draft.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))

_NOT_NAMED = (
    "(SELECT round.mode FROM round JOIN audience_group ON audience_group.round_id = round.id"
    " JOIN invitation ON invitation.group_id = audience_group.id"
    " WHERE invitation.code_hash = NEW.code_hash) <> 'named'"
)
_MESSAGE = "responses of this round are not signed"
attach(
    Authorship.__table__,
    (
        Guard("authorship_added", "authorship", "INSERT", _NOT_NAMED, _MESSAGE),
        Guard("authorship_changed", "authorship", "UPDATE", _NOT_NAMED, _MESSAGE),
    ),
)
