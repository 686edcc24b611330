"""`surveyapp mail`: the worker that sends what is queued, and the bounces that came back."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from pathlib import Path

import click

from surveyapp.cli.command import Worded
from surveyapp.cli.failure import Failure
from surveyapp.cli.store import opened, settings
from surveyapp.cli.words import language_option, say
from surveyapp.config import Config, ConfigError
from surveyapp.fieldwork.distribution.operations import note_undelivered
from surveyapp.mail import bounces
from surveyapp.mail.bounces import Bounce
from surveyapp.mail.sealing import Seal
from surveyapp.mail.settings import MailSettings, mail_settings
from surveyapp.mail.worker import Worker


class _Group(Worded, click.Group):
    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(say("commands")):
            formatter.write_dl([(name, one.help or "") for name, one in self.commands.items()])


@click.command(
    "work",
    cls=Worded,
    help=say("mail_work_help"),
    params=[
        click.Option(["--once"], is_flag=True, help=say("mail_once_help")),
        click.Option(["--until-stdin-ends"], is_flag=True, help=say("mail_until_help")),
        language_option(),
    ],
)
def work(once: bool, until_stdin_ends: bool) -> None:
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    config = settings()
    how = _checked(config)
    with opened(config) as database:
        worker = Worker(database, how, Seal(config.secret_key()), note_undelivered)
        _stop_when_asked(worker.stop)
        if until_stdin_ends:
            threading.Thread(target=_wait_for_end, args=(worker.stop,), daemon=True).start()
        if not once:
            worker.run()
        elif not worker.run_once():
            raise Failure(say("mail_busy"))


@click.command(
    "bounces",
    cls=Worded,
    help=say("mail_bounces_help"),
    params=[
        click.Argument(["files"], type=click.Path(path_type=Path), nargs=-1, required=True),
        language_option(),
    ],
)
def record_bounces(files: tuple[Path, ...]) -> None:
    found = [bounce for file in files for bounce in _read(file)]
    with opened(settings()) as database, database.transaction() as writing:
        ours = bounces.record(writing, found)
        note_undelivered(writing)
    click.echo(say("mail_bounces_done", found=len(found), ours=ours))


command = _Group(
    "mail",
    help=say("mail_help"),
    params=[language_option()],
    commands=[work, record_bounces],
    no_args_is_help=True,
)


def _checked(config: Config) -> MailSettings:
    try:
        return mail_settings(config)
    except ConfigError as error:
        raise Failure(str(error)) from None


def _stop_when_asked(stop: threading.Event) -> None:
    """The mail in hand is finished first: ended anywhere else it would have to be held."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())


def _wait_for_end(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


def _read(file: Path) -> list[Bounce]:
    try:
        return bounces.in_file(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Failure(say("file_unreadable", path=file, reason=reason)) from None
