"""Principal components and factor analysis of correlations, by minres or maximum likelihood.

R ``psych::fa``, ``psych::principal`` and ``stats::factanal``. Signs and order: every column of
loadings has a positive sum, and columns fall with the variance they explain, as in all three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log, nan, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize
from scipy.special import chdtrc, chndtr

from analysis.statistics.covariance import Items, squared_multiple_correlations
from analysis.statistics.results import Estimate, Floats, Integers, Reason, Result, missing
from analysis.statistics.rotation import Rotated, oblimin, varimax

Extraction = Literal["minres", "ml"]
Rotation = Literal["none", "varimax", "oblimin"]
#: The least a uniqueness may be in R; a solution there is a Heywood case.
LEAST = 0.005
#: R ``optim``: units of the parameters, relative reduction that ends it (``factr`` 1e7), rounds.
SCALE, REDUCTION, ROUNDS = 0.01, 1e7 * float(np.finfo(float).eps), 100
#: Newton steps to the exact minimum, and how steep it may still be there.
POLISH, FLAT = 12, 1e-6


@dataclass(frozen=True, eq=False)
class Solution:
    """m factors (or components) of k items.

    ``loadings`` (k, m); ``correlation`` (m, m) of the factors; ``communality`` (k,) is what they
    explain of each item, ``uniqueness`` (k,) the rest (of ml: as it was estimated); ``values``
    (k,) the eigenvalues of the correlations; ``explained`` (m,) the variance of each factor, of k
    in all (R ``SS loadings``); ``weights``
    (k, m) turn standardised answers into scores by regression (Thurstone). ``items`` are the
    positions of the items. AT_LIMIT: a Heywood case, the figures are there; any other reason: not.
    """

    items: Integers
    loadings: Floats
    correlation: Floats
    communality: Floats
    uniqueness: Floats
    values: Floats
    explained: Floats
    weights: Floats
    fit: Fit | None = None
    reason: Reason | None = None

    def scores(self, answers: npt.ArrayLike) -> Floats:
        """Return the scores (n, m) of answers (n, k) by regression; nan where one is missing.

        The answers are standardised by their own mean and deviation, as R does it.
        """
        x = np.asarray(answers, float)[:, self.items]
        whole = x[~np.isnan(x).any(axis=1)]
        if len(whole) < 2:
            return np.full((len(x), self.loadings.shape[1]), nan)
        sd = whole.std(axis=0, ddof=1)
        return np.asarray((x - whole.mean(axis=0)) / np.where(sd > 0, sd, nan) @ self.weights)


@dataclass(frozen=True)
class Fit:
    """How well the factors reproduce the correlations; R ``psych::fa.stats``.

    ``test`` is the chi-square with Bartlett's correction (R ``STATISTIC``, ``PVAL``), ``rmsea`` has
    psych's 90 % interval, ``rmsr`` is the root mean square residual (``rms``).
    """

    test: Result
    objective: float
    rmsea: Estimate
    rmsr: float
    tli: float
    bic: float


def principal(items: Items, factors: int, rotation: Rotation = "none") -> Solution:
    """Return the first principal components; R ``psych::principal``, whose default is varimax.

    Without rotation the loadings are the eigenvectors times the roots of the eigenvalues, and the
    scores are those of R ``prcomp(scale. = TRUE)`` to unit variance.
    """
    if reason := _trouble(items, factors):
        return _unsolved(items, factors, reason)
    values, vectors = _eigen(items.correlation)
    loadings = vectors[:, :factors] * np.sqrt(np.maximum(values[:factors], 0.0))
    unique = 1 - (loadings**2).sum(axis=1)
    return _solution(items, loadings, rotation, unique, None, None)


def factors(
    items: Items,
    number: int,
    method: Extraction = "minres",
    rotation: Rotation = "none",
    exact: bool = False,
) -> Solution:
    """Return the common factors of the correlations.

    ``minres``: least squared residuals off the diagonal (Harman and Jones 1966, Psychometrika
    31:351); R ``psych::fa(fm = "minres", rotate = rotation)``. ``ml``: maximum likelihood (Jöreskog
    1967, Psychometrika 32:443); R ``factanal(rotation = rotation)``. Uniquenesses are at least
    0.005. The optimiser, its start, scale and stopping rule are R's, so that the figures are; it
    stops within about 1e-4 of the minimum, and ``exact`` goes on to it. TOO_MANY_FACTORS where
    fewer than no degrees of freedom remain, SINGULAR where an item follows from the others.
    """
    k = len(items.items)
    reason = _trouble(items, number)
    if reason is None and _freedom(k, number) < 0:
        reason = Reason.TOO_MANY_FACTORS
    if reason is None and items.singular:
        reason = Reason.SINGULAR
    if reason:
        return _unsolved(items, number, reason)
    how, correlation = _METHODS[method], items.correlation
    unique, reason = _minimised(how, correlation, number)
    if exact and not reason:
        unique, reason = _polished(unique, lambda u: how.slope(u, correlation, number))
    if reason:
        return _unsolved(items, number, reason)
    loadings = how.loadings(unique, correlation, number)
    if method == "minres":
        objective, unique = None, 1 - (loadings**2).sum(axis=1)
    else:
        objective = how.value(unique, correlation, number)
    fit = _fit(items, loadings, objective)
    heywood = Reason.AT_LIMIT if unique.min() <= LEAST * (1 + 1e-6) else None
    return _solution(items, loadings, rotation, unique, fit, heywood)


@dataclass(frozen=True)
class _Method:
    """A criterion of the uniquenesses (k,), what R takes for its slope, where R starts from, and
    the loadings (k, m) that go with the uniquenesses."""

    value: Callable[[Floats, Floats, int], float]
    slope: Callable[[Floats, Floats, int], Floats]
    start: Callable[[Floats, int], Floats]
    loadings: Callable[[Floats, Floats, int], Floats]


def _minimised(how: _Method, correlation: Floats, number: int) -> tuple[Floats, Reason | None]:
    """The uniquenesses where R ``optim(method = "L-BFGS-B", parscale = 0.01)`` stops."""

    def scaled(unique: Floats) -> tuple[float, Floats]:
        at = unique * SCALE
        return how.value(at, correlation, number), how.slope(at, correlation, number) * SCALE

    found = minimize(
        scaled,
        np.clip(how.start(correlation, number), LEAST, 1.0) / SCALE,
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST / SCALE, 1 / SCALE)] * len(correlation),
        options={"maxiter": ROUNDS, "maxcor": 5, "ftol": REDUCTION, "gtol": 0.0},
    )
    unique = np.clip(np.asarray(found.x, float) * SCALE, LEAST, 1.0)
    # A line search that finds nothing better has arrived, as far as digits go.
    lost = found.status == 1 or not np.isfinite(unique).all()
    return unique, Reason.NOT_CONVERGED if lost else None


def _polished(unique: Floats, slope_of: Callable[[Floats], Floats]) -> tuple[Floats, Reason | None]:
    """Newton's method among the uniquenesses within the bounds, until no step helps."""
    slope = slope_of(unique)
    for _ in range(POLISH):
        free = np.flatnonzero((unique > LEAST) & (unique < 1.0))
        if not free.size:
            break
        bends = np.empty((free.size, free.size))
        for column, at in enumerate(free):
            h = 1e-5 * max(unique[at], 0.01)
            up, down = unique.copy(), unique.copy()
            up[at], down[at] = unique[at] + h, unique[at] - h
            bends[:, column] = (slope_of(up) - slope_of(down))[free] / (2 * h)
        step = np.linalg.lstsq(bends, slope[free], rcond=1e-12)[0]
        tried = unique.copy()
        tried[free] = np.clip(unique[free] - step, LEAST, 1.0)
        after = slope_of(tried)
        if not np.abs(after[free]).max() < np.abs(slope[free]).max():
            break
        unique, slope = tried, after
    free = np.flatnonzero((unique > LEAST) & (unique < 1.0))
    steep = float(np.abs(slope[free]).max(initial=0.0))
    return unique, None if steep < FLAT else Reason.NOT_CONVERGED


