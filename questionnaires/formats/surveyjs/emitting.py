"""Our expressions -> SurveyJS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from questionnaires.expressions import (
    Call,
    Column,
    Literal,
    Node,
    Over,
    Reference,
    reads_itself,
)
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.emitting import SEVERAL, Emitter
from questionnaires.formats.foreign.reasons import Untranslatable

_FUNCTIONS = {
    "if": "iif",
    "round": "round",
    "sum": "sum",
    "min": "min",
    "max": "max",
    "mean": "avg",
    "today": "today",
    "int": "trunc",
    "difference-in-days": "diffDays",
}


#: Functions over the entries of a panel; ``countInArray`` counts answers that are not empty.
_IN_ARRAY = {
    "sum": "sumInArray",
    "min": "minInArray",
    "max": "maxInArray",
    "mean": "avgInArray",
    "count-non-empty": "countInArray",
    "count": "countInArray",
}


class SurveyEmitter(Emitter):
    """Writes SurveyJS expressions."""

    escaped: ClassVar[str] = "'"
    #: The panel whose answers are named without saying so.
    bare: str = ""

    operators: ClassVar[Mapping[str, str]] = {
        **{sign: sign for sign in ("=", "!=", "<", ">", "<=", ">=", "+", "-", "*")},
        "div": "/",
        "mod": "%",
    }

    def reference(self, node: Reference) -> str:
        if node.name == f"{OPTION}value":
            return "{item}"
        if node.name.startswith(OPTION):
            raise Untranslatable("part", name=node.name)
        item = self.item(node)
        name = item.id if item else node.name
        section = self.sections.get(name)
        if section is None or not section.repeat or section.id == self.bare:
            return f"{{{name}}}"
        return f"{{panel.{name}}}"

    def gathered(self, node: Call | Over) -> str | None:
        match node:
            case Call("count", (Reference(roster),)) if roster not in self.items:
                return f"{{{roster}.length}}"
            case Call("position", ()):
                return "({panelIndex} + 1)"
            case Call("indexed-repeat", (Column(roster, item), Literal(int(index)))) if index > 0:
                return f"{{{roster}[{index - 1}].{item}}}"
            case Call(name, (Column(roster, item),)) if name in _IN_ARRAY:
                return f"{_IN_ARRAY[name]}({{{roster}}}, '{item}')"
            case Over("count", _, where) if not reads_itself(where):
                return None  # countInArray leaves out empty answers
            case Over(name, Column(roster, item), where) if name in _IN_ARRAY:
                return self._some(name, roster, item, where)
        return None

    def _some(self, name: str, roster: str, item: str, where: Node) -> str:
        """Return a function over the entries for which a condition holds, about their answers."""
        inside = SurveyEmitter(self.questionnaire, self.items[item])
        inside.bare = roster
        return f"{_IN_ARRAY[name]}({{{roster}}}, '{item}', {inside.condition(where)})"

    def negated(self, inside: Node) -> str:
        return f"!({self.condition(inside)})"

    def answered(self, node: Node, wanted: bool) -> str:
        return f"{self.inner(node, self.value)} {'notempty' if wanted else 'empty'}"

    def among(self, value: Node, options: list[Node]) -> str:
        listed = ", ".join(self.value(option) for option in options)
        return f"{self.inner(value, self.value)} anyof [{listed}]"

    def call(self, name: str, arguments: tuple[Node, ...]) -> str:
        match name, arguments:
            case (("selected" | "contains"), (value, option)):
                item = self.item(value)
                whole = name == "selected" and item is not None and item.kind not in SEVERAL
                sign = "=" if whole else "contains"
                return f"{self.value(value)} {sign} {self.inner(option, self.value)}"
            case (("count-selected" | "string-length"), (Reference() as reference,)):
                return f"{self.reference(reference)[:-1]}.length}}"
            case "difference-in-years", (born, Call("today", ())):
                return f"age({self.value(born)})"
            case "concat", parts:
                return " + ".join(self.inner(part, self.value) for part in (Literal(""), *parts))
            case "negate", (inside,):
                return f"-{self.inner(inside, self.value)}"
            case "number", (inside,):
                return self.value(inside)
            case "pow", (base, exponent):
                return f"{self.inner(base, self.value)} ^ {self.inner(exponent, self.value)}"
        theirs = _FUNCTIONS.get(name)
        if theirs is None:
            raise Untranslatable("function", name=name)
        return f"{theirs}({', '.join(self.value(argument) for argument in arguments)})"
