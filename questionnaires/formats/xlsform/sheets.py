"""The sheets of a form in the making: rows, lists of choices, names, expressions, losses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from questionnaires.expressions import Call, ExpressionError, Literal, Node, Reference, parse
from questionnaires.expressions.tree import SELF, Column, Field, columns, references, replaced
from questionnaires.expressions.writing import write
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.pictures import file_name
from questionnaires.formats.losses import Loss, Severity
from questionnaires.formats.names import Names, identifier
from questionnaires.formats.xlsform.clocks import COMPARING, as_dates, as_numbers
from questionnaires.formats.xlsform.languages import language_name
from questionnaires.formats.xlsform.wording import GUARD, PIPE, unguarded
from questionnaires.kinds.base import Choice, Computed, Item, describe_expression_error
from questionnaires.kinds.entering import Date, Time
from questionnaires.kinds.presenting import AGREED, Consent
from questionnaires.model import Questionnaire
from questionnaires.text import UNDETERMINED, Text

Cells = dict[str, str]

TICKED = "OK"
#: Names that a form keeps for itself.
_RESERVED = ("meta", "data", "instanceid")
#: Kinds whose answer is a list of values.
SEVERAL = ("multiple_choice", "ranking", "matrix_multiple")
#: Kinds that become several questions, so that no single one holds the answer.
_DIVIDED = (
    "matrix",
    "matrix_multiple",
    "matrix_number",
    "matrix_text",
    "matrix_dual",
    "constant_sum",
    "carried_findings",
    "note",
)
_TODAY = Call("today", ())


class Sheets:
    """Collects the rows of one form."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.survey: list[Cells] = []
        self.choices: list[Cells] = []
        self.losses: list[Loss] = []
        self.has_neutral = False
        self._lists: dict[tuple[Any, ...], str] = {}
        self._list_names = Names()
        self._names = Names()
        self._rows: set[str] = {item.id for item in questionnaire.items} | set(_RESERVED)
        for item in questionnaire.items:
            self._names.take(item.id)
        for section in questionnaire.sections:
            if section.repeat:
                self._names.take(section.id)
        self.root = "data" if "data" not in questionnaire.item_by_id else "questionnaire_root"
        for name in _RESERVED:
            self._names.take(name)

    def name(self, wanted: str) -> str:
        """Return a name that nothing else in the form has."""
        return self._names.take(wanted)

    def row_name(self, table: str, value: str) -> str:
        """Return a name for a row of a table: its value, or one made of both."""
        plain = identifier(value) == value and value not in self._rows
        self._rows.add(value)
        return self._names.take(value if plain else identifier(f"{table}_{value}"))

    def lost(self, code: str, severity: Severity, where: str, **values: object) -> None:
        """Record what the form cannot hold."""
        self.losses.append(Loss(code, severity, where, values))

    def language(self, tag: str) -> str:
        """Return how columns call a language."""
        return language_name(tag)

    def texts(self, text: Text | None, column: str = "label") -> Cells:
        """Return the cells of a text: one column for each language."""
        if text is None:
            return {}
        cells = {}
        filled = self.questionnaire.filled(text)
        for tag in filled:
            self.has_neutral |= tag == UNDETERMINED
            head = column if tag == UNDETERMINED else f"{column}::{self.language(tag)}"
            cells[head] = self._unpiped(unguarded(filled.get(tag)))
        return cells

    def _unpiped(self, text: str) -> str:
        """Keep a reference to what is no question from being taken for one."""

        def dead(match: re.Match[str]) -> str:
            known = match[1] in self.questionnaire.item_by_id
            return match[0] if known else match[0].replace("$", "$" + GUARD)

        return PIPE.sub(dead, text)

    def plain(self, text: Text, language: str) -> str:
        """Return a text in one language."""
        return unguarded(self.questionnaire.filled(text).get(language))

    def listed(
        self, options: Sequence[Choice], wanted: str, where: str, *, several: bool = False
    ) -> str:
        """Return the name of the choice list with these options, made once.

        ``several``: an answer lists values with spaces between, so that none may hold a space.
        """
        rows = [self._option(option, several) for option in options]
        key = tuple(tuple(sorted(row.items())) for row in rows)
        if key not in self._lists:
            name = self._list_names.take(wanted)
            self._lists[key] = name
            self.choices += [{"list_name": name, **row} for row in rows]
        return self._lists[key]

    def _option(self, option: Choice, several: bool) -> Cells:
        taken = {"list_name", "name", "label"}
        extra = {key: value for key, value in option.properties.items() if key not in taken}
        value = unspaced(option.value) if several else option.value
        if value != option.value:
            values = {"value": option.value, "instead": value}
            self.lost("write_value", "warning", "choices", **values)
        cells = {"name": value, **self.texts(option.label), **extra}
        return cells | (self.media(option.image, f"choices.{value}") if option.image else {})

    def media(self, name: str, where: str) -> Cells:
        """Return the cell that names a picture, a recording or a film; its bytes stay behind."""
        one = self.questionnaire.media[name]
        file = file_name(name, one)
        self.lost("write_media", "warning", where, file=file)
        return {f"media::{one.sort}": file}

    def expression(self, text: str, where: str, item: Item | None = None) -> str:
        """Return an expression as XLSForm writes it, or "" with a loss.

        ``item``: the one whose own answer it reads.
        """
        node = parse(text)
        read = [*references(node), *(column.item for column in columns(node))]
        items = self.questionnaire.item_by_id
        divided = [name for name in read if name in items and items[name].kind in _DIVIDED]
        try:
            if divided:
                raise _divided(divided[0])
            foreign = replaced(node, lambda part: self._foreign(part, item))
            return write(foreign, xlsform=True)
        except ExpressionError as error:
            reason = describe_expression_error(error)["reason"]
            self.lost("write_expression", "error", where, reason=reason, text=text)
            return ""

    def _foreign(self, node: Node, item: Item | None) -> Node:
        items = self.questionnaire.item_by_id
        match node:
            case Reference(name) if name == f"{OPTION}value":
                return Field("name")
            case Reference(name) if name.startswith(OPTION):
                return Field(name.removeprefix(OPTION))
            case Call(name, (Reference(read), Literal(value))) if value == AGREED:
                if isinstance(items.get(read), Consent):
                    return Call(name, (Reference(read), Literal(TICKED)))
            case Call(name, (Reference(read), Literal(str(value)))) if " " in value:
                if read in items and items[read].kind in SEVERAL:
                    return Call(name, (Reference(read), Literal(unspaced(value))))
            case Call(name, sides) if name in COMPARING:
                if any(self._is(Time, side, item) for side in sides):
                    return as_numbers(node)
                if any(side == _TODAY or self._is(Date, side, item) for side in sides):
                    return as_dates(node)
        return node

    def _is(self, kind: type[Date | Time], node: Node, item: Item | None) -> bool:
        match node:
            case Reference(name) if name == SELF:
                return isinstance(item, kind)
            case Reference(name) | Column(_, name):
                return isinstance(self.questionnaire.item_by_id.get(name), kind)
        return False

    def common(self, item: Item) -> Cells:
        """Return the cells that all kinds have in common, without the constraint."""
        where = f"items.{item.id}"
        cells: Cells = {"name": item.id, **self.texts(item.label), **self.texts(item.hint, "hint")}
        if item.required is True:
            cells["required"] = "yes"
        elif isinstance(item.required, str):
            cells["required"] = self.expression(item.required, f"{where}.required")
        cells |= self.texts(item.required_message, "required_message")
        if item.relevant:
            cells["relevant"] = self.expression(item.relevant, f"{where}.relevant")
        match item.default:
            case Computed(calculate=text):
                cells["default"] = self.expression(text, f"{where}.default")
            case tuple() as values:
                cells["default"] = " ".join(values)
            case str() | int() | float() as value:
                cells["default"] = value if isinstance(value, str) else in_digits(value)
        return cells | (self.media(item.media, f"{where}.media") if item.media else {})

    def constraint(self, item: Item, *more: str) -> Cells:
        """Return the constraint of an item together with limits that are settings of ours."""
        own = ""
        if item.constraint:
            own = self.expression(item.constraint, f"items.{item.id}.constraint", item)
        parts = [part for part in (own, *more) if part]
        joined = parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)
        cells = {"constraint": joined} if parts else {}
        return cells | self.texts(item.constraint_message, "constraint_message")

    def instead(self, item: Item, written: str, severity: Severity = "warning") -> None:
        """Record that an item became a question of another type."""
        values: Mapping[str, object] = {"kind": item.kind, "instead": written}
        self.lost("write_kind", severity, f"items.{item.id}", **values)

    def setting(self, item: Item, key: str, severity: Severity = "warning") -> None:
        """Record that a setting of an item was not written."""
        self.lost("write_setting", severity, f"items.{item.id}.{key}", key=key)


def _divided(name: str) -> ExpressionError:
    return ExpressionError(
        1,
        f"“{name}”在 XLSForm 中分成几道题",
        f'"{name}" becomes several questions',
    )


def in_digits(number: object) -> str:
    """Return a number in digits: a form knows no exponents."""
    return f"{Decimal(str(number)).normalize():f}"


def unspaced(value: str) -> str:
    """Return a value that can stand in a list of values with spaces between."""
    return "_".join(value.split())
