"""Whether correlations are fit for factor analysis, and for how many factors."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.random import default_rng
from scipy.special import chdtrc

from analysis.statistics.covariance import Items, squared_multiple_correlations
from analysis.statistics.results import Floats, Integers, Reason, Result


@dataclass(frozen=True, eq=False)
class Adequacy:
    """Kaiser, Meyer and Olkin's measure of sampling adequacy: overall, and of each item (k,)."""

    overall: float
    items: Integers
    each: Floats
    reason: Reason | None = None


def kmo(items: Items) -> Adequacy:
    """Return Σr² / (Σr² + Σq²), q the partial correlations; R ``psych::KMO``.

    Kaiser (1970), Psychometrika 35:401. SINGULAR where an item follows from the others.
    """
    empty = np.full(len(items.items), nan)
    if reason := _trouble(items) or (Reason.SINGULAR if items.singular else None):
        return Adequacy(nan, items.items, empty, reason)
    r, inverse = items.correlation, np.linalg.inv(items.correlation)
    scale = np.sqrt(np.diag(inverse))
    squares, partial = r**2, (inverse / np.outer(scale, scale)) ** 2
    np.fill_diagonal(squares, 0.0)
    np.fill_diagonal(partial, 0.0)
    if not squares.any():
        return Adequacy(nan, items.items, empty, Reason.NO_SPREAD)
    above, below = squares.sum(axis=0), (squares + partial).sum(axis=0)
    each = np.divide(above, below, out=empty, where=below > 0)
    return Adequacy(float(above.sum() / below.sum()), items.items, each)


def bartlett_sphericity(items: Items) -> Result:
    """Return the test that no items correlate; R ``psych::cortest.bartlett``.

    -log det R (n - 1 - (2k + 5)/6) on k (k - 1)/2; Bartlett (1951), Biometrika 38:337.
    """
    k, n = len(items.items), items.n
    if reason := _trouble(items) or (Reason.SINGULAR if items.singular else None):
        return Result("bartlett_sphericity", n, reason=reason)
    scale, df = n - 1 - (2 * k + 5) / 6, k * (k - 1) / 2
    if scale <= 0:
        return Result("bartlett_sphericity", n, df=(df,), reason=Reason.TOO_FEW)
    chi = -float(np.linalg.slogdet(items.correlation)[1]) * scale
    return Result("bartlett_sphericity", n, chi, (df,), float(chdtrc(df, chi)))


@dataclass(frozen=True, eq=False)
class Parallel:
    """Eigenvalues (k,) beside those of unrelated items: their mean and quantile (k,).

    ``number`` is how many lead the quantile, ``reduced`` whether communalities stand on the
    diagonal (factors) or ones (components).
    """

    values: Floats
    mean: Floats
    quantile: Floats
    number: int
    reduced: bool
    reason: Reason | None = None


def parallel_analysis(
    items: Items,
    reduced: bool = False,
    simulations: int = 200,
    quantile: float = 0.95,
    seed: int = 0,
) -> Parallel:
    """Return Horn's parallel analysis against normal data of as many people; seeded.

    Horn (1965), Psychometrika 30:179; R ``psych::fa.parallel(fa = "pc")`` and, ``reduced``,
    ``fa.parallel(fa = "fa", SMC = TRUE)``, with its rule (above the quantile). The correlations of
    unrelated data are drawn by Bartlett's decomposition, so a million people cost as much as ten.
    """
    k = len(items.items)
    reason = _trouble(items) or (Reason.TOO_FEW if items.n <= k else None)
    if reason or (reduced and items.singular):
        empty = np.full(k, nan)
        return Parallel(empty, empty, empty, 0, reduced, reason or Reason.SINGULAR)
    rng = default_rng(seed)
    drawn = np.stack(
        [_values(_unrelated(rng, items.n, k), reduced) for _ in range(max(1, simulations))]
    )
    values = _values(items.correlation, reduced)
    bar = np.quantile(drawn, quantile, axis=0)
    above = values > bar
    number = k if above.all() else int(np.argmin(above))
    return Parallel(values, drawn.mean(axis=0), bar, number, reduced)


def _unrelated(rng: np.random.Generator, n: int, k: int) -> Floats:
    """Correlations of n draws of k independent normals, by the root of a Wishart matrix."""
    root = np.tril(rng.standard_normal((k, k)), -1)
    root[np.diag_indices(k)] = np.sqrt(rng.chisquare(n - 1 - np.arange(k)))
    root /= np.sqrt((root**2).sum(axis=1))[:, np.newaxis]
    return np.asarray(root @ root.T)


def _values(correlation: Floats, reduced: bool) -> Floats:
    matrix = correlation.copy()
    if reduced:
        np.fill_diagonal(matrix, squared_multiple_correlations(correlation))
    return np.asarray(np.linalg.eigvalsh(matrix)[::-1], float)


def _trouble(items: Items) -> Reason | None:
    if items.reason:
        return items.reason
    return Reason.ONE_CATEGORY if len(items.items) < 2 else None
