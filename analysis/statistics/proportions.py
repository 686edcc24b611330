"""Shares, their intervals, toplines, and the difference of two shares.

Every interval takes ``hits`` and ``base`` (integers of any equal or broadcastable shape) and
returns (low, high) in that shape; both are nan where the base is 0. The names are those of Brown,
Cai and DasGupta (2001), Statistical Science 16:101. R has no function for most of them; where it
has one, the docstring names it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import asin, inf, nan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, expit, ndtr, ndtri, stdtrit
from scipy.stats import binomtest

from analysis.statistics.results import (
    Estimate,
    Floats,
    Integers,
    Reason,
    Result,
    divided,
)

Bounds = tuple[Floats, Floats]


def share(hits: npt.ArrayLike, base: npt.ArrayLike) -> Floats:
    """Return hits / base, elementwise; nan where the base is 0."""
    return divided(hits, base)


def wilson(hits: npt.ArrayLike, base: npt.ArrayLike, confidence: float = 0.95) -> Bounds:
    """Return the Wilson score interval: the default.

    Wilson (1927), JASA 22:209. Equals R ``prop.test(correct = FALSE)``.
    """
    n: Any = np.asarray(base, float)
    p: Any = share(hits, base)
    z = _z(confidence)
    safe = np.where(n > 0, n, nan)
    middle = p + z * z / (2 * safe)
    half = z * np.sqrt(p * (1 - p) / safe + z * z / (4 * safe * safe))
    scale = 1 + z * z / safe
    # At 0 and n hits the bound is exactly 0 or 1; rounding must not push it past.
    return _within((middle - half) / scale, (middle + half) / scale)


def wilson_corrected(hits: npt.ArrayLike, base: npt.ArrayLike, confidence: float = 0.95) -> Bounds:
    """Return the Wilson interval with continuity correction: R's default ``prop.test``.

    The correction is min(0.5, |hits - base / 2|), as R has it for a test of one half; Newcombe
    (1998), Statistics in Medicine 17:857, always takes 0.5. They differ at hits = base / 2 only.
    """
    x, n = np.asarray(hits, float), np.asarray(base, float)
    safe = np.where(n > 0, n, nan)
    z = _z(confidence)
    correction = np.minimum(0.5, np.abs(x - n / 2))
    z22n = z * z / (2 * safe)

    def bound(sign: float) -> Floats:
        p = x / safe + sign * correction / safe
        spread = z * np.sqrt(np.maximum(0, p * (1 - p) / safe + z22n / (2 * safe)))
        end: Floats = (p + z22n + sign * spread) / (1 + 2 * z22n)
        return np.where(sign * (p - 0.5) >= 0.5, (1 + sign) / 2 + 0 * safe, end)

    return _within(bound(-1.0), bound(1.0))


def jeffreys(hits: npt.ArrayLike, base: npt.ArrayLike, confidence: float = 0.95) -> Bounds:
    """Return the equal-tailed Jeffreys interval: quantiles of Beta(x + 1/2, n - x + 1/2).

    As Brown et al. define it, the lower bound is 0 at x = 0 and the upper bound 1 at x = n.
    """
    x, n, tail = *_parts(hits, base), (1 - confidence) / 2
    low = np.where(x == 0, 0 * n, betaincinv(x + 0.5, n - x + 0.5, tail))
    high = np.where(x == n, 1 + 0 * n, betaincinv(x + 0.5, n - x + 0.5, 1 - tail))
    return _within(low, high)


def clopper_pearson(hits: npt.ArrayLike, base: npt.ArrayLike, confidence: float = 0.95) -> Bounds:
    """Return the exact interval: it covers at least ``confidence``, often more.

    Clopper and Pearson (1934), Biometrika 26:404. Equals R ``binom.test``.
    """
    x, n, tail = *_parts(hits, base), (1 - confidence) / 2
    low = np.where(x == 0, 0 * n, betaincinv(np.maximum(x, 0.5), n - x + 1, tail))
    high = np.where(x == n, 1 + 0 * n, betaincinv(x + 1, np.maximum(n - x, 0.5), 1 - tail))
    return _within(low, high)


def agresti_coull(hits: npt.ArrayLike, base: npt.ArrayLike, confidence: float = 0.95) -> Bounds:
    """Return the Wald interval after adding z²/2 hits and z²/2 misses, cut at 0 and 1.

    Agresti and Coull (1998), The American Statistician 52:119.
    """
    x, n = _parts(hits, base)
    z = _z(confidence)
    more = n + z * z
    p = (x + z * z / 2) / more
    half = z * np.sqrt(p * (1 - p) / more)
    return _within(p - half, p + half)


def wald(hits: npt.ArrayLike, base: npt.ArrayLike, confidence: float = 0.95) -> Bounds:
    """Return p -+ z sqrt(p (1 - p) / n), cut at 0 and 1: the textbook's, too narrow in small n."""
    _, n = _parts(hits, base)
    p = share(hits, base)
    half = _z(confidence) * np.sqrt(p * (1 - p) / n)
    return _within(p - half, p + half)


