"""Tests on ranks, from counts: ties share the mean of their ranks.

Exact distributions where R uses them (small samples without ties), else the normal or chi-square
approximation with R's corrections; ``method`` says which.
"""

from __future__ import annotations

from math import atanh, comb, inf, sqrt, tanh

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr, ndtri

from analysis.statistics.means import Scored
from analysis.statistics.multiplicity import adjust
from analysis.statistics.noncentral import chi_square_noncentrality
from analysis.statistics.pairwise import Pairs, all_pairs
from analysis.statistics.results import (
    Estimate,
    Floats,
    Integers,
    Reason,
    Result,
    divided,
    missing,
)

#: R ``wilcox.test`` is exact below this size of a sample, when there are no ties.
EXACT_BELOW = 50


def midranks(totals: Integers) -> Floats:
    """Return the rank of each score (C,), given how many answers have it (C,)."""
    return np.asarray(np.cumsum(totals) - totals + (totals + 1) / 2)


def mann_whitney(
    data: Scored, exact: bool | None = None, correct: bool = True, confidence: float = 0.95
) -> Result:
    """Return the Mann-Whitney-Wilcoxon test of two groups; R ``wilcox.test(x, y)``.

    ``statistic`` is R's W: pairs in which the first group is higher, ties counting half. Exact with
    fewer than 50 in both groups and no ties, else normal, corrected for ties and, if ``correct``,
    continuity; ``exact=False`` forces the latter. Effect ``rank_biserial`` = 2 W / (n1 n2) - 1,
    which is Cliff's delta, with his asymmetric interval.
    Raises ValueError unless there are two groups.
    """
    if len(data.cells) != 2:
        raise ValueError("two groups are compared")
    n1, n2 = (int(size) for size in data.cells.sum(axis=1))
    n = n1 + n2
    if min(n1, n2) == 0:
        return Result("mann_whitney", n, reason=Reason.NO_ANSWERS)
    totals = data.cells.sum(axis=0)
    twice = _twice_rank_sum(data.cells[0], totals) - n1 * (n1 + 1)
    w = twice / 2
    effects = (("rank_biserial", _cliff(data.cells, confidence)),)
    ties = _ties(totals)
    if exact is not False and ties == 0 and max(n1, n2) < EXACT_BELOW:
        p = _two_sided_exact(_subset_sums(n1, n2), w)
        return Result("mann_whitney_exact", n, w, p=p, effects=effects)
    variance = n1 * n2 / 12 * ((n + 1) - ties / (n * (n - 1)))
    if variance <= 0:
        return Result("mann_whitney", n, w, effects=effects, reason=Reason.NO_SPREAD)
    p = _two_sided_normal((twice - n1 * n2) / 2, variance, correct)
    return Result("mann_whitney", n, w, p=p, effects=effects)


def signed_rank(
    data: Scored, exact: bool | None = None, correct: bool = True, confidence: float = 0.95
) -> Result:
    """Return Wilcoxon's signed rank test that the first group lies around 0; R ``wilcox.test(x)``.

    For pairs take ``means.paired``. ``statistic`` is R's V, the ranks of the positive answers;
    zeros are left out, and n counts the rest. Exact with fewer than 50, no ties and no zeros, else
    normal, corrected for ties and, if ``correct``, continuity. Effect ``rank_biserial``: the
    share of the positive ranks less that of the negative (Kerby 2014), its interval by Fisher's z
    with standard error sqrt(n (n + 1) (2n + 1) / 6) / (n (n + 1) / 2).
    """
    size, level = np.unique(np.abs(data.scores), return_inverse=True)
    positive, negative = np.zeros(size.size, np.int64), np.zeros(size.size, np.int64)
    np.add.at(positive, level, np.where(data.scores > 0, data.cells[0], 0))
    np.add.at(negative, level, np.where(data.scores < 0, data.cells[0], 0))
    totals = positive + negative
    n, everyone = int(totals.sum()), int(data.cells[0].sum())
    if n == 0:
        reason = Reason.NO_CHANGE if everyone else Reason.NO_ANSWERS
        return Result("signed_rank", 0, reason=reason)
    twice = _twice_rank_sum(positive, totals)
    v = twice / 2
    effects = (("rank_biserial", _kerby(v, n, confidence)),)
    ties = _ties(totals)
    if exact is not False and ties == 0 and n == everyone and n < EXACT_BELOW:
        p = _two_sided_exact(_sign_sums(n), v)
        return Result("signed_rank_exact", n, v, p=p, effects=effects)
    variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    p = _two_sided_normal((2 * twice - n * (n + 1)) / 4, variance, correct)
    return Result("signed_rank", n, v, p=p, effects=effects)


