"""`surveyapp try DEFINITION ANSWERS`: what a definition makes of answers, before it is used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

import questionnaires
from questionnaires import Context, DefinitionError, Outcome, Questionnaire
from questionnaires.reading import read
from surveyapp.cli.command import Worded
from surveyapp.cli.failure import ERROR, Failure
from surveyapp.cli.words import language, language_option, say

#: A file of answers is no larger than this.
MAX_BYTES = 5_000_000
#: Lots are always drawn: without them the items of every arm would stay out of sight.
_SEED = "try"


@click.command(
    "try",
    cls=Worded,
    help=say("try_help"),
    params=[
        click.Argument(["definition"], type=click.Path(path_type=Path)),
        click.Argument(["answers"], type=click.Path(path_type=Path)),
        click.Option(["--seed"], default=_SEED, help=say("seed_help")),
        language_option(),
    ],
)
def command(definition: Path, answers: Path, seed: str) -> int:
    questionnaire = _definition(definition)
    raw = _answers(answers)
    context = Context(seed=seed, language=language())
    outcome = questionnaires.check(questionnaire, raw, context)
    _asked(questionnaire, raw, context)
    _tell(outcome)
    return 0 if outcome.answers is not None else ERROR


def _definition(path: Path) -> Questionnaire:
    try:
        return questionnaires.load(path)
    except DefinitionError as error:
        unread = next((one for one in error.problems if one.code == "file_unreadable"), None)
        if unread is not None:
            raise Failure(f"{path}: {unread.message(language())}") from error
        raise Failure(say("try_no_definition", path=path)) from error


def _answers(path: Path) -> Any:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise Failure(say("convert_large", path=path, limit=MAX_BYTES))
        return json.loads(content)
    except OSError as error:
        raise Failure(say("file_unreadable", path=path, reason=error.strerror)) from error
    except (ValueError, RecursionError) as error:
        raise Failure(say("try_no_json", path=path)) from error


def _asked(questionnaire: Questionnaire, raw: Any, context: Context) -> None:
    """Name the items that these answers lead to, as the respondent would read them."""
    if not isinstance(raw, dict):
        return
    reading = read(questionnaire, raw, context)
    for section in questionnaire.sections:
        for sheet, scope in reading.fillings(section):
            for item in section.items:
                if item.asked and item.id in scope:
                    label = reading.worded(item.label, sheet).get(language())
                    click.echo(f"{sheet.prefix}{item.id}  {label}")


def _tell(outcome: Outcome) -> None:
    for problem in outcome.problems:
        place = f"{problem.place.field}: " if problem.place.field else ""
        click.echo(f"! {place}{problem.message(language())}")
    if outcome.answers is None:
        click.echo(say("try_refused"))
        return
    click.echo(say("try_accepted"))
    click.echo(json.dumps(outcome.answers.values, ensure_ascii=False, indent=2, sort_keys=True))
    for found in outcome.findings:
        click.echo(say("try_finding", item=found.item, wording=found.wording.get(language())))
    if outcome.quotas:
        click.echo(say("try_quotas", names=", ".join(outcome.quotas)))
