"""Correlations of two variables, from their joint counts or from columns."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, exp, factorial, nan, sqrt, tanh

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr, ndtri, stdtr

from analysis.statistics.ranks import midranks
from analysis.statistics.results import Estimate, Floats, Integers, Reason, Result

EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True, eq=False)
class Joint:
    """M different pairs of values, ``x`` (M,) and ``y`` (M,), and how many people have each.

    What every correlation works on. Build it with ``from_counts`` or ``from_columns``.
    """

    x: Floats
    y: Floats
    count: Integers

    @classmethod
    def from_counts(cls, cells: Integers, rows: npt.ArrayLike, columns: npt.ArrayLike) -> Joint:
        """Take counts (R, C) whose rows (R,) and columns (C,) have these scores; nan is missing."""
        table = np.asarray(cells, dtype=np.int64)
        x, y = np.asarray(rows, float), np.asarray(columns, float)
        return cls._of(np.repeat(x, y.size), np.tile(y, x.size), table.ravel())

    @classmethod
    def from_columns(cls, x: npt.ArrayLike, y: npt.ArrayLike) -> Joint:
        """Count the pairs of two columns (N,); pairs with a nan are missing, as R ``cor.test``."""
        first, second = np.asarray(x, float), np.asarray(y, float)
        return cls._of(first, second, np.ones(first.size, np.int64))

    @classmethod
    def _of(cls, x: Floats, y: Floats, count: Integers) -> Joint:
        known = ~(np.isnan(x) | np.isnan(y)) & (count > 0)
        if not (np.isfinite(x[known]).all() and np.isfinite(y[known]).all()):
            raise ValueError("a value is not a finite number")
        first, row = np.unique(x[known], return_inverse=True)
        second, column = np.unique(y[known], return_inverse=True)
        pair, place = np.unique(row * second.size + column, return_inverse=True)
        total = np.zeros(pair.size, np.int64)
        np.add.at(total, place, count[known])
        return cls(first[pair // max(1, second.size)], second[pair % max(1, second.size)], total)

    @property
    def n(self) -> int:
        """How many people have both values."""
        return int(self.count.sum())

    def trouble(self) -> Reason | None:
        """Say why the two cannot be correlated."""
        if not self.n:
            return Reason.NO_ANSWERS
        if self.n < 3:
            return Reason.TOO_FEW
        varies = np.unique(self.x).size > 1 and np.unique(self.y).size > 1
        return None if varies else Reason.NO_SPREAD


def pearson(pairs: Joint, confidence: float = 0.95) -> Result:
    """Return Pearson's correlation, its t-test and Fisher's interval; R ``cor.test``.

    t = r sqrt((n - 2) / (1 - r²)); interval tanh(atanh r -+ z / sqrt(n - 3)), which needs n > 3.
    Where r is 1 or -1, p is 0 and the interval is that one value.
    """
    if reason := pairs.trouble():
        return Result("pearson", pairs.n, reason=reason)
    n, r = pairs.n, _product_moment(pairs.x, pairs.y, pairs.count)
    t, p = _t_of(r, n)
    return Result("pearson", n, t, (n - 2.0,), p, _fisher_z(r, n, 1.0, n - 3, confidence))


def linear_by_linear(pairs: Joint) -> Result:
    """Return the test of linear association of two ordered variables: (n - 1) r², chi-square(1).

    Mantel (1963), JASA 58:690; the "linear-by-linear association" of SPSS CROSSTABS. The estimate
    is r with Fisher's interval.
    """
    found = pearson(pairs)
    if found.reason or found.estimate is None:
        return Result("linear_by_linear", pairs.n, reason=found.reason)
    statistic = (pairs.n - 1) * found.estimate.value**2
    p = float(chdtrc(1, statistic))
    return Result("linear_by_linear", pairs.n, statistic, (1,), p, found.estimate)


def spearman(pairs: Joint, exact: bool | None = None, confidence: float = 0.95) -> Result:
    """Return Spearman's rank correlation and its test; R ``cor.test(method = "spearman")``.

    Without ties p is exact to n = 9 and by Edgeworth's series to n = 1290 (Best and Roberts 1975,
    Applied Statistics 24:377: algorithm AS 89), as in R; else, or with ``exact=False``, from t with
    n - 2 degrees of freedom. ``statistic`` is R's S = (n³ - n) (1 - rho) / 6. The interval, which R
    does not give, is Fisher's with variance (1 + rho² / 2) / (n - 3): Bonett and Wright (2000),
    Psychometrika 65:23.
    """
    if reason := pairs.trouble():
        return Result("spearman", pairs.n, reason=reason)
    n = pairs.n
    x, y = ranked(pairs.x, pairs.count), ranked(pairs.y, pairs.count)
    rho = _product_moment(x, y, pairs.count)
    s = (n**3 - n) * (1 - rho) / 6
    estimate = _fisher_z(rho, n, 1 + rho * rho / 2, n - 3, confidence)
    tied = np.unique(x).size < n or np.unique(y).size < n
    if exact is False or tied or n > 1290:
        _, p = _t_of(rho, n)
        return Result("spearman_t", n, s, p=p, estimate=estimate)
    # S lies symmetrically between 0 and (n³ - n) / 3, and is even.
    tail = _spearman_lower(min(round(s), (n**3 - n) // 3 - round(s)), n)
    return Result("spearman_exact", n, s, p=min(1.0, 2 * tail), estimate=estimate)


def kendall(pairs: Joint, exact: bool | None = None, confidence: float = 0.95) -> Result:
    """Return Kendall's tau-b and its test; R ``cor.test(method = "kendall")``.

    Below 50 people without ties p is exact, and ``statistic`` is the number of concordant pairs
    (R's T); else ``statistic`` is z, with the variance for ties and no correction for continuity.
    Effects from the same pairs: ``gamma`` (Goodman and Kruskal), ``somers_d`` (y given x),
    ``tau_a`` and ``tau_c`` (Stuart). The interval of tau-b is Fisher's with variance 0.437 / (n -
    4): Fieller, Hartley and Pearson (1957), Biometrika 44:470.
    """
    if reason := pairs.trouble():
        return Result("kendall", pairs.n, reason=reason)
    n, score, untied = pairs.n, *concordance(pairs)
    all_pairs = n * (n - 1) // 2
    tie_x, tie_y = _tied(pairs.x, pairs.count), _tied(pairs.y, pairs.count)
    in_x = all_pairs - sum(t * (t - 1) // 2 for t in tie_x)
    in_y = all_pairs - sum(t * (t - 1) // 2 for t in tie_y)
    tau = _whole(score / sqrt(in_x * in_y))
    estimate = _fisher_z(tau, n, 0.437, n - 4, confidence)
    levels = min(len(tie_x), len(tie_y))
    effects = (
        ("gamma", Estimate(score / untied) if untied else Estimate(nan, reason=Reason.NO_SPREAD)),
        ("somers_d", Estimate(score / in_x)),
        ("tau_a", Estimate(score / all_pairs)),
        ("tau_c", Estimate(2 * levels * score / (n * n * (levels - 1)))),
    )
    if exact is not False and n < 50 and in_x == in_y == all_pairs:
        concordant = (all_pairs + score) // 2
        p = _kendall_exact(concordant, n)
        return Result("kendall_exact", n, concordant, (), p, estimate, effects)
    z = score / sqrt(_kendall_variance(n, tie_x, tie_y))
    p = float(2 * ndtr(-abs(z)))
    return Result("kendall", n, z, (), p, estimate, effects)


def ranked(values: Floats, count: Integers) -> Floats:
    """Return the rank (M,) of each of the values (M,) that so many people (M,) have."""
    levels, level = np.unique(values, return_inverse=True)
    totals = np.zeros(levels.size, np.int64)
    np.add.at(totals, level, count)
    return np.asarray(midranks(totals)[level])


def _product_moment(x: Floats, y: Floats, count: Integers) -> float:
    n = count.sum()
    a, b = x - (count * x).sum() / n, y - (count * y).sum() / n
    r = float((count * a * b).sum()) / (
        sqrt(float((count * a * a).sum())) * sqrt(float((count * b * b).sum()))
    )
    return _whole(r)


def _whole(r: float) -> float:
    """What rounding takes from a perfect correlation, or adds to it, is not there."""
    return r if 1 - abs(r) > 4 * EPSILON else float(np.copysign(1.0, r))


def _t_of(r: float, n: int) -> tuple[float, float]:
    if abs(r) == 1:
        return float(np.copysign(np.inf, r)), 0.0
    t = r * sqrt((n - 2) / (1 - r * r))
    return t, float(2 * stdtr(n - 2, -abs(t)))


def _fisher_z(r: float, n: int, numerator: float, below: int, confidence: float) -> Estimate:
    """The interval that is symmetric in atanh r, with variance numerator / below."""
    if abs(r) == 1:
        return Estimate(r, r, r, 0.0, confidence)
    if below <= 0:
        return Estimate(r, confidence=confidence, reason=Reason.TOO_FEW)
    half = float(ndtri(0.5 + confidence / 2)) * sqrt(numerator / below)
    return Estimate(r, tanh(atanh(r) - half), tanh(atanh(r) + half), confidence=confidence)


def concordance(pairs: Joint) -> tuple[int, int]:
    """Return concordant less discordant pairs of people, and their sum.

    The pairs stand in the order of x. Going through the bits of y's rank from the highest, two
    people whose higher bits agree are put apart by this one: n log² n, and exact integers.
    """
    _, rank = np.unique(pairs.y, return_inverse=True)
    _, level = np.unique(pairs.x, return_inverse=True)
    concordant = discordant = 0
    for bit in range(int(rank.max()).bit_length()):
        order = np.argsort(rank >> (bit + 1), kind="stable")
        group, high, weight = (rank >> (bit + 1))[order], (rank >> bit)[order] & 1, pairs.count
        heavy = np.where(high == 1, weight[order], 0)
        light = weight[order] - heavy
        first = _starts(group, group)
        level_first = _starts(group, level[order])
        concordant += int((heavy * _between(light, first, level_first)).sum())
        discordant += int((light * _between(heavy, first, level_first)).sum())
    return concordant - discordant, concordant + discordant


def _starts(group: Integers, part: Integers) -> Integers:
    """For each position, the first position that has the same group and the same part of it."""
    new = np.append(True, (np.diff(group) != 0) | (np.diff(part) != 0))
    return np.asarray(np.flatnonzero(new)[np.cumsum(new) - 1])


def _between(people: Integers, first: Integers, last: Integers) -> Integers:
    """The people at positions from ``first`` up to, but not including, ``last``."""
    before = np.append(0, np.cumsum(people))
    return np.asarray(before[last] - before[first])


def _tied(values: Floats, count: Integers) -> list[int]:
    _, level = np.unique(values, return_inverse=True)
    totals = np.zeros(int(level.max()) + 1, np.int64)
    np.add.at(totals, level, count)
    return [int(total) for total in totals]


def _kendall_variance(n: int, x: list[int], y: list[int]) -> float:
    def sums(ties: list[int]) -> tuple[int, int, int]:
        return (
            sum(t * (t - 1) for t in ties),
            sum(t * (t - 1) * (t - 2) for t in ties),
            sum(t * (t - 1) * (2 * t + 5) for t in ties),
        )

    (x1, x2, x3), (y1, y2, y3) = sums(x), sums(y)
    return (
        (n * (n - 1) * (2 * n + 5) - x3 - y3) / 18
        + x2 * y2 / (9 * n * (n - 1) * (n - 2))
        + x1 * y1 / (2 * n * (n - 1))
    )


def _kendall_exact(concordant: int, n: int) -> float:
    """R's p: twice the smaller tail, in the distribution of inversions of all n! orders."""
    ways = [1]
    for i in range(2, n + 1):
        wider = [0] * (len(ways) + i - 1)
        for at, number in enumerate(ways):
            wider[at] += number
            if at + i < len(wider):
                wider[at + i] -= number
        for at in range(1, len(wider)):
            wider[at] += wider[at - 1]
        ways = wider
    end = min(concordant, len(ways) - 1 - concordant)
    return min(1.0, 2 * sum(ways[: end + 1]) / factorial(n))


