"""Weights fitted to what is known of the population: post-stratification, raking, trimming.

R ``survey``. Each function takes a ``Design`` or ``Replicates`` and returns a ``Weighted``. The
design in it knows what it was fitted to, so later standard errors are the smaller for it, as in R.
Totals of any variables: ``calibration``. The effect of unequal weights: ``estimates.kish``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from analysis.statistics.design.replicates import Replicates
from analysis.statistics.design.sample import Adjustment, Design
from analysis.statistics.results import Floats, Integers, Reason

#: R ``rake(control = list(maxit = 10, epsilon = 1))``.
MOST_ROUNDS, CHANGE = 10, 1.0
#: How often R takes the means of the margins out of an influence.
SWEEPS = 10
#: Rounds of strict trimming after which it will not settle.
MOST_TRIMS = 1000

Sampled = TypeVar("Sampled", Design, Replicates)


@dataclass(frozen=True, eq=False)
class Weighted(Generic[Sampled]):
    """The sample with its new weights, the rounds they took, and why they do not fit, if so.

    With a reason the weights are those the rounds ended on, or the old ones.
    """

    sample: Sampled
    rounds: int = 1
    reason: Reason | None = None


@dataclass(frozen=True, eq=False)
class Margin:
    """A variable whose distribution in the population is known: the code 0..K-1 of each row (n,)
    and the number of people of each code in the population (K,)."""

    codes: Integers
    totals: Floats

    @classmethod
    def of(cls, codes: npt.ArrayLike, totals: npt.ArrayLike) -> Margin:
        """Take codes and totals; ValueError for a code without total, or a total not finite."""
        column, sizes = np.asarray(codes, np.int64), np.asarray(totals, float)
        if column.size and not 0 <= column.min() <= column.max() < sizes.size:
            raise ValueError("a code has no total in the population")
        if not (np.isfinite(sizes) & (sizes >= 0)).all():
            raise ValueError("totals of the population must be finite and not negative")
        return cls(column, sizes)

    def covered(self, weights: Floats) -> bool:
        """Whether the sample has somebody of every code that the population has, and no other."""
        held = np.bincount(self.codes, weights=weights, minlength=self.totals.size)
        return bool(((held > 0) == (self.totals > 0)).all())

    def fitted(self, weights: Floats) -> Floats:
        """Return weights (n, m) scaled to the totals, column by column; 0 where a code is empty."""
        factors = np.zeros((self.totals.size, weights.shape[1]))
        for column, held in enumerate(weights.T):
            sums = np.bincount(self.codes, weights=held, minlength=self.totals.size)
            np.divide(self.totals, sums, out=factors[:, column], where=sums != 0)
        return np.asarray(weights * factors[self.codes])


def post_stratified(sample: Sampled, margin: Margin) -> Weighted[Sampled]:
    """Return the weights with which the sample has the totals of one margin; R ``postStratify``.

    Cross several variables into one code for full post-stratification. Holt and Smith (1979), JRSS
    A 142:33. NOT_COVERED where the sample lacks a group of the population, or the reverse.
    """
    if reason := _unfit(sample, [margin]):
        return Weighted(sample, 0, reason)
    old = columns_of(sample)
    new = margin.fitted(old)
    return Weighted(with_columns(sample, new, Groups(margin.codes, new[:, 0], old[:, 0])))


def raked(
    sample: Sampled, margins: Sequence[Margin], rounds: int = MOST_ROUNDS, change: float = CHANGE
) -> Weighted[Sampled]:
    """Return the weights with which the sample has the totals of every margin; R ``rake``.

    Iterative proportional fitting (Deming and Stephan 1940, Annals of Mathematical Statistics
    11:427). R's stopping rule: no cell of the table of all margins together changes by ``change``
    people in a round (a share of all people where below 1), in at most ``rounds`` rounds; else
    NOT_CONVERGED, and the weights are those of the last round.
    """
    if reason := _unfit(sample, margins):
        return Weighted(sample, 0, reason)
    weights = columns_of(sample)
    cell = np.unique(np.stack([m.codes for m in margins]), axis=1, return_inverse=True)[1]
    limit = change if change >= 1 else change * float(weights[:, 0].sum())
    before, done = np.bincount(cell, weights=weights[:, 0]), 0
    steps: list[Groups] = []
    while done < rounds:
        steps = []
        for margin in margins:
            weights = margin.fitted(weights)
            steps.append(Groups(margin.codes, weights[:, 0], np.ones(len(weights))))
        done += 1
        after = np.bincount(cell, weights=weights[:, 0])
        moved, before = float(np.abs(after - before).max()), after
        if moved < limit:
            return Weighted(with_columns(sample, weights, Raking(tuple(steps))), done)
    fitted = with_columns(sample, weights, Raking(tuple(steps)))
    return Weighted(fitted, done, Reason.NOT_CONVERGED)


def trimmed(
    sample: Design, lower: float = -np.inf, upper: float = np.inf, strict: bool = False
) -> Weighted[Design]:
    """Return weights cut to the bounds, what was cut shared out evenly; R ``trimWeights``.

    Every weight within the bounds takes an equal part of what the others lost, which may push some
    past a bound again; ``strict`` goes on until none is. NOT_CONVERGED where the bounds cannot hold
    the total, with the weights as they were.
    """
    if not lower <= upper:
        raise ValueError("the lower bound lies above the upper one")
    weights = sample.weights
    for done in range(MOST_TRIMS):
        outside = (weights < lower) | (weights > upper)
        if not outside.any() or (done and not strict):
            return Weighted(replace(sample, weights=weights), done)
        if outside.all():
            break
        cut = np.clip(weights, lower, upper)
        share = float((weights - cut).sum()) / int((~outside).sum())
        weights = np.where(outside, cut, weights + share)
    return Weighted(sample, MOST_TRIMS, Reason.NOT_CONVERGED)


@dataclass(frozen=True, eq=False)
class Groups:
    """What post-stratification leaves of an influence: its distance from the mean of its group."""

    codes: Integers
    weights: Floats
    before: Floats

    def residual(self, influence: Floats) -> Floats:
        """Return influence - weight · Σ(before · influence / weight) / Σ before, by group."""
        safe = np.where(self.weights == 0, 1.0, self.weights)
        share = self.before / safe
        size = np.bincount(self.codes, weights=self.before)
        size = np.where(size == 0, 1.0, size)
        means = [np.bincount(self.codes, weights=share * c) / size for c in influence.T]
        away = np.stack(means, axis=1)[self.codes] * self.weights[:, np.newaxis]
        return np.asarray(influence - away)


@dataclass(frozen=True, eq=False)
class Raking:
    """What raking leaves of an influence: margin after margin is taken out, ten times, as in R."""

    steps: tuple[Groups, ...]

    def residual(self, influence: Floats) -> Floats:
        """Return the part of (n, k) influences that the margins do not explain."""
        for _ in range(SWEEPS):
            for step in self.steps:
                influence = step.residual(influence)
        return influence


def columns_of(sample: Design | Replicates) -> Floats:
    """Return (n, 1) the weights of a design, or (n, 1 + R) with those of the replicates."""
    own = sample.weights[:, np.newaxis]
    return own if isinstance(sample, Design) else np.hstack([own, sample.analysis])


def with_columns(sample: Sampled, weights: Floats, adjustment: Adjustment) -> Sampled:
    """Return the sample with weights as ``columns_of`` gave them; a design keeps the adjustment."""
    if isinstance(sample, Design):
        adjustments = (*sample.adjustments, adjustment)
        return replace(sample, weights=weights[:, 0], adjustments=adjustments)
    return replace(sample, weights=weights[:, 0], analysis=weights[:, 1:])


def _unfit(sample: Design | Replicates, margins: Sequence[Margin]) -> Reason | None:
    if sample.reason:
        return sample.reason
    if any(margin.codes.shape != sample.weights.shape for margin in margins):
        raise ValueError("one code for every row of the sample is needed")
    covered = all(margin.covered(sample.weights) for margin in margins)
    return None if covered else Reason.NOT_COVERED
