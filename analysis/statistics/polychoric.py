"""The correlation of two normal variables of which only ordered classes were seen."""

from __future__ import annotations

from math import atanh, isnan, nan, pi, sqrt, tanh

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr, ndtri, owens_t

from analysis.statistics.results import Estimate, Floats, Integers, Reason, missing
from analysis.statistics.tables import without_empty

#: Beyond this the correlation is taken to be 1: where R ``polycor`` stops as well.
LIMIT = 0.9999


def polychoric(cells: Integers, confidence: float = 0.95, correct: float = 0.0) -> Estimate:
    """Return the polychoric correlation of counts (R, C), both in rising order, in two steps.

    The thresholds are the normal quantiles of the margins, then rho maximises the likelihood;
    ``se`` is that of rho with the thresholds fixed. Olsson (1979), Psychometrika 44:443. Equals R
    ``polycor::polychor(std.err = TRUE)`` and, for complete pairs, ``psych::polychoric``, whose
    optimisers stop at about 1e-4; this one is exact. ``correct`` replaces empty cells (psych has
    0.5 where its thresholds are not global). The interval is symmetric in atanh rho. A 2 x 2 table
    gives the tetrachoric correlation; with an empty cell on either diagonal it is 1 or -1.
    """
    table = without_empty(cells)
    n = int(table.sum())
    if min(table.shape, default=0) < 2:
        return missing(Reason.NO_SPREAD if n else Reason.NO_ANSWERS, confidence)
    counts = np.where(table == 0, correct, table.astype(float))
    likelihood = _Likelihood(counts)
    rho = likelihood.best()
    if isnan(rho):
        return missing(Reason.NOT_FOUND, confidence)
    if abs(rho) >= LIMIT:
        return Estimate(float(np.copysign(1.0, rho)), confidence=confidence, reason=Reason.AT_LIMIT)
    information = likelihood.information(rho)
    if not information > 0:
        return missing(Reason.NOT_FOUND, confidence)
    se = 1 / sqrt(information)
    half = float(ndtri(0.5 + confidence / 2)) * se / (1 - rho * rho)
    return Estimate(rho, tanh(atanh(rho) - half), tanh(atanh(rho) + half), se, confidence)


class _Likelihood:
    """The log likelihood of rho, given counts (R, C), with the thresholds of the margins."""

    def __init__(self, counts: Floats) -> None:
        self.counts = counts
        total = counts.sum()
        self.rows = ndtri(np.cumsum(counts.sum(axis=1))[:-1] / total)
        self.columns = ndtri(np.cumsum(counts.sum(axis=0))[:-1] / total)
        self._h, self._k = np.meshgrid(self.rows, self.columns, indexing="ij")

    def best(self) -> float:
        """Return the rho of the largest likelihood; ``LIMIT`` in size at an end, nan if lost."""
        found = minimize_scalar(
            lambda rho: -self.value(rho), bounds=(-LIMIT, LIMIT), method="bounded",
            options={"xatol": 1e-6},
        )  # fmt: skip
        near = float(found.x)
        # Flat towards an end, as an empty cell of a 2 x 2 table makes it: the end is as likely.
        for end in (-LIMIT, LIMIT):
            if self.value(end) >= self.value(near) - 1e-10 * float(self.counts.sum()):
                return end
        low, high = max(-LIMIT, near - 1e-3), min(LIMIT, near + 1e-3)
        # Cells whose probability is only rounding make the likelihood jump: no slope is 0 there.
        if not self.slope(low) > 0 > self.slope(high):
            return nan
        return float(brentq(self.slope, low, high, xtol=1e-14, rtol=1e-14))

    def value(self, rho: float) -> float:
        probability = np.maximum(self._cells(bivariate_normal(self._h, self._k, rho)), 1e-300)
        return float((self.counts * np.log(probability)).sum())

    def slope(self, rho: float) -> float:
        return float((self.counts * self._ratio(rho, self._density(rho))).sum())

    def information(self, rho: float) -> float:
        """Return minus the second derivative of the log likelihood."""
        first = self._ratio(rho, self._density(rho))
        second = self._ratio(rho, self._density(rho) * self._log_slope(rho))
        return float((self.counts * (first**2 - second)).sum())

    def _ratio(self, rho: float, corners: Floats) -> Floats:
        """A derivative of the cells' probabilities, given that of the corners, over these."""
        probability = np.maximum(self._cells(bivariate_normal(self._h, self._k, rho)), 1e-300)
        padded = np.zeros((self.rows.size + 2, self.columns.size + 2))
        padded[1:-1, 1:-1] = corners
        change = np.diff(np.diff(padded, axis=0), axis=1)
        return np.where(self.counts > 0, change / probability, 0.0)

    def _cells(self, corners: Floats) -> Floats:
        """The probabilities (R, C) between the corners' (R - 1, C - 1)."""
        full = np.zeros((self.rows.size + 2, self.columns.size + 2))
        full[1:-1, 1:-1] = corners
        full[1:-1, -1], full[-1, 1:-1], full[-1, -1] = ndtr(self.rows), ndtr(self.columns), 1.0
        return np.asarray(np.diff(np.diff(full, axis=0), axis=1))

    def _density(self, rho: float) -> Floats:
        """The derivative of the bivariate normal by rho is its density."""
        rest = 1 - rho * rho
        square = self._h**2 - 2 * rho * self._h * self._k + self._k**2
        return np.asarray(np.exp(-square / (2 * rest)) / (2 * pi * sqrt(rest)))

    def _log_slope(self, rho: float) -> Floats:
        rest = 1 - rho * rho
        product = self._h * self._k
        square = self._h**2 - 2 * rho * product + self._k**2
        return np.asarray((rho + product) / rest - rho * square / rest**2)


def bivariate_normal(h: Floats, k: Floats, rho: float) -> Floats:
    """Return P(X <= h, Y <= k), elementwise, of standard normals with correlation rho in (-1, 1).

    By Owen's T (1956), Annals of Mathematical Statistics 27:1075.
    """
    # The limit at 0 is that of a number too small to matter.
    x, y = (np.where(np.abs(at) < 1e-200, 1e-200, at) for at in (h, k))
    root = sqrt(1 - rho * rho)
    halves = np.where(x * y > 0, 0.0, np.where((x < 0) != (y < 0), 0.5, 0.0))
    inner = owens_t(x, (y - rho * x) / (x * root)) + owens_t(y, (x - rho * y) / (y * root))
    return np.asarray((ndtr(x) + ndtr(y)) / 2 - inner - halves)
