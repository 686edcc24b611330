"""Expected ranks and sign-off: quadrature held against R's integrate() and against drawing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.statistics.betabinomial import Beta
from analysis.statistics.ranking import Ranking, chance_of_less
from analysis.statistics.shrinkage import shrink
from analysis.statistics.signoff import sign_off
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import figures

pytestmark = STRICT

BY_R: dict[str, dict[str, Any]] = figures("evidence")["sets"]
#: Where shares pile up at 0 and 1, R's integrate() stops short: its ranks sum to 55.000004.
TOLERANCE = {"spread": 1e-9, "large": 1e-8, "wide": 1e-6}


def shares(name: str) -> Beta:
    """The posterior of R's fit."""
    of = BY_R[name]
    x, n, m = np.array(of["x"]), np.array(of["n"]), 1 / of["rho"] - 1
    return Beta(of["mu"] * m + x, (1 - of["mu"]) * m + n - x)


@pytest.mark.parametrize("name", BY_R)
def test_expected_ranks_are_those_of_r(name: str) -> None:
    found = Ranking(shares(name)).expected
    assert same(found, BY_R[name]["ranks"], TOLERANCE[name])
    units = found.size
    assert found.sum() == pytest.approx(units * (units + 1) / 2, abs=1e-8)
    first, second = (Beta(*(part[[place]] for part in shares(name))) for place in (0, 1))
    assert same(chance_of_less(first, second), [BY_R[name]["first_less"]], TOLERANCE[name])


def test_ranks_are_those_of_drawing_many_times() -> None:
    draw = np.random.default_rng(11)
    own = Beta(draw.uniform(0.4, 9, 25), draw.uniform(3, 40, 25))
    found = Ranking(own)
    drawn = draw.beta(own.a, own.b, (40_000, 25))
    ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    assert np.abs(found.expected - ranks.mean(axis=0)).max() < 0.15
    low, high = found.intervals(np.arange(25))
    for mine, level in ((low, 0.025), (high, 0.975)):
        drawn_end = np.quantile(ranks, level, axis=0, method="inverted_cdf")
        assert np.abs(mine - drawn_end).max() <= 1
    assert (np.argsort(-own.mean) != np.argsort(found.expected)).any(), (
        "control: ranking by the shrunk share is another order"
    )


def test_two_units_share_what_there_is() -> None:
    found = Ranking(Beta(np.array([2.0, 2.0]), np.array([5.0, 5.0])))
    assert same(found.expected, [1.5, 1.5])
    low, high = found.intervals([0, 1])
    assert (low.tolist(), high.tolist()) == ([1, 1], [2, 2])
    apart = Ranking(Beta(np.array([900.0, 100.0]), np.array([100.0, 900.0])))
    assert same(apart.expected, [1, 2])
    assert [end.tolist() for end in apart.intervals([0, 1])] == [[1, 2], [1, 2]]


def test_small_units_come_first_by_chance_and_not_in_expectation() -> None:
    """1 of 2 is the highest raw share; nobody would call it the worst of these."""
    x, n = np.array([[1, 18, 3, 2, 4, 1, 0]]), np.array([[2, 60, 40, 38, 50, 30, 20]])
    matched = shrink(x, n).matched()
    found = Ranking(Beta(matched.a[0], matched.b[0]))
    assert (x / n).argmax() == 0
    assert found.expected.argmin() == 1
    low, high = found.intervals([0, 1])
    assert high[0] - low[0] > high[1] - low[1]


def test_unknown_shares_have_no_rank_and_count_for_nobody() -> None:
    own = Beta(np.array([2.0, np.nan, 4.0, 1.0]), np.array([5.0, np.nan, 5.0, 9.0]))
    known = Beta(np.array([2.0, 4.0, 1.0]), np.array([5.0, 5.0, 9.0]))
    found, expected = Ranking(own), Ranking(known).expected
    assert same(found.expected, [expected[0], np.nan, expected[1], expected[2]])
    low, high = found.intervals([1, 2])
    assert np.isnan([low[0], high[0]]).all()
    assert low[1] >= 1
    nobody = Ranking(Beta(np.array([np.nan]), np.array([np.nan])))
    assert np.isnan(nobody.expected).all()
    assert np.isnan(nobody.intervals([0])).all()
    assert Ranking(Beta(np.zeros(0), np.zeros(0))).expected.size == 0


def test_one_unit_is_first() -> None:
    alone = Ranking(Beta(np.array([3.0]), np.array([9.0])))
    assert same(alone.expected, [1.0])
    assert [end.tolist() for end in alone.intervals([0])] == [[1], [1]]


def beta(*pairs: tuple[float, float]) -> Beta:
    return Beta(*(np.array(part) for part in zip(*pairs, strict=True)))


def test_a_problem_is_mended_when_the_share_is_low_and_lower_than_it_was() -> None:
    before = beta((30, 30), (30, 30), (8, 72), (30, 30))
    after = beta((5, 75), (20, 60), (5, 75), (3, 3))
    found = sign_off(before, after, 0.30)
    assert found.mended.tolist() == [True, False, False, False]
    assert found.below_cut[1] < 0.9 < found.fallen[1], "it fell, yet not below the cut"
    assert found.fallen[2] < 0.9 < found.below_cut[2], "it is low, yet was so before"
    assert found.below_cut[3] < 0.9, "so few answers cannot tell"


def test_sign_off_is_the_chance_of_drawing() -> None:
    draw = np.random.default_rng(3)
    before, after = beta((4, 9), (300, 700), (0.5, 3)), beta((2, 9), (2, 9), (4000, 9000))
    found = sign_off(before, after, 0.25)
    drawn = [draw.beta(wave.a, wave.b, (200_000, 3)) for wave in (before, after)]
    assert np.abs(found.fallen - (drawn[1] < drawn[0]).mean(axis=0)).max() < 0.005
    assert np.abs(found.below_cut - (drawn[1] < 0.25).mean(axis=0)).max() < 0.005


def test_what_is_not_known_is_not_mended() -> None:
    nothing = beta((np.nan, np.nan))
    for before, after in ((nothing, beta((2, 90))), (beta((20, 9)), nothing), (nothing, nothing)):
        found = sign_off(before, after, 0.3)
        assert np.isnan([found.below_cut, found.fallen]).all()
        assert not found.mended.any()
