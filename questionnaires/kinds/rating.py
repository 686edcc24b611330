"""Kinds that rate several things at once: the matrix, with or without a forced distribution."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from questionnaires import locales
from questionnaires.expressions.grammar import LIST, Type
from questionnaires.kinds.base import (
    Choice,
    Code,
    Desk,
    Identifier,
    Item,
    Json,
    Model,
    Surroundings,
    Variable,
    all_blank,
    blank,
    categories,
    duplicates,
)
from questionnaires.problems import Place, Problem
from questionnaires.text import Text

# Bounded, because Fraction("1e-999999999") would be written out in full.
_SHARE = re.compile(r"[0-9./]{1,40}(e-?[0-9]{1,2})?", re.ASCII | re.IGNORECASE)
_FINEST = 10**18


def _share(value: object) -> Fraction:
    written = str(value).replace(" ", "")
    try:
        share = Fraction(written if _SHARE.fullmatch(written) else "")
    except (ValueError, ZeroDivisionError):
        raise ValueError("share_invalid") from None
    if not 0 <= share <= 1 or share.denominator > _FINEST:
        raise ValueError("share_invalid")
    return share


#: An exact share between 0 and 1, written ``1/4`` or ``0.25``.
Share = Annotated[
    Fraction,
    BeforeValidator(_share),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": ["string", "number"], "examples": ["1/4", 0.25]}),
]


class DistributionRule(Model):
    """A limit on how many of the rated rows may, or must, get one of some levels."""

    id: Identifier
    levels: tuple[Code, ...] = Field(min_length=1)
    at_most: Share | None = None
    at_least: Share | None = None


class Distribution(Model):
    """Forced distribution over the rows that were rated, which excludes abstentions."""

    max_abstain: Share | None = None
    rules: tuple[DistributionRule, ...] = ()


MOST_ROWS = 200


class Row(Model):
    """One thing to be rated."""

    value: Code
    label: Text
    #: Keeps its place when the others are shown in random order.
    fixed: bool = False


class Matrix(Item):
    """One level of one scale for each row; the answer maps the row to the level."""

    required_code: ClassVar[str] = "required_choice"

    kind: Literal["matrix"]
    scale: str
    appearance: Literal["buttons", "dropdown"] = "buttons"
    rows: tuple[Row, ...] = Field(default=(), max_length=MOST_ROWS)
    #: The rows are the units of the context, known only when the form is opened.
    rows_from_units: bool = False
    except_own_unit: bool = False
    random_order: bool = False
    distribution: Distribution | None = None

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        if bool(self.rows) == self.rows_from_units:
            yield Problem("field_missing", {"key": "rows"}, Place("rows"))
        yield from duplicates(self.rows, "rows")
        if self.distribution:
            yield from self.distribution_problems(self.distribution, "distribution", around)

    def distribution_problems(
        self, distribution: Distribution, path: str, around: Surroundings
    ) -> Iterator[Problem]:
        """Yield what is wrong with a distribution for this matrix that stands at ``path``."""
        levels = {level.value for level in self.levels(around)}
        for index, rule in enumerate(distribution.rules):
            place = f"{path}.rules.{index}"
            for number, name in enumerate(rule.levels):
                if name not in levels:
                    where = Place(f"{place}.levels.{number}")
                    yield Problem("distribution_option", {"name": name}, where)
            if rule.at_most is None and rule.at_least is None:
                yield Problem("distribution_limit", {}, Place(place))
            elif (rule.at_least or 0) > (1 if rule.at_most is None else rule.at_most):
                values = {"low": "at_least", "high": "at_most"}
                yield Problem("limits_crossed", values, Place(f"{place}.at_least"))

    def levels(self, around: Surroundings) -> tuple[Choice, ...]:
        """Return the levels of the scale, in the order written."""
        return around.scales.get(self.scale, ())

    def row_labels(self, around: Surroundings) -> Mapping[str, Text]:
        """Return row -> wording, from the definition or from the context."""
        if not self.rows_from_units:
            return {row.value: row.label for row in self.rows}
        context = around.context
        own = context.own_unit if self.except_own_unit else None
        return {code: label for code, label in context.units.items() if code != own}

    def is_blank(self, raw: Json) -> bool:
        return all_blank(raw)

    def demand(self, desk: Desk) -> None:
        for row, label in self.row_labels(desk.around).items():
            desk.refuse("required_rows", part=row, row=label)

    def check(self, raw: Json, desk: Desk) -> Json:
        if not isinstance(raw, dict):
            desk.refuse("value_shape")
            return None
        rows = self.row_labels(desk.around)
        allowed = [level.value for level in self.levels(desk.around)]
        if strange := [row for row in raw if row not in rows]:
            desk.refuse("row_unknown", name=str(strange[0])[:64])
        rated = {row: raw[row] for row in rows if not blank(raw.get(row))}
        for row in (row for row, level in rated.items() if level not in allowed):
            desk.refuse("option_unknown", part=row)
        if not desk.problems and self.distribution:
            self._check_distribution(self.distribution, list(rated.values()), desk)
        return rated

    def weigh(self, value: Json, desk: Desk, *, required: bool, offered: int) -> None:
        for row, label in self.row_labels(desk.around).items() if required else ():
            if row not in value:
                desk.refuse("required_rows", part=row, row=label)

    def _check_distribution(
        self, distribution: Distribution, values: list[str], desk: Desk
    ) -> None:
        missing = {level.value for level in self.levels(desk.around) if level.missing}
        rated = [value for value in values if value not in missing]
        if distribution.max_abstain is not None:
            limit = math.floor(distribution.max_abstain * len(values))
            if len(values) - len(rated) > limit:
                desk.refuse("distribution_abstain", limit=limit, count=len(values) - len(rated))
        for rule in distribution.rules:
            self._check_rule(rule, rated, desk)

    def _check_rule(self, rule: DistributionRule, rated: list[str], desk: Desk) -> None:
        count = sum(value in rule.levels for value in rated)
        labels = [o.label for o in self.levels(desk.around) if o.value in rule.levels]
        told: dict[str, Any] = {"levels": labels, "count": count, "rated": len(rated)}
        if rule.at_most is not None and count > (most := math.floor(rule.at_most * len(rated))):
            share = percent(rule.at_most)
            desk.refuse("distribution_at_most", limit=most, share=share, **told)
        if rule.at_least is not None and count < (least := math.ceil(rule.at_least * len(rated))):
            share = percent(rule.at_least)
            desk.refuse("distribution_at_least", limit=least, share=share, **told)

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        rows = self.row_labels(around)
        labels = {level.value: around.word(level.label, language) for level in self.levels(around)}
        colon = locales.colon(language)
        return "\n".join(
            f"{around.word(rows[row], language) if row in rows else row}"
            f"{colon}{labels.get(level, level)}"
            for row, level in value.items()
        )

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        levels = categories(self.levels(around))
        return tuple(
            Variable(f"{self.id}.{row.value}", self.id, row.label, levels) for row in self.rows
        )

    def pack(self, value: Json, around: Surroundings) -> Sequence[int]:
        codes = {o.value: code for code, o in enumerate(self.levels(around), start=1)}
        return [codes.get(value.get(row.value), 0) for row in self.rows]

    def in_expressions(self, value: Json) -> Json:
        return list(value.values())

    def reads_as(self) -> Type:
        return LIST


def percent(share: Fraction) -> str:
    """Return a share as messages write it: 40%."""
    return f"{float(share * 100):g}%"
