"""Power, sample sizes and detectable differences, held against R."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.power import (
    detectable_share,
    finite_population,
    margin_of_error,
    power_anova,
    power_t,
    power_two_shares,
    sample_size_share,
    sample_size_two_shares,
    whole,
)
from analysis.statistics.results import Reason
from tests.analysis.statistics.close import STRICT, same

pytestmark = STRICT

shares = st.floats(0.01, 0.99)


def test_power_is_that_of_r() -> None:
    """power.prop.test(50, .5, .75), power.t.test(20, 1), (20, .5, "paired"), power.anova.test."""
    assert same([power_two_shares(0.5, 0.75, 50)], [0.740165901331388])
    assert same(
        [power_t(20, 1.0), power_t(20, 0.5, samples=1)], [0.868952801692498, 0.564482896678662]
    )
    assert same([power_anova(5, 4, 1, 3)], [0.353559423815302])


def test_sample_sizes_are_those_of_r() -> None:
    """power.prop.test(p1 = .5, p2 = .75, power = .9) and (n = 50, p1 = .5, power = .9)."""
    size = sample_size_two_shares(0.5, 0.75, 0.9)
    assert same([size.value], [76.7069284517774])
    assert whole(size) == 77
    assert same([detectable_share(0.5, 50, power=0.9).value], [0.802630581703895], 1e-8)


def test_the_sample_for_a_margin_is_cochrans() -> None:
    """5 points at 95 %: 384.1 of an endless population, 277.7 of 1,000."""
    assert round(sample_size_share(0.05).value, 1) == 384.1
    assert round(sample_size_share(0.05, population=1000).value, 1) == 277.7
    assert whole(sample_size_share(0.05)) == 385


def test_everybody_answering_leaves_no_error() -> None:
    assert margin_of_error(0.3, 40, 40) == 0.0
    assert same([margin_of_error(0.3, 40)], [1.959963984540054 * math.sqrt(0.21 / 40)])
    assert [finite_population(10, n) for n in (10, 1, math.inf)] == [0.0, 0.0, 1.0]
    assert same([finite_population(10, 19)], [0.5])


def test_what_cannot_be_reached_says_so() -> None:
    assert sample_size_two_shares(0.4, 0.4).reason is Reason.OUT_OF_REACH
    assert detectable_share(0.9, 5).reason is Reason.OUT_OF_REACH
    assert sample_size_share(0).reason is Reason.OUT_OF_REACH
    assert whole(sample_size_share(0)) is None
    for nothing in (power_two_shares(0.2, 0.3, 0), power_t(1, 1.0), power_anova(5, 1, 1, 1)):
        assert math.isnan(nothing)
    assert math.isnan(margin_of_error(0.5, 0))


def test_shares_without_variance_are_certain() -> None:
    assert power_two_shares(0.0, 1.0, 10) == 1.0
    assert power_two_shares(0.0, 0.0, 10) == 0.0


@given(shares, shares, st.integers(5, 2000))
def test_more_people_have_more_power(p1: float, p2: float, n: int) -> None:
    less, more = power_two_shares(p1, p2, n), power_two_shares(p1, p2, 2 * n)
    assert 0 <= less <= more + 1e-12
    assert more <= 1
    assert power_two_shares(p2, p1, n) == pytest.approx(less)


@given(st.floats(0.05, 0.6), st.integers(30, 3000))
def test_the_detectable_share_has_the_power_asked_for(p1: float, n: int) -> None:
    for higher in (True, False):
        found = detectable_share(p1, n, power=0.8, higher=higher)
        if not found.reason:
            assert power_two_shares(p1, found.value, n) == pytest.approx(0.8, abs=1e-9)
            assert (found.value > p1) is higher


@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_the_sample_size_has_the_power_asked_for(p1: float, p2: float) -> None:
    if abs(p1 - p2) > 0.01:
        size = sample_size_two_shares(p1, p2, 0.9)
        assert power_two_shares(p1, p2, size.value) == pytest.approx(0.9, abs=1e-9)
