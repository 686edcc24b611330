"""Covariances of k items, the one input of reliability, factors and drivers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.counts import Gram
from analysis.statistics.results import Floats, Integers, Reason

#: Items whose smallest eigenvalue of the correlations is below this follow from each other.
SINGULAR = 1e-10
#: A standard deviation below this part of the largest value is what rounding leaves.
ROUNDING = 1e-10
#: Rows summed at a time, so that what is in between stays in the cache.
BLOCK = 8_192


@dataclass(frozen=True, eq=False)
class Items:
    """Means (k,) and covariances (k, k) of k items over n answers; denominator n - 1.

    Items without spread are left out; ``items`` (k,) are the positions of those that are in. Build
    it with ``from_gram``, ``from_columns`` or ``from_matrix``.
    """

    n: int
    means: Floats
    covariance: Floats
    items: Integers
    reason: Reason | None = None

    @classmethod
    def from_gram(cls, gram: Gram) -> Items:
        """Take the exact sums over complete cases; R ``cov(x, use = "complete.obs")``."""
        n = gram.complete
        if n < 2:
            return _nothing(n, len(gram.sums))
        # Exact in Python's integers, so that no digit cancels: n X'X - s s' over n (n - 1).
        sums, products = gram.sums.astype(object), gram.products.astype(object)
        numerators = n * products - sums[:, np.newaxis] * sums
        covariance = (numerators / (n * (n - 1))).astype(float)
        return _with_spread(n, gram.sums / n, covariance)

    @classmethod
    def from_columns(
        cls, values: npt.ArrayLike, missing: Literal["complete", "pairwise"] = "complete"
    ) -> Items:
        """Take answers (n, k) in which nan is missing; ValueError when one is infinite.

        ``complete``: the rows that answered every item. ``pairwise``: every pair of items on the
        rows that answered both, and n is the number of rows, as R package psych has it by default.
        """
        x = np.asarray(values)
        x = x if x.dtype.kind == "f" else x.astype(float)
        if x.ndim != 2 or np.isinf(x).any():
            raise ValueError("answers are (n, k) finite values")
        if missing == "pairwise":
            return _pairwise(x)
        whole = x[~np.isnan(x).any(axis=1)]
        return _pairwise(whole) if len(whole) > 1 else _nothing(len(whole), x.shape[1])

    @classmethod
    def from_matrix(
        cls, matrix: npt.ArrayLike, n: int, means: npt.ArrayLike | None = None
    ) -> Items:
        """Take a covariance or correlation matrix of n answers; ValueError when not symmetric."""
        table = np.asarray(matrix, float)
        k = len(table)
        if table.shape != (k, k) or not np.allclose(table, table.T, rtol=1e-8, equal_nan=True):
            raise ValueError("a covariance matrix is square and symmetric")
        centre = np.full(k, np.nan) if means is None else np.asarray(means, float)
        if not np.isfinite(table).all():
            return replace(_nothing(n, k), reason=Reason.NOT_FINITE)
        return _with_spread(n, centre, (table + table.T) / 2)

    @property
    def sd(self) -> Floats:
        """(k,) the standard deviations."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def correlation(self) -> Floats:
        """(k, k) the correlations."""
        found = self.covariance / np.outer(self.sd, self.sd)
        np.fill_diagonal(found, 1.0)
        return np.clip(found, -1.0, 1.0)

    @property
    def singular(self) -> bool:
        """Whether an item follows from the others, so that the correlations have no inverse."""
        return bool(np.linalg.eigvalsh(self.correlation)[0] < SINGULAR)

    def turned(self, signs: npt.ArrayLike) -> Items:
        """Return the items with those of sign -1 reversed."""
        sign = np.asarray(signs, float)
        return replace(
            self, means=sign * self.means, covariance=self.covariance * np.outer(sign, sign)
        )

    def only(self, positions: npt.ArrayLike) -> Items:
        """Return some of the items, by their place among those that are in."""
        at = np.asarray(positions, np.int64)
        part = self.covariance[np.ix_(at, at)]
        return replace(self, means=self.means[at], covariance=part, items=self.items[at])


def squared_multiple_correlations(correlation: Floats) -> Floats:
    """Return (k,) how well the other items explain each: 1 - 1 / diag(R⁻¹); R ``psych::smc``."""
    return np.asarray(np.clip(1 - 1 / np.diag(np.linalg.inv(correlation)), 0.0, 1.0))


def _with_spread(n: int, means: Floats, covariance: Floats) -> Items:
    sd = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale = np.nan_to_num(np.abs(means)) + 1e-300
    kept = np.flatnonzero(sd > ROUNDING * np.minimum(scale, sd.max(initial=0.0) + scale * ROUNDING))
    reason = Reason.TOO_FEW if n < 2 else None if kept.size else Reason.NO_SPREAD
    return Items(n, means[kept], covariance[np.ix_(kept, kept)], kept, reason)


def _pairwise(x: npt.NDArray[np.floating]) -> Items:
    """Each pair about the means of its own rows; R ``cov(use = "pairwise")``.

    One pass: the products of [answers less a near mean, ones where there is an answer].
    """
    n, k = x.shape
    total: Floats = np.zeros((2 * k, 2 * k))
    shift: Floats = np.zeros(k)
    for start in range(0, n, BLOCK):
        part = x[start : start + BLOCK].astype(float)
        known = ~np.isnan(part)
        if not known.all():
            part[~known] = 0.0
        if start == 0:
            shift = part.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        both = np.hstack([part - shift * known, known])
        total += both.T @ both
    pairs, sums, products = total[k:, k:], total[:k, k:], total[:k, :k]
    if n < 2 or (pairs < 2).any():
        return _nothing(n, k)
    covariance = (products - sums * sums.T / pairs) / (pairs - 1)
    means = shift + np.diag(sums) / np.diag(pairs)
    return _with_spread(n, means, (covariance + covariance.T) / 2)


def _nothing(n: int, k: int) -> Items:
    reason = Reason.NO_ANSWERS if n == 0 else Reason.TOO_FEW
    return Items(n, np.zeros(0), np.zeros((0, 0)), np.zeros(0, np.int64), reason)
