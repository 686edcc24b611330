"""Calibration of weights to known totals of any variables: R ``survey::calibrate``.

Deville and Särndal (1992), JASA 87:376: the weights closest to those of the design with which the
sample has the totals of the population.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.statistics.results import Floats, Reason
from analysis.statistics.weighting import Sampled, Weighted, columns_of, with_columns

#: What is kept small: squared changes (GREG), their entropy, or the logit with bounds on both ends.
Distance = Literal["linear", "raking", "logit"]
#: R's ``maxit`` and ``epsilon``.
MOST_STEPS, MISFIT = 50, 1e-7
#: R rescales the weights first where every total is more than this many times the sample's.
FAR = 20.0
#: Directions weaker than this, relative to the strongest, are left alone; R ``MASS::ginv``.
WEAK = 256 * float(np.finfo(float).eps)

Bounds = tuple[float, float]


def calibrated(
    sample: Sampled,
    variables: npt.ArrayLike,
    totals: npt.ArrayLike,
    distance: Distance = "linear",
    bounds: Bounds = (-inf, inf),
) -> Weighted[Sampled]:
    """Return the weights with which the sample has the ``totals`` (k,) of ``variables`` (n, k).

    R ``calibrate(design, ~variables, totals, calfun = distance, bounds = bounds)``: columns of the
    model matrix, a column of ones first for the number of people. ``bounds`` hold the factor of
    every weight (``logit`` needs finite ones around 1). SINGULAR where columns follow from each
    other without bounds, NOT_CONVERGED where no weights within the bounds have the totals; the old
    weights stay. ValueError for another distance, bounds or shapes.
    """
    x, wanted = np.asarray(variables, float), np.asarray(totals, float)
    if x.shape != (sample.weights.size, wanted.size):
        raise ValueError("one total for every column of variables is needed")
    if not (np.isfinite(x).all() and np.isfinite(wanted).all()):
        raise ValueError("variables and totals of calibration must be finite")
    if distance == "logit" and not (-inf < bounds[0] < 1 < bounds[1] < inf):
        raise ValueError("logit calibration needs finite bounds around 1")
    if sample.reason:
        return Weighted(sample, 0, sample.reason)
    link, old = _LINKS[distance], columns_of(sample)
    new, rounds = np.empty_like(old), 0
    for column, weights in enumerate(old.T):
        if distance == "linear" and bounds == (-inf, inf):
            factors, reason = _regression_factors(x, weights, wanted)
        else:
            factors, steps, reason = _factors(x, weights, wanted, link, bounds)
            rounds = max(rounds, steps)
        if reason:
            return Weighted(sample, rounds, reason)
        new[:, column] = weights * factors
    fitted = with_columns(sample, new, _regressed(x, old[:, 0], new[:, 0]))
    return Weighted(fitted, max(rounds, 1))


@dataclass(frozen=True, eq=False)
class Regressed:
    """What calibration leaves of an influence: the residual of its regression on the variables.

    ``basis`` (n, k) spans the weighted variables, ``scale`` (n,) is factor times root weight.
    """

    basis: Floats
    scale: Floats

    def residual(self, influence: Floats) -> Floats:
        """Return the part of (n, k) influences that the variables do not explain."""
        scale = self.scale[:, np.newaxis]
        scaled = np.divide(influence, scale, out=np.zeros_like(influence), where=scale != 0)
        return np.asarray((scaled - self.basis @ (self.basis.T @ scaled)) * scale)


def _regressed(x: Floats, old: Floats, new: Floats) -> Regressed:
    root = np.sqrt(np.maximum(old, 0.0))
    weighted = x * root[:, np.newaxis]
    length = np.sqrt((weighted**2).sum(axis=0))
    basis, strength, _ = np.linalg.svd(weighted / np.where(length > 0, length, 1.0), False)
    factor = np.divide(new, old, out=np.zeros_like(new), where=old != 0)
    return Regressed(basis[:, strength > 1e-7 * strength.max(initial=0.0)], factor * root)


def _regression_factors(x: Floats, weights: Floats, wanted: Floats) -> tuple[Floats, Reason | None]:
    """The factors 1 + x'b in closed form; R ``survey:::regcalibrate``."""
    length = np.sqrt(np.maximum((x * x).T @ np.abs(weights), 0.0))
    if not (length > 0).all():
        return weights, Reason.SINGULAR
    scaled = x / length
    products = (scaled * weights[:, np.newaxis]).T @ scaled
    if np.linalg.matrix_rank(products, rtol=1e-12, hermitian=True) < wanted.size:
        return weights, Reason.SINGULAR
    lack = (wanted - weights @ x) / length
    return 1 + scaled @ np.linalg.solve(products, lack), None


