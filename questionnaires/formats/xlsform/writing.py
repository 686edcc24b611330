"""A questionnaire of ours -> an XLSForm workbook that pyxform and ODK accept."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable

import xlsxwriter

from questionnaires.formats import limits
from questionnaires.formats.losses import Written
from questionnaires.formats.xlsform.items import write_item
from questionnaires.formats.xlsform.sheets import Cells, Sheets
from questionnaires.model import Questionnaire, Section
from questionnaires.text import UNDETERMINED

#: Fixed, so that the same questionnaire gives the same file.
_MADE = datetime.datetime(2000, 1, 1)
_UNLIMITED = 200
_FIRST = ("type", "name", "list_name")
#: Parts of a questionnaire that a form cannot hold.
_PARTS = ("minutes", "checklist", "negative_list", "variants", "data", "anonymity")


def write(questionnaire: Questionnaire, ending: str = ".xlsx") -> Written:
    """Return the workbook, and what it could not hold."""
    sheets = Sheets(questionnaire)
    for name in _PARTS:
        usual = Questionnaire.model_fields[name].get_default(call_default_factory=True)
        if getattr(questionnaire, name) != usual:
            sheets.lost("write_setting", "info", name, key=name)
    if questionnaire.intro is not None:
        name = sheets.name(f"{questionnaire.id}_intro")
        sheets.survey.append({"type": "note", "name": name, **sheets.texts(questionnaire.intro)})
    for section in questionnaire.sections:
        _section(section, sheets)
    return Written(_workbook(sheets), tuple(sheets.losses))


def _section(section: Section, sheets: Sheets) -> None:
    sort = "repeat" if section.repeat else "group"
    name = section.id if section.repeat else sheets.name(section.id)
    head: Cells = {"type": f"begin_{sort}", "name": name, **sheets.texts(section.title)}
    where = f"sections.{section.id}"
    if section.relevant:
        head["relevant"] = sheets.expression(section.relevant, f"{where}.relevant")
    if section.repeat:
        if section.repeat.min == section.repeat.max:
            head["repeat_count"] = str(section.repeat.max)
        elif section.repeat.min or section.repeat.max != _UNLIMITED:
            sheets.lost("write_setting", "warning", f"{where}.repeat", key="repeat")
    sheets.survey.append(head)
    if section.intro is not None:
        intro = sheets.name(f"{section.id}_intro")
        sheets.survey.append({"type": "note", "name": intro, **sheets.texts(section.intro)})
    for item in section.items:
        write_item(item, sheets)
    sheets.survey.append({"type": f"end_{sort}", "name": name})


def _workbook(sheets: Sheets) -> bytes:
    stream = io.BytesIO()
    plain = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(stream, plain) as book:
        book.set_properties({"created": _MADE})
        bold = book.add_format({"bold": True})
        settings: list[Cells] = [_settings(sheets)]
        for name, rows in (
            ("survey", sheets.survey),
            ("choices", sheets.choices),
            ("settings", settings),
        ):
            _fill(book.add_worksheet(name), rows, bold)
    return stream.getvalue()


def _fill(
    page: xlsxwriter.worksheet.Worksheet, rows: list[Cells], bold: xlsxwriter.format.Format
) -> None:
    heads = _heads(rows)
    for column, head in enumerate(heads):
        page.write_string(0, column, head, bold)
    for number, row in enumerate(rows, start=1):
        for column, head in enumerate(heads):
            if text := row.get(head):
                page.write_string(number, column, text[: limits.MAX_CELL])
    page.freeze_panes(1, 0)
    page.set_column(0, max(len(heads) - 1, 0), 24)


def _heads(rows: Iterable[Cells]) -> list[str]:
    found = dict.fromkeys(head for row in rows for head in row)
    return sorted(found, key=lambda head: (head not in _FIRST, list(found).index(head)))


def _settings(sheets: Sheets) -> Cells:
    questionnaire = sheets.questionnaire
    main = questionnaire.languages[0]
    cells = {
        "form_title": sheets.plain(questionnaire.title, main),
        "form_id": questionnaire.id,
    }
    if main != UNDETERMINED:
        cells["default_language"] = "default" if sheets.has_neutral else sheets.language(main)
    if sheets.root != "data":
        cells["name"] = sheets.root
    return cells
