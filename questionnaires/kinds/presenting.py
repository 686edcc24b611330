"""Kinds around the questions: text to read, consent, values that nobody types."""

from __future__ import annotations

from typing import ClassVar, Literal

from questionnaires.kinds.base import (
    Choice,
    Desk,
    Expression,
    Item,
    Json,
    Surroundings,
    Variable,
    categories,
)
from questionnaires.text import Text

AGREED = "agreed"
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


class Hidden(Item):
    """A fixed value that is stored with the answers, such as the wave or the channel."""

    asked: ClassVar[bool] = False

    kind: Literal["hidden"]
    value: str

    def check(self, raw: Json, desk: Desk) -> Json:
        desk.refuse("value_shape")
        return None