def _factors(
    x: Floats, weights: Floats, wanted: Floats, link: _Link, bounds: Bounds
) -> tuple[Floats, int, Reason | None]:
    """Newton's method as R ``survey::grake`` goes about it, with halved steps past infinity."""
    held = weights @ x
    scale = _rescaling(wanted, held)
    weights = weights * scale
    slope_of, factor_of = link.slope, link.factor
    eta = np.zeros(wanted.size)
    factors, slope = factor_of(x @ eta, bounds), slope_of(x @ eta, bounds)
    for step in range(1, MOST_STEPS + 1):
        products = (x * (weights * slope)[:, np.newaxis]).T @ x
        misfit = wanted - (weights * factors) @ x
        change = np.linalg.pinv(products, rcond=WEAK, hermitian=True) @ misfit
        for _ in range(MOST_STEPS):
            factors, slope = (
                factor_of(x @ (eta + change), bounds),
                slope_of(x @ (eta + change), bounds),
            )
            if np.isfinite(factors).all() and np.isfinite(slope).all():
                break
            change = change / 2
        else:
            return factors, step, Reason.NOT_CONVERGED
        eta = eta + change
        misfit = wanted - (weights * factors) @ x
        if (np.abs(misfit) / (1 + np.abs(wanted)) < MISFIT).all():
            return factors * scale, step, None
    return factors, MOST_STEPS, Reason.NOT_CONVERGED


def _rescaling(wanted: Floats, held: Floats) -> float:
    ratios = np.divide(wanted, held, out=np.zeros_like(wanted), where=held != 0)
    return float(ratios.mean()) if ratios.min() > FAR else 1.0


@dataclass(frozen=True)
class _Link:
    """The factor of a weight as a function of x'eta, and its derivative."""

    factor: Callable[[Floats, Bounds], Floats]
    slope: Callable[[Floats, Bounds], Floats]


def _linear(u: Floats, bounds: Bounds) -> Floats:
    return np.clip(u + 1, *bounds)


def _linear_slope(u: Floats, bounds: Bounds) -> Floats:
    return ((u < bounds[1] - 1) & (u > bounds[0] - 1)).astype(float)


def _exponential(u: Floats, bounds: Bounds) -> Floats:
    return np.clip(np.exp(np.minimum(u, 700.0)), *bounds)


def _exponential_slope(u: Floats, bounds: Bounds) -> Floats:
    return np.asarray(_linear_slope(u, bounds) * np.exp(np.minimum(u, 700.0)))


def _logit(u: Floats, bounds: Bounds) -> Floats:
    low, high = bounds
    odds = _odds(u, bounds)
    return np.asarray((low * (high - 1) + high * (1 - low) * odds) / (high - 1 + (1 - low) * odds))


def _logit_slope(u: Floats, bounds: Bounds) -> Floats:
    low, high = bounds
    odds = _odds(u, bounds)
    below = high - 1 + (1 - low) * odds
    return np.asarray((high - low) ** 2 * odds / below**2)


def _odds(u: Floats, bounds: Bounds) -> Floats:
    low, high = bounds
    steepness = (high - low) / ((high - 1) * (1 - low))
    return np.exp(np.clip(steepness * u, -300.0, 300.0))


_LINKS: dict[Distance, _Link] = {
    "linear": _Link(_linear, _linear_slope),
    "raking": _Link(_exponential, _exponential_slope),
    "logit": _Link(_logit, _logit_slope),
}
