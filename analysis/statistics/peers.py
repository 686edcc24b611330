"""Units that do worse than the others: a relative list beside an absolute cut.

Everything takes ``negative`` and ``valid`` as (J, U) counts of J items in U units.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import binom

from analysis.statistics.betabinomial import checked
from analysis.statistics.multiplicity import adjust
from analysis.statistics.results import Floats, divided

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Peers:
    """(J, U) each unit beside all the others, item by item; nan where there is none or no answer.

    ``share`` is the negative share of the others, ``p`` the one-sided mid-p, ``testable`` whether
    any outcome could have been significant, ``adjusted`` p over all testable cells of all items.
    """

    share: Floats
    p: Floats
    testable: Flags
    adjusted: Floats


def worse_than_peers(
    negative: npt.ArrayLike, valid: npt.ArrayLike, q: float = 0.10, method: str = "bh"
) -> Peers:
    """Return the one-sided exact test of each unit against all other units together.

    p is Fisher's with the table seen counted half: P(X > x) + P(X = x) / 2, X hypergeometric (R
    ``phyper(x, K, N - K, n, lower = FALSE) + dhyper(x, K, N - K, n) / 2``). A cell whose smallest
    attainable p is above q could never be found and is left out before adjusting (Tarone 1990,
    Biometrics 46:515; Gilbert 2005, JRSS C 54:143). ``method`` is one of ``multiplicity.METHODS``:
    ``by`` holds whatever the dependence between items.
    """
    x, n = checked(negative, valid)
    hits, base = x.sum(axis=1, keepdims=True), n.sum(axis=1, keepdims=True)
    share = np.where(n > 0, divided(hits - x, base - n), nan)
    able = ~np.isnan(share)
    p, least = np.full(x.shape, nan), np.full(x.shape, nan)
    marginals = tuple(np.broadcast_to(part, x.shape)[able] for part in (hits, base, n))
    p[able] = mid_p(x[able], *marginals)
    least[able] = mid_p(np.minimum(marginals[0], marginals[2]), *marginals)
    testable = np.asarray(np.nan_to_num(least, nan=1.0) <= q)
    return Peers(share, p, testable, adjust(np.where(testable, p, nan), method))


def mid_p(x: Floats, hits: Floats, base: Floats, n: Floats) -> Floats:
    """Return (C,) P(X > x) + P(X = x) / 2 for X of ``n`` drawn from ``base`` with ``hits``.

    Terms are added up on the shorter side of the mean, each from the one before it.
    """
    chance = n / base
    # As R's dhyper: a ratio of binomial probabilities, exact however large the counts.
    seen = (
        binom.pmf(x, hits, chance)
        * binom.pmf(n - x, base - hits, chance)
        / binom.pmf(n, base, chance)
    )
    upwards = x >= n * hits / base
    tail = _beyond(x, hits, base, n, np.where(upwards, 1.0, -1.0)) * seen
    p = np.where(upwards, tail + seen / 2, 1 - tail - seen / 2)
    return np.asarray(np.clip(p, 0.0, 1.0))


def _beyond(x: Floats, hits: Floats, base: Floats, n: Floats, step: Floats) -> Floats:
    """(C,) the probability of all outcomes beyond x, upwards or downwards, over that of x."""
    total, term, place = np.zeros_like(x), np.ones_like(x), x.copy()
    up = step > 0
    while (term > 1e-17 * np.maximum(total, 1e-300)).any():
        k = np.where(up, place, place - 1)
        gain = np.maximum(hits - k, 0) * np.maximum(n - k, 0)
        loss = (k + 1) * (base - hits - n + k + 1)
        term = term * np.where(up, divided(gain, loss), divided(loss, gain))
        term = np.where((up | (place > 0)) & np.isfinite(term), term, 0.0)
        total += term
        place = place + step
    return total


@dataclass(frozen=True, eq=False)
class Funnel:
    """Limits within which units lie that differ from the mean by chance alone.

    ``target`` and ``tau2`` are (J,), ``low`` and ``high`` (J, U); nan where nobody answered.
    """

    target: Floats
    tau2: Floats
    low: Floats
    high: Floats


def funnel(
    negative: npt.ArrayLike,
    valid: npt.ArrayLike,
    confidence: float = 0.998,
    winsorised: float = 0.10,
) -> Funnel:
    """Return funnel limits that allow for additive over-dispersion between units.

    theta -+ z sqrt(theta (1 - theta) / n + tau²), theta the share of all units together and tau² by
    DerSimonian and Laird from z-scores drawn in to their ``winsorised`` quantiles at both ends:
    tau² = (U phi - (U - 1)) / (sum w - sum w² / sum w), phi the mean square, w = n / (theta (1 -
    theta)), 0 where that is negative. Spiegelhalter (2005), Stat Med 24:1185; QSHC 14:347.
    """
    x, n = checked(negative, valid)
    target = divided(x.sum(axis=1), n.sum(axis=1))
    chance = target * (1 - target)
    tau2 = np.array([
        _between(x[j], n[j], target[j], chance[j], winsorised) for j in range(len(x))
    ])  # fmt: skip
    z = ndtri(0.5 + confidence / 2)
    error = divided(chance[:, np.newaxis], np.where(n > 0, n, nan)) + tau2[:, np.newaxis]
    middle = np.where(n > 0, target[:, np.newaxis], nan)
    half = z * np.sqrt(error)
    return Funnel(target, tau2, np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0))


def _between(x: Floats, n: Floats, target: float, chance: float, winsorised: float) -> float:
    """tau² of one item; 0 where all answers are alike, or only one unit has any."""
    seen = n > 0
    units = int(seen.sum())
    if units < 2 or not chance > 0:
        return 0.0 if units else nan
    w = n[seen] / chance
    z = (x[seen] / n[seen] - target) * np.sqrt(w)
    z = np.clip(z, *np.quantile(z, [winsorised, 1 - winsorised]))
    free = w.sum() - (w * w).sum() / w.sum()
    return max(0.0, float((units * (z * z).mean() - (units - 1)) / free))
