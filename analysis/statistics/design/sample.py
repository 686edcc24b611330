"""A sample as it was drawn: weights, strata, clusters of one or more stages, population sizes.

Equals R ``survey::svydesign`` with R's defaults. A domain (subpopulation) keeps the design of the
whole sample, as R ``subset`` does: people outside it count as zeros, not as if never drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis.statistics.design.stages import Lonely, Stage, stages_of, variance
from analysis.statistics.results import Floats, Reason

Booleans = npt.NDArray[np.bool_]
#: A function of the weights (n,) that returns the (k,) estimates.
Statistic = Callable[[Floats], Floats]
#: A function without arguments that returns the (n, k) influence of each person, weight included.
Influence = Callable[[], Floats]


class Sample(Protocol):
    """What an estimator needs of a sample: ``Design`` here, or ``Replicates``."""

    @property
    def weights(self) -> Floats:
        """(n,) the weights; 0 outside the domain."""

    @property
    def reason(self) -> Reason | None:
        """Why nothing can be estimated, if so."""

    @property
    def df(self) -> float:
        """Degrees of freedom of the design; R ``degf``."""

    @property
    def size(self) -> int:
        """How many rows R's ``nrow(design)`` counts: those of the domain."""

    def where(self, kept: Booleans) -> Sample:
        """Return the domain of the rows that are kept (n,)."""

    def covariance(
        self, statistic: Statistic, influence: Influence
    ) -> tuple[Floats, Reason | None]:
        """Return the (k, k) covariance of estimates, and why it does not exist, if so."""


class Adjustment(Protocol):
    """Weights fitted to known totals: how much of an influence the totals leave."""

    def residual(self, influence: Floats) -> Floats:
        """Return the part of (n, k) influences that the known totals do not explain."""


@dataclass(frozen=True, eq=False)
class Design:
    """A sample of n rows. Build it with ``design``; ``adjustments`` come from ``weighting``.

    ``weights`` (n,) are 0 outside the domain. ``lonely`` says what a stratum with one cluster adds
    to the variance, as R ``options(survey.lonely.psu)``; under ``fail`` there is no variance.
    """

    weights: Floats
    stages: tuple[Stage, ...]
    lonely: Lonely = "fail"
    one_stage: bool = False
    adjustments: tuple[Adjustment, ...] = ()
    inside: Booleans = field(default_factory=lambda: np.ones(0, np.bool_))
    reason: Reason | None = None

    @property
    def df(self) -> float:
        """Clusters less strata of the first stage, in the domain; R ``degf``."""
        used, first = self.weights != 0, self.stages[0]
        clusters, strata = (np.bincount(c[used]) for c in (first.cluster, first.stratum))
        return float(np.count_nonzero(clusters) - np.count_nonzero(strata))

    @property
    def size(self) -> int:
        """Rows of the domain; of the whole sample where weights are adjusted, as R has it."""
        return self.inside.size if self.adjustments else int(self.inside.sum())

    def where(self, kept: Booleans) -> Design:
        """Return the domain of the rows that are kept (n,)."""
        inside = self.inside & kept
        weights = np.where(inside, self.weights, 0.0)
        reason = self.reason or unusable(weights)
        return replace(self, weights=weights, inside=inside, reason=reason)

    def covariance(
        self, statistic: Statistic, influence: Influence
    ) -> tuple[Floats, Reason | None]:
        """Return the (k, k) covariance by Taylor linearisation; R ``survey::svyrecvar``."""
        values = influence()
        for adjustment in self.adjustments:
            values = adjustment.residual(values)
        # R leaves the rows outside a domain out, and counts their clusters as empty.
        inside = np.ones_like(self.inside) if self.adjustments else self.inside
        return variance(values, self.stages, inside, self.lonely, self.one_stage)


def design(
    weights: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    population: npt.ArrayLike | None = None,
    *,
    nest: bool = False,
    lonely: Lonely = "fail",
    one_stage: bool = False,
    rows: int | None = None,
) -> Design:
    """Return the design of n rows; R ``svydesign(ids, strata, weights, fpc, nest)``.

    ``clusters`` and ``strata`` are (n,) or, with S stages, (n, S) of any comparable values; without
    clusters every row is its own. ``population`` (n,) or (n, S) is the number of clusters of the
    row's stratum in the population, at each stage, or the share sampled (all values at most 1).
    Without weights they are what the population sizes say, or 1. ``nest``: names of clusters are
    used again in other strata. ``one_stage``: later stages add nothing (R
    ``options(survey.ultimate.cluster = TRUE)``); without ``population`` they never do.
    ``rows`` is n where nothing else says it.

    Raises ValueError when a column is of another length, when a cluster lies in two strata, or when
    fewer were in the population than in the sample. Weights that are not finite give a design
    without estimates.
    """
    n = next(
        (len(np.asarray(c)) for c in (weights, clusters, strata, population) if c is not None), rows
    )
    if n is None:
        raise ValueError("a design needs the number of its rows")
    stages = stages_of(n, strata, clusters, population, nest)
    values = _weights(weights, stages, n, population is not None)
    return Design(values, stages, lonely, one_stage, (), np.ones(n, np.bool_), unusable(values))


def unusable(weights: Floats) -> Reason | None:
    """Return why nothing can be estimated with these weights, if so."""
    if not np.isfinite(weights).all():
        return Reason.NOT_FINITE
    if not weights.any():
        return Reason.NO_ANSWERS
    return None if weights.sum() > 0 else Reason.NEGATIVE_WEIGHTS


def _weights(
    weights: npt.ArrayLike | None, stages: tuple[Stage, ...], n: int, sized: bool
) -> Floats:
    if weights is not None:
        values = np.asarray(weights, float)
        if values.shape != (n,):
            raise ValueError("one weight for every row is needed")
        return values
    product = np.ones(n)
    for stage in stages if sized else ():
        product = product * np.where(
            np.isinf(stage.population), 1.0, stage.population / stage.sampled
        )
    return product
