"""SurveyJS questions of several rows, columns or fields."""

from __future__ import annotations

import re
from dataclasses import replace

from questionnaires.expressions import Literal
from questionnaires.formats.foreign.draft import (
    Draft,
    Formula,
    Group,
    Question,
    Settings,
    spelled,
)
from questionnaires.formats.foreign.options import Option, choosing, coded
from questionnaires.formats.foreign.plain import joined
from questionnaires.formats.foreign.splitting import can_split, split_rows
from questionnaires.formats.foreign.tracked import Tracked
from questionnaires.formats.surveyjs import validating
from questionnaires.formats.surveyjs.choices import listed, scale_levels
from questionnaires.formats.surveyjs.element import Survey, basic, finish, shown_when
from questionnaires.formats.surveyjs.entering import text
from questionnaires.formats.surveyjs.translating import formula, value_formula
from questionnaires.text import Text

MOST_ROWS = 200
_CHOOSING = ("dropdown", "radiogroup", "rating", "boolean", "")
#: How a condition in a table names another cell of the same row.
_OF_ROW = re.compile(r"\{\s*row\.", re.IGNORECASE)
_LABELLED = ("title", "name")


def matrix(survey: Survey, element: Tracked, draft: Draft) -> list[Question]:
    """Return a matrix whose rows all have the same levels."""
    rows = _rows(survey, element)
    several = element.get("cellType") == "checkbox"
    kind = _choosing(survey, element, element.values("columns"), rows, several, draft)
    question = basic(survey, element, kind[0])
    question.codes = kind[1]
    _required_rows(survey, element, question)
    return _apart(survey, element, [question], rows)


def _apart(
    survey: Survey, element: Tracked, questions: list[Question], rows: list[Settings]
) -> list[Question]:
    """Return the rows as questions when conditions are about single rows, or read them."""
    name = element.string("name")
    conditions = _row_conditions(survey, element)
    of_rows = any(_OF_ROW.search(one.text) for q in questions for one in q.relevant)
    if name not in survey.parts_read and not conditions and not of_rows:
        return questions
    found: list[Question] = []
    codes = {row["value"]: row["value"] for row in rows}
    for question in questions:
        if not can_split(question):
            found.append(question)
            continue
        column = question.name[len(name) + 1 :]
        parts = split_rows(question, codes, ".", survey.report)
        for number, (value, part) in enumerate(zip(codes, parts, strict=False)):
            row = f"{name}.{value}"
            part.relevant = [_in_row(one, row, counted=number == 0) for one in part.relevant]
            part.relevant += conditions.get(value, [])
            part.aliases.append(f"{name}.{value}.{column}" if column else f"{name}.{value}")
        found += parts
    return found


def _in_row(condition: Formula, row: str, *, counted: bool) -> Formula:
    """Return a condition on other cells of the row, ``{row.x}``, for one row: ``{table.r.x}``."""
    text = _OF_ROW.sub(lambda found: f"{{{row}.", condition.text)
    if text == condition.text:
        return condition
    return replace(formula(condition.key, condition.where, text), counted=counted)


def _row_conditions(survey: Survey, element: Tracked) -> dict[str, list[Formula]]:
    """Return row -> the conditions under which it is shown."""
    found: dict[str, list[Formula]] = {}
    every = element.get("rowsVisibleIf")
    entries = element.values("rows")
    for index, entry in enumerate(entries):
        value = spelled(entry.get("value") if isinstance(entry, dict) else entry)
        conditions = []
        if isinstance(every, str) and every:
            survey.reads(every)
            place = element.at("rowsVisibleIf")
            conditions.append(formula("rowsVisibleIf", place, every, Literal(value)))
        if isinstance(entry, dict):
            row = Tracked(entry, f"{element.at('rows')}[{index}]", survey.report)
            conditions += shown_when(survey, row)
        if conditions:
            found[value] = conditions
    return found


