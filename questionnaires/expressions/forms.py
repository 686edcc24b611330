"""Special forms: what the parser makes of functions that are more than a call.

``true()`` is a literal, ``once(x)`` is ``coalesce(., x)``, and so on: the fewer forms a tree may
have, the smaller are the two evaluators.
"""

from __future__ import annotations

import math

from questionnaires.expressions import patterns
from questionnaires.expressions.errors import ExpressionError
from questionnaires.expressions.grammar import CONDITIONAL
from questionnaires.expressions.tokens import Token
from questionnaires.expressions.tree import (
    SELF,
    Call,
    Column,
    Literal,
    Lookup,
    Node,
    Over,
    Path,
    Reference,
    walk,
)


def number(token: Token) -> Literal:
    """Read a number; a whole one of up to fifteen digits stays exact."""
    if "." not in token.text and len(token.text) <= 15:
        return Literal(int(token.text), token.at)
    value = float(token.text)
    if not math.isfinite(value):
        raise ExpressionError(token.at, "数字太大", "the number is too large")
    return Literal(value, token.at)


def negative(node: Node, at: int) -> Node:
    """Read ``-x``; a negative number is a literal."""
    match node:
        case Literal(int() | float() as value) if not isinstance(value, bool):
            return Literal(0 - value, at)
    return Call("negate", (node,), at)


def path(token: Token) -> Path:
    """Read ``../x``, ``./x``, ``/data/x`` and ``${r}/g/x``."""
    if token.sort == "inner":
        return Path(0, tuple(token.rest[1:].split("/")), token.text, token.at)
    if token.sort == "steps":
        return Path(0, tuple(token.text[1:].split("/")), "/", token.at)
    return relative(token)


def relative(token: Token) -> Path:
    """Read ``../x``; ``current()/../x`` means the same."""
    steps = token.text.split("/")
    names = tuple(step for step in steps if step not in ("", ".", ".."))
    return Path(steps.count(".."), names, "", token.at)


def call(name: Token, arguments: list[Node]) -> Node:
    """Make the node of a function whose number of arguments is right."""
    match name.text, arguments:
        case (("true" | "false"), _):
            return Literal(name.text == "true", name.at)
        case "boolean", [value]:
            return Call("not", (Call("not", (value,), name.at),), name.at)
        case "string", [value]:
            return Call("concat", (value,), name.at)
        case "once", [value]:
            return Call("coalesce", (Reference(SELF, name.at), value), name.at)
        case "position", _:
            return _position(name, arguments)
        case (("choice-label" | "jr:choice-name"), _):
            return _label(name, arguments)
        case "indexed-repeat", _:
            return _indexed(name, arguments)
        case "regex", [value, pattern]:
            return Call("regex", (value, _pattern(pattern)), name.at)
        case (("count" | "share"), [source, where]):
            return _over(name, source, where)
        case function, [Column() as source, where] if function in CONDITIONAL:
            return _over(name, source, where)
    return Call(name.text, tuple(arguments), name.at)


def _over(name: Token, source: Node, where: Node) -> Node:
    no_loop(where)
    if isinstance(where, Literal) and not isinstance(where.value, bool):
        where = Call("=", (Reference(SELF, where.at), where), where.at)
    return Over(name.text, source, where, name.at)


def no_loop(where: Node) -> None:
    """Refuse a condition over a list inside another, whose steps would multiply."""
    for part in walk(where):
        if isinstance(part, Column):
            raise ExpressionError(
                part.at,
                f"条件里直接写 ${{{part.item}}}",
                f"inside the condition write ${{{part.item}}}",
            )
        if isinstance(part, Over | Lookup):
            raise ExpressionError(
                part.at, "条件里不能再查列表", "a condition cannot go through another list"
            )


def _position(name: Token, arguments: list[Node]) -> Node:
    """``position(..)`` is how XLSForm asks for the number of the entry."""
    if arguments and not (isinstance(arguments[0], Path) and not arguments[0].names):
        raise ExpressionError(name.at, "请写 position(..)", "write position(..)")
    return Call("position", (), name.at)


def _label(name: Token, arguments: list[Node]) -> Node:
    match arguments:
        case [Reference(item) as value]:
            return Call("choice-label", (value, Literal(item)), name.at)
        case [value, Literal(str(text))] if text.startswith("${") and text.endswith("}"):
            return Call("choice-label", (value, Literal(text[2:-1].strip())), name.at)
    raise ExpressionError(
        name.at,
        "请写 choice-label(${题目})，或 jr:choice-name(值, '${题目}')",
        "write choice-label(${item}) or jr:choice-name(value, '${item}')",
    )


def _indexed(name: Token, arguments: list[Node]) -> Node:
    match arguments:
        case [Column() as column, index]:
            return Call("indexed-repeat", (column, index), name.at)
        case [Reference(item), Reference(roster), index]:
            column = Column(roster, item, arguments[0].at)
            return Call("indexed-repeat", (column, index), name.at)
    raise ExpressionError(
        name.at,
        "请写 indexed-repeat(${题目}, ${重复节}, 序号)",
        "write indexed-repeat(${item}, ${repeated section}, number)",
    )


def _pattern(pattern: Node) -> Literal:
    if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        raise ExpressionError(
            pattern.at,
            "正则表达式要直接写出来，加引号",
            "a pattern is written out, in quotes",
        )
    try:
        patterns.parsed(pattern.value)
    except ExpressionError as error:
        raise ExpressionError(pattern.at + error.at, error.chinese, error.english) from error
    return pattern


def unknown_function(name: Token) -> ExpressionError:
    """Word the refusal of a name that is no function."""
    return ExpressionError(
        name.at,
        f"没有名为“{name.text}”的函数（引用题目要写成 ${{{name.text}}}）",
        f'there is no function "{name.text}" (an item is written ${{{name.text}}})',
    )


def wrong_count(name: Token, low: int, high: int) -> ExpressionError:
    """Word the refusal of a wrong number of arguments."""
    wanted = str(low) if low == high else f"{low}–{high}"
    return ExpressionError(
        name.at,
        f"“{name.text}”的参数个数不对，应为 {wanted} 个",
        f'"{name.text}" has the wrong number of arguments; it takes {wanted.replace("–", "-")}',
    )
