"""Tree + answers -> value. Total: whatever the answers are, it returns and never raises."""

from __future__ import annotations

from collections.abc import Mapping

from questionnaires.expressions.functions import BINARY, FUNCTIONS, Value, truthy
from questionnaires.expressions.tree import Call, Literal, Node, Reference

__all__ = ["Value", "evaluate", "truthy"]


def evaluate(node: Node, answers: Mapping[str, Value]) -> Value:
    """Return the value of ``node``; an item without an answer reads as None."""
    first, chain = _chain(node)
    value = _plain(first, answers)
    for operator, right in chain:
        value = _applied(operator, value, right, answers)
    return value


def _chain(node: Node) -> tuple[Node, list[tuple[str, Node]]]:
    """Take ``a + b + c``, which grows to the left, apart: ``a`` and then ``+ b``, ``+ c``.

    So a long chain costs no stack, however little of it a caller has left.
    """
    chain = []
    while isinstance(node, Call) and node.name in BINARY:
        chain.append((node.name, node.arguments[1]))
        node = node.arguments[0]
    return node, chain[::-1]


def _applied(operator: str, value: Value, right: Node, answers: Mapping[str, Value]) -> Value:
    match operator:
        case "and":
            return truthy(value) and truthy(evaluate(right, answers))
        case "or":
            return truthy(value) or truthy(evaluate(right, answers))
    return FUNCTIONS[operator](value, evaluate(right, answers))


def _plain(node: Node, answers: Mapping[str, Value]) -> Value:
    match node:
        case Literal(value):
            return value
        case Reference(name):
            return answers.get(name)
        case Call("if", (condition, yes, no)):
            return evaluate(yes if truthy(evaluate(condition, answers)) else no, answers)
        case Call("coalesce", arguments):
            values = (evaluate(argument, answers) for argument in arguments)
            return next((value for value in values if value not in (None, "")), None)
        case Call(name, arguments):
            return FUNCTIONS[name](*(evaluate(argument, answers) for argument in arguments))
