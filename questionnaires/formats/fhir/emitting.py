"""Our expressions -> FHIRPath, and simple ones -> ``enableWhen``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from questionnaires.expressions import Call, Column, Literal, Node, Over, Reference
from questionnaires.flow import OPTION
from questionnaires.formats.fhir.rows import links
from questionnaires.formats.foreign.dating import shift
from questionnaires.formats.foreign.emitting import SEVERAL, Emitter
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.ways import spelled_out
from questionnaires.kinds.base import Item

#: Kinds whose answer is written as a Coding.
CODED = (
    *("single_choice", "multiple_choice", "ranking", "scale", "stars", "net_promoter"),
    *("cascade", "consent", "arm"),
)
_ORDER = ("<", ">", "<=", ">=")
_FUNCTIONS = {
    "round": "round",
    "int": "truncate",
    "floor": "floor",
    "ceiling": "ceiling",
    "abs": "abs",
    "sqrt": "sqrt",
    "string-length": "length",
    "number": "toDecimal",
}


_GATHERING = {"sum": "sum", "min": "min", "max": "max", "mean": "avg", "count-non-empty": "count"}


def _found(link: str) -> str:
    """Return the path to the items of a linkId."""
    return f"%resource.descendants().where(linkId = '{link}')"


class PathEmitter(Emitter):
    """Writes FHIRPath."""

    operators: ClassVar[Mapping[str, str]] = {
        **{sign: sign for sign in ("=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "mod")},
        "div": "/",
    }

    def reference(self, node: Reference) -> str:
        item = self.item(node)
        if item is None or node.name.startswith(OPTION):
            raise Untranslatable("name", name=node.name)
        if links(item):  # the group has no answer, only its rows have
            raise Untranslatable("list")
        path = f"{_found(item.id)}.answer.value"
        return f"{path}.code" if item.kind in CODED else path

    def reckoned(self, sign: str, left: Node, right: Node) -> str:
        match shift(sign, left, right, self.dates):
            case date, Literal(int(count)):
                later = "+" if count >= 0 else "-"
                return f"{self.compared(date, date)} {later} {abs(count)} days"
        return super().reckoned(sign, left, right)

    def gathered(self, node: Call | Over) -> str | None:
        match node:
            case Call("count", (Reference(roster),)) if roster not in self.items:
                return f"{_found(roster)}.count()"
            case Call(name, (Column(_, item),)) if name in _GATHERING and item in self.items:
                return f"{self.reference(Reference(item))}.{_GATHERING[name]}()"
        return None

    def condition(self, node: Node) -> str:
        item = self.item(node)
        if item is not None and item.kind != "yes_no":
            return self.answered(node, True)
        return self.value(node)

    def compared(self, node: Node, against: Node) -> str:
        item = self.item(against)
        if isinstance(node, Literal) and item is not None:
            if item.kind == "yes_no" and node.value in ("yes", "no"):
                return "true" if node.value == "yes" else "false"
            if item.kind in ("date", "date_time") and isinstance(node.value, str):
                return f"@{node.value}"
            if item.kind == "time" and isinstance(node.value, str):
                return f"@T{node.value}"
            if item.kind in CODED:
                return self.literal(str(node.value))
        if isinstance(node, Literal) and self.dates.holds(node) and self.dates.holds(against):
            return f"@{node.value}"
        return self.inner(node, self.value)

    def negated(self, inside: Node) -> str:
        return f"({self.condition(inside)}).not()"

    def answered(self, node: Node, wanted: bool) -> str:
        if rows := links(self.item(node)):
            some = " or ".join(f"{_found(row)}.answer.value.exists()" for row in rows)
            return f"({some})" if wanted else f"({some}).not()"
        return f"{self.inner(node, self.value)}.{'exists' if wanted else 'empty'}()"

    def among(self, value: Node, options: list[Node]) -> str:
        listed = " | ".join(self.compared(option, value) for option in options)
        return f"{self.inner(value, self.value)} in ({listed})"

    def call(self, name: str, arguments: tuple[Node, ...]) -> str:
        match name, arguments:
            case "selected", (value, option):
                item = self.item(value)
                wanted = self.compared(option, value)
                if item is not None and item.kind not in SEVERAL:
                    return f"{self.value(value)} = {wanted}"
                return f"{wanted} in {self.value(value)}"
            case "count-selected", (value,):
                return f"{self.value(value)}.count()"
            case "if", (condition, yes, no):
                parts = (self.condition(condition), self.value(yes), self.value(no))
                return f"iif({', '.join(parts)})"
            case (("today" | "now"), ()):
                return f"{name}()"
            case "contains", (value, part):
                return f"{self.inner(value, self.value)}.contains({self.value(part)})"
            case "regex", (value, Literal(pattern)):
                whole = self.literal(f"^(?:{pattern})$")
                return f"{self.inner(value, self.value)}.matches({whole})"
            case "concat", parts:
                return " & ".join(self.inner(part, self.value) for part in parts)
            case "sum", parts:
                paths = [path for part in parts for path in self._numbers(part)]
                return " + ".join(f"iif({path}.exists(), {path}, 0)" for path in paths)
            case "negate", (inside,):
                return f"-({self.value(inside)})"
            case "pow", (base, exponent):
                return f"{self.inner(base, self.value)}.power({self.value(exponent)})"
        theirs = _FUNCTIONS.get(name)
        if theirs is None:
            raise Untranslatable("function", name=name)
        first, *rest = arguments
        return f"{self.inner(first, self.value)}.{theirs}({', '.join(map(self.value, rest))})"

    def _numbers(self, node: Node) -> list[str]:
        """Return the numbers that a part of a sum stands for: itself, or those of its rows."""
        item = self.item(node)
        if item is not None and item.kind in ("constant_sum", "matrix_number"):
            return [f"{_found(row)}.answer.value" for row in links(item)]
        return [self.inner(node, self.value)]


def enable_when(node: Node, emitter: PathEmitter) -> tuple[list[dict[str, Any]], str] | None:
    """Return the entries and the behaviour of a simple condition, or None when it is not simple."""
    name = node.name if isinstance(node, Call) and node.name in ("and", "or") else "and"
    parts = _operands(node, name) if isinstance(node, Call) and node.name == name else [node]
    entries = [_entry(part, emitter) for part in parts]
    if any(entry is None for entry in entries):
        return None
    return [entry for entry in entries if entry], "all" if name == "and" else "any"


def _operands(node: Node, name: str) -> list[Node]:
    if isinstance(node, Call) and node.name == name:
        return [part for operand in node.arguments for part in _operands(operand, name)]
    return [node]


def _entry(node: Node, emitter: PathEmitter) -> dict[str, Any] | None:
    try:
        node = spelled_out(node, emitter.item)
    except Untranslatable:
        return None
    match node:
        case Call("selected", (Reference() as left, Literal() as right)):
            return _compared("=", left, right, emitter)
        case Call("not", (Call("selected", (Reference() as left, Literal() as right)),)):
            return _compared("!=", left, right, emitter)
        case Call(("=" | "!=") as sign, (Reference() as left, Literal("") as right)):
            item = emitter.item(left)
            if item is None or links(item):
                return None
            return {"question": item.id, "operator": "exists", "answerBoolean": sign == "!="}
        case Call(name, (Reference() as left, Literal() as right)) if name in ("=", "!=", *_ORDER):
            return _compared(name, left, right, emitter)
    return None


def _compared(
    sign: str, left: Reference, right: Literal, emitter: PathEmitter
) -> dict[str, Any] | None:
    item = emitter.item(left)
    if item is None or links(item):
        return None
    answer = _answer(item, right.value)
    if answer is None or (sign in _ORDER and item.kind in CODED):
        return None
    return {"question": item.id, "operator": sign, **answer}


def _answer(item: Item, value: object) -> dict[str, Any] | None:
    if item.kind in CODED:
        return {"answerCoding": {"code": str(value)}}
    if item.kind == "yes_no":
        return {"answerBoolean": value == "yes"} if value in ("yes", "no") else None
    if item.kind == "integer" and isinstance(value, int) and not isinstance(value, bool):
        return {"answerInteger": value}
    if item.kind in ("decimal", "slider") and isinstance(value, int | float):
        return {"answerDecimal": value}
    if item.kind == "date" and isinstance(value, str):
        return {"answerDate": value}
    if item.kind == "time" and isinstance(value, str):
        return {"answerTime": value if value.count(":") == 2 else f"{value}:00"}
    if item.kind in ("short_text", "long_text", "email", "phone") and isinstance(value, str):
        return {"answerString": value}
    return None
