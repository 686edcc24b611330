"""Means of scored levels, from counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.counts import Integers

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """n, mean and standard deviation (denominator n - 1) along the leading axes of the counts."""

    n: Integers
    mean: Floats
    sd: Floats


def moments(cells: Integers, scores: Integers, scored: npt.NDArray[np.bool_]) -> Moments:
    """Return the moments of counts (..., C) whose codes have the given scores (C,).

    Codes that are not ``scored`` (C,) are left out. The mean of no answer and the deviation of
    fewer than two are nan. The sums are exact integers; only the last division rounds.
    """
    kept = np.where(scored, cells, 0)
    n = kept.sum(axis=-1)
    total = (kept * scores).sum(axis=-1)
    squares = (kept * scores * scores).sum(axis=-1)
    mean = _divided(total, n)
    # n * sum(x^2) - (sum x)^2 is an exact integer: no cancellation.
    spread = _divided(n * squares - total * total, n * (n - 1))
    return Moments(n, mean, np.sqrt(spread))


def _divided(numerator: Integers, denominator: Integers) -> Floats:
    out: Floats = np.full(np.shape(numerator), np.nan)
    np.divide(numerator, denominator, out=out, where=np.asarray(denominator) > 0)
    return out