def kruskal_wallis(data: Scored, confidence: float = 0.95) -> Result:
    """Return the Kruskal-Wallis test, corrected for ties; R ``kruskal.test``.

    Effects: ``epsilon2`` = H / (n - 1) (Tomczak and Tomczak 2014), with the interval of H's
    noncentrality over n - 1, and ``eta2_h`` = (H - k + 1) / (n - k).
    """
    groups = data.filled()
    sizes, totals = groups.cells.sum(axis=1), groups.cells.sum(axis=0)
    n, k = int(sizes.sum()), len(sizes)
    if k < 2:
        return Result("kruskal_wallis", n, reason=Reason.ONE_GROUP if n else Reason.NO_ANSWERS)
    ties = _ties(totals)
    if ties == n**3 - n:
        return Result("kruskal_wallis", n, reason=Reason.NO_SPREAD)
    away = (groups.cells * (midranks(totals) - (n + 1) / 2)).sum(axis=1)
    h = 12 * float((away**2 / sizes).sum()) / (n * (n + 1)) / (1 - ties / (n**3 - n))
    low, high = (end / (n - 1) for end in chi_square_noncentrality(h, k - 1, confidence))
    effects = (
        ("epsilon2", Estimate(h / (n - 1), low, min(1.0, high), confidence=confidence)),
        ("eta2_h", Estimate((h - k + 1) / (n - k)) if n > k else missing(Reason.TOO_FEW)),
    )
    return Result("kruskal_wallis", n, h, (k - 1,), float(chdtrc(k - 1, h)), None, effects)


def dunn(data: Scored, method: str = "holm", confidence: float = 0.95) -> Pairs:
    """Return Dunn's comparisons of mean ranks, corrected for ties, p two-sided and adjusted.

    z = (R2 - R1) / sqrt((N (N + 1) / 12 - sum(t³ - t) / (12 (N - 1))) (1/n1 + 1/n2)). Dunn (1964),
    Technometrics 6:241. ``difference`` is that of the mean ranks, its interval not adjusted.
    """
    sizes, totals = data.cells.sum(axis=1), data.cells.sum(axis=0)
    n = int(sizes.sum())
    first, second = all_pairs(len(sizes))
    rank = divided((data.cells * midranks(totals)).sum(axis=1), sizes)
    spread = n * (n + 1) / 12 - float(divided(_ties(totals), 12 * (n - 1)))
    inverse = divided(1, sizes)
    se = np.sqrt(np.maximum(0.0, spread) * (inverse[first] + inverse[second]))
    difference = rank[second] - rank[first]
    z = divided(difference, se)
    half = float(ndtri(0.5 + confidence / 2)) * se
    reason = None
    if np.isnan(z).all():
        some = (sizes > 0).sum() > 1
        reason = Reason.NO_SPREAD if some else Reason.ONE_GROUP if n else Reason.NO_ANSWERS
    return Pairs(
        f"dunn_{method}", first, second, difference, difference - half, difference + half,
        z, np.full(z.shape, inf), adjust(2 * ndtr(-np.abs(z)), method), confidence, reason,
    )  # fmt: skip


def friedman(rows: npt.ArrayLike, confidence: float = 0.95) -> Result:
    """Return Friedman's test of k answers of the same n people, (n, k); R ``friedman.test``.

    People with a nan are left out. Effect ``kendall_w`` = chi2 / (n (k - 1)), with the interval of
    the noncentrality over the same.
    """
    values = np.atleast_2d(np.asarray(rows, float))
    values = values[~np.isnan(values).any(axis=1)]
    n, k = values.shape
    if n == 0 or k < 2:
        return Result("friedman", n, reason=Reason.ONE_GROUP if n else Reason.NO_ANSWERS)
    ranks, ties = row_ranks(values)
    below = n * k * (k + 1) - ties / (k - 1)
    if below <= 0:
        return Result("friedman", n, reason=Reason.NO_SPREAD)
    away = ranks.sum(axis=0) - n * (k + 1) / 2
    statistic = 12 * float((away**2).sum()) / below
    full = n * (k - 1)
    low, high = (end / full for end in chi_square_noncentrality(statistic, k - 1, confidence))
    w = Estimate(statistic / full, low, min(1.0, high), confidence=confidence)
    p = float(chdtrc(k - 1, statistic))
    return Result("friedman", n, statistic, (k - 1,), p, None, (("kendall_w", w),))


def row_ranks(values: Floats) -> tuple[Floats, int]:
    """Return the ranks within each row of (n, k) values, and sum(t³ - t) over all ties of all."""
    lower = (values[:, np.newaxis, :] < values[:, :, np.newaxis]).sum(axis=2)
    equal = (values[:, np.newaxis, :] == values[:, :, np.newaxis]).sum(axis=2)
    # Every member of a tie of t adds t² - 1, so the tie adds t³ - t.
    return lower + (equal + 1) / 2, int((equal**2 - 1).sum())


