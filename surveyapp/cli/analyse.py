"""`surveyapp analyse DATA.csv --definition Q.yaml`: a file alone, without any database."""

from __future__ import annotations

from pathlib import Path

import click

import questionnaires
from analysis.columns import Columns
from analysis.counts import counts
from analysis.release import Fieldwork, Release, build
from analysis.sources.table import DataError, read_csv
from questionnaires import DefinitionError, Questionnaire
from surveyapp.cli.command import Worded
from surveyapp.cli.failure import Failure
from surveyapp.cli.files import write
from surveyapp.cli.store import settings
from surveyapp.cli.words import language, language_option, say
from surveyapp.clock import now_in

_TOP = 10


@click.command(
    "analyse",
    cls=Worded,
    help=say("analyse_help"),
    params=[
        click.Argument(["data"], type=click.Path(path_type=Path)),
        click.Option(
            ["--definition"],
            type=click.Path(path_type=Path),
            required=True,
            help=say("definition_help"),
        ),
        click.Option(["--unit"], help=say("unit_help")),
        click.Option(["--parent"], help=say("parent_help")),
        click.Option(["--role"], help=say("role_help")),
        click.Option(["--json"], type=click.Path(path_type=Path), help=say("json_help")),
        click.Option(["--pdf"], type=click.Path(path_type=Path), help=say("pdf_help")),
        language_option(),
    ],
)
def command(
    data: Path,
    definition: Path,
    unit: str | None,
    parent: str | None,
    role: str | None,
    json: Path | None,
    pdf: Path | None,
) -> None:
    questionnaire = _definition(definition)
    found = _columns(data, questionnaire, unit, parent, role)
    release = build(
        questionnaire, counts(found), Fieldwork(questionnaire.title), now_in(settings().zone).day
    )
    for line in _summary(release):
        click.echo(line)
    if json is not None:
        write(json, release.to_json().encode("utf-8"))
    if pdf is not None:
        click.echo(say("typesetting"), err=True)
        write(pdf, _pdf(release, questionnaire))


def _definition(path: Path) -> Questionnaire:
    try:
        return questionnaires.load(path)
    except DefinitionError as error:
        lines = [f"{problem.place}: {problem.message(language())}" for problem in error.problems]
        summary = say("problems_in_definition", path=path, count=len(lines))
        raise Failure("\n".join([summary, *lines])) from None


def _columns(
    path: Path,
    questionnaire: Questionnaire,
    unit: str | None,
    parent: str | None,
    role: str | None,
) -> Columns:
    click.echo(say("reading", path=path), err=True)
    try:
        return read_csv(path, questionnaire, unit=unit, parent=parent, role=role)
    except DataError as error:
        lines = [problem.message(language()) for problem in error.problems]
        summary = say("problems_in_data", path=path, count=len(lines))
        raise Failure("\n".join([summary, *lines])) from None


def _pdf(release: Release, questionnaire: Questionnaire) -> bytes:
    from analysis import report  # the typesetter is only loaded for those who want a PDF

    return report.pdf(release, questionnaire, language())


def _summary(release: Release) -> list[str]:
    """The main figures and the worst entries of the negative list, for the terminal."""
    over = release.overview
    lines = [
        "",
        release.title.get(language()),
        say("analysed", rows=over.returned, units=over.units, items=len(release.items)),
    ]
    if over.units_shown < over.units:
        hidden = over.units - over.units_shown
        lines.append(say("hidden_units", units=hidden, minimum=release.min_group))
    if release.rule is None:
        return [*lines, say("no_rule")]
    lines.append(
        say(
            "listed",
            units=over.units_listed,
            of=over.units,
            entries=over.listed,
            severe=over.severe,
        )
    )
    return lines + _worst(release)


def _worst(release: Release) -> list[str]:
    entries = [(entry, unit) for unit in release.negative_list for entry in unit.entries]
    # The lower end of the interval: a large share of few answers says less than it seems to.
    entries.sort(key=lambda pair: pair[0].low, reverse=True)
    if not entries:
        return []
    return [
        say("worst", count=min(_TOP, len(entries))),
        *(
            say(
                "worst_entry",
                unit=unit.label.get(language()),
                item=entry.label.get(language()),
                share=f"{entry.share:.1%}",
                negative=entry.negative,
                valid=entry.valid,
                low=f"{entry.low:.1%}",
                high=f"{entry.high:.1%}",
            )
            for entry, unit in entries[:_TOP]
        ),
    ]
