"""Taking many rows out of a table and putting them back as they lay there.

Values stay as the driver gives and takes them: between that and what SQLAlchemy makes of them
nothing is to be done here, and it would take most of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Executable, delete, insert, inspect, type_coerce
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from surveyapp import db

#: Both with places for values that have no names, so that a row is a tuple.
_DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": psycopg.dialect(paramstyle="format")}
#: The columns of a row as they lie in the database.
Row = dict[str, Any]


class Rows:
    """The rows of one mapped class."""

    def __init__(self, model: type[db.Base]) -> None:
        self._model = model
        self._names = [column.key for column in inspect(model).columns]
        self._values = itemgetter(*self._names)

    def taking(self, which: ColumnElement[bool]) -> Executable:
        """Return the statement for ``take``: an enquiry and a removal in one."""
        columns = (type_coerce(getattr(self._model, name), NullType()) for name in self._names)
        return delete(self._model).where(which).returning(*columns)

    def take(self, session: Session, taking: Executable, values: db.Values) -> list[Row]:
        """Take rows out."""
        found = db.run(session, taking, values).all()  # one by one they take twice the time
        return [dict(zip(self._names, row, strict=True)) for row in found]

    def lying(self, session: Session, row: Row) -> Row:
        """Return a new row as it will lie there."""
        dialect = session.get_bind().dialect
        lying = {}
        for column in inspect(self._model).columns:
            process = column.type.dialect_impl(dialect).bind_processor(dialect)
            value = row[column.key]
            if process is not None and not isinstance(value, bytes):  # every driver takes bytes
                value = process(value)
            lying[column.key] = value
        return lying

    def put(self, session: Session, rows: Sequence[Row]) -> None:
        """Put rows in, in this order and in one statement."""
        head, values = self._putting[session.get_bind().dialect.name]
        statement = head + ", ".join([values] * len(rows))
        db.run(session, statement, tuple(chain.from_iterable(map(self._values, rows))))

    @cached_property
    def _putting(self) -> dict[str, tuple[str, str]]:
        """Dialect -> the statement for one row, parted before its values."""
        found = {}
        for name, dialect in _DIALECTS.items():
            made = str(insert(self._model).compile(dialect=dialect, column_keys=self._names))
            head, values, places = made.partition("VALUES ")
            found[name] = (head + values, places)
        return found