def _minres_value(unique: Floats, correlation: Floats, number: int) -> float:
    """The squared residuals below the diagonal, of the correlations with communalities on it."""
    reduced = correlation.copy()
    np.fill_diagonal(reduced, 1 - unique)
    values, vectors = _eigen(reduced)
    tiny = np.finfo(float).eps
    kept = np.where(values < tiny, 100 * tiny, values)[:number]
    residual = reduced - (vectors[:, :number] * kept) @ vectors[:, :number].T
    return float((residual[np.tril_indices(len(unique), -1)] ** 2).sum())


def _minres_slope(unique: Floats, correlation: Floats, number: int) -> Floats:
    loadings = _minres_loadings(unique, correlation, number)
    return np.asarray((loadings**2).sum(axis=1) + unique - 1)


def _likelihood_value(unique: Floats, correlation: Floats, number: int) -> float:
    """Jöreskog's criterion, profiled over the loadings; R ``factanal.fit.mle``."""
    root = np.sqrt(unique)
    left = np.linalg.eigvalsh(correlation / np.outer(root, root))[::-1][number:]
    positive = np.maximum(left, 1e-300)
    return float((positive - np.log(positive) - 1).sum())


def _likelihood_slope(unique: Floats, correlation: Floats, number: int) -> Floats:
    loadings = _likelihood_loadings(unique, correlation, number)
    return np.asarray(((loadings**2).sum(axis=1) + unique - 1) / unique**2)


