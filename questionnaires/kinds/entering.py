"""Kinds that are typed in: text, numbers, dates."""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from questionnaires import locales
from questionnaires.expressions.grammar import DATE, NUMBER, TEXT, TIME, Type
from questionnaires.expressions.patterns import matcher, parsed
from questionnaires.kinds.base import Desk, Item, Json, Surroundings, Variable, as_line, as_text
from questionnaires.kinds.numbers import (
    Number,
    ascii_text,
    decimal_number,
    off_step,
    plain_number,
    whole_number,
)
from questionnaires.problems import Place, Problem
from questionnaires.text import Text


def _portable(pattern: str) -> str:
    parsed(pattern)  # raises ExpressionError, a ValueError with the character
    return pattern


#: A regular expression of the portable subset, which the whole answer must match.
Pattern = Annotated[str, AfterValidator(_portable)]


class ShortText(Item):
    """One line of text."""

    kind: Literal["short_text"]
    max_characters: int = Field(default=200, ge=1, le=2000)
    pattern: Pattern | None = None
    #: What is said when the answer does not match.
    pattern_message: Text | None = None

    def check(self, raw: Json, desk: Desk) -> Json:
        line = as_line(raw, desk, self.max_characters)
        if line and self.pattern and not matcher(self.pattern)(line):
            if self.pattern_message is None:
                desk.refuse("text_pattern")
            else:
                desk.refuse("constraint_message", message=self.pattern_message)
        return line

    def reads_as(self) -> Type:
        return TEXT

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        return (Variable(self.id, self.id, self.label, text=True),)


class LongText(Item):
    """Text of several lines."""

    kind: Literal["long_text"]
    max_characters: int = Field(default=2000, ge=1, le=20000)

    def check(self, raw: Json, desk: Desk) -> Json:
        return as_text(raw, desk, self.max_characters)

    def reads_as(self) -> Type:
        return TEXT

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        return (Variable(self.id, self.id, self.label, text=True),)


class Integer(Item):
    """A whole number; full-width digits are accepted."""

    kind: Literal["integer"]
    min: int | None = None
    max: int | None = None
    #: The number must lie whole steps above ``min``, or above 0.
    step: int | None = Field(default=None, ge=1)
    unit: Text | None = None

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        if self.min is not None and self.max is not None and self.min > self.max:
            yield Problem("limits_crossed", {"low": "min", "high": "max"}, Place("min"))

    def check(self, raw: Json, desk: Desk) -> Json:
        number = whole_number(raw)
        if number is None:
            desk.refuse("number_invalid")
        elif self.min is not None and number < self.min:
            desk.refuse("number_too_small", limit=self.min)
        elif self.max is not None and number > self.max:
            desk.refuse("number_too_large", limit=self.max)
        elif self.step is not None and off_step(number, self.min, self.step):
            desk.refuse("number_step", step=self.step, start=self.min or 0)
        return number

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return _measured(value, self.unit, around, language)

    def reads_as(self) -> Type:
        return NUMBER


class Decimal(Item):
    """A number with decimals, exact as typed; a unit of measurement may stand behind it."""

    kind: Literal["decimal"]
    min: Number | None = None
    max: Number | None = None
    #: Most digits after the point.
    digits: int = Field(default=2, ge=0, le=10)
    #: The number must lie whole steps above ``min``, or above 0.
    step: Number | None = Field(default=None, gt=0)
    unit: Text | None = None

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        if self.min is not None and self.max is not None and self.min > self.max:
            yield Problem("limits_crossed", {"low": "min", "high": "max"}, Place("min"))

    def check(self, raw: Json, desk: Desk) -> Json:
        number = decimal_number(raw, desk, self.min, self.max)
        if number is None:
            return None
        if number != round(number, self.digits):
            desk.refuse("decimal_digits", limit=self.digits)
        elif self.step is not None and off_step(number, self.min, self.step):
            start = plain_number(self.min or decimal.Decimal(0))
            desk.refuse("number_step", step=plain_number(self.step), start=start)
        return plain_number(number)

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return _measured(value, self.unit, around, language)

    def reads_as(self) -> Type:
        return NUMBER


class Date(Item):
    """A calendar day, stored as ``YYYY-MM-DD``."""

    kind: Literal["date"]

    def check(self, raw: Json, desk: Desk) -> Json:
        try:
            return datetime.date.fromisoformat(_with_hyphens(ascii_text(raw))).isoformat()
        except ValueError:
            desk.refuse("date_invalid")
            return None

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return locales.day(datetime.date.fromisoformat(value), language)

    def in_expressions(self, value: Json) -> Any:
        return datetime.date.fromisoformat(value)

    def reads_as(self) -> Type:
        return DATE


class Time(Item):
    """A time of day to the minute, stored as ``HH:MM``."""

    kind: Literal["time"]

    def check(self, raw: Json, desk: Desk) -> Json:
        try:
            match = re.fullmatch(r"(\d{1,2}):(\d{2})(:\d{2})?", ascii_text(raw))
            if match is None:
                raise ValueError(raw)
            return datetime.time(int(match[1]), int(match[2])).isoformat(timespec="minutes")
        except ValueError:
            desk.refuse("time_invalid")
            return None

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return locales.clock(datetime.time.fromisoformat(value), language)

    def reads_as(self) -> Type:
        return TIME


class DateTime(Item):
    """A day and a time to the minute, stored as ``YYYY-MM-DDTHH:MM``."""

    kind: Literal["date_time"]

    def check(self, raw: Json, desk: Desk) -> Json:
        try:
            day, time = re.split("[ T]", ascii_text(raw), maxsplit=1)
            written = f"{_with_hyphens(day)}T{time if time[1:2] != ':' else '0' + time}"
            moment = datetime.datetime.fromisoformat(written)
            if moment.tzinfo is not None:
                raise ValueError(written)
        except ValueError:
            desk.refuse("date_time_invalid")
            return None
        return moment.isoformat(timespec="minutes")

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return locales.moment(datetime.datetime.fromisoformat(value), language)

    def in_expressions(self, value: Json) -> Any:
        return datetime.datetime.fromisoformat(value)

    def reads_as(self) -> Type:
        return DATE


def _measured(value: Json, unit: Text | None, around: Surroundings, language: str) -> str:
    number = locales.number(value, language)
    return f"{number} {around.word(unit, language)}" if unit else number


def _with_hyphens(day: str) -> str:
    """Write 2026/3/5 and 2026年3月5日 as 2026-03-05."""
    match = re.fullmatch(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?", day)
    if match is None:
        raise ValueError(day)
    return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"
