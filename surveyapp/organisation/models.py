"""Tables of the organisation: units in a tree, people, their postings, teams."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from questionnaires import Text
from surveyapp.db import Base
from surveyapp.scope import EVERYONE, By, Through, Tree

#: Levels of a tree at most; a path of so many ids fits its column.
MAX_DEPTH = 40
#: Characters of a code, of the name of a level or a category, of a name in one language.
MAX_CODE = 64
MAX_WORD = 32
MAX_NAME = 200

# In the order of bytes, so that the units below one are one range of an index.
_PATH = String(480).with_variant(String(480, collation="C"), "postgresql")


class Valid:
    """Something with a first and a last day, both inclusive; None is open."""

    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]

    @property
    def start(self) -> date:
        return self.valid_from or date.min

    @property
    def end(self) -> date:
        return self.valid_until or date.max

    def valid_on(self, day: date) -> bool:
        """Say whether this is in force on ``day``."""
        return self.start <= day <= self.end

    def overlaps(self, other: Valid) -> bool:
        """Say whether there is a day on which both are in force."""
        return self.start <= other.end and other.start <= self.end


def _dates_in_order() -> CheckConstraint:
    return CheckConstraint("valid_from <= valid_until", name="validity")


class Unit(Valid, Base):
    """A node of the organisation tree as it is now.

    ``kind`` is its level (county, township, …); ``category`` the class in which like is compared
    with like; ``position`` its place among its siblings. ``path`` holds the ids from the root down
    to the unit itself, "/1/15/203/": kept by ``operations`` and by nothing else.
    """

    __tablename__ = "unit"
    __scope__ = (Tree("parent_id"),)
    __table_args__ = (_dates_in_order(),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(MAX_CODE), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(_PATH, index=True)
    kind: Mapped[str] = mapped_column(String(MAX_WORD))
    category: Mapped[str] = mapped_column(String(MAX_WORD))
    position: Mapped[int]
    name: Mapped[Text]

    parent: Mapped[Unit | None] = relationship(remote_side=[id])

    @property
    def trail(self) -> list[int]:
        """The ids from the root down to this unit."""
        return [int(part) for part in self.path.split("/") if part]

    @property
    def depth(self) -> int:
        """Its level: 1 for a root."""
        return self.path.count("/") - 1

    def contains(self, other: Unit) -> bool:
        """Say whether ``other`` is this unit or lies below it."""
        return other.path.startswith(self.path)


def below(path: str) -> ColumnElement[bool]:
    """Return the condition that a unit is the one with this path, or lies below it.

    A range, not LIKE: it uses the index on both databases ("0" follows "/").
    """
    return and_(Unit.path >= path, Unit.path < path[:-1] + "0")


class UnitPast(Base):
    """What a unit was until a moment (UTC), when it was renamed, moved or changed.

    A unit that never changed has no row here: what it is now, it always was.
    """

    __tablename__ = "unit_past"
    __scope__ = (By("unit_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    until: Mapped[datetime] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(MAX_WORD))
    category: Mapped[str] = mapped_column(String(MAX_WORD))
    name: Mapped[Text]


class Person(Base):
    """Somebody of the organisation; ``email`` and ``language`` serve personal invitations."""

    __tablename__ = "person"
    __scope__ = (Through("posting.person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(MAX_CODE), unique=True)
    name: Mapped[Text]
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(8))


class Posting(Valid, Base):
    """Where a person belongs: ``home`` sends them, ``host`` is where they serve now.

    ``role`` is what they are in the unit, as the organisation words it. On one day a person has at
    most one posting of each line.
    """

    __tablename__ = "posting"
    __scope__ = (By("unit_id"),)
    __table_args__ = (
        CheckConstraint("line IN ('host', 'home')", name="line"),
        _dates_in_order(),
        Index(None, "person_id", "line"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    line: Mapped[str] = mapped_column(String(4))
    role: Mapped[str] = mapped_column(String(MAX_WORD))


class Team(Base):
    """People who go out together. ``ended``: it is kept for the rounds it took part in."""

    __tablename__ = "team"
    __scope__ = (Through("team_member.team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(MAX_CODE), unique=True)
    name: Mapped[Text]
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended: Mapped[bool] = mapped_column(default=False)


class TeamMember(Base):
    __tablename__ = "team_member"
    __scope__ = (By("person_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class ImportDraft(Base):
    """An import that was previewed and waits for its confirmation; ``plan`` as packed.

    It belongs to who made it and to no unit: it is read by key and account.
    """

    __tablename__ = "import_draft"
    __scope__ = EVERYONE

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[int]
    made: Mapped[datetime]
    plan: Mapped[bytes]