def logit(hits: npt.ArrayLike, base: npt.ArrayLike, confidence: float = 0.95) -> Bounds:
    """Return the interval that is symmetric on the logit scale: log(p/(1-p)) -+ z / sqrt(np(1-p)).

    At 0 and n hits, where the logit is infinite, the bounds are Clopper-Pearson's.
    """
    x, n = _parts(hits, base)
    p = share(hits, base)
    low, high = logit_of(p, np.sqrt(p * (1 - p) / n), confidence=confidence)
    exact_low, exact_high = clopper_pearson(hits, base, confidence)
    edge = (x == 0) | (x == n)
    return np.where(edge, exact_low, low), np.where(edge, exact_high, high)


def logit_of(
    p: npt.ArrayLike, se: npt.ArrayLike, df: npt.ArrayLike = inf, confidence: float = 0.95
) -> Bounds:
    """Return the logit interval of shares with the standard errors and degrees of freedom given.

    logit(p) -+ t(df) se / (p (1 - p)), which is R ``survey::svyciprop(method = "logit")`` with the
    design's standard error and degrees of freedom; df = inf takes the normal quantile. nan where p
    is 0 or 1, or the standard error is not positive.
    """
    estimate, error = np.asarray(p, float), np.asarray(se, float)
    inside = (estimate > 0) & (estimate < 1) & (error > 0)
    safe = np.where(inside, estimate, nan)
    middle = np.log(safe) - np.log1p(-safe)
    half = _t(df, confidence) * error / (safe * (1 - safe))
    return expit(middle - half), expit(middle + half)


#: The intervals by name.
INTERVALS: dict[str, Callable[..., Bounds]] = {
    "wilson": wilson,
    "wilson_corrected": wilson_corrected,
    "jeffreys": jeffreys,
    "clopper_pearson": clopper_pearson,
    "agresti_coull": agresti_coull,
    "wald": wald,
    "logit": logit,
}


@dataclass(frozen=True, eq=False)
class Topline:
    """The distribution of the answers to an item, along the leading axes of the counts.

    ``base`` (...) is the number of valid answers and ``missing`` (...) of all others; ``counts``,
    ``share``, ``low`` and ``high`` are (..., C), nan at codes that are not valid and where the
    base is 0.
    """

    base: Integers
    missing: Integers
    counts: Integers
    share: Floats
    low: Floats
    high: Floats
    confidence: float


def topline(
    cells: Integers,
    valid: npt.NDArray[np.bool_],
    interval: str = "wilson",
    confidence: float = 0.95,
) -> Topline:
    """Return the topline of counts (..., C), of which the codes in ``valid`` (C,) are the base.

    ``interval`` is one of ``INTERVALS``; KeyError for another name.
    """
    counts = np.asarray(cells)
    base = np.where(valid, counts, 0).sum(axis=-1)
    bases = np.where(valid, base[..., np.newaxis], 0)
    kept = np.where(valid, counts, 0)
    low, high = INTERVALS[interval](kept, bases, confidence)
    missing = counts.sum(axis=-1) - base
    return Topline(base, missing, counts, share(kept, bases), low, high, confidence)


