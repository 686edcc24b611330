"""Means, totals, shares, ratios and variances of a designed sample, whole and by group.

Every function takes a ``Sample`` (a ``Design`` or ``Replicates``) and columns (n,) or (n, k) of
finite values in which nan is missing: rows with a missing value are left out, as R
``na.rm = TRUE`` does it. Equals R package ``survey``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from analysis.statistics.design.sample import Booleans, Sample
from analysis.statistics.results import Estimate, Floats, Reason, divided

#: What a design effect compares with: a simple sample with or without replacement.
Compared = Literal["replace", "noreplace"]


@dataclass(frozen=True, eq=False)
class Estimates:
    """k figures: ``values`` (k,), their ``covariance`` (k, k), their design effects ``deff`` (k,).

    ``df`` are the degrees of freedom of the design, ``n`` the rows with a weight.
    """

    values: Floats
    covariance: Floats
    deff: Floats
    df: float
    n: int
    reason: Reason | None = None

    @property
    def se(self) -> Floats:
        """(k,) the standard errors."""
        variances: Floats = np.maximum(np.diag(self.covariance), 0.0)
        return np.sqrt(variances)

    def interval(self, confidence: float = 0.95, df: float = inf) -> tuple[Floats, Floats]:
        """Return values -+ t(df) se; R ``confint``, whose default is df = Inf (the normal)."""
        half = quantile_t(0.5 + confidence / 2, df) * self.se
        return self.values - half, self.values + half

    def one(self, index: int = 0, confidence: float = 0.95, df: float = inf) -> Estimate:
        """Return one of the figures with its interval."""
        low, high = self.interval(confidence, df)
        value, se = float(self.values[index]), float(self.se[index])
        return Estimate(value, float(low[index]), float(high[index]), se, confidence, self.reason)


def quantile_t(p: float, df: float) -> float:
    """Return the quantile of Student's t, of the normal for df = inf; nan without df."""
    return float(ndtri(p)) if np.isinf(df) else float(stdtrit(df, p)) if df > 0 else nan


def mean(sample: Sample, values: npt.ArrayLike, compared: Compared = "noreplace") -> Estimates:
    """Return the weighted means of columns; R ``svymean(x, design, na.rm = TRUE, deff = TRUE)``.

    ``deff`` is R's ``deff = TRUE`` for ``noreplace`` and ``deff = "replace"`` for ``replace``.
    """
    x, within = known(sample, values)
    if within.reason:
        return _none(x, within)
    weights = within.weights
    centre = weights @ x / weights.sum()
    covariance, reason = within.covariance(
        lambda w: np.asarray(w @ x / w.sum()),
        lambda: (x - centre) * (weights / weights.sum())[:, np.newaxis],
    )
    n, size = _sizes(within)
    base = _variance(x, weights, n) / n
    return _estimates(centre, covariance, base * _left(n, size, compared), within, reason)


def total(sample: Sample, values: npt.ArrayLike, compared: Compared = "noreplace") -> Estimates:
    """Return the weighted totals of columns; R ``svytotal``, with arguments as for ``mean``."""
    x, within = known(sample, values)
    if within.reason:
        return _none(x, within)
    weights = within.weights
    covariance, reason = within.covariance(
        lambda w: np.asarray(w @ x), lambda: x * weights[:, np.newaxis]
    )
    n, size = _sizes(within)
    base = _variance(x, weights, n) * size**2 / n
    return _estimates(weights @ x, covariance, base * _left(n, size, compared), within, reason)


def ratio(
    sample: Sample,
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    compared: Compared = "noreplace",
) -> Estimates:
    """Return the ratio of the totals of two columns (n,); R ``svyratio(deff = TRUE)``."""
    both, within = known(sample, np.stack([np.asarray(numerator, float), denominator], axis=1))
    if within.reason:
        return _none(both[:, :1], within)
    weights = within.weights
    above, below = weights @ both
    if below == 0:
        return _none(both[:, :1], within, Reason.EMPTY_CELL)
    rest = ((both[:, 0] - above / below * both[:, 1]) / below)[:, np.newaxis]
    covariance, reason = within.covariance(
        lambda w: _quotient(*(w @ both)),
        lambda: rest * weights[:, np.newaxis],
    )
    n, size = _sizes(within)
    base = _variance(rest, weights, n) * size**2 / n * _left(n, size, compared)
    return _estimates(np.array([above / below]), covariance, base, within, reason)


def shares(sample: Sample, codes: npt.ArrayLike, categories: int) -> Estimates:
    """Return the shares of the codes 0..K-1 of a column (n,); negative codes are missing.

    R ``svymean(~factor(x), design, na.rm = TRUE, deff = TRUE)``.
    """
    return mean(sample, indicators(codes, categories))


def counts(sample: Sample, codes: npt.ArrayLike, categories: int) -> Estimates:
    """Return how many people have each of the codes; R ``svytotal(~factor(x))``, ``svytable``."""
    return total(sample, indicators(codes, categories))


