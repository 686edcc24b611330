"""One WTForms field per way of giving an answer.

A field knows the names of its controls and turns what they send into the raw answer that
``questionnaires.check`` takes. It draws nothing and judges nothing: the macro named after the kind
draws, and the check judges.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, TypeVar

from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Field

from questionnaires.kinds import (
    allotting,
    base,
    cascading,
    choosing,
    contacting,
    entering,
    gauging,
    interviewing,
    people,
    presenting,
    rating,
    tabulating,
)
from questionnaires.kinds.base import Desk, Item, Json, Surroundings
from questionnaires.lots import shuffled
from surveyapp.uploads import Upload

Part = TypeVar("Part")
Submitted = MultiDict[str, Any]

#: Signature lines offered beyond those demanded.
_SPARE_SIGNATURES = 2


class AnswerField(Field):
    """The control of one item. ``data`` is the raw answer."""

    def __init__(self, item: Item, around: Surroundings, **options: Any) -> None:
        super().__init__(**options)
        self.item = item
        self.around = around
        self.data: Json = None

    def process(
        self, formdata: Submitted | None, data: Any = None, extra_filters: Any = None
    ) -> None:
        """Read the raw answer from what was submitted, or take ``data``."""
        self.process_errors: list[str] = []
        self.errors: list[str] = []
        self.data = self.read(formdata) if formdata is not None else self.at_first()

    def at_first(self) -> Json:
        """Return the raw answer that stands there before anything is typed."""
        given = self.item.default
        if isinstance(given, tuple):
            return list(given)
        # What is worked out needs the other answers, so the form puts it in.
        return None if given is None or isinstance(given, base.Computed) else str(given)

    def read(self, formdata: Submitted) -> Json:
        """Return the raw answer: one value, or all of them where one was expected."""
        given = formdata.getlist(self.name)
        return given if len(given) > 1 else next(iter(given), None)

    def owns(self, name: str) -> bool:
        """Say whether a control of that name belongs to this field."""
        return name == self.name

    #: The options that other answers leave, where these narrow them down.
    narrowed: base.ChoiceList | None = None

    def rules_out(self, value: str) -> bool:
        """Say whether other answers rule an option out: it is drawn, but hidden."""
        return self.narrowed is not None and value not in [one.value for one in self.narrowed]

    def in_order(self, parts: Sequence[Part]) -> tuple[Part, ...]:
        """Return options or rows in the order of this respondent's lots, if they have one."""
        seed = self.around.context.seed if getattr(self.item, "random_order", False) else ""
        return shuffled(
            parts,
            seed,
            f"options/{self.item.id}",
            name=attrgetter("value"),
            stays=lambda part: getattr(part, "stays", False) or getattr(part, "fixed", False),
        )

    def part(self, *parts: object) -> str:
        """Return the name of a control inside this field."""
        return ".".join([self.name, *map(str, parts)])

    @property
    def anchor(self) -> str:
        """The id of the first control, where a link to this item leads."""
        return self.name

    def typed(self, language: str) -> str:
        """Return the answer as a reader sees it, or as it was typed when it cannot be accepted."""
        desk = Desk(self.around, self.name)
        value = self.item.check(self.data, desk)
        return str(self.data) if desk.problems else self.item.show(value, self.around, language)


