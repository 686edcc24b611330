"""Cross-tabs: tests of independence, residuals, and the strength of the association.

Tables are counts (R, C), or (..., R, C) where a function says so. Rows and columns without any
answer tell nothing: they are left out of the degrees of freedom, so a scale level that nobody
chose changes no figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, rel_entr

from analysis.statistics.noncentral import chi_square_noncentrality
from analysis.statistics.results import (
    Estimate,
    Floats,
    Integers,
    Reason,
    Result,
    divided,
    missing,
)


def crosstab(
    rows: npt.ArrayLike, columns: npt.ArrayLike, shape: tuple[int, int] | None = None
) -> Integers:
    """Count two columns of codes (N,) from 0 into a table (R, C); a negative code is missing.

    ``shape`` is just large enough unless given; ValueError when a code lies beyond it.
    """
    row, column = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
    size = shape or (int(row.max(initial=-1)) + 1, int(column.max(initial=-1)) + 1)
    known = (row >= 0) & (column >= 0)
    if (row[known] >= size[0]).any() or (column[known] >= size[1]).any():
        raise ValueError("a code lies beyond the table")
    counted = np.bincount(row[known] * size[1] + column[known], minlength=size[0] * size[1])
    return np.asarray(counted.reshape(size), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class ChiSquares:
    """Chi-square tests of a stack of tables (..., R, C): each field is (...).

    nan where a table has fewer than two rows or columns with answers. ``least_expected`` is the
    smallest expected count: below 5 the approximation is rough, and ``exact`` is the better test.
    """

    n: Integers
    statistic: Floats
    df: Integers
    p: Floats
    cramer_v: Floats
    least_expected: Floats


def chi_squares(cells: Integers) -> ChiSquares:
    """Return Pearson's chi-square test, without correction, of every table of a stack at once.

    sum (O - E)² / E with E = row total x column total / n; V = sqrt(chi2 / (n (min(R, C) - 1))).
    Equals R ``chisq.test(correct = FALSE)`` of the table without its empty rows and columns.
    """
    table: Any = np.asarray(cells)
    n = table.sum(axis=(-2, -1))
    expected = expected_counts(table)
    filled = expected > 0
    statistic = divided((table - expected) ** 2, expected)
    statistic = np.where(filled, statistic, 0).sum(axis=(-2, -1))
    rows = (table.sum(axis=-1) > 0).sum(axis=-1)
    columns = (table.sum(axis=-2) > 0).sum(axis=-1)
    smaller = np.minimum(rows, columns) - 1
    df = np.maximum(rows - 1, 0) * np.maximum(columns - 1, 0)
    statistic = np.where(df > 0, statistic, nan)
    p = chdtrc(np.maximum(df, 1), statistic)
    v = np.sqrt(divided(statistic, n * smaller))
    least = np.where(filled, expected, np.inf).min(axis=(-2, -1))
    return ChiSquares(n, statistic, df, p, v, np.where(df > 0, least, nan))


def expected_counts(cells: Integers) -> Floats:
    """Return row total x column total / n of tables (..., R, C); nan where a table is empty."""
    table = np.asarray(cells)
    rows, columns = table.sum(axis=-1, keepdims=True), table.sum(axis=-2, keepdims=True)
    n = table.sum(axis=(-2, -1), keepdims=True)
    # Whole numbers up to 2**53 multiply exactly; of larger tables the last digit may round.
    return divided(rows.astype(float) * columns, n)


def adjusted_residuals(cells: Integers) -> Floats:
    """Return the standardised residuals of tables (..., R, C): z of each cell against the rest.

    (O - E) / sqrt(E (1 - row share) (1 - column share)); nan where a row or a column is empty or
    holds everything. Haberman (1973), Biometrics 29:205. Equals R ``chisq.test()$stdres``.
    """
    table: Any = np.asarray(cells)
    n = table.sum(axis=(-2, -1), keepdims=True)
    rows, columns = table.sum(axis=-1, keepdims=True), table.sum(axis=-2, keepdims=True)
    expected = expected_counts(table)
    spread = expected * divided(n - rows, n) * divided(n - columns, n)
    return divided(table - expected, np.sqrt(spread))


def chi_square(cells: Integers, correct: bool = False, confidence: float = 0.95) -> Result:
    """Return Pearson's chi-square test of one table (R, C), with its effect sizes.

    ``correct`` asks for the continuity correction of Yates, which only 2 x 2 tables have and which
    R ``chisq.test`` makes by default. The effects are those of the uncorrected statistic: see
    ``association``.
    """
    table = without_empty(cells)
    n = int(table.sum())
    if reason := _trouble(table):
        return Result("chi_square", n, reason=reason)
    expected = expected_counts(table)
    gap = np.abs(table - expected)
    yates = correct and table.shape == (2, 2)
    if yates:
        gap -= min(0.5, float(gap.min()))
    statistic = float((gap**2 / expected).sum())
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    method = "chi_square_yates" if yates else "chi_square"
    effects = association(table, confidence)
    return Result(method, n, statistic, (df,), float(chdtrc(df, statistic)), None, effects)


def likelihood_ratio(cells: Integers, confidence: float = 0.95) -> Result:
    """Return the G-test of one table (R, C): 2 sum O log(O / E), without correction.

    Equals the likelihood ratio of R ``vcd::assocstats`` and ``loglin``.
    """
    table = without_empty(cells)
    n = int(table.sum())
    if reason := _trouble(table):
        return Result("likelihood_ratio", n, reason=reason)
    statistic = 2 * float(rel_entr(table, expected_counts(table)).sum())
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    p = float(chdtrc(df, max(0.0, statistic)))
    effects = association(table, confidence)
    return Result("likelihood_ratio", n, statistic, (df,), p, None, effects)


def association(table: Integers, confidence: float = 0.95) -> tuple[tuple[str, Estimate], ...]:
    """Return phi, contingency C, Cramer's V and V corrected for bias, of a table (R, C).

    phi = sqrt(chi2 / n); C = sqrt(chi2 / (n + chi2)); V = sqrt(chi2 / (n (min(R, C) - 1))), as R
    ``vcd::assocstats``. The corrected V is Bergsma's (2013), J Korean Stat Soc 42:323. The
    intervals of phi and V come from the noncentral chi-square: V = sqrt(noncentrality / (n m)).
    """
    filled = without_empty(table)
    names = ("phi", "contingency_c", "cramer_v", "cramer_v_corrected")
    if reason := _trouble(filled):
        return tuple((name, missing(reason, confidence)) for name in names)
    (rows, columns), n = filled.shape, int(filled.sum())
    chi2 = float(chi_squares(filled).statistic)
    df, m = (rows - 1) * (columns - 1), min(rows, columns) - 1
    low, high = chi_square_noncentrality(chi2, df, confidence)
    phi = Estimate(sqrt(chi2 / n), sqrt(low / n), sqrt(high / n), confidence=confidence)
    v = Estimate(sqrt(chi2 / (n * m)), sqrt(low / (n * m)), sqrt(high / (n * m)),
                 confidence=confidence)  # fmt: skip
    values = phi, Estimate(sqrt(chi2 / (n + chi2))), v, _bergsma(chi2, n, rows, columns)
    return tuple(zip(names, values, strict=True))


def _bergsma(chi2: float, n: int, rows: int, columns: int) -> Estimate:
    if n < 2:
        return missing(Reason.TOO_FEW)
    phi2 = max(0.0, chi2 / n - (rows - 1) * (columns - 1) / (n - 1))
    r = rows - (rows - 1) ** 2 / (n - 1)
    c = columns - (columns - 1) ** 2 / (n - 1)
    smaller = min(r, c) - 1
    return Estimate(sqrt(phi2 / smaller)) if smaller > 0 else missing(Reason.TOO_FEW)


def trend_in_shares(hits: Integers, bases: Integers, scores: npt.ArrayLike | None = None) -> Result:
    """Return the Cochran-Armitage test that shares rise or fall with ordered groups (G,).

    One degree of freedom; ``scores`` (G,) are 1..G unless given. Equals R ``prop.trend.test``;
    the estimate is the slope of the weighted regression of the share on the score.
    """
    x, n = np.asarray(hits, float), np.asarray(bases, float)
    at = np.arange(1.0, x.size + 1) if scores is None else np.asarray(scores, float)
    total = float(n.sum())
    if not total:
        return Result("trend_in_shares", 0, reason=Reason.NO_ANSWERS)
    p = float(x.sum()) / total
    centred = at - float((n * at).sum()) / total
    spread = float((n * centred**2).sum())
    if not 0 < p < 1:
        return Result("trend_in_shares", int(total), reason=Reason.ONE_CATEGORY)
    if not spread > 0:
        return Result("trend_in_shares", int(total), reason=Reason.ONE_GROUP)
    slope = float((x * centred).sum()) / spread
    statistic = slope**2 * spread / (p * (1 - p))
    estimate = Estimate(slope, se=sqrt(p * (1 - p) / spread))
    return Result(
        "trend_in_shares", int(total), statistic, (1,), float(chdtrc(1, statistic)), estimate
    )


def without_empty(cells: Integers) -> Integers:
    """Return a table (R, C) without the rows and columns in which nobody is."""
    table = np.asarray(cells)
    if table.ndim != 2 or (table < 0).any():
        raise ValueError("a table holds counts, in rows and columns")
    kept: Integers = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    return kept


def _trouble(table: Integers) -> Reason | None:
    """Say why a table without empty rows and columns cannot be tested."""
    if not table.size:
        return Reason.NO_ANSWERS
    if table.shape[0] < 2:
        return Reason.ONE_GROUP
    return Reason.ONE_CATEGORY if table.shape[1] < 2 else None
