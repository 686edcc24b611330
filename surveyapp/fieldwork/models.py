"""Tables of rounds: who is asked, with which codes, how many came, and which team goes where."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from questionnaires import Text
from surveyapp import clock
from surveyapp.db import Base
from surveyapp.fieldwork import guards
from surveyapp.modes import MODES, Mode
from surveyapp.scope import By

#: How a form is paged: everything on one page, section by section, or one item at a time.
PAGES = ("one", "sections", "items")
#: The life of a round; it only ever goes forward.
STATES = ("draft", "published", "open", "closed")
#: What is known of a person who has not answered, besides that: AAPOR's final dispositions.
DISPOSITIONS = ("", "undelivered", "refused", "ineligible")
TASKS = ("visit", "interview", "inspection")


class Tags(TypeDecorator[tuple[str, ...]]):
    """Language tags, kept as one string: "zh en"."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else " ".join(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(value.split())


class Round(Base):
    """A version fielded to an audience for a period.

    ``opens_at`` and ``closes_at`` are UTC to the minute, None for "by hand"; ``zone`` is where they
    were promised. What respondents are promised is decided in the draft and frozen by publishing:
    see ``guards``. ``state`` is the truth about being open, and goes forward only, so a clock that
    is set back opens nothing again.
    """

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint(f"mode IN {tuple(MODES)}", name="mode"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"pages IN {PAGES}", name="pages"),
        CheckConstraint("min_group >= 5", name="min_group"),
        CheckConstraint("opens_at < closes_at", name="period"),
        CheckConstraint("languages <> ''", name="languages"),
    )
    __scope__ = (By("unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    #: The unit that runs the round: whoever has a role over it may see and change the round.
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("version.hash"))
    title: Mapped[Text]
    mode: Mapped[str] = mapped_column(String(16))
    min_group: Mapped[int]
    languages: Mapped[tuple[str, ...]] = mapped_column(Tags)
    #: Each invitation may bring many responses, not one.
    repeatable: Mapped[bool] = mapped_column(default=False)
    #: A response may be changed until the round closes, by whoever has its secret.
    editable: Mapped[bool] = mapped_column(default=False)
    pages: Mapped[str] = mapped_column(String(8), default="one")
    #: Respondents may leave an unfinished form with the server, locked with a code that only they
    #: have.
    drafts: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(String(64), default="")
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16), default="draft")
    synthetic: Mapped[bool] = mapped_column(default=False)

    @property
    def how(self) -> Mode:
        """Return how the round's mode works."""
        return MODES[self.mode]

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def live(self) -> bool:
        """Say whether figures may be shown before the round has closed.

        Not where it is known who has not answered, nor where answers may be changed: two looks
        would differ by what one person gave or changed.
        """
        return self.how.live and not self.editable

    @property
    def opens_on(self) -> date | None:
        """Return the first day where the round was promised."""
        return clock.local(self.opens_at, self.zone).date() if self.opens_at else None

    @property
    def closes_on(self) -> date | None:
        """Return the last day where the round was promised."""
        return clock.local(self.closes_at, self.zone).date() if self.closes_at else None

    def state_at(self, utc: datetime) -> str:
        """Return the state that is due at a moment: never one before the state it is in."""
        due = self.state
        if due == "published" and self.opens_at is not None and self.opens_at <= utc:
            due = "open"
        if due == "open" and self.closes_at is not None and self.closes_at <= utc:
            due = "closed"
        return due


class FieldedUnit(Base):
    """A unit as it was when the round was published, above the audience too.

    A unit that is moved, renamed or closed later changes nothing in a round that is in the field.
    """

    __tablename__ = "fielded_unit"
    __scope__ = (By("round_id"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    parent_id: Mapped[int | None]
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[Text]


class AudienceGroup(Base):
    """The people of one role in one unit.

    ``expected`` is how many are to be asked, ``issued`` how many invitations were made, ``quota``
    after how many responses no more are taken.
    """

    __tablename__ = "audience_group"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id", "role"),
        CheckConstraint("expected >= 0", name="expected"),
        CheckConstraint("issued >= 0", name="issued"),
        CheckConstraint("quota > 0", name="quota"),
    )
    __scope__ = (By("round_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    expected: Mapped[int]
    issued: Mapped[int] = mapped_column(default=0)
    quota: Mapped[int | None]


class Invitation(Base):
    """A sealed code or the code in a personal link, kept only as its hash.

    By design it has no number, no time and no reference to a response, and without rowids SQLite
    keeps the rows in the order of the hashes: nothing here tells when, or which response.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("length(code_hash) = 32", name="code_hash_length"),
        {"sqlite_with_rowid": False},
    )
    __scope__ = (By("group_id"),)

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("audience_group.id"), index=True)
    used: Mapped[bool] = mapped_column(default=False)


class Addressee(Base):
    """The person whom an invitation names: one invitation for each person of a round.

    A table of its own, so that rounds with sealed codes cannot hold a name: a guard refuses it.
    """

    __tablename__ = "addressee"
    __table_args__ = (
        CheckConstraint(f"disposition IN {DISPOSITIONS}", name="disposition"),
        {"sqlite_with_rowid": False},
    )
    __scope__ = (By("round_id"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    code_hash: Mapped[bytes] = mapped_column(ForeignKey("invitation.code_hash"), unique=True)
    disposition: Mapped[str] = mapped_column(String(16), default="")


class Tally(Base):
    """How often forms of a group were opened, and how many responses came, on one day.

    Counters, never a row for each: nobody can tell from them who opened a form.
    """

    __tablename__ = "tally"
    __table_args__ = (
        CheckConstraint("opened >= 0 AND returned >= 0", name="counts"),
        {"sqlite_with_rowid": False},
    )
    __scope__ = (By("group_id"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("audience_group.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    opened: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)


class Assignment(Base):
    """In this round, this team goes to this unit, for this task, by this day."""

    __tablename__ = "assignment"
    __table_args__ = (CheckConstraint(f"task IN {TASKS}", name="task"),)
    __scope__ = (By("round_id"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    task: Mapped[str] = mapped_column(String(16), primary_key=True)
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]


guards.attach(Round.__table__, guards.ROUND)
guards.attach(FieldedUnit.__table__, guards.FIELDED)
guards.attach(AudienceGroup.__table__, guards.AUDIENCE)
guards.attach(Addressee.__table__, guards.ADDRESSEE)
