"""Items of ours -> elements of SurveyJS."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from questionnaires.formats.foreign.report import Report
from questionnaires.formats.foreign.rules import WHOLE_NUMBERS, sum_wording
from questionnaires.formats.foreign.ways import spelled
from questionnaires.formats.surveyjs.locales import Locales
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

Json = dict[str, Any]
#: Kind -> input type of a text question.
_INPUTS = {
    "date": "date",
    "time": "time",
    "date_time": "datetime-local",
    "email": "email",
    "phone": "tel",
    "url": "url",
}
#: Kind -> the type that stands in for what SurveyJS does not have.
_INSTEAD = {
    "unit": "text",
    "person": "text",
    "location": "text",
    "topic": "comment",
    "carried_findings": "comment",
}


def element_of(item: Item, questionnaire: Questionnaire, locales: Locales, report: Report) -> Json:
    """Return the element of an item, without its conditions."""
    return _Element(item, questionnaire, locales, report).made()


class _Element:
    def __init__(
        self, item: Item, questionnaire: Questionnaire, locales: Locales, report: Report
    ) -> None:
        self._item = item
        self._around = questionnaire.surroundings()
        self._media = questionnaire.media
        self._locales = locales
        self._report = report

    def made(self) -> Json:
        """Return name, title and what the kind needs."""
        item = self._item
        named = {"name": item.id, "title": self._locales.text(item.label)}
        if item.kind == "note":  # SurveyJS shows no title of it
            named.pop("title")
        if item.kind in _INPUTS:
            return {"type": "text", **named, "inputType": _INPUTS[item.kind]}
        if item.kind in _INSTEAD:
            self._lose(_INSTEAD[item.kind])
            return {"type": _INSTEAD[item.kind], **named}
        made = _WRITERS[item.kind](self, item)
        return {"type": made.pop("type"), **named, **made}

    def _lose(self, instead: str) -> None:
        values = {"kind": WORDS[self._item.kind].name, "instead": instead}
        self._report.lose("export_kind", f"items.{self._item.id}", **values)

    def choices(self, options: tuple[Choice, ...]) -> list[Json]:
        """Return options as item values."""
        found = []
        for option in options:
            entry: Json = {"value": option.value, "text": self._locales.text(option.label)}
            if option.exclusive:
                entry["isExclusive"] = True
            if option.text:
                entry["showCommentArea"] = True
            if option.score is not None:
                entry["score"] = option.score
            if option.image:
                entry["imageLink"] = self._media[option.image].source
            entry = {**option.properties, **entry}
            found.append(entry)
        return found

    def rows(self, rows: tuple[rating.Row, ...]) -> list[Json]:
        """Return rows as item values."""
        return [{"value": row.value, "text": self._locales.text(row.label)} for row in rows]

    def scale(self, item: choosing.Scale) -> Json:
        values = self.choices(item.levels(self._around))
        return {"type": "rating", "autoGenerate": False, "rateValues": values}

    def single(self, item: choosing.SingleChoice) -> Json:
        types = {"dropdown": "dropdown", "buttons": "buttongroup"}
        made = {
            "type": types.get(item.appearance, "radiogroup"),
            "choices": self.choices(item.options),
        }
        return made | self._looks(item)

    def multiple(self, item: choosing.MultipleChoice) -> Json:
        made: Json = {"type": "checkbox", "choices": self.choices(item.options)}
        if item.min_choices:
            made["minSelectedChoices"] = item.min_choices
        if item.max_choices:
            made["maxSelectedChoices"] = item.max_choices
        return made | self._looks(item, multiSelect=True)

    def _looks(self, item: choosing.Listed, **pictured: bool) -> Json:
        """Return the order of a list, and the type of one with pictures."""
        made: Json = {"choicesOrder": "random"} if item.random_order else {}
        if any(option.image for option in item.options):
            made |= {"type": "imagepicker", "showLabel": True, **pictured}
        return made

    def ranking(self, item: choosing.Ranking) -> Json:
        made: Json = {"type": "ranking", "choices": self.choices(item.options)}
        if item.top:
            made |= {"selectToRankEnabled": True, "maxSelectedChoices": item.top}
        return made | ({"choicesOrder": "random"} if item.random_order else {})

    def yes_no(self, item: gauging.YesNo) -> Json:
        if item.not_applicable:
            return {"type": "radiogroup", "choices": self.choices(item.levels(self._around))}
        return {"type": "boolean", "valueTrue": "yes", "valueFalse": "no"}

    def matrix(self, item: rating.Matrix) -> Json:
        if item.rows_from_units:
            self._lose("comment")
            return {"type": "comment"}
        columns = self.choices(item.levels(self._around))
        made = {"type": "matrix", "columns": columns, "rows": self.rows(item.rows)}
        if item.distribution:
            where = f"items.{item.id}"
            self._report.lose("export_setting", where, key="distribution")
        return made | ({"rowsOrder": "random"} if item.random_order else {})

    def matrix_multiple(self, item: tabulating.MatrixMultiple) -> Json:
        columns = self.choices(item.options)
        rows = self.rows(item.rows)
        return {"type": "matrix", "cellType": "checkbox", "columns": columns, "rows": rows}

    def matrix_number(self, item: tabulating.MatrixNumber) -> Json:
        column = {"name": "number", "cellType": "text", "inputType": "number"}
        return {"type": "matrixdropdown", "columns": [column], "rows": self.rows(item.rows)}

    def matrix_text(self, item: tabulating.MatrixText) -> Json:
        every = {"isRequired": True} if item.required is True else {}
        rows = [{"name": r.value, "title": self._locales.text(r.label), **every} for r in item.rows]
        return {"type": "multipletext", "items": rows}

    def matrix_dual(self, item: tabulating.MatrixDual) -> Json:
        columns = [
            {
                "name": name,
                "title": self._locales.text(heading),
                "cellType": "dropdown",
                "choices": self.choices(levels),
            }
            for name, (heading, levels) in item.sides(self._around).items()
        ]
        return {"type": "matrixdropdown", "columns": columns, "rows": self.rows(item.rows)}

    def short(self, item: entering.ShortText) -> Json:
        return {"type": "text", "maxLength": item.max_characters}

    def long(self, item: entering.LongText) -> Json:
        return {"type": "comment", "maxLength": item.max_characters}

    def number(self, item: entering.Integer | entering.Decimal) -> Json:
        made: Json = {"type": "text", "inputType": "number"}
        whole = isinstance(item, entering.Integer)
        if item.step is not None or whole:
            made["step"] = 1 if item.step is None else plain_number(Decimal(item.step))
        if item.unit:
            made["description"] = self._locales.text(item.unit)
        for name in ("min", "max"):
            limit = getattr(item, name)
            if limit is not None:
                made[name] = limit if isinstance(limit, int) else plain_number(limit)
        return made

    def slider(self, item: gauging.Slider) -> Json:
        limits = {name: plain_number(getattr(item, name)) for name in ("min", "max", "step")}
        return {"type": "slider", **limits}

    def stars(self, item: gauging.Stars) -> Json:
        return {"type": "rating", "rateType": "stars", "rateMin": 1, "rateMax": item.stars}

    def promoter(self, item: gauging.NetPromoter) -> Json:
        ends = item.ends
        return {
            "type": "rating",
            "rateMin": 0,
            "rateMax": 10,
            "minRateDescription": self._locales.text(ends[0]),
            "maxRateDescription": self._locales.text(ends[1]),
        }

    def attached(self, item: people.File | people.Photo) -> Json:
        made: Json = {"type": "file", "maxSize": item.max_megabytes * 1_000_000}
        return made | ({"sourceType": "camera"} if item.kind == "photo" else {})

    def signature(self, item: people.Signature) -> Json:
        return {"type": "signaturepad"}

    def note(self, item: Item) -> Json:
        return {"type": "html", "html": self._locales.text(item.label)}

    def consent(self, item: Item) -> Json:
        text = self._locales.text(item.hint or item.label)
        return {"type": "checkbox", "choices": [{"value": "agreed", "text": text}]}

    def calculated(self, item: Item) -> Json:
        return {"type": "expression"}

    def arm(self, item: presenting.Arm) -> Json:
        self._lose("radiogroup")
        # Nothing draws an arm there: what only one of the arms is shown would never be seen.
        self._report.lose("export_rule", f"items.{item.id}", key="arms")
        choices = [{"value": a.value, "text": self._locales.text(a.label)} for a in item.arms]
        return {"type": "radiogroup", "choices": choices, "visible": False}

    def cascade(self, item: cascading.Cascade) -> Json:
        self._lose("dropdown")
        choices = []
        for way in item.ends():
            label = way[0].label
            for branch in way[1:]:
                label = type(label)(
                    {tag: f"{label.get(tag)} / {branch.label.get(tag)}" for tag in label}
                )
            choices.append({"value": spelled(way), "text": self._locales.text(label)})
        return {"type": "dropdown", "choices": choices}

    def constant_sum(self, item: allotting.ConstantSum) -> Json:
        self._lose("multipletext")
        items = [
            {
                "name": share.value,
                "title": self._locales.text(share.label),
                "inputType": "number",
                "step": 1,
                "validators": [{"type": "numeric", "minValue": 0}],
            }
            for share in item.shares
        ]
        return {"type": "multipletext", "items": items, "validators": self._adding_up(item)}

    def _adding_up(self, item: allotting.ConstantSum) -> list[Json]:
        """Return what the parts of a sum have to meet together, and each to be a whole number."""
        parts = [f"{{{item.id}.{share.value}}}" for share in item.shares]
        whole = " and ".join(f"({part} empty or round({part}) = {part})" for part in parts)
        blank = " and ".join(f"{part} empty" for part in parts)
        total = f"({blank}) or sum({', '.join(parts)}) = {item.total}"
        rules = ((total, sum_wording(item.total)), (whole, WHOLE_NUMBERS))
        return [
            {"type": "expression", "expression": text, "text": self._locales.text(said)}
            for text, said in rules
        ]

    def points(self, item: allotting.Points) -> Json:
        self._lose("text")
        limits = {"min": item.min, "max": item.max}
        return {"type": "text", "inputType": "number", "step": 1, **limits}


_WRITERS: dict[str, Callable[[_Element, Any], Json]] = {
    "scale": _Element.scale,
    "single_choice": _Element.single,
    "multiple_choice": _Element.multiple,
    "ranking": _Element.ranking,
    "yes_no": _Element.yes_no,
    "matrix": _Element.matrix,
    "matrix_multiple": _Element.matrix_multiple,
    "matrix_number": _Element.matrix_number,
    "matrix_text": _Element.matrix_text,
    "matrix_dual": _Element.matrix_dual,
    "short_text": _Element.short,
    "long_text": _Element.long,
    "integer": _Element.number,
    "decimal": _Element.number,
    "slider": _Element.slider,
    "stars": _Element.stars,
    "net_promoter": _Element.promoter,
    "file": _Element.attached,
    "photo": _Element.attached,
    "signature": _Element.signature,
    "note": _Element.note,
    "consent": _Element.consent,
    "calculated": _Element.calculated,
    "arm": _Element.arm,
    "cascade": _Element.cascade,
    "constant_sum": _Element.constant_sum,
    "points": _Element.points,
}
