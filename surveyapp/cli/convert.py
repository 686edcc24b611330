"""`surveyapp convert IN OUT`: everybody's files into ours, ours into theirs, and what was lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from questionnaires import Questionnaire
from questionnaires.formats import registry
from questionnaires.formats.losses import Imported, Loss, Written, losses_json
from questionnaires.formats.registry import Format
from surveyapp.cli.command import Worded
from surveyapp.cli.failure import ERROR, Failure
from surveyapp.cli.files import write
from surveyapp.cli.words import language, language_option, say

#: Losses shown on the screen; the report lists all of them.
_SHOWN = 40
_LEVELS = {"error": "loss_error", "warning": "loss_warning"}
#: What the writers call an expression that their format has no words for,
_UNWRITTEN = ("write_expression", "export_expression")
#: and the settings that hold one.
_EXPRESSIONS = ("relevant", "constraint", "calculate", "choice_filter", "problem_if")
#: No file is read beyond this; each format has limits of its own below it.
MAX_BYTES = 50_000_000


@click.command(
    "convert",
    cls=Worded,
    help=say("convert_help"),
    params=[
        click.Argument(["source"], metavar="IN", type=click.Path(path_type=Path)),
        click.Argument(["target"], metavar="OUT", type=click.Path(path_type=Path)),
        click.Option(["--report"], type=click.Path(path_type=Path), help=say("losses_help")),
        click.Option(["--strict"], is_flag=True, help=say("convert_strict_help")),
        click.Option(["--to"], metavar="FORMAT", help=say("convert_to_help")),
        language_option(),
    ],
)
def command(source: Path, target: Path, report: Path | None, strict: bool, to: str | None) -> int:
    writer = _writer(target, to)
    imported = _imported(source)
    questionnaire = imported.questionnaire
    written = Written(b"")
    if questionnaire is not None:
        written = writer(questionnaire, target)
    losses = (*imported.losses, *written.losses)
    _tell(losses)
    if report is not None:
        write(report, _report(imported, written).encode("utf-8"))
    errors = sum(loss.severity == "error" for loss in losses)
    if questionnaire is None or (strict and errors):
        click.echo(say("convert_nothing", path=source, errors=errors), err=True)
        return ERROR
    write(target, written.content)
    click.echo(
        say(
            "convert_done",
            items=imported.items,
            expressions=imported.expressions,
            translated=imported.translated,
            unwritten=sum(map(_is_expression, written.losses)),
            losses=len(losses),
            errors=errors,
        )
    )
    return 0


def _is_expression(loss: Loss) -> bool:
    """Say whether what was not written is a condition or a calculation."""
    return loss.code in _UNWRITTEN or loss.values.get("key") in _EXPRESSIONS


def _writer(target: Path, to: str | None) -> Callable[[Questionnaire, Path], Written]:
    """Return what writes the format that was asked for, or that the file name says."""
    chosen = registry.formats().get(to) if to else registry.writer(target.name)
    if chosen is not None and chosen.write is not None:
        return partial(_written, chosen)
    if to:
        known = ", ".join(name for name, one in registry.formats().items() if one.write)
        raise Failure(say("convert_no_format", name=to, known=known))
    known = ", ".join(registry.writable())
    raise Failure(say("convert_no_writer", path=target, known=known))


def _written(form: Format, questionnaire: Questionnaire, target: Path) -> Written:
    """Write a definition; over a YAML file that is there, so that its comments stay."""
    ending = registry.ending_of(target.name)
    if form.rewrite is not None and ending in (".yaml", ".yml") and target.is_file():
        return form.rewrite(questionnaire, target.read_bytes())
    assert form.write is not None
    return form.write(questionnaire, ending)


def _imported(source: Path) -> Imported:
    try:
        with source.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Failure(say("file_unreadable", path=source, reason=error.strerror)) from None
    if len(content) > MAX_BYTES:
        raise Failure(say("convert_large", path=source, limit=MAX_BYTES))
    reader = registry.reader(content, source.name)
    if reader is None:
        raise Failure(say("convert_no_reader", path=source))
    return reader.read(content, source.name)


def _tell(losses: tuple[Loss, ...]) -> None:
    """Show what was lost, the gravest first."""
    order = {"error": 0, "warning": 1, "info": 2}
    for loss in sorted(losses, key=lambda loss: order[loss.severity])[:_SHOWN]:
        place = f"{loss.where}: " if loss.where else ""
        level = say(_LEVELS[loss.severity]) if loss.severity in _LEVELS else ""
        click.echo(f"{place}{level}{loss.message(language())} {loss.done(language())}")
    if len(losses) > _SHOWN:
        click.echo(say("convert_more", count=len(losses) - _SHOWN))


def _report(imported: Imported, written: Written) -> str:
    tree = json.loads(imported.to_json())
    tree["written"] = losses_json(written.losses)
    return json.dumps(tree, ensure_ascii=False, indent=1)
