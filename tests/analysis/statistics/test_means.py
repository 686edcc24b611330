"""Moments, t-tests and their effect sizes, held against R."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nct, ttest_ind

from analysis.statistics.means import (
    Scored,
    moments,
    one_sample,
    paired,
    small_sample_factor,
    two_sample,
)
from analysis.statistics.results import Reason
from tests.analysis.statistics.close import STRICT, ends, figures, same
from tests.analysis.statistics.datasets import SLEEP, SLEEP_GROUP

pytestmark = STRICT

SCORES = np.array([0, 1, 2, 3, 4, 5, 0])
SCORED = np.array([False, True, True, True, True, True, False])
GROUPS = Scored.from_columns(SLEEP, SLEEP_GROUP)

two_rows = st.lists(
    st.lists(st.integers(0, 20), min_size=5, max_size=5), min_size=2, max_size=2
).map(lambda rows: Scored.from_counts(np.array(rows), [1, 2, 3, 4, 5]))


@given(st.lists(st.integers(0, 60), min_size=7, max_size=7))
def test_moments_are_those_of_the_answers_written_out(cells: list[int]) -> None:
    written_out = np.repeat(SCORES[SCORED], np.array(cells)[SCORED])
    found = moments(np.array(cells), SCORES, SCORED)
    assert found.n == len(written_out), "no answer and don't know are left out"
    if len(written_out):
        assert math.isclose(found.mean, np.mean(written_out), abs_tol=1e-12)
    else:
        assert math.isnan(found.mean)
    if len(written_out) > 1:
        assert math.isclose(found.sd, np.std(written_out, ddof=1), abs_tol=1e-9)
        assert math.isclose(found.sd, statistics.stdev(written_out.tolist()), abs_tol=1e-9)
    else:
        assert math.isnan(found.sd)


def test_moments_work_along_the_leading_axes() -> None:
    cells = np.arange(4 * 3 * 7).reshape(4, 3, 7)
    found = moments(cells, SCORES, SCORED)
    alone = moments(cells[2, 1], SCORES, SCORED)
    assert found.mean.shape == found.sd.shape == (4, 3)
    assert (found.mean[2, 1], found.sd[2, 1]) == (alone.mean, alone.sd)


def test_a_deviation_does_not_drown_in_large_numbers() -> None:
    """A billion equal answers and one other: the naive difference of squares has no digit left."""
    many = 10**9
    found = moments(np.array([0, many, 1]), np.array([0, 5, 4]), np.array([False, True, True]))
    exact = Fraction(many * 25 + 16) - Fraction((many * 5 + 4) ** 2, many + 1)
    assert math.isclose(found.sd, math.sqrt(exact / many), rel_tol=1e-12)


def test_equal_fractions_have_no_spread_at_all() -> None:
    found = moments(np.array([3]), np.array([0.1]), np.array([True]))
    assert float(found.sd) == 0.0


def test_counts_and_columns_are_the_same_thing() -> None:
    cells = np.array([[2, 0, 3], [1, 4, 1]])
    counted = Scored.from_counts(cells, [3, 1, 2])
    written = Scored.from_columns(
        np.concatenate([np.repeat([3, 1, 2], row) for row in cells]), [0] * 5 + [1] * 6
    )
    assert same(figures(two_sample(counted)), figures(two_sample(written)))
    assert counted.scores.tolist() == [1, 2, 3]
    assert counted.cells.tolist() == written.cells.tolist() == [[0, 3, 2], [4, 1, 1]]


def test_codes_of_one_score_are_put_together() -> None:
    found = Scored.from_counts(np.array([[2, 3, 4]]), [1, 2, 1])
    assert (found.scores.tolist(), found.cells.tolist()) == ([1, 2], [[6, 3]])


def test_missing_values_are_left_out_and_infinite_ones_refused() -> None:
    found = Scored.from_columns([1, math.nan, 2, 2, 9], [0, 0, 1, 1, -1])
    assert found.cells.tolist() == [[1, 0], [0, 2]]
    with pytest.raises(ValueError, match="finite"):
        Scored.from_columns([1.0, math.inf])


def test_t_tests_are_those_of_r() -> None:
    """t.test(extra ~ group, sleep): Welch, pooled and paired (Student 1908)."""
    welch = two_sample(GROUPS)
    assert same(figures(welch), [-1.86081346748685, 17.7764735161785, 0.0793941401873582])
    assert same(ends(welch.estimate), [-1.58, -3.36548323071171, 0.20548323071171])
    assert welch.estimate is not None
    assert same([welch.estimate.se], [0.849091017238762])
    pooled = two_sample(GROUPS, equal_variance=True)
    assert same(figures(pooled), [-1.86081346748685, 18, 0.0791867142159382])
    assert same(ends(pooled.estimate), [-1.58, -3.3638740322876, 0.203874032287599])
    linked = one_sample(paired(SLEEP[10:], SLEEP[:10]))
    assert same(figures(linked), [-4.06212768338204, 9, 0.00283289019738427])
    assert same(ends(linked.estimate), [-1.58, -2.45988576327698, -0.700114236723018])


def test_effect_sizes_are_the_published_ones() -> None:
    """Cohen's d of sleep, -0.83 [-1.74, 0.10] (R effectsize); paired d_z -1.28 [-2.12, -0.41]."""
    found = two_sample(GROUPS, equal_variance=True)
    assert [round(end, 2) for end in ends(found.effect("cohen_d"))] == [-0.83, -1.74, 0.10]
    linked = one_sample(paired(SLEEP[10:], SLEEP[:10]))
    assert [round(end, 2) for end in ends(linked.effect("cohen_d"))] == [-1.28, -2.12, -0.41]
    assert same([found.effect("hedges_g").value],
                [found.effect("cohen_d").value * small_sample_factor(18)])  # fmt: skip