class ChoiceField(AnswerField):
    """One option; an option may ask for text in a control named after it."""

    item: choosing.SingleChoice

    def read(self, formdata: Submitted) -> Json:
        return self._entry(formdata, super().read(formdata))

    def offered(self) -> base.ChoiceList:
        """Return the options to draw, those that other answers rule out among them."""
        return self.in_order(self._options())

    def _entry(self, formdata: Submitted, value: Json) -> Json:
        asks = any(option.text and option.value == value for option in self._options())
        return {"value": value, "text": formdata.get(self.part(value), "")} if asks else value

    def _options(self) -> base.ChoiceList:
        return getattr(self.item, "options", ())

    def owns(self, name: str) -> bool:
        asking = (self.part(option.value) for option in self._options() if option.text)
        return name == self.name or name in asking

    def chosen(self, value: str) -> bool:
        """Say whether that option was chosen."""
        entries = self.data if isinstance(self.data, list) else [self.data]
        return value in [choosing.chosen_value(entry) for entry in entries]

    def specified(self, value: str) -> str:
        """Return the text typed after that option."""
        entries = self.data if isinstance(self.data, list) else [self.data]
        for entry in entries:
            if isinstance(entry, dict) and entry.get("value") == value:
                return str(entry.get("text", ""))
        return ""


class ChoicesField(ChoiceField):
    """Several options."""

    def read(self, formdata: Submitted) -> Json:
        return [self._entry(formdata, value) for value in formdata.getlist(self.name)]


class RankingField(AnswerField):
    """One control per place."""

    item: choosing.Ranking

    def read(self, formdata: Submitted) -> Json:
        return [formdata.get(self.part(place), "") for place in self.places()]

    def offered(self) -> base.ChoiceList:
        """Return the options to put in order, those that other answers rule out among them."""
        return self.in_order(self.item.options)

    @property
    def anchor(self) -> str:
        """The control of the first place."""
        return self.part(1)

    def places(self) -> range:
        """Return the places to give, from 1."""
        return range(1, self.item.places + 1)

    def owns(self, name: str) -> bool:
        return name in [self.part(place) for place in self.places()]

    def at(self, place: int) -> str:
        """Return the option put at that place."""
        return self.data[place - 1] if self.data else ""


class PartsField(AnswerField):
    """Several controls, each under the field's name and a part: the answer maps part -> value."""

    def read(self, formdata: Submitted) -> Json:
        start = f"{self.name}."
        return {
            name[len(start) :]: formdata.get(name) for name in formdata if name.startswith(start)
        }

    def owns(self, name: str) -> bool:
        return name.startswith(f"{self.name}.")

    def at(self, part: str) -> str:
        """Return what was typed into that part."""
        return (self.data or {}).get(part) or ""


class MatrixField(PartsField):
    """One control per row."""

    item: rating.Matrix

    def rows(self) -> dict[str, base.Text]:
        """Return row -> wording, in the order shown."""
        labels = self.item.row_labels(self.around)
        if self.item.rows_from_units:
            return dict(labels)
        return {row.value: labels[row.value] for row in self.in_order(self.item.rows)}


class CellsField(AnswerField):
    """Controls for each row of a table; what a row sends is read by ``cell``."""

    item: tabulating.Tabular

    def read(self, formdata: Submitted) -> Json:
        return {row.value: self.cell(formdata, row.value) for row in self.item.rows}

    def rows(self) -> tuple[rating.Row, ...]:
        """Return the rows in the order shown."""
        return self.in_order(self.item.rows)

    def cell(self, formdata: Submitted, row: str) -> Json:
        """Return the raw answer of one row."""
        return formdata.get(self.part(row), "")

    def owns(self, name: str) -> bool:
        return name in {self.part(row.value) for row in self.item.rows}

    def at(self, row: str) -> Any:
        """Return what was given for that row."""
        return (self.data or {}).get(row) or ""

    @property
    def anchor(self) -> str:
        """The control of the first row."""
        return self.part(self.item.rows[0].value)


class CellChoicesField(CellsField):
    """Several options for each row."""

    def cell(self, formdata: Submitted, row: str) -> Json:
        return formdata.getlist(self.part(row))


class DualField(CellsField):
    """Two levels for each row."""

    item: tabulating.MatrixDual

    def cell(self, formdata: Submitted, row: str) -> Json:
        sides = self.item.sides(self.around)
        return {side: formdata.get(self.part(row, side), "") for side in sides}

    def owns(self, name: str) -> bool:
        sides = self.item.sides(self.around)
        return name in {self.part(row.value, side) for row in self.item.rows for side in sides}

    @property
    def anchor(self) -> str:
        """The first control of the first row."""
        return self.part(self.item.rows[0].value, "first")


