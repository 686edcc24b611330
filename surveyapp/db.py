"""The database: declarative base, engine with SQLite's pragmas, sessions, migrations.

Two ways in. A *reading* session (``session()`` in a view) begins a deferred transaction and never
waits for a writer. A *transaction* (``transaction()``) takes SQLite's write lock when it begins:
a transaction that read first and wrote later would fail instead of waiting when another one had
written in between. On PostgreSQL both are plain transactions.

Where a crowd is served and no objects are wanted, both can be had as a bare connection (``link()``,
``Database.writing``), for statements that go straight to the driver.

What is taken straight from a ``Database`` (commands, jobs) sees everything. Within a request both
see what the person may see with the permission that the page asks for (``accounts.guard``): nothing
until the guard has let somebody in, everything only inside ``unscoped()``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import JSON, Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from questionnaires import Text
from surveyapp import queue, statements
from surveyapp.journal import Emptier
from surveyapp.scope import EVERYTHING, NOTHING, WATCHED, Declares, Scope, Unfiltered, limit

#: Where a session keeps who acts, for the audit log.
ACTOR = "actor"
_WRITES = "surveyapp_writes"
_BUSY_MS = 15_000
MIGRATIONS = Path(__file__).parent / "migrations"


class LocalText(TypeDecorator[Text]):
    """A Text (language -> string), kept as one JSON column."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Text | None, dialect: Dialect) -> dict[str, str] | None:
        return None if value is None else dict(value.root)

    def process_result_value(self, value: Any, dialect: Dialect) -> Text | None:
        return None if value is None else Text(root=value)


class Base(Declares, DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {Text: LocalText}  # noqa: RUF012 - SQLAlchemy's own declaration


WATCHED.append(Base.registry)


def now() -> datetime:
    """The time as stored: UTC, without a zone. Never used near an anonymous response."""
    return datetime.now(UTC).replace(tzinfo=None)


class Database:
    """One engine and its two session factories."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._reading = sessionmaker(self.engine, expire_on_commit=False)
        self._writer = self.engine.execution_options(**{_WRITES: True})
        self._writing = sessionmaker(self._writer, expire_on_commit=False)
        # Each statement for itself: no transaction has to begin and be rolled back around one or
        # two, and the driver for PostgreSQL keeps plans of statements only until a rollback. In
        # SQLite that is so wherever SQLAlchemy has not begun one.
        alone = {} if self.one_writer else {"isolation_level": "AUTOCOMMIT"}
        self._looking = self.engine.execution_options(**alone)
        self.emptier: Emptier | None = None

    @property
    def one_writer(self) -> bool:
        """Whether only one transaction can write at a time: so it is in SQLite."""
        return self.engine.dialect.name == "sqlite"

    def session(self, scope: Scope = EVERYTHING) -> Session:
        """A session to read with; the caller closes it."""
        made = self._reading()
        limit(made, scope)
        return made

    def looking(self) -> Connection:
        """The same without objects and what they cost, and without a transaction."""
        return self._looking.connect()

    @contextmanager
    def transaction(self, scope: Scope = EVERYTHING, actor: str = "") -> Iterator[Session]:
        """A session to write with: committed at the end, rolled back by any exception.

        ``actor`` is who acts, for the audit log; nobody is the program itself.
        """
        with self._writing(info={ACTOR: actor}) as made, made.begin():
            limit(made, scope)
            yield made
        self._written()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The same without a session: objects and what they cost are not wanted."""
        with self._writer.begin() as connection:
            yield connection
        self._written()

    def _written(self) -> None:
        if self.emptier is not None:
            self.emptier.stir()

    def keep_settled(self) -> None:
        """From now on empty SQLite's journal after each transaction, in the background."""
        if self.engine.dialect.name == "sqlite" and self.emptier is None:
            self.emptier = Emptier(self.engine)
            self.emptier.start()

    def dispose(self) -> None:
        if self.emptier is not None:
            self.emptier.end()
            self.emptier = None
        self.engine.dispose()


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite and parsed.database:
        _prepare_file(Path(parsed.database))
    engine = create_engine(
        parsed,
        json_serializer=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
        pool_pre_ping=not sqlite,
        # An error must not write answers, and the time at which they came, into a log.
        hide_parameters=True,
    )
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        queue.attach(engine)
    return engine


def _prepare_file(path: Path) -> None:
    """Make an SQLite file that only its owner can read; its journals get the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN would come too late and never be IMMEDIATE: switch it off.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        # FULL: a receipt is a promise that outlives a power cut; NORMAL in WAL mode breaks it.
        "synchronous=FULL",
        "foreign_keys=ON",
        # What was deleted leaves no copy in the file: old places of rows tell the order they came.
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get(_WRITES, False):
        # Past SQLAlchemy: this cannot fail, and every page begins with it.
        assert connection.connection.dbapi_connection is not None
        connection.connection.dbapi_connection.cursor().execute("BEGIN")
        return
    if (place := queue.place_of(connection)) is not None:
        place.join()
    statements.execute(connection, "BEGIN IMMEDIATE", ())


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to ``revision``, all steps in one transaction (other processes wait)."""
    _migrate(engine, "upgrade", revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to ``revision``; 'base' drops everything."""
    _migrate(engine, "downgrade", revision)


def _migrate(engine: Engine, command: str, revision: str) -> None:
    # Alembic is slow to import and only needed here.
    from alembic import command as alembic
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.execution_options(**{_WRITES: True}).begin() as connection:
        config.attributes["connection"] = connection
        getattr(alembic, command)(config, revision)


def init_app(app: Flask, database: Database) -> None:
    """Give ``app`` its database and close the request's reading sessions when it ends."""
    app.extensions["surveyapp.database"] = database

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        release()


def database() -> Database:
    """The database of the current application."""
    found: Database = current_app.extensions["surveyapp.database"]
    return found


def session() -> Session:
    """The reading session of the current request and scope; closed by itself.

    Each scope has a session of its own: what one has loaded must not be found by another.
    """
    opened: dict[Scope, Session] = g.setdefault("reading_sessions", {})
    scope = g.get("scope", NOTHING)
    if scope not in opened:
        opened[scope] = database().session(scope)
    return opened[scope]


def link() -> Connection:
    """The reading connection of the current request: as ``session``, where no objects are wanted.

    Nothing filters what it reads, so there is none where the scope is not everything: that raises
    Unfiltered.
    """
    if g.get("scope", NOTHING) != EVERYTHING:
        raise Unfiltered("a connection")
    if "reading_connection" not in g:
        g.reading_connection = database().looking()
    found: Connection = g.reading_connection
    return found


def release() -> None:
    """End what this request reads; what it has loaded stays as it is.

    Whoever is done with reading says so before drawing a page or waiting for a turn to write: as
    long as somebody reads, SQLite's journal cannot be emptied.
    """
    for opened in g.pop("reading_sessions", {}).values():
        opened.close()
    if (opened_connection := g.pop("reading_connection", None)) is not None:
        opened_connection.close()


@contextmanager
def transaction() -> Iterator[Session]:
    """``with db.transaction() as session:`` in a view: one committed change of state."""
    with database().transaction(g.get("scope", NOTHING), g.get("actor", "")) as writing:
        yield writing


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    """Let ``session()`` and ``transaction()`` see ``scope`` within the block."""
    before = g.get("scope", NOTHING)
    g.scope = scope
    try:
        yield
    finally:
        g.scope = before


@contextmanager
def unscoped() -> Iterator[None]:
    """Let them see everything within the block. Each use is listed, with its reason, in a test."""
    with scoped(EVERYTHING):
        yield
