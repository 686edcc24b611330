"""`surveyapp analyse DATA --definition Q.yaml`: a file or a folder of parts, and no database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

import questionnaires
from analysis.backends import folder as folders
from analysis.backends.parquet import BadPart, InProcesses, OnDask, Runner, here
from analysis.columns import Columns
from analysis.counts import Tables, counts
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
_CONNECT_SECONDS = 10
_UNUSABLE = {"unreadable": "part_unreadable", "axes": "part_axes", "codes": "part_codes"}


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
        click.Option(["--parquet"], type=click.Path(path_type=Path), help=say("parquet_help")),
        click.Option(["--processes"], type=click.IntRange(1), help=say("processes_help")),
        click.Option(["--dask"], help=say("dask_help")),
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
    parquet: Path | None,
    processes: int | None,
    dask: str | None,
    json: Path | None,
    pdf: Path | None,
) -> None:
    questionnaire = _definition(definition)
    if data.is_dir():
        tables = _counted(data, questionnaire, processes, dask)
    else:
        columns = _columns(data, questionnaire, unit, parent, role)
        tables = counts(columns)
        if parquet is not None:
            _keep(columns, parquet)
    release = build(
        questionnaire, tables, Fieldwork(questionnaire.title), now_in(settings().zone).day
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


def _keep(columns: Columns, folder: Path) -> None:
    """Write the coded responses as parts of a folder, to be counted again or elsewhere."""
    try:
        folders.write_folder(columns, folder)
    except ImportError:
        raise Failure(say("extra_missing", extra="parquet")) from None
    except FileExistsError:
        raise Failure(say("folder_taken", path=folder)) from None
    except OSError as error:
        raise Failure(say("file_unwritable", path=folder, reason=error.strerror)) from None


def _counted(
    folder: Path, questionnaire: Questionnaire, processes: int | None, dask: str | None
) -> Tables:
    """Count the parts of a folder: here, in processes of this machine, or on a Dask cluster."""
    click.echo(say("reading", path=folder), err=True)
    try:
        with _runner(processes, dask) as run:
            return counts(
                folders.parts_of(questionnaires.codebook(questionnaire), folder.resolve(), run)
            )
    except ImportError:
        raise Failure(say("extra_missing", extra="dask" if dask else "parquet")) from None
    except BadPart as bad:
        raise Failure(say(_UNUSABLE[bad.why], path=bad.path)) from None


@contextmanager
def _runner(processes: int | None, dask: str | None) -> Iterator[Runner]:
    if dask is None:
        yield InProcesses(processes) if processes else here
        return
    from distributed import Client

    try:
        client = Client(dask, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError):
        raise Failure(say("dask_unreachable", address=dask)) from None
    with client:
        yield OnDask(client)


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
