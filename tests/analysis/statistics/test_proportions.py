"""Shares, their intervals, toplines and the difference of two shares, held against R."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest

from analysis.statistics.proportions import (
    INTERVALS,
    binomial_test,
    clopper_pearson,
    compare_shares,
    jeffreys,
    logit,
    logit_of,
    share,
    topline,
    wilson,
    wilson_corrected,
)
from analysis.statistics.results import Reason
from tests.analysis.statistics.close import STRICT, ends, figures, same

pytestmark = STRICT

#: Newcombe (1998), Statistics in Medicine 17:857, table I: 81/263, 15/148, 0/20 and 1/29 by Wald
#: (method 1), Wilson (3), Wilson corrected (4) and Clopper-Pearson (5).
NEWCOMBE = {
    "wald": [(0.2522, 0.3638), (0.0527, 0.1500), (0.0, 0.0), (0.0, 0.1009)],
    "wilson": [(0.2553, 0.3662), (0.0624, 0.1605), (0.0, 0.1611), (0.0061, 0.1718)],
    "wilson_corrected": [(0.2535, 0.3682), (0.0598, 0.1644), (0.0, 0.2005), (0.0018, 0.1963)],
    "clopper_pearson": [(0.2527, 0.3676), (0.0578, 0.1617), (0.0, 0.1684), (0.0009, 0.1776)],
}
CASES = np.array([(81, 263), (15, 148), (0, 20), (1, 29)])

counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("name", NEWCOMBE)
def test_the_intervals_are_the_published_ones(name: str) -> None:
    low, high = INTERVALS[name](CASES[:, 0], CASES[:, 1])
    found = [(round(float(a), 4), round(float(b), 4)) for a, b in zip(low, high, strict=True)]
    assert found == NEWCOMBE[name]


def test_the_corrected_interval_is_that_of_r() -> None:
    """prop.test(15, 148), prop.test(0, 20), prop.test(10, 20): the last needs no correction."""
    low, high = wilson_corrected([15, 0, 10], [148, 20, 20])
    assert same(low, [0.0597782084284981, 0, 0.299298008198212])
    assert same(high, [0.164449779364837, 0.200453345013487, 0.700701991801788])


def test_jeffreys_and_the_exact_interval_are_quantiles_of_the_beta() -> None:
    assert same(jeffreys(7, 20), [0.172276213631912, 0.567766093841496]), "R qbeta"
    assert same(clopper_pearson(682, 925), [0.707668264079039, 0.765406558241525]), "R binom.test"
    assert same(clopper_pearson(0, 10), [0, 0.308497107818761])
    assert [float(jeffreys(0, 9)[0]), float(jeffreys(9, 9)[1])] == [0.0, 1.0]
    assert not same(jeffreys(0, 9)[:1], [beta.ppf(0.025, 0.5, 9.5)]), "control"


def test_the_exact_interval_covers_at_least_what_it_promises() -> None:
    n = 17
    low, high = clopper_pearson(np.arange(n + 1), n)
    for p in np.linspace(0.01, 0.99, 99):
        inside = (low <= p) & (p <= high)
        assert binom.pmf(np.arange(n + 1), n, p)[inside].sum() >= 0.95


def test_the_logit_interval_knows_a_design() -> None:
    """survey::svyciprop(method = "logit"): the same formula, with t of the design's df."""
    low, high = logit(40, 100)
    se = math.sqrt(0.4 * 0.6 / 100)
    assert same(logit_of(0.4, se), [float(low), float(high)])
    wide = logit_of(0.4, se, df=4)
    t, middle, half = 2.7764451051977987, math.log(0.4 / 0.6), se / 0.24
    assert same(wide, [1 / (1 + math.exp(-(middle - s * half))) for s in (t, -t)])
    assert np.isnan(logit_of([0.0, 1.0, 0.4], [0.1, 0.1, 0.0])).all()
    assert same(logit(0, 9), clopper_pearson(0, 9)), "no logit of 0"


@pytest.mark.parametrize("name", INTERVALS)
@given(case=counts)
def test_every_interval_holds_its_share_mirrors_and_narrows(
    name: str, case: tuple[int, int]
) -> None:
    hits, base = case
    method: Callable[..., tuple[float, float]] = INTERVALS[name]
    low, high = method(hits, base)
    assert 0 <= low <= hits / base + 1e-12
    assert hits / base - 1e-12 <= high <= 1
    assert same(method(base - hits, base), [1 - high, 1 - low], 1e-8)
    wide_low, wide_high = method(hits, base, 0.99)
    assert wide_low <= low + 1e-12
    assert high <= wide_high + 1e-12


