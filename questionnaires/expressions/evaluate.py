"""Tree + answers + context -> value. Total: whatever the answers are, it returns, never raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires.expressions.compiling import compiled
from questionnaires.expressions.context import NOTHING, Context
from questionnaires.expressions.tree import Node
from questionnaires.expressions.values import Value, truthy

__all__ = ["Value", "evaluate", "truthy"]


def evaluate(node: Node, answers: Mapping[str, Any], context: Context = NOTHING) -> Value:
    """Return the value of ``node``: None, a bool, a number, a text or a list of these.

    ``answers`` maps item ids to what conditions see of the answers, ``.`` to the item's own and the
    id of a repeated section to the list of its entries. An item without an answer, or one that is
    not asked, is None or left out.
    """
    value: Value = compiled(node)(answers, context)
    return value
