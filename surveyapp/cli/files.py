"""Writing what a command was asked for."""

from __future__ import annotations

from pathlib import Path

import click

from surveyapp.cli.failure import Failure
from surveyapp.cli.words import say


def write(path: Path, content: bytes) -> None:
    """Write a result whole and say so; a file that cannot be written is a Failure."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Failure(say("file_unwritable", path=path, reason=error.strerror)) from None
    click.echo(say("written", path=path, size=round(len(content) / 1024)), err=True)
