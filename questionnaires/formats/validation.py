"""What pydantic finds wrong with a tree, as problems of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from questionnaires.expressions import ExpressionError
from questionnaires.formats.tree import Path, Tree
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Choice, describe_expression_error
from questionnaires.model import Questionnaire, Section
from questionnaires.problems import MESSAGES, Problem
from questionnaires.structure import suggestion
from questionnaires.text import Text

_EXPECTED = {
    "string": Text({"zh": "文字", "en": "text"}),
    "int": Text({"zh": "整数", "en": "a whole number"}),
    "bool": Text({"zh": "true 或 false", "en": "true or false"}),
    "tuple": Text({"zh": "列表", "en": "a list"}),
    "dict": Text({"zh": "“键: 值”的结构", "en": 'a mapping of "key: value"'}),
    "model": Text({"zh": "“键: 值”的结构", "en": 'a mapping of "key: value"'}),
}
_REASONS = {
    "greater_than_equal": ("不得小于 {ge}", "must be {ge} or more"),
    "less_than_equal": ("不得大于 {le}", "must be {le} or less"),
    "too_short": ("至少要有 {min_length} 个", "needs at least {min_length}"),
    "string_too_short": ("不能为空", "must not be empty"),
    "string_too_long": ("不得超过 {max_length} 个字符", "at most {max_length} characters"),
}


def validation_problems(error: ValidationError, tree: Tree) -> Iterator[Problem]:
    """Yield one problem for each thing pydantic found, in the order of the file."""
    for detail in error.errors():
        path = located(detail["loc"], tree.value)
        yield _problem(detail, path, tree)


def located(loc: tuple[str | int, ...], value: Any) -> Path:
    """Return the path in the tree that a pydantic location means.

    pydantic inserts the name of the kind after an item; that step is not in the tree. A last step
    that the tree lacks is a missing key and is kept.
    """
    path: list[str | int] = []
    for index, step in enumerate(loc):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        elif index < len(loc) - 1 or (isinstance(value, dict) and step == value.get("kind")):
            continue
        path.append(step)
    return tuple(path)


def _problem(detail: ErrorDetails, path: Path, tree: Tree) -> Problem:
    sort, key = detail["type"], str(path[-1]) if path else ""
    actual = _shown(detail["input"])
    place = tree.place(path)
    if sort == "missing":
        return Problem("field_missing", {"key": key}, place)
    if sort == "extra_forbidden":
        advice = suggestion(key, _known_keys(path, tree.value))
        values = {"key": key, "suggestion": advice}
        return Problem("field_unknown", values, tree.place(path, key=True))
    if sort == "union_tag_not_found":
        return Problem("field_missing", {"key": "kind"}, place)
    if sort == "union_tag_invalid":
        values = {"actual": detail.get("ctx", {}).get("tag", ""), "expected": list(KINDS)}
        return Problem("kind_unknown", values, tree.place((*path, "kind")))
    if sort == "string_pattern_mismatch":
        return Problem("identifier_invalid", {"actual": actual}, place)
    if sort == "literal_error":
        values = {"key": key, "actual": actual, "expected": detail["ctx"]["expected"]}
        return Problem("value_not_listed", values, place)
    if sort == "value_error":
        return Problem(*_raised(detail["ctx"]["error"], key, actual), place)
    return Problem(*_typed(detail, key, actual), place)


def _raised(error: Exception, key: str, actual: str) -> tuple[str, dict[str, object]]:
    """Translate a ValueError of ours: its text is a code of the catalogue."""
    if isinstance(error, ExpressionError):
        return "expression_invalid", describe_expression_error(error)
    code = str(error)
    if code in MESSAGES:
        return code, {"key": key, "actual": actual}
    return "value_invalid", {"key": key, "actual": actual, "reason": code}


def _typed(detail: ErrorDetails, key: str, actual: str) -> tuple[str, dict[str, object]]:
    sort = detail["type"]
    wanted = next((word for name, word in _EXPECTED.items() if sort.startswith(name)), None)
    if wanted is not None and sort not in _REASONS:
        return "value_type", {"key": key, "expected": wanted, "actual": actual}
    chinese, english = _REASONS.get(sort, (detail["msg"], detail["msg"]))
    limits = detail.get("ctx", {})
    reason = Text({"zh": chinese.format(**limits), "en": english.format(**limits)})
    return "value_invalid", {"key": key, "actual": actual, "reason": reason}


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else value
    return text if len(text) <= 60 else f"{text[:57]}..."


def _known_keys(path: Path, value: Any) -> list[str]:
    """Return the keys that may stand where the unknown key stands."""
    around = path[:-1]
    if not around:
        return list(Questionnaire.model_fields)
    if around[0] == "sections" and len(around) == 2:
        return list(Section.model_fields)
    if around[0] == "sections" and len(around) == 4:
        for step in around:
            value = value[step]
        kind = KINDS.get(value.get("kind", "")) if isinstance(value, dict) else None
        return list(kind.model_fields) if kind else []
    return list(Choice.model_fields)
