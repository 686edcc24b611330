"""How bad a small unit must be before its answers can show it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv
from scipy.stats import binom

from analysis.statistics.results import Floats


def smallest_detectable(
    valid: npt.ArrayLike, cut: float, power: float = 0.8, alpha: float = 0.05
) -> Floats:
    """Return the true share that ``valid`` answers tell from the cut with that power.

    The exact one-sided binomial test of p <= cut needs k = min {k: P(X >= k | n, cut) <= alpha}
    negative answers; the share is where P(X >= k) reaches the power: a quantile of Beta(k, n - k +
    1). nan where not even all answers together would be enough.
    """
    n = np.asarray(valid, float)
    # The smallest k whose upper tail is within alpha is one above the quantile of 1 - alpha.
    needed = np.where(n > 0, binom.ppf(1 - alpha, np.maximum(n, 1), cut) + 1, 1.0)
    possible = (needed <= n) & (n > 0)
    found = betaincinv(np.where(possible, needed, 1), np.where(possible, n - needed + 1, 1), power)
    return np.asarray(np.where(possible, found, np.nan))
