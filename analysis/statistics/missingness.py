"""Missing answers: which patterns there are, and whether they are missing at random altogether."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from analysis.statistics.covariance import SINGULAR
from analysis.statistics.results import Floats, Integers, Reason, Result
from analysis.statistics.rows import keys

Booleans = npt.NDArray[np.bool_]
#: Rounds of the EM algorithm, and how little may change in the last (in standard deviations).
MOST_ROUNDS, CHANGE = 5000, 1e-9


@dataclass(frozen=True, eq=False)
class Patterns:
    """P patterns, the most common first: ``missing`` (P, K) what lacks, ``count`` (P,) the rows,
    ``which`` (n,) the pattern of each row; ``by_item`` (K,) the missing answers of each item."""

    missing: Booleans
    count: Integers
    which: Integers
    by_item: Integers


def patterns(missing: Booleans) -> Patterns:
    """Return the patterns of rows (n, K) of what is missing; ties in the order of first rows."""
    table = np.asarray(missing, np.bool_)
    _, first, which, count = np.unique(
        keys(table.astype(np.int8)), return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -count))
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    return Patterns(table[first[order]], count[order], place[which], table.sum(axis=0))


def little_mcar(scores: npt.ArrayLike) -> Result:
    """Return Little's test that answers (n, K), nan where missing, lack completely at random.

    Σ n_j (m_j - mu)' S_j⁻¹ (m_j - mu) over the patterns j, mu and S by maximum likelihood (EM) for
    normal answers, on Σ K_j - K degrees of freedom. Little (1988), JASA 83:1198; R
    ``naniar::mcar_test``. Rows without any answer and items without spread are left out. The scores
    of a rating scale are not normal: with large n a small p says little.
    """
    x = np.asarray(scores, float)
    if np.isinf(x).any():
        raise ValueError("a value is not a finite number")
    x = x[~np.isnan(x).all(axis=1)]
    known = ~np.isnan(x)
    n = len(x)
    if n < 2:
        return Result("little_mcar", n, reason=Reason.TOO_FEW if n else Reason.NO_ANSWERS)
    spread = np.array([np.unique(x[known[:, c], c]).size > 1 for c in range(x.shape[1])])
    x, known = x[:, spread], known[:, spread]
    groups = patterns(~known)
    df = float((~groups.missing).sum() - x.shape[1])
    if known.all() or df <= 0:
        return Result("little_mcar", n, reason=Reason.NO_CHANGE)
    scale = np.nanstd(x, axis=0)
    x = (x - np.nanmean(x, axis=0)) / scale
    sums = _Sums.of(x, groups)
    centre, spread_of, reason = _maximum_likelihood(sums, n, x.shape[1])
    if reason:
        return Result("little_mcar", n, df=(df,), reason=reason)
    statistic = 0.0
    for seen, count, mean, _ in sums.groups:
        away = mean - centre[seen]
        statistic += count * float(away @ np.linalg.solve(spread_of[np.ix_(seen, seen)], away))
    return Result("little_mcar", n, statistic, (df,), float(chdtrc(df, statistic)))


@dataclass(frozen=True, eq=False)
class _Sums:
    """Of each pattern: the columns that are there, how many rows, their means, their products."""

    groups: list[tuple[Integers, int, Floats, Floats]]

    @classmethod
    def of(cls, x: Floats, found: Patterns) -> _Sums:
        groups = []
        for number, missing in enumerate(found.missing):
            seen = np.flatnonzero(~missing)
            rows = x[found.which == number][:, seen]
            if seen.size:
                away = rows - rows.mean(axis=0)
                groups.append((seen, len(rows), rows.mean(axis=0), away.T @ away))
        return cls(groups)


def _maximum_likelihood(sums: _Sums, n: int, k: int) -> tuple[Floats, Floats, Reason | None]:
    """Mean and covariance of a normal with missing values; Dempster, Laird and Rubin (1977)."""
    centre, spread = np.zeros(k), np.eye(k)
    for _ in range(MOST_ROUNDS):
        total, products = np.zeros(k), np.zeros((k, k))
        for seen, count, mean, squares in sums.groups:
            slope = np.linalg.solve(spread[np.ix_(seen, seen)], spread[seen]).T
            filled = centre + slope @ (mean - centre[seen])
            total += count * filled
            products += slope @ squares @ slope.T + count * np.outer(filled, filled)
            products += count * (spread - slope @ spread[seen])
        after = total / n
        found = products / n - np.outer(after, after)
        found = (found + found.T) / 2
        if float(np.linalg.eigvalsh(found)[0]) < SINGULAR:
            return after, found, Reason.SINGULAR
        moved = max(float(np.abs(after - centre).max()), float(np.abs(found - spread).max()))
        centre, spread = after, found
        if moved < CHANGE:
            return centre, spread, None
    return centre, spread, Reason.NOT_CONVERGED
