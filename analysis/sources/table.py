"""A CSV file with one response per row -> columns.

The definition says what the columns are: a column named like a variable of the codebook holds its
answers, as the values of its options. ``data`` of the definition names the columns of the unit, its
parent and the role, and those to ignore; anything else is a mistake.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import numpy as np

from analysis.columns import Axes, Columns, Unit
from analysis.order import natural
from questionnaires import Questionnaire, Text, Variable, codebook, locales
from questionnaires.text import unprintable

#: Problems reported at once; more of them say nothing new.
MOST_PROBLEMS = 50
_ENCODINGS = ("utf-8-sig", "gb18030")
_FIELD_LIMIT = 200_000
#: Characters in the name of a unit, a parent or a role.
LONGEST_NAME = 200

#: code -> (Chinese, English)
MESSAGES: dict[str, tuple[str, str]] = {
    "unreadable": ("无法读取文件：{reason}", "The file cannot be read: {reason}"),
    "encoding": (
        "文件既不是 UTF-8 也不是 GB18030 编码。",
        "The file is neither UTF-8 nor GB18030.",
    ),
    "empty": ("文件是空的，或者只有表头。", "The file is empty, or holds only a header."),
    "malformed": (
        "第 {row} 行不是正确的 CSV：{reason}",
        "Row {row} is not proper CSV: {reason}",
    ),
    "column_twice": (
        "第 1 行：列名“{column}”出现了两次。",
        'Row 1: the column "{column}" appears twice.',
    ),
    "column_unknown": (
        "第 1 行：不认识的列“{column}”。问卷的变量有：{known}。"
        "不需要的列请写进定义的 data.ignore。",
        'Row 1: unknown column "{column}". The variables of the questionnaire are: {known}. '
        "Name columns that are not needed under data.ignore of the definition.",
    ),
    "column_missing": ("第 1 行：缺少列“{column}”。", 'Row 1: the column "{column}" is missing.'),
    "parent_alone": (
        "第 1 行：列“{column}”是上级单位，却没有指定单位列。",
        'Row 1: "{column}" is the column of parents, but no column of units is given.',
    ),
    "row_length": (
        "第 {row} 行有 {found} 列，表头有 {expected} 列。",
        "Row {row} has {found} columns; the header has {expected}.",
    ),
    "code_unknown": (
        "第 {row} 行，列“{column}”：值“{value}”不在选项之中（可用：{known}）。",
        'Row {row}, column "{column}": the value "{value}" is not an option (known: {known}).',
    ),
    "unit_blank": (
        "第 {row} 行，列“{column}”：没有填写单位。",
        'Row {row}, column "{column}": the unit is missing.',
    ),
    "name_unfit": (
        "第 {row} 行，列“{column}”：“{value}”不能作名称（最多 {limit} 字，不含换行和控制字符）。",
        'Row {row}, column "{column}": "{value}" cannot be a name (at most {limit} characters, '
        "without line breaks and control characters).",
    ),
    "two_parents": (
        "第 {row} 行，列“{column}”：单位“{unit}”此前属于“{before}”，这里是“{value}”。",
        'Row {row}, column "{column}": the unit "{unit}" belonged to "{before}" before and to '
        '"{value}" here.',
    ),
    "more": ("另有更多问题未列出。", "There are more problems, not listed."),
}


@dataclass(frozen=True, slots=True)
class DataProblem:
    """One thing that is wrong with a data file; rows are counted from 1, the header being row 1."""

    code: str
    values: dict[str, object] = field(default_factory=dict)

    def message(self, language: str) -> str:
        """Return the message in Chinese or English."""
        told = MESSAGES[self.code][0 if locales.chinese(language) else 1].format(**self.values)
        # What stands in a file must not steer the terminal it is shown on.
        return "".join(mark if mark.isprintable() else "�" for mark in told)


class DataError(ValueError):
    """A data file that cannot be used; ``problems`` lists what is wrong with it."""

    def __init__(self, problems: Sequence[DataProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.message("en") for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column of the file is the unit, its parent and the role."""

    unit: str | None = None
    parent: str | None = None
    role: str | None = None
    ignore: tuple[str, ...] = ()


def read_csv(
    path: Path,
    questionnaire: Questionnaire,
    *,
    unit: str | None = None,
    parent: str | None = None,
    role: str | None = None,
) -> Columns:
    """Read the responses in a CSV file; the arguments go before what the definition says.

    Without a column of units all responses belong to one unit. Raises DataError, with every problem
    of the header, or up to 50 of the rows.
    """
    said = questionnaire.data
    layout = Layout(
        unit=unit or (said.unit if said else None),
        parent=parent or (said.parent if said else None),
        role=role or (said.role if said else None),
        # A column that the caller passes over for another is still no mistake.
        ignore=(*said.ignore, *filter(None, (said.unit, said.parent, said.role))) if said else (),
    )
    header, rows = _parsed(_text(path))
    reader = _Reader(codebook(questionnaire).closed, _open_names(questionnaire), layout, header)
    return reader.read(rows)


def _open_names(questionnaire: Questionnaire) -> set[str]:
    return {v.name for v in codebook(questionnaire).variables if not v.closed}


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError([DataProblem("unreadable", {"reason": error.strerror})]) from error
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataError([DataProblem("encoding")])


def _parsed(text: str) -> tuple[list[str], dict[int, list[str]]]:
    """Return the header and row number -> cells; rows without any content are left out."""
    csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    rows: dict[int, list[str]] = {}
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if any(map(str.strip, row)):
                rows[number] = row
    except csv.Error as error:
        values: dict[str, object] = {"row": number + 1, "reason": str(error)}
        raise DataError([DataProblem("malformed", values)]) from error
    if len(rows) < 2:
        raise DataError([DataProblem("empty")])
    header = rows.pop(min(rows))
    return [name.strip() for name in header], rows


