"""Kinds that ask the same of several rows: several answers, numbers, words, or two levels each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from questionnaires import locales
from questionnaires.expressions.grammar import LIST, Type
from questionnaires.kinds.base import (
    ChoiceList,
    Desk,
    Item,
    Json,
    Surroundings,
    Variable,
    all_blank,
    as_line,
    blank,
    categories,
    duplicates,
)
from questionnaires.kinds.choosing import CHOSEN, NOT_CHOSEN, YES_NO
from questionnaires.kinds.numbers import Number, decimal_number, plain_number
from questionnaires.kinds.rating import MOST_ROWS, Row
from questionnaires.problems import Place, Problem
from questionnaires.text import Text

#: The two levels that a row of a ``matrix_dual`` gets.
SIDES = ("first", "second")


class Tabular(Item):
    """Rows that are all asked the same; the answer maps a row to what was given for it."""

    required_code: ClassVar[str] = "required_rows"

    rows: tuple[Row, ...] = Field(min_length=1, max_length=MOST_ROWS)
    random_order: bool = False

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        yield from duplicates(self.rows, "rows")

    def is_blank(self, raw: Json) -> bool:
        if isinstance(raw, dict):
            return all(self.cell_is_blank(cell) for cell in raw.values())
        return super().is_blank(raw)

    def cell_is_blank(self, raw: Json) -> bool:
        """Say whether nothing was given for a row."""
        return super().is_blank(raw)

    def demand(self, desk: Desk) -> None:
        for row in self.rows:
            desk.refuse("required_rows", part=row.value, row=row.label)

    def check(self, raw: Json, desk: Desk) -> Json:
        known = {row.value for row in self.rows}
        if not isinstance(raw, dict):
            desk.refuse("value_shape")
            return None
        if strange := [row for row in raw if row not in known]:
            desk.refuse("row_unknown", name=str(strange[0])[:64])
        cells = {}
        for row in self.rows:
            given = raw.get(row.value)
            if not self.cell_is_blank(given):
                cells[row.value] = self.check_cell(given, row.value, desk)
        return cells

    def weigh(self, value: Json, desk: Desk, *, required: bool, offered: int) -> None:
        for row in self.rows if required else ():
            if row.value not in value:
                desk.refuse("required_rows", part=row.value, row=row.label)

    def check_cell(self, raw: Json, row: str, desk: Desk) -> Json:
        """Return what is stored for one row, or refuse it at the desk."""
        raise NotImplementedError

    def show_cell(self, cell: Json, around: Surroundings, language: str) -> str:
        """Return what was given for one row as a reader sees it."""
        return str(cell)

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        colon = locales.colon(language)
        labels = {row.value: around.word(row.label, language) for row in self.rows}
        return "\n".join(
            f"{labels[row]}{colon}{self.show_cell(cell, around, language)}"
            for row, cell in value.items()
        )

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        return tuple(Variable(f"{self.id}.{row.value}", self.id, row.label) for row in self.rows)

    def in_expressions(self, value: Json) -> Json:
        """Return what was given, row by row, as one list."""
        return list(value.values())

    def reads_as(self) -> Type:
        return LIST


class MatrixMultiple(Tabular):
    """Any number of options for each row."""

    kind: Literal["matrix_multiple"]
    options: ChoiceList = Field(min_length=2, max_length=254)

    def check_cell(self, raw: Json, row: str, desk: Desk) -> Json:
        known = [option.value for option in self.options]
        if not isinstance(raw, list) or any(value not in known for value in raw):
            desk.refuse("option_unknown", part=row)
            return None
        alone = next((o for o in self.options if o.exclusive and o.value in raw), None)
        if alone is not None and len(set(raw)) > 1:
            desk.refuse("choices_exclusive", part=row, option=alone.label)
        return [value for value in known if value in raw]

    def show_cell(self, cell: Json, around: Surroundings, language: str) -> str:
        labels = {option.value: around.word(option.label, language) for option in self.options}
        return locales.set_apart((labels[value] for value in cell), language)

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        yes_no = categories(YES_NO)
        return tuple(
            Variable(
                f"{self.id}.{row.value}.{option.value}", self.id, _both(row, option.label), yes_no
            )
            for row in self.rows
            for option in self.options
        )

    def pack(self, value: Json, around: Surroundings) -> Sequence[int]:
        return [
            0 if row.value not in value else CHOSEN if o.value in value[row.value] else NOT_CHOSEN
            for row in self.rows
            for o in self.options
        ]

    def in_expressions(self, value: Json) -> Json:
        return [option for cell in value.values() for option in cell]


class MatrixNumber(Tabular):
    """A number for each row."""

    kind: Literal["matrix_number"]
    min: Number | None = None
    max: Number | None = None

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        yield from super().problems(around)
        if self.min is not None and self.max is not None and self.min > self.max:
            yield Problem("limits_crossed", {"low": "min", "high": "max"}, Place("min"))

    def check_cell(self, raw: Json, row: str, desk: Desk) -> Json:
        number = decimal_number(raw, desk, self.min, self.max, row)
        return None if number is None else plain_number(number)

    def show_cell(self, cell: Json, around: Surroundings, language: str) -> str:
        return locales.number(cell, language)


class MatrixText(Tabular):
    """A line of text for each row."""

    kind: Literal["matrix_text"]
    max_characters: int = Field(default=200, ge=1, le=2000)

    def check_cell(self, raw: Json, row: str, desk: Desk) -> Json:
        return as_line(raw, desk, self.max_characters, row)

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        return tuple(
            Variable(f"{self.id}.{row.value}", self.id, row.label, text=True) for row in self.rows
        )


class MatrixDual(Tabular):
    """A level of each of two scales for every row, such as importance and satisfaction."""

    kind: Literal["matrix_dual"]
    scale: str
    second_scale: str
    first_label: Text
    second_label: Text

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        yield from super().problems(around)
        if self.second_scale not in around.scales:
            values = {"name": self.second_scale, "suggestion": ""}
            yield Problem("scale_unknown", values, Place("second_scale"))

    def sides(self, around: Surroundings) -> Mapping[str, tuple[Text, ChoiceList]]:
        """Return the two sides: name -> (heading, levels)."""
        scales = around.scales
        first = self.first_label, scales.get(self.scale, ())
        second = self.second_label, scales.get(self.second_scale, ())
        return dict(zip(SIDES, (first, second), strict=True))

    def cell_is_blank(self, raw: Json) -> bool:
        return all_blank(raw)

    def check_cell(self, raw: Json, row: str, desk: Desk) -> Json:
        sides = self.sides(desk.around)
        if not isinstance(raw, dict) or not set(raw) <= set(sides):
            desk.refuse("value_shape", part=row)
            return None
        cell = {}
        for side, (_heading, levels) in sides.items():
            given = raw.get(side)
            if blank(given):
                continue
            if given not in [level.value for level in levels]:
                desk.refuse("option_unknown", part=f"{row}.{side}")
            cell[side] = given
        return cell

    def weigh(self, value: Json, desk: Desk, *, required: bool, offered: int) -> None:
        sides = self.sides(desk.around)
        for row in self.rows if required else ():
            for side in sides:
                if side not in value.get(row.value, ()):
                    part = f"{row.value}.{side}" if row.value in value else row.value
                    desk.refuse("required_rows", part=part, row=row.label)

    def show_cell(self, cell: Json, around: Surroundings, language: str) -> str:
        told = []
        for side, (heading, levels) in self.sides(around).items():
            level = next((o for o in levels if o.value == cell.get(side)), None)
            label = around.word(level.label, language) if level else "—"
            told.append(f"{around.word(heading, language)} {label}")
        return locales.comma(language).join(told)

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        return tuple(
            Variable(
                f"{self.id}.{row.value}.{side}", self.id, _both(row, heading), categories(levels)
            )
            for row in self.rows
            for side, (heading, levels) in self.sides(around).items()
        )

    def pack(self, value: Json, around: Surroundings) -> Sequence[int]:
        return [
            next(
                (c for c, o in enumerate(levels, 1) if o.value == _side(value, row.value, side)), 0
            )
            for row in self.rows
            for side, (_heading, levels) in self.sides(around).items()
        ]

    def in_expressions(self, value: Json) -> Json:
        return [level for cell in value.values() for level in cell.values()]


def _side(value: Any, row: str, side: str) -> Any:
    return (value.get(row) or {}).get(side)


def _both(row: Row, heading: Text) -> Text:
    languages = dict.fromkeys([*row.label, *heading])
    return Text({tag: f"{row.label.get(tag)} · {heading.get(tag)}" for tag in languages})
