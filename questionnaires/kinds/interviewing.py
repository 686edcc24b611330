"""The kind of an interview outline: a topic with probes, a note and the interviewer's coding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from questionnaires.expressions.grammar import ANY, Type
from questionnaires.kinds.base import (
    ChoiceList,
    Desk,
    Identifier,
    Item,
    Json,
    Surroundings,
    Variable,
    all_blank,
    as_text,
    blank,
    categories,
)
from questionnaires.text import Text


class Topic(Item):
    """One topic of an interview; the answer is ``{"note": str, "concern": level}``."""

    required_code: ClassVar[str] = "required_coding"

    kind: Literal["topic"]
    #: The scale on which the interviewer codes what was said.
    scale: str
    probes: tuple[Text, ...] = ()
    #: Coverage tags of the checklist that this topic covers.
    covers: tuple[Identifier, ...] = ()
    #: An instruction to the interviewer.
    instruction: Text | None = None
    max_characters: int = Field(default=4000, ge=1, le=20000)

    def levels(self, around: Surroundings) -> ChoiceList:
        """Return the levels of the coding scale."""
        return around.scales.get(self.scale, ())

    def is_blank(self, raw: Json) -> bool:
        return all_blank(raw)

    def demand(self, desk: Desk) -> None:
        desk.refuse(self.required_code, part="concern")

    def check(self, raw: Json, desk: Desk) -> Json:
        if not isinstance(raw, dict) or not set(raw) <= {"note", "concern"}:
            desk.refuse("value_shape")
            return None
        accepted = {}
        note, concern = raw.get("note"), raw.get("concern")
        if not blank(note):
            accepted["note"] = as_text(note, desk, self.max_characters, "note")
        if not blank(concern):
            if concern not in [level.value for level in self.levels(desk.around)]:
                desk.refuse("option_unknown", part="concern")
            accepted["concern"] = concern
        return accepted

    def weigh(self, value: Json, desk: Desk, *, required: bool, offered: int) -> None:
        if required and "concern" not in value:
            self.demand(desk)

    def settled(self, value: Json, around: Surroundings) -> bool:
        """Say whether the topic was spoken about, or declined: either closes its tags."""
        if not value:
            return False
        declined = {level.value for level in self.levels(around) if level.missing}
        return bool(value.get("note")) or value.get("concern") in declined

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        labels = {level.value: around.word(level.label, language) for level in self.levels(around)}
        parts = [labels.get(value.get("concern"), ""), value.get("note", "")]
        return "\n".join(part for part in parts if part)

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        levels = categories(self.levels(around))
        return (
            Variable(f"{self.id}.concern", self.id, self.label, levels),
            Variable(f"{self.id}.note", self.id, self.label, text=True),
        )

    def pack(self, value: Json, around: Surroundings) -> Sequence[int]:
        codes = {o.value: code for code, o in enumerate(self.levels(around), start=1)}
        return (codes.get(value.get("concern"), 0),)

    def in_expressions(self, value: Json) -> Json:
        return value.get("concern")

    def reads_as(self) -> Type:
        return ANY
