"""What every statistic answers with, and the reasons why a figure does not exist.

A figure that does not exist is nan and carries a ``reason``: a key of ``analysis.words.WORDS``.
It is never a number that only looks like one, and it is never a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import nan

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Reason(StrEnum):
    """Why a figure does not exist; the value is a key of ``analysis.words.WORDS``."""

    NO_ANSWERS = "reason_no_answers"
    TOO_FEW = "reason_too_few"
    SMALL_BASE = "reason_small_base"
    ONE_GROUP = "reason_one_group"
    ONE_CATEGORY = "reason_one_category"
    NO_SPREAD = "reason_no_spread"
    NO_CHANGE = "reason_no_change"
    EMPTY_CELL = "reason_empty_cell"
    ALL_OR_NONE = "reason_all_or_none"
    NOT_FINITE = "reason_not_finite"
    AT_LIMIT = "reason_at_limit"
    TOO_LARGE = "reason_too_large"
    NOT_FOUND = "reason_not_found"
    OUT_OF_REACH = "reason_out_of_reach"
    SINGULAR = "reason_singular"
    NOT_CONVERGED = "reason_not_converged"
    ONE_CLUSTER = "reason_one_cluster"
    TOO_MANY_FACTORS = "reason_too_many_factors"
    NOT_COVERED = "reason_not_covered"
    NEGATIVE_WEIGHTS = "reason_negative_weights"


@dataclass(frozen=True)
class Estimate:
    """One figure with its standard error and interval; nan for what does not exist."""

    value: float
    low: float = nan
    high: float = nan
    se: float = nan
    confidence: float = 0.95
    reason: Reason | None = None


@dataclass(frozen=True)
class Result:
    """The outcome of one test.

    ``method`` names the procedure that was used (for example exact or normal), ``df`` holds no,
    one or two degrees of freedom, ``n`` the answers it rests on, ``estimate`` what is estimated
    (a difference, a correlation, ...) and ``effects`` the effect sizes by name.
    """

    method: str
    n: int
    statistic: float = nan
    df: tuple[float, ...] = ()
    p: float = nan
    estimate: Estimate | None = None
    effects: tuple[tuple[str, Estimate], ...] = ()
    reason: Reason | None = None

    def effect(self, name: str) -> Estimate:
        """Return the effect size of that name; KeyError when the test has none such."""
        return dict(self.effects)[name]


def missing(reason: Reason, confidence: float = 0.95) -> Estimate:
    """Return an estimate that does not exist, for that reason."""
    return Estimate(nan, confidence=confidence, reason=reason)


def divided(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> Floats:
    """Return numerator / denominator, elementwise; nan where the denominator is not positive."""
    above, below = np.asarray(numerator, float), np.asarray(denominator, float)
    out: Floats = np.full(np.broadcast_shapes(above.shape, below.shape), nan)
    np.divide(above, below, out=out, where=below > 0)
    return out
