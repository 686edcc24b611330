"""Change between waves: independent samples by default, linked people, and a series of waves.

Anonymous waves cannot be linked, so two waves are two independent samples: ``share_change`` and
``mean_change``. Where the same people can be followed, the joint counts of their answers before
(rows) and after (columns) say more: ``mcnemar``, ``stuart_maxwell``, ``bhapkar``. Three waves or
more: ``cochran_q`` when linked, ``mann_kendall`` for one figure of each wave.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr, ndtri
from scipy.stats import binomtest

from analysis.statistics.correlation import Joint, concordance
from analysis.statistics.means import Scored, two_sample
from analysis.statistics.proportions import compare_shares
from analysis.statistics.results import Estimate, Floats, Integers, Reason, Result


def share_change(
    before: tuple[int, int], after: tuple[int, int], confidence: float = 0.95
) -> Result:
    """Return the z-test of after - before, each (hits, base): ``proportions.compare_shares``."""
    return compare_shares(after, before, confidence=confidence)


def mean_change(
    before: Integers,
    after: Integers,
    scores: npt.ArrayLike,
    scored: npt.NDArray[np.bool_] | None = None,
    confidence: float = 0.95,
) -> Result:
    """Return Welch's t-test of the mean after - before, from counts (C,) of each wave."""
    waves = Scored.from_counts(np.stack([after, before]), scores, scored)
    return two_sample(waves, confidence=confidence)


def mcnemar(
    cells: Integers, correct: bool = True, exact: bool = False, confidence: float = 0.95
) -> Result:
    """Return McNemar's test of linked yes and no, counts (2, 2); R ``mcnemar.test``.

    (|b - c| - 1)² / (b + c), or without the correction (b - c)² / (b + c); ``exact`` is the
    binomial test of b among b + c. The estimate is the share of the first answer after less before,
    (c - b) / n, with Wald's interval.
    """
    table = _square(cells)
    if len(table) != 2:
        raise ValueError("a 2 x 2 table of counts is needed")
    n, b, c = int(table.sum()), int(table[0, 1]), int(table[1, 0])
    method = "mcnemar_exact" if exact else "mcnemar_corrected" if correct else "mcnemar"
    if n == 0:
        return Result(method, 0, reason=Reason.NO_ANSWERS)
    change = (c - b) / n
    se = sqrt((b + c) / n - change * change) / sqrt(n)
    half = float(ndtri(0.5 + confidence / 2)) * se
    estimate = Estimate(change, change - half, change + half, se, confidence)
    if b + c == 0:
        return Result(method, n, estimate=estimate, reason=Reason.NO_CHANGE)
    if exact:
        p = float(binomtest(b, b + c).pvalue)
        return Result(method, n, float(b), p=p, estimate=estimate)
    away = abs(b - c) - (1 if correct and b != c else 0)
    statistic = away**2 / (b + c)
    return Result(method, n, statistic, (1,), float(chdtrc(1, statistic)), estimate)


def bowker(cells: Integers) -> Result:
    """Return Bowker's test that changes i to j and j to i are equally many, counts (K, K).

    sum (n_ij - n_ji)² / (n_ij + n_ji) over the pairs between which anybody changed; R
    ``mcnemar.test`` of K > 2, which has no figure where a pair is empty.
    """
    table = _square(cells)
    n = int(table.sum())
    upper = np.triu_indices(len(table), 1)
    there, back = table[upper], table.T[upper]
    moved = there + back > 0
    if not moved.any():
        return Result("bowker", n, reason=Reason.NO_CHANGE if n else Reason.NO_ANSWERS)
    there, back = there[moved], back[moved]
    statistic, df = float(((there - back) ** 2 / (there + back)).sum()), int(moved.sum())
    return Result("bowker", n, statistic, (df,), float(chdtrc(df, statistic)))


def stuart_maxwell(cells: Integers) -> Result:
    """Return the Stuart-Maxwell test that the distribution is the same before and after, (K, K).

    d' V⁻¹ d with d = row totals - column totals and V_ii = n_i. + n_.i - 2 n_ii, V_ij = -(n_ij +
    n_ji). Stuart (1955), Biometrika 42:412; Maxwell (1970), Brit J Psychiatry 116:651. Equals R
    ``irr::stuart.maxwell.mh``. Categories between which nobody changes tell nothing: the degrees
    of freedom are the rank of V.
    """
    table = _square(cells)
    n = int(table.sum())
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    covariance = np.diag(rows + columns) - table - table.T
    df = int(np.linalg.matrix_rank(covariance.astype(float), hermitian=True))
    if df == 0:
        return Result("stuart_maxwell", n, reason=Reason.NO_CHANGE if n else Reason.NO_ANSWERS)
    away = (rows - columns).astype(float)
    statistic = float(away @ np.linalg.pinv(covariance.astype(float), hermitian=True) @ away)
    return Result("stuart_maxwell", n, statistic, (df,), float(chdtrc(df, statistic)))