def _minres_loadings(unique: Floats, correlation: Floats, number: int) -> Floats:
    values, vectors = _eigen(correlation - np.diag(unique))
    return np.asarray(vectors[:, :number] * np.sqrt(np.maximum(values[:number], 0.0)))


def _likelihood_loadings(unique: Floats, correlation: Floats, number: int) -> Floats:
    root = np.sqrt(unique)
    values, vectors = _eigen(correlation / np.outer(root, root))
    kept = np.sqrt(np.maximum(values[:number] - 1, 0.0))
    return np.asarray(vectors[:, :number] * kept * root[:, np.newaxis])


def _minres_start(correlation: Floats, number: int) -> Floats:
    return 1 - squared_multiple_correlations(correlation)


def _likelihood_start(correlation: Floats, number: int) -> Floats:
    inverse = np.diag(np.linalg.inv(correlation))
    return np.asarray((1 - 0.5 * number / len(correlation)) / inverse)


def _solution(
    items: Items,
    loadings: Floats,
    rotation: Rotation,
    unique: Floats,
    fit: Fit | None,
    reason: Reason | None,
) -> Solution:
    turned = _ROTATIONS[rotation](loadings * _signs(loadings))
    signs = _signs(turned.loadings)
    rotated, phi = turned.loadings * signs, turned.correlation * np.outer(signs, signs)
    explained = np.diag(phi @ rotated.T @ rotated)
    order = np.argsort(-explained, kind="stable")
    rotated, phi = rotated[:, order], phi[np.ix_(order, order)]
    weights = np.linalg.lstsq(items.correlation, rotated @ phi, rcond=None)[0]
    lost = None if turned.converged else Reason.NOT_CONVERGED
    return Solution(
        items.items,
        rotated,
        phi,
        (loadings**2).sum(axis=1),
        unique,
        _eigen(items.correlation)[0],
        explained[order],
        np.asarray(weights),
        fit,
        reason or lost,
    )