def binomial_test(hits: int, base: int, expected: float = 0.5, confidence: float = 0.95) -> Result:
    """Return the exact two-sided test that the share is ``expected``; R ``binom.test``.

    The estimate is the share with its Clopper-Pearson interval.
    """
    low, high = (float(bound) for bound in clopper_pearson(hits, base, confidence))
    if base == 0:
        return Result("binomial_exact", 0, reason=Reason.NO_ANSWERS)
    estimate = Estimate(hits / base, low, high, confidence=confidence)
    p = float(binomtest(hits, base, expected).pvalue)
    return Result("binomial_exact", base, float(hits), p=p, estimate=estimate)


def compare_shares(
    first: tuple[int, int],
    second: tuple[int, int],
    correct: bool = False,
    confidence: float = 0.95,
) -> Result:
    """Return the z-test of two independent shares, each given as (hits, base).

    z = (p1 - p2) / sqrt(p (1 - p) (1/n1 + 1/n2)) with the pooled share p; z² is the chi-square of R
    ``prop.test``, whose default has ``correct = TRUE``. The estimate is p1 - p2 with R's (Wald)
    interval; effects: ``newcombe``, the same difference with the interval of Newcombe (1998),
    Statistics in Medicine 17:873, method 10; ``cohen_h`` = 2 asin sqrt p1 - 2 asin sqrt p2.
    """
    (x1, n1), (x2, n2) = first, second
    if n1 == 0 or n2 == 0:
        return Result("z", n1 + n2, reason=Reason.NO_ANSWERS)
    p1, p2 = x1 / n1, x2 / n2
    inverse = 1 / n1 + 1 / n2
    yates = min(0.5, abs(p1 - p2) / inverse) if correct else 0.0
    z = _z(confidence)
    se = sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    half = z * se + yates * inverse
    difference = p1 - p2
    effects = (
        ("newcombe", _newcombe(first, second, confidence)),
        ("cohen_h", _cohen_h(p1, p2, inverse, confidence)),
    )
    estimate = Estimate(
        difference, max(-1.0, difference - half), min(1.0, difference + half), se, confidence
    )
    pooled = (x1 + x2) / (n1 + n2)
    if not 0 < pooled < 1:
        return Result("z", n1 + n2, estimate=estimate, effects=effects, reason=Reason.ALL_OR_NONE)
    away = max(0.0, abs(difference) - yates * inverse)
    statistic = float(np.copysign(away, difference)) / sqrt(pooled * (1 - pooled) * inverse)
    p = float(2 * ndtr(-abs(statistic)))
    return Result("z", n1 + n2, statistic, p=p, estimate=estimate, effects=effects)


def _newcombe(first: tuple[int, int], second: tuple[int, int], confidence: float) -> Estimate:
    l1, u1 = (float(end) for end in wilson(*first, confidence))
    l2, u2 = (float(end) for end in wilson(*second, confidence))
    p1, p2 = first[0] / first[1], second[0] / second[1]
    low = p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return Estimate(p1 - p2, low, high, confidence=confidence)


def _cohen_h(p1: float, p2: float, inverse: float, confidence: float) -> Estimate:
    """Cohen (1988); the arcsine transform has variance 1 / n, whatever the share."""
    h, se = 2 * asin(sqrt(p1)) - 2 * asin(sqrt(p2)), sqrt(inverse)
    z = _z(confidence)
    return Estimate(h, h - z * se, h + z * se, se, confidence)


def _parts(hits: npt.ArrayLike, base: npt.ArrayLike) -> tuple[Any, Any]:
    """Return hits and base as floats of one shape, both nan where the base is 0."""
    x, n = np.broadcast_arrays(np.asarray(hits, float), np.asarray(base, float))
    return np.where(n > 0, x, nan), np.where(n > 0, n, nan)


def _within(low: Floats, high: Floats) -> Bounds:
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def _z(confidence: float) -> float:
    return float(ndtri(0.5 + confidence / 2))


def _t(df: npt.ArrayLike, confidence: float) -> Floats:
    degrees = np.asarray(df, float)
    finite = np.where(np.isinf(degrees), 1.0, degrees)
    return np.where(np.isinf(degrees), _z(confidence), stdtrit(finite, 0.5 + confidence / 2))
