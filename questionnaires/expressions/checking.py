"""The check of an expression before it is saved: what cannot work, or never means what it says.

Types are those that the items declare; of what is not known beforehand nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from questionnaires.expressions import days, refusals
from questionnaires.expressions.grammar import (
    ANY,
    BOOLEAN,
    DATE,
    LIST,
    NUMBER,
    SIGNATURES,
    TEXT,
    TIME,
    UNSUPPORTED,
    Type,
)
from questionnaires.expressions.tree import (
    SELF,
    Call,
    Column,
    External,
    Literal,
    Node,
    Over,
    Path,
    Reference,
    children,
    operands,
)
from questionnaires.expressions.values import number

_ORDER = ("<", ">", "<=", ">=")
_EQUALITY = ("=", "!=")
_ARITHMETIC = ("+", "-", "*", "div", "mod", "negate")
#: Functions that go through all their arguments, lists or not.
_GATHERING = ("sum", "mean", "min", "max")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the check found at a character (from 1), in both wordings."""

    code: str
    at: int
    chinese: str
    english: str
    severity: OneOf["error", "warning"] = "error"


def check(node: Node, types: Mapping[str, Type]) -> list[Finding]:
    """Return what is wrong with ``node``, in the order of the text.

    ``types`` maps item ids, and ``.`` where it is known, to the type that conditions see.
    """
    checker = _Checker(types)
    checker.type_of(node)
    return sorted(checker.findings, key=lambda finding: finding.at)