def test_the_small_sample_factor_is_the_ratio_of_gammas() -> None:
    """J(2) = 1 / sqrt pi and J(4) = sqrt(2 / pi), where the gammas have closed forms."""
    assert same([small_sample_factor(2), small_sample_factor(4)],
                [1 / math.sqrt(math.pi), math.sqrt(2 / math.pi)])  # fmt: skip
    assert math.isnan(small_sample_factor(1))
    assert 0.99999 < small_sample_factor(1e6) < 1


def test_intervals_of_effects_invert_the_noncentral_t() -> None:
    for data, scale in (
        (GROUPS, math.sqrt(0.2)),
        (Scored.from_columns([9.0, 9.1, 1, 1.1], [0, 0, 1, 1]), 1.0),
    ):
        found = two_sample(data, equal_variance=True)
        t, df = found.statistic, found.df[0]
        _, low, high = ends(found.effect("cohen_d"))
        tails = [nct.sf(t, df, low / scale), nct.cdf(t, df, high / scale)]
        assert same(tails, [0.025, 0.025], 1e-6)


def test_a_huge_sample_has_an_effect_with_an_interval() -> None:
    cells = np.array([[100_000, 300_000, 100_000], [150_000, 300_000, 50_000]])
    found = two_sample(Scored.from_counts(cells, [1, 2, 3]))
    _, low, high = ends(found.effect("cohen_d"))
    d = found.effect("cohen_d").value
    assert low < d < high
    assert high - low < 0.01


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[0, 0], [3, 4]], Reason.NO_ANSWERS),
        ([[1, 0], [3, 4]], Reason.TOO_FEW),
        ([[5, 0], [7, 0]], Reason.NO_SPREAD),
        ([[5, 0], [0, 7]], Reason.NO_SPREAD),
    ],
)
def test_groups_that_cannot_be_compared_say_why(rows: list[list[int]], reason: Reason) -> None:
    found = two_sample(Scored.from_counts(np.array(rows), [1, 2]))
    assert found.reason is reason
    assert math.isnan(found.p)


def test_one_answer_can_be_held_against_a_group_that_varies_alike() -> None:
    """R t.test(c(1), c(1, 2, 2, 2), var.equal = TRUE) has a figure; Welch's has none."""
    data = Scored.from_columns([1, 1, 2, 2, 2], [0, 1, 1, 1, 1])
    theirs = ttest_ind([1], [1, 2, 2, 2])
    assert same(
        figures(two_sample(data, equal_variance=True)), [theirs.statistic, 3, theirs.pvalue]
    )
    assert two_sample(data).reason is Reason.TOO_FEW


def test_one_sample_that_cannot_be_tested_says_why() -> None:
    assert one_sample(Scored.from_columns([], [])).reason is Reason.NO_ANSWERS
    assert one_sample(Scored.from_columns([3])).reason is Reason.TOO_FEW
    assert one_sample(Scored.from_columns([3, 3])).reason is Reason.NO_SPREAD
    almost = one_sample(paired([0.3, 0.1, 0.7], [0.4, 0.2, 0.8]))
    assert almost.reason is Reason.NO_SPREAD, "what rounding leaves is no spread"
    with pytest.raises(ValueError, match="two groups"):
        two_sample(Scored.from_columns([1, 2]))


@given(two_rows)
def test_the_test_turns_round_with_its_groups(data: Scored) -> None:
    other = Scored(data.scores, data.cells[::-1])
    for equal in (False, True):
        here, there = two_sample(data, equal), two_sample(other, equal)
        assert here.reason is there.reason
        assert same([here.p, here.statistic], [there.p, -there.statistic], 1e-8)


@given(two_rows, st.integers(1, 9), st.integers(-50, 50))
def test_the_unit_of_the_scores_does_not_matter(data: Scored, scale: int, shift: int) -> None:
    moved = Scored(data.scores * scale + shift, data.cells)
    here, there = two_sample(data), two_sample(moved)
    assert same(figures(here), figures(there), 1e-7)
    if not here.reason:
        assert same(ends(here.effect("hedges_g")), ends(there.effect("hedges_g")), 1e-6)
