"""The figures of one closed variable over all units, shown or withheld."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis import negative_list as negatives
from analysis.counts import Integers, score_table, scored_codes
from analysis.figures import Level
from analysis.statistics.means import moments
from analysis.statistics.proportions import share, wilson
from questionnaires import Variable


def distribution(variable: Variable, counted: Integers) -> dict[str, Any]:
    """Return the figures of a variable from (C,) its counts over all units."""
    width = len(counted)
    valid = int(counted[negatives.valid_codes(variable, width)].sum())
    negative = int(counted[negatives.negative_codes(variable, width)].sum())
    low, high = wilson(negative, valid)
    found = moments(counted, score_table(variable, width), scored_codes(variable, width))
    rated, scored = variable.rated, variable.scored
    return {
        "levels": _levels(variable, counted, valid),
        "valid": valid,
        "not_substantive": int(counted[1:].sum()) - valid,
        "unanswered": int(counted[0]),
        "negative": negative,
        "negative_share": number(share(negative, valid)) if rated else None,
        "low": number(low) if rated else None,
        "high": number(high) if rated else None,
        "mean": number(found.mean) if scored else None,
        "sd": number(found.sd) if scored else None,
    }


def withheld(variable: Variable) -> dict[str, Any]:
    """Return the same figures of a variable that is not shown: all None."""
    figures = ("valid", "not_substantive", "unanswered", "negative")
    derived = ("negative_share", "low", "high", "mean", "sd")
    return {"levels": _levels(variable, None, 0), **dict.fromkeys(figures + derived)}


def _levels(
    variable: Variable, counted: npt.NDArray[np.int64] | None, valid: int
) -> tuple[Level, ...]:
    return tuple(
        Level(
            value=category.value,
            label=category.label,
            count=None if counted is None else int(counted[category.code]),
            share=None
            if counted is None or category.missing
            else number(share(counted[category.code], valid)),
            score=category.score,
            negative=category.negative,
            missing=category.missing,
        )
        for category in variable.categories
    )


def number(value: Any) -> float | None:
    """Return a figure as it is released: None where it does not exist."""
    found = float(value)
    return None if math.isnan(found) else found
