"""Shrunk means, held against R and against the two ends of shrinking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.statistics.mean_shrinkage import METHODS, shrink_means
from analysis.statistics.results import Reason
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import figures

pytestmark = STRICT

BY_R: dict[str, Any] = figures("evidence")["means"]
UNITS = (BY_R["n"], BY_R["y"], BY_R["s2"])


@pytest.mark.parametrize(("method", "of_r"), [("dersimonian_laird", "dl"), ("fay_herriot", "fh")])
def test_the_figures_are_those_of_r(method: str, of_r: str) -> None:
    found, expected = shrink_means(*UNITS, method), BY_R[of_r]
    assert same([found.tau2, found.mu], [expected["tau2"], expected["mu"]])
    assert same(found.mean, expected["mean"])
    other = shrink_means(*UNITS, next(name for name in METHODS if name != method))
    assert not same([other.tau2], [found.tau2], 1e-3), "control: the other estimate differs"


@pytest.mark.parametrize("method", METHODS)
def test_units_alike_are_one_and_units_apart_stay(method: str) -> None:
    alike = shrink_means([9, 9, 9], [3.0, 3.01, 2.99], [1, 1, 1], method)
    assert alike.tau2 == 0
    assert same(alike.mean, [3.0] * 3)
    apart = shrink_means([9000] * 3, [1.0, 3.0, 5.0], [1, 1, 1], method)
    assert same(apart.mean, [1, 3, 5], 1e-3)


def test_intervals_hold_the_truth() -> None:
    draw = np.random.default_rng(8)
    held = []
    for _ in range(40):
        truth, n = draw.normal(3.5, 0.4, 60), draw.integers(5, 30, 60)
        answers = [draw.normal(t, 1.0, k) for t, k in zip(truth, n, strict=True)]
        found = shrink_means(n, [a.mean() for a in answers], [a.var(ddof=1) for a in answers])
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
    assert 0.93 < np.mean(held) < 0.97


def test_a_unit_without_answers_has_the_mean_of_all() -> None:
    found = shrink_means([9, 0, 8], [2.0, np.nan, 4.0], [1.0, np.nan, 1.2])
    assert found.mean[1] == pytest.approx(found.mu)
    assert found.se[1] > found.se[0]
    alone = shrink_means([9], [2.0], [1.0])
    assert (alone.tau2, alone.mean[0]) == (0.0, 2.0)


@pytest.mark.parametrize(
    ("n", "mean", "variance", "reason"),
    [
        ([], [], [], Reason.NO_ANSWERS),
        ([0, 0], [np.nan] * 2, [np.nan] * 2, Reason.NO_ANSWERS),
        ([1, 1], [2.0, 3.0], [np.nan] * 2, Reason.TOO_FEW),
        ([5, 6], [2.0, 3.0], [0.0, 0.0], Reason.NO_SPREAD),
        ([5, 6], [2.0, 3.0], [np.nan, 1.0], Reason.NOT_FINITE),
        ([5, 6], [2.0, 3.0], [np.inf, 1.0], Reason.NOT_FINITE),
        ([5, 6], [2.0, np.nan], [1.0, 1.0], Reason.NOT_FINITE),
    ],
)
def test_what_cannot_be_computed_says_why(n: Any, mean: Any, variance: Any, reason: Reason) -> None:
    found = shrink_means(n, mean, variance)
    assert found.reason is reason
    assert np.isnan([found.mu, found.tau2, *found.mean]).all()


def test_an_unknown_method_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        shrink_means(*UNITS, "guess")