def _rows(survey: Survey, element: Tracked) -> list[Settings]:
    listed_rows = listed(survey, element.values("rows"), element.at("rows"))
    if not listed_rows:
        title = survey.text(element.raw.get("title"), element.at("title"))
        listed_rows = [Option("row", title or Text("-"))]
    if len(listed_rows) > MOST_ROWS:
        counts = {"name": "rows", "count": len(listed_rows), "limit": MOST_ROWS}
        survey.report.lose("list_long", element.at("rows"), **counts, instead=MOST_ROWS)
    rows, _ = coded(listed_rows[:MOST_ROWS], element.at("rows"), survey.report)
    return [{key: row[key] for key in ("value", "label")} for row in rows]


def _choosing(
    survey: Survey,
    element: Tracked,
    columns: list[object],
    rows: list[Settings],
    several: bool,
    draft: Draft,
) -> tuple[Settings, dict[str, str]]:
    """Return the kind of a matrix that chooses among columns, whatever their number."""
    levels, codes = scale_levels(survey, columns, element.at("columns"))
    if len(levels) < 2:
        values = {"kind": "matrix", "instead": "matrix_text"}
        survey.report.lose("kind_changed", element.where, **values)
        return {"kind": "matrix_text", "rows": rows}, {}
    if several:
        return {"kind": "matrix_multiple", "rows": rows, "options": levels}, codes
    return {"kind": "matrix", "scale": draft.scales.name(levels), "rows": rows}, codes


def _required_rows(survey: Survey, element: Tracked, question: Question) -> None:
    every = element.yes("isAllRowRequired", "eachRowRequired")
    if question.settings.get("required") and not every and len(question.settings["rows"]) > 1:
        survey.report.lose("row_required", element.at("isRequired"))
        question.settings["required"] = False
    if every:
        question.settings["required"] = True
    if element.get("rowsOrder") == "random":
        question.settings["random_order"] = True


def dropdown_matrix(survey: Survey, element: Tracked, draft: Draft) -> list[Question]:
    """Return one matrix for each column: columns may be of different kinds."""
    columns = element.objects("columns")
    rows = _rows(survey, element)
    common = element.values("choices")
    if len(columns) > 1:
        values = {"kind": "matrixdropdown", "count": len(columns)}
        survey.report.lose("part_of_kind", element.where, **values)
    found = []
    whole = basic(survey, element, {"kind": "note"})
    for column in columns:
        kind, codes = _cells(survey, element, column, common, rows, draft)
        found.append(_of_column(survey, whole, column, kind, codes, len(columns) > 1))
    return _apart(survey, element, found, rows)


def _cells(
    survey: Survey,
    element: Tracked,
    column: Tracked,
    common: list[object],
    rows: list[Settings],
    draft: Draft,
) -> tuple[Settings, dict[str, str]]:
    sort = column.string("cellType") or str(element.get("cellType") or "")
    if sort in ("checkbox", "tagbox") or sort in _CHOOSING:
        choices = column.values("choices") or common
        if sort == "boolean":
            choices = [{"value": True, "text": "Yes"}, {"value": False, "text": "No"}]
        several = sort in ("checkbox", "tagbox")
        return _choosing(survey, element, choices, rows, several, draft)
    if sort == "text" and column.get("inputType") == "number":
        return {"kind": "matrix_number", "rows": rows}, {}
    if sort not in ("text", "comment"):
        values = {"kind": sort, "instead": "matrix_text"}
        survey.report.lose("kind_changed", column.where, **values)
    return {"kind": "matrix_text", "rows": rows}, {}


def _of_column(
    survey: Survey,
    whole: Question,
    column: Tracked,
    kind: Settings,
    codes: dict[str, str],
    split: bool,
) -> Question:
    name = column.string("name")
    heading = survey.text(column.first("title"), column.where) or Text(name or "-")
    shared = {key: value for key, value in whole.settings.items() if key != "kind"}
    settings: Settings = {**shared, **kind}
    if split:
        settings["label"] = joined(settings["label"], heading)
    settings["required"] = column.yes("isRequired")
    column.ignore("choices", "inputType", "cellType")
    question = Question(f"{whole.name}_{name}" if split else whole.name, column.where, settings)
    question.relevant = [*whole.relevant, *shown_when(survey, column)]
    question.codes = codes
    if message := survey.text(column.get("requiredErrorText"), column.at("requiredErrorText")):
        question.settings["required_message"] = message
    if column.raw.get("validators"):
        values = {"key": "validators", "text": column.get("validators")}
        survey.report.lose("setting_dropped", column.at("validators"), **values)
    finish(survey, column)
    return question


