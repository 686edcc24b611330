"""How many of the cells that are flagged may be wrong: the Bayesian false discovery rate.

Each cell has a local false discovery rate ``lfdr``, the probability that it does not exceed the
cut: 1 minus its exceedance. Flagging the k smallest makes sum(lfdr) / k of the flags wrong, as far
as the model holds. Newton et al. (2004), Biostatistics 5:155; Müller et al. (2004), JASA 99:990.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.statistics.results import Floats

Flags = npt.NDArray[np.bool_]


def flagged(lfdr: npt.ArrayLike, q: float, least: float = 0.0) -> Flags:
    """Return the largest set whose mean lfdr is at most q, in the shape of ``lfdr``.

    Of cells with equal lfdr on the border the first are taken. ``least`` is the exceedance that
    every flag must have by itself. nan is never flagged, and does not count.
    """
    values = np.asarray(lfdr, float)
    order, means = _running(values)
    out: Flags = np.zeros(values.size, np.bool_)
    out[order[: int((means <= q).sum())]] = True
    return np.asarray(out.reshape(values.shape) & (values <= 1 - least))


def q_values(lfdr: npt.ArrayLike) -> Floats:
    """Return the smallest q at which each cell is flagged together with all that equal it.

    It is the mean lfdr of the cells that are no less likely to exceed the cut; so equal evidence
    has an equal q. nan stays nan.
    """
    values = np.asarray(lfdr, float)
    order, means = _running(values)
    out: Floats = np.full(values.size, np.nan)
    rising = values.ravel()[order]
    out[order] = means[np.searchsorted(rising, rising, side="right") - 1]
    return out.reshape(values.shape)


def _running(values: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """The places of the values that are known, rising, and the mean of each with all below it."""
    flat = values.ravel()
    order = np.argsort(flat, kind="stable")[: int((~np.isnan(flat)).sum())]
    return order, np.asarray(np.cumsum(flat[order]) / np.arange(1, order.size + 1))
