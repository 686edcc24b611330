"""`surveyapp check FILE... --languages`: how complete each language of a definition is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

import questionnaires
from questionnaires import Examined, locales
from questionnaires.languages import Completeness, Noticed, as_json, completeness
from surveyapp.cli.failure import ERROR
from surveyapp.cli.files import write
from surveyapp.cli.words import language, say

_SORTS = {
    "missing": "languages_missing",
    "related": "languages_related",
    "same": "languages_same",
    "placeholders": "languages_placeholders",
}
#: Characters of a text that are shown.
_SHOWN = 60


def tell(files: tuple[Path, ...], report: Path | None) -> int:
    """Report on each file; end with an error if one of them cannot be used."""
    unusable = 0
    trees = []
    for path in files:
        examined = questionnaires.examine(path)
        for problem in examined.errors:
            place = str(problem.place) if problem.place.file else str(path)
            click.echo(f"{place}: {problem.message(language())}")
        unusable += examined.questionnaire is None
        reports = _placed(examined)
        for one in reports:
            _tell(path, one)
        trees.append({"file": str(path), "languages": [as_json(one) for one in reports]})
    if report is not None:
        write(report, json.dumps(trees, ensure_ascii=False, indent=1).encode("utf-8"))
    return ERROR if unusable else 0


def _placed(examined: Examined) -> list[Completeness]:
    """Return the reports with line and column."""
    if examined.questionnaire is None:
        return []
    return [_with_lines(one, examined) for one in completeness(examined.questionnaire)]


def _with_lines(report: Completeness, examined: Examined) -> Completeness:
    placed: dict[str, Any] = {
        sort: tuple(replace(one, place=examined.placed(one.place)) for one in getattr(report, sort))
        for sort in _SORTS
    }
    return replace(report, **placed)


def _tell(path: Path, report: Completeness) -> None:
    counts = {"present": report.present, "texts": report.texts}
    name = locales.name(report.language, language())
    share = f"{report.share:.1%}" if report.present < report.texts else "100%"
    click.echo(
        say("languages_share", path=path, name=name, tag=report.language, share=share, **counts)
    )
    for sort in _SORTS:
        for one in getattr(report, sort):
            click.echo("  " + _line(sort, one, report.language))


def _line(sort: str, one: Noticed, tag: str) -> str:
    flat = " ".join(one.text.split())
    comma = "、" if language() == "zh" else ", "
    return say(
        _SORTS[sort],
        place=one.place,
        tag=tag,
        language=one.language,
        text=flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…",
        lacking=comma.join(one.lacking) or "—",
        extra=comma.join(one.extra) or "—",
    )
