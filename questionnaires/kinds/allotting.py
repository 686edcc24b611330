"""Kinds that give out points: a constant sum over options, bonus and penalty points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from questionnaires import locales
from questionnaires.expressions.grammar import LIST, NUMBER, Type
from questionnaires.kinds.base import (
    Code,
    Desk,
    Item,
    Json,
    Model,
    Surroundings,
    Variable,
    duplicates,
)
from questionnaires.kinds.numbers import whole_number
from questionnaires.problems import Place, Problem
from questionnaires.text import Text

MOST_SHARES = 100


class Share(Model):
    """One thing that gets a part of the sum."""

    value: Code
    label: Text


class ConstantSum(Item):
    """Whole numbers that add up to ``total``; the answer maps each thing to its part."""

    required_code: ClassVar[str] = "required_number"

    kind: Literal["constant_sum"]
    total: int = Field(default=100, ge=1, le=1_000_000)
    shares: tuple[Share, ...] = Field(min_length=2, max_length=MOST_SHARES)
    unit: Text | None = None

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        yield from duplicates(self.shares, "shares")

    def is_blank(self, raw: Json) -> bool:
        empty = (None, "")
        return super().is_blank(raw) or (
            isinstance(raw, dict) and all(value in empty for value in raw.values())
        )

    def demand(self, desk: Desk) -> None:
        desk.refuse(self.required_code, part=self.shares[0].value)

    def check(self, raw: Json, desk: Desk) -> Json:
        known = [share.value for share in self.shares]
        if not isinstance(raw, dict) or not set(raw) <= set(known):
            desk.refuse("value_shape")
            return None
        parts: dict[str, int] = {}
        for name in known:
            number = 0 if raw.get(name) in (None, "") else whole_number(raw.get(name))
            if number is None or number < 0:
                desk.refuse("number_invalid", part=name)
            else:
                parts[name] = number
        if not desk.problems and sum(parts.values()) != self.total:
            desk.refuse("sum_wrong", total=self.total, found=sum(parts.values()))
        return parts

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        colon = locales.colon(language)
        labels = {share.value: around.word(share.label, language) for share in self.shares}
        parts = {name: locales.number(part, language) for name, part in value.items()}
        return "\n".join(f"{labels[name]}{colon}{part}" for name, part in parts.items())

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        return tuple(
            Variable(f"{self.id}.{share.value}", self.id, share.label) for share in self.shares
        )

    def in_expressions(self, value: Json) -> Json:
        return list(value.values())

    def reads_as(self) -> Type:
        return LIST


class Points(Item):
    """Points added for good practice or taken off for a shortcoming.

    In a repeated section ``cap`` limits what all entries count for together, wherever conditions
    and calculations read them: in order, each counts for what those before it have left.
    """

    required_code: ClassVar[str] = "required_number"

    kind: Literal["points"]
    sign: Literal["bonus", "penalty"]
    min: int = Field(default=1, ge=0)
    max: int = Field(default=5, ge=1)
    cap: int | None = Field(default=None, ge=1)

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        if self.min > self.max:
            yield Problem("limits_crossed", {"low": "min", "high": "max"}, Place("min"))
        if self.cap is not None and self.cap < self.max:
            yield Problem("limits_crossed", {"low": "max", "high": "cap"}, Place("cap"))

    def check(self, raw: Json, desk: Desk) -> Json:
        number = whole_number(raw)
        if number is None:
            desk.refuse("number_invalid")
        elif number < self.min:
            desk.refuse("number_too_small", limit=self.min)
        elif number > self.max:
            desk.refuse("number_too_large", limit=self.max)
        return number

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        sign = "+" if self.sign == "bonus" else "−"
        return f"{sign}{locales.number(value, language)}"

    def reads_as(self) -> Type:
        return NUMBER

    def counted(self, given: Sequence[int]) -> list[int]:
        """Return what each of several entries counts for, under the cap."""
        left, found = self.cap, []
        for points in given:
            found.append(points if left is None else min(points, left))
            left = None if left is None else left - found[-1]
        return found
