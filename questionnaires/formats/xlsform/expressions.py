"""XPath as forms write it -> our expressions: items in the places of names, paths and columns.

The expressions package reads (with its repairs) and writes; here names are resolved, and what an
item became is kept in mind: a box to tick, a value that had to change, a matrix, nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.expressions import (
    Call,
    Column,
    ExpressionError,
    External,
    Field,
    Literal,
    Lookup,
    Node,
    Path,
    Reference,
    parse,
    references,
)
from questionnaires.expressions.binding import bound
from questionnaires.expressions.grammar import DECIMAL_TIME, UNSUPPORTED
from questionnaires.expressions.lenient import read
from questionnaires.expressions.tree import SELF, columns, replaced, walk
from questionnaires.expressions.writing import write
from questionnaires.flow import OPTION
from questionnaires.formats.xlsform.choices import ChoiceLists
from questionnaires.formats.xlsform.clocks import COMPARING, as_times, as_written
from questionnaires.formats.xlsform.lookups import (
    Beyond,
    asked_item,
    reads_label,
    worded,
    written_out,
)
from questionnaires.formats.xlsform.reasons import REASONS
from questionnaires.formats.xlsform.records import Formula
from questionnaires.formats.xlsform.scope import Scope
from questionnaires.formats.xlsform.survey import Node as Place
from questionnaires.kinds.base import describe_expression_error
from questionnaires.text import Text

#: Functions that compare the answer to an item with a value.
_COMPARING = ("=", "!=", "selected")
_SELECTS = ("select_one", "select_multiple", "rank", "select_one_external")


class Untranslated(Exception):
    """The expression stays behind; ``reason`` says why."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.get("en"))


@dataclass(frozen=True, slots=True)
class Known:
    """What the form is known to hold when its expressions are translated."""

    scope: Scope
    lists: ChoiceLists
    #: identifier -> value in the form -> value here, where they differ
    values: Mapping[str, Mapping[str, str]]


def translate(formula: Formula, place: Place, known: Known) -> None:
    """Fill in our spelling of an expression, or flag it."""
    try:
        node = _Translation(formula, place, known).node()
        text = write(node)
        parse(text)
    except ExpressionError as error:
        reason = describe_expression_error(error)["reason"]
        formula.flag(reason if isinstance(reason, Text) else Text(str(reason)))
    except Untranslated as untranslated:
        formula.flag(untranslated.reason)
    else:
        formula.ours = text
        formula.reads = frozenset(references(node)) | {column.item for column in columns(node)}
        others = [name for name in formula.reads if not name.startswith(OPTION)]
        if formula.key == "choice_filter" and others:
            formula.ledger.add("filter_waits", "info", formula.where)


