"""Means of scored levels, and their comparison by t-tests, from counts."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, nan, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, stdtr, stdtrit

from analysis.statistics.noncentral import t_noncentrality
from analysis.statistics.results import (
    Estimate,
    Floats,
    Integers,
    Reason,
    Result,
    divided,
    missing,
)

EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Moments:
    """n, mean and standard deviation (denominator n - 1) along the leading axes of the counts."""

    n: Integers
    mean: Floats
    sd: Floats


def moments(cells: Integers, scores: npt.ArrayLike, scored: npt.NDArray[np.bool_]) -> Moments:
    """Return the moments of counts (..., C) whose codes have the given scores (C,).

    Codes that are not ``scored`` (C,) are left out. The mean of no answer and the deviation of
    fewer than two are nan. The deviation is summed about the mean, so that digits do not cancel.
    """
    kept = np.where(scored, cells, 0)
    values = np.where(scored, np.asarray(scores), 0)
    n = kept.sum(axis=-1)
    mean = divided((kept * values).sum(axis=-1), n)
    squares = (kept * (values - mean[..., np.newaxis]) ** 2).sum(axis=-1)
    # Equal answers have no spread, whatever rounding leaves of a mean of fractions.
    squares = np.where((kept > 0).sum(axis=-1) > 1, squares, 0.0)
    return Moments(n, mean, np.sqrt(divided(squares, n - 1)))


@dataclass(frozen=True, eq=False)
class Scored:
    """The answers of G groups as counts: ``cells`` (G, C) of the rising ``scores`` (C,).

    What every comparison of groups works on. Build it with ``from_counts`` or ``from_columns``.
    """

    scores: Floats
    cells: Integers

    @classmethod
    def from_counts(
        cls, cells: Integers, scores: npt.ArrayLike, scored: npt.NDArray[np.bool_] | None = None
    ) -> Scored:
        """Take counts (G, C) whose codes have these scores (C,); codes not ``scored`` are left out.

        Raises ValueError when a score that counts is not finite.
        """
        values, counts = np.asarray(scores, float), np.asarray(cells, dtype=np.int64)
        if scored is not None:
            values, counts = values[scored], counts[:, scored]
        if not np.isfinite(values).all():
            raise ValueError("a score is not a finite number")
        rising, level = np.unique(values, return_inverse=True)
        merged = np.zeros((rising.size, len(counts)), np.int64)
        np.add.at(merged, level, counts.T)
        return cls(rising, merged.T)

    @classmethod
    def from_columns(cls, values: npt.ArrayLike, groups: npt.ArrayLike | None = None) -> Scored:
        """Count the values (N,) by group (N,): 0..G-1; one group where none are given.

        A value that is nan, or a group below 0, is missing, as in R ``na.omit``; an infinite value
        raises ValueError.
        """
        column = np.asarray(values, float)
        group = np.zeros(column.size, np.int64) if groups is None else np.asarray(groups, np.int64)
        known = ~np.isnan(column) & (group >= 0)
        size = int(group.max(initial=0)) + 1
        scores, level = np.unique(column[known], return_inverse=True)
        cells = np.zeros((size, max(1, scores.size)), np.int64)
        np.add.at(cells, (group[known], level), 1)
        return cls.from_counts(cells, scores if scores.size else np.zeros(1))

    @property
    def moments(self) -> Moments:
        """The moments of each group, (G,)."""
        return moments(self.cells, self.scores, np.ones(self.scores.size, np.bool_))

    def filled(self) -> Scored:
        """Return the groups that have answers."""
        return Scored(self.scores, self.cells[self.cells.sum(axis=1) > 0])


def one_sample(data: Scored, expected: float = 0.0, confidence: float = 0.95) -> Result:
    """Return the t-test that the mean of the first group is ``expected``; R ``t.test(x, mu = )``.

    For paired answers take the differences (see ``paired``). Effects: ``cohen_d`` = (mean - mu) /
    sd and ``hedges_g``, with intervals from the noncentral t (ncp / sqrt n).
    """
    n, mean, sd = _first(data)
    if n == 0:
        return Result("t_one_sample", 0, reason=Reason.NO_ANSWERS)
    se, df = sd / sqrt(n), n - 1.0
    if reason := _no_spread((n,), se, abs(mean)):
        estimate = Estimate(mean, confidence=confidence, reason=reason)
        return Result("t_one_sample", n, estimate=estimate, reason=reason)
    t = (mean - expected) / se
    effects = _standardised((mean - expected) / sd, t, df, 1 / sqrt(n), confidence)
    estimate = _t_interval(mean, se, df, confidence)
    return Result("t_one_sample", n, t, (df,), _two_sided(t, df), estimate, effects)


def paired(before: npt.ArrayLike, after: npt.ArrayLike) -> Scored:
    """Return the differences after - before (N,) as one group; pairs with a nan are missing.

    ``one_sample`` of it is R ``t.test(after, before, paired = TRUE)``, ``ranks.signed_rank`` R's
    paired ``wilcox.test``; its ``cohen_d`` is the standardised mean difference d_z.
    """
    return Scored.from_columns(np.asarray(after, float) - np.asarray(before, float))


def two_sample(data: Scored, equal_variance: bool = False, confidence: float = 0.95) -> Result:
    """Return the t-test of the means of the two groups: Welch's unless ``equal_variance``.

    Equals R ``t.test(x, y, var.equal = )``. The estimate is the first mean less the second.
    Effects: ``cohen_d`` with the pooled deviation and ``hedges_g`` = J d with the exact
    J = Γ(m/2) / (sqrt(m/2) Γ((m-1)/2)), m = n1 + n2 - 2 (Hedges 1981, J Educ Stat 6:107); their
    intervals are those of the noncentral t under equal variances, times sqrt(1/n1 + 1/n2).
    Raises ValueError unless there are two groups.
    """
    if len(data.cells) != 2:
        raise ValueError("two groups are compared")
    found = data.moments
    (n1, n2), (m1, m2), (s1, s2) = found.n.tolist(), found.mean.tolist(), found.sd.tolist()
    method, n = "t_pooled" if equal_variance else "t_welch", n1 + n2
    if min(n1, n2) == 0:
        return Result(method, n, reason=Reason.NO_ANSWERS)
    # One answer has no deviation, and adds none to the pooled one.
    v1, v2 = (0.0 if size < 2 else deviation**2 for size, deviation in ((n1, s1), (n2, s2)))
    pooled = sqrt(divided((n1 - 1) * v1 + (n2 - 1) * v2, n - 2)) if n > 2 else nan
    inverse = sqrt(1 / n1 + 1 / n2)
    se = pooled * inverse if equal_variance else sqrt(v1 / n1 + v2 / n2)
    needed = (n - 1,) if equal_variance else (n1, n2)
    if reason := _no_spread(needed, se, max(abs(m1), abs(m2))):
        estimate = Estimate(m1 - m2, confidence=confidence, reason=reason)
        return Result(method, n, estimate=estimate, reason=reason)
    df = n - 2.0
    if not equal_variance:
        df = se**4 / ((v1 / n1) ** 2 / (n1 - 1) + (v2 / n2) ** 2 / (n2 - 1))
    t = (m1 - m2) / se
    d = (m1 - m2) / pooled
    effects = _standardised(d, d / inverse, n - 2.0, inverse, confidence)
    estimate = _t_interval(m1 - m2, se, df, confidence)
    return Result(method, n, t, (df,), _two_sided(t, df), estimate, effects)


def small_sample_factor(df: float) -> float:
    """Return Hedges' J, which takes the bias off Cohen's d; nan below 2 degrees of freedom."""
    if df <= 1:
        return nan
    return exp(float(gammaln(df / 2) - gammaln((df - 1) / 2))) / sqrt(df / 2)


def _standardised(
    d: float, t: float, df: float, scale: float, confidence: float
) -> tuple[tuple[str, Estimate], ...]:
    low, high = (end * scale for end in t_noncentrality(t, df, confidence))
    factor = small_sample_factor(df)
    g = Estimate(d * factor, low * factor, high * factor, confidence=confidence)
    if np.isnan(factor):
        g = missing(Reason.TOO_FEW, confidence)
    return ("cohen_d", Estimate(d, low, high, confidence=confidence)), ("hedges_g", g)


def _t_interval(value: float, se: float, df: float, confidence: float) -> Estimate:
    half = float(stdtrit(df, 0.5 + confidence / 2)) * se
    return Estimate(value, value - half, value + half, se, confidence)


def _two_sided(t: float, df: float) -> float:
    return float(2 * stdtr(df, -abs(t)))


def _first(data: Scored) -> tuple[int, float, float]:
    found = data.moments
    return int(found.n[0]), float(found.mean[0]), float(found.sd[0])


def _no_spread(sizes: tuple[int, ...], se: float, size: float) -> Reason | None:
    """R's rule: a standard error that is only rounding means that the data are constant."""
    if min(sizes) < 2:
        return Reason.TOO_FEW
    return None if se > 10 * EPSILON * size else Reason.NO_SPREAD
