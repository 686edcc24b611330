"""Every pair of groups compared after an analysis of variance, with one error rate for all."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from analysis.statistics import tukey
from analysis.statistics.means import Moments, Scored
from analysis.statistics.multiplicity import adjust
from analysis.statistics.results import Floats, Integers, Reason, divided


@dataclass(frozen=True, eq=False)
class Pairs:
    """P pairs of groups: every field is (P,) and nan where a pair cannot be compared.

    ``first`` and ``second`` are positions of groups, first < second; ``difference`` is the
    second's figure less the first's, as R ``TukeyHSD`` has it. p is adjusted for all pairs.
    """

    method: str
    first: Integers
    second: Integers
    difference: Floats
    low: Floats
    high: Floats
    statistic: Floats
    df: Floats
    p: Floats
    confidence: float
    reason: Reason | None = None


def tukey_hsd(data: Scored, confidence: float = 0.95) -> Pairs:
    """Return Tukey's honest significant differences (Tukey-Kramer); R ``TukeyHSD(aov(...))``.

    ``statistic`` is the studentized range q = sqrt 2 |difference| / sqrt(MSW (1/n1 + 1/n2)).
    Groups without answers have nan throughout.
    """
    found = data.moments
    here = found.n > 0
    groups, n = int(here.sum()), int(found.n.sum())
    spread = np.where(found.n > 1, found.sd, 0.0)
    within = float((np.maximum(found.n - 1, 0) * spread**2).sum())
    first, second, difference, inverse = _pairs(found)
    reason = _trouble(n, groups, within)
    if reason:
        return _none("tukey_hsd", first, second, difference, confidence, reason)
    df = float(n - groups)
    se = np.sqrt(within / df * inverse / 2)
    q = np.abs(difference) / se
    half = float(tukey.quantile(1 - confidence, groups, df)) * se
    degrees = np.where(np.isnan(q), nan, df)
    return Pairs(
        "tukey_hsd", first, second, difference, difference - half, difference + half,
        q, degrees, tukey.tail(q, groups, df), confidence,
    )  # fmt: skip


def games_howell(data: Scored, confidence: float = 0.95) -> Pairs:
    """Return the comparisons of Games and Howell: as Tukey's, without equal variances.

    q = |difference| / sqrt((s1²/n1 + s2²/n2) / 2) with Welch's degrees of freedom. Games and
    Howell (1976), J Educ Stat 1:113. A pair with a group of one answer, or two groups without
    spread, has nan.
    """
    found = data.moments
    groups, n = int((found.n > 0).sum()), int(found.n.sum())
    first, second, difference, _ = _pairs(found)
    variance = divided(found.sd**2, found.n)
    total = variance[first] + variance[second]
    share = variance**2 / np.maximum(found.n - 1, 1)
    df = divided(total**2, share[first] + share[second])
    if groups < 2 or np.isnan(df).all():
        reason = _trouble(n, groups, float(np.nansum(total)))
        return _none(
            "games_howell", first, second, difference, confidence, reason or Reason.TOO_FEW
        )
    se = np.sqrt(total / 2)
    q = divided(np.abs(difference), se)
    known = ~np.isnan(df)
    half: Floats = np.full(df.shape, nan)
    half[known] = tukey.quantile(1 - confidence, groups, df[known]) * se[known]
    return Pairs(
        "games_howell", first, second, difference, difference - half, difference + half,
        q, df, tukey.tail(q, groups, df), confidence,
    )  # fmt: skip


def pairwise_t(data: Scored, method: str = "holm", confidence: float = 0.95) -> Pairs:
    """Return t-tests of all pairs with the pooled deviation of all groups, p adjusted.

    Equals R ``pairwise.t.test``. ``statistic`` is t of the second mean less the first; the
    intervals are not adjusted. Groups without answers have nan.
    """
    found = data.moments
    groups, n = int((found.n > 0).sum()), int(found.n.sum())
    spread = np.where(found.n > 1, found.sd, 0.0)
    within = float((np.maximum(found.n - 1, 0) * spread**2).sum())
    first, second, difference, inverse = _pairs(found)
    if reason := _trouble(n, groups, within):
        return _none(f"t_{method}", first, second, difference, confidence, reason)
    df = float(n - groups)
    se = np.sqrt(within / df * inverse)
    t = difference / se
    half = float(stdtrit(df, 0.5 + confidence / 2)) * se
    p = adjust(2 * stdtr(df, -np.abs(t)), method)
    degrees = np.where(np.isnan(t), nan, df)
    return Pairs(
        f"t_{method}", first, second, difference, difference - half, difference + half,
        t, degrees, p, confidence,
    )  # fmt: skip


def all_pairs(groups: int) -> tuple[Integers, Integers]:
    """Return the positions (P,), (P,) of all pairs of that many groups, first < second."""
    first, second = np.triu_indices(groups, 1)
    return first.astype(np.int64), second.astype(np.int64)


def _pairs(found: Moments) -> tuple[Integers, Integers, Floats, Floats]:
    """All pairs, the differences of their means, and 1/n1 + 1/n2."""
    first, second = all_pairs(found.n.size)
    inverse = divided(1, found.n)
    return first, second, found.mean[second] - found.mean[first], inverse[first] + inverse[second]


def _trouble(n: int, groups: int, within: float) -> Reason | None:
    if n == 0:
        return Reason.NO_ANSWERS
    if groups < 2:
        return Reason.ONE_GROUP
    if n <= groups:
        return Reason.TOO_FEW
    return None if within > 0 else Reason.NO_SPREAD


def _none(
    method: str,
    first: Integers,
    second: Integers,
    difference: Floats,
    confidence: float,
    reason: Reason,
) -> Pairs:
    empty: npt.NDArray[np.float64] = np.full(difference.shape, nan)
    nothing = (empty, empty, empty, empty, empty)
    return Pairs(method, first, second, difference, *nothing, confidence, reason)
