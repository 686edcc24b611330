"""Careless answers: figures of each response, from the codes or the scores of its items.

Columns are (n, K) with the items in the order in which they were asked. The names are those of R
package careless; Curran (2016), Journal of Experimental Social Psychology 66:4. A figure says where
to look; none of them proves that somebody did not read the questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from analysis.statistics.covariance import Items
from analysis.statistics.results import Floats, Integers, Reason, divided
from analysis.statistics.rows import Codes, keys, shared

Booleans = npt.NDArray[np.bool_]
#: Rows worked on at a time, so that what is in between stays in the cache.
BLOCK = 16_384


def straight_lines(codes: Codes, missing: int = 0) -> Booleans:
    """Return (n,) whether all answers of a row have the same code, of two answers at least.

    Items without an answer (the code ``missing``) do not count.
    """
    table = np.asarray(codes)
    given = table != missing
    code = np.full(len(table), missing, table.dtype)
    same = np.ones(len(table), np.bool_)
    for here in table.T:
        code = np.where(code == missing, here, code)
        same &= (here == code) | (here == missing)
    return np.asarray(same & (given.sum(axis=1) > 1))


def long_string(codes: Codes, missing: int = 0) -> Integers:
    """Return (n,) the longest run of one code in a row; R ``careless::longstring``.

    An item without an answer (the code ``missing``) ends a run. Johnson (2005), Journal of Research
    in Personality 39:103.
    """
    table = np.asarray(codes)
    longest: Integers = np.zeros(len(table), np.int64)
    run: Integers = np.zeros(len(table), np.int64)
    for column in range(table.shape[1]):
        here = table[:, column]
        same = here == table[:, column - 1] if column else np.zeros(len(table), np.bool_)
        run = np.where(same, run, 0) + 1
        run[here == missing] = 0
        np.maximum(longest, run, out=longest)
    return longest


def mean_string(codes: Codes, missing: int = 0) -> Floats:
    """Return (n,) the mean length of a row's runs; R ``careless::longstring(avg = TRUE)``."""
    table = np.asarray(codes)
    given = table != missing
    begins = given.copy()
    begins[:, 1:] &= table[:, 1:] != table[:, :-1]
    return divided(given.sum(axis=1), begins.sum(axis=1))


def individual_variability(scores: npt.ArrayLike) -> Floats:
    """Return (n,) the standard deviation of each row's answers; R ``careless::irv(na.rm = TRUE)``.

    Low: all answers alike; very high: at random. nan for fewer than two answers. Dunn, Heggestad,
    Shanock and Theilgard (2018), Journal of Business and Psychology 33:105.
    """
    return _by_block(scores, _deviations)


def even_odd(scores: npt.ArrayLike, scales: Sequence[Sequence[int]]) -> Floats:
    """Return (n,) how far the halves of several scales agree within a row, from -1 to 1.

    ``scales`` lists the columns of each scale; of each, the mean of the answers at odd places is
    set against that at even places, and the correlation r over the scales is stepped up to
    2r / (1 + r), at least -1. R ``careless::evenodd`` of version 1.2 gives this with the sign
    turned. nan where fewer than two scales have both halves, or a half does not vary.
    """
    if any(len(scale) < 2 for scale in scales):
        raise ValueError("a scale has at least two items")

    def agreement(block: Floats) -> Floats:
        halves = [
            np.stack([_row_means(block[:, list(scale)[at::2]]) for scale in scales], axis=1)
            for at in (0, 1)
        ]
        known = ~np.isnan(halves[0] + halves[1])
        size = known.sum(axis=1)
        odd, even = (
            np.where(known, h - divided(np.where(known, h, 0).sum(axis=1), size)[:, None], 0.0)
            for h in halves
        )
        spread = np.sqrt((odd**2).sum(axis=1) * (even**2).sum(axis=1))
        r = divided((odd * even).sum(axis=1), np.where(spread > 1e-12, spread, 0.0))
        r = np.where(size > 1, np.clip(r, -1.0, 1.0), np.nan)
        return np.where(r > -1 / 3, divided(2 * r, 1 + r), np.where(np.isnan(r), r, -1.0))

    return _by_block(scores, agreement)


@dataclass(frozen=True, eq=False)
class Distances:
    """Squared Mahalanobis distances (n,) and their upper tails (n,) on the chi-square of K."""

    squared: Floats
    p: Floats
    reason: Reason | None = None


def mahalanobis(scores: npt.ArrayLike) -> Distances:
    """Return how far each row lies from the centre of all; R ``psych::outlier``.

    (x - m)' S⁻¹ (x - m) with pairwise covariances; a missing answer stands at its mean, as psych
    has it (R ``careless::mahad`` gives the same for complete rows). Items that do not vary
    are left out. SINGULAR where an item follows from the others.
    """
    x = np.asarray(scores)
    items = Items.from_columns(x, "pairwise")
    empty = np.full(len(x), np.nan)
    # Pairwise covariances can contradict each other, and then have no inverse either.
    if items.reason or items.singular:
        return Distances(empty, empty, items.reason or Reason.SINGULAR)
    root = np.linalg.inv(np.linalg.cholesky(items.covariance)).T
    every = items.items.size == x.shape[1]

    def squares(block: Floats) -> Floats:
        away = (block if every else block[:, items.items]) - items.means
        away[np.isnan(away)] = 0.0
        turned = away @ root
        return np.asarray(np.einsum("ij,ij->i", turned, turned))

    squared = np.maximum(_by_block(x, squares), 0.0)
    return Distances(squared, np.asarray(chdtrc(len(items.items), squared)))


def speeders(seconds: npt.ArrayLike, share: float = 1 / 3) -> Booleans:
    """Return (n,) who took less than a share of the median time; nan and times below 0 are nobody.

    Greszki, Meyer and Schoen (2015), Public Opinion Quarterly 79:471: 30 to 50 % of the median.
    """
    times = np.asarray(seconds, float)
    known = np.isfinite(times) & (times >= 0)
    if not known.any():
        return np.zeros(times.size, np.bool_)
    bar = share * float(np.median(times[known]))
    return np.asarray(known & (np.where(known, times, np.inf) < bar))


def duplicates(codes: Codes) -> Integers:
    """Return (n,) how many other rows have exactly the same codes, missing ones included."""
    return shared(keys(codes)) - 1


def near_duplicates(codes: Codes) -> Integers:
    """Return (n,) how many other rows differ in at most one item; exact, in K sorts of n keys.

    Kuriakose and Robbins (2016), Statistical Journal of the IAOS 32:283, look for rows that agree
    in more than 85 % of the items; with few items and a common opinion that is no evidence.
    """
    table = np.asarray(codes)
    same = shared(keys(table))
    found = same - 1
    for item in range(table.shape[1]):
        found = found + shared(keys(np.delete(table, item, axis=1))) - same
    return found


def _deviations(block: Floats) -> Floats:
    known = ~np.isnan(block)
    size = known.sum(axis=1)
    filled = np.where(known, block, 0.0)
    away = np.where(known, filled - divided(filled.sum(axis=1), size)[:, np.newaxis], 0.0)
    return np.sqrt(divided((away**2).sum(axis=1), size - 1))


def _row_means(block: Floats) -> Floats:
    known = ~np.isnan(block)
    return divided(np.where(known, block, 0.0).sum(axis=1), known.sum(axis=1))


def _by_block(scores: npt.ArrayLike, figure: Callable[[Floats], Floats]) -> Floats:
    table = np.asarray(scores)
    parts = [
        figure(np.asarray(table[start : start + BLOCK], float))
        for start in range(0, len(table), BLOCK)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)
