"""Conditions and calculations in definitions: one small language with the surface of XLSForm.

``parse`` turns the text into a tree of three node types; ``evaluate`` gives it a value for a set
of answers. There are no loops, no user-defined functions and no attribute access, so every
expression ends after at most as many steps as it has nodes.
"""

from questionnaires.expressions.evaluate import evaluate, truthy
from questionnaires.expressions.parser import ExpressionError, parse
from questionnaires.expressions.tree import (
    Call,
    Literal,
    Node,
    Reference,
    reads_itself,
    references,
)

__all__ = [
    "Call",
    "ExpressionError",
    "Literal",
    "Node",
    "Reference",
    "evaluate",
    "parse",
    "reads_itself",
    "references",
    "truthy",
]
