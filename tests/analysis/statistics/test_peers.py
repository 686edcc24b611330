"""Worse than the others: the exact test beside R's hypergeometric, and funnel limits."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.multiplicity import adjust
from analysis.statistics.peers import funnel, worse_than_peers
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import figures

pytestmark = STRICT

BY_R: dict[str, dict[str, Any]] = figures("evidence")["sets"]
units = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=7)


@pytest.mark.parametrize("name", BY_R)
def test_p_and_limits_are_those_of_r(name: str) -> None:
    x, n = [BY_R[name]["x"]], [BY_R[name]["n"]]
    assert same(worse_than_peers(x, n).p[0], BY_R[name]["midp"])
    found = funnel(x, n)
    assert same(found.tau2, [BY_R[name]["tau2"]])
    assert same(found.high[0], np.minimum(1, BY_R[name]["funnel_high"]))


@settings(deadline=None)
@given(units)
def test_p_is_the_share_of_all_ways_to_deal_the_answers(dealt: list[tuple[int, int]]) -> None:
    """Counted in whole numbers: of all ways to choose the unit's answers, those that are worse."""
    x, n = [a for a, _ in dealt], [a + b for a, b in dealt]
    found = worse_than_peers([x], [n])
    hits, base = sum(x), sum(n)
    for place, (negative, valid) in enumerate(zip(x, n, strict=True)):
        if valid == 0 or valid == base:
            assert np.isnan(found.p[0, place])
            continue
        ways = [comb(hits, k) * comb(base - hits, valid - k) for k in range(valid + 1)]
        p = Fraction(2 * sum(ways[negative + 1 :]) + ways[negative], 2 * comb(base, valid))
        assert found.p[0, place] == pytest.approx(float(p), abs=1e-13, rel=1e-11)
        assert found.share[0, place] == pytest.approx((hits - negative) / (base - valid))


#: R 4.2.2: phyper(3100, 20000, 80000, 15000, lower = FALSE) + dhyper(3100, ...) / 2.
BIG = 0.0136233514383525


def test_large_counts_are_exact() -> None:
    x, n = [[3100, 16_900]], [[15_000, 85_000]]
    assert same(worse_than_peers(x, n).p[0], [BIG, 1 - BIG], 1e-9)


def test_what_could_never_be_found_does_not_count() -> None:
    """The unit of one answer cannot have a p of .04 however bad; without it the others gain."""
    x, n = np.array([[1, 7, 2, 1, 0, 2]]), np.array([[1, 12, 20, 18, 15, 22]])
    found = worse_than_peers(x, n, q=0.04)
    assert found.testable.tolist() == [[False, True, True, True, True, True]]
    assert np.isnan(found.adjusted[0, 0])
    everything = adjust(found.p)
    assert found.adjusted[0, 1] == pytest.approx(everything[0, 1] * 5 / 6)
    assert found.adjusted[0, 1] < 0.01 < found.adjusted[0, 4]
    by = worse_than_peers(x, n, q=0.04, method="by")
    assert by.adjusted[0, 1] > found.adjusted[0, 1], "BY asks for more"


@pytest.mark.parametrize(
    ("x", "n"),
    [
        ([[3]], [[9]]),
        ([[3, 0]], [[9, 0]]),
        ([[0, 0]], [[0, 0]]),
        ([[]], [[]]),
        (np.zeros((0, 4)),) * 2,
    ],
)
def test_without_others_there_is_no_comparison(x: Any, n: Any) -> None:
    found = worse_than_peers(x, n)
    assert np.isnan(found.p).all()
    assert np.isnan(found.share).all()
    assert not found.testable.any()
    assert funnel(x, n).high.shape == np.shape(x)


@pytest.mark.parametrize("negative", [0, 1])
def test_all_alike_is_nobody_worse(negative: int) -> None:
    n = np.array([[9, 7, 12]])
    found = worse_than_peers(n * negative, n)
    assert same(found.p[0], [0.5] * 3)
    assert not found.testable.any()
    limits = funnel(n * negative, n)
    assert same(limits.high[0], [negative] * 3)
    assert same(limits.tau2, [0.0])


def test_limits_leave_room_for_the_usual_differences() -> None:
    draw = np.random.default_rng(5)
    n = np.full((1, 200), 400)
    x = draw.binomial(n, draw.beta(10, 40, n.shape))
    found = funnel(x, n, confidence=0.95)
    outside = ((x > n * found.high) | (x < n * found.low)).mean()
    half = 1.96 * np.sqrt(found.target[0] * (1 - found.target[0]) / 400)
    plain = (np.abs(x / n - found.target[0]) > half).mean()
    assert outside < 0.15
    assert plain > 0.3, "control: without over-dispersion hardly a unit is normal"
    assert funnel(draw.binomial(n, 0.2), n).tau2[0] < 1e-4
