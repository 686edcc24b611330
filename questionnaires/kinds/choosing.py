"""Kinds that choose from a list: scale, single choice, multiple choice, ranking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from questionnaires import locales
from questionnaires.expressions.grammar import ANY, LIST, Type
from questionnaires.kinds.base import (
    Choice,
    ChoiceList,
    Desk,
    Expression,
    Identifier,
    Item,
    Json,
    Model,
    Surroundings,
    Variable,
    all_blank,
    as_line,
    blank,
    categories,
    duplicates,
)
from questionnaires.problems import Place, Problem
from questionnaires.text import Text

#: A packed code is one byte, and 0 is "no answer".
MAX_OPTIONS = 254
#: Longest text after an option such as "other (please specify)".
MAX_SPECIFY = 200

NOT_CHOSEN, CHOSEN = 1, 2
YES_NO = (
    Choice(value="no", label=Text({"zh": "未选", "en": "Not selected"})),
    Choice(value="yes", label=Text({"zh": "选中", "en": "Selected"})),
)


class Levelled(Item):
    """One of several levels, wherever these come from."""

    required_code: ClassVar[str] = "required_choice"

    def levels(self, around: Surroundings) -> ChoiceList:
        """Return the levels, in the order shown."""
        raise NotImplementedError

    def check(self, raw: Json, desk: Desk) -> Json:
        if not _position(raw, self.levels(desk.around)):
            desk.refuse("option_unknown")
        return raw

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return _label(value, self.levels(around), around, language)

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        return (Variable(self.id, self.id, self.label, categories(self.levels(around))),)

    def pack(self, value: Json, around: Surroundings) -> Sequence[int]:
        return (_position(value, self.levels(around)),)

    def reads_as(self) -> Type:
        return ANY


class Scale(Levelled):
    """One level of a named scale."""

    kind: Literal["scale"]
    scale: str
    appearance: Literal["buttons", "dropdown"] = "buttons"

    def levels(self, around: Surroundings) -> ChoiceList:
        return around.scales.get(self.scale, ())


class CarryForward(Model):
    """Offer only what was, or was not, chosen in an earlier item."""

    item: Identifier
    which: Literal["chosen", "not_chosen"] = "chosen"


class Listed(Item):
    """An item that carries its own options."""

    options: ChoiceList = Field(min_length=2)
    #: An option is offered only when this holds; its properties read as ``${option.NAME}``.
    choice_filter: Expression | None = None
    #: Offers only what was (or was not) chosen in an earlier item.
    carry_forward: CarryForward | None = None
    #: Shown in an order drawn anew for each respondent.
    random_order: bool = False

    @property
    def narrowed(self) -> bool:
        """Other answers decide which options are offered."""
        return self.choice_filter is not None or self.carry_forward is not None

    def reads_as(self) -> Type:
        return LIST

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        if len(self.options) > MAX_OPTIONS:
            values = {"count": len(self.options), "limit": MAX_OPTIONS}
            yield Problem("options_too_many", values, Place("options"))
        yield from duplicates(self.options, "options")

    def _beyond_options(self, key: str, limit: int | None) -> Iterator[Problem]:
        if limit is not None and limit > len(self.options):
            values = {"key": key, "limit": limit, "count": len(self.options)}
            yield Problem("limit_beyond_options", values, Place(key))

    def _accept(self, raw: Json, desk: Desk) -> Json:
        """Accept one option, as its value or as ``{"value": ..., "text": ...}``."""
        if isinstance(raw, dict) and not set(raw) <= {"value", "text"}:
            desk.refuse("value_shape")
            return None
        value = chosen_value(raw)
        option = next((o for o in self.options if o.value == value), None)
        if option is None or value is None:
            desk.refuse("option_unknown")
            return None
        specified = raw.get("text") if isinstance(raw, dict) else None
        if not option.text:
            if not blank(specified):
                desk.refuse("option_text_unasked", option=option.label)
            return value
        text = as_line(specified or "", desk, MAX_SPECIFY, option.value)
        if text == "":
            desk.refuse("option_text_missing", part=option.value, option=option.label)
        return {"value": value, "text": text}

    def _specify_variables(self) -> tuple[Variable, ...]:
        return tuple(
            Variable(f"{self.id}.{option.value}.text", self.id, option.label, text=True)
            for option in self.options
            if option.text
        )


class SingleChoice(Listed):
    """Exactly one option of a list."""

    required_code: ClassVar[str] = "required_choice"

    kind: Literal["single_choice"]
    appearance: Literal["list", "buttons", "dropdown"] = "list"

    def reads_as(self) -> Type:
        return ANY

    def check(self, raw: Json, desk: Desk) -> Json:
        return self._accept(raw, desk)

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return _label(value, self.options, around, language)

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        closed = Variable(self.id, self.id, self.label, categories(self.options))
        return (closed, *self._specify_variables())

    def pack(self, value: Json, around: Surroundings) -> Sequence[int]:
        return (_position(chosen_value(value), self.options),)

    def in_expressions(self, value: Json) -> Json:
        return chosen_value(value)


class MultipleChoice(Listed):
    """Any number of options, within limits; an exclusive option stands alone."""

    required_code: ClassVar[str] = "required_choices"

    kind: Literal["multiple_choice"]
    min_choices: int | None = Field(default=None, ge=1)
    max_choices: int | None = Field(default=None, ge=1)

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        yield from super().problems(around)
        if self.min_choices and self.max_choices and self.min_choices > self.max_choices:
            values = {"low": "min_choices", "high": "max_choices"}
            yield Problem("limits_crossed", values, Place("min_choices"))
        yield from self._beyond_options("min_choices", self.min_choices)
        yield from self._beyond_options("max_choices", self.max_choices)

    def check(self, raw: Json, desk: Desk) -> Json:
        if not isinstance(raw, list) or len(raw) > len(self.options):
            desk.refuse("value_shape")
            return None
        accepted = [self._accept(entry, desk) for entry in raw]
        if desk.problems:
            return None
        chosen = {value: entry for entry in accepted if (value := chosen_value(entry))}
        alone = next((o for o in self.options if o.exclusive and o.value in chosen), None)
        if alone is None:
            self._check_number(len(chosen), desk)
        elif len(chosen) > 1:
            desk.refuse("choices_exclusive", option=alone.label)
        return [chosen[o.value] for o in self.options if o.value in chosen]

    def _check_number(self, count: int, desk: Desk) -> None:
        if self.max_choices is not None and count > self.max_choices:
            desk.refuse("choices_too_many", limit=self.max_choices, count=count)

    def weigh(self, value: Json, desk: Desk, *, required: bool, offered: int) -> None:
        chosen = {chosen_value(entry) for entry in value}
        least = min(self.min_choices or 0, offered)
        alone = any(option.exclusive for option in self.options if option.value in chosen)
        if len(chosen) < least and not alone:
            desk.refuse("choices_too_few", limit=least, count=len(chosen))

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        labels = (_label(entry, self.options, around, language) for entry in value)
        return locales.set_apart(labels, language)

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        yes_no = categories(YES_NO)
        closed = tuple(
            Variable(f"{self.id}.{option.value}", self.id, option.label, yes_no)
            for option in self.options
        )
        return (*closed, *self._specify_variables())

    def pack(self, value: Json, around: Surroundings) -> Sequence[int]:
        chosen = {chosen_value(entry) for entry in value}
        return [CHOSEN if option.value in chosen else NOT_CHOSEN for option in self.options]

    def in_expressions(self, value: Json) -> Json:
        return [chosen_value(entry) for entry in value]


class Ranking(Listed):
    """Options put in order, all or the first ``top``; the answer lists values, best first."""

    required_code: ClassVar[str] = "required_ranking"

    kind: Literal["ranking"]
    top: int | None = Field(default=None, ge=1)

    @property
    def places(self) -> int:
        """How many places there are to give."""
        return min(self.top or len(self.options), len(self.options))

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        yield from super().problems(around)
        yield from self._beyond_options("top", self.top)
        if self.places == MAX_OPTIONS == len(self.options):  # "not ranked" needs a code too
            values = {"count": MAX_OPTIONS, "limit": MAX_OPTIONS - 1}
            yield Problem("options_too_many", values, Place("options"))

    def is_blank(self, raw: Json) -> bool:
        return all_blank(raw)

    def demand(self, desk: Desk) -> None:
        desk.refuse(self.required_code, count=self.places)

    def check(self, raw: Json, desk: Desk) -> Json:
        if not isinstance(raw, list) or len(raw) > len(self.options):
            desk.refuse("value_shape")
            return None
        if not all(isinstance(value, str) or value is None for value in raw):
            desk.refuse("value_shape")
            return None
        ranked = [value for value in raw if value]
        if any(raw[: len(ranked)][i] in (None, "") for i in range(len(ranked))):
            desk.refuse("ranking_gap")
        labels = {option.value: option.label for option in self.options}
        if len(ranked) > self.places or any(value not in labels for value in ranked):
            desk.refuse("option_unknown")
            return None
        repeated = next((v for i, v in enumerate(ranked) if v in ranked[:i]), None)
        if repeated is not None:
            desk.refuse("ranking_duplicate", option=labels[repeated])
        return ranked

    def weigh(self, value: Json, desk: Desk, *, required: bool, offered: int) -> None:
        wanted = min(self.places, offered)
        if required and len(value) < wanted:
            desk.refuse(self.required_code, count=wanted)

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        labels = [_label(entry, self.options, around, language) for entry in value]
        return "  ".join(f"{place}. {label}" for place, label in enumerate(labels, start=1))

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        ranks = tuple(
            Choice(value=str(n), label=Text({"zh": f"第{n}位", "en": f"Rank {n}"}))
            for n in range(1, self.places + 1)
        )
        levels = categories(
            (*ranks, Choice(value="unranked", label=Text({"zh": "未排", "en": "Not ranked"})))
        )
        return tuple(
            Variable(f"{self.id}.{o.value}", self.id, o.label, levels) for o in self.options
        )

    def pack(self, value: Json, around: Surroundings) -> Sequence[int]:
        places = {option: place for place, option in enumerate(value, start=1)}
        return [places.get(option.value, self.places + 1) for option in self.options]


def chosen_value(entry: Json) -> str | None:
    """Return the option's value from an entry, which may carry the text beside it."""
    value = entry.get("value") if isinstance(entry, dict) else entry
    return value if isinstance(value, str) else None


def _label(entry: Json, options: ChoiceList, around: Surroundings, language: str) -> str:
    value = chosen_value(entry)
    label = next((around.word(o.label, language) for o in options if o.value == value), str(value))
    if isinstance(entry, dict):
        return f"{label}{locales.colon(language)}{entry['text']}"
    return label


def _position(value: Json, options: ChoiceList) -> int:
    """Return the place of an option in its list, from 1; 0 when it is not there."""
    for code, option in enumerate(options, start=1):
        if option.value == value:
            return code
    return 0
