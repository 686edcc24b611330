"""`surveyapp backup FILE`: the database as it is now, without the history of its files."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import Engine

from surveyapp.cli.command import Worded
from surveyapp.cli.failure import Failure
from surveyapp.cli.store import database_errors, opened, settings
from surveyapp.cli.words import language_option, say


@click.command(
    "backup",
    cls=Worded,
    help=say("backup_help"),
    params=[click.Argument(["file"], type=click.Path(path_type=Path)), language_option()],
)
def command(file: Path) -> None:
    with opened(settings()) as database:
        if database.engine.dialect.name != "sqlite":
            raise Failure(say("backup_elsewhere"))
        _make(file)
        try:
            with database_errors():
                _copy(database.engine, file)
        except Failure:
            file.unlink()  # half a copy is none
            raise
    click.echo(say("written", path=file, size=round(file.stat().st_size / 1024)))
    click.echo(say("backup_secret"))


def _make(file: Path) -> None:
    """Make the file, for its owner only; what is there already is never written over."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise Failure(say("file_unwritable", path=file, reason=error.strerror)) from None


def _copy(engine: Engine, file: Path) -> None:
    """Write every row anew, in the order of its key; the web site may go on meanwhile."""
    borrowed = engine.raw_connection()
    try:
        borrowed.cursor().execute("VACUUM INTO ?", (str(file),))
    except engine.dialect.loaded_dbapi.Error as error:
        raise OSError(str(error)) from error
    finally:
        borrowed.close()
