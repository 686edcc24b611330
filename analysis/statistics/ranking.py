"""Expected ranks of units and how far chance could move them.

A rank computed from raw shares mostly ranks luck: small units come first and last. The expected
rank averages over what each unit's share may be (Laird and Louis 1989, J Educ Stat 14:29; Lin et
al. 2006, Bayesian Analysis 1:915). Rank 1 is the highest share: the worst.
"""

from __future__ import annotations

from math import nan

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.special import betainc, betaincinv, betaln, expit, log_expit, logit, ndtr, ndtri

from analysis.statistics.betabinomial import Beta
from analysis.statistics.results import Floats, Integers

#: Step of the trapezoidal rule on the logit, in standard deviations of the narrowest distribution,
#: and the widest step: the rule is then exact to 1e-9.
STEP, WIDEST = 0.65, 0.5
#: What lies beyond the first and the last step.
TAIL = 1e-12
#: Equally likely shares of a unit, at which the chances of its rank are computed.
LEVELS = (np.arange(120) + 0.5) / 120


class Ranking:
    """The ranks of U units whose shares are independent with (U,) Beta distributions.

    A share that is nan has no rank, and counts for nobody else's.
    """

    def __init__(self, shares: Beta) -> None:
        self.known = np.isfinite(shares.a) & np.isfinite(shares.b)
        self.own = Beta(shares.a[self.known], shares.b[self.known])
        if self.known.any():
            reach = _reach(self.own)
            self.places = _places(self.own, reach)
            self.below = _below(self.own, self.places, reach)

    @property
    def expected(self) -> Floats:
        """(U,) E rank_g = 1 + sum over h != g of P(p_h > p_g), by quadrature."""
        found: Floats = np.full(self.known.shape, nan)
        if self.known.any():
            above = (1 - self.below).sum(axis=0)
            # In the sum a unit is above itself half the time, and in truth never.
            found[self.known] = 0.5 + (_weights(self.own, self.places) * above).sum(axis=1)
        return found

    def intervals(
        self, positions: npt.ArrayLike, confidence: float = 0.95
    ) -> tuple[Floats, Floats]:
        """Return the lowest and the highest rank of the intervals of some units, (W,) each.

        Given a unit's own share, its rank is 1 plus a sum of independent events, one for each other
        unit; that sum is taken as normal (continuity corrected) and averaged over the share. The
        ends are whole ranks, right to about one.
        """
        wanted = np.asarray(positions, np.int64)
        able = self.known[wanted]
        low, high = np.full(wanted.shape, nan), np.full(wanted.shape, nan)
        if able.any():
            row = (np.cumsum(self.known) - 1)[wanted[able]]
            mean, sd = self._rank_given_level(row)
            tail, units = (1 - confidence) / 2, len(self.below)
            low[able] = _smallest(mean, sd, tail, units)
            high[able] = _smallest(mean, sd, 1 - tail, units)
        return low, high

    def _rank_given_level(self, row: Integers) -> tuple[Floats, Floats]:
        """(W, LEVELS) mean and standard deviation of the rank at each level of the own share."""
        above = CubicSpline(self.places, (1 - self.below).sum(axis=0))
        variance = CubicSpline(self.places, (self.below * (1 - self.below)).sum(axis=0))
        # Normal scores of a distribution function are nearly straight between the places.
        scores = ndtri(np.clip(self.below[row], 1e-300, 1 - 1e-16))
        at = np.array([np.interp(ndtri(LEVELS), one, self.places) for one in scores])
        mean = 1 + above(at) - (1 - LEVELS)
        return mean, np.sqrt(np.maximum(variance(at) - LEVELS * (1 - LEVELS), 1e-12))


def chance_of_less(first: Beta, second: Beta) -> Floats:
    """Return (U,) P(p_first < p_second) of independent shares, (U,) each, by quadrature."""
    both = Beta(np.append(first.a, second.a), np.append(first.b, second.b))
    places = _places(both, _reach(both))
    below = _below(first, places, _reach(first))
    return np.asarray((_weights(second, places) * below).sum(axis=1))


def _places(shares: Beta, reach: tuple[Floats, Floats]) -> Floats:
    """(T,) equidistant logits that reach over all of (U,) Beta distributions."""
    first, last = float(reach[0].min()), float(reach[1].max())
    narrowest = np.sqrt(1 / np.maximum(shares.a, 0.5) + 1 / np.maximum(shares.b, 0.5)).min()
    step = min(WIDEST, STEP * float(narrowest))
    return np.linspace(first, last, max(8, int((last - first) / step) + 2))


def _reach(shares: Beta) -> tuple[Floats, Floats]:
    """(U,) the logits between which all of each distribution lies but its tails."""
    low = np.maximum(betaincinv(shares.a, shares.b, TAIL), 1e-300)
    # The upper tail is the lower one of 1 - p: near 1 differences would be lost.
    high = np.maximum(betaincinv(shares.b, shares.a, TAIL), 1e-300)
    return logit(low), -logit(high)


def _below(shares: Beta, places: Floats, reach: tuple[Floats, Floats]) -> Floats:
    """(U, T) distribution functions, computed where they are neither 0 nor 1."""
    low, high = (end[:, np.newaxis] for end in reach)
    found = np.where(places > high, 1.0, 0.0)
    unit, place = np.nonzero((places >= low) & (places <= high))
    a, b, at = shares.a[unit], shares.b[unit], places[place]
    # From the nearer end: 1 - 1e-17 is 1, and shares may pile up there.
    upper = at > 0
    tail = betainc(np.where(upper, b, a), np.where(upper, a, b), expit(-np.abs(at)))
    found[unit, place] = np.where(upper, 1 - tail, tail)
    return found


def _weights(shares: Beta, places: Floats) -> Floats:
    """(U, T) the probability that each place stands for; rows sum to 1.

    The density of the logit of a Beta share is p^a (1 - p)^b / B(a, b).
    """
    a, b = shares.a[:, np.newaxis], shares.b[:, np.newaxis]
    density = np.exp(a * log_expit(places) + b * log_expit(-places) - betaln(a, b))
    return np.asarray(density / density.sum(axis=1, keepdims=True))


def _smallest(mean: Floats, sd: Floats, level: float, units: int) -> Floats:
    """(W,) the smallest rank that is reached with at least this probability, by halving."""
    low, high = np.ones(len(mean)), np.full(len(mean), float(units))
    while (low < high).any():
        middle = np.floor((low + high) / 2)
        reached = ndtr((middle[:, np.newaxis] + 0.5 - mean) / sd).mean(axis=1) >= level
        high = np.where(reached, middle, high)
        low = np.where(reached, low, np.minimum(middle + 1, high))
    return low
