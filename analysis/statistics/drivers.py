"""Which items drive an overall judgement: shares of the explained variance, and priorities.

Everything follows from the covariances of outcome and items (``Items``), so from counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import comb, nan

import numpy as np
import numpy.typing as npt

from analysis.statistics.covariance import SINGULAR, Items
from analysis.statistics.results import Floats, Integers, Reason

#: Predictors up to which every subset is worked out: 2^15 regressions.
MOST_PREDICTORS = 15
#: Subsets worked out at a time.
BLOCK = 4096


@dataclass(frozen=True, eq=False)
class Drivers:
    """What each of k items explains of the outcome: ``weights`` (k,) add up to ``r2``.

    ``items`` (k,) are their positions, ``beta`` (k,) the standardised coefficients of all together,
    ``correlation`` (k,) with the outcome. nan, with the reason, where there is no regression.
    """

    items: Integers
    weights: Floats
    r2: float
    beta: Floats
    correlation: Floats
    reason: Reason | None = None

    @property
    def shares(self) -> Floats:
        """(k,) the weights as shares of what is explained; R ``relaimpo`` with ``rela = TRUE``."""
        return self.weights / self.r2 if self.r2 > 0 else np.full(len(self.weights), nan)


def shapley(items: Items, outcome: int) -> Drivers:
    """Return what each item adds to R², averaged over all orders in which the items can enter.

    Lindeman, Merenda and Gold (1980); the Shapley value of R² (Lipovetsky and Conklin 2001, Applied
    Stochastic Models in Business and Industry 17:319); R ``relaimpo::calc.relimp(type = "lmg")``.
    Exact, over all subsets, for up to 15 items; more give OUT_OF_REACH (see ``johnson``).
    ``outcome`` is the position of the outcome among the items as they were given.
    """
    found = _joined(items, outcome)
    if found.reason:
        return found
    k = len(found.items)
    if k > MOST_PREDICTORS:
        return _none(found.items, Reason.OUT_OF_REACH)
    r2 = _of_subsets(_among(items, outcome), found.correlation)
    subsets = np.arange(1 << k)
    size = np.array([bin(s).count("1") for s in subsets])
    order = np.array([1 / (k * comb(k - 1, s)) for s in range(k)])
    weights = np.empty(k)
    for item in range(k):
        without = subsets[(subsets >> item & 1) == 0]
        gain = r2[without | 1 << item] - r2[without]
        weights[item] = float(order[size[without]] @ gain)
    return Drivers(found.items, weights, found.r2, found.beta, found.correlation)


def johnson(items: Items, outcome: int) -> Drivers:
    """Return Johnson's relative weights, Λ² β² with Λ the root of the correlations of the items.

    Johnson (2000), Multivariate Behavioral Research 35:1. R has no function for it.
    """
    found = _joined(items, outcome)
    if found.reason:
        return found
    values, vectors = np.linalg.eigh(_among(items, outcome))
    root = (vectors * np.sqrt(values)) @ vectors.T
    beta = np.linalg.solve(root, found.correlation)
    return Drivers(found.items, root**2 @ beta**2, found.r2, found.beta, found.correlation)


class Quadrant(StrEnum):
    """What importance and performance ask for; Martilla and James (1977), J. of Marketing 41:77."""

    CONCENTRATE = "concentrate"
    KEEP_UP = "keep_up"
    LOW_PRIORITY = "low_priority"
    OVERDONE = "overdone"


@dataclass(frozen=True, eq=False)
class Priorities:
    """Where each item stands: ``importance`` and ``performance`` (k,), and where the axes cross.

    An item on a line counts as above it. ``quadrants`` has None where a figure does not exist.
    """

    importance: Floats
    performance: Floats
    cross: tuple[float, float]
    quadrants: tuple[Quadrant | None, ...]


def priorities(
    importance: npt.ArrayLike,
    performance: npt.ArrayLike,
    cross: tuple[float, float] | None = None,
) -> Priorities:
    """Return the quadrant of each item by importance (such as ``Drivers.shares``) and mean score.

    The lines cross at the means of both unless ``cross`` (importance, performance) says where.
    """
    x, y = np.asarray(importance, float), np.asarray(performance, float)
    if x.shape != y.shape:
        raise ValueError("every item has an importance and a performance")
    known = np.isfinite(x) & np.isfinite(y)
    if cross is None:
        cross = (float(x[known].mean()), float(y[known].mean())) if known.any() else (nan, nan)
    named = {
        (True, False): Quadrant.CONCENTRATE,
        (True, True): Quadrant.KEEP_UP,
        (False, False): Quadrant.LOW_PRIORITY,
        (False, True): Quadrant.OVERDONE,
    }
    found = tuple(
        named[bool(a >= cross[0]), bool(b >= cross[1])] if there else None
        for a, b, there in zip(x, y, known, strict=True)
    )
    return Priorities(x, y, cross, found)


def _joined(items: Items, outcome: int) -> Drivers:
    """The regression of the outcome on all other items."""
    rest = items.items[items.items != outcome]
    if items.reason:
        return _none(rest, items.reason)
    if rest.size == len(items.items):
        return _none(rest, Reason.NO_SPREAD)
    if not rest.size:
        return _none(rest, Reason.ONE_CATEGORY)
    among = _among(items, outcome)
    if float(np.linalg.eigvalsh(among)[0]) < SINGULAR:
        return _none(rest, Reason.SINGULAR)
    with_outcome = items.correlation[items.items != outcome][:, items.items == outcome][:, 0]
    beta = np.linalg.solve(among, with_outcome)
    r2 = min(1.0, float(beta @ with_outcome))
    return Drivers(rest, beta, r2, beta, with_outcome)


def _among(items: Items, outcome: int) -> Floats:
    kept = items.items != outcome
    return items.correlation[np.ix_(kept, kept)]


def _of_subsets(among: Floats, with_outcome: Floats) -> Floats:
    """R² of every subset of items (2^k,), by its bits; items that are out stand apart as ones."""
    k = len(among)
    found = np.zeros(1 << k)
    for start in range(0, 1 << k, BLOCK):
        subsets = np.arange(start, min(start + BLOCK, 1 << k))
        inside = (subsets[:, np.newaxis] >> np.arange(k) & 1).astype(float)
        matrices = among * inside[:, :, np.newaxis] * inside[:, np.newaxis, :]
        matrices += np.eye(k) * (1 - inside)[:, :, np.newaxis]
        right = with_outcome * inside
        beta = np.linalg.solve(matrices, right[:, :, np.newaxis])[:, :, 0]
        found[subsets] = (beta * right).sum(axis=1)
    return found


def _none(items: Integers, reason: Reason) -> Drivers:
    empty = np.full(items.size, nan)
    return Drivers(items, empty, nan, empty, empty, reason)
