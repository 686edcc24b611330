"""The standard report as plain values: what a page prints and a JSON file holds.

None stands for a figure that does not exist or may not be shown; ``reason`` says which.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from analysis.columns import Axes
from analysis.standard import StandardReport
from analysis.statistics.results import Reason
from analysis.statistics.tables import ChiSquares
from questionnaires import Questionnaire, Variable

Tree = dict[str, Any]


def tree(questionnaire: Questionnaire, axes: Axes, report: StandardReport) -> Tree:
    """Return the report by item; texts are maps from language to words."""
    together = report.together
    alpha = together.alpha
    names = [axes.variables[position].name for position in together.items]
    return {
        "items": [_item(questionnaire, axes, report, at) for at in range(len(axes.variables))],
        "roles": len(axes.roles),
        "complete": together.complete or None,
        "alpha": {
            **{name: _number(getattr(alpha, name)) for name in ("value", "low", "high")},
            "reason": alpha.reason,
        },
        "correlation": {
            "items": names,
            "matrix": [[_number(value) for value in row] for row in together.correlation],
        },
    }


def _item(questionnaire: Questionnaire, axes: Axes, report: StandardReport, at: int) -> Tree:
    variable = axes.variables[at]
    seen, scored = bool(report.seen.items[at]), variable.scored
    label = questionnaire.unanswered(questionnaire.item_by_id[variable.item].label)
    return {
        "variable": variable.name,
        "number": questionnaire.numbers.get(variable.item, 0),
        "label": dict(label.root),
        "part": None if variable.label == label else dict(variable.label.root),
        "shown": seen,
        "levels": _levels(variable, report.counts[at], report.shares[at]) if seen else None,
        "mean": _number(report.moments.mean[at]) if scored else None,
        "sd": _number(report.moments.sd[at]) if scored else None,
        "scored": int(report.moments.n[at]) if scored and seen else None,
        "units_differ": _test(report.units_differ, at, seen),
        "roles_differ": _test(report.roles_differ, at, seen),
        "units": {
            unit.code: _in_unit(variable, report, at, place)
            for place, unit in enumerate(axes.units)
            if report.seen.units[at, place]
        },
    }


def _in_unit(variable: Variable, report: StandardReport, at: int, unit: int) -> Tree:
    found = {
        "levels": _levels(variable, report.unit_counts[at, unit], report.unit_shares[at, unit]),
        "mean": _number(report.unit_moments.mean[at, unit]) if variable.scored else None,
        "sd": _number(report.unit_moments.sd[at, unit]) if variable.scored else None,
    }
    if at in report.negative.positions:
        row = report.negative.positions.index(at)
        found["negative"] = {
            name: _number(getattr(report.negative, name)[row, unit])
            for name in ("share", "low", "high")
        }
    return found


def _levels(variable: Variable, counts: np.ndarray[Any, Any], shares: np.ndarray[Any, Any]) -> Tree:
    return {
        category.value: {
            "count": int(counts[category.code]),
            "share": _number(shares[category.code]),
        }
        for category in variable.categories
    }


def _test(tests: ChiSquares, at: int, seen: bool) -> Tree:
    statistic = _number(tests.statistic[at])
    if statistic is None:
        reason = Reason.TOO_FEW if seen else Reason.SMALL_BASE
        return {"statistic": None, "df": None, "p": None, "cramer_v": None, "reason": reason}
    return {
        "statistic": statistic,
        "df": int(tests.df[at]),
        "p": _number(tests.p[at]),
        "cramer_v": _number(tests.cramer_v[at]),
        "reason": None,
    }


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None
