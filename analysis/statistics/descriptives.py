"""The figures that describe the answers of each group, from counts."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from analysis.statistics.means import Scored
from analysis.statistics.results import Floats, Integers, divided

#: Makes the median absolute deviation of a normal variable its standard deviation; R ``mad``.
MAD = 1.4826


@dataclass(frozen=True, eq=False)
class Description:
    """One figure per group, (G,) each; nan where a group has too few answers for it.

    ``trimmed`` leaves out a tenth of the answers at either end; ``mad`` is the median absolute
    deviation times 1.4826; ``skew`` and ``kurtosis`` are m3 / s³ and m4 / s⁴ - 3 with s of
    denominator n - 1. As R ``psych::describe``.
    """

    n: Integers
    mean: Floats
    sd: Floats
    se: Floats
    median: Floats
    trimmed: Floats
    mad: Floats
    minimum: Floats
    maximum: Floats
    skew: Floats
    kurtosis: Floats


def describe(data: Scored, trim: float = 0.1) -> Description:
    """Return the description of every group; R ``psych::describe`` (type 3 of skew and kurtosis).

    Without spread skew and kurtosis do not exist. ``trim`` is the share left out at either end.
    """
    found = data.moments
    away = data.scores - found.mean[:, np.newaxis]
    third = divided((data.cells * away**3).sum(axis=1), found.n)
    fourth = divided((data.cells * away**4).sum(axis=1), found.n)
    quarters = quantiles(data, (0.0, 0.5, 1.0))
    return Description(
        n=found.n,
        mean=found.mean,
        sd=found.sd,
        se=divided(found.sd, np.sqrt(found.n)),
        median=quarters[:, 1],
        trimmed=_trimmed(data, trim),
        mad=_mad(data, quarters[:, 1]),
        minimum=quarters[:, 0],
        maximum=quarters[:, 2],
        skew=divided(third, found.sd**3),
        kurtosis=divided(fourth, found.sd**4) - 3,
    )


def quantiles(data: Scored, probabilities: npt.ArrayLike) -> Floats:
    """Return (G, P) quantiles of each group; R ``quantile`` with its default, type 7.

    Linear between the order statistics around 1 + (n - 1) p. nan where a group has no answers.
    """
    wanted = np.asarray(probabilities, float)
    out: Floats = np.full((len(data.cells), wanted.size), nan)
    for group, reached in enumerate(np.cumsum(data.cells, axis=1)):
        n = int(reached[-1])
        if not n:
            continue
        place = (n - 1) * wanted
        # R rounds what is a whole number but for the error of the product.
        lower = np.floor(place + 4 * np.finfo(float).eps)
        part = np.where(np.abs(place - lower) < 4 * np.finfo(float).eps, 0.0, place - lower)
        low = data.scores[np.searchsorted(reached, lower, side="right")]
        upper = np.minimum(lower + 1, n - 1)
        high = data.scores[np.searchsorted(reached, upper, side="right")]
        out[group] = np.where(part > 0, (1 - part) * low + part * high, low)
    return out


def modes(data: Scored) -> tuple[tuple[float, ...], ...]:
    """Return the scores that most answers of each group have: several when level, none if empty."""
    return tuple(
        tuple(float(score) for score in data.scores[(row == row.max()) & (row > 0)])
        for row in data.cells
    )


def _trimmed(data: Scored, trim: float) -> Floats:
    """The mean without floor(n trim) answers at either end; R ``mean(trim = )``."""
    n = data.cells.sum(axis=1, keepdims=True)
    out = np.floor(n * trim).astype(np.int64)
    reached = np.cumsum(data.cells, axis=1)
    inside = np.minimum(reached, n - out) - np.maximum(reached - data.cells, out)
    kept = np.maximum(inside, 0)
    return divided((kept * data.scores).sum(axis=1), kept.sum(axis=1))


def _mad(data: Scored, median: Floats) -> Floats:
    out: Floats = np.full(median.shape, nan)
    for group in np.flatnonzero(~np.isnan(median)):
        away = np.abs(data.scores - median[group])
        folded = Scored.from_counts(data.cells[group : group + 1], away)
        out[group] = MAD * quantiles(folded, (0.5,))[0, 0]
    return out
