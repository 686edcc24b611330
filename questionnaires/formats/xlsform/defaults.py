"""What stands in a question at first."""

from __future__ import annotations

import datetime
import re
from typing import Any

from questionnaires.formats.xlsform.records import Formula, Ledger
from questionnaires.formats.xlsform.survey import Node

#: A reference, a call or arithmetic between them: what a form works out when it is opened.
_DYNAMIC = re.compile(r"\$\{|^[\w:.-]+\s*\(.*\)\s*$|^\s*\.\./", re.DOTALL)
_NUMBERS = {"integer": int, "decimal": float, "slider": float}
_TIMES = {
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "date_time": datetime.datetime.fromisoformat,
}
_CLOSED = ("single_choice", "multiple_choice", "ranking")


def default_of(node: Node, body: dict[str, Any], ledger: Ledger) -> Formula | None:
    """Put the default into an item, or report why it cannot stand there.

    Return the expression of one that is worked out when the form is opened.
    """
    text, where = node.row.get("default"), node.row.where("default")
    if not text or body["kind"] in ("hidden", "note"):
        return None
    if _DYNAMIC.search(text):
        node.formulas["default"] = ledger.formula("default", text, where)
        return node.formulas["default"]
    value = _value(text, body)
    if value is None:
        ledger.add("default_wrong", "warning", where, text=text)
    else:
        body["default"] = value
    return None


def _value(text: str, body: dict[str, Any]) -> Any:
    kind = body["kind"]
    if kind in _CLOSED:
        return _chosen(text, body)
    try:
        if kind in _NUMBERS:
            return _NUMBERS[kind](text)
        if kind in _TIMES:
            _TIMES[kind](text)
    except (ValueError, OverflowError):
        return None
    return text if kind in (*_TIMES, "short_text", "long_text", "url") else None


def _chosen(text: str, body: dict[str, Any]) -> Any:
    known = [option["value"] for option in body["options"]]
    if body["kind"] == "single_choice":
        return text if text in known else None
    words = text.split()
    return words if words and all(word in known for word in words) else None