def _spearman_orders(n: int) -> Integers:
    """How many of the n! orders have S of at most 0, 1, 2, ...: places filled one after another.

    ``ways[used, s]``: the orders of the places filled so far that use the set ``used`` and give s.
    """
    top = (n**3 - n) // 3
    ways = np.zeros((1 << n, top + 1), np.int64)
    ways[0, 0] = 1
    for used in range(1 << n):
        for rank in range(n):
            if not used >> rank & 1:
                away = (used.bit_count() - rank) ** 2
                ways[used | 1 << rank, away:] += ways[used, : top + 1 - away]
    return np.asarray(np.cumsum(ways[-1]))


def _spearman_lower(s: int, n: int) -> float:
    """P(S <= s) over all orders: counted to n = 9, else Edgeworth's series; R's ``prho``."""
    if n <= 9:
        return float(_spearman_orders(n)[s]) / factorial(n)
    b = 1 / n
    x = (6 * (s + 1) * b / (n * n - 1) - 1) * sqrt(n - 1)
    y = x * x
    sixth = 0.0072 - 0.0831 * b + y * b * (0.0131 - 4.6e-4 * y)
    fourth = -0.0758 + b * (0.1033 + 0.3932 * b) - y * b * (0.0879 + 0.0151 * b - y * sixth)
    series = x * b * (0.2274 + b * (0.2531 + 0.1745 * b) + y * fourth)
    return min(1.0, max(0.0, float(ndtr(x)) - series / exp(y / 2)))
