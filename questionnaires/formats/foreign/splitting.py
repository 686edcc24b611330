"""A question of several rows -> a question for each row, when conditions read single rows."""

from __future__ import annotations

from questionnaires.formats.foreign.draft import Question, Settings
from questionnaires.formats.foreign.plain import joined
from questionnaires.formats.foreign.report import Report

#: Kind with rows -> the kind of one row.
_SINGLE = {
    "matrix": "scale",
    "matrix_number": "decimal",
    "matrix_text": "short_text",
    "matrix_multiple": "multiple_choice",
}
_KEPT = ("hint", "required", "scale", "options", "min", "max", "max_characters")


def can_split(question: Question) -> bool:
    """Say whether a question has rows that can stand alone."""
    return question.kind in _SINGLE and bool(question.settings.get("rows"))


def split_rows(
    question: Question, rows: dict[str, str], between: str, report: Report
) -> list[Question]:
    """Return one question for each row. ``rows`` maps the foreign code of a row to its value."""
    values = {"kind": question.name, "count": len(question.settings["rows"])}
    report.lose("part_of_kind", question.where, **values)
    foreign = {value: code for code, value in rows.items()}
    return [
        _row(question, row, foreign.get(row["value"], row["value"]), between)
        for row in question.settings["rows"]
    ]


def _row(question: Question, row: Settings, code: str, between: str) -> Question:
    kept = {key: question.settings[key] for key in _KEPT if key in question.settings}
    kind = _SINGLE[question.kind]
    settings: Settings = {**kept, "kind": kind}
    settings["label"] = joined(question.settings["label"], row["label"])
    if kind == "decimal":
        settings["digits"] = 10
    made = Question(f"{question.name}_{code}", question.where, settings)
    made.aliases = [f"{name}{between}{code}" for name in (question.name, *question.aliases)]
    made.relevant = list(question.relevant)
    made.checks = list(question.checks)
    made.required = question.required
    made.codes = question.codes
    return made