def fields(survey: Survey, element: Tracked) -> list[Question]:
    """Return the fields of a multiple text: a table of lines, or an item for each field."""
    items = element.objects("items")
    whole = basic(survey, element, {"kind": "matrix_text"})
    uniform = all(set(item.raw) <= {"name", "title", "isRequired"} for item in items)
    required = {item.yes("isRequired") for item in items}
    if items and uniform and len(required) == 1 and not whole.settings.get("required"):
        whole.settings["required"] = True in required
        options = listed(survey, [item.raw for item in items], element.at("items"))
        rows, _ = coded(options[:MOST_ROWS], element.at("items"), survey.report)
        whole.settings["rows"] = rows
        return [whole]
    survey.report.lose("part_of_kind", element.where, kind="multipletext", count=len(items))
    return [_field(survey, whole, item) for item in items]


def _field(survey: Survey, whole: Question, item: Tracked) -> Question:
    question = text(survey, item)
    label = survey.text(item.raw.get("title"), item.at("title")) or Text(question.name)
    question.settings["label"] = joined(whole.settings["label"], label)
    name = question.name
    question.name = f"{whole.name}_{name}"
    question.aliases.append(f"{whole.name}.{name}")
    question.relevant = [*whole.relevant, *question.relevant]
    validating.defaults(survey, item, [question])
    validating.validators(survey, item, [question])
    finish(survey, item)
    return question


def ranking(survey: Survey, element: Tracked) -> Question:
    """Return options to put in order."""
    options = listed(survey, element.values("choices"), element.at("choices"))
    name = element.string("name")
    settings, codes = choosing("ranking", options, name, element.where, survey.report)
    most = element.number("maxSelectedChoices")
    if element.yes("selectToRankEnabled") and most and "options" in settings:
        settings["top"] = max(1, min(int(most), len(settings["options"])))
    question = basic(survey, element, settings)
    question.codes = codes
    return question


def repeated(survey: Survey, element: Tracked, group: Group) -> Group:
    """Set how often a dynamic panel or matrix is filled in, and when."""
    whole = basic(survey, element, {"kind": "note"})
    group.title = whole.settings["label"]
    group.intro = whole.settings.get("hint")
    group.relevant = whole.relevant
    low = element.first("minPanelCount", "minRowCount")
    high = element.first("maxPanelCount", "maxRowCount")
    least = _count(low, 1 if whole.settings.get("required") else 0)
    group.repeat = {"min": least, "max": max(_count(high, 20), least, 1)}
    group.count = _counted(survey, element)
    started = element.first("panelCount", "rowCount")
    if _count(started, 0) > least:
        survey.report.unused("panelCount", element.where)
    if whole.required:
        survey.report.expressions += 1
        survey.report.flag(
            "requiredIf",
            element.where,
            whole.required.text,
            Text({"zh": "用于整组", "en": "group"}),
        )
    return group


def _counted(survey: Survey, element: Tracked) -> Formula | None:
    """Return how many entries there are, when another answer says so."""
    bound = element.get("bindings")
    for key in ("panelCount", "rowCount"):
        name = bound.get(key) if isinstance(bound, dict) else None
        if isinstance(name, str) and name:
            return value_formula("count", element.at("bindings"), f"{{{name}}}")
        text = element.get(f"{key}Expression")
        if isinstance(text, str) and text:
            survey.reads(text)
            return value_formula("count", element.at(f"{key}Expression"), text)
    return None


def _count(value: object, otherwise: int) -> int:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_ROWS:
        return int(value)
    return otherwise


def column_elements(element: Tracked) -> list[dict[str, object]]:
    """Return the columns of a dynamic matrix as elements of a panel."""
    common, sort = element.get("choices"), str(element.get("cellType") or "dropdown")
    found = []
    for column in element.objects("columns"):
        own = dict(column.raw)
        own["type"] = own.pop("cellType", None) or sort
        if own["type"] in ("dropdown", "radiogroup", "checkbox", "tagbox") and common:
            own.setdefault("choices", common)
        found.append(own)
    return found