@pytest.mark.parametrize("name", INTERVALS)
def test_an_interval_of_nobody_does_not_exist(name: str) -> None:
    low, high = INTERVALS[name]([0, 3], [0, 9])
    assert [np.isnan(low).tolist(), np.isnan(high).tolist()] == [[True, False]] * 2


def test_a_topline_tells_base_missing_and_shares() -> None:
    cells = np.array([[2, 5, 0, 15, 3], [4, 0, 0, 0, 6]])
    found = topline(cells, np.array([False, True, True, True, False]))
    assert found.base.tolist() == [20, 0]
    assert found.missing.tolist() == [5, 10]
    assert same(found.share[0], [math.nan, 0.25, 0, 0.75, math.nan])
    assert same([found.low[0, 1], found.high[0, 1]], wilson(5, 20))
    assert np.isnan(found.share[1]).all(), "nobody answered"
    assert found.counts[0].tolist() == [2, 5, 0, 15, 3]


def test_a_topline_by_another_interval() -> None:
    found = topline(np.array([5, 15]), np.array([True, True]), "jeffreys", 0.9)
    assert same([found.low[0], found.high[0]], jeffreys(5, 20, 0.9))
    with pytest.raises(KeyError):
        topline(np.array([5, 15]), np.array([True, True]), "no such interval")


def test_the_binomial_test_is_that_of_r() -> None:
    """binom.test(682, 925, p = 0.75), R's own example (Conover 1971)."""
    found = binomial_test(682, 925, 0.75)
    assert same(
        [found.p, *ends(found.estimate)[1:]],
        [0.382491559574852, 0.707668264079039, 0.765406558241525],
    )
    assert binomial_test(0, 0).reason is Reason.NO_ANSWERS


def test_two_shares_are_compared_as_r_does() -> None:
    """prop.test(c(83, 90), c(86, 93), correct = FALSE), and c(15, 30) of c(50, 60) corrected."""
    found = compare_shares((83, 86), (90, 93))
    assert same([found.statistic**2, found.p], [0.00950851874818416, 0.922320095734269])
    assert same(ends(found.estimate)[1:], [-0.0554773785585338, 0.0502260657303268])
    corrected = compare_shares((15, 50), (30, 60), correct=True)
    assert same([corrected.statistic**2, corrected.p], [3.72339031339032, 0.0536553214525305])
    assert same(ends(corrected.estimate)[1:], [-0.397610229408857, -0.00238977059114284])


def test_the_difference_has_newcombes_interval() -> None:
    """Newcombe (1998), Statistics in Medicine 17:873, table II, method 10: 56/70 - 48/80."""
    found = compare_shares((56, 70), (48, 80)).effect("newcombe")
    assert [round(end, 4) for end in ends(found)] == [0.2, 0.0524, 0.3339]


def test_shares_that_cannot_be_compared_say_why() -> None:
    assert compare_shares((0, 0), (3, 9)).reason is Reason.NO_ANSWERS
    for case in (((0, 5), (0, 9)), ((5, 5), (9, 9))):
        found = compare_shares(*case)
        assert found.reason is Reason.ALL_OR_NONE
        assert math.isnan(found.p)
    assert compare_shares((0, 5), (9, 9)).p < 0.001, "control: these differ"


@given(counts, counts)
def test_the_difference_turns_round_with_its_groups(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    one, other = compare_shares(first, second), compare_shares(second, first)
    assert same([one.statistic, one.p], [-other.statistic, other.p])
    assert one.reason is other.reason


def test_shares_of_a_table_are_those_of_its_cells() -> None:
    hits, base = np.array([[0, 4], [9, 14]]), np.array([[0, 14], [9, 28]])
    assert same(share(hits, base).ravel(), [math.nan, 4 / 14, 1.0, 0.5])


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_wilson_agrees_with_an_independent_program(confidence: float) -> None:
    for base in (1, 2, 5, 14, 100, 73_421):
        for hits in {0, 1, base // 4, base // 2, base - 1, base}:
            theirs = binomtest(hits, base).proportion_ci(confidence, method="wilson")
            assert same(wilson(hits, base, confidence), [theirs.low, theirs.high])
    corrected = binomtest(4, 14).proportion_ci(confidence, method="wilsoncc")
    assert not same(wilson(4, 14, confidence)[:1], [corrected.low], 1e-3), "control"


def test_statistic_and_p_stand_together() -> None:
    assert figures(compare_shares((30, 100), (30, 100))) == [0.0, 1.0]
