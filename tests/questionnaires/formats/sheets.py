"""Forms written inline: sheets as text, the workbook made of them, and what was read from it."""

from __future__ import annotations

import io
from textwrap import dedent
from typing import Any

import xlsxwriter

import questionnaires
from questionnaires import Item, Questionnaire
from questionnaires.formats.losses import Imported
from questionnaires.formats.xlsform import read


def table(text: str) -> list[list[str]]:
    """Return the rows of ``a | b | c`` lines."""
    lines = dedent(text).strip("\n").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def workbook(survey: str, choices: str = "", settings: str = "") -> bytes:
    """Return an .xlsx of sheets written as ``a | b | c`` lines."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheets = {"survey": survey, "choices": choices, "settings": settings}
        for name, text in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(table(text)):
                for column, cell in enumerate(row):
                    page.write_string(number, column, cell)
    return stream.getvalue()


def imported(survey: str, choices: str = "", settings: str = "") -> Imported:
    """Read a form; whatever comes of it passes our own examination."""
    found = read(workbook(survey, choices, settings), "form.xlsx")
    if found.questionnaire is not None:
        text = questionnaires.to_json(found.questionnaire)
        assert not questionnaires.examine(text).errors
    assert found.expressions == found.translated + found.flagged
    return found


def form(survey: str, choices: str = "", settings: str = "") -> Questionnaire:
    """Return the questionnaire of a form."""
    found = imported(survey, choices, settings).questionnaire
    assert found is not None
    return found


def item(survey: str, choices: str = "") -> Any:
    """Return the last item of a form."""
    last: Item = form(survey, choices).items[-1]
    return last


def losses(found: Imported, severity: str = "") -> list[tuple[str, str]]:
    """Return (code, place) of every loss, of one severity if asked."""
    return [(x.code, x.where) for x in found.losses if severity in ("", x.severity)]
