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
from questionnaires.expressions.grammar import LIST
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.dating import shift
from questionnaires.formats.foreign.emitting import SEVERAL, Emitter
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.kinds.allotting import ConstantSum
from questionnaires.kinds.base import Item
from questionnaires.kinds.tabulating import MatrixNumber

_FUNCTIONS = {
    "if": "iif",
    "round": "round",
    "today": "today",
    "int": "trunc",
}
#: Functions over all their arguments, which leave out those without an answer.
_OVER_ALL = {"sum": "sum", "min": "min", "max": "max", "mean": "avg"}
#: Of a sum given out a part without an answer counts as 0: it makes no difference to these.
_OVER_PARTS = ("sum", "max")

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

    def reckoned(self, sign: str, left: Node, right: Node) -> str:
        if sign == "-" and self.dates.holds(right):
            return self._days(right, left)
        match shift(sign, left, right, self.dates):
            case Call("today", ()), count:
                return f"today({self.value(count)})"
            case date, Literal(value) if value != 0:
                return f"dateAdd({self.value(date)}, {value}, 'days')"
            case date, count:  # dateAdd gives nothing when nothing is added
                day, days = self.value(date), self.value(count)
                return f"iif({days} = 0, {day}, dateAdd({day}, {days}, 'days'))"
        return super().reckoned(sign, left, right)

    def _days(self, first: Node, last: Node) -> str:
        """Return the days between two dates; their function does not say which is the later."""
        if not (self.dates.whole(first) and self.dates.whole(last)):
            raise Untranslatable("operator", name="- date")
        start, end = self.value(first), self.value(last)
        apart = f"dateDiff({start}, {end}, 'days')"
        return f"iif({end} < {start}, 0 - {apart}, {apart})"

    def gathered(self, node: Call | Over) -> str | None:
        self._in_columns(node)
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

    def _in_columns(self, node: Call | Over) -> None:
        """Refuse to gather answers that are objects or lists."""
        match node:
            case Call(name, (Column(_, item),)) | Over(name, Column(_, item), _):
                listed = item in self.items and self.items[item].reads_as() is LIST
                if listed and not name.startswith("count"):
                    raise Untranslatable("list")

    def _some(self, name: str, roster: str, item: str, where: Node) -> str:
        """Return a function over the entries for which a condition holds, about their answers."""
        inside = SurveyEmitter(self.questionnaire, self.items[item])
        inside.bare = roster
        return f"{_IN_ARRAY[name]}({{{roster}}}, '{item}', {inside.condition(where)})"

    def negated(self, inside: Node) -> str:
        return f"!({self.condition(inside)})"

    def answered(self, node: Node, wanted: bool) -> str:
        if isinstance(self.item(node), ConstantSum):
            parts = self._numbers("sum", node)
            sign, word = ("or", "notempty") if wanted else ("and", "empty")
            return "(" + f" {sign} ".join(f"{part} {word}" for part in parts) + ")"
        return f"{self.inner(node, self.value)} {'notempty' if wanted else 'empty'}"

    def among(self, value: Node, options: list[Node]) -> str:
        listed = ", ".join(self.value(option) for option in options)
        return f"{self.inner(value, self.value)} anyof [{listed}]"

    def call(self, name: str, arguments: tuple[Node, ...]) -> str:
        match name, arguments:
            case (("sum" | "min" | "max" | "mean"), _):
                numbers = [text for part in arguments for text in self._numbers(name, part)]
                return f"{_OVER_ALL[name]}({', '.join(numbers)})"
            case (("selected" | "contains"), (value, option)):
                item = self._single_list(value)
                whole = name == "selected" and item is not None and item.kind not in SEVERAL
                sign = "=" if whole else "contains"
                return f"{self.value(value)} {sign} {self.inner(option, self.value)}"
            case (("count-selected" | "string-length"), (Reference() as reference,)):
                self._single_list(reference)
                return f"{self.reference(reference)[:-1]}.length}}"
            case "difference-in-days", (first, last):
                return self._days(first, last)
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

    def _numbers(self, name: str, part: Node) -> list[str]:
        """Return the numbers that an argument stands for; answers in several parts are objects."""
        item = self.item(part)
        whole = self.value(part)
        match item:
            case ConstantSum() if name in _OVER_PARTS:
                return [f"{whole[:-1]}.{share.value}}}" for share in item.shares]
            case MatrixNumber():
                return [f"{whole[:-1]}.{row.value}.number}}" for row in item.rows]
        if item is not None and item.reads_as() is LIST:
            raise Untranslatable("list")
        return [whole]

    def _single_list(self, node: Node) -> Item | None:
        """Return the item of a reference, unless its answer is an object."""
        item = self.item(node)
        if item is not None and item.reads_as() is LIST and item.kind not in SEVERAL:
            raise Untranslatable("list")
        return item
