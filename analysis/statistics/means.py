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
    fewer than two are nan. The deviation is summed about the mean, so that digits do not cancel.
    """
    kept = np.where(scored, cells, 0)
    n = kept.sum(axis=-1)
    total = (kept * scores).sum(axis=-1)
    mean = _divided(total, n)
    squares = (kept * (scores - mean[..., np.newaxis]) ** 2).sum(axis=-1)
    return Moments(n, mean, np.sqrt(_divided(squares, n - 1)))


def _divided(numerator: Integers | Floats, denominator: Integers) -> Floats:
    out: Floats = np.full(np.shape(numerator), np.nan)
    np.divide(numerator, denominator, out=out, where=np.asarray(denominator) > 0)
    return out