def indicators(codes: npt.ArrayLike, categories: int) -> Floats:
    """Return (n, K) ones where a row has the code of the column; nan in rows of negative codes."""
    column = np.asarray(codes)
    table: Floats = (column[:, np.newaxis] == np.arange(categories)).astype(float)
    table[column < 0] = nan
    return table


def population_variance(sample: Sample, values: npt.ArrayLike) -> Estimates:
    """Return the variance of a column (n,) in the population; R ``svyvar`` of one variable.

    n / (n - 1) times the weighted mean square about the weighted mean, n the rows with a weight.
    """
    x, within = known(sample, values)
    if within.reason:
        return _none(x, within)
    n, _ = _sizes(within)
    if n < 2:
        return _none(x, within, Reason.TOO_FEW)
    weights, factor = within.weights, n / (n - 1)

    def spread(w: Floats) -> Floats:
        return np.asarray(factor * (w @ (x - w @ x / w.sum()) ** 2 / w.sum()))

    squares = factor * (x - weights @ x / weights.sum()) ** 2
    value = spread(weights)
    covariance, reason = within.covariance(
        spread, lambda: (squares - value) * (weights / weights.sum())[:, np.newaxis]
    )
    return _estimates(value, covariance, np.full_like(covariance, nan), within, reason)


def by_group(
    sample: Sample,
    values: npt.ArrayLike,
    groups: npt.ArrayLike,
    estimator: Callable[[Sample, npt.ArrayLike], Estimates] = mean,
) -> tuple[Estimates, ...]:
    """Return an estimate in each of the groups 0..G-1; R ``svyby(~x, ~g, design, svymean)``.

    ``groups`` (n,) has negative codes where a row has none; ``estimator`` is a function of a sample
    and columns, ``mean`` or ``total``. Each group is a domain of the sample.
    """
    column = np.asarray(groups)
    numbers = range(int(column.max(initial=-1)) + 1)
    return tuple(estimator(sample.where(column == group), values) for group in numbers)


def kish(weights: npt.ArrayLike) -> tuple[Estimate, Estimate]:
    """Return Kish's design effect n Σw² / (Σw)² and the effective n (Σw)² / Σw²; rows of weight 0
    do not count.

    Kish (1965), Survey Sampling, 11.7; (1992), Journal of Official Statistics 8:183. R ``survey``
    has no function for it.
    """
    column = np.asarray(weights, float)
    if not np.isfinite(column).all():
        return (Estimate(nan, reason=Reason.NOT_FINITE),) * 2
    used = column[column != 0]
    if used.sum() == 0:
        return (Estimate(nan, reason=Reason.NO_ANSWERS),) * 2
    scaled = used / np.abs(used).max()
    effective = float(scaled.sum() ** 2 / (scaled**2).sum())
    return Estimate(used.size / effective), Estimate(effective)


def _quotient(above: float, below: float) -> Floats:
    return np.array([above / below if below else nan])


def known(sample: Sample, values: npt.ArrayLike) -> tuple[Floats, Sample]:
    """Columns with missing values as 0, and the sample without the rows that have one."""
    x = np.asarray(values, float)
    x = x[:, np.newaxis] if x.ndim == 1 else x
    if len(x) != sample.weights.size:
        raise ValueError("one value for every row of the sample is needed")
    if np.isinf(x).any():
        raise ValueError("a value is not a finite number")
    known: Booleans = ~np.isnan(x).any(axis=1)
    return np.where(known[:, np.newaxis], x, 0.0), sample if known.all() else sample.where(known)


def _sizes(sample: Sample) -> tuple[int, float]:
    return int(np.count_nonzero(sample.weights)), float(sample.weights.sum())


def _left(n: int, size: float, compared: Compared) -> float:
    """The share not drawn, of a simple sample without replacement; nan for a scaled-down size."""
    if compared == "replace":
        return 1.0
    return (size - n) / size if size >= n else nan


def _variance(x: Floats, weights: Floats, n: int) -> Floats:
    """R ``svyvar``, as a matrix (k, k)."""
    if n < 2:
        return np.full((x.shape[1],) * 2, nan)
    away = x - weights @ x / weights.sum()
    return np.asarray((away * weights[:, np.newaxis]).T @ away / weights.sum() * n / (n - 1))


def _estimates(
    values: Floats, covariance: Floats, simple: Floats, sample: Sample, reason: Reason | None
) -> Estimates:
    n = int(np.count_nonzero(sample.weights))
    deff = divided(np.diag(covariance), np.diag(simple))
    return Estimates(np.asarray(values), covariance, deff, sample.df, n, reason)


def _none(x: Floats, sample: Sample, reason: Reason | None = None) -> Estimates:
    k = x.shape[1]
    empty = np.full(k, nan)
    why = reason or sample.reason
    return Estimates(empty, np.full((k, k), nan), empty, sample.df, 0, why)