def _twice_rank_sum(cells: Integers, totals: Integers) -> int:
    """Twice the rank sum of ``cells`` (C,), in Python's integers: no digit is lost."""
    below, twice = 0, 0
    for here, total in zip(cells.tolist(), totals.tolist(), strict=True):
        twice += here * (2 * below + total + 1)
        below += total
    return twice


def _ties(totals: Integers) -> int:
    """sum(t³ - t), in Python's integers: a billion cubed is too much for 64 bits."""
    return sum(t**3 - t for t in totals.tolist())


def _two_sided_normal(away: float, variance: float, correct: bool) -> float:
    """R's p: the correction takes half a rank off the distance, whichever side it is on."""
    corrected = abs(away) - (0.5 if correct and away else 0.0)
    return float(min(1.0, 2 * ndtr(-corrected / sqrt(variance))))


def _two_sided_exact(ways: list[int], statistic: float) -> float:
    """Twice the smaller tail of a symmetric distribution over 0, 1, 2, ..."""
    end = min(int(statistic), len(ways) - 1 - int(statistic))
    return min(1.0, 2 * sum(ways[: end + 1]) / sum(ways))


def _subset_sums(n1: int, n2: int) -> list[int]:
    """Of all C(n1 + n2, n1) orders, how many have each value of W: the Gaussian binomial."""
    ways = [1] + [0] * (n1 * n2)
    for i in range(1, n1 + 1):
        for at in range(n1 * n2, n2 + i - 1, -1):
            ways[at] -= ways[at - n2 - i]
        for at in range(i, n1 * n2 + 1):
            ways[at] += ways[at - i]
    assert sum(ways) == comb(n1 + n2, n1)
    return ways


def _sign_sums(n: int) -> list[int]:
    """Of all 2**n signs, how many give each sum of the positive ranks."""
    ways = [1] + [0] * (n * (n + 1) // 2)
    for rank in range(1, n + 1):
        for at in range(len(ways) - 1, rank - 1, -1):
            ways[at] += ways[at - rank]
    return ways


def _cliff(cells: Integers, confidence: float) -> Estimate:
    """Cliff's delta, its consistent variance (1993, Psychological Bulletin 114:494) and interval.

    The variance is made of the dominances of each answer over the other group, d_i. and d_.j:
    ((n2 - 1) s²(d_i.) + (n1 - 1) s²(d_.j) + s²(d_ij)) / (n1 n2).
    """
    n1, n2 = (int(size) for size in cells.sum(axis=1))
    first, second = cells[0].astype(float), cells[1].astype(float)
    over, under = _dominance(second, n2), -_dominance(first, n1)
    delta = float((first * over).sum()) / n1
    if min(n1, n2) < 2:
        return Estimate(delta, confidence=confidence, reason=Reason.TOO_FEW)
    rows = float((first * (over - delta) ** 2).sum()) / (n1 - 1)
    columns = float((second * (under - delta) ** 2).sum()) / (n2 - 1)
    apart = n1 * n2 * (1 - delta**2) - float((first * second).sum())
    pairs = apart / ((n1 - 1) * (n2 - 1))
    variance = max(0.0, (n2 - 1) * rows + (n1 - 1) * columns + pairs) / (n1 * n2)
    z = float(ndtri(0.5 + confidence / 2))
    if abs(delta) == 1:
        smaller = min(n1, n2)
        inner = (smaller - z * z) / (smaller + z * z)
        low, high = (inner, 1.0) if delta > 0 else (-1.0, -inner)
        return Estimate(delta, low, high, 0.0, confidence)
    root = z * sqrt(variance) * sqrt((1 - delta**2) ** 2 + z * z * variance)
    below = 1 - delta**2 + z * z * variance
    low, high = (delta - delta**3 - root) / below, (delta - delta**3 + root) / below
    return Estimate(delta, max(-1.0, low), min(1.0, high), sqrt(variance), confidence)


def _dominance(group: Floats, size: int) -> Floats:
    """For each score, the share of the group below it less the share above it."""
    reached = np.cumsum(group)
    return np.asarray((2 * reached - group - size) / size)


def _kerby(v: float, n: int, confidence: float) -> Estimate:
    total = n * (n + 1) / 2
    r = 2 * v / total - 1
    se = sqrt((2 * n * n * n + 3 * n * n + n) / 6) / total
    if abs(r) == 1:
        return Estimate(r, se=se, confidence=confidence, reason=Reason.AT_LIMIT)
    half = float(ndtri(0.5 + confidence / 2)) * se
    return Estimate(r, tanh(atanh(r) - half), tanh(atanh(r) + half), se, confidence)
