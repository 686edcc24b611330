"""Shrunk shares: what each unit's own share may be, told by all units and all items together.

The model is that of ``betabinomial``: x ~ Bin(n, p), p ~ Beta(mu M, (1 - mu) M), rho = 1 / (M + 1).
Here mu and rho are not taken as certain but integrated over, mu and rho ~ U(0, 1) (the uniform
shrinkage prior, Daniels 1999, Canadian J Stat 27:567). What the items have in common is a choice:

- ``per_item``: nothing; each item has a rho of its own.
- ``pooled``: rho itself; p(rho | data) ~ prod_j integral exp l_j(mu, rho) dmu.
- ``half_pooled``: items are alike as far as the data say so. logit rho_j ~ N(m, s²) with expit(m)
  ~ U(0, 1) and s half-normal with scale ``SPREAD``; and logit mu_j is normal with the moments of
  the items' shares, among which one more item counts, at one half and 1 away from the others, so
  that few items say little.

``python -m tests.simulations.negative_list`` compares them; half-pooled is the default because of
what it prints (see ``analysis/evidence.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from scipy.interpolate import CubicSpline
from scipy.special import (
    betainc,
    betaincinv,
    betaln,
    expit,
    gammaln,
    log_expit,
    ndtri,
    xlog1py,
    xlogy,
)

from analysis.statistics.betabinomial import Beta, checked
from analysis.statistics.results import Floats, divided

#: Places of logit rho at which the likelihood is computed, and between which it is interpolated.
COARSE, FINE = 32, 400
#: Places of logit mu, and their distance in standard deviations: the trapezoidal rule of a nearly
#: normal density is exact to 1e-5 here.
PLACES, DISTANCE = 9, 1.25
#: Nodes of rho and of mu that stand for the posterior in the end (Gauss quadrature): ``FEW`` where
#: the standard deviation of logit rho is at most ``NARROW`` for every item, else ``MANY``.
NARROW, FEW, MANY = 0.35, (3, 3), (6, 4)
#: Half-pooled: standard deviations of logit rho between items, and the scale of their prior.
SPREADS, SPREAD = (0.0, 0.1, 0.2, 0.4, 0.8, 1.6), 0.8
#: Quantiles: Newton's steps at most, and the error of the level after which one more is enough.
STEPS, CLOSE = 12, 1e-4


class Pooling(StrEnum):
    """What the items have in common."""

    PER_ITEM = "per_item"
    POOLED = "pooled"
    HALF_POOLED = "half_pooled"


@dataclass(frozen=True, eq=False)
class Shrunk:
    """(J, U) units' own shares as mixtures of K Beta distributions; nan where nothing is known.

    ``a``, ``b`` and ``weight`` are (J, U, K); for ``cells`` (C, K), and all results (C,).
    """

    a: Floats
    b: Floats
    weight: Floats

    def cells(self, chosen: npt.NDArray[np.bool_]) -> Shrunk:
        """Return the C cells that are chosen, in the order of their places."""
        return Shrunk(self.a[chosen], self.b[chosen], self.weight[chosen])

    @property
    def mean(self) -> Floats:
        """The shrunk share."""
        return self._mixed(self.a / (self.a + self.b))

    @property
    def variance(self) -> Floats:
        total = self.a + self.b
        squares = self._mixed(self.a * (self.a + 1) / (total * (total + 1)))
        return np.asarray(squares - self.mean**2)

    def below(self, cut: npt.ArrayLike) -> Floats:
        """Return P(p < cut); ``cut`` is broadcast."""
        return self._mixed(betainc(self.a, self.b, _deep(cut)))

    def above(self, cut: npt.ArrayLike) -> Floats:
        """Return the exceedance P(p > cut); ``cut`` is broadcast."""
        return np.asarray(1 - self.below(cut))

    def interval(self, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """Return the equal-tailed interval, to about 1e-6."""
        tail = (1 - confidence) / 2
        return self.quantile(tail), self.quantile(1 - tail)

    def quantile(self, level: float) -> Floats:
        """Return the quantile: that of the Beta of equal moments, improved by Newton's method.

        In normal scores a distribution function is nearly straight, so few steps are needed.
        """
        known = np.isfinite(self.a).all(axis=-1)
        a, b = self.a[known], self.b[known]
        weight = self.weight[known]
        found: Floats = np.full(known.shape, np.nan)
        start = betaincinv(*(part[known] for part in self.matched()), level)
        found[known] = _quantile(a, b, weight, start, level)
        return found

    def matched(self) -> Beta:
        """Return the (J, U) Beta distributions with the same means and variances."""
        mean = self.mean
        m = mean * (1 - mean) / self.variance - 1
        return Beta(mean * m, (1 - mean) * m)

    def _mixed(self, parts: Any) -> Floats:
        return np.asarray((self.weight * parts).sum(axis=-1))


def shrink(
    negative: npt.ArrayLike, valid: npt.ArrayLike, pooling: Pooling = Pooling.HALF_POOLED
) -> Shrunk:
    """Return the posterior of every unit's share from (J, U) counts of J items in U units.

    A unit without answers has the distribution of all units. An item without any answers is nan;
    ValueError when counts are negative or there are more negative than valid answers.
    """
    x, n = checked(negative, valid)
    answered = n.sum(axis=1) > 0
    a = b = weight = np.full((len(x), 1), np.nan)
    if answered.any():
        mu, rho, known = _nodes(x[answered], n[answered], pooling)
        a, b, weight = (np.full((len(x), known.shape[1]), np.nan) for _ in range(3))
        m = 1 / rho - 1
        a[answered], b[answered], weight[answered] = mu * m, (1 - mu) * m, known
    first, second = (
        a[:, np.newaxis] + x[..., np.newaxis],
        b[:, np.newaxis] + (n - x)[..., np.newaxis],
    )
    return Shrunk(first, second, np.broadcast_to(weight[:, np.newaxis], first.shape))


class _Tallies:
    """What the likelihoods of J items depend on: distinct counts, and how many units have them."""

    def __init__(self, x: Floats, n: Floats, *, alike: bool) -> None:
        self.hits, self.misses, self.bases = _distinct(x), _distinct(n - x), _distinct(n)
        self.share = x.sum(axis=1) / n.sum(axis=1)
        self.most = float(n.max())
        self.log_prior = _normal_prior(x.sum(axis=1), n.sum(axis=1)) if alike else _uniform_prior

    def over_mu(self, rho: Floats) -> tuple[Floats, Floats, Floats]:
        """Return logit mu (J, K, PLACES), its weights there, and (J, K) the log of the integral.

        ``rho`` is (J, K).
        """
        logit = self._places(rho)
        high = self._log_likelihood(expit(logit), rho[..., np.newaxis]) + self.log_prior(logit)
        top = high.max(axis=-1, keepdims=True)
        weights = np.exp(high - top)
        mass = weights.sum(axis=-1)
        width = logit[..., 1] - logit[..., 0]
        return logit, weights / mass[..., np.newaxis], top[..., 0] + np.log(mass * width)

    def _places(self, rho: Floats) -> Floats:
        """(J, K, PLACES) logit mu around the likeliest at each rho.

        Kleinman's weights n / (1 + (n - 1) rho), and their sum as the answers it is worth.
        """
        total = 1 + np.stack([
            (units * n / (1 + np.maximum(n - 1, 0) * of_item[:, np.newaxis])).sum(axis=1)
            for (n, units), of_item in zip(self.bases, rho, strict=True)
        ])  # fmt: skip
        mu = ((total - 1) * self.share[:, np.newaxis] + 0.5) / total
        middle = np.log(mu) - np.log1p(-mu)
        sd = 1 / np.sqrt(mu * (1 - mu) * total)
        steps = DISTANCE * (np.arange(PLACES) - (PLACES - 1) / 2)
        return np.asarray(middle[..., np.newaxis] + sd[..., np.newaxis] * steps)

    def _log_likelihood(self, mu: Floats, rho: Floats) -> Floats:
        """(J, ...) at mu, (J, ...), and a rho that is broadcast to it."""
        m = 1 / rho - 1
        found = _risen(self.hits, mu * m) + _risen(self.misses, (1 - mu) * m)
        return np.asarray(found - _risen(self.bases, m))


def _uniform_prior(logit: Floats) -> Floats:
    """The log density of logit mu where mu ~ U(0, 1): mu (1 - mu)."""
    return np.asarray(log_expit(logit) + log_expit(-logit))


def _normal_prior(hits: Floats, base: Floats) -> Callable[[Floats], Floats]:
    """The log density of logit mu given (J,) counts of all items."""
    seen = np.log(hits + 0.5) - np.log(base - hits + 0.5)
    middle = seen.sum() / (seen.size + 1)
    squares = 1 + ((seen - middle) ** 2).sum() + middle**2
    sd = np.sqrt(squares / (seen.size + 1))
    return lambda logit: np.asarray(-0.5 * ((logit - middle) / sd) ** 2)


def _nodes(x: Floats, n: Floats, pooling: Pooling) -> tuple[Floats, Floats, Floats]:
    """(J, K) nodes of mu and rho, and their weights, that stand for the posterior."""
    tallies = _Tallies(x, n, alike=pooling is Pooling.HALF_POOLED)
    fine, weights = _rho_posterior(tallies, pooling)
    middle = _product("jf,f->j", weights, fine)
    spread = np.sqrt((weights * (fine - middle[:, np.newaxis]) ** 2).sum(axis=1))
    of_rho, of_mu = FEW if spread.max() <= NARROW else MANY
    logit_rho, rho_weight = gauss(np.broadcast_to(fine, weights.shape), weights, of_rho)
    rho = expit(logit_rho)
    places, at_places, _ = tallies.over_mu(rho)
    logit_mu, mu_weight = gauss(places, at_places, of_mu)
    items = len(rho)
    weight = (rho_weight[..., np.newaxis] * mu_weight).reshape(items, -1)
    return expit(logit_mu).reshape(items, -1), np.repeat(rho, of_mu, axis=1), weight


def _rho_posterior(tallies: _Tallies, pooling: Pooling) -> tuple[Floats, Floats]:
    """(F,) places of logit rho and (J, F) the probability of each, for every item."""
    # Differences between units are seen down to about 1 / n; below, the likelihood is flat.
    lowest = np.log(1e-3 / max(10.0, tallies.most))
    coarse, fine = np.linspace(lowest, 4.0, COARSE), np.linspace(lowest, 4.0, FINE)
    everywhere = np.broadcast_to(expit(coarse), (len(tallies.share), COARSE))
    _, _, log_marginal = tallies.over_mu(everywhere)
    likelihood = CubicSpline(coarse, log_marginal, axis=1)(fine)
    prior = log_expit(fine) + log_expit(-fine)
    if pooling is Pooling.PER_ITEM:
        found = _normalised(likelihood + prior)
    elif pooling is Pooling.POOLED:
        found = np.broadcast_to(_normalised(likelihood.sum(axis=0) + prior), likelihood.shape)
    else:
        found = _half_pooled(fine, likelihood, prior)
    return fine, found


def _half_pooled(fine: Floats, log_likelihood: Floats, prior: Floats) -> Floats:
    """(J, F): p(rho_j | data), with the centre m and the spread s of the items integrated over."""
    high = _relevant(np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True)))
    kernels = [_kernel(fine, spread) for spread in SPREADS]
    # (J, M) for each spread: the likelihood of an item given the centre and the spread.
    given = [np.maximum(_product("jf,fm->jm", high, kernel), 1e-300) for kernel in kernels]
    steps = np.gradient(np.array(SPREADS))
    of_spread = np.log(steps) - 0.5 * (np.array(SPREADS) / SPREAD) ** 2
    together = np.stack(
        [np.log(one).sum(axis=0) + prior + more for one, more in zip(given, of_spread, strict=True)]
    )
    weights = _relevant(np.exp(together - together.max()))
    found = sum(
        _product("jm,fm->jf", w / one, kernel)
        for w, one, kernel in zip(weights, given, kernels, strict=True)
    )
    return _normalised(np.log(np.maximum(high * found, 1e-300)))


def _kernel(fine: Floats, spread: float) -> Floats:
    """(F, M): the chance of each place of logit rho, given the centre; columns sum to 1."""
    if spread == 0:
        return np.eye(fine.size)
    apart = np.arange(1 - fine.size, fine.size) * (fine[1] - fine[0]) / spread
    # Every row holds the same heights as the one above it, one place further.
    heights = sliding_window_view(_relevant(np.exp(-0.5 * apart * apart)), fine.size)[::-1]
    return np.asarray(heights / heights.sum(axis=0))


def _product(subscripts: str, first: Floats, second: Floats) -> Floats:
    """A matrix product in this thread: so small a one is slower when threads must meet for it."""
    return np.asarray(np.einsum(subscripts, first, second))


def _relevant(heights: Floats) -> Floats:
    """Heights, those set to 0 that add nothing: denormal numbers make products slow."""
    return np.where(heights > 1e-60, heights, 0.0)


def gauss(places: Floats, weights: Floats, nodes: int) -> tuple[Floats, Floats]:
    """Return (..., ``nodes``) places and weights with the moments of a discrete measure (..., P).

    Gauss quadrature by the Lanczos recurrence (Golub and Welsch 1969, Math Comp 23:221): it
    integrates polynomials up to degree 2 ``nodes`` - 1 as the measure does. Weights sum to 1.
    """
    middle = (weights * places).sum(axis=-1, keepdims=True)
    scale = np.sqrt((weights * (places - middle) ** 2).sum(axis=-1, keepdims=True))
    t = (places - middle) / np.maximum(scale, 1e-12)
    recurrence = np.zeros((*weights.shape[:-1], nodes, nodes))
    before, now = np.zeros_like(t), np.ones_like(t)
    off = np.zeros(weights.shape[:-1])
    for k in range(nodes):
        recurrence[..., k, k] = shift = (weights * t * now * now).sum(axis=-1)
        after = (t - shift[..., np.newaxis]) * now - off[..., np.newaxis] * before
        off = np.sqrt((weights * after * after).sum(axis=-1))
        if k + 1 < nodes:
            recurrence[..., k + 1, k] = recurrence[..., k, k + 1] = off
        before, now = now, after / np.maximum(off, 1e-12)[..., np.newaxis]
    values, vectors = np.linalg.eigh(recurrence)
    return middle + scale * values, vectors[..., 0, :] ** 2


def _normalised(log_weights: Floats) -> Floats:
    weights = np.exp(log_weights - log_weights.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _distinct(counts: Floats) -> list[tuple[Floats, Floats]]:
    """The distinct values of each row, and how often each occurs."""
    rows = (np.unique(row, return_counts=True) for row in counts)
    return [(values, often.astype(float)) for values, often in rows]


def _risen(tally: list[tuple[Floats, Floats]], at: Floats) -> Floats:
    """(J, ...) sums over units of ln Gamma(count + at) - ln Gamma(at), for (J, ...) ``at``.

    Item by item, so that the room needed does not grow with their number.
    """
    return np.stack([
        _product("...d,d->...", gammaln(of_item[..., np.newaxis] + values), often)
        - often.sum() * gammaln(of_item)
        for (values, often), of_item in zip(tally, at, strict=True)
    ])  # fmt: skip


def _quantile(a: Floats, b: Floats, weight: Floats, place: Floats, level: float) -> Floats:
    """(C,) quantiles of C mixtures of K Beta distributions, (C, K), sought from (C,) ``place``."""
    active = np.arange(len(a))
    for _ in range(STEPS):
        at, w = place[active, np.newaxis], weight[active]
        reached = (w * betainc(a[active], b[active], at)).sum(axis=1)
        density = (w * _density(a[active], b[active], at)).sum(axis=1)
        score = ndtri(np.clip(reached, 1e-300, 1 - 1e-16))
        slope = density * np.exp(score * score / 2) * np.sqrt(2 * np.pi)
        step = np.nan_to_num(divided(ndtri(level) - score, slope))
        now = place[active]
        place[active] = np.clip(now + step, now / 4, (now + 3) / 4)
        active = active[np.abs(reached - level) > CLOSE]
        if not active.size:
            break
    return place


def _density(a: Floats, b: Floats, at: Floats) -> Floats:
    return np.asarray(np.exp(xlogy(a - 1, at) + xlog1py(b - 1, -at) - betaln(a, b)))


def _deep(cut: npt.ArrayLike) -> Floats:
    return np.asarray(cut, float)[..., np.newaxis]