class _Reader:
    def __init__(
        self,
        variables: tuple[Variable, ...],
        open_names: set[str],
        layout: Layout,
        header: list[str],
    ) -> None:
        self.variables = variables
        self.layout = layout
        self.header = header
        self.place = {name: position for position, name in enumerate(header)}
        self.numbers: list[int] = []
        self.problems = list(self._header_problems(open_names))
        if self.problems:
            raise DataError(self.problems)

    def _header_problems(self, open_names: set[str]) -> Iterable[DataProblem]:
        known = [variable.name for variable in self.variables]
        special = [n for n in (self.layout.unit, self.layout.parent, self.layout.role) if n]
        if self.layout.parent and not self.layout.unit:
            yield DataProblem("parent_alone", {"column": self.layout.parent})
        accepted = {*known, *open_names, *special, *self.layout.ignore}
        for column in dict.fromkeys(self.header):
            if self.header.count(column) > 1:
                yield DataProblem("column_twice", {"column": column})
            if column not in accepted:
                values: dict[str, object] = {"column": column, "known": ", ".join(known)}
                yield DataProblem("column_unknown", values)
        for name in special:
            if name not in self.place:
                yield DataProblem("column_missing", {"column": name})
        if not any(name in self.place for name in known):
            for name in known:
                yield DataProblem("column_missing", {"column": name})

    def read(self, rows: dict[int, list[str]]) -> Columns:
        """Code every row, or raise DataError."""
        self.numbers = list(rows)
        for number, row in rows.items():
            if len(row) != len(self.header):
                values: dict[str, object] = {"found": len(row), "expected": len(self.header)}
                self._refuse("row_length", row=number, **values)
        if self.problems:
            raise DataError(self.problems)
        columns = list(zip(*rows.values(), strict=True))
        for name in (self.layout.unit, self.layout.parent, self.layout.role):
            if name is not None:
                self._check_names(name, columns[self.place[name]])
        if self.problems:
            raise DataError(self.problems)
        codes = np.zeros((len(self.variables), len(rows)), np.uint8)
        for position, variable in enumerate(self.variables):
            if variable.name in self.place:
                codes[position] = self._codes(variable, columns[self.place[variable.name]])
        units, unit = self._units(columns)
        roles, role = self._coded(columns, self.layout.role)
        if self.problems:
            raise DataError(self.problems)
        return Columns(Axes(self.variables, units, roles), codes, unit, role)

    def _codes(self, variable: Variable, cells: Sequence[str]) -> list[int]:
        known = {category.value: category.code for category in variable.categories} | {"": 0}
        coded = [known.get(cell.strip(), -1) for cell in cells]
        for number, cell, code in zip(self.numbers, cells, coded, strict=True):
            if code < 0:
                self._refuse(
                    "code_unknown",
                    row=number,
                    column=variable.name,
                    value=cell.strip()[:40],
                    known=", ".join(category.value for category in variable.categories),
                )
        return [max(code, 0) for code in coded]

    def _check_names(self, column: str, cells: Sequence[str]) -> None:
        seen: set[str] = set()
        for number, cell in zip(self.numbers, cells, strict=True):
            name = cell.strip()
            if name not in seen and (len(name) > LONGEST_NAME or _broken(name)):
                values = {"value": name[:40], "limit": LONGEST_NAME}
                self._refuse("name_unfit", row=number, column=column, **values)
            seen.add(name)

    def _units(
        self, columns: list[tuple[str, ...]]
    ) -> tuple[tuple[Unit, ...], np.ndarray[tuple[int], np.dtype[np.int32]]]:
        names, unit = self._coded(columns, self.layout.unit)
        if self.layout.unit:
            cells = columns[self.place[self.layout.unit]]
            for number, cell in zip(self.numbers, cells, strict=True):
                if not cell.strip():
                    self._refuse("unit_blank", row=number, column=self.layout.unit)
        parents = self._parents(columns) if self.layout.unit and self.layout.parent else {}
        whole = Text({"zh": "全体", "en": "Everyone"})
        units = (Unit(n, Text(n) if n else whole, parents.get(n) or None) for n in names)
        return tuple(units), unit

    def _parents(self, columns: list[tuple[str, ...]]) -> dict[str, str]:
        assert self.layout.unit is not None
        assert self.layout.parent is not None
        found: dict[str, str] = {}
        pairs = zip(
            columns[self.place[self.layout.unit]],
            columns[self.place[self.layout.parent]],
            strict=True,
        )
        for number, (unit, parent) in zip(self.numbers, pairs, strict=True):
            before = found.setdefault(unit.strip(), parent.strip())
            if before != parent.strip():
                values = {"unit": unit.strip(), "before": before, "value": parent.strip()}
                self._refuse("two_parents", row=number, column=self.layout.parent, **values)
        return found

    def _coded(
        self, columns: list[tuple[str, ...]], name: str | None
    ) -> tuple[tuple[str, ...], np.ndarray[tuple[int], np.dtype[np.int32]]]:
        """Return the distinct values of a column, naturally ordered, and each row's position."""
        if name is None:
            return ("",), np.zeros(len(columns[0]), np.int32)
        cells = [cell.strip() for cell in columns[self.place[name]]]
        names = tuple(sorted(set(cells), key=natural))
        place = {value: position for position, value in enumerate(names)}
        return names, np.array([place[cell] for cell in cells], np.int32)

    def _refuse(self, code: str, **values: object) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(DataProblem(code, values))
        elif self.problems[-1].code != "more":
            self.problems.append(DataProblem("more"))


def _broken(name: str) -> bool:
    return unprintable(name) or any(mark in name for mark in "\n\t")
