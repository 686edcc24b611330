"""Shares of many units that differ: the beta-binomial, fitted to many items at once.

x of n answers in a unit are negative with a chance p of its own, and p ~ Beta(mu M, (1 - mu) M).
``mu`` is the mean share, M the precision, and rho = 1 / (M + 1) the intraclass correlation: how
much units differ. Everything takes ``negative`` and ``valid`` as (J, U) counts of J items in U
units, and raises ValueError unless 0 <= negative <= valid. A unit without answers says nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincc, betaincinv, betaln, digamma, expit, zeta

from analysis.statistics.results import Floats, Reason, divided

#: Log M is sought within these: beyond, the likelihood is flat, and differences of its logarithms
#: cancel to a fake maximum.
LOWEST, HIGHEST = np.log(1e-6), np.log(1e6)
#: Logit mu is sought within this of 0.
FARTHEST = 30.0
#: Precisions from which the search may start, beside that of the moments.
STARTS = (1.0, 10.0, 100.0, 1000.0)
ITERATIONS = 100
#: A step this small, of logit mu and log M, ends the search: Newton's next would be its square.
SETTLED = 1e-9
LONGEST = 2.0


class Fit(NamedTuple):
    """(J,) the mean share and the intraclass correlation of each item; nan where neither exists."""

    mu: Floats
    rho: Floats


class Beta(NamedTuple):
    """(J, U) the two parameters of Beta distributions; nan where there is none."""

    a: Floats
    b: Floats

    @property
    def mean(self) -> Floats:
        return np.asarray(self.a / (self.a + self.b))

    @property
    def variance(self) -> Floats:
        total = self.a + self.b
        return np.asarray(self.a * self.b / (total * total * (total + 1)))

    def interval(self, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """Return the equal-tailed interval."""
        tail = (1 - confidence) / 2
        return self.quantile(tail), self.quantile(1 - tail)

    def quantile(self, level: float) -> Floats:
        """Return the share below which it lies with this probability."""
        return np.asarray(betaincinv(self.a, self.b, level))

    def below(self, cut: npt.ArrayLike) -> Floats:
        """Return P(p < cut)."""
        return np.asarray(betainc(self.a, self.b, np.asarray(cut, float)))

    def above(self, cut: npt.ArrayLike) -> Floats:
        """Return the exceedance P(p > cut)."""
        return np.asarray(betaincc(self.a, self.b, np.asarray(cut, float)))


def fit(negative: npt.ArrayLike, valid: npt.ArrayLike) -> Fit:
    """Return the maximum likelihood estimates of every item.

    Newton's method with analytic derivatives on (logit mu, log M), M within 1e-6 .. 1e6, started
    from the moments (Kleinman 1973, JASA 68:46) or wherever the likelihood is higher. Equals R
    ``VGAM::vglm(..., betabinomial)``. Where units differ no more than chance has them, M is at its
    limit and rho is 1e-6; ``reasons`` tells. nan where an item has no answers, or no two units
    have; where all answers are negative, or none, mu is 1 or 0 and rho does not exist.
    """
    x, n = checked(negative, valid)
    why = _reasons(x, n)
    mu = np.where(n.sum(axis=1) > 0, divided(x.sum(axis=1), n.sum(axis=1)), np.nan)
    rho = np.full(len(x), np.nan)
    able = np.array([reason is None for reason in why], np.bool_)
    if able.any():
        logit, log_m = _maximised(x[able], n[able])
        mu[able], rho[able] = expit(logit), expit(-log_m)
    return Fit(mu, rho)


def reasons(negative: npt.ArrayLike, valid: npt.ArrayLike, found: Fit) -> list[Reason | None]:
    """Return for each item why rho does not exist or lies at its limit."""
    limits = (expit(-HIGHEST) * (1 + 1e-9), expit(-LOWEST) * (1 - 1e-9))
    return [
        why or (Reason.AT_LIMIT if not limits[0] < rho < limits[1] else None)
        for why, rho in zip(_reasons(*checked(negative, valid)), found.rho, strict=True)
    ]


def posterior(negative: npt.ArrayLike, valid: npt.ArrayLike, found: Fit) -> Beta:
    """Return the distribution of each unit's own share, the fit taken as certain (plug-in).

    Beta(mu M + x, (1 - mu) M + n - x): its mean is the shrunk share (n x/n + M mu) / (n + M).
    A unit without answers has the distribution of all units. nan where the item has no fit.
    """
    x, n = checked(negative, valid)
    mu = found.mu[:, np.newaxis]
    m = (1 / found.rho - 1)[:, np.newaxis]
    return Beta(mu * m + x, (1 - mu) * m + n - x)


def log_likelihood(negative: npt.ArrayLike, valid: npt.ArrayLike, found: Fit) -> Floats:
    """Return (J,) the sum over units of ln B(x + mu M, n - x + (1 - mu) M) - ln B(mu M, ...).

    The binomial coefficients, which do not depend on the parameters, are left out.
    """
    x, n = checked(negative, valid)
    m = 1 / found.rho - 1
    return _log_likelihood(x, n, found.mu * m, (1 - found.mu) * m)


def moments(negative: npt.ArrayLike, valid: npt.ArrayLike) -> Fit:
    """Return Kleinman's (1973) moment estimates with weights n: a start, and a check.

    rho = (S - p (1 - p) (sum w (1 - w) / n)) / (p (1 - p) sum w (1 - w) (1 - 1 / n)) with
    w = n / sum n and S = sum w (x / n - p)²; cut at 0 and 1. nan where it does not exist.
    """
    x, n = checked(negative, valid)
    w = divided(n, n.sum(axis=1, keepdims=True))
    p = np.nansum(w * np.nan_to_num(divided(x, n)), axis=1)
    spread = (w * (np.nan_to_num(divided(x, n)) - p[:, np.newaxis]) ** 2).sum(axis=1)
    inverse = np.nan_to_num(divided(1.0, n))
    chance = p * (1 - p)
    within = chance * (w * (1 - w) * inverse).sum(axis=1)
    between = chance * (w * (1 - w) * (1 - inverse)).sum(axis=1)
    return Fit(p, np.clip(divided(spread - within, between), 0, 1))


def checked(negative: npt.ArrayLike, valid: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the counts as (J, U) floats; ValueError unless 0 <= negative <= valid."""
    x, n = np.asarray(negative, float), np.asarray(valid, float)
    if x.shape != n.shape or x.ndim != 2:
        raise ValueError("negative and valid must both be items by units")
    if not ((x >= 0) & (x <= n) & np.isfinite(n)).all():
        raise ValueError("there must be 0 <= negative <= valid answers")
    return x, n


