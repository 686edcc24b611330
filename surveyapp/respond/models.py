"""Tables of responses. Anonymity is a property of these tables, not of the code around them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base

# LIKE, not length alone: SQLite would also take ten digits of seconds since 1970 for a date.
DAY_ONLY = "CAST(day AS VARCHAR(32)) LIKE '____-__-__'"


class Response(Base):
    """One respondent's answers: one row.

    ``answers`` is the record of truth (JSON, item id -> value); ``codes`` repeats the closed items
    as one byte each, laid out by the version's codebook, for counting. The key is random, rows are
    mixed as they arrive (see ``mixing``), and nothing is finer than a day.
    """

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint("length(key) = 16", name="key_length"),
        CheckConstraint(DAY_ONLY, name="day_only"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    #: Part of the figures shown while the round is open; see ``mixing``.
    counted: Mapped[bool] = mapped_column(default=False)
    group_id: Mapped[int] = mapped_column(ForeignKey("audience_group.id"), index=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("version.hash"))
    day: Mapped[date]
    answers: Mapped[str] = mapped_column(LongText)
    codes: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Base):
    """A file given as (part of) an answer."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("length(key) = 16", name="key_length"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    #: Checked at the end of a transaction, because mixing takes responses out and puts them back.
    response_key: Mapped[bytes] = mapped_column(
        ForeignKey("response.key", deferrable=True, initially="DEFERRED"), index=True
    )
    item: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(127))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
