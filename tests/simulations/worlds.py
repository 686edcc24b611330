"""Invented surveys of which the truth is known: each unit's own share of each item.

Every world has 19 items, the cut at 30 % and a mean share of 15 %. A unit that is bad at one item
tends to be bad at others: the normal scores of its shares correlate by one half.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, expit, logit, ndtr

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

ITEMS, CUT, MEAN = 19, 0.30, 0.15
#: Units, and the fewest and the most who answer in one: a county's offices, and a province's.
SIZES = {18: (8, 20), 138: (5, 30)}
#: Respondents who share an office inside their unit, and how alike they answer.
OFFICE, ALIKE = 4, 0.15


@dataclass(frozen=True, eq=False)
class Survey:
    """(J, U) true shares, and the answers that people of these units gave."""

    truth: Floats
    negative: Integers
    valid: Integers
    design_effect: float = 1.0
    """How many people say as much as one who answers independently of the others."""


def invented(name: str, units: int, draw: np.random.Generator) -> Survey:
    """Return a survey of a world; KeyError for a world that is not in ``WORLDS``."""
    truth = WORLDS[name](_ranks(units, draw), draw)
    low, high = SIZES[units]
    valid = draw.integers(low, high + 1, units)[np.newaxis] + np.zeros((ITEMS, 1), np.int64)
    if name == "offices":
        return Survey(truth, _by_office(truth, valid, draw), valid, 1 + (OFFICE - 1) * ALIKE)
    return Survey(truth, draw.binomial(valid, truth), valid)


def _ranks(units: int, draw: np.random.Generator) -> Floats:
    """(J, U) places between 0 and 1, those of a unit alike."""
    of_unit, own = draw.normal(size=units), draw.normal(size=(ITEMS, units))
    return np.asarray(ndtr((of_unit + own) / np.sqrt(2)))


def _beta(ranks: Floats, mu: npt.ArrayLike, rho: npt.ArrayLike) -> Floats:
    m = 1 / np.asarray(rho, float) - 1
    return np.asarray(betaincinv(np.asarray(mu) * m, (1 - np.asarray(mu)) * m, ranks))


def _alike(ranks: Floats, draw: np.random.Generator) -> Floats:
    """Every item spreads the same: what pooling takes for granted."""
    return _beta(ranks, MEAN, 0.08)


def _unalike(ranks: Floats, draw: np.random.Generator) -> Floats:
    """The items' rho lie between 0.01 and 0.25."""
    rho = np.exp(draw.uniform(np.log(0.01), np.log(0.25), (ITEMS, 1)))
    return _beta(ranks, MEAN, rho)


def _means_too(ranks: Floats, draw: np.random.Generator) -> Floats:
    """So do they, and the items' means between 5 and 30 %."""
    rho = np.exp(draw.uniform(np.log(0.01), np.log(0.25), (ITEMS, 1)))
    return _beta(ranks, expit(draw.uniform(logit(0.05), logit(0.30), (ITEMS, 1))), rho)


def _two_kinds(ranks: Floats, draw: np.random.Generator) -> Floats:
    """Units are either good (about 10.6 %) or bad (about 40 %, 15 in 100): nothing between."""
    bad = ranks > 0.85
    return np.where(bad, _beta((ranks - 0.85) / 0.15 * bad + 0.5 * ~bad, 0.40, 0.005), 0.0) + (
        np.where(bad, 0.0, _beta(ranks / 0.85 * ~bad + 0.5 * bad, 0.106, 0.005))
    )


def _hardly(ranks: Floats, draw: np.random.Generator) -> Floats:
    """Units hardly differ: rho 0.01."""
    return _beta(ranks, MEAN, 0.01)


def _equal(ranks: Floats, draw: np.random.Generator) -> Floats:
    """Units do not differ at all."""
    return np.full_like(ranks, MEAN)


def _by_office(truth: Floats, valid: Integers, draw: np.random.Generator) -> Integers:
    """People of one office answer alike, which nobody knows who sees only units."""
    m = 1 / ALIKE - 1
    negative = np.zeros_like(valid)
    left = valid.copy()
    while left.any():
        share = draw.beta(truth * m, (1 - truth) * m)
        people = np.minimum(left, OFFICE)
        negative += draw.binomial(people, share)
        left -= people
    return negative


World = Callable[[Floats, np.random.Generator], Floats]
WORLDS: dict[str, World] = {
    "alike": _alike,
    "unalike": _unalike,
    "means_too": _means_too,
    "two_kinds": _two_kinds,
    "offices": _alike,
    "hardly": _hardly,
    "equal": _equal,
}
