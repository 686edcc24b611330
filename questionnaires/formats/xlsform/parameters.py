"""The parameters column: ``start=1 end=10 step=1``, ``randomize=true``."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from questionnaires.formats.xlsform.records import Ledger
from questionnaires.formats.xlsform.survey import Node, yes
from questionnaires.kinds.gauging import MOST_STARS

_PAIR = re.compile(r"([\w-]+)\s*=\s*([^\s,;]+)")
_USUAL = {"start": "0", "end": "10", "step": "1"}
_FEWEST_STARS = 3


def pairs(node: Node) -> dict[str, str]:
    """Return the parameters of a row by their names in lower case."""
    return {name.lower(): value for name, value in _PAIR.findall(node.row.get("parameters"))}


def parameters(node: Node, body: dict[str, Any], ledger: Ledger) -> None:
    """Apply what has a setting of ours, and report the rest."""
    where = node.row.where("parameters")
    for name, value in pairs(node).items():
        if name == "randomize" and body["kind"] in ("single_choice", "multiple_choice", "ranking"):
            if yes(value):
                body["random_order"] = True
        elif name in _USUAL and node.type.name == "range":
            continue
        else:
            ledger.add("parameter_dropped", "info", where, name=f"{name}={value}")


def slider(node: Node, ledger: Ledger) -> dict[str, Any]:
    """A range: a slider, or stars when it is shown as a rating."""
    given = _USUAL | {k: v for k, v in pairs(node).items() if k in _USUAL}
    start, end, step = (_number(given, name, node, ledger) for name in _USUAL)
    if start > end:
        start, end, step = end, start, -step
    step = abs(step)
    if step == 0 or start == end or step > end - start:
        values = {"name": "step", "value": given["step"]}
        ledger.add("parameter_wrong", "error", node.row.where("parameters"), **values)
        start, end, step = (Decimal(_USUAL[name]) for name in _USUAL)
    rating = "rating" in node.row.get("appearance").lower().split()
    if rating and start == step == 1 and _FEWEST_STARS <= end <= MOST_STARS:
        return {"kind": "stars", "stars": int(end)}
    return {"kind": "slider", "min": str(start), "max": str(end), "step": str(step)}


def _number(given: dict[str, str], name: str, node: Node, ledger: Ledger) -> Decimal:
    try:
        number = Decimal(given[name])
        if number.is_finite() and abs(number.adjusted()) < len("1000000000000"):
            return number
    except InvalidOperation:
        pass
    values = {"name": name, "value": given[name]}
    ledger.add("parameter_wrong", "error", node.row.where("parameters"), **values)
    return Decimal(_USUAL[name])
