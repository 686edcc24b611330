"""Drivers of an outcome, held against regressions of R written out, and published figures."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.covariance import Items
from analysis.statistics.drivers import Quadrant, johnson, priorities, shapley
from analysis.statistics.results import Reason
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import ATTITUDE, figures

pytestmark = STRICT

R = figures("items")
ITEMS = Items.from_columns(ATTITUDE)


def test_shapley_is_the_mean_over_all_orders_in_r() -> None:
    found = shapley(ITEMS, 0)
    assert same(found.weights, R["lmg"])
    assert same([found.r2, float(found.weights.sum())], [R["r2"], R["r2"]])
    assert same(found.beta, R["beta"])
    assert same([float(found.shares.sum())], [1])


def test_johnson_is_the_formula_in_r() -> None:
    found = johnson(ITEMS, 0)
    assert same(found.weights, R["johnson"])
    assert same([float(found.weights.sum())], [R["r2"]])


def explained(x: np.ndarray, y: np.ndarray) -> float:
    if not x.shape[1]:
        return 0.0
    table = np.column_stack([np.ones(len(x)), x])
    rest = y - table @ np.linalg.lstsq(table, y, rcond=None)[0]
    return 1 - float(rest @ rest) / float(((y - y.mean()) ** 2).sum())


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_any_regression_agrees_with_orders_written_out(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(30, k)) + rng.normal(size=(30, 1))
    y = x.sum(axis=1) + rng.normal(size=30)
    gains = np.zeros(k)
    orders = list(permutations(range(k)))
    for order in orders:
        for at, item in enumerate(order):
            gains[item] += explained(x[:, order[: at + 1]], y) - explained(x[:, order[:at]], y)
    found = shapley(Items.from_columns(np.column_stack([x, y])), k)
    assert np.allclose(found.weights, gains / len(orders), atol=1e-9)


def test_unrelated_items_share_by_their_correlations() -> None:
    matrix = np.eye(4)
    matrix[0, 1:] = matrix[1:, 0] = [0.5, 0.3, 0.1]
    items = Items.from_matrix(matrix, 100)
    for found in (shapley(items, 0), johnson(items, 0)):
        assert same(found.weights, [0.25, 0.09, 0.01])


def test_twelve_predictors_are_exact_and_sixteen_too_many() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(300, 17)) + 0.7 * rng.normal(size=(300, 1))
    found = shapley(Items.from_columns(x[:, :13]), 12)
    assert same([float(found.weights.sum())], [found.r2])
    assert (found.weights > 0).all()
    assert shapley(Items.from_columns(x), 16).reason is Reason.OUT_OF_REACH
    assert johnson(Items.from_columns(x), 16).reason is None


def test_what_cannot_be_explained_says_why() -> None:
    constant = ATTITUDE.copy()
    constant[:, 0] = 5
    doubled = np.column_stack([ATTITUDE, ATTITUDE[:, 1]])
    for figure in (shapley, johnson):
        assert figure(Items.from_columns(constant), 0).reason is Reason.NO_SPREAD
        assert figure(Items.from_columns(doubled), 0).reason is Reason.SINGULAR
        assert figure(Items.from_columns(ATTITUDE[:, :1]), 0).reason is Reason.ONE_CATEGORY
        assert figure(Items.from_columns(np.zeros((0, 3))), 0).reason is Reason.NO_ANSWERS
        found = figure(Items.from_columns(doubled), 0)
        assert np.isnan(found.weights).all()
        assert np.isnan(found.shares).all()


def test_priorities_by_importance_and_performance() -> None:
    found = priorities([0.4, 0.4, 0.1, 0.1, math.nan], [2.0, 4.0, 2.0, 4.0, 3.0])
    assert found.cross == (0.25, 3.0)
    assert found.quadrants == (
        Quadrant.CONCENTRATE, Quadrant.KEEP_UP, Quadrant.LOW_PRIORITY, Quadrant.OVERDONE, None,
    )  # fmt: skip
    assert priorities([0.4], [2.0], cross=(0.5, 1.0)).quadrants == (Quadrant.OVERDONE,)
    assert priorities([], []).quadrants == ()
    with pytest.raises(ValueError, match="every item"):
        priorities([1, 2], [1])
