"""Conditions and calculations in definitions: one small language with the surface of XLSForm.

``parse`` turns the text into a tree; ``evaluate`` gives it a value for a set of answers. There are
no loops but those through a list, no user-defined functions and no attribute access, so every
expression ends within a known number of steps. The browser evaluates the same tree, as JSON.
"""

from questionnaires.expressions.browser import to_json
from questionnaires.expressions.context import Context
from questionnaires.expressions.errors import ExpressionError
from questionnaires.expressions.evaluate import evaluate, truthy
from questionnaires.expressions.parser import parse
from questionnaires.expressions.tree import (
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
    columns,
    reads_itself,
    references,
)

__all__ = [
    "Call",
    "Column",
    "Context",
    "ExpressionError",
    "External",
    "Field",
    "Literal",
    "Lookup",
    "Node",
    "Over",
    "Path",
    "Reference",
    "columns",
    "evaluate",
    "parse",
    "reads_itself",
    "references",
    "to_json",
    "truthy",
]
