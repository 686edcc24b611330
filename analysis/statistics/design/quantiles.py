"""Quantiles of a designed sample: R ``survey::svyquantile`` of version 4.1 and later."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np
import numpy.typing as npt

from analysis.statistics.design.estimates import known, mean, quantile_t
from analysis.statistics.design.proportions import METHODS, Asked
from analysis.statistics.design.sample import Sample
from analysis.statistics.results import Estimate, Floats, Reason, missing

#: Rising values and their weights and a share: a quantile.
Rule = Callable[[Floats, Floats, float], float]

#: The intervals of the share that R reads back as values.
INTERVALS = {name: METHODS[name] for name in ("mean", "beta", "xlogit", "asin")}


def quantile(
    sample: Sample,
    values: npt.ArrayLike,
    p: float,
    rule: str = "math",
    interval: str = "mean",
    confidence: float = 0.95,
) -> Estimate:
    """Return the p-quantile of a column (n,) with Woodruff's interval; R ``svyquantile``.

    ``rule`` is R's ``qrule``, one of ``RULES``, and ``interval`` its ``interval.type``: ``mean``
    (the default), ``beta``, ``xlogit``, ``asin``, with the degrees of freedom of the design. The
    interval of the share of values up to the quantile is read back as values (Woodruff 1952, JASA
    47:635); where it leaves 0..1 its end does not exist. ``se`` is the width of the interval over
    2 t. R's ``score`` interval, which depends on the tolerance of a root finder, is not offered.
    KeyError for another rule or interval.
    """
    if not 0 < p < 1:
        raise ValueError("a quantile lies between 0 and 1")
    ends, read = INTERVALS[interval], RULES[rule]
    x, within = known(sample, values)
    reason = within.reason or (Reason.NEGATIVE_WEIGHTS if (within.weights < 0).any() else None)
    if reason:
        return missing(reason, confidence)
    used = within.weights != 0
    order = np.argsort(x[used, 0], kind="stable")
    rising, weights = x[used, 0][order], within.weights[used][order]
    value = read(rising, weights, p)
    up_to = (x <= value).astype(float)
    shares = mean(within, up_to)
    inside = 0 < float(shares.values[0]) < 1
    if shares.reason or not within.df > 0 or not (inside or interval == "mean"):
        return Estimate(value, confidence=confidence, reason=shares.reason or Reason.TOO_FEW)
    asked = Asked(within, up_to[:, np.newaxis], shares, within.df, within.size, confidence)
    low, high = ends(asked)
    low = read(rising, weights, low) if low >= 0 else nan
    high = read(rising, weights, high) if high <= 1 else nan
    se = (high - low) / (2 * quantile_t(0.5 + confidence / 2, within.df))
    lost = Reason.AT_LIMIT if np.isnan(se) else None
    return Estimate(value, low, high, se, confidence, lost)


def _cumulated(weights: Floats) -> Floats:
    """Cumulated weights, summed in extended precision as R sums: ties are decided by it."""
    return np.cumsum(weights, dtype=np.longdouble).astype(float)


def _neighbours(weights: Floats, p: float) -> tuple[int, int, float, float]:
    """The positions around the share p, and how far it lies from the shares there."""
    cumulated = _cumulated(weights)
    whole = cumulated[-1]
    below = int(np.searchsorted(cumulated, p * whole, side="right"))
    lower = max(below - 1, 0)
    upper = min(lower + 1, weights.size - 1)
    return lower, upper, p - cumulated[lower] / whole, cumulated[upper] / whole - p


def _lower(x: Floats, weights: Floats, p: float) -> float:
    """The inverse of the distribution function (Hyndman and Fan's type 1)."""
    lower, upper, gap, _ = _neighbours(weights, p)
    return float(x[lower] if gap == 0 else x[upper])


def _middle(x: Floats, weights: Floats, p: float) -> float:
    """The same, and the mean of the two where the share falls between them (type 2)."""
    lower, upper, gap, _ = _neighbours(weights, p)
    return float((x[lower] + x[upper]) / 2 if gap == 0 else x[upper])


def _even(x: Floats, weights: Floats, p: float) -> float:
    """The same over different values, to the even position at a tie (type 3)."""
    values, which = np.unique(x, return_inverse=True)
    lower, upper, gap, _ = _neighbours(np.bincount(which, weights=weights).astype(float), p)
    return float(values[lower] if gap == 0 and (lower + 1) % 2 == 0 else values[upper])


def _linear(x: Floats, weights: Floats, p: float) -> float:
    """Straight lines between the steps of the distribution function (type 4)."""
    lower, upper, below, above = _neighbours(weights, p)
    part = below / (below + above) if below + above else 0.0
    return float(x[lower] * (1 - part) + x[upper] * part)


def _between(position: Callable[[Floats, Floats], Floats]) -> Rule:
    """Straight lines between plotting positions of cumulated weights and weights (types 5-9)."""

    def rule(x: Floats, weights: Floats, p: float) -> float:
        return float(np.interp(p, position(_cumulated(weights), weights), x))

    return rule


def _before(cumulated: Floats) -> Floats:
    return np.concatenate([[0.0], cumulated[:-1]])


def _type7(cumulated: Floats, weights: Floats) -> Floats:
    return _before(cumulated) / cumulated[-2] if cumulated.size > 1 else np.zeros(1)


#: R's rules by name; ``math`` is the default.
RULES: dict[str, Rule] = {
    "math": _lower,
    "school": _middle,
    "hf1": _lower,
    "hf2": _middle,
    "hf3": _even,
    "hf4": _linear,
    "hf5": _between(lambda c, w: (c - w / 2) / c[-1]),
    "hf6": _between(lambda c, w: c / (c[-1] + w[-1])),
    "hf7": _between(_type7),
    "hf8": _between(lambda c, w: (_before(c) / 3 + c * 2 / 3) / (c[-1] + w[-1] / 3)),
    "hf9": _between(lambda c, w: (_before(c) * 3 / 8 + c * 5 / 8) / (c[-1] + w[-1] / 4)),
}
