"""`surveyapp check FILE...`: every problem of every definition file at once."""

from __future__ import annotations

from pathlib import Path

import click

import questionnaires
from questionnaires import Problem
from surveyapp.cli.command import Worded
from surveyapp.cli.failure import ERROR
from surveyapp.cli.words import language, language_option, say


@click.command(
    "check",
    cls=Worded,
    help=say("check_help"),
    params=[
        click.Argument(["files"], nargs=-1, required=True, type=click.Path(path_type=Path)),
        language_option(),
    ],
)
def command(files: tuple[Path, ...]) -> int:
    errors = 0
    for path in files:
        examined = questionnaires.examine(path)
        for problem in examined.problems:
            click.echo(_line(path, problem))
        if not examined.problems:
            click.echo(say("check_good", path=path))
        errors += len(examined.errors)
    click.echo(say("check_total", files=len(files), problems=errors))
    return ERROR if errors else 0


def _line(path: Path, problem: Problem) -> str:
    place = str(problem.place) if problem.place.file else str(path)
    advice = say("check_warning") if problem.severity == "warning" else ""
    return f"{place}: {advice}{problem.message(language())}"
