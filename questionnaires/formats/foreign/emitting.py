"""Our expressions -> another language: what the writers have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import ClassVar

from questionnaires.expressions import Call, ExpressionError, Literal, Node, Over, Reference, parse
from questionnaires.expressions.tree import SELF
from questionnaires.formats.foreign.dating import Dates
from questionnaires.formats.foreign.leaping import conditions
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.foreign.unwritten import Fields, unwritten
from questionnaires.formats.foreign.ways import spelled_out
from questionnaires.kinds.base import Item
from questionnaires.model import Questionnaire

_ORDER = ("<", ">", "<=", ">=")
#: Kinds whose answer is a list.
SEVERAL = ("multiple_choice", "ranking")


class Emitter:
    """Writes trees in one foreign language; subclasses know its words.

    ``own`` is the item that an expression belongs to, which ``.`` stands for.
    """

    #: Operator of ours -> theirs.
    operators: ClassVar[Mapping[str, str]] = {}
    #: Signs before which a text between quotation marks has a backslash.
    escaped: ClassVar[str] = "\\'"

    def __init__(self, questionnaire: Questionnaire, own: Item | None = None) -> None:
        self.questionnaire = questionnaire
        self.items = questionnaire.item_by_id
        self.sections = questionnaire.section_of
        self.own = own
        self.dates = Dates(self.item)

    def item(self, node: Node) -> Item | None:
        """Return the item that a node is a reference to."""
        if not isinstance(node, Reference):
            return None
        return self.own if node.name == SELF else self.items.get(node.name)

    def condition(self, node: Node) -> str:
        """Return a condition."""
        return self.value(node)

    def value(self, node: Node) -> str:
        """Return the text of a tree; raise Untranslatable when the language lacks something."""
        node = spelled_out(node, self.item)
        match node:
            case Literal(value):
                return self.literal(value)
            case Reference():
                return self.reference(node)
            case Call(("and" | "or") as name, parts):
                return f" {name} ".join(self.inner(part, self.condition) for part in parts)
            case Call("not", (inside,)):
                return self.negated(inside)
            case Call(("=" | "!=") as sign, (left, right)):
                return self.equality(sign, left, right)
            case Call(name, (left, right)) if name in _ORDER and name in self.operators:
                sides = (self.compared(left, right), self.compared(right, left))
                return f" {self.operators[name]} ".join(sides)
            case Call(("+" | "-") as sign, (left, right)) if self._dated(left, right):
                return self.reckoned(sign, left, right)
            case Call(name, (left, right)) if name in self.operators:
                sides = (self.inner(left, self.value), self.inner(right, self.value))
                return f" {self.operators[name]} ".join(sides)
            case Call("in", (value, *options)):
                return self.among(value, options)
            case Call(name, arguments):
                return self.gathered(node) or self.call(name, arguments)
            case Over():
                if whole := self.gathered(node):
                    return whole
        raise Untranslatable("function", name=type(node).__name__)

    def inner(self, node: Node, write: Callable[[Node], str]) -> str:
        """Return a part of a larger expression, in brackets when it is itself an operation."""
        plain = not isinstance(node, Call) or (
            node.name not in self.operators and node.name not in ("and", "or", "=", "!=", "in")
        )
        return write(node) if plain else f"({write(node)})"

    def equality(self, sign: str, left: Node, right: Node) -> str:
        """Return a comparison; with nothing, whether there is an answer."""
        if left == Literal(""):
            left, right = right, left
        if right == Literal(""):
            return self.answered(left, sign == "!=")
        sides = (self.inner(left, self.value), self.compared(right, left))
        return f" {self.operators.get(sign, sign)} ".join(sides)

    def _dated(self, left: Node, right: Node) -> bool:
        return self.dates.holds(left) or self.dates.holds(right)

    def reckoned(self, sign: str, left: Node, right: Node) -> str:
        """Return a date some days later or earlier, or the days from one date to another."""
        raise Untranslatable("operator", name=f"{sign} days")

    def compared(self, node: Node, against: Node) -> str:
        """Return what a value is compared with."""
        return self.inner(node, self.value)

    def literal(self, value: object) -> str:
        """Return a number, a text, true or false as written."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return format(Decimal(repr(value)), "f")
        quoted = "".join(f"\\{sign}" if sign in self.escaped else sign for sign in str(value))
        return f"'{quoted}'"

    def reference(self, node: Reference) -> str:
        """Return the answer to an item."""
        raise NotImplementedError

    def negated(self, inside: Node) -> str:
        """Return the opposite of a condition."""
        raise NotImplementedError

    def answered(self, node: Node, wanted: bool) -> str:
        """Return whether there is, or is not, an answer."""
        raise NotImplementedError

    def among(self, value: Node, options: list[Node]) -> str:
        """Return whether a value is one of several."""
        raise NotImplementedError

    def gathered(self, node: Call | Over) -> str | None:
        """Return a function over all entries of a repeated section; None: it is something else."""
        return None

    def call(self, name: str, arguments: tuple[Node, ...]) -> str:
        """Return a function."""
        raise NotImplementedError


def emitted(
    text: str, key: str, where: str, write: Callable[[Node], str], report: Report
) -> str | None:
    """Return an expression of ours in another language, or None with a loss."""
    try:
        return write(parse(text))
    except Untranslatable as reason:
        values = {"key": key, "text": text, "reason": reason.reason}
    except (ExpressionError, RecursionError):
        values = {"key": key, "text": text, "reason": Untranslatable("too_deep").reason}
    report.lose("export_expression", where, **values)
    return None


def report_unwritten(questionnaire: Questionnaire, written: Fields, report: Report) -> None:
    """Report the parts of a definition that a format does not have."""
    for where, key in unwritten(questionnaire, written):
        report.lose("export_setting", where or key, key=key)


def when_asked(questionnaire: Questionnaire, report: Report) -> Mapping[str, str | None]:
    """Return section id -> when it is asked; jumps become conditions."""
    leaping = [section for section in questionnaire.sections if section.jump]
    try:
        found = conditions(questionnaire)
    except Untranslatable:
        for section in leaping:
            report.lose("export_setting", f"sections.{section.id}", key="jump")
        return {section.id: section.relevant for section in questionnaire.sections}
    for section in leaping:
        report.lose("export_jump", f"sections.{section.id}")
    return found
