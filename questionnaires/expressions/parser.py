"""Text -> tree, by precedence climbing.

Precedence, loosest first: ``or`` < ``and`` < ``= != in`` < ``< > <= >=`` < ``+ -`` <
``* div mod`` < unary ``-``.
"""

from __future__ import annotations

from questionnaires.expressions import forms
from questionnaires.expressions.context import MAX_RANDOM
from questionnaires.expressions.errors import ExpressionError
from questionnaires.expressions.grammar import ARITY, BINARY, FOREIGN_ARITY
from questionnaires.expressions.tokens import Token, tokens
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
    height,
    walk,
)

MAX_CHARACTERS = 10_000
MAX_DEPTH = 50
#: The tree may be this high. A chain such as ``a + b + c`` adds one level for each part.
MAX_HEIGHT = 200
MAX_NODES = 2000
#: So many parts of one expression may go through a list.
MAX_LOOPS = 10


def parse(text: str, *, choices: bool = False, paths: bool = False) -> Node:
    """Parse ``text``; raise ExpressionError naming the character at which it goes wrong.

    ``choices``: a bare name is a column of the choice list, as in a choice filter. ``paths``: paths
    and functions of a foreign form are accepted, for an importer that will replace them.
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(
            MAX_CHARACTERS,
            f"表达式超过 {MAX_CHARACTERS} 个字符",
            f"the expression is longer than {MAX_CHARACTERS} characters",
        )
    node = _Parser(text, choices, paths).whole()
    parts = list(walk(node))
    loops = sum(isinstance(part, Over | Lookup) for part in parts)
    if len(parts) > MAX_NODES or loops > MAX_LOOPS or height(node) > MAX_HEIGHT:
        raise ExpressionError(1, "表达式过长，请拆开来写", "the expression is too long; split it")
    return node


class _Parser:
    def __init__(self, text: str, choices: bool, paths: bool) -> None:
        self._tokens = tokens(text)
        self._end = len(text) + 1
        self._next = 0
        self._depth = 0
        self._choices = choices
        self._paths = paths
        self._arity = FOREIGN_ARITY if paths else ARITY
        self._randoms = 0

    def whole(self) -> Node:
        node = self._expression(0)
        if (left := self._peek()) is not None:
            raise ExpressionError(
                left.at, f"“{left.text}”多余", f'"{left.text}" does not belong here'
            )
        foreign = [part.at for part in walk(node) if isinstance(part, Path | External)]
        if foreign and not self._paths:
            raise ExpressionError(
                min(foreign),
                "这是别的表单里的路径，这里请写 ${题目标识}",
                "this is a path of a foreign form; write ${name of the item}",
            )
        return node

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _peek_at(self) -> int:
        token = self._peek()
        return token.at if token else self._end

    def _take(self) -> Token:
        token = self._peek()
        if token is None:
            raise ExpressionError(self._end, "表达式没有写完", "the expression is not complete")
        self._next += 1
        return token

    def _took(self, text: str) -> bool:
        token = self._peek()
        if token is None or token.text != text or token.sort != "operator":
            return False
        self._next += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._took(text):
            raise ExpressionError(self._peek_at(), f"此处应为“{text}”", f'expected "{text}" here')

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
            left = self._joined(operator, left)
        self._depth -= 1
        return left

    def _binary_above(self, floor: int) -> Token | None:
        token = self._peek()
        if token is None or token.sort not in ("operator", "name"):
            return None
        return token if BINARY.get(token.text, 0) > floor else None

    def _joined(self, operator: Token, left: Node) -> Node:
        name = operator.text
        if name == "in":
            return Call(name, (left, *self._listed()), operator.at)
        return Call(name, (left, self._expression(BINARY[name])), operator.at)

    def _listed(self) -> list[Node]:
        self._expect("[")
        found: list[Node] = []
        while True:
            at, node = self._peek_at(), self._operand()
            if not isinstance(node, Literal):
                raise ExpressionError(
                    at, "“in”的方括号里只能是数字或文字", '"in" takes numbers and texts in brackets'
                )
            found.append(node)
            if not self._took(","):
                break
        self._expect("]")
        return found

    def _operand(self) -> Node:
        token = self._take()
        match token.sort:
            case "number":
                return forms.number(token)
            case "string":
                return Literal(token.text[1:-1], token.at)
            case "self":
                return Reference(SELF, token.at)
            case "reference":
                return self._reference(token)
            case "column":
                return Column(token.text, token.rest, token.at)
            case "inner" | "path" | "steps":
                return self._path(token)
            case "name":
                return self._named(token)
        if token.text == "(":
            inside = self._expression(0)
            self._expect(")")
            return inside
        if token.text == "-":
            return forms.negative(self._expression(BINARY["*"]), token.at)
        raise ExpressionError(token.at, f"此处不应出现“{token.text}”", f'unexpected "{token.text}"')

    def _reference(self, token: Token) -> Node:
        source, mark, name = token.text.partition("#")
        return External(source, (name,), token.at) if mark else Reference(token.text, token.at)

    def _path(self, token: Token) -> Node:
        if token.sort == "inner" and token.rest.count("/") == 1:
            return Column(token.text, token.rest[1:], token.at)
        return forms.path(token)

    def _named(self, name: Token) -> Node:
        following = self._peek()
        called = following is not None and following.sort == "operator" and following.text == "("
        if name.text in BINARY:
            raise ExpressionError(
                name.at, f"“{name.text}”前面缺少内容", f'something is missing before "{name.text}"'
            )
        if called and name.text in ("instance", "current"):
            return self._instance(name) if name.text == "instance" else self._current()
        if self._choices and not called:
            return Field(name.text, name.at)
        if name.text not in self._arity:
            raise forms.unknown_function(name)
        self._expect("(")
        return self._call(name, self._arguments())

    def _call(self, name: Token, arguments: list[Node]) -> Node:
        low, high = self._arity[name.text]
        if not low <= len(arguments) <= high:
            raise forms.wrong_count(name, low, high)
        if name.text == "random":
            self._randoms += 1
            if self._randoms > MAX_RANDOM:
                raise ExpressionError(name.at, "random() 太多", "too many random()")
            return Call("random", (Literal(self._randoms),), name.at)
        return forms.call(name, arguments)

    def _arguments(self) -> list[Node]:
        arguments: list[Node] = []
        if self._took(")"):
            return arguments
        while True:
            arguments.append(self._expression(0))
            if not self._took(","):
                break
        self._expect(")")
        return arguments

    def _current(self) -> Node:
        """``current()/../x`` is ``../x`` of the item that the expression belongs to."""
        self._expect("(")
        self._expect(")")
        token = self._take()
        if token.sort != "steps":
            raise ExpressionError(token.at, "此处应为路径", "expected a path here")
        return forms.relative(token)

    def _instance(self, name: Token) -> Node:
        self._expect("(")
        source = self._take()
        if source.sort != "string":
            raise ExpressionError(source.at, "此处应为列表名", "expected the name of a list here")
        self._expect(")")
        steps = self._steps()
        if not self._took("["):
            return External(source.text[1:-1], steps, name.at)
        outer, self._choices = self._choices, True
        where = self._expression(0)
        self._choices = outer
        self._expect("]")
        forms.no_loop(where)
        column = self._steps()
        if steps != ("root", "item") or len(column) != 1:
            raise ExpressionError(
                name.at,
                "只支持 instance('列表')/root/item[条件]/列",
                "only instance('list')/root/item[condition]/column is supported",
            )
        return Lookup(source.text[1:-1], where, column[0], name.at)

    def _steps(self) -> tuple[str, ...]:
        token = self._take()
        if token.sort != "steps":
            raise ExpressionError(token.at, "此处应为“/”和名称", 'expected "/" and a name here')
        return tuple(token.text[1:].split("/"))
