"""Tables of interviews: one record for each interviewee, one row for each topic spoken about.

Notes and corrections are sealed under the secret of the installation (see ``operations``): who sees
only the database reads none of them. What a closed record holds, the database itself keeps.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base
from surveyapp.fieldwork.guards import Guard, attach
from surveyapp.scope import By

#: The task of an assignment that leads to records.
TASK = "interview"
STATES = ("open", "closed")
#: What the interviewee said to the notes: nothing yet, right as they are, right with what was added
#: to them, or that they need not be read back.
READ_BACK = ("", "confirmed", "corrected", "waived")
MAX_ROLE = 32
MAX_NAME = 80


class Interview(Base):
    """The record of one interview.

    An interviewee is a number within the unit and a role of the round's audience; a name is there
    in named rounds only. ``read_back`` says what was said to the notes as they are: whoever changes
    one empties it.
    """

    __tablename__ = "interview"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id", "number"),
        CheckConstraint("length(key) = 16", name="key_length"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"read_back IN {READ_BACK}", name="read_back"),
        CheckConstraint("state = 'open' OR read_back <> ''", name="closed_after_reading"),
        {"sqlite_with_rowid": False},
    )
    __scope__ = (By("unit_id"),)

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    number: Mapped[int]
    role: Mapped[str] = mapped_column(String(MAX_ROLE), default="")
    name: Mapped[str | None] = mapped_column(String(MAX_NAME))
    #: The interviewee's: the notes are read back in it.
    language: Mapped[str] = mapped_column(String(35))
    held_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), default="open")
    read_back: Mapped[str] = mapped_column(String(12), default="")
    correction: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def is_open(self) -> bool:
        return self.state == "open"


class InterviewTopic(Base):
    """What was said on one topic: the sealed note, and the interviewer's coding."""

    __tablename__ = "interview_topic"
    __table_args__ = ({"sqlite_with_rowid": False},)
    __scope__ = (By("interview_key"),)

    interview_key: Mapped[bytes] = mapped_column(ForeignKey("interview.key"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    concern: Mapped[str] = mapped_column(String(64), default="")


class InterviewChange(Base):
    """The key of a change that was made, so that one which is sent again is not made again."""

    __tablename__ = "interview_change"
    __table_args__ = (
        CheckConstraint("length(key) = 16", name="key_length"),
        {"sqlite_with_rowid": False},
    )
    __scope__ = (By("interview_key"),)

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    interview_key: Mapped[bytes] = mapped_column(ForeignKey("interview.key"), index=True)


_CLOSED = "a closed record does not change"
_NAMELESS = "NEW.name IS NOT NULL AND (SELECT mode FROM round WHERE id = NEW.round_id) <> 'named'"
_NO_NAMES = "this round holds no names"
_OF_NEW = "(SELECT state FROM interview WHERE key = NEW.interview_key) = 'closed'"
_OF_OLD = "(SELECT state FROM interview WHERE key = OLD.interview_key) = 'closed'"
_STAYS = "OLD.state = 'closed' AND NEW.state = 'closed'"

attach(
    Interview.__table__,
    (
        Guard("interview_named", "interview", "INSERT", _NAMELESS, _NO_NAMES),
        Guard("interview_renamed", "interview", "UPDATE", _NAMELESS, _NO_NAMES),
        Guard("interview_changed", "interview", "UPDATE", _STAYS, _CLOSED),
        Guard("interview_removed", "interview", "DELETE", "OLD.state = 'closed'", _CLOSED),
    ),
)
attach(
    InterviewTopic.__table__,
    (
        Guard("interview_topic_added", "interview_topic", "INSERT", _OF_NEW, _CLOSED),
        Guard("interview_topic_changed", "interview_topic", "UPDATE", _OF_OLD, _CLOSED),
        Guard("interview_topic_removed", "interview_topic", "DELETE", _OF_OLD, _CLOSED),
    ),
)
