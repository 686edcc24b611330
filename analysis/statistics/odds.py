"""Two-by-two tables: odds ratios, Fisher's exact test, and strata put together."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, log, nan, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, ndtri

from analysis.statistics.results import Estimate, Floats, Integers, Reason, Result, missing

#: Tables as probable as the one seen, to this relative precision, count as equally extreme: R's.
TIE = 1 + 1e-7
#: Possible tables above which Fisher's test would take seconds and say what chi-square says.
LARGEST = 1_000_000


def odds_ratio(cells: Integers, confidence: float = 0.95) -> Estimate:
    """Return ad / bc of a table [[a, b], [c, d]] with Woolf's (1955) interval.

    ``se`` is that of the logarithm, sqrt(1/a + 1/b + 1/c + 1/d). 0 or infinite, with the reason,
    where a cell is empty; nan where a row or column is.
    """
    (a, b), (c, d) = _two_by_two(cells)
    if min(a + b, c + d, a + c, b + d) == 0:
        return missing(Reason.ONE_CATEGORY, confidence)
    if min(a, b, c, d) == 0:
        value = inf if b * c == 0 else 0.0
        return Estimate(value, confidence=confidence, reason=Reason.EMPTY_CELL)
    return _log_estimate(a * d / (b * c), sqrt(1 / a + 1 / b + 1 / c + 1 / d), confidence)


def risk_ratio(cells: Integers, confidence: float = 0.95) -> Estimate:
    """Return (a / (a + b)) / (c / (c + d)) with the interval of Katz et al. (1978).

    ``se`` is that of the logarithm, sqrt(1/a - 1/(a + b) + 1/c - 1/(c + d)).
    """
    (a, b), (c, d) = _two_by_two(cells)
    if a + b == 0 or c + d == 0:
        return missing(Reason.NO_ANSWERS, confidence)
    if min(a, c) == 0:
        value = nan if a == c else inf if c == 0 else 0.0
        return Estimate(value, confidence=confidence, reason=Reason.EMPTY_CELL)
    se = sqrt(max(0.0, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)))
    return _log_estimate((a / (a + b)) / (c / (c + d)), se, confidence)


def fisher(cells: Integers, confidence: float = 0.95) -> Result:
    """Return Fisher's exact test of a 2 x 2 table; two-sided.

    p sums the tables no more probable than the one seen. The estimate is the conditional maximum
    likelihood odds ratio with its exact interval, as R ``fisher.test`` defines them (R's own root
    finder stops at 1e-4; these are exact). A bound may be 0 or infinite: that is its value.
    """
    (a, b), (c, d) = _two_by_two(cells)
    n = a + b + c + d
    if n == 0 or min(a + b, c + d, a + c, b + d) > LARGEST:
        return Result("fisher_exact", n, reason=Reason.TOO_LARGE if n else Reason.NO_ANSWERS)
    support = _Support(a, a + c, b + d, a + b)
    null = support.density(0.0)
    p = min(1.0, float(null[null <= null[a - support.low] * TIE].sum()))
    if support.low == support.high:
        only = missing(Reason.ONE_CATEGORY, confidence)
        return Result("fisher_exact", n, p=1.0, estimate=only)
    tail = (1 - confidence) / 2
    estimate = Estimate(
        exp(support.solve(support.mean, a)),
        exp(support.solve(support.upper_tail, tail)),
        exp(support.solve(lambda t: -support.lower_tail(t), -tail)),
        confidence=confidence,
    )
    return Result("fisher_exact", n, p=p, estimate=estimate)


class _Support:
    """The noncentral hypergeometric of the first cell, given the margins of its table."""

    def __init__(self, seen: int, white: int, black: int, drawn: int) -> None:
        self.low, self.high = max(0, drawn - black), min(drawn, white)
        self.seen = seen
        self.values: Floats = np.arange(self.low, self.high + 1, dtype=float)
        k = self.values[:-1]
        step = (white - k) * (drawn - k) / ((k + 1) * (black - drawn + k + 1))
        rising = int((step > 1).sum())
        # Summed outwards from the mode, so that the large terms are the exact ones.
        below = -np.cumsum(np.log(step[:rising])[::-1])[::-1]
        self._log = np.concatenate([below, [0.0], np.cumsum(np.log(step[rising:]))])

    def density(self, log_odds: float) -> Floats:
        weights = self._log + log_odds * self.values
        scaled: Floats = np.exp(weights - weights.max())
        return np.asarray(scaled / scaled.sum())

    def mean(self, log_odds: float) -> float:
        return float((self.values * self.density(log_odds)).sum())

    def upper_tail(self, log_odds: float) -> float:
        return float(self.density(log_odds)[self.seen - self.low :].sum())

    def lower_tail(self, log_odds: float) -> float:
        return float(self.density(log_odds)[: self.seen - self.low + 1].sum())

    def solve(self, rising: Callable[[float], float], target: float) -> float:
        """Return the log odds at which a rising function reaches the target; -inf or inf if none.

        At log odds of 2000 a table of any practical size lies at the end of its support.
        """
        if rising(-2000.0) >= target:
            return -inf
        if rising(2000.0) <= target:
            return inf
        return float(brentq(lambda t: rising(t) - target, -2000, 2000, xtol=1e-14, rtol=1e-14))


def mantel_haenszel(strata: Integers, correct: bool = True, confidence: float = 0.95) -> Result:
    """Return the Mantel-Haenszel test of K strata (K, 2, 2): no association in any of them.

    The estimate is the common odds ratio, its interval by Robins, Breslow and Greenland (1986),
    Biometrics 42:311; ``se`` is that of its logarithm. Equals R ``mantelhaen.test``, whose default
    makes the correction for continuity.
    """
    tables = np.asarray(strata, float)
    if tables.ndim != 3 or tables.shape[1:] != (2, 2):
        raise ValueError("strata are 2 x 2 tables")
    n = tables.sum(axis=(1, 2))
    tables, n = tables[n > 1], n[n > 1]  # One answer tells nothing about an association.
    people = int(n.sum())
    if not people:
        return Result("mantel_haenszel", 0, reason=Reason.NO_ANSWERS)
    row, column = tables[:, 0].sum(axis=1), tables[:, :, 0].sum(axis=1)
    variance = float((row * (n - row) * column * (n - column) / (n**2 * (n - 1))).sum())
    if variance == 0:
        return Result("mantel_haenszel", people, reason=Reason.ONE_CATEGORY)
    away = abs(float((tables[:, 0, 0] - row * column / n).sum()))
    yates = 0.5 if correct and away >= 0.5 else 0.0
    statistic = (away - yates) ** 2 / variance
    estimate = _common_odds(tables, n, confidence)
    p = float(chdtrc(1, statistic))
    return Result("mantel_haenszel", people, statistic, (1,), p, estimate)


def _common_odds(tables: Floats, n: Floats, confidence: float) -> Estimate:
    along, across = tables[:, 0, 0] * tables[:, 1, 1] / n, tables[:, 0, 1] * tables[:, 1, 0] / n
    r, s = float(along.sum()), float(across.sum())
    if r == 0 or s == 0:
        value = nan if r == s else inf if s == 0 else 0.0
        return Estimate(value, confidence=confidence, reason=Reason.EMPTY_CELL)
    p = (tables[:, 0, 0] + tables[:, 1, 1]) / n
    q = 1 - p
    variance = (
        float((p * along).sum()) / (2 * r * r)
        + float((p * across + q * along).sum()) / (2 * r * s)
        + float((q * across).sum()) / (2 * s * s)
    )
    return _log_estimate(r / s, sqrt(variance), confidence)


def cochran_mantel_haenszel(strata: Integers) -> Result:
    """Return the generalised test of K strata (K, R, C): no association in any of them.

    The cells' distances from their expected counts, summed over strata, against their covariance;
    (R - 1) (C - 1) degrees of freedom, fewer where rows or columns are empty throughout. Agresti
    (2002), Categorical Data Analysis, 7.5.3. Equals R ``mantelhaen.test`` of tables larger than
    2 x 2, which makes no correction for continuity.
    """
    tables = np.asarray(strata, float)
    if tables.ndim != 3 or (tables < 0).any():
        raise ValueError("strata are tables of counts")
    n = tables.sum(axis=(1, 2))
    tables, n = tables[n > 1], n[n > 1]
    cells = tables[0, :-1, :-1].size if len(tables) else 0
    away, covariance = np.zeros(cells), np.zeros((cells, cells))
    for table, people in zip(tables, n, strict=True):
        row, column = table.sum(axis=1)[:-1], table.sum(axis=0)[:-1]
        away += (table[:-1, :-1] - np.outer(row, column) / people).ravel()
        by_row = np.diag(people * row) - np.outer(row, row)
        by_column = np.diag(people * column) - np.outer(column, column)
        covariance += np.kron(by_row, by_column) / (people**2 * (people - 1))
    df = int(np.linalg.matrix_rank(covariance, hermitian=True)) if cells else 0
    people = int(n.sum())
    if df == 0:
        reason = Reason.ONE_CATEGORY if people else Reason.NO_ANSWERS
        return Result("cochran_mantel_haenszel", people, reason=reason)
    statistic = max(0.0, float(away @ np.linalg.pinv(covariance, hermitian=True) @ away))
    p = float(chdtrc(df, statistic))
    return Result("cochran_mantel_haenszel", people, statistic, (df,), p)


def breslow_day(strata: Integers) -> Result:
    """Return the test that K strata (K, 2, 2) share one odds ratio, with Tarone's correction.

    Breslow and Day (1980), Statistical Methods in Cancer Research 1; Tarone (1985), Biometrika
    72:91. Strata with an empty row or column tell nothing and are left out.
    """
    tables = np.asarray(strata, float)
    margins = np.minimum(tables.sum(axis=1).min(axis=1), tables.sum(axis=2).min(axis=1))
    tables = tables[margins > 0]
    n = tables.sum(axis=(1, 2))
    people, df = int(n.sum()), len(tables) - 1
    if df < 1:
        return Result("breslow_day", people, reason=Reason.ONE_GROUP)
    common = _common_odds(tables, n, 0.95)
    if common.reason:
        return Result("breslow_day", people, estimate=common, reason=common.reason)
    expected = _fitted(tables, n, common.value)
    row, column = tables[:, 0].sum(axis=1), tables[:, :, 0].sum(axis=1)
    variance = 1 / (
        1 / expected
        + 1 / (row - expected)
        + 1 / (column - expected)
        + 1 / (n - row - column + expected)
    )
    gap = tables[:, 0, 0] - expected
    statistic = float((gap**2 / variance).sum() - gap.sum() ** 2 / variance.sum())
    return Result("breslow_day", people, statistic, (df,), float(chdtrc(df, statistic)), common)


def _fitted(tables: Floats, n: Floats, odds: float) -> Floats:
    """The first cell of every table with these margins and this odds ratio: a quadratic's root."""
    row, column = tables[:, 0].sum(axis=1), tables[:, :, 0].sum(axis=1)
    if abs(odds - 1) < 1e-12:
        return np.asarray(row * column / n)
    b = n - row - column + odds * (row + column)
    # 2c / (b + sqrt(...)) has no cancellation, where (b - sqrt(...)) / 2a would.
    root = np.sqrt(b * b - 4 * (odds - 1) * odds * row * column)
    return np.asarray(2 * odds * row * column / (b + root))


def _log_estimate(value: float, se: float, confidence: float) -> Estimate:
    half = float(ndtri(0.5 + confidence / 2)) * se
    return Estimate(value, exp(log(value) - half), exp(log(value) + half), se, confidence)


def _two_by_two(cells: Integers) -> tuple[tuple[int, int], tuple[int, int]]:
    table = np.asarray(cells)
    if table.shape != (2, 2) or (table < 0).any():
        raise ValueError("a 2 x 2 table of counts is needed")
    (a, b), (c, d) = table.tolist()
    return (int(a), int(b)), (int(c), int(d))