class LocationField(PartsField):
    """Two numbers: latitude and longitude."""

    @property
    def anchor(self) -> str:
        """The control of the latitude."""
        return self.part("latitude")


class SumField(PartsField):
    """One number for each thing that gets a part of the sum."""

    item: allotting.ConstantSum

    @property
    def anchor(self) -> str:
        """The control of the first part."""
        return self.part(self.item.shares[0].value)


class SilentField(AnswerField):
    """An item that nobody answers: it has no control."""

    def read(self, formdata: Submitted) -> Json:
        return None

    def owns(self, name: str) -> bool:
        return False


class SignatureField(AnswerField):
    """One line per signature."""

    item: people.Signature

    def read(self, formdata: Submitted) -> Json:
        return [formdata.get(self.part(line), "") for line in self.lines()]

    def lines(self) -> range:
        """Return the numbers of the lines offered, from 1."""
        return self.lines_of(self.item)

    @staticmethod
    def lines_of(item: people.Signature) -> range:
        """Return the numbers of the lines that are offered for an item, from 1."""
        wanted = item.min_signatures
        return range(1, 2 if wanted == 1 else wanted + _SPARE_SIGNATURES + 1)

    def owns(self, name: str) -> bool:
        return name in [self.part(line) for line in self.lines()]

    def at(self, line: int) -> str:
        """Return the name on that line."""
        return self.data[line - 1] if self.data else ""


class FileField(AnswerField):
    """An uploaded file; browsers never send it back, so after a mistake it is chosen again."""

    upload: Upload | None = None

    def read(self, formdata: Submitted) -> Json:
        given = formdata.get(self.name)
        if not isinstance(given, FileStorage) or not given.filename:
            return None
        self.upload = Upload(given.filename, given.mimetype, given.read())
        return self.upload.described()


#: The class of an item -> the field that reads it.
FIELD_OF: dict[type[Item], type[AnswerField]] = {
    choosing.Scale: ChoiceField,
    choosing.SingleChoice: ChoiceField,
    choosing.MultipleChoice: ChoicesField,
    choosing.Ranking: RankingField,
    rating.Matrix: MatrixField,
    entering.ShortText: AnswerField,
    entering.LongText: AnswerField,
    entering.Integer: AnswerField,
    entering.Date: AnswerField,
    entering.DateTime: AnswerField,
    people.Unit: AnswerField,
    people.Person: AnswerField,
    people.File: FileField,
    people.Signature: SignatureField,
    people.CarriedFindings: PartsField,
    interviewing.Topic: PartsField,
    gauging.YesNo: ChoiceField,
    gauging.NetPromoter: ChoiceField,
    gauging.Stars: ChoiceField,
    gauging.Slider: AnswerField,
    entering.Decimal: AnswerField,
    entering.Time: AnswerField,
    contacting.Email: AnswerField,
    contacting.Phone: AnswerField,
    contacting.Url: AnswerField,
    contacting.Location: LocationField,
    people.Photo: FileField,
    tabulating.MatrixMultiple: CellChoicesField,
    tabulating.MatrixNumber: CellsField,
    tabulating.MatrixText: CellsField,
    tabulating.MatrixDual: DualField,
    cascading.Cascade: AnswerField,
    allotting.ConstantSum: SumField,
    allotting.Points: AnswerField,
    presenting.Consent: AnswerField,
    presenting.Note: SilentField,
    presenting.Calculated: SilentField,
    presenting.Hidden: SilentField,
    presenting.Arm: SilentField,
}


def unbound(item: Item) -> type[AnswerField]:
    """Return the field class that reads an item."""
    return FIELD_OF[type(item)]


__all__ = ["FIELD_OF", "AnswerField", "Submitted", "unbound"]
