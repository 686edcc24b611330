"""`surveyapp demo`: make the demonstration, or leave it as it is."""

from __future__ import annotations

import click

from surveyapp.cli.command import Worded
from surveyapp.cli.failure import Failure
from surveyapp.cli.store import database_errors, settings
from surveyapp.cli.words import language_option, say
from surveyapp.demo import DemoFileMissing, ensure


@click.command("demo", cls=Worded, help=say("demo_help"), params=[language_option()])
def command() -> None:
    config = settings()
    try:
        with database_errors():
            ensure(config, lambda step: click.echo(say(f"demo_{step}")))
    except DemoFileMissing:
        raise Failure(say("demo_file_missing", path=config.demo_file)) from None
