"""Long lists of units or people: searched, and shown one page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import JSON, ColumnElement, and_, func, or_, select, true, type_coerce
from sqlalchemy.orm import Session

from questionnaires.text import UNDETERMINED
from surveyapp.organisation.models import Person, Unit

SIZE = 50
_LANGUAGES = ("zh", "en", UNDETERMINED)
_T = TypeVar("_T", Unit, Person)


@dataclass(frozen=True)
class Page(Generic[_T]):
    """One page of a list; ``number`` counts from 1, ``total`` are the rows of all pages."""

    rows: Sequence[_T]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // SIZE))


def page_of(
    session: Session, model: type[_T], condition: ColumnElement[bool], number: int
) -> Page[_T]:
    """Return one page of the rows that satisfy a condition, by code."""
    total = session.scalar(select(func.count(model.id)).where(condition)) or 0
    found = select(model).where(condition).order_by(model.code)
    rows = session.scalars(found.offset((number - 1) * SIZE).limit(SIZE)).all()
    return Page(rows, total, number)


def holds(model: type[Unit] | type[Person], words: str) -> ColumnElement[bool]:
    """Return the condition that every word is in the code or in a name; no words hold always."""
    name = type_coerce(model.name, JSON)
    return and_(
        true(),
        *(
            or_(
                model.code.icontains(word, autoescape=True),
                *(name[tag].as_string().icontains(word, autoescape=True) for tag in _LANGUAGES),
            )
            for word in words.split()
        ),
    )
