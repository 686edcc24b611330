"""Cells -> values of the right type, with a problem for each cell that is not what it should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from questionnaires.text import unprintable
from surveyapp.organisation.exchange.layout import CLEAR, Column
from surveyapp.organisation.exchange.problems import Problem
from surveyapp.organisation.exchange.reading import Table
from surveyapp.organisation.kinds import kind_of

Value = str | int | date | tuple[str, ...]
#: Column -> its value; None empties what is stored, and what is not there leaves it.
Cells = Mapping[str, Value | None]

_CODE = re.compile(r"[\w.\-]+\Z")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]+\Z")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_LINES = {
    "home": ("home", "派出", "派出单位", "本单位"),
    "host": ("host", "现任", "现任单位", "派驻单位", "驻村"),
}
_LANGUAGES = {"zh": ("zh", "中文", "zh-hans", "zh-cn"), "en": ("en", "英文", "english")}
#: In front of a cell that a spreadsheet would take for a formula: see ``writing.guarded``.
GUARD = "'"
RISKY = ("=", "+", "-", "@", "\t", "\r", GUARD)


@dataclass(frozen=True)
class Row:
    """One row of a sheet by its number, counted from 1; ``sound`` when every cell could be read."""

    number: int
    cells: Cells
    sound: bool

    def text(self, name: str) -> str:
        """Return the text in a column, or nothing."""
        value = self.cells.get(name)
        return value if isinstance(value, str) else ""


class _Wrong(ValueError):
    """The cell cannot be read; the code of the problem."""


def code_of(text: str) -> str:
    """Return ``text`` if it can be a code; raise ValueError."""
    if not _CODE.match(text) or text == CLEAR:
        raise _Wrong("code")
    return text


def email_of(text: str) -> str:
    """Return ``text`` if it looks like an e-mail address; raise ValueError."""
    if not _EMAIL.match(text):
        raise _Wrong("email")
    return text


def _date(text: str) -> date:
    found = _DATE.match(text)
    try:
        year, month, day = map(int, found.groups()) if found else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        raise _Wrong("date") from None


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,8}", text):
        raise _Wrong("whole")
    return int(text)


def _one_of(words: Mapping[str, tuple[str, ...]], problem: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        for value, known in words.items():
            if text.casefold() in known:
                return value
        raise _Wrong(problem)

    return read


_READ: dict[str, Callable[[str], Value]] = {
    "text": str,
    "code": code_of,
    "codes": lambda text: tuple(dict.fromkeys(map(code_of, _BETWEEN.split(text.strip())))),
    "kind": kind_of,
    "date": _date,
    "whole": _whole,
    "line": _one_of(_LINES, "line"),
    "language": _one_of(_LANGUAGES, "language"),
    "email": email_of,
}


def parsed(table: Table, problems: list[Problem]) -> list[Row]:
    """Return the rows with the cells that can be read; add what is wrong to ``problems``."""
    columns = [
        (column, table.places[column.name])
        for column in table.layout.columns
        if column.name in table.places
    ]
    rows = []
    for number, texts in table.rows:
        cells: dict[str, Value | None] = {}
        wrong = [
            Problem(code, table.layout.name, number, column.name, values)
            for column, index in columns
            if (found := _cell(column, texts[index] if index < len(texts) else "", cells))
            for code, values in [found]
        ]
        problems += wrong
        rows.append(Row(number, cells, sound=not wrong))
    return rows


def _cell(
    column: Column, text: str, cells: dict[str, Value | None]
) -> tuple[str, dict[str, str | int]] | None:
    """Put the value of a cell into ``cells``; return what is wrong with it, if anything."""
    if text.startswith(GUARD) and text[1:].startswith(RISKY):
        text = text[1:]
    elif text == CLEAR and not column.required:
        cells[column.name] = None
        return None
    if not text:
        return ("empty", {}) if column.required else None
    if len(text) > column.longest:
        return "long", {"limit": column.longest}
    if unprintable(text) or "\n" in text:
        return "unprintable", {}
    try:
        cells[column.name] = _READ[column.form](text)
    except _Wrong as wrong:
        return str(wrong), {"value": text[:40]}
    return None
