"""Tables of rounds: who is asked, with which codes, and which team goes where."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from questionnaires import Text
from surveyapp.db import Base

MODES = ("unlinkable", "sealed_code", "confidential", "named")


class Round(Base):
    """A version fielded to an audience for a period. Dates are inclusive."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint(f"mode IN {MODES}", name="mode"),
        CheckConstraint("min_group >= 5", name="min_group"),
        CheckConstraint("opens_on <= closes_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("version.hash"))
    title: Mapped[Text]
    mode: Mapped[str] = mapped_column(String(16))
    min_group: Mapped[int]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    closed: Mapped[bool] = mapped_column(default=False)
    synthetic: Mapped[bool] = mapped_column(default=False)

    def open_on(self, today: date) -> bool:
        return not self.closed and self.opens_on <= today <= self.closes_on


class AudienceGroup(Base):
    """The people of one role in one unit. ``issued`` is how many invitations were made."""

    __tablename__ = "audience_group"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id", "role"),
        CheckConstraint("issued >= 0", name="issued"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(String(32))
    issued: Mapped[int]


class Invitation(Base):
    """A sealed code, kept only as its hash.

    By design it has no number, no time and no reference to a response, and without rowids SQLite
    keeps the rows in the order of the hashes: nothing here tells when, or which response.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("length(code_hash) = 32", name="code_hash_length"),
        {"sqlite_with_rowid": False},
    )

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("audience_group.id"), index=True)
    used: Mapped[bool] = mapped_column(default=False)


class Assignment(Base):
    """In this round, this team goes to this unit."""

    __tablename__ = "assignment"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