class _Translation:
    def __init__(self, formula: Formula, place: Place, known: Known) -> None:
        self._formula = formula
        self._place = place
        self._known = known
        self._filters = formula.key == "choice_filter"

    def node(self) -> Node:
        """Return the tree with everything foreign replaced; raise Untranslated."""
        text = self._known.scope.joined(self._formula.text)
        reading = read(text, choices=self._filters)
        if reading.node is None:
            assert reading.error is not None
            raise reading.error
        start = _without_once(reading.node) if self._formula.key == "default" else reading.node
        node = replaced(start, self._replaced)
        if any(isinstance(part, Call) and part.name == DECIMAL_TIME for part in walk(node)):
            raise Untranslated(REASONS["clock"])
        inside = self._place.repeat
        return bound(node, roster_of=self._roster_of, inside=None if inside is None else inside.id)

    def _roster_of(self, item_id: str) -> str | None:
        place = self._known.scope.by_id(item_id)
        repeat = None if place is None else place.repeat
        return None if repeat is None else repeat.id

    def _replaced(self, node: Node) -> Node:
        match node:
            case Reference(name) if name != SELF:
                return self._reference(name)
            case Path():
                return self._path(node)
            case Column(roster, item):
                return self._column(roster, item)
            case Field(name):
                return self._field(name)
            case External():
                raise Untranslated(REASONS["outside"])
            case Lookup():
                return self._lookup(node)
            case Call(name, _) if name in UNSUPPORTED:
                raise Untranslated(REASONS["outside"])
            case Call(name, (Reference(item), Literal(str(value)))) if name in _COMPARING:
                return self._compared(node, item, value)
            case Call(name, _) if name in COMPARING:
                return as_times(as_written(node))
        return node

    def _reference(self, name: str) -> Node:
        if name.startswith(OPTION):
            return Reference(name)
        target = self._found(name)
        if target.type.name == "metadata" and target.type.written.strip().lower() == "today":
            return Call("today", ())
        return Reference(_answered(target).id)

    def _found(self, name: str) -> Place:
        target = self._known.scope.find(name, self._place)
        if target is None:
            raise Untranslated(REASONS["unknown"])
        if self._known.scope.is_ambiguous(name):
            values = {"key": self._formula.key, "name": name, "id": target.id}
            self._formula.ledger.add("name_ambiguous", "error", self._formula.where, **values)
        return target

    def _path(self, path: Path) -> Node:
        if path.base == "" and not path.names:
            return Reference(SELF) if path.up == 0 else path
        scope = self._known.scope
        if path.base in ("", "/"):
            target = scope.walk(self._place, path.up, path.names, absolute=path.base == "/")
        else:
            target = scope.below(self._found(path.base), path.names)
        if target is None:
            raise Untranslated(REASONS["unknown"])
        return Reference(_answered(target).id)

    def _column(self, roster: str, item: str) -> Node:
        group = self._found(roster)
        target = self._known.scope.below(group, (item,))
        if target is None:
            raise Untranslated(REASONS["unknown"])
        repeated = target.repeat is group
        name = _answered(target).id
        return Column(group.id, name) if repeated else Reference(name)

    def _field(self, name: str) -> Node:
        """A column of the choices sheet; in a lookup it stays what it is."""
        if not self._filters:
            return Field(name)
        if name == "name":
            return Reference(f"{OPTION}value")
        if not self._known.lists.use(self._place.type.list_name, name):
            raise Untranslated(REASONS["property"])
        return Reference(f"{OPTION}{name}")

    def _lookup(self, node: Lookup) -> Node:
        """The label of what was chosen can be asked for; other columns are written out."""
        item = asked_item(node)
        place = None if item is None else self._known.scope.by_id(item)
        label = reads_label(node, None if place is None else place.type.list_name)
        if label is not None:
            return label
        try:
            return written_out(node, self._known.lists)
        except Beyond as beyond:
            raise Untranslated(worded(REASONS[beyond.reason], beyond.values)) from None

    def _compared(self, node: Call, item: str, value: str) -> Node:
        """Compare with what a value of the form is called here."""
        self._offered(item, value)
        here = self._known.values.get(item, {}).get(value)
        return node if here is None else Call(node.name, (Reference(item), Literal(here)))

    def _offered(self, item: str, value: str) -> None:
        """Report a comparison with a value that the list of the item does not have."""
        place, lists = self._known.scope.by_id(item), self._known.lists
        if place is None or place.type.name not in _SELECTS or not value:
            return
        name, added = place.type.list_name, place.type.other and value == "other"
        if name in lists and not added and not lists.offers(name, value):
            values = {"name": item, "value": value}
            self._formula.ledger.add("option_unknown", "warning", self._formula.where, **values)


def _without_once(node: Node) -> Node:
    """A first answer is worked out once anyway."""
    match node:
        case Call("coalesce", (Reference("."), value)):
            return value
    return node


def _answered(place: Place) -> Place:
    """Return the item that a name means, if there is an answer to refer to."""
    if place.type.name == "metadata":
        raise Untranslated(REASONS["metadata"])
    if not place.answered and place.type.name != "repeat":
        raise Untranslated(REASONS["valueless"])
    return place
