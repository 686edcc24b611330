"""Shrunk means: what each unit's own mean score may be, told by all units together.

ybar_g ~ N(theta_g, v_g), theta_g ~ N(mu, tau²), v_g = s² / n_g with the variance s² pooled over
units: the area-level model of Fay and Herriot (1979), JASA 74:269. It is the random-effects
meta-analysis of the units, whose two usual estimates of tau² are offered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan, sqrt

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtri

from analysis.statistics.results import Floats, Reason


@dataclass(frozen=True, eq=False)
class ShrunkMeans:
    """The mean of all units with its standard error, tau², and (U,) each unit's shrunk mean.

    ``se`` counts the uncertainty of the unit and of ``mu``, not that of tau².
    """

    mu: float
    mu_se: float
    tau2: float
    mean: Floats
    se: Floats
    low: Floats
    high: Floats
    reason: Reason | None = None


def shrink_means(
    n: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    method: str = "dersimonian_laird",
    confidence: float = 0.95,
) -> ShrunkMeans:
    """Return theta_g = (tau² ybar_g + v_g mu) / (tau² + v_g) of U units.

    (U,) ``n``, ``mean`` and ``variance`` (denominator n - 1) of the answers of each. ``method``:
    ``dersimonian_laird`` (1986, Control Clin Trials 7:177), in closed form, or ``fay_herriot``,
    which solves sum (ybar - mu)² / (tau² + v) = U - 1 (Paule and Mandel 1982). tau² is at least 0.
    A unit without answers has the mean of all. Nothing exists, with the reason, where no unit has
    two answers, or answers do not vary inside units. KeyError for an unknown method.
    """
    solve = METHODS[method]
    size, y, spread = (np.asarray(part, float) for part in (n, mean, variance))
    seen = size > 0
    pooled, reason = _pooled(size[seen], y[seen], spread[seen])
    if reason:
        nothing: Floats = np.full(size.shape, nan)
        return ShrunkMeans(nan, nan, nan, nothing, nothing, nothing, nothing, reason)
    v = pooled / size[seen]
    tau2 = solve(y[seen], v) if v.size > 1 else 0.0
    mu, mu_se = _centre(y[seen], v, tau2)
    return _shrunk(seen, y, v, (mu, mu_se, tau2), confidence)


def _pooled(n: Floats, mean: Floats, variance: Floats) -> tuple[float, Reason | None]:
    if not n.size:
        return nan, Reason.NO_ANSWERS
    several = n > 1
    if not several.any():
        return nan, Reason.TOO_FEW
    free = n[several] - 1
    found = float((free * variance[several]).sum() / free.sum())
    if not (found < inf and np.isfinite(mean).all()):
        return nan, Reason.NOT_FINITE
    return found, None if found > 0 else Reason.NO_SPREAD


def _shrunk(
    seen: npt.NDArray[np.bool_],
    y: Floats,
    v: Floats,
    common: tuple[float, float, float],
    confidence: float,
) -> ShrunkMeans:
    mu, mu_se, tau2 = common
    mean: Floats = np.full(y.shape, mu)
    square: Floats = np.full(y.shape, tau2 + mu_se**2)
    kept = v / (tau2 + v)
    mean[seen] = (1 - kept) * y[seen] + kept * mu
    square[seen] = tau2 * kept + (kept * mu_se) ** 2
    se = np.sqrt(square)
    half = float(ndtri(0.5 + confidence / 2)) * se
    return ShrunkMeans(mu, mu_se, tau2, mean, se, mean - half, mean + half)


def _centre(y: Floats, v: Floats, tau2: float) -> tuple[float, float]:
    w = 1 / (v + tau2)
    return float((w * y).sum() / w.sum()), 1 / sqrt(float(w.sum()))


def _misfit(y: Floats, v: Floats, tau2: float) -> float:
    """The weighted squares around the centre, less what chance alone gives."""
    centre, _ = _centre(y, v, tau2)
    return float(((y - centre) ** 2 / (v + tau2)).sum()) - (y.size - 1)


def _dersimonian_laird(y: Floats, v: Floats) -> float:
    w = 1 / v
    return max(0.0, _misfit(y, v, 0.0) / float(w.sum() - (w * w).sum() / w.sum()))


def _fay_herriot(y: Floats, v: Floats) -> float:
    if _misfit(y, v, 0.0) <= 0:
        return 0.0
    # With tau² = the sum of all squares no unit can be further from the centre than chance allows.
    highest = float(((y - y.mean()) ** 2).sum()) + float(v.max())
    return float(brentq(lambda tau2: _misfit(y, v, tau2), 0.0, highest, xtol=1e-15, rtol=1e-14))


METHODS: dict[str, Callable[[Floats, Floats], float]] = {
    "dersimonian_laird": _dersimonian_laird,
    "fay_herriot": _fay_herriot,
}
