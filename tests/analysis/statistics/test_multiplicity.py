"""Adjusted p-values, held against R's p.adjust."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.multiplicity import METHODS, adjust
from tests.analysis.statistics.close import STRICT, same

pytestmark = STRICT

P = [0.01, 0.02, 0.03, 0.04, 0.05, 0.001, 0.8, 0.2]
#: R 4.2.2: p.adjust(P, method).
BY_R = {
    "none": P,
    "bonferroni": [0.08, 0.16, 0.24, 0.32, 0.4, 0.008, 1, 1],
    "holm": [0.07, 0.12, 0.15, 0.16, 0.16, 0.008, 0.8, 0.4],
    "hochberg": [0.07, 0.12, 0.15, 0.15, 0.15, 0.008, 0.8, 0.4],
    "bh": [0.04, 0.0533333333333333, 0.06, 0.064, 0.0666666666666667,
           0.008, 0.8, 0.228571428571429],
    "by": [0.108714285714286, 0.144952380952381, 0.163071428571429, 0.173942857142857,
           0.181190476190476, 0.0217428571428571, 1, 0.621224489795918],
}  # fmt: skip

ps = st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), max_size=30).map(np.array)


@pytest.mark.parametrize("method", BY_R)
def test_the_values_are_those_of_r(method: str) -> None:
    assert same(adjust(P, method), BY_R[method])


def test_a_test_without_p_does_not_count() -> None:
    """p.adjust(c(.01, NA, .04, .03), "BH")."""
    assert same(adjust([0.01, math.nan, 0.04, 0.03]), [0.03, math.nan, 0.04, 0.04])
    assert adjust([]).size == 0
    assert np.isnan(adjust([math.nan])).all()


def test_a_table_keeps_its_shape() -> None:
    assert same(adjust(np.array(P).reshape(2, 4)).ravel(), BY_R["bh"])


def test_an_unknown_method_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        adjust(P, "tukey")


@pytest.mark.parametrize("method", METHODS)
@given(p=ps)
def test_adjusting_keeps_the_order_and_only_raises(method: str, p: np.ndarray) -> None:
    found = adjust(p, method)
    tested = ~np.isnan(p)
    assert (np.isnan(found) == ~tested).all()
    assert (found[tested] >= p[tested] * (1 - 1e-12)).all()
    assert (found[tested] <= 1).all()
    ordered = found[tested][np.argsort(p[tested], kind="stable")]
    assert (np.diff(ordered) >= 0).all()
    assert same(adjust(p[::-1], method)[::-1], found), "whatever order they come in"


@given(ps)
def test_methods_stand_in_their_known_order(p: np.ndarray) -> None:
    by_method = {method: np.nan_to_num(adjust(p, method)) + 1e-12 for method in METHODS}
    for lower, higher in (
        ("bh", "hochberg"),
        ("hochberg", "holm"),
        ("holm", "bonferroni"),
        ("bh", "by"),
    ):
        assert (by_method[lower] <= by_method[higher] + 1e-9).all()
