"""How much better one answer can be told when the other is known: directed association.

Each measure is 0 where knowing the row does not help to tell the column, and 1 where it settles it.
Tables are counts (R, C); turn the table round for the other direction.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy.special import ndtri, xlogy

from analysis.statistics.results import Estimate, Floats, Integers, Reason, missing
from analysis.statistics.tables import without_empty


def guessing(cells: Integers, confidence: float = 0.95) -> Estimate:
    """Return Goodman and Kruskal's lambda: fewer wrong guesses of the column, as a share.

    (sum of row maxima - largest column total) / (n - largest column total), with its asymptotic
    standard error: Goodman and Kruskal (1963), JASA 58:310. SPSS CROSSTABS; R
    ``DescTools::Lambda``. Exists only where the answers in the columns vary.
    """
    table = without_empty(cells)
    if reason := _trouble(table):
        return missing(reason, confidence)
    n, largest = int(table.sum()), int(table.sum(axis=0).max())
    best = table.max(axis=1)
    right, wrong = int(best.sum()), n - largest
    value = (right - largest) / wrong
    modal = table[:, int(table.sum(axis=0).argmax())]
    also_modal = int(best[best == modal].sum())
    variance = (n - right) * (right + largest - 2 * also_modal) / wrong**3
    return _normal(value, variance, confidence)


def variation(cells: Integers) -> Estimate:
    """Return Goodman and Kruskal's tau: the share of the Gini variation that the row explains.

    (sum n_ij² / n_i. - sum n_.j² / n) / (n - sum n_.j² / n); for two columns it is phi squared.
    Goodman and Kruskal (1954), JASA 49:732.
    """
    table = without_empty(cells)
    if reason := _trouble(table):
        return missing(reason)
    n = float(table.sum())
    within = float((table**2 / table.sum(axis=1, keepdims=True)).sum())
    chance = float((table.sum(axis=0) ** 2).sum()) / n
    return Estimate((within - chance) / (n - chance))


def uncertainty(cells: Integers) -> Estimate:
    """Return Theil's U: the share of the entropy of the column that knowing the row takes away."""
    table = without_empty(cells)
    if reason := _trouble(table):
        return missing(reason)
    shares = table / table.sum()
    column = _entropy(shares.sum(axis=0))
    mutual = column + _entropy(shares.sum(axis=1)) - _entropy(shares)
    return Estimate(max(0.0, mutual) / column)


def _entropy(shares: Floats) -> float:
    return -float(xlogy(shares, shares).sum())


def _normal(value: float, variance: float, confidence: float) -> Estimate:
    se = sqrt(max(0.0, variance))
    half = float(ndtri(0.5 + confidence / 2)) * se
    return Estimate(value, max(0.0, value - half), min(1.0, value + half), se, confidence)


def _trouble(table: Integers) -> Reason | None:
    """Say why nothing can be told; one row tells nothing, but that is a figure: 0."""
    if not table.size:
        return Reason.NO_ANSWERS
    return Reason.ONE_CATEGORY if np.shape(table)[1] < 2 else None
