"""Statements that are put together once and then go straight to the driver.

Where a thousand people answer in a minute, most of what it takes to find one row is the machinery
around it: objects, events, and the search for how the same statement was compiled the last time.
Transactions, connections and errors stay SQLAlchemy's. Values are taken as Python has them, and
come back as they lie in the database; ``decoded`` makes of them what the models say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, LargeBinary, cast
from sqlalchemy import Text as LongText
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

from surveyapp.scope import Unfiltered, scope_of

#: Both with places for values that have no names, so that a row is a tuple.
DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(),
    "postgresql": psycopg.dialect(paramstyle="format"),
}
#: The columns of one row as they lie in the database.
Row = tuple[Any, ...]
#: What leads to a database: a session or, where no objects are wanted, nothing but a connection.
Link = Session | Connection
_Process = Callable[[Any], Any]


class Statement:
    """One statement, the same for every database or spelled for each.

    It passes by the filter of scopes, so a session that does not see everything may not run it:
    that raises Unfiltered.
    """

    def __init__(self, made: Executable | Mapping[str, Executable]) -> None:
        self._made = made if isinstance(made, Mapping) else dict.fromkeys(DIALECTS, made)

    def rows(self, link: Link, **values: Any) -> list[Row]:
        """Run it with these values of its parameters; return what it finds."""
        spelled = self._spelled[spoken(link)]
        found: list[Row] = execute(link, spelled.text, spelled.filled(values)).fetchall()
        return found

    def row(self, link: Link, **values: Any) -> Row | None:
        """Return the one row that it finds, if there is one."""
        return next(iter(self.rows(link, **values)), None)

    def change(self, link: Link, **values: Any) -> int:
        """Run it; return how many rows it changed."""
        spelled = self._spelled[spoken(link)]
        changed: int = execute(link, spelled.text, spelled.filled(values)).rowcount
        return changed

    @cached_property
    def _spelled(self) -> dict[str, _Spelled]:
        return {name: _spelled(made, DIALECTS[name]) for name, made in self._made.items()}


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A statement as one database reads it, with the places of its values in order."""

    text: str
    places: Sequence[tuple[str, Any, _Process | None]]

    def filled(self, values: Mapping[str, Any]) -> Row:
        return tuple(
            [
                given if process is None else process(given)
                for name, default, process in self.places
                for given in (values.get(name, default),)
            ]
        )


def _spelled(made: Executable, dialect: Dialect) -> _Spelled:
    compiled = made.compile(dialect=dialect)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup is not None
    return _Spelled(
        str(compiled),
        [
            (name, compiled.params[name], bound(compiled.binds[name].type, dialect))
            for name in compiled.positiontup
        ],
    )


def execute(link: Link, text: str, values: Sequence[Any]) -> Any:
    """Send one statement; return the driver's cursor.

    Raises what SQLAlchemy raises, without the values: they do not belong into a log.
    """
    if isinstance(link, Connection):
        connection = link
    elif scope_of(link).paths is None:
        connection = link.connection()
    else:
        raise Unfiltered(text)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(error, cursor, connection, text) from error
    return cursor


def _wrapped(error: Any, cursor: Any, connection: Connection, text: str) -> BaseException:
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )


def spoken(link: Link) -> str:
    """Return the name of the dialect that a database speaks."""
    return (link if isinstance(link, Connection) else link.get_bind()).dialect.name


def bound(of: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    """Return what makes of a value what lies in the database; None: nothing is to be done."""
    if isinstance(of, LargeBinary):
        return None  # every driver takes bytes
    process: _Process | None = of.dialect_impl(dialect).bind_processor(dialect)
    return process


def lying(columns: Sequence[Any]) -> list[Any]:
    """Return columns for a select whose rows can be compared and kept: JSON as it is written."""
    return [cast(one, LongText) if _is_json(one.type) else one for one in columns]


def decoders(columns: Sequence[Any], dialect: str) -> Iterator[_Process | None]:
    """Yield what makes the values of a model of those that lie in its columns."""
    for one in columns:
        # JSON comes as text from all of them, as it lies in SQLite.
        spoken = DIALECTS["sqlite" if _is_json(one.type) else dialect]
        yield one.type.dialect_impl(spoken).result_processor(spoken, None)


def _is_json(of: TypeEngine[Any]) -> bool:
    return isinstance(of.impl_instance if isinstance(of, TypeDecorator) else of, JSON)
