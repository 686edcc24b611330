"""Migrations, models and pragmas say the same thing."""

from __future__ import annotations

import importlib

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from surveyapp import db
from surveyapp.config import Config
from surveyapp.db import Base, Database


@pytest.fixture(autouse=True)
def _all_models() -> None:
    for feature in (
        "organisation",
        "accounts",
        "design",
        "fieldwork",
        "interviews",
        "respond",
        "mail",
    ):
        importlib.import_module(f"surveyapp.{feature}.models")


def _schema(database: Database) -> dict[str, list[str]]:
    """Every CREATE statement as a sorted list of its lines."""
    query = text(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
    )
    with database.session() as session:
        return {
            name: sorted(line.strip().rstrip(",") for line in sql.splitlines())
            for name, sql in session.execute(query)
        }


def test_alembic_finds_no_difference_between_migrations_and_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
        connection.execute(text("DROP TABLE assignment"))
        assert compare_metadata(context, Base.metadata), "control: a missing table is found"


def test_migrations_make_the_very_tables_that_the_models_describe(
    config: Config, database: Database
) -> None:
    """CHECKs and WITHOUT ROWID too, which Alembic does not compare."""
    described = Database(f"sqlite:///{config.data / 'described.sqlite'}")
    with described.transaction() as session:
        Base.metadata.create_all(session.connection())
    assert _schema(database) == _schema(described)
    assert "WITHOUT ROWID" in " ".join(_schema(database)["response"])


def test_migrations_go_down_and_up_again(database: Database) -> None:
    before = _schema(database)
    db.downgrade(database.engine, "base")
    assert _schema(database) == {}
    db.upgrade(database.engine)
    assert _schema(database) == before


def test_a_migration_that_fails_leaves_the_schema_as_it_was(config: Config) -> None:
    database = Database(config.database_url)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE attachment (anything TEXT)"))
    with pytest.raises(OperationalError):
        db.upgrade(database.engine)
    assert inspect(database.engine).get_table_names() == ["attachment"]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 15000)],
)
def test_every_connection_has_the_durable_settings(
    database: Database, pragma: str, value: object
) -> None:
    with database.session() as session:
        assert session.scalar(text(f"PRAGMA {pragma}")) == value


def test_a_transaction_holds_the_write_lock_from_its_beginning(database: Database) -> None:
    impatient = Database(str(database.engine.url))
    with database.transaction() as first:
        first.execute(text("SELECT 1"))
        with impatient.session() as reading:
            reading.execute(text("PRAGMA busy_timeout=0"))
            assert reading.scalar(text("SELECT count(*) FROM unit")) == 0, "reading never waits"
        # The pool hands the same connection out again, still impatient.
        with pytest.raises(OperationalError, match="locked"), impatient.transaction() as second:
            second.execute(text("SELECT 1"))


def test_an_error_rolls_the_whole_transaction_back(database: Database) -> None:
    insert = text(
        "INSERT INTO unit (code, path, kind, category, position, name)"
        " VALUES ('a', '/1/', 'county', '', 0, '{}')"
    )

    def fail_halfway() -> None:
        with database.transaction() as session:
            session.execute(insert)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM unit")) == 0
        session.execute(insert)
    with database.session() as session:
        assert session.scalar(text("SELECT count(*) FROM unit")) == 1


def test_the_schema_is_the_same_on_postgresql(postgresql: Database) -> None:
    with postgresql.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    db.downgrade(postgresql.engine, "base")
    assert inspect(postgresql.engine).get_table_names() == ["alembic_version"]
