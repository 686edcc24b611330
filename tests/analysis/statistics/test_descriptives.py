"""Descriptive figures, held against R."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.descriptives import describe, modes, quantiles
from analysis.statistics.means import Scored
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.datasets import RATING

pytestmark = STRICT

answers = st.lists(st.integers(1, 7), min_size=1, max_size=40)


def test_the_description_is_that_of_psych() -> None:
    """psych::describe(attitude$rating)."""
    by_r = [
        30, 64.6333333333333, 12.1725619475859, 2.22239558710727, 65.5, 65.2083333333333, 10.3782,
        40, 85, -0.357924913248972, -0.766194432572271,
    ]  # fmt: skip
    found = describe(Scored.from_columns(RATING))
    assert same([figure[0] for figure in astuple(found)], by_r)


def test_quantiles_are_those_of_r() -> None:
    """quantile(attitude$rating, c(.05, .1, .25, .5, .75, .9, .333))."""
    found = quantiles(Scored.from_columns(RATING), [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.333])
    assert same(found[0], [43, 47.5, 58.75, 65.5, 71.75, 81, 63])


@given(answers, st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_quantiles_agree_with_an_independent_program(
    values: list[int], probabilities: list[float]
) -> None:
    found = quantiles(Scored.from_columns(values), probabilities)[0]
    assert np.allclose(found, np.quantile(values, probabilities), atol=1e-9)


@given(answers)
def test_figures_follow_from_the_answers_written_out(values: list[int]) -> None:
    found = describe(Scored.from_columns(values))
    column = np.array(values, float)
    assert same([found.mean[0], found.median[0]], [column.mean(), np.median(column)])
    assert same([found.mad[0]], [1.4826 * np.median(np.abs(column - np.median(column)))])
    out = int(0.1 * column.size)
    assert same([found.trimmed[0]], [np.sort(column)[out : column.size - out].mean()])


def test_groups_without_answers_or_spread_have_no_figures() -> None:
    data = Scored.from_counts(np.array([[0, 0], [1, 0], [4, 0], [1, 1]]), [1, 2])
    found = describe(data)
    assert found.n.tolist() == [0, 1, 4, 2]
    assert same(found.mean, [math.nan, 1, 1, 1.5])
    assert same(found.sd, [math.nan, math.nan, 0, math.sqrt(0.5)])
    assert same(found.skew, [math.nan, math.nan, math.nan, 0])
    assert same(found.mad, [math.nan, 0, 0, 0.7413])
    assert same(found.minimum, [math.nan, 1, 1, 1])


def test_modes_may_be_several_or_none() -> None:
    data = Scored.from_counts(np.array([[3, 3, 1], [0, 0, 0], [0, 0, 9]]), [1, 2, 3])
    assert modes(data) == ((1.0, 2.0), (), (3.0,))
