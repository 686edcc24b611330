"""`surveyapp report ROUND --pdf OUT`: the report of a round as a file."""

from __future__ import annotations

from pathlib import Path

import click

from surveyapp.cli.command import Worded
from surveyapp.cli.failure import Failure
from surveyapp.cli.files import write
from surveyapp.cli.store import opened, settings
from surveyapp.cli.words import language, language_option, say
from surveyapp.clock import now_in
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.errors import UnknownRound
from surveyapp.results import operations as results


@click.command(
    "report",
    cls=Worded,
    help=say("report_help"),
    params=[
        click.Argument(["round_"], metavar="ROUND"),
        click.Option(
            ["--pdf"], type=click.Path(path_type=Path), required=True, help=say("pdf_help")
        ),
        language_option(),
    ],
)
def command(round_: str, pdf: Path) -> None:
    config = settings()
    with opened(config) as database, database.session() as session:
        try:
            of = fieldwork.find_round(session, round_)
        except UnknownRound:
            known = ", ".join(one.slug for one in fieldwork.rounds(session)) or say("none")
            raise Failure(say("unknown_round", name=round_, known=known)) from None
        click.echo(say("typesetting"), err=True)
        write(pdf, results.report(session, of, language(), now_in(config.zone).day))
