"""Text -> tree, by precedence climbing over a regular-expression tokeniser.

Precedence, loosest first: ``or`` < ``and`` < ``= !=`` < ``< > <= >=`` < ``+ -`` <
``* div mod`` < unary ``-``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from questionnaires.expressions.functions import ARITY, BINARY
from questionnaires.expressions.tree import SELF, Call, Literal, Node, Reference, height

MAX_CHARACTERS = 4000
MAX_DEPTH = 50
#: The tree may be this high. A chain such as ``a or b or c`` adds one level for each part.
MAX_HEIGHT = 200

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?|\.\d+)
    | (?P<string>'[^']*'|"[^"]*")
    | \$\{\s*(?P<reference>[^{}\s]+)\s*\}
    | (?P<operator>!=|<=|>=|[=<>+*(),-])
    | (?P<name>[A-Za-z][A-Za-z0-9_-]*(?::[A-Za-z][A-Za-z0-9_-]*)?)
    | (?P<self>\.)
    )""",
    re.VERBOSE,
)


class ExpressionError(ValueError):
    """Text that is not an expression; ``at`` is the character (from 1), with both wordings."""

    def __init__(self, at: int, chinese: str, english: str) -> None:
        self.at = at
        self.chinese = chinese
        self.english = english
        super().__init__(f"{english} (character {at})")


@dataclass(frozen=True, slots=True)
class _Token:
    sort: str
    text: str
    at: int


def parse(text: str) -> Node:
    """Parse ``text``; raise ExpressionError naming the character at which it goes wrong."""
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(
            MAX_CHARACTERS,
            f"表达式超过 {MAX_CHARACTERS} 个字符",
            f"the expression is longer than {MAX_CHARACTERS} characters",
        )
    return _Parser(text).whole()


def _tokens(text: str) -> list[_Token]:
    found, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise ExpressionError(
                start + 1,
                f"不认识的字符“{text[start]}”",
                f'unexpected character "{text[start]}"',
            )
        found.append(
            _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup) + 1)
        )
        position = match.end()
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._end = len(text) + 1
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._expression(0)
        if (left := self._peek()) is not None:
            raise ExpressionError(
                left.at, f"“{left.text}”多余", f'"{left.text}" does not belong here'
            )
        if height(node) > MAX_HEIGHT:
            raise ExpressionError(
                1, "表达式过长，请拆开来写", "the expression is too long; split it"
            )
        return node

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self) -> _Token:
        token = self._peek()
        if token is None:
            raise ExpressionError(self._end, "表达式没有写完", "the expression is not complete")
        self._next += 1
        return token

    def _expect(self, text: str) -> None:
        token = self._peek()
        if token is None or token.text != text or token.sort == "string":
            at = token.at if token else self._end
            raise ExpressionError(at, f"此处应为“{text}”", f'expected "{text}" here')
        self._next += 1

    def _expression(self, floor: int) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(
                self._peek_at(),
                f"嵌套超过 {MAX_DEPTH} 层",
                f"nested more than {MAX_DEPTH} levels deep",
            )
        left = self._operand()
        while (operator := self._binary_above(floor)) is not None:
            self._next += 1
            left = Call(operator, (left, self._expression(BINARY[operator])))
        self._depth -= 1
        return left

    def _peek_at(self) -> int:
        token = self._peek()
        return token.at if token else self._end

    def _binary_above(self, floor: int) -> str | None:
        token = self._peek()
        if token is None or token.sort not in ("operator", "name"):
            return None
        return token.text if BINARY.get(token.text, 0) > floor else None

    def _operand(self) -> Node:
        token = self._take()
        match token.sort:
            case "number":
                exact = "." not in token.text and len(token.text) <= 15
                return Literal(int(token.text) if exact else float(token.text))
            case "string":
                return Literal(token.text[1:-1])
            case "reference":
                return Reference(token.text)
            case "self":
                return Reference(SELF)
            case "name":
                return self._call(token)
        if token.text == "(":
            inside = self._expression(0)
            self._expect(")")
            return inside
        if token.text == "-":
            return Call("negate", (self._expression(BINARY["*"]),))
        raise ExpressionError(token.at, f"此处不应出现“{token.text}”", f'unexpected "{token.text}"')

    def _call(self, name: _Token) -> Node:
        if name.text in BINARY:
            raise ExpressionError(
                name.at, f"“{name.text}”前面缺少内容", f'something is missing before "{name.text}"'
            )
        if name.text not in ARITY:
            raise ExpressionError(
                name.at,
                f"没有名为“{name.text}”的函数（引用题目要写成 ${{{name.text}}}）",
                f'there is no function "{name.text}" (an item is written ${{{name.text}}})',
            )
        self._expect("(")
        arguments = self._arguments()
        low, high = ARITY[name.text]
        if not low <= len(arguments) <= high:
            raise ExpressionError(
                name.at,
                f"“{name.text}”的参数个数不对",
                f'"{name.text}" has the wrong number of arguments',
            )
        return Call(name.text, tuple(arguments))

    def _arguments(self) -> list[Node]:
        arguments: list[Node] = []
        if (token := self._peek()) is not None and token.text == ")" and token.sort == "operator":
            self._next += 1
            return arguments
        while True:
            arguments.append(self._expression(0))
            token = self._peek()
            if token is None or token.text != ",":
                break
            self._next += 1
        self._expect(")")
        return arguments
