"""Replicate weights: jackknife, balanced repeated replication, Fay, bootstrap.

R ``survey::as.svrepdesign`` and ``svrepdesign``. A variance is scale Σ_r rscale_r (t_r - c)², about
the mean c of the replicates or, with ``mse``, about the estimate of the whole sample (R
``options(survey.replicates.mse)``, by default FALSE).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import nan

import numpy as np
import numpy.typing as npt
from numpy.random import default_rng

from analysis.statistics.design.hadamard import hadamard
from analysis.statistics.design.sample import Booleans, Design, Influence, Statistic, unusable
from analysis.statistics.results import Floats, Integers, Reason


@dataclass(frozen=True, eq=False)
class Replicates:
    """n rows with R replicates: ``analysis`` (n, R) are whole weights, not factors.

    ``scale`` and ``rscales`` (R,) are those of R.
    """

    weights: Floats
    analysis: Floats
    scale: float
    rscales: Floats
    mse: bool = False
    inside: Booleans = field(default_factory=lambda: np.ones(0, np.bool_))
    reason: Reason | None = None

    @cached_property
    def df(self) -> float:
        """The rank of the replicate weights, less 1; R ``degf``."""
        if self.reason:
            return nan
        # R's QR has a tolerance of 1e-5; that of the products is its square.
        products = self.analysis.T @ self.analysis
        return float(np.linalg.matrix_rank(products, rtol=1e-10, hermitian=True)) - 1

    @property
    def size(self) -> int:
        """Rows of the domain."""
        return int(self.inside.sum())

    def where(self, kept: Booleans) -> Replicates:
        """Return the domain of the rows that are kept (n,)."""
        inside = self.inside & kept
        weights = np.where(inside, self.weights, 0.0)
        analysis = np.where(inside[:, np.newaxis], self.analysis, 0.0)
        reason = self.reason or unusable(weights)
        return replace(self, weights=weights, analysis=analysis, inside=inside, reason=reason)

    def covariance(
        self, statistic: Statistic, influence: Influence
    ) -> tuple[Floats, Reason | None]:
        """Return the (k, k) covariance from the replicates; R ``survey::svrVar``.

        A replicate in which the domain is empty has no estimate, and then there is no variance.
        """
        whole = statistic(self.weights)
        empty = np.full((whole.size,) * 2, nan)
        if not self.rscales.any():
            return np.zeros_like(empty), None  # Everybody was asked.
        if not (self.analysis.sum(axis=0) > 0).all():
            return empty, Reason.TOO_FEW
        found = np.stack([statistic(column) for column in self.analysis.T])
        if not np.isfinite(found).all():
            return empty, Reason.TOO_FEW
        centre = whole if self.mse else found[self.rscales > 0].mean(axis=0)
        away = found - centre
        return (away * self.rscales[:, np.newaxis]).T @ away * self.scale, None


def given(
    weights: npt.ArrayLike,
    replicates: npt.ArrayLike,
    scale: float,
    rscales: npt.ArrayLike | None = None,
    *,
    combined: bool = True,
    mse: bool = False,
) -> Replicates:
    """Return replicates that came with the data; R ``svrepdesign(combined.weights = combined)``.

    ``replicates`` (n, R) are whole weights, or factors of ``weights`` (n,) if not ``combined``.
    """
    base, table = np.asarray(weights, float), np.asarray(replicates, float)
    if table.ndim != 2 or len(table) != base.size:
        raise ValueError("replicate weights are (n, R)")
    analysis = table if combined else table * base[:, np.newaxis]
    each = np.ones(table.shape[1]) if rscales is None else np.asarray(rscales, float)
    reason = unusable(base) or (None if np.isfinite(analysis).all() else Reason.NOT_FINITE)
    inside = np.ones(base.size, np.bool_)
    return Replicates(base, analysis, scale, each, mse, inside, reason)


def jackknife(design: Design, mse: bool = False) -> Replicates:
    """Return the jackknife that drops one cluster at a time: JK1 without strata, JKn with them.

    R ``as.svrepdesign(design, type = "JK1" or "JKn")``. Strata taken whole (no one left to draw)
    have scale 0. A stratum with one cluster has no jackknife: the reason is then ONE_CLUSTER.
    """
    stage, weights = design.stages[0], design.weights
    _, first, index = np.unique(stage.cluster, return_index=True, return_inverse=True)
    stratum, n = stage.stratum[first], stage.sampled[first]
    left = np.where(np.isinf(stage.population[first]), 1.0, 1 - n / stage.population[first])
    factors = np.where(
        stratum[:, np.newaxis] == stratum, (n / np.maximum(n - 1, 1))[:, np.newaxis], 1.0
    )
    np.fill_diagonal(factors, 0.0)
    found = given(weights, factors[index], 1.0, left * (n - 1) / n, combined=False, mse=mse)
    alone = bool(((n == 1) & (left > 0)).any())
    return replace(found, reason=Reason.ONE_CLUSTER) if alone else found


def balanced(design: Design, fay: float = 0.0, mse: bool = False) -> Replicates:
    """Return balanced repeated replication of strata with two clusters each; R types BRR and Fay.

    Half of each stratum has the factor 2 - fay and the other fay, by the rows of a Hadamard matrix
    (that of R for up to 23 strata; any gives the same variance of totals). The finite population
    correction is dropped, as in R. ValueError when a stratum has another number of clusters.
    """
    if not 0 <= fay < 1:
        raise ValueError("Fay's factor lies from 0 to below 1")
    stage = design.stages[0]
    unit, first, index = np.unique(stage.cluster, return_index=True, return_inverse=True)
    stratum = stage.stratum[first]
    if (np.bincount(stratum) != 2).any():
        raise ValueError("balanced replication needs two clusters in every stratum")
    order = np.lexsort((first, stratum))
    second = np.zeros(unit.size, np.int64)
    second[order[1::2]] = 1
    matrix = hadamard(int(stratum.max()) + 1)
    high = matrix[1 + stratum] == second[:, np.newaxis]
    factors = np.where(high, fay, 2 - fay)
    scale = 1 / (matrix.shape[1] * (1 - fay) ** 2)
    return given(design.weights, factors[index], scale, combined=False, mse=mse)


def bootstrap(design: Design, replicates: int = 50, seed: int = 0, mse: bool = False) -> Replicates:
    """Return the bootstrap of clusters within strata, n of n with replacement.

    Canty and Davison (1999), The Statistician 48:379; R ``as.svrepdesign(type = "bootstrap")``,
    with its scale; the draws are those of NumPy for the seed. The population is taken as large.
    """
    if replicates < 2:
        raise ValueError("a bootstrap needs two replicates")
    stage, rng = design.stages[0], default_rng(seed)
    unit, first, index = np.unique(stage.cluster, return_index=True, return_inverse=True)
    stratum = stage.stratum[first]
    factors = np.zeros((unit.size, replicates))
    for number in range(int(stratum.max(initial=-1)) + 1):
        here = np.flatnonzero(stratum == number)
        even = np.full(here.size, 1 / here.size)
        factors[here] = rng.multinomial(here.size, even, size=replicates).T
    size: Integers = np.bincount(stratum)
    typical = 1 / float((1 / size).mean())
    if typical <= 1:
        return replace(jackknife(design), reason=Reason.ONE_CLUSTER)
    scale = typical / ((typical - 1) * (replicates - 1))
    return given(design.weights, factors[index], scale, combined=False, mse=mse)