def _fit(items: Items, loadings: Floats, objective: float | None) -> Fit:
    k, number = loadings.shape
    correlation, n, df = items.correlation, items.n, _freedom(k, number)
    model = loadings @ loadings.T
    residual = correlation - model
    np.fill_diagonal(residual, 0.0)
    rmsr = sqrt(float((residual**2).sum()) / (k * (k - 1)))
    np.fill_diagonal(model, 1.0)
    objective = _discrepancy(model, correlation) if objective is None else objective
    null = _discrepancy(np.eye(k), correlation)
    scale = n - 1 - (2 * k + 5) / 6 - 2 * number / 3
    if np.isnan(objective) or scale <= 0:
        test = Result("factors_chi_square", n, df=(df,), reason=Reason.TOO_FEW)
        return Fit(test, objective, missing(Reason.TOO_FEW, 0.9), rmsr, nan, nan)
    chi = max(0.0, objective * scale)
    if df == 0:
        test = Result("factors_chi_square", n, chi, (0.0,), reason=Reason.TOO_MANY_FACTORS)
        return Fit(test, objective, missing(Reason.TOO_MANY_FACTORS, 0.9), rmsr, nan, nan)
    test = Result("factors_chi_square", n, chi, (df,), float(chdtrc(df, chi)))
    per_null, per_model = null * 2 / (k * (k - 1)), objective / df
    tli = (per_null - per_model) / (per_null - 1 / scale)
    return Fit(test, objective, _rmsea(chi, df, n), rmsr, tli, chi - df * log(n))


def _rmsea(chi: float, df: float, n: int, confidence: float = 0.9) -> Estimate:
    """Steiger (1990), Multivariate Behavioral Research 25:173, as psych has it."""
    value, tail = sqrt(max(chi / (df * n) - 1 / (n - 1), 0.0)), (1 - confidence) / 2
    ends = []
    for level in (1 - tail, tail):
        noncentrality = 0.0
        if 1 - float(chdtrc(df, chi)) > level:
            most = max(n, chi) + 2 * n
            noncentrality = float(
                brentq(lambda x, p=level: chndtr(chi, df, x) - p, 0, most, xtol=1e-12)
            )
        ends.append(sqrt(noncentrality / (n - 1) / df))
    return Estimate(value, ends[0], ends[1], confidence=confidence)


def _discrepancy(model: Floats, correlation: Floats) -> float:
    """tr(M⁻¹R) - log det(M⁻¹R) - k; nan where the model is not positive definite."""
    sign, size = np.linalg.slogdet(model)
    own_sign, own = np.linalg.slogdet(correlation)
    if sign <= 0 or own_sign <= 0:
        return nan
    trace = float(np.trace(np.linalg.solve(model, correlation)))
    return trace - float(own) + float(size) - len(model)


def _freedom(k: int, number: int) -> float:
    return ((k - number) ** 2 - k - number) / 2


def _eigen(matrix: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues, falling, and their vectors."""
    values, vectors = np.linalg.eigh(matrix)
    return values[::-1], vectors[:, ::-1]


def _signs(loadings: Floats) -> Floats:
    return np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)


def _trouble(items: Items, number: int) -> Reason | None:
    if number < 1:
        raise ValueError("there is at least one factor")
    if items.reason:
        return items.reason
    return Reason.TOO_MANY_FACTORS if number > len(items.items) else None


def _unsolved(items: Items, number: int, reason: Reason) -> Solution:
    k = len(items.items)
    table, row = np.full((k, number), nan), np.full(k, nan)
    phi, explained = np.full((number, number), nan), np.full(number, nan)
    return Solution(items.items, table, phi, row, row, row, explained, table, None, reason)


def _unrotated(loadings: Floats) -> Rotated:
    return Rotated(loadings, np.eye(loadings.shape[1]))


_METHODS: dict[Extraction, _Method] = {
    "minres": _Method(_minres_value, _minres_slope, _minres_start, _minres_loadings),
    "ml": _Method(_likelihood_value, _likelihood_slope, _likelihood_start, _likelihood_loadings),
}
_ROTATIONS: dict[Rotation, Callable[[Floats], Rotated]] = {
    "none": _unrotated,
    "varimax": varimax,
    "oblimin": oblimin,
}
