"""A questionnaire of ours -> an XLSForm workbook that pyxform and ODK accept."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Mapping

import xlsxwriter

from questionnaires.formats import limits
from questionnaires.formats.foreign.leaping import conditions
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.unwritten import Fields, unwritten
from questionnaires.formats.losses import Severity, Written
from questionnaires.formats.xlsform.items import write_item
from questionnaires.formats.xlsform.sheets import Cells, Sheets
from questionnaires.model import Questionnaire, Repeat, Section
from questionnaires.text import UNDETERMINED

#: Fixed, so that the same questionnaire gives the same file.
_MADE = datetime.datetime(2000, 1, 1)
_UNLIMITED = 200
_FIRST = ("type", "name", "list_name")
#: What a form holds; of the rest, what is minor.
_WRITTEN: Fields = {
    "questionnaire": ("id", "title", "languages", "intro", "terms", "scales", "sections", "media"),
    "section": ("id", "title", "intro", "relevant", "jump", "repeat", "items"),
    "repeat": ("min", "max", "count"),
    "jump": ("to", "when"),
    "term": ("text",),
    "media": ("source",),
    "item": (
        *("id", "kind", "label", "hint", "required", "required_message", "default"),
        *("relevant", "constraint", "constraint_message", "media"),
    ),
    "computed": ("calculate",),
    "choice": ("value", "label", "exclusive", "text", "image", "properties"),
    "carryforward": ("item", "which"),
    "row": ("value", "label"),
    "branch": ("value", "label", "branches"),
    "share": ("value", "label"),
    "group": ("value", "weight"),
    "scale": ("scale", "appearance"),
    **dict.fromkeys(
        ("single_choice", "multiple_choice", "ranking"),
        (
            *("options", "choice_filter", "carry_forward", "random_order", "appearance"),
            *("min_choices", "max_choices"),
        ),
    ),
    "matrix": ("scale", "rows", "rows_from_units"),
    "matrix_multiple": ("rows", "options"),
    "matrix_number": ("rows", "min", "max"),
    "matrix_text": ("rows", "max_characters"),
    "matrix_dual": ("rows", "scale", "second_scale", "first_label", "second_label"),
    "short_text": ("max_characters", "pattern", "pattern_message"),
    "long_text": ("max_characters",),
    "integer": ("min", "max", "step"),
    "decimal": ("min", "max", "digits", "step"),
    "yes_no": ("not_applicable",),
    "stars": ("stars",),
    "slider": ("min", "max", "step"),
    "cascade": ("branches",),
    "constant_sum": ("total", "shares"),
    "points": ("min", "max"),
    "calculated": ("calculate", "shown"),
    "hidden": ("value",),
    "arm": ("arms",),
}
_MINOR = ("minutes", "genre", "fixed", "low_label", "high_label", "filled_by", "examples")


def write(questionnaire: Questionnaire, ending: str = ".xlsx") -> Written:
    """Return the workbook, and what it could not hold."""
    sheets = Sheets(questionnaire)
    for where, key in unwritten(questionnaire, _WRITTEN):
        severity: Severity = "info" if key in _MINOR else "warning"
        sheets.lost("write_setting", severity, f"{where}.{key}" if where else key, key=key)
    asked = _asked(sheets)
    if questionnaire.intro is not None:
        name = sheets.name(f"{questionnaire.id}_intro")
        sheets.survey.append({"type": "note", "name": name, **sheets.texts(questionnaire.intro)})
    for section in questionnaire.sections:
        _section(section, asked[section.id], sheets)
    return Written(_workbook(sheets), tuple(sheets.losses))


def _asked(sheets: Sheets) -> Mapping[str, str | None]:
    """Return when each section is asked: XLSForm has no jumps, only conditions."""
    sections = sheets.questionnaire.sections
    try:
        found = conditions(sheets.questionnaire)
    except Untranslatable:
        for section in sections:
            if section.jump:
                sheets.lost("write_setting", "error", f"sections.{section.id}.jump", key="jump")
        return {section.id: section.relevant for section in sections}
    for section in sections:
        if section.jump:
            sheets.lost("write_jump", "info", f"sections.{section.id}.jump")
    return found


def _section(section: Section, relevant: str | None, sheets: Sheets) -> None:
    sort = "repeat" if section.repeat else "group"
    name = section.id if section.repeat else sheets.name(section.id)
    head: Cells = {"type": f"begin_{sort}", "name": name, **sheets.texts(section.title)}
    where = f"sections.{section.id}"
    if relevant:
        head["relevant"] = sheets.expression(relevant, f"{where}.relevant")
    if section.repeat:
        head |= _entries(section.repeat, where, sheets)
    sheets.survey.append(head)
    if section.intro is not None:
        intro = sheets.name(f"{section.id}_intro")
        sheets.survey.append({"type": "note", "name": intro, **sheets.texts(section.intro)})
    for item in section.items:
        write_item(item, sheets)
    sheets.survey.append({"type": f"end_{sort}", "name": name})


def _entries(repeat: Repeat, where: str, sheets: Sheets) -> Cells:
    """Return how often a repeat is filled in, as far as a form can say it."""
    if repeat.count is not None:
        most = "" if repeat.max == _UNLIMITED else f"min({repeat.count}, {repeat.max})"
        return {"repeat_count": sheets.expression(most or repeat.count, f"{where}.repeat.count")}
    if repeat.min == repeat.max:
        return {"repeat_count": str(repeat.max)}
    if repeat.min or repeat.max != _UNLIMITED:
        limits_lost = {"low": repeat.min, "high": repeat.max}
        sheets.lost("write_entries", "warning", f"{where}.repeat", **limits_lost)
    return {}


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
    if others := [tag for tag in questionnaire.title if tag not in (main, UNDETERMINED)]:
        told = {"shown": sheets.plain(questionnaire.title, main), "languages": ", ".join(others)}
        sheets.lost("write_title", "warning", "title", **told)
    cells = {
        "form_title": sheets.plain(questionnaire.title, main),
        "form_id": questionnaire.id,
    }
    if main != UNDETERMINED:
        cells["default_language"] = "default" if sheets.has_neutral else sheets.language(main)
    if sheets.root != "data":
        cells["name"] = sheets.root
    return cells
