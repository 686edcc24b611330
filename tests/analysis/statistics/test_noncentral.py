"""Intervals for noncentrality parameters: they invert their distribution functions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ncf, nct, ncx2

from analysis.statistics.noncentral import (
    chi_square_noncentrality,
    f_noncentrality,
    t_noncentrality,
)
from tests.analysis.statistics.close import STRICT, same

pytestmark = STRICT


@given(st.floats(-30, 30), st.integers(2, 500))
def test_t_is_inverted(t: float, df: int) -> None:
    low, high = t_noncentrality(t, df)
    assert same([nct.sf(t, df, low), nct.cdf(t, df, high)], [0.025, 0.025], 1e-5)
    assert same(t_noncentrality(-t, df), [-high, -low], 1e-7)


@given(st.floats(0, 40), st.integers(1, 20), st.integers(2, 500))
def test_f_is_inverted(f: float, df1: int, df2: int) -> None:
    low, high = f_noncentrality(f, df1, df2)
    assert low == 0 or same([ncf.sf(f, df1, df2, low)], [0.025], 1e-5)
    assert high == 0 or same([ncf.cdf(f, df1, df2, high)], [0.025], 1e-5)


@given(st.floats(0, 400), st.integers(1, 60))
def test_chi_square_is_inverted(chi2: float, df: int) -> None:
    low, high = chi_square_noncentrality(chi2, df)
    assert low == 0 or same([ncx2.sf(chi2, df, low)], [0.025], 1e-5)
    assert high == 0 or same([ncx2.cdf(chi2, df, high)], [0.025], 1e-5)


def test_a_squared_normal_has_the_interval_of_the_normal() -> None:
    """With one degree of freedom and a large chi-square: (sqrt chi2 -+ z)²."""
    low, high = chi_square_noncentrality(10_000.0, 1)
    assert same([low, high], [(100 - 1.959963984540054) ** 2, (100 + 1.959963984540054) ** 2], 1e-6)


@pytest.mark.parametrize("statistic", [math.nan, math.inf, 1e300])
def test_what_is_out_of_reach_has_no_interval(statistic: float) -> None:
    for pair in (
        t_noncentrality(statistic, 5),
        f_noncentrality(statistic, 2, 5),
        chi_square_noncentrality(statistic, 3),
    ):
        assert all(math.isnan(end) for end in pair)