def bhapkar(cells: Integers) -> Result:
    """Return Bhapkar's test (1966), JASA 61:228: Stuart and Maxwell's W as W / (1 - W / n).

    More powerful, as it does not estimate the variance under no change; R ``irr::bhapkar``.
    """
    test = stuart_maxwell(cells)
    if test.reason:
        return Result("bhapkar", test.n, reason=test.reason)
    rest = 1 - test.statistic / test.n
    if rest <= 1e-12:
        return Result("bhapkar", test.n, inf, test.df, 0.0, reason=Reason.AT_LIMIT)
    statistic = test.statistic / rest
    return Result("bhapkar", test.n, statistic, test.df, float(chdtrc(test.df[0], statistic)))


def cochran_q(rows: npt.ArrayLike) -> Result:
    """Return Cochran's Q of k linked yes (1) and no (0) of the same n people, (n, k).

    (k - 1) (k sum C² - T²) / (k T - sum R²). Cochran (1950), Biometrika 37:256. Two waves give
    McNemar's test without correction. People with a nan are left out.
    """
    values = np.atleast_2d(np.asarray(rows, float))
    values = values[~np.isnan(values).any(axis=1)]
    n, k = values.shape
    if n == 0 or k < 2:
        return Result("cochran_q", n, reason=Reason.ONE_GROUP if n else Reason.NO_ANSWERS)
    people, waves, total = values.sum(axis=1), values.sum(axis=0), float(values.sum())
    below = k * total - float((people**2).sum())
    if below == 0:
        return Result("cochran_q", n, reason=Reason.NO_CHANGE)
    statistic = (k - 1) * (k * float((waves**2).sum()) - total**2) / below
    return Result("cochran_q", n, statistic, (k - 1,), float(chdtrc(k - 1, statistic)))


def mann_kendall(
    values: npt.ArrayLike, times: npt.ArrayLike | None = None, confidence: float = 0.95
) -> Result:
    """Return the Mann-Kendall test that a figure (N,) rises or falls over the waves.

    ``statistic`` is z = (S -+ 1) / sqrt(var S) with the variance for ties, as R
    ``trend::mk.test``; ``estimate`` is Sen's slope per unit of ``times`` (N,), 1..N unless given,
    with R ``trend::sens.slope``'s interval. Effects: ``s`` and ``tau`` (tau-b). Mann (1945),
    Econometrica 13:245; Sen (1968), JASA 63:1379. Waves with a nan are left out.
    """
    column = np.asarray(values, float)
    when = np.arange(1.0, column.size + 1) if times is None else np.asarray(times, float)
    known = ~(np.isnan(column) | np.isnan(when))
    column, when = column[known], when[known]
    n = int(column.size)
    if n < 3:
        return Result("mann_kendall", n, reason=Reason.TOO_FEW if n else Reason.NO_ANSWERS)
    if np.unique(column).size < 2:
        return Result("mann_kendall", n, reason=Reason.NO_SPREAD)
    if np.unique(when).size < n:
        raise ValueError("every wave has its own time")
    s, _ = concordance(Joint.from_columns(when, column))
    ties = np.unique(column, return_counts=True)[1]
    tied = int((ties * (ties - 1) * (2 * ties + 5)).sum())
    variance = (n * (n - 1) * (2 * n + 5) - tied) / 18
    z = float(np.sign(s)) * (abs(s) - 1) / sqrt(variance) if s else 0.0
    pairs = n * (n - 1) // 2
    tau = s / sqrt(pairs * (pairs - int((ties * (ties - 1) // 2).sum())))
    slope = _sen(column, when, variance, confidence)
    effects = (("s", Estimate(float(s), se=sqrt(variance))), ("tau", Estimate(tau)))
    return Result("mann_kendall", n, z, (), float(2 * ndtr(-abs(z))), slope, effects)


def _sen(column: Floats, when: Floats, variance: float, confidence: float) -> Estimate:
    """The median of all slopes; the bounds are slopes so many places from it."""
    first, second = np.triu_indices(column.size, 1)
    slopes = np.sort((column[second] - column[first]) / (when[second] - when[first]))
    reach = float(ndtri(0.5 + confidence / 2)) * sqrt(variance)
    low, high = round((slopes.size - reach) / 2), round((slopes.size + reach) / 2 + 1)
    middle = float(np.median(slopes))
    if low < 1 or high > slopes.size:
        return Estimate(middle, confidence=confidence, reason=Reason.TOO_FEW)
    return Estimate(middle, float(slopes[low - 1]), float(slopes[high - 1]), confidence=confidence)


def _square(cells: Integers) -> Integers:
    table: Integers = np.asarray(cells)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or (table < 0).any():
        raise ValueError("the same categories before and after, as counts, are needed")
    return table
