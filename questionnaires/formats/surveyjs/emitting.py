"""Our expressions -> SurveyJS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from questionnaires.expressions import Call, Literal, Node, Reference
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


class SurveyEmitter(Emitter):
    """Writes SurveyJS expressions."""

    operators: ClassVar[Mapping[str, str]] = {
        **{sign: sign for sign in ("=", "!=", "<", ">", "<=", ">=", "+", "-", "*")},
        "div": "/",
        "mod": "%",
    }

    def literal(self, value: object) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return f"{value:.10g}" if isinstance(value, float) else str(value)
        escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"

    def reference(self, node: Reference) -> str:
        if node.name == f"{OPTION}value":
            return "{item}"
        if node.name.startswith(OPTION):
            raise Untranslatable("part", name=node.name)
        item = self.item(node)
        name = item.id if item else node.name
        section = self.sections.get(name)
        return f"{{panel.{name}}}" if section is not None and section.repeat else f"{{{name}}}"

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