class _Checker:
    def __init__(self, types: Mapping[str, Type]) -> None:
        self._types = types
        self.findings: list[Finding] = []

    def _find(self, code: str, node: Node, **values: object) -> None:
        chinese, english, severity = refusals.WORDING[code]
        wording = (chinese.format(**values), english.format(**values))
        self.findings.append(Finding(code, max(1, node.at), *wording, severity))

    def type_of(self, node: Node) -> Type:
        """Check ``node`` and all below it; return its type."""
        first, chain = operands(node)
        found = self._plain(first)
        left = first
        for call, right in chain:
            found = self._called(call, [(left, found), (right, self.type_of(right))])
            left = call
        return found

    def _plain(self, node: Node) -> Type:
        match node:
            case Literal(value):
                return _literal_type(value)
            case Reference(name):
                return self._types.get(name, ANY)
            case Column():
                return LIST
            case Path():
                self._find("path", node)
            case External(source):
                self._find("outside", node, name=source)
            case Over(_, source, where):
                self.type_of(source)
                self._of_elements(where)
                return NUMBER
            case Call(name, arguments):
                return self._called(node, [(part, self.type_of(part)) for part in arguments])
            case _:
                for part in children(node):
                    self.type_of(part)
        return ANY

    def _of_elements(self, where: Node) -> None:
        """Check a condition on the elements of a list, of whose types nothing is known."""
        outside, self._types = self._types, {**self._types, SELF: ANY}
        self.type_of(where)
        self._types = outside

    def _called(self, node: Call, given: list[tuple[Node, Type]]) -> Type:
        name = node.name
        if name in UNSUPPORTED:
            self._find("unsupported", node, name=name)
        if name in _ARITHMETIC:
            return self._arithmetic(node, given)
        if name in (*_ORDER, *_EQUALITY):
            self._comparison(node, given[0], given[1])
            return BOOLEAN
        if name == "in":
            for option in given[1:]:
                self._comparison(Call("=", node.arguments, node.at), given[0], option)
        if name in ("in", "and", "or"):
            return BOOLEAN
        if name == "if" and given[1][1] is given[2][1]:
            return given[1][1]
        return self._function(node, given)

    def _arithmetic(self, node: Call, given: list[tuple[Node, Type]]) -> Type:
        types = [found for _, found in given]
        if DATE in types:
            return self._date_arithmetic(node, types)
        for part, found in given:
            if found in (LIST, BOOLEAN, TIME):
                self._find(f"arithmetic_{found.value}", part, name=node.name)
            elif _no_number(part) and not _names_a_day(part):
                self._find("arithmetic_text", part, text=_text(part))
        return ANY if any(_names_a_day(part) for part, _ in given) else NUMBER

    def _date_arithmetic(self, node: Call, types: list[Type]) -> Type:
        other = next((found for found in types if found is not DATE), DATE)
        both = types.count(DATE) == 2
        # What is not known beforehand may be a date as well.
        from_date = types[0] in (DATE, ANY)
        possible = (node.name == "-" and from_date) or (node.name == "+" and not both)
        if not possible or other in (LIST, BOOLEAN, TIME):
            self._find("date_arithmetic", node, name=node.name)
        return NUMBER if both else ANY if ANY in types else DATE

    def _comparison(self, node: Call, left: tuple[Node, Type], right: tuple[Node, Type]) -> None:
        before = len(self.findings)
        for (_, found), (other, wanted) in ((left, right), (right, left)):
            if found is LIST and wanted is not LIST:
                self._list_compared(node, other, wanted)
            elif found is TIME and _no_time(other, wanted):
                self._find("compared_time", other)
            elif found is NUMBER and (wanted is DATE or _no_number(other)):
                self._find("compared_number", node, other=_named(other))
            elif found is DATE and _no_number(other) and not _names_a_day(other):
                self._find("compared_date", other, text=_text(other))
        if len(self.findings) > before:
            return
        if node.name not in _ORDER:
            return
        for part, found in (left, right):
            if found is BOOLEAN or (_no_number(part) and not _names_a_moment(part)):
                self._find("order", part)

    def _list_compared(self, node: Call, other: Node, wanted: Type) -> None:
        if wanted in (NUMBER, DATE, TIME):
            self._find("list_number", node)
        elif node.name in _ORDER:
            self._find("list_order", node)
        elif isinstance(other, Literal) and other.value != "":
            self._find("list_text", node, text=_text(other))

    def _function(self, node: Call, given: list[tuple[Node, Type]]) -> Type:
        signature = SIGNATURES.get(node.name)
        if signature is None:
            return ANY
        # random() carries its number among the lots of the expression, which nobody wrote.
        for index, (part, found) in enumerate(given if signature.takes else ()):
            wanted = signature.takes[min(index, len(signature.takes) - 1)]
            wanted = NUMBER if node.name in _GATHERING and found is not LIST else wanted
            self._argument(node, part, found, wanted)
        if node.name in ("format-date", "format-date-time"):
            self._directives(given[1][0])
        return signature.gives

    def _argument(self, node: Call, part: Node, found: Type, wanted: Type) -> None:
        if wanted is NUMBER and (found in (LIST, DATE, TIME) or _no_number(part)):
            self._find("needs_number", part, name=node.name)
        elif wanted is DATE and (
            found in (LIST, BOOLEAN, TIME) or (_no_number(part) and not _names_a_day(part))
        ):
            self._find("needs_date", part, name=node.name)
        elif wanted is LIST and found in (NUMBER, DATE, TIME, BOOLEAN):
            self._find("needs_list", part, name=node.name)

    def _directives(self, pattern: Node) -> None:
        if isinstance(pattern, Literal):
            unknown = [
                sign for sign in _text(pattern).split("%")[1:] if sign[:1] not in days.DIRECTIVES
            ]
            for sign in unknown[:1]:
                self._find("directive", pattern, text="%" + sign[:1])


def _literal_type(value: object) -> Type:
    if isinstance(value, bool):
        return BOOLEAN
    return TEXT if isinstance(value, str) else NUMBER


def _text(node: Node) -> str:
    value = node.value if isinstance(node, Literal) else ""
    return value if isinstance(value, str) else str(value)


def _no_number(node: Node) -> bool:
    """Say whether ``node`` is a text as written that is no number, '' apart."""
    if not isinstance(node, Literal) or not isinstance(node.value, str):
        return False
    return node.value != "" and number(node.value) is None


def _names_a_day(node: Node) -> bool:
    return isinstance(node, Literal) and days.moment(_text(node)) is not None


def _names_a_time(node: Node) -> bool:
    return isinstance(node, Literal) and days.clock(_text(node)) is not None


def _names_a_moment(node: Node) -> bool:
    return _names_a_day(node) or _names_a_time(node)


def _no_time(node: Node, found: Type) -> bool:
    """Say whether ``node`` can never be a time of day; '' is one that was not given."""
    if isinstance(node, Literal):
        return node.value != "" and not _names_a_time(node)
    return found in (NUMBER, DATE, BOOLEAN)


def _named(node: Node) -> str:
    """Name what a number is compared with: a text as written, or else a date."""
    return f"'{_text(node)}'" if isinstance(node, Literal) else "today()"
