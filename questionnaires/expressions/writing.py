"""Tree -> text: the reverse of ``parse``, with no more parentheses than are needed."""

from __future__ import annotations

from questionnaires.expressions.errors import ExpressionError
from questionnaires.expressions.grammar import BINARY
from questionnaires.expressions.tree import (
    SELF,
    Call,
    Column,
    External,
    Field,
    Literal,
    Lookup,
    Node,
    Over,
    Path,
    Reference,
)
from questionnaires.expressions.values import digits

_UNARY = 7


def write(node: Node, *, xlsform: bool = False) -> str:
    """Return the text of ``node``, or, with ``xlsform``, the text that XLSForm has for it.

    Raise ExpressionError for what XLSForm has no words for.
    """
    return _Writer(xlsform).text(node, 0)


class _Writer:
    def __init__(self, xlsform: bool) -> None:
        self._xlsform = xlsform

    def text(self, node: Node, floor: int) -> str:
        """Write ``node``, in parentheses if it binds no tighter than ``floor``."""
        tightness = self._tightness(node)
        written = self._chain(node) if 0 < tightness < _UNARY else self._plain(node)
        return f"({written})" if 0 < tightness <= floor else written

    def _chain(self, node: Node) -> str:
        """Write operators; ``a - b - c`` grows to the left and needs no stack for its length."""
        assert isinstance(node, Call)
        if len(node.arguments) != 2 or node.name == "in":
            return self._wide(node)
        tightness, pieces = BINARY[node.name], []
        left: Node = node
        while (
            isinstance(left, Call)
            and BINARY.get(left.name) == tightness
            and len(left.arguments) == 2
            and left.name != "in"
        ):
            pieces.append(f" {left.name} {self.text(left.arguments[1], tightness)}")
            left = left.arguments[0]
        if not pieces:
            return self._wide(node)
        return self.text(left, tightness - 1) + "".join(reversed(pieces))

    def _wide(self, node: Call) -> str:
        tightness = BINARY[node.name]
        if node.name != "in":
            return f" {node.name} ".join(self.text(part, tightness) for part in node.arguments)
        value, *options = node.arguments
        left = self.text(value, tightness)
        if self._xlsform:
            return " or ".join(f"{left} = {self.text(option, tightness)}" for option in options)
        return f"{left} in [{', '.join(self.text(option, 0) for option in options)}]"

    def _plain(self, node: Node) -> str:
        match node:
            case Literal():
                return _literal(node)
            case Reference(name):
                return SELF if name == SELF else f"${{{name}}}"
            case Column(roster, item):
                return f"${{{item}}}" if self._xlsform else f"${{{roster}}}.{item}"
            case Field(name):
                return name
            case Path():
                return _path(node)
            case External("last-saved", (name,)):
                return f"${{last-saved#{name}}}"
            case External(source, names):
                return "/".join([f"instance('{source}')", *names])
            case Lookup(choices, where, column):
                return f"instance('{choices}')/root/item[{self.text(where, 0)}]/{column}"
            case Over(function, source, where):
                self._own(node)
                return f"{function}({self.text(source, 0)}, {self.text(where, 0)})"
        return self._call(node)

    def _call(self, node: Call) -> str:
        match node.name, node.arguments:
            case "negate", (value,):
                return f"-{self.text(value, _UNARY - 1)}"
            case "position", _:
                return "position(..)"
            case "random", _:
                return "random()"
            case "share" | "mean", _:
                self._own(node)
            case "choice-label", (value, Literal(item)):
                if value == Reference(str(item)) and not self._xlsform:
                    return f"choice-label(${{{item}}})"
                return f"jr:choice-name({self.text(value, 0)}, '${{{item}}}')"
            case "indexed-repeat", (Column(roster, item), index) if self._xlsform:
                return f"indexed-repeat(${{{item}}}, ${{{roster}}}, {self.text(index, 0)})"
        return f"{node.name}({', '.join(self.text(part, 0) for part in node.arguments)})"

    def _own(self, node: Call | Over) -> None:
        name = node.name if isinstance(node, Call) else node.function
        if self._xlsform:
            raise ExpressionError(
                max(1, node.at),
                f"XLSForm 没有与“{name}”相当的写法",
                f'XLSForm has no words for "{name}"',
            )

    def _tightness(self, node: Node) -> int:
        """Return how tightly the outermost operator binds; 0 for what is no operator."""
        if not isinstance(node, Call):
            return 0
        if node.name == "in" and self._xlsform:
            return BINARY["or" if len(node.arguments) > 2 else "="]
        return _UNARY if node.name == "negate" else BINARY.get(node.name, 0)


def _literal(node: Literal) -> str:
    value = node.value
    if isinstance(value, bool):
        return "true()" if value else "false()"
    if isinstance(value, str):
        return _quoted(value)
    return f"{value:.0f}" if isinstance(value, float) and abs(value) >= 1e15 else _decimal(value)


def _decimal(value: float) -> str:
    written = digits(float(value))
    return f"{value:.20f}".rstrip("0") if "e" in written else written


def _quoted(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = (f"'{part}'" for part in text.split("'"))
    return "concat(" + ', "\'", '.join(parts) + ")"


def _path(node: Path) -> str:
    if node.base == "/":
        return "/" + "/".join(node.names)
    if node.base:
        return "/".join([f"${{{node.base}}}", *node.names])
    return "/".join([*([".."] * node.up or ["."]), *node.names])