def _reasons(x: Floats, n: Floats) -> list[Reason | None]:
    """Why there is nothing to maximise, for each item."""
    hits, base = x.sum(axis=1), n.sum(axis=1)
    several, most = (n > 0).sum(axis=1) > 1, n.max(axis=1, initial=0)
    return [
        Reason.NO_ANSWERS if not total
        else Reason.ONE_GROUP if not many
        else Reason.NO_SPREAD if negative in (0, total)
        # With one answer in each unit, how much units differ cannot be seen.
        else Reason.TOO_FEW if largest <= 1 else None
        for negative, total, many, largest in zip(hits, base, several.tolist(), most, strict=True)
    ]  # fmt: skip


def _maximised(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Newton's method for J items at once: (logit mu, log M)."""
    theta = _start(x, n)
    height = _height(x, n, theta)
    active = np.arange(len(x))
    for _ in range(ITERATIONS):
        step = _newton(x[active], n[active], theta[:, active])
        theta[:, active], height[active], moved = _climbed(
            x[active], n[active], theta[:, active], height[active], step
        )
        active = active[moved > SETTLED]
        if not active.size:
            break
    return theta[0], theta[1]


def _start(x: Floats, n: Floats) -> Floats:
    """(2, J): the mean share, and of several precisions the likeliest."""
    mu, rho = moments(x, n)
    logit = np.log(mu) - np.log1p(-mu)
    own = np.log(np.clip(divided(1 - rho, rho), 1e-2, 1e4))
    own = np.where(np.isnan(own), HIGHEST / 2, own)
    tried = [own, *(np.full(len(x), np.log(start)) for start in STARTS)]
    heights = [_height(x, n, np.stack([logit, log_m])) for log_m in tried]
    return np.stack([logit, np.choose(np.argmax(heights, axis=0), tried)])


def _newton(x: Floats, n: Floats, theta: Floats) -> Floats:
    """(2, J) Newton's step, uphill also where the likelihood is not concave; never a long one."""
    gradient, hessian = _derivatives(x, n, theta)
    # At a limit that the likelihood presses against, log M stays and logit mu goes on alone.
    held = (theta[1] >= HIGHEST) & (gradient[1] > 0) | (theta[1] <= LOWEST) & (gradient[1] < 0)
    hessian[held, 0, 1] = hessian[held, 1, 0] = gradient[1, held] = 0.0
    hessian[held, 1, 1] = -1.0
    values, vectors = np.linalg.eigh(hessian)
    along = np.einsum("jab,aj->jb", vectors, gradient) / np.maximum(np.abs(values), 1e-12)
    step = np.einsum("jab,jb->aj", vectors, along)
    return np.asarray(step * np.minimum(1, LONGEST / np.maximum(np.abs(step).max(axis=0), LONGEST)))


def _derivatives(x: Floats, n: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """Gradient (2, J) and Hessian (J, 2, 2) in (logit mu, log M)."""
    mu, m = expit(theta[0]), np.exp(theta[1])
    a, b = mu * m, (1 - mu) * m
    slope = m * mu * (1 - mu)
    of_a, of_b, of_m = _sums(x, a), _sums(n - x, b), _sums(n, m)
    first_a, first_b = of_a[0] - of_m[0], of_b[0] - of_m[0]
    aa, bb, ab = of_a[1] - of_m[1], of_b[1] - of_m[1], -of_m[1]
    gradient = np.stack([slope * (first_a - first_b), a * first_a + b * first_b])
    tilt = slope * (first_a - first_b)
    hessian = np.empty((len(a), 2, 2))
    hessian[:, 0, 0] = slope * slope * (aa - 2 * ab + bb) + (1 - 2 * mu) * tilt
    hessian[:, 1, 1] = a * a * aa + 2 * a * b * ab + b * b * bb + gradient[1]
    hessian[:, 0, 1] = slope * (a * aa + (b - a) * ab - b * bb) + tilt
    hessian[:, 1, 0] = hessian[:, 0, 1]
    return gradient, hessian


def _sums(counts: Floats, at: Floats) -> tuple[Any, Any]:
    """First and second derivative of sum over units of ln Gamma(count + at) - ln Gamma(at)."""
    more = counts + at[:, np.newaxis]
    units = counts.shape[1]
    return (
        digamma(more).sum(axis=1) - units * digamma(at),
        zeta(2, more).sum(axis=1) - units * zeta(2, at),
    )


def _climbed(
    x: Floats, n: Floats, theta: Floats, height: Floats, step: Floats
) -> tuple[Floats, Floats, Floats]:
    """The place a step leads to, halved until it is no lower, its height, and how far it is.

    Near the top heights differ by less than their rounding: there a small step is trusted.
    """
    limits = np.array([[-FARTHEST, LOWEST], [FARTHEST, HIGHEST]])[:, :, np.newaxis]
    factor = np.ones(len(x))
    slack = 1e-13 * np.abs(height) + 1e-12
    while True:
        reached = np.clip(theta + factor * step, *limits)
        found = _height(x, n, reached)
        moved = np.abs(reached - theta).max(axis=0)
        lower = (found < height - slack) & (moved > 1e-5)
        if not lower.any():
            return reached, found, moved
        factor = np.where(lower, factor / 2, factor)


def _height(x: Floats, n: Floats, theta: Floats) -> Floats:
    mu, m = expit(theta[0]), np.exp(theta[1])
    return _log_likelihood(x, n, mu * m, (1 - mu) * m)


def _log_likelihood(x: Floats, n: Floats, a: Floats, b: Floats) -> Floats:
    cells = betaln(x + a[:, np.newaxis], n - x + b[:, np.newaxis])
    return np.asarray(cells.sum(axis=1) - x.shape[1] * betaln(a, b))
