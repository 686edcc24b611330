"""An edited workbook -> the definition, or every problem in it with its sheet, row and column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from questionnaires.formats import limits, own, yaml
from questionnaires.formats.losses import Imported, Loss
from questionnaires.formats.sheet import catalogue, shapes
from questionnaires.formats.sheet.assembling import Assembly
from questionnaires.formats.sheet.cells import as_json
from questionnaires.formats.sheet.tables import recognises, tables
from questionnaires.formats.sheet.words import OWN, roots
from questionnaires.formats.xlsform.refusal import Refusal
from questionnaires.formats.xlsform.workbook import read_book
from questionnaires.library import shared_scales
from questionnaires.model import Questionnaire
from questionnaires.problems import Place, Problem
from questionnaires.structure import structure_problems
from questionnaires.text import Text

__all__ = ["catalogue", "read", "recognises"]


def read(content: bytes, filename: str) -> Imported:
    """Read a workbook that ``write`` made and people edited; never raises for a bad file."""
    try:
        book = read_book(content)
    except Refusal as refused:
        return Imported(None, (refused.loss,))
    losses = _Losses([])
    assembly = Assembly(tables(book, _known, losses.add), losses.add)
    questionnaire, problems = _examined(assembly.tree())
    for problem in problems:
        losses.add(_loss(problem, assembly))
    if questionnaire is None or losses.errors:
        return Imported(None, tuple(losses.found))
    for loss in _unlisted(questionnaire, assembly):
        losses.add(loss)
    count = len(own.expressions(questionnaire))
    return Imported(questionnaire, tuple(losses.found), count, count, 0, len(questionnaire.items))


def _examined(tree: dict[str, Any]) -> tuple[Questionnaire | None, Iterable[Problem]]:
    """Return the definition, if its parts have the right shape, and all that is wrong with it."""
    try:
        questionnaire = Questionnaire.model_validate(tree)
    except ValidationError:
        return None, yaml.examine(as_json(tree), shared_scales).problems
    return questionnaire, structure_problems(questionnaire)


@dataclass(slots=True)
class _Losses:
    """Collects losses, up to the number that a report may hold."""

    found: list[Loss]
    errors: bool = False

    def add(self, loss: Loss) -> None:
        self.errors |= loss.severity == "error"
        if len(self.found) < limits.MAX_LOSSES:
            self.found.append(loss)


def _known(sheet: str, code: str) -> bool:
    """Say whether a sheet may have a column of that code."""
    if code.split(".")[0] in OWN[sheet]:
        return True
    if sheet == "questionnaire":
        return False
    steps = tuple(code.split("."))
    return any(shapes.resolved(root, steps) is not None for root in roots(sheet))


def _loss(problem: Problem, assembly: Assembly) -> Loss:
    """Word what is wrong with the definition, with places in the workbook."""
    values = {
        name: assembly.where(value.field) if isinstance(value, Place) else value
        for name, value in problem.values.items()
    }
    worded = replace(problem, values=values)
    words = Text({"zh": worded.message("zh"), "en": worded.message("en")})
    code = "definition_invalid" if problem.severity == "error" else "definition_advice"
    where = assembly.where(problem.place.field, str(problem.values.get("language", "")))
    return Loss(code, problem.severity, where, {"problem": words})


def _unlisted(questionnaire: Questionnaire, assembly: Assembly) -> list[Loss]:
    """Report languages that have a column and are not offered to respondents."""
    listed = set(questionnaire.languages)
    extra = {tag: where for tag, where in assembly.languages.items() if tag not in listed}
    return [
        Loss("sheet_language_unlisted", "info", where, {"language": tag})
        for tag, where in extra.items()
    ]
