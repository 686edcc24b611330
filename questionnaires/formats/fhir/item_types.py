"""Kinds of ours -> types of FHIR items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from questionnaires.expressions import Call, Literal, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.formats.fhir.emitting import PathEmitter
from questionnaires.formats.fhir.resource import Json, Words, control, extension
from questionnaires.formats.fhir.rows import link
from questionnaires.formats.foreign.plain import joined
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.foreign.rules import sum_wording
from questionnaires.formats.foreign.ways import spelled
from questionnaires.kinds import (
    allotting,
    cascading,
    choosing,
    entering,
    gauging,
    people,
    presenting,
    rating,
    tabulating,
)
from questionnaires.kinds.base import Choice, Item
from questionnaires.kinds.numbers import plain_number
from questionnaires.kinds.words import WORDS
from questionnaires.model import Questionnaire

#: Kind -> FHIR type, where nothing else is to be said.
_PLAIN = {
    "date": "date",
    "date_time": "dateTime",
    "time": "time",
    "url": "url",
    "email": "string",
    "phone": "string",
    "note": "display",
    "calculated": "string",
}
#: Kind -> the type that stands in for what FHIR does not have.
_INSTEAD = {
    "unit": "string",
    "person": "string",
    "location": "string",
    "signature": "text",
    "topic": "text",
    "carried_findings": "text",
}
#: FHIR type -> the name of its ``value[x]``.
_VALUES = {
    "string": "valueString",
    "text": "valueString",
    "integer": "valueInteger",
    "decimal": "valueDecimal",
    "date": "valueDate",
    "dateTime": "valueDateTime",
    "time": "valueTime",
    "url": "valueUri",
}


@dataclass(slots=True)
class Typed:
    """What an item of some kind needs besides its text: fields, extensions, or items for rows."""

    fields: Json
    extensions: list[Json] = field(default_factory=list)
    split: list[Json] = field(default_factory=list)

    def initial(self, default: Any) -> list[Json] | None:
        """Return a first answer, or None when the type has no such value."""
        sort = self.fields["type"]
        if sort in ("choice", "open-choice"):
            values = default if isinstance(default, tuple) else (default,)
            return [{"valueCoding": {"code": str(value)}} for value in values]
        if sort == "boolean" and default in ("yes", "no"):
            return [{"valueBoolean": default == "yes"}]
        name = _VALUES.get(sort)
        if name is None or isinstance(default, tuple):
            return None
        return [{name: default if sort in ("integer", "decimal") else str(default)}]


def typed(item: Item, questionnaire: Questionnaire, words: Words, report: Report) -> Typed:
    """Return the FHIR type of an item, with everything that depends on its kind."""
    if item.kind in _PLAIN:
        return Typed({"type": _PLAIN[item.kind]})
    writing = _Typing(item, questionnaire, words, report)
    if item.kind in _INSTEAD:
        writing.lose(_INSTEAD[item.kind])
        return Typed({"type": _INSTEAD[item.kind]})
    return _WRITERS[item.kind](writing, item)


class _Typing:
    def __init__(
        self, item: Item, questionnaire: Questionnaire, words: Words, report: Report
    ) -> None:
        self._item = item
        self._around = questionnaire.surroundings()
        self._words = words
        self._report = report
        self._questionnaire = questionnaire

    def lose(self, instead: str) -> None:
        """Report that FHIR has no such kind."""
        values = {"kind": WORDS[self._item.kind].name, "instead": instead}
        self._report.lose("export_kind", f"items.{self._item.id}", **values)

    def options(self, choices: tuple[Choice, ...]) -> list[Json]:
        """Return options as answer options."""
        found = []
        for choice in choices:
            coding: Json = {"code": choice.value}
            self._words.put(coding, "display", choice.label)
            option: Json = {"valueCoding": coding}
            extensions = []
            if choice.score is not None:
                extensions.append(extension("ordinalValue", valueDecimal=choice.score))
            if choice.exclusive:
                extensions.append(extension("optionExclusive", valueBoolean=True))
            found.append({"extension": extensions, **option} if extensions else option)
        return found

    def choice(self, choices: tuple[Choice, ...], repeats: bool = False) -> Typed:
        """Return a choice; an option with words of its own makes it an open one."""
        listed = tuple(choice for choice in choices if not choice.text)
        worded = [choice for choice in choices if choice.text]
        made = Typed({"type": "open-choice" if worded else "choice"})
        if worded:
            label = self._words.plain(worded[0].label)
            made.extensions.append(extension("openLabel", valueString=label))
            if len(worded[0].label.root) > 1:
                self._report.lose("export_setting", f"items.{self._item.id}", key="openLabel")
        if len(worded) > 1:
            self._report.lose("export_setting", f"items.{self._item.id}", key="text")
        if repeats:
            made.fields["repeats"] = True
        made.fields["answerOption"] = self.options(listed)
        return made

    def scale(self, item: choosing.Levelled) -> Typed:
        made = self.choice(item.levels(self._around))
        dropdown = isinstance(item, choosing.Scale) and item.appearance == "dropdown"
        made.extensions.append(control("drop-down" if dropdown else "radio-button"))
        return made

    def single(self, item: choosing.SingleChoice) -> Typed:
        made = self.choice(item.options)
        look = "drop-down" if item.appearance == "dropdown" else "radio-button"
        made.extensions.append(control(look))
        return made

    def multiple(self, item: choosing.MultipleChoice) -> Typed:
        made = self.choice(item.options, repeats=True)
        made.extensions.append(control("check-box"))
        if item.min_choices and item.required is True:  # of others it would demand an answer
            made.extensions.append(extension("minOccurs", valueInteger=item.min_choices))
        if item.max_choices:
            made.extensions.append(extension("maxOccurs", valueInteger=item.max_choices))
        return made

    def ranking(self, item: choosing.Ranking) -> Typed:
        self.lose("choice")
        return self.choice(item.options, repeats=True)

    def yes_no(self, item: gauging.YesNo) -> Typed:
        if item.not_applicable:
            return self.scale(item)
        return Typed({"type": "boolean"})

    def matrix(self, item: rating.Matrix) -> Typed:
        if item.rows_from_units:
            self.lose("text")
            return Typed({"type": "text"})
        return self._rows(item.rows, lambda: self.choice(item.levels(self._around)))

    def matrix_multiple(self, item: tabulating.MatrixMultiple) -> Typed:
        return self._rows(item.rows, lambda: self.choice(item.options, repeats=True))

    def matrix_number(self, item: tabulating.MatrixNumber) -> Typed:
        return self._rows(item.rows, lambda: Typed({"type": "decimal"}))

    def matrix_text(self, item: tabulating.MatrixText) -> Typed:
        return self._rows(item.rows, lambda: Typed({"type": "string"}))

    def matrix_dual(self, item: tabulating.MatrixDual) -> Typed:
        found = []
        for name, (heading, levels) in item.sides(self._around).items():
            for row in item.rows:
                part = self._row(row, self.choice(levels), name)
                self._words.put(part, "prefix", heading)
                found.append(part)
        return Typed({"type": "group"}, split=found)

    def constant_sum(self, item: allotting.ConstantSum) -> Typed:
        self.lose("group")
        least = extension("minValue", valueInteger=0)
        made = self._rows(item.shares, lambda: Typed({"type": "integer"}, [least]))
        emitter = PathEmitter(self._questionnaire, item)
        total = Call("=", (Call("sum", (Reference(SELF),)), Literal(item.total)))
        rule = emitter.condition(Call("or", (Call("=", (Reference(SELF), Literal(""))), total)))
        said = self._words.spoken_here(sum_wording(item.total))
        made.extensions.append(self._words.rule(f"{item.id}-total", rule, said))
        return made

    def points(self, item: allotting.Points) -> Typed:
        self.lose("integer")
        limits = (("minValue", item.min), ("maxValue", item.max))
        found = [extension(name, valueInteger=limit) for name, limit in limits]
        return Typed({"type": "integer"}, found)

    def _rows(self, rows: tuple[Any, ...], cell: Callable[[], Typed]) -> Typed:
        return Typed({"type": "group"}, split=[self._row(row, cell()) for row in rows])

    def _row(self, row: Any, cell: Typed, *side: str) -> Json:
        part: Json = {"linkId": link(self._item, row.value, *side)}
        self._words.put(part, "text", row.label)
        part |= cell.fields
        return {"extension": cell.extensions, **part} if cell.extensions else part

    def short(self, item: entering.ShortText) -> Typed:
        return Typed({"type": "string", "maxLength": item.max_characters})

    def long(self, item: entering.LongText) -> Typed:
        return Typed({"type": "text", "maxLength": item.max_characters})

    def integer(self, item: entering.Integer) -> Typed:
        made = Typed({"type": "integer"})
        for name, limit in (("minValue", item.min), ("maxValue", item.max)):
            if limit is not None:
                made.extensions.append(extension(name, valueInteger=limit))
        return made

    def decimal(self, item: entering.Decimal) -> Typed:
        made = Typed({"type": "decimal"})
        if item.unit:
            made.fields["type"] = "quantity"
            unit: Json = {}
            self._words.put(unit, "display", item.unit)
            made.extensions.append(extension("unit", valueCoding=unit))
        for name, limit in (("minValue", item.min), ("maxValue", item.max)):
            if limit is not None:
                made.extensions.append(extension(name, valueDecimal=plain_number(limit)))
        made.extensions.append(extension("maxDecimalPlaces", valueInteger=item.digits))
        return made

    def slider(self, item: gauging.Slider) -> Typed:
        made = Typed({"type": "decimal"}, [control("slider")])
        for name, limit in (("minValue", item.min), ("maxValue", item.max)):
            made.extensions.append(extension(name, valueDecimal=plain_number(limit)))
        step = plain_number(item.step)
        if isinstance(step, int):
            made.extensions.append(extension("sliderStepValue", valueInteger=step))
        else:
            self._report.lose("export_setting", f"items.{item.id}", key="step")
        return made

    def attached(self, item: people.File | people.Photo) -> Typed:
        size = extension("maxSize", valueDecimal=item.max_megabytes * 1_000_000)
        made = Typed({"type": "attachment"}, [size])
        if item.kind == "photo":
            made.extensions.append(extension("mimeType", valueCode="image/*"))
        return made

    def consent(self, item: presenting.Consent) -> Typed:
        made = self.choice((Choice(value=presenting.AGREED, label=item.hint or item.label),))
        made.fields["repeats"] = True
        made.extensions.append(control("check-box"))
        return made

    def hidden(self, item: presenting.Hidden) -> Typed:
        made = Typed({"type": "string", "readOnly": True})
        made.extensions.append(extension("hidden", valueBoolean=True))
        if item.value:
            made.fields["initial"] = [{"valueString": item.value}]
        return made

    def arm(self, item: presenting.Arm) -> Typed:
        self.lose("choice")
        # Nothing draws an arm there: what only one of the arms is shown would never be seen.
        self._report.lose("export_rule", f"items.{item.id}", key="arms")
        arms = tuple(Choice(value=arm.value, label=arm.label) for arm in item.arms)
        made = self.choice(arms)
        made.extensions.append(extension("hidden", valueBoolean=True))
        return made

    def cascade(self, item: cascading.Cascade) -> Typed:
        self.lose("choice")
        options = []
        for way in item.ends():
            label = way[0].label
            for branch in way[1:]:
                label = joined(label, branch.label, " / ")
            coding: Json = {"code": spelled(way)}
            self._words.put(coding, "display", label)
            options.append({"valueCoding": coding})
        return Typed({"type": "choice", "answerOption": options}, [control("drop-down")])


_WRITERS: dict[str, Callable[[_Typing, Any], Typed]] = {
    **dict.fromkeys(("scale", "stars", "net_promoter"), _Typing.scale),
    "single_choice": _Typing.single,
    "multiple_choice": _Typing.multiple,
    "ranking": _Typing.ranking,
    "yes_no": _Typing.yes_no,
    "matrix": _Typing.matrix,
    "matrix_multiple": _Typing.matrix_multiple,
    "matrix_number": _Typing.matrix_number,
    "matrix_text": _Typing.matrix_text,
    "matrix_dual": _Typing.matrix_dual,
    "constant_sum": _Typing.constant_sum,
    "points": _Typing.points,
    "short_text": _Typing.short,
    "long_text": _Typing.long,
    "integer": _Typing.integer,
    "decimal": _Typing.decimal,
    "slider": _Typing.slider,
    "file": _Typing.attached,
    "photo": _Typing.attached,
    "consent": _Typing.consent,
    "hidden": _Typing.hidden,
    "arm": _Typing.arm,
    "cascade": _Typing.cascade,
}
