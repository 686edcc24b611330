"""Agreement of raters on scores: intraclass correlations and Kendall's W."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc, fdtri

from analysis.statistics.ranks import friedman
from analysis.statistics.results import Estimate, Floats, Reason, Result, missing

EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Intraclass:
    """The six forms of Shrout and Fleiss, of one rater and of the mean of all k.

    ``icc1``: every subject has its own raters; ``icc2``: the same raters, drawn from many, and
    their severity counts; ``icc3``: these raters and no others, severity does not count.
    """

    icc1: Result
    icc2: Result
    icc3: Result
    icc1k: Result
    icc2k: Result
    icc3k: Result


def intraclass(ratings: npt.ArrayLike, confidence: float = 0.95) -> Intraclass:
    """Return the intraclass correlations of ratings (subjects, raters) with F tests and intervals.

    Subjects with a nan are left out. Shrout and Fleiss (1979), Psychological Bulletin 86:420;
    ICC(2)'s interval by McGraw and Wong (1996). Equals R ``psych::ICC(lmer = FALSE)``; with
    ``lmer = TRUE`` R differs where a variance component would be negative.
    """
    table = np.atleast_2d(np.asarray(ratings, float))
    table = table[~np.isnan(table).any(axis=1)]
    n, k = table.shape
    if n < 2 or k < 2:
        reason = Reason.TOO_FEW if n else Reason.NO_ANSWERS
        return Intraclass(*[Result(name, n, reason=reason) for name in _NAMES])
    squares = _squares(table)
    if squares.subjects == 0 and squares.within == 0:
        return Intraclass(*[Result(name, n, reason=Reason.NO_SPREAD) for name in _NAMES])
    one = _ratio_form(squares.subjects, squares.within, n * (k - 1), n, k, confidence)
    three = _ratio_form(squares.subjects, squares.error, (n - 1) * (k - 1), n, k, confidence)
    two = _absolute(squares, n, k, confidence)
    degrees = [(n - 1.0, n * (k - 1.0))] + [(n - 1.0, (n - 1.0) * (k - 1.0))] * 2
    tests = [
        _tested(squares.subjects, error, df)
        for error, df in zip((squares.within, squares.error, squares.error), degrees, strict=True)
    ]
    forms = [one[0], two[0], three[0], one[1], two[1], three[1]]
    results = [
        Result(name, n, *test, estimate=form, reason=None if test[2] >= 0 else Reason.NO_SPREAD)
        for name, test, form in zip(_NAMES, tests * 2, forms, strict=True)
    ]
    return Intraclass(*results)


def kendall_w(ratings: npt.ArrayLike, confidence: float = 0.95) -> Result:
    """Return Kendall's coefficient of concordance of ratings (subjects, raters), with ties.

    W = chi2 / (raters (subjects - 1)); the estimate is W, the test Friedman's. Equals R
    ``irr::kendall(correct = TRUE)``. Subjects with a nan are left out.
    """
    table = np.atleast_2d(np.asarray(ratings, float))
    test = friedman(table[~np.isnan(table).any(axis=1)].T, confidence)
    estimate = dict(test.effects).get("kendall_w")
    return Result("kendall_w", test.n, test.statistic, test.df, test.p, estimate, (), test.reason)


_NAMES = ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k")


@dataclass(frozen=True)
class _Squares:
    """Mean squares of the two-way table: subjects, raters, error, and all within subjects."""

    subjects: float
    raters: float
    error: float
    within: float


def _squares(table: Floats) -> _Squares:
    n, k = table.shape
    centred = table - table.mean()
    subject, rater = centred.mean(axis=1, keepdims=True), centred.mean(axis=0, keepdims=True)
    rest = centred - subject - rater
    # Sums of squares that are only rounding are none.
    floor = table.size * (64 * EPSILON * float(np.abs(table).max())) ** 2

    def square(values: Floats, times: int, df: int) -> float:
        total = times * float((values**2).sum())
        return total / df if total > floor else 0.0

    return _Squares(
        square(subject, k, n - 1),
        square(rater, n, k - 1),
        square(rest, 1, (n - 1) * (k - 1)),
        square(centred - subject, 1, n * (k - 1)),
    )


def _tested(
    subjects: float, error: float, df: tuple[float, float]
) -> tuple[float, tuple[float, float], float]:
    """Return F, its degrees of freedom and p; infinite and 0 where nothing is left to chance."""
    if error == 0:
        return (inf, df, 0.0) if subjects else (nan, df, nan)
    return subjects / error, df, float(fdtrc(*df, subjects / error))


def _ratio_form(
    subjects: float, error: float, df: int, n: int, k: int, confidence: float
) -> tuple[Estimate, Estimate]:
    """ICC(1) and ICC(3), single and mean: both follow from F = subjects / error."""
    if subjects == 0 and error == 0:
        return (missing(Reason.NO_SPREAD, confidence),) * 2
    if subjects == 0:
        least = Estimate(-1 / (k - 1), confidence=confidence, reason=Reason.AT_LIMIT)
        return least, missing(Reason.NO_SPREAD, confidence)
    single, mean = (subjects - error) / (subjects + (k - 1) * error), 1 - error / subjects
    if error == 0:
        at_limit = Estimate(1.0, confidence=confidence, reason=Reason.AT_LIMIT)
        return at_limit, at_limit
    f, tail = subjects / error, 0.5 + confidence / 2
    low, high = f / fdtri(n - 1, df, tail), f * fdtri(df, n - 1, tail)
    return (
        Estimate(single, (low - 1) / (low + k - 1), (high - 1) / (high + k - 1),
                 confidence=confidence),
        Estimate(mean, 1 - 1 / low, 1 - 1 / high, confidence=confidence),
    )  # fmt: skip


def _absolute(squares: _Squares, n: int, k: int, confidence: float) -> tuple[Estimate, Estimate]:
    """ICC(2) of one rater and of the mean: the raters' own differences count as error."""
    s, r, e = squares.subjects, squares.raters, squares.error
    below, below_mean = s + (k - 1) * e + k * (r - e) / n, s + (r - e) / n
    # What cancels to rounding is nothing to divide by.
    if min(below, below_mean) <= 64 * EPSILON * (s + r + e):
        return (missing(Reason.NO_SPREAD, confidence),) * 2
    single, mean = (s - e) / below, (s - e) / below_mean
    if e == 0:
        at_limit = Reason.AT_LIMIT
        return (
            Estimate(single, confidence=confidence, reason=at_limit),
            Estimate(mean, confidence=confidence, reason=at_limit),
        )
    ratio, tail = r / e, 0.5 + confidence / 2
    share = n * (1 + (k - 1) * single) - k * single
    df = (k - 1) * (n - 1) * (k * single * ratio + share) ** 2
    df /= (n - 1) * (k * single * ratio) ** 2 + share**2
    upper, lower = fdtri(n - 1, df, tail), fdtri(df, n - 1, tail)
    rest = k * r + (k * n - k - n) * e
    # Divided by ``upper``, which is without end where the raters leave hardly a degree of freedom.
    low = n * (s / upper - e) / (rest + n * s / upper)
    high = n * (lower * s - e) / (rest + n * lower * s)
    low_mean, high_mean = (_stepped_up(end, k) for end in (low, high))
    return (
        Estimate(single, low, high, confidence=confidence),
        Estimate(mean, low_mean, high_mean, confidence=confidence),
    )


def _stepped_up(single: float, k: int) -> float:
    """Spearman and Brown's figure for k raters; below -1 / (k - 1) there is no end to it."""
    return single * k / (1 + single * (k - 1)) if single > -1 / (k - 1) else -inf
