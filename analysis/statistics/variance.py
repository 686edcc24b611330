"""Analysis of variance of one factor, and tests that the groups vary alike, from counts.

Groups without answers are left out, as R drops empty levels.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy.special import chdtrc, fdtrc, xlogy

from analysis.statistics.means import Moments, Scored
from analysis.statistics.noncentral import f_noncentrality
from analysis.statistics.results import Estimate, Floats, Integers, Reason, Result

EPSILON = float(np.finfo(float).eps)


def anova(data: Scored, confidence: float = 0.95) -> Result:
    """Return the one-way analysis of variance of the groups; R ``aov`` and ``summary``.

    Effects: ``eta2`` = SSB / SST with the interval ncp / (ncp + n) from the noncentral F (Steiger
    2004, Psychological Methods 9:164), ``omega2`` = (SSB - dfB MSW) / (SST + MSW), ``epsilon2`` =
    (SSB - dfB MSW) / SST (both below 0 where the groups differ less than chance would have them),
    and ``cohen_f`` = sqrt(eta2 / (1 - eta2)).
    """
    groups = data.filled()
    found = groups.moments
    n, k = int(found.n.sum()), len(groups.cells)
    if reason := _trouble(found):
        return Result("anova", n, reason=reason)
    between, within = _squares(found)
    df1, df2 = float(k - 1), float(n - k)
    if within == 0:
        return Result("anova", n, df=(df1, df2), reason=Reason.NO_SPREAD)
    f = (between / df1) / (within / df2)
    effects = _explained(between, within, f, df1, df2, confidence)
    return Result("anova", n, f, (df1, df2), float(fdtrc(df1, df2, f)), None, effects)


def welch_anova(data: Scored) -> Result:
    """Return Welch's test of equal means without equal variances; R ``oneway.test``.

    Welch (1951), Biometrika 38:330. Every group needs two answers and some spread.
    """
    found = data.filled().moments
    n, k = int(found.n.sum()), found.n.size
    if reason := _trouble(found) or _each_varies(found):
        return Result("welch_anova", n, reason=reason)
    weight = found.n / found.sd**2
    total = float(weight.sum())
    mean = float((weight * found.mean).sum()) / total
    lack = float(((1 - weight / total) ** 2 / (found.n - 1)).sum()) / (k * k - 1)
    f = float((weight * (found.mean - mean) ** 2).sum()) / ((k - 1) * (1 + 2 * (k - 2) * lack))
    df = (float(k - 1), 1 / (3 * lack))
    return Result("welch_anova", n, f, df, float(fdtrc(*df, f)))


def levene(data: Scored, center: str = "median") -> Result:
    """Return the test of equal variances: analysis of variance of |score - centre of its group|.

    ``center`` is ``median`` (Brown and Forsythe 1974, JASA 69:364; the default, as in R
    ``car::leveneTest``) or ``mean`` (Levene 1960). KeyError for another.
    """
    groups = data.filled()
    centre = {"median": _medians, "mean": _means}[center](groups)
    method = "brown_forsythe" if center == "median" else "levene"
    found = _deviations(groups, centre)
    n, k = int(found.n.sum()), found.n.size
    if reason := _trouble(found):
        return Result(method, n, reason=reason)
    between, within = _squares(found)
    df1, df2 = float(k - 1), float(n - k)
    # Two answers lie equally far from their centre; what rounding leaves is not spread.
    if within <= n * (64 * EPSILON * float(np.abs(groups.scores).max())) ** 2:
        return Result(method, n, df=(df1, df2), reason=Reason.NO_SPREAD)
    f = (between / df1) / (within / df2)
    return Result(method, n, f, (df1, df2), float(fdtrc(df1, df2, f)))


def bartlett(data: Scored) -> Result:
    """Return Bartlett's test of equal variances; R ``bartlett.test``. It presumes normality."""
    found = data.filled().moments
    n, k = int(found.n.sum()), found.n.size
    if reason := _trouble(found) or _each_varies(found):
        return Result("bartlett", n, reason=reason)
    free, variance = found.n - 1, found.sd**2
    pooled = float((free * variance).sum()) / (n - k)
    raw = float(xlogy(n - k, pooled) - xlogy(free, variance).sum())
    statistic = max(0.0, raw) / (1 + (float((1 / free).sum()) - 1 / (n - k)) / (3 * (k - 1)))
    return Result("bartlett", n, statistic, (k - 1.0,), float(chdtrc(k - 1, statistic)))


def _squares(found: Moments) -> tuple[float, float]:
    """The sums of squares between and within groups."""
    mean = float((found.n * found.mean).sum()) / float(found.n.sum())
    between = float((found.n * (found.mean - mean) ** 2).sum())
    spread = np.where(found.n > 1, found.sd, 0.0)
    return between, float(((found.n - 1) * spread**2).sum())


def _explained(
    between: float, within: float, f: float, df1: float, df2: float, confidence: float
) -> tuple[tuple[str, Estimate], ...]:
    total, error, n = between + within, within / df2, df1 + df2 + 1
    low, high = f_noncentrality(f, df1, df2, confidence)
    eta2 = Estimate(between / total, low / (low + n), high / (high + n), confidence=confidence)
    cohen_f = Estimate(sqrt(between / within), sqrt(low / n), sqrt(high / n), confidence=confidence)
    return (
        ("eta2", eta2),
        ("omega2", Estimate((between - df1 * error) / (total + error))),
        ("epsilon2", Estimate((between - df1 * error) / total)),
        ("cohen_f", cohen_f),
    )


def _trouble(found: Moments) -> Reason | None:
    n, k = int(found.n.sum()), found.n.size
    if n == 0:
        return Reason.NO_ANSWERS
    if k < 2:
        return Reason.ONE_GROUP
    return Reason.TOO_FEW if n <= k else None


def _each_varies(found: Moments) -> Reason | None:
    if int(found.n.min()) < 2:
        return Reason.TOO_FEW
    return Reason.NO_SPREAD if float(found.sd.min()) == 0 else None


def _deviations(groups: Scored, centre: Floats) -> Moments:
    """The moments of |score - centre| in each group: (G, C) values, so moments of another shape."""
    away = np.abs(groups.scores - centre[:, np.newaxis])
    n = groups.cells.sum(axis=1)
    mean = (groups.cells * away).sum(axis=1) / n
    squares = (groups.cells * (away - mean[:, np.newaxis]) ** 2).sum(axis=1)
    return Moments(n, mean, np.sqrt(squares / np.maximum(n - 1, 1)))


def _means(groups: Scored) -> Floats:
    return groups.moments.mean


def _medians(groups: Scored) -> Floats:
    """The median of each group: the mean of the two middle answers."""
    reached: Integers = np.cumsum(groups.cells, axis=1)
    n = reached[:, -1:]
    lower = (reached <= (n - 1) // 2).sum(axis=1)
    upper = (reached <= n // 2).sum(axis=1)
    return np.asarray((groups.scores[lower] + groups.scores[upper]) / 2)
