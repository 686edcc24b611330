"""Kinds around the questions: text to read, consent, values that nobody types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from questionnaires import locales
from questionnaires.expressions.grammar import ANY, Type
from questionnaires.kinds.base import (
    Choice,
    Code,
    Context,
    Desk,
    Expression,
    Item,
    Json,
    Model,
    Surroundings,
    Variable,
    categories,
    duplicates,
)
from questionnaires.lots import share_of
from questionnaires.problems import Problem
from questionnaires.text import Text

AGREED = "agreed"
_YES, _NO = Text({"zh": "是", "en": "yes"}), Text({"zh": "否", "en": "no"})
_AGREED = Choice(value=AGREED, label=Text({"zh": "同意", "en": "Agreed"}))


class Note(Item):
    """Text to read; nothing is asked."""

    asked: ClassVar[bool] = False

    kind: Literal["note"]

    def check(self, raw: Json, desk: Desk) -> Json:
        desk.refuse("value_shape")
        return None

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        return ()


class Consent(Item):
    """A box to tick; a required one must be ticked before anything is sent."""

    required_code: ClassVar[str] = "required_consent"

    kind: Literal["consent"]

    def check(self, raw: Json, desk: Desk) -> Json:
        if raw != AGREED:
            desk.refuse("option_unknown")
        return raw

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return _AGREED.label.get(language)

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        return (Variable(self.id, self.id, self.label, categories((_AGREED,))),)

    def pack(self, value: Json, around: Surroundings) -> list[int]:
        return [1]


class Calculated(Item):
    """A value worked out from the answers; nobody types it and it is stored with them."""

    asked: ClassVar[bool] = False

    kind: Literal["calculated"]
    calculate: Expression
    #: Shown to the respondent, with its label.
    shown: bool = False

    def check(self, raw: Json, desk: Desk) -> Json:
        desk.refuse("value_shape")
        return None

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        if isinstance(value, bool):
            return (_YES if value else _NO).get(language)
        if isinstance(value, int | float):
            return locales.number(float(f"{value:.15g}"), language)
        if isinstance(value, list):
            return locales.listed((self.show(p, around, language) for p in value), language)
        return str(value)


class Hidden(Item):
    """A fixed value that is stored with the answers, such as the wave or the channel."""

    asked: ClassVar[bool] = False

    kind: Literal["hidden"]
    value: str

    def check(self, raw: Json, desk: Desk) -> Json:
        desk.refuse("value_shape")
        return None

    def given(self, context: Context) -> Json:
        return self.value


class Group(Model):
    """One arm of an experiment."""

    value: Code
    label: Text
    #: How many respondents get it, in proportion to the other arms.
    weight: int = Field(default=1, ge=1, le=1000)


class Arm(Item):
    """The arm of an experiment (A/B test) that a respondent falls into, drawn by lot and stored.

    Conditions read it like any answer. A response from elsewhere, which was not drawn here, brings
    its arm along.
    """

    asked: ClassVar[bool] = False

    kind: Literal["arm"]
    arms: tuple[Group, ...] = Field(min_length=2, max_length=20)

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        yield from duplicates(self.arms, "arms")

    def given(self, context: Context) -> Json:
        """Draw the arm: each as likely as its weight says, the same one again for the same seed."""
        if not context.seed:
            return None
        lot = share_of(context.seed, f"arm/{self.id}") * sum(arm.weight for arm in self.arms)
        for arm in self.arms:
            lot -= arm.weight
            if lot < 0:
                break
        return arm.value

    def check(self, raw: Json, desk: Desk) -> Json:
        if desk.around.context.seed or raw not in self._values():
            desk.refuse("value_shape")
        return raw

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        named = {arm.value: arm.label for arm in self.arms}
        return around.word(named[value], language) if value in named else str(value)

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        levels = tuple(Choice(value=arm.value, label=arm.label) for arm in self.arms)
        return (Variable(self.id, self.id, self.label, categories(levels)),)

    def pack(self, value: Json, around: Surroundings) -> Sequence[int]:
        return (self._values().index(value) + 1,)

    def reads_as(self) -> Type:
        return ANY

    def _values(self) -> list[str]:
        return [arm.value for arm in self.arms]
