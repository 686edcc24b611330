"""Kinds that gauge: yes or no, likelihood to recommend, stars, a number on a line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import ClassVar, Literal

from pydantic import Field

from questionnaires.expressions.grammar import NUMBER, Type
from questionnaires.kinds.base import Choice, ChoiceList, Desk, Item, Json, Surroundings
from questionnaires.kinds.choosing import Levelled
from questionnaires.kinds.numbers import Number, decimal_number, off_step, plain_number
from questionnaires.problems import Place, Problem
from questionnaires.text import Text

_YES = Text({"zh": "是", "en": "Yes"})
_NO = Text({"zh": "否", "en": "No"})
_NOT_APPLICABLE = Text({"zh": "不适用", "en": "Not applicable"})

#: Reichheld (2003), Harvard Business Review 81(12): 0-6 detractors, 7-8 passives, 9-10 promoters.
HIGHEST_DETRACTOR = 6
MOST_STARS = 10


class YesNo(Levelled):
    """Yes or no; one of them may be the unfavourable answer."""

    kind: Literal["yes_no"]
    unfavourable: Literal["yes", "no"] | None = None
    not_applicable: bool = False

    def levels(self, around: Surroundings) -> ChoiceList:
        return _answers(self.unfavourable, self.not_applicable)


class NetPromoter(Levelled):
    """How likely somebody is to recommend, from 0 to 10; detractors (0-6) are unfavourable."""

    kind: Literal["net_promoter"]
    low_label: Text = Text({"zh": "完全不可能", "en": "Not at all likely"})
    high_label: Text = Text({"zh": "非常可能", "en": "Extremely likely"})

    def levels(self, around: Surroundings) -> ChoiceList:
        return _up_to_ten()

    @property
    def ends(self) -> tuple[Text, Text]:
        """The words at the two ends."""
        return self.low_label, self.high_label


class Stars(Levelled):
    """One to ``stars`` stars; up to ``unfavourable_to`` of them are unfavourable."""

    kind: Literal["stars"]
    stars: int = Field(default=5, ge=3, le=MOST_STARS)
    unfavourable_to: int = Field(default=0, ge=0, le=MOST_STARS)

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        if self.unfavourable_to >= self.stars:
            values = {"low": "unfavourable_to", "high": "stars"}
            yield Problem("limits_crossed", values, Place("unfavourable_to"))

    def levels(self, around: Surroundings) -> ChoiceList:
        return _up_to(self.stars, self.unfavourable_to)


class Slider(Item):
    """A number between two ends, in steps; typed in where a slider cannot be drawn."""

    required_code: ClassVar[str] = "required_number"

    kind: Literal["slider"]
    min: Number = Decimal(0)
    max: Number = Decimal(100)
    step: Number = Field(default=Decimal(1), gt=0)
    low_label: Text | None = None
    high_label: Text | None = None

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        if self.min >= self.max:
            yield Problem("limits_crossed", {"low": "min", "high": "max"}, Place("min"))

    def check(self, raw: Json, desk: Desk) -> Json:
        number = decimal_number(raw, desk, self.min, self.max)
        if number is not None and off_step(number, self.min, self.step):
            desk.refuse("number_step", step=plain_number(self.step), start=plain_number(self.min))
        return None if number is None else plain_number(number)

    def reads_as(self) -> Type:
        return NUMBER


@cache
def _answers(unfavourable: str | None, not_applicable: bool) -> ChoiceList:
    yes = Choice(value="yes", label=_YES, negative=unfavourable == "yes")
    no = Choice(value="no", label=_NO, negative=unfavourable == "no")
    neither = Choice(value="na", label=_NOT_APPLICABLE, missing=True)
    return (yes, no, neither) if not_applicable else (yes, no)


@cache
def _up_to_ten() -> ChoiceList:
    return tuple(_scored(n, Text(str(n)), n <= HIGHEST_DETRACTOR) for n in range(11))


@cache
def _up_to(stars: int, unfavourable_to: int) -> ChoiceList:
    return tuple(_scored(n, _stars(n), n <= unfavourable_to) for n in range(1, stars + 1))


def _scored(number: int, label: Text, negative: bool) -> Choice:
    return Choice(value=str(number), label=label, score=number, negative=negative)


def _stars(number: int) -> Text:
    english = f"{number} star" if number == 1 else f"{number} stars"
    return Text({"zh": f"{number}星", "en": english})
