"""Intervals for noncentrality parameters: what the intervals of effect sizes are made from.

Inverting the test: the bounds of the noncentrality are the values under which the statistic seen
is the upper or the lower tail's quantile. Steiger and Fouladi (1997), in Harlow et al., What If
There Were No Significance Tests?; Smithson (2003), Confidence Intervals.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan, nan, sqrt

from scipy.optimize import brentq
from scipy.special import chndtr, ncfdtr, nctdtr

Pair = tuple[float, float]

#: The series of the noncentral distributions take some sqrt(noncentrality) terms. Effects beyond
#: this (a billion people without an exception) have no interval rather than a long wait.
_REACH = 1e10
#: Deviations to look for a bound in: enough for a confidence of 1 - 1e-12.
_STEPS = 9


def t_noncentrality(t: float, df: float, confidence: float = 0.95) -> Pair:
    """Return (low, high) of the noncentrality of t; nan where it cannot be found."""
    if not abs(t) <= sqrt(_REACH) or df <= 0:
        return nan, nan
    deviation = sqrt(1 + t * t / (2 * df))
    return _bounds(lambda nc: float(nctdtr(df, nc, t)), t, deviation, confidence, -inf)


def f_noncentrality(f: float, df1: float, df2: float, confidence: float = 0.95) -> Pair:
    """Return (low, high) of the noncentrality of F; a bound that would be negative is 0."""
    if not f * df1 <= _REACH or df2 <= 0:
        return nan, nan
    about = f * df1
    deviation = sqrt(2 * (df1 + 2 * about) + 2 * (df1 + about) ** 2 / df2)
    return _bounds(lambda nc: float(ncfdtr(df1, df2, nc, f)), about, deviation, confidence, 0.0)


def chi_square_noncentrality(chi2: float, df: float, confidence: float = 0.95) -> Pair:
    """Return (low, high) of the noncentrality of chi-square; a bound below 0 is 0."""
    if not chi2 <= _REACH or df <= 0:
        return nan, nan
    deviation = sqrt(2 * (df + 2 * chi2))
    return _bounds(lambda nc: float(chndtr(chi2, df, nc)), chi2, deviation, confidence, 0.0)


def _bounds(
    cdf: Callable[[float], float],
    about: float,
    deviation: float,
    confidence: float,
    least: float,
) -> Pair:
    """Invert a distribution function that falls as the noncentrality rises.

    The noncentrality is about normal around the statistic. Far beyond, the function is 0, 1 or nan,
    which is taken for 1 below the statistic and for 0 above it.
    """

    def bound(probability: float) -> float:
        def gap(nc: float) -> float:
            value = cdf(nc)
            if isnan(value):
                value = 1.0 if nc < about else 0.0
            return value - probability

        low = high = max(about, least)
        for _ in range(_STEPS):
            low = max(least, low - deviation) if gap(low) <= 0 else low
            high = high + deviation if gap(high) >= 0 else high
        if low == least and gap(low) <= 0:
            return least
        return _root(gap, low, high)

    tail = (1 - confidence) / 2
    return bound(1 - tail), bound(tail)


def _root(gap: Callable[[float], float], low: float, high: float) -> float:
    """Return the root between the ends; nan where they do not enclose one, or it is only a jump."""
    if not gap(low) > 0 > gap(high):
        return nan
    root = float(brentq(gap, low, high, xtol=1e-13, rtol=1e-14))
    return root if abs(gap(root)) < 1e-6 else nan
