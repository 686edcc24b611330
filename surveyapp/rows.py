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

from sqlalchemy import ColumnElement, delete, insert, inspect

from surveyapp import db, statements
from surveyapp.statements import DIALECTS, Link, Row, Statement


class Rows:
    """The rows of one mapped class. A row is a tuple of its columns in their order."""

    def __init__(self, model: type[db.Base]) -> None:
        self._model = model
        self._columns = inspect(model).columns
        self.names = [column.key for column in self._columns]
        self._values = itemgetter(*self.names)

    def taking(self, which: ColumnElement[bool]) -> Statement:
        """Return a statement that takes rows out: an enquiry and a removal in one."""
        return Statement(delete(self._model).where(which).returning(*self._columns))

    def lying(self, link: Link, row: dict[str, Any]) -> Row:
        """Return a new row as it will lie there."""
        encoders = self._encoders[statements.spoken(link)]
        values = zip(encoders, self._values(row), strict=True)
        return tuple([value if do is None else do(value) for do, value in values])

    def put(self, link: Link, rows: Sequence[Row]) -> None:
        """Put rows in, in this order and in one statement."""
        head, values = self._putting[statements.spoken(link)]
        statement = head + ", ".join([values] * len(rows))
        statements.execute(link, statement, list(chain.from_iterable(rows)))

    @cached_property
    def _encoders(self) -> dict[str, list[Any]]:
        return {
            name: [statements.bound(column.type, dialect) for column in self._columns]
            for name, dialect in DIALECTS.items()
        }

    @cached_property
    def _putting(self) -> dict[str, tuple[str, str]]:
        """Dialect -> the statement for one row, parted before its values."""
        found = {}
        for name, dialect in DIALECTS.items():
            made = str(insert(self._model).compile(dialect=dialect, column_keys=self.names))
            head, values, places = made.partition("VALUES ")
            found[name] = (head + values, places)
        return found
