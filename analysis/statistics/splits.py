"""Split-half reliability: one split, the best (lambda-4), the worst and the mean of all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb, nan

import numpy as np
import numpy.typing as npt
from numpy.random import default_rng

from analysis.statistics.covariance import Items
from analysis.statistics.reliability import cancels, matrix_of, trouble
from analysis.statistics.results import Estimate, Floats, Integers, Reason, missing

#: Splits up to which all are tried, and how many are drawn beyond; R ``splitHalf(n.sample)``.
MOST_SPLITS = 10_000
#: Splits worked out at a time.
BLOCK = 4096


def split_half(items: Items, first: npt.ArrayLike, equal_length: bool = True) -> Estimate:
    """Return the reliability of a scale split in two: ``first`` are the items of one half.

    Spearman and Brown's 2r / (1 + r) of the correlation r of the sums of the halves, Spearman
    (1910), Brown (1910), British Journal of Psychology 3:271, 296. Where not ``equal_length``,
    Guttman's 4 C12 / sum (R psych's), which does not suppose equal variances.
    """
    if reason := trouble(items):
        return missing(reason)
    half = np.zeros(len(items.items))
    half[np.asarray(first, np.int64)] = 1.0
    if half.all() or not half.any():
        return missing(Reason.ONE_GROUP)
    c, other = items.covariance, 1 - half
    between, own, rest = half @ c @ other, half @ c @ half, other @ c @ other
    if not equal_length:
        return Estimate(float(4 * between / c.sum()))
    if min(own, rest) <= 0:
        return missing(Reason.NO_SPREAD)
    r = float(between / np.sqrt(own * rest))
    return missing(Reason.NO_SPREAD) if r <= -1 else Estimate(2 * r / (1 + r))


def odd_even(items: Items) -> Estimate:
    """Return the Spearman-Brown reliability of the items at odd against those at even places."""
    return split_half(items, np.arange(0, len(items.items), 2))


@dataclass(frozen=True, eq=False)
class Splits:
    """All halves of a scale, as R ``psych::splitHalf``: ``best`` is Guttman's lambda-4 (``maxrb``),
    ``worst`` is Revelle's beta (``minrb``), ``mean`` over the ``count`` splits (``meanr``).

    ``best_half`` and ``worst_half`` are the positions of the items of one half.
    """

    best: float
    worst: float
    mean: float
    count: int
    exhaustive: bool
    best_half: Integers
    worst_half: Integers
    reason: Reason | None = None


def all_splits(
    items: Items, standardised: bool = True, every: bool = False, seed: int = 0
) -> Splits:
    """Return the best, worst and mean split; R ``psych::splitHalf(check.keys = FALSE)``.

    4 R12 / sum R of halves as equal as can be. R tries C/2 of the C choices of a half, all splits
    for an even number of items; for an odd number it tries the first C/2 in rising order, rounded
    up, and divides their sum by C/2 as it is. So does this, unless ``every`` choice is asked for.
    Where C/2 exceeds 10,000, that many splits are drawn, seeded.
    """
    none = np.zeros(0, np.int64)
    reason = trouble(items)
    if reason is None and cancels(matrix_of(items, standardised)):
        reason = Reason.NO_SPREAD
    if reason:
        return Splits(nan, nan, nan, 0, False, none, none, reason)
    matrix = matrix_of(items, standardised)
    k, half = len(matrix), len(matrix) // 2
    choices = comb(k, half)
    exhaustive = choices / 2 <= MOST_SPLITS
    count = choices if every and k % 2 else (choices + 1) // 2
    drawn = _listed(k, half, count) if exhaustive else _drawn(k, half, seed)
    best, worst, total, tried = (-np.inf, none), (np.inf, none), 0.0, 0
    for block in drawn:
        figures = _reliabilities(matrix, block)
        high, low = int(figures.argmax()), int(figures.argmin())
        if figures[high] > best[0]:
            best = (float(figures[high]), items.items[block[high]])
        if figures[low] < worst[0]:
            worst = (float(figures[low]), items.items[block[low]])
        total, tried = total + float(figures.sum()), tried + len(block)
    by = choices / 2 if exhaustive and not every else tried
    return Splits(best[0], worst[0], total / by, tried, exhaustive, best[1], worst[1])


def _reliabilities(matrix: Floats, halves: Integers) -> Floats:
    """4 C12 / sum for every half (B, h): C12 is the sum of the half less its own block."""
    member = np.zeros((len(halves), len(matrix)))
    np.put_along_axis(member, halves, 1.0, axis=1)
    product = member @ matrix
    between = product.sum(axis=1) - (product * member).sum(axis=1)
    return np.asarray(4 * between / matrix.sum())


def _listed(k: int, half: int, count: int) -> Iterator[Integers]:
    every = islice(combinations(range(k), half), count)
    while block := list(islice(every, BLOCK)):
        yield np.array(block, np.int64)


def _drawn(k: int, half: int, seed: int) -> Iterator[Integers]:
    rng = default_rng(seed)
    for start in range(0, MOST_SPLITS, BLOCK):
        size = min(BLOCK, MOST_SPLITS - start)
        yield np.argsort(rng.random((size, k)), axis=1)[:, :half].astype(np.int64)
