"""The WTForms fields, one per way of drawing an answer.

A field knows what its macro asks of it. What its controls send is read by ``controls``, and judged
by ``questionnaires.check``: the field does neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from wtforms import Field

from questionnaires.kinds import (
    allotting,
    base,
    choosing,
    contacting,
    gauging,
    interviewing,
    people,
    rating,
    tabulating,
)
from questionnaires.kinds.base import Desk, Item, Json, Surroundings
from questionnaires.lots import shuffled
from surveyapp.forms.controls import Controls, numbers
from surveyapp.forms.sent import Sent

Part = TypeVar("Part")


class AnswerField(Field):
    """The controls of one item. ``data`` is the raw answer."""

    def __init__(self, controls: Controls, around: Surroundings, **options: Any) -> None:
        super().__init__(**options)
        self.controls = controls
        self.item: Item = controls.item
        self.around = around
        self.data: Json = None

    def process(self, formdata: Sent | None, data: Any = None, extra_filters: Any = None) -> None:
        """Read the raw answer from what was sent; without that, take the first answer."""
        self.process_errors: list[str] = []
        self.errors: list[str] = []
        self.data = self.at_first() if formdata is None else self.controls.read(formdata)

    @property
    def entry(self) -> int:
        """The number of the entry of a repeated section that it stands in, from 1; 0: in none."""
        _, *inside = self.controls.name.split(".")
        return int(inside[0]) + 1 if inside else 0

    def at_first(self) -> Json:
        """Return the raw answer that stands there before anything is typed."""
        given = self.item.default
        if isinstance(given, tuple):
            return list(given)
        # What is worked out needs the other answers, so the form puts it in.
        return None if given is None or isinstance(given, base.Computed) else str(given)

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
        return self.controls.part(*parts)

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
    """Options to tick, one or several; one may ask for words."""

    item: choosing.Listed

    def offered(self) -> base.ChoiceList:
        """Return the options to draw, those that other answers rule out among them."""
        return self.in_order(self.item.options)

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


class RankingField(AnswerField):
    """One control per place."""

    item: choosing.Ranking

    def offered(self) -> base.ChoiceList:
        """Return the options to put in order, those that other answers rule out among them."""
        return self.in_order(self.item.options)

    @property
    def anchor(self) -> str:
        """The control of the first place."""
        return self.part(1)

    def places(self) -> range:
        """Return the places to give, from 1."""
        return numbers(self.item)

    def at(self, place: int) -> str:
        """Return the option put at that place."""
        return self.data[place - 1] if self.data else ""


class PartsField(AnswerField):
    """Several controls, each under the field's name and a part: the answer maps part -> value."""

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


class RowsField(AnswerField):
    """Controls for each row of a table."""

    item: tabulating.Tabular

    def rows(self) -> tuple[rating.Row, ...]:
        """Return the rows in the order shown."""
        return self.in_order(self.item.rows)

    def at(self, row: str) -> Any:
        """Return what was given for that row."""
        return (self.data or {}).get(row) or ""

    @property
    def anchor(self) -> str:
        """The control of the first row."""
        return self.part(self.item.rows[0].value)


class DualField(RowsField):
    """Two levels for each row."""

    item: tabulating.MatrixDual

    @property
    def anchor(self) -> str:
        """The first control of the first row."""
        return self.part(self.item.rows[0].value, tabulating.SIDES[0])


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


class SignatureField(AnswerField):
    """One line per signature."""

    item: people.Signature

    def lines(self) -> range:
        """Return the numbers of the lines offered, from 1."""
        return numbers(self.item)

    def at(self, line: int) -> str:
        """Return the name on that line."""
        return self.data[line - 1] if self.data else ""


#: The class of an item -> the field that draws it, where that is more than an ``AnswerField``.
FIELD_OF: Mapping[type[Item], type[AnswerField]] = {
    choosing.Scale: ChoiceField,
    choosing.SingleChoice: ChoiceField,
    choosing.MultipleChoice: ChoiceField,
    choosing.Ranking: RankingField,
    rating.Matrix: MatrixField,
    people.Signature: SignatureField,
    people.CarriedFindings: PartsField,
    interviewing.Topic: PartsField,
    gauging.YesNo: ChoiceField,
    gauging.NetPromoter: ChoiceField,
    gauging.Stars: ChoiceField,
    contacting.Location: LocationField,
    tabulating.MatrixMultiple: RowsField,
    tabulating.MatrixNumber: RowsField,
    tabulating.MatrixText: RowsField,
    tabulating.MatrixDual: DualField,
    allotting.ConstantSum: SumField,
}


def unbound(item: Item) -> type[AnswerField]:
    """Return the class of the field that draws an item."""
    return FIELD_OF.get(type(item), AnswerField)


__all__ = ["AnswerField", "unbound"]
