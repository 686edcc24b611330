"""`surveyapp check FILE...`: what is wrong with definition files, and what reads badly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

import questionnaires
from questionnaires import Examined, Place, Problem, Questionnaire
from questionnaires.lint import Finding, lint, summarise
from surveyapp.cli import translations
from surveyapp.cli.command import Worded
from surveyapp.cli.failure import ERROR
from surveyapp.cli.words import language, language_option, say

#: Rules of the lint that the reader of definitions already reports text by text.
_COVERED = frozenset({"missing_translation"})
_SORTS = {"error": "lint_error", "warning": "lint_warning", "advice": "lint_advice"}


@click.command(
    "check",
    cls=Worded,
    help=say("check_help"),
    params=[
        click.Argument(["files"], nargs=-1, required=True, type=click.Path(path_type=Path)),
        click.Option(["--explain"], is_flag=True, help=say("explain_help")),
        click.Option(["--strict"], is_flag=True, help=say("strict_help")),
        click.Option(["--no-lint"], is_flag=True, help=say("no_lint_help")),
        click.Option(["--languages"], is_flag=True, help=say("languages_help")),
        click.Option(["--json"], type=click.Path(path_type=Path), help=say("languages_json_help")),
        language_option(),
    ],
)
def command(
    files: tuple[Path, ...],
    explain: bool,
    strict: bool,
    no_lint: bool,
    languages: bool,
    json: Path | None,
) -> int:
    if languages or json:
        return translations.tell(files, json)
    errors = faults = 0
    for path in files:
        examined = questionnaires.examine(path)
        findings = () if no_lint else _findings(examined)
        for problem in examined.problems:
            click.echo(_line(path, problem))
        for finding in findings:
            _tell(finding, explain)
        if not examined.problems and not findings:
            click.echo(say("check_good", path=path))
        if examined.questionnaire is not None and not no_lint:
            click.echo(_size(path, examined.questionnaire))
        errors += len(examined.errors)
        faults += sum(finding.severity == "error" for finding in findings)
    click.echo(say("check_total", files=len(files), problems=errors))
    return ERROR if errors or (strict and faults) else 0


def _line(path: Path, problem: Problem) -> str:
    place = str(problem.place) if problem.place.file else str(path)
    advice = say("check_warning") if problem.severity == "warning" else ""
    return f"{place}: {advice}{problem.message(language())}"


def _findings(examined: Examined) -> tuple[Finding, ...]:
    """What reads badly in a definition that can be used, with line and column."""
    if examined.questionnaire is None:
        return ()
    found = (one for one in lint(examined.questionnaire) if one.code not in _COVERED)
    return tuple(
        replace(
            one,
            place=examined.placed(one.place),
            values={
                name: examined.placed(value) if isinstance(value, Place) else value
                for name, value in one.values.items()
            },
        )
        for one in found
    )


def _tell(finding: Finding, explain: bool) -> None:
    sort = say(_SORTS[finding.severity])
    click.echo(f"{finding.place}: {sort}{finding.message(language())} [{finding.code}]")
    if explain:
        click.echo("    " + finding.reason(language()))
        click.echo("    " + say("lint_better", example=finding.example(language())))


def _size(path: Path, questionnaire: Questionnaire) -> str:
    summary = summarise(questionnaire)
    return say(
        "lint_size",
        path=path,
        minutes=f"{summary.minutes:g}",
        items=summary.items,
        open=summary.open_questions,
        rows=summary.matrix_rows,
    )
