"""The installation's settings and database, as a command opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from surveyapp.cli.failure import Failure
from surveyapp.cli.words import say
from surveyapp.config import Config, ConfigError
from surveyapp.db import Database, upgrade
from surveyapp.journal import settle


def settings() -> Config:
    """From the environment; a value that cannot be used is a Failure."""
    try:
        return Config.from_environment()
    except ConfigError as error:
        raise Failure(str(error)) from None


@contextmanager
def database_errors() -> Iterator[None]:
    """Whatever goes wrong with the database in here is one line for the user."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise Failure(say("database_unusable", reason=reason)) from error


@contextmanager
def opened(config: Config) -> Iterator[Database]:
    """The database, brought up to date."""
    with database_errors():
        database = Database(config.database_url)
        upgrade(database.engine)
    try:
        yield database
    finally:
        settle(database.engine)
        database.dispose()
