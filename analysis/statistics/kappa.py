"""Agreement of raters on categories: Cohen, Fleiss, Krippendorff."""

from __future__ import annotations

from collections.abc import Callable
from math import nan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from analysis.statistics.results import Estimate, Floats, Integers, Reason, Result, divided


def cohen_kappa(cells: Integers, weights: str = "none", confidence: float = 0.95) -> Result:
    """Return Cohen's kappa of two raters' joint counts (K, K), the same categories in both.

    ``weights``: ``none``; ``linear`` 1 - |i - j| / (K - 1); ``quadratic`` 1 - (i - j)² / (K - 1)²;
    KeyError for another. ``se`` is that of Fleiss, Cohen and Everitt (1969), Psychological
    Bulletin 72:323, the interval normal and cut at -1 and 1, as R ``vcd::Kappa``;
    ``psych::cohen.kappa`` has the same estimates, and the same interval without weights (with
    weights it takes the margins of one rater for the other's, and is not followed).
    ``statistic`` is z by the standard error under independence. There is no kappa where a rater
    used one category only.
    """
    table = np.asarray(cells)
    n, method = int(table.sum()), f"cohen_kappa_{weights}"
    weight = _WEIGHTS[weights](len(table))
    if n == 0:
        return Result(method, 0, reason=Reason.NO_ANSWERS)
    shares: Any = table / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    seen, chance = float((weight * shares).sum()), float(rows @ weight @ columns)
    if min((rows > 0).sum(), (columns > 0).sum()) < 2:
        # One who always says the same cannot agree more or less than by chance.
        return Result(method, n, reason=Reason.ONE_CATEGORY)
    kappa = (seen - chance) / (1 - chance)
    mean = (weight @ columns)[:, np.newaxis] + (rows @ weight)[np.newaxis, :]
    spread = float((shares * (weight - mean * (1 - kappa)) ** 2).sum())
    spread -= (kappa - chance * (1 - kappa)) ** 2
    null = float((np.outer(rows, columns) * (weight - mean) ** 2).sum()) - chance**2
    # What rounding leaves of no variance is none: the terms are of the size of 1.
    se, null_se = (
        sqrt(variance / n) / (1 - chance) if variance > 1e-14 else 0.0
        for variance in (spread, null)
    )
    half = float(ndtri(0.5 + confidence / 2)) * se
    estimate = Estimate(kappa, max(-1.0, kappa - half), min(1.0, kappa + half), se, confidence)
    if null_se == 0:
        return Result(method, n, estimate=estimate, reason=Reason.NO_SPREAD)
    z = kappa / null_se
    return Result(method, n, z, p=float(2 * ndtr(-abs(z))), estimate=estimate)


def fleiss_kappa(cells: Integers) -> Result:
    """Return Fleiss' kappa of counts (N, K): how many raters put subject i into category k.

    Subjects may have different numbers of ratings (those with fewer than two are left out); the
    standard error under independence, and with it z and p, needs the same number for all. Fleiss
    (1971), Psychological Bulletin 76:378; Fleiss, Nee and Landis (1979) 86:974. Equals R
    ``irr::kappam.fleiss``.
    """
    table = np.asarray(cells)
    table = table[table.sum(axis=1) > 1]
    raters = table.sum(axis=1)
    if not raters.size:
        return Result("fleiss_kappa", 0, reason=Reason.TOO_FEW)
    agreed = (table * (table - 1)).sum(axis=1) / (raters * (raters - 1))
    share = table.sum(axis=0) / table.sum()
    chance = float((share**2).sum())
    if (share > 0).sum() < 2:
        return Result("fleiss_kappa", len(table), reason=Reason.ONE_CATEGORY)
    kappa = (float(agreed.mean()) - chance) / (1 - chance)
    if raters.min() < raters.max():
        return Result("fleiss_kappa", len(table), estimate=Estimate(kappa))
    n, m = len(table), int(raters[0])
    apart = share * (1 - share)
    total = float(apart.sum())
    variance = 2 * (total**2 - float((apart * (1 - 2 * share)).sum())) / (n * m * (m - 1))
    se = sqrt(variance) / total
    z = kappa / se
    return Result("fleiss_kappa", n, z, p=float(2 * ndtr(-abs(z))), estimate=Estimate(kappa, se=se))


def krippendorff_alpha(
    cells: Integers, values: npt.ArrayLike | None = None, metric: str = "nominal"
) -> Estimate:
    """Return Krippendorff's alpha of counts (U, V): how often unit u was given value v.

    ``values`` (V,) are the values in rising order, 0..V-1 unless given. Metrics: ``nominal``,
    ``ordinal``, ``interval`` (a - b)², ``ratio`` ((a - b) / (a + b))². Units with one rating pair
    with nothing and are left out, so that missing ratings need no care. alpha = 1 - Do / De from
    the coincidences: Krippendorff (2004), Content Analysis, chapter 11; R ``irr::kripp.alpha``.
    KeyError for another metric; without variation there is no alpha.
    """
    table = np.asarray(cells)
    levels = np.arange(float(table.shape[1])) if values is None else np.asarray(values, float)
    table = table[table.sum(axis=1) > 1].astype(float)
    if not len(table):
        return Estimate(nan, reason=Reason.TOO_FEW)
    pairing = table / (table.sum(axis=1, keepdims=True) - 1)
    coincidence = table.T @ pairing - np.diag(pairing.sum(axis=0))
    totals = coincidence.sum(axis=0)
    distance = _METRICS[metric](levels, totals)
    expected = float(totals @ distance @ totals)
    if expected <= 0:
        return Estimate(nan, reason=Reason.NO_SPREAD)
    seen = float((coincidence * distance).sum())
    return Estimate(1 - (float(totals.sum()) - 1) * seen / expected)


def rating_counts(ratings: npt.ArrayLike) -> tuple[Integers, Floats]:
    """Count ratings (U, raters), nan where there is none: counts (U, V) and their values (V,)."""
    table = np.atleast_2d(np.asarray(ratings, float))
    unit, rater = np.nonzero(~np.isnan(table))
    values, level = np.unique(table[unit, rater], return_inverse=True)
    counts = np.zeros((len(table), values.size), np.int64)
    np.add.at(counts, (unit, level), 1)
    return counts, values


def _apart(size: int) -> Floats:
    at = np.arange(float(size))
    return np.asarray(np.abs(at[:, np.newaxis] - at) / max(1, size - 1))


_WEIGHTS: dict[str, Callable[[int], Floats]] = {
    "none": lambda size: np.eye(size),
    "linear": lambda size: 1 - _apart(size),
    "quadratic": lambda size: 1 - _apart(size) ** 2,
}


def _nominal(values: Floats, totals: Floats) -> Floats:
    return 1 - np.eye(values.size)


def _ordinal(values: Floats, totals: Floats) -> Floats:
    middle = np.cumsum(totals) - totals / 2
    return np.asarray((middle[:, np.newaxis] - middle) ** 2)


def _interval(values: Floats, totals: Floats) -> Floats:
    return np.asarray((values[:, np.newaxis] - values) ** 2)


def _ratio(values: Floats, totals: Floats) -> Floats:
    total = np.abs(values[:, np.newaxis] + values)
    away = divided(np.abs(values[:, np.newaxis] - values), total)
    return np.nan_to_num(away) ** 2


_METRICS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
    "ratio": _ratio,
}
