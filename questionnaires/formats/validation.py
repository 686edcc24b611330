"""What pydantic finds wrong with a tree, as problems of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from questionnaires.advice import suggestion
from questionnaires.expressions import ExpressionError
from questionnaires.formats.tree import MAX_PROBLEMS, Path, Tree
from questionnaires.kinds import KINDS, AnyItem
from questionnaires.kinds.base import describe_expression_error
from questionnaires.model import Questionnaire
from questionnaires.problems import Problem
from questionnaires.text import Text, printable

_MAPPING = Text({"zh": "“键: 值”的结构", "en": 'a mapping of "key: value"'})
_LIST = Text({"zh": "列表", "en": "a list"})
_EXPECTED = {
    "string": Text({"zh": "文字", "en": "text"}),
    "int": Text({"zh": "整数", "en": "a whole number"}),
    "finite": Text({"zh": "整数", "en": "a whole number"}),
    "bool": Text({"zh": " true 或 false", "en": "true or false"}),
    "tuple": _LIST,
    "dict": _MAPPING,
    "model": _MAPPING,
}
#: Whatever else pydantic may find; its own words are English only.
_OTHERWISE = ("不符合要求", "is not allowed")
_REASONS = {
    "greater_than": ("必须大于 {gt}", "must be greater than {gt}"),
    "less_than": ("必须小于 {lt}", "must be less than {lt}"),
    "greater_than_equal": ("不得小于 {ge}", "must be {ge} or more"),
    "less_than_equal": ("不得大于 {le}", "must be {le} or less"),
    "string_too_short": ("不能为空", "must not be empty"),
    "string_too_long": (
        "不得超过 {max_length} 个字符",
        "may have {max_length} characters",
    ),
    "too_long": ("不得超过 {max_length} 项", "may have {max_length} entries"),
}
#: How pydantic ends the location of a mapping's key.
KEY = "[key]"
_ITEM_DEPTH = 4  # sections, number, items, number


def validation_problems(error: ValidationError, tree: Tree) -> Iterator[Problem]:
    """Yield one problem for each thing pydantic found, as far as they are told."""
    for detail in real_errors(error)[: MAX_PROBLEMS + 1]:
        yield _problem(detail, located(detail["loc"], tree.value), tree)


def real_errors(error: ValidationError) -> list[ErrorDetails]:
    """Return what pydantic found, without its note that a list whose parts are wrong is empty."""
    return [detail for detail in error.errors() if not _is_echo(detail)]


def _is_echo(detail: ErrorDetails) -> bool:
    long_enough = detail["type"] == "too_short" and isinstance(detail["input"], list | tuple)
    return long_enough and len(detail["input"]) >= detail["ctx"]["min_length"]


def located(loc: tuple[str | int, ...], value: Any) -> Path:
    """Return the path in the tree that a pydantic location means.

    pydantic inserts the name of the kind after an item; that step is not in the tree. A last step
    that the tree lacks is a missing key and is kept.
    """
    path: list[str | int] = []
    for index, step in enumerate(loc):
        if index == _ITEM_DEPTH and loc[0] == "sections" and loc[2] == "items":
            continue
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        path.append(step)
    return tuple(path)


def _problem(detail: ErrorDetails, path: Path, tree: Tree) -> Problem:
    sort = detail["type"]
    values: dict[str, object]
    at_key = path[-1:] == (KEY,)
    path = path[:-1] if at_key else path
    key, actual = _name(path), detail["input"]
    place = tree.place(path, key=at_key)
    if sort == "missing":
        return Problem("field_missing", {"key": key}, place)
    if sort == "extra_forbidden":
        advice = suggestion(str(path[-1]), known_keys(path[:-1], tree.value))
        values = {"key": key, "suggestion": advice}
        return Problem("field_unknown", values, tree.place(path, key=True))
    if sort == "union_tag_not_found":
        return Problem("field_missing", {"key": "kind"}, place)
    if sort == "union_tag_invalid":
        tag = _short(str(detail["ctx"]["tag"]))
        advice = suggestion(tag, KINDS)
        return Problem(
            "kind_unknown", {"actual": tag, "suggestion": advice}, tree.place((*path, "kind"))
        )
    if sort == "string_pattern_mismatch":
        return Problem("identifier_invalid", {"actual": _short(actual)}, place)
    if sort == "literal_error":
        listed = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
        values = {"key": key, "actual": _shown(actual), "expected": listed}
        return Problem("value_not_listed", values, place)
    if sort == "too_short":
        values = {"key": key, "limit": detail["ctx"]["min_length"], "count": len(actual)}
        return Problem("list_short", values, place)
    if sort == "value_error":
        return Problem(*_raised(detail["ctx"]["error"], key, actual), place)
    return Problem(*_typed(detail, key), place)


def _name(path: Path) -> str | Text:
    """Name a part by its key, or by its number in the list it stands in."""
    if path and isinstance(path[-1], int):
        within, number = path[-2], path[-1] + 1
        return Text({"zh": f"{within} 第 {number} 项", "en": f"{within}, entry {number}"})
    return _short(str(path[-1])) if path else ""


def _raised(error: Exception, key: str | Text, actual: Any) -> tuple[str, dict[str, object]]:
    """Translate a ValueError of ours: its text is a code of the catalogue."""
    if isinstance(error, ExpressionError):
        return "expression_invalid", describe_expression_error(error)
    return str(error), {"key": key, "actual": _short(str(actual)), "shown": _shown(actual)}


def _typed(detail: ErrorDetails, key: str | Text) -> tuple[str, dict[str, object]]:
    sort, actual = detail["type"], _shown(detail["input"])
    wanted = next((word for name, word in _EXPECTED.items() if sort.startswith(name)), None)
    if wanted is not None and sort not in _REASONS:
        return "value_type", {"key": key, "expected": wanted, "actual": actual}
    chinese, english = _REASONS.get(sort, _OTHERWISE)
    limits = detail.get("ctx", {})
    reason = Text({"zh": chinese.format(**limits), "en": english.format(**limits)})
    return "value_invalid", {"key": key, "actual": actual, "reason": reason}


def _short(text: str) -> str:
    return printable(text if len(text) <= 60 else f"{text[:57]}...")


def _shown(value: Any) -> Text:
    """Word a value of the file as a reader of the file knows it."""
    if value is None:
        return Text({"zh": "空值", "en": "nothing"})
    if isinstance(value, dict):
        return _MAPPING
    if isinstance(value, list | tuple):
        return _LIST
    if isinstance(value, str):
        return Text({"zh": f"“{_short(value)}”", "en": f'"{_short(value)}"'})
    written = str(value).lower()
    return Text({"zh": f" {written}", "en": written})


def known_keys(path: Path, value: Any) -> list[str]:
    """Return the keys that may stand in the mapping at ``path`` of a definition."""
    shape: Any = Questionnaire
    for step in path:
        value = value[step]
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            shape = _inside(shape.model_fields[str(step)].annotation)
        else:  # dict[name, part] or tuple[part, ...]
            shape = _inside(get_args(shape)[0 if get_origin(shape) is tuple else 1])
        if shape == AnyItem:
            shape = KINDS[value["kind"]]
    return list(shape.model_fields)


def _inside(annotation: Any) -> Any:
    """Return what may stand in an optional field."""
    if get_origin(annotation) in (Union, UnionType) and annotation != AnyItem:
        return next(part for part in get_args(annotation) if part is not NoneType)
    return annotation
