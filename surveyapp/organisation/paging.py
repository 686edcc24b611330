"""Long lists of units or people: searched, and shown one page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import JSON, ColumnElement, and_, func, or_, select, true, type_coerce
from sqlalchemy.orm import Session

from questionnaires.text import UNDETERMINED
from surveyapp.organisation.models import Person, Unit
from surveyapp.paging import Paging

SIZE = 50
_LANGUAGES = ("zh", "en", UNDETERMINED)
_T = TypeVar("_T", Unit, Person)


@dataclass(frozen=True)
class Page(Generic[_T]):
    """One page of a list."""

    rows: Sequence[_T]
    paging: Paging


def page_of(
    session: Session, model: type[_T], condition: ColumnElement[bool], number: int
) -> Page[_T]:
    """Return one page of the rows that satisfy a condition, by code."""
    total = session.scalar(select(func.count(model.id)).where(condition)) or 0
    found = select(model).where(condition).order_by(model.code)
    paging = Paging(number, SIZE, total)
    return Page(session.scalars(found.offset(paging.first).limit(SIZE)).all(), paging)


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
