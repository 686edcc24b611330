"""`surveyapp organisation import FILE` and `export FILE`: units, people, postings and teams."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from questionnaires.formats.limits import MAX_FILE
from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.cli.command import Worded
from surveyapp.cli.failure import ERROR, Failure
from surveyapp.cli.files import write
from surveyapp.cli.store import database_errors, opened, settings
from surveyapp.cli.words import language, language_option, say
from surveyapp.db import Database
from surveyapp.organisation.exchange import writing
from surveyapp.organisation.exchange.applying import apply
from surveyapp.organisation.exchange.layout import LAYOUTS
from surveyapp.organisation.exchange.plan import Plan
from surveyapp.organisation.exchange.planning import plan
from surveyapp.organisation.exchange.reading import read
from surveyapp.organisation.exchange.records import stored

_COLONS = {"zh": "：", "en": ": "}
_COMMAS = {"zh": "，", "en": ", "}
_ACTIONS = {
    "new": "organisation_new",
    "renamed": "organisation_renamed",
    "moved": "organisation_moved",
    "changed": "organisation_changed",
    "ended": "organisation_ended",
}


@click.command(
    "organisation",
    cls=Worded,
    help=say("organisation_help"),
    params=[
        click.Argument(["action"], type=click.Choice(["import", "export"])),
        click.Argument(
            ["files"], metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
        ),
        click.Option(["--dry-run"], is_flag=True, help=say("organisation_dry_help")),
        click.Option(["--full"], is_flag=True, help=say("organisation_full_help")),
        language_option(),
    ],
)
def command(action: str, files: tuple[Path, ...], dry_run: bool, full: bool) -> int:
    config = settings()
    with opened(config) as database:
        if action == "export":
            _export(database, files)
            return 0
        given = [(path.name, _content(path)) for path in files]
        moment = clock.moment(datetime.now(UTC), config.zone)
        with database_errors(), database.transaction() as session:
            wanted = plan(
                read(given),
                stored(session),
                on=moment.day,
                full=full,
                files=[name for name, _content in given],
            )
            _tell(wanted)
            if wanted.stopped:
                click.echo(say("organisation_stopped"), err=True)
                return ERROR
            if not dry_run:
                apply(session, wanted, moment.utc)
                audit.record(session, "organisation.imported", ", ".join(wanted.files))
    click.echo(say("organisation_dry" if dry_run else "organisation_done"))
    return 0


def _tell(wanted: Plan) -> None:
    """Show what changes, by sheet and action, and every problem."""
    counts = wanted.counts()
    for name, layout in LAYOUTS.items():
        parts = [
            say(words, count=count)
            for action, words in _ACTIONS.items()
            if (count := counts[name, action])
        ]
        if same := wanted.unchanged.get(name):
            parts.append(say("organisation_unchanged", count=same))
        if parts:
            click.echo(_line(layout.heading.get(language()), _COMMAS[language()].join(parts)))
    for problem in wanted.problems:
        place, what = problem.place(language()), problem.message(language())
        click.echo(_line(place, what) if place else what, err=problem.stops)


def _line(place: str, what: str) -> str:
    return f"{place}{_COLONS[language()]}{what}"


def _export(database: Database, files: tuple[Path, ...]) -> None:
    with database_errors(), database.session() as session:
        everything = stored(session)
    for path in files:
        if path.suffix.lower() == ".xlsx":
            write(path, writing.workbook(everything))
        elif path.suffix.lower() == ".csv" and path.stem in LAYOUTS:
            write(path, writing.table(everything, path.stem))
        else:
            known = ", ".join(f"{name}.csv" for name in LAYOUTS)
            raise Failure(say("organisation_name", path=path, known=known))


def _content(path: Path) -> bytes:
    """Return a file, or as much of one that is too large as shows that it is."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_FILE + 1)
    except OSError as error:
        raise Failure(say("file_unreadable", path=path, reason=error.strerror)) from None
