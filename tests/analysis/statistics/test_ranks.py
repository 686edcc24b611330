"""Tests on ranks, held against R."""

from __future__ import annotations

import math
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import kruskal, mannwhitneyu

from analysis.statistics.means import Scored, paired
from analysis.statistics.ranks import (
    dunn,
    friedman,
    kruskal_wallis,
    mann_whitney,
    midranks,
    signed_rank,
)
from analysis.statistics.results import Reason, Result
from tests.analysis.statistics.close import STRICT, ends, figures, same
from tests.analysis.statistics.datasets import (
    BASES,
    BREAKS,
    CHICK_WEIGHT,
    FEED,
    PLANT_GROUP,
    PLANT_WEIGHT,
    SLEEP,
    SPRAY,
    SPRAY_COUNT,
    WOOL,
)

pytestmark = STRICT

WOOLS = Scored.from_columns(BREAKS, WOOL)

#: Hollander and Wolfe (1973), p. 29 and p. 69: depression scale before and after; permeability.
BEFORE = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLY = [1.15, 0.88, 0.90, 0.74, 1.21]

two_rows = arrays(np.int64, (2, 5), elements=st.integers(0, 15)).map(
    lambda cells: Scored.from_counts(cells, [1, 2, 3, 4, 5])
)


def short(result: Result) -> list[float]:
    return [result.statistic, result.p]


def test_mann_whitney_is_that_of_r() -> None:
    """wilcox.test(breaks ~ wool, warpbreaks), and correct = FALSE; exact on permeability."""
    assert same(short(mann_whitney(WOOLS)), [431, 0.253085071381464])
    assert same(short(mann_whitney(WOOLS, correct=False)), [431, 0.249507558598004])
    exact = mann_whitney(Scored.from_columns(AT_TERM + EARLY, [0] * 10 + [1] * 5))
    assert same(short(exact), [35, 0.254412254412254])
    assert exact.method == "mann_whitney_exact"


def test_the_exact_distribution_counts_every_order() -> None:
    values = np.array([0.3, 1.1, 2.7, 3.9, 4.2, 5.6, 7.0])
    found = mann_whitney(Scored.from_columns(values, [0, 1, 0, 1, 1, 0, 1]))
    sums = [sum(c) - 6 for c in combinations(range(1, 8), 3)]
    lower, upper = (
        sum(s <= found.statistic for s in sums),
        sum(s >= found.statistic for s in sums),
    )
    assert same([found.p], [min(1, 2 * min(lower, upper) / len(sums))])


def test_large_samples_are_normal_and_small_ones_exact() -> None:
    rng = np.random.default_rng(1)
    values, group = rng.normal(size=99), np.repeat([0, 1], [49, 50])
    assert mann_whitney(Scored.from_columns(values, group)).method == "mann_whitney"
    smaller = Scored.from_columns(values[:98], group[:98])
    found = mann_whitney(smaller)
    assert found.method == "mann_whitney_exact"
    theirs = mannwhitneyu(values[:49], values[49:98], method="exact")
    assert same(short(found), [theirs.statistic, theirs.pvalue])
    assert mann_whitney(smaller, exact=False).method == "mann_whitney"


def test_the_rank_biserial_is_cliffs_delta() -> None:
    """Every pair of answers counted; the variance by Cliff's formula from the same pairs."""
    first, second = np.array(AT_TERM), np.array(EARLY)
    found = mann_whitney(Scored.from_columns(AT_TERM + EARLY, [0] * 10 + [1] * 5))
    pairs = np.sign(first[:, None] - second)
    delta = pairs.mean()
    rows = pairs.mean(axis=1).var(ddof=1)
    columns = pairs.mean(axis=0).var(ddof=1)
    each = ((pairs - delta) ** 2).sum() / (9 * 4)
    effect = found.effect("rank_biserial")
    assert same([effect.value, effect.se**2], [delta, (4 * rows + 9 * columns + each) / 50])
    assert -1 <= effect.low < effect.value < effect.high <= 1


def test_complete_separation_has_a_delta_of_one() -> None:
    found = mann_whitney(Scored.from_counts(np.array([[0, 9], [9, 0]]), [1, 2]))
    z2 = 1.959963984540054**2
    assert same(ends(found.effect("rank_biserial")), [1.0, (9 - z2) / (9 + z2), 1.0])


def test_signed_ranks_are_those_of_r() -> None:
    """wilcox.test(x, y, paired = TRUE) of the depression data, exact and normal; sleep has ties."""
    pairs = paired(AFTER, BEFORE)
    exact = signed_rank(pairs)
    assert (exact.method, *short(exact)) == ("signed_rank_exact", 40, 0.0390625)
    assert same(short(signed_rank(pairs, exact=False)), [40, 0.0440109840129515])
    sleep = signed_rank(paired(SLEEP[:10], SLEEP[10:]))
    assert same(short(sleep), [45, 0.00909069801592506])
    assert sleep.n == 9, "one slept as long with either drug"


def test_the_exact_signed_ranks_count_every_sign() -> None:
    data = Scored.from_columns([1.5, -0.2, 2.2, 3.1, -4.0, 5.5])
    found = signed_rank(data)
    sums = [sum(r for r, s in zip(range(1, 7), signs, strict=True) if s)
            for signs in product([0, 1], repeat=6)]  # fmt: skip
    upper = sum(s >= found.statistic for s in sums) / len(sums)
    assert same([found.p], [2 * upper])


def test_kruskal_and_wallis_are_those_of_r() -> None:
    by_r = {
        "plants": (PLANT_WEIGHT, PLANT_GROUP, [7.98822874944372, 2, 0.018423755731472]),
        "sprays": (SPRAY_COUNT, SPRAY, [54.6913446223714, 5, 1.51084443941851e-10]),
        "chicks": (CHICK_WEIGHT, FEED, [37.3427176942562, 5, 5.11282951193715e-07]),
    }
    for values, groups, expected in by_r.values():
        assert same(figures(kruskal_wallis(Scored.from_columns(values, groups))), expected)


def test_the_effect_sizes_of_kruskal_and_wallis() -> None:
    found = kruskal_wallis(Scored.from_columns(PLANT_WEIGHT, PLANT_GROUP))
    assert same([found.effect("epsilon2").value], [7.98822874944372 / 29])
    assert same([found.effect("eta2_h").value], [(7.98822874944372 - 2) / 27])
    epsilon2 = found.effect("epsilon2")
    assert 0 <= epsilon2.low < epsilon2.value < epsilon2.high <= 1


def test_dunns_comparisons_follow_his_formula() -> None:
    data = Scored.from_columns([1, 2, 2, 3, 3, 3, 4, 5, 5], [0, 0, 0, 1, 1, 1, 2, 2, 2])
    found = dunn(data, "none")
    ranks = np.array([1, 2.5, 2.5, 5, 5, 5, 7, 8.5, 8.5]).reshape(3, 3).mean(axis=1)
    spread = 9 * 10 / 12 - (6 + 24 + 6) / (12 * 8)
    z = (ranks[2] - ranks[0]) / math.sqrt(spread * 2 / 3)
    assert same([found.statistic[1], found.p[1]], [z, math.erfc(z / math.sqrt(2))])
    assert same(dunn(data, "bonferroni").p, np.minimum(1, 3 * found.p))


def test_friedman_is_that_of_r() -> None:
    """friedman.test(RoundingTimes), R's own example."""
    found = friedman(BASES)
    assert same(figures(found), [11.1428571428571, 2, 0.00380504077551136])
    assert same([found.effect("kendall_w").value], [11.1428571428571 / 44])
    with_missing = np.vstack([BASES, [5.0, math.nan, 5.1]])
    assert same(figures(friedman(with_missing)), figures(found))


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (mann_whitney(Scored.from_counts(np.array([[0, 0], [3, 1]]), [1, 2])), Reason.NO_ANSWERS),
        (mann_whitney(Scored.from_counts(np.array([[4, 0], [3, 0]]), [1, 2])), Reason.NO_SPREAD),
        (signed_rank(Scored.from_columns([])), Reason.NO_ANSWERS),
        (signed_rank(Scored.from_columns([0, 0])), Reason.NO_CHANGE),
        (kruskal_wallis(Scored.from_columns([])), Reason.NO_ANSWERS),
        (kruskal_wallis(Scored.from_columns([1, 2])), Reason.ONE_GROUP),
        (kruskal_wallis(Scored.from_columns([2, 2], [0, 1])), Reason.NO_SPREAD),
        (friedman([[1, 1], [2, 2]]), Reason.NO_SPREAD),
        (friedman([[math.nan, 1]]), Reason.NO_ANSWERS),
        (friedman([[1], [2]]), Reason.ONE_GROUP),
    ],
)
def test_what_cannot_be_tested_says_why(found: Result, reason: Reason) -> None:
    assert found.reason is reason
    assert math.isnan(found.p)


def test_comparisons_that_do_not_exist_say_why() -> None:
    assert dunn(Scored.from_columns([2, 2, 2], [0, 1, 2])).reason is Reason.NO_SPREAD
    assert dunn(Scored.from_columns([1, 2], [0, 0])).reason is Reason.ONE_GROUP
    empty_between = dunn(Scored.from_columns([1, 2, 3, 4], [0, 0, 2, 2]))
    assert np.isnan(empty_between.p).tolist() == [True, False, True]


@given(two_rows)
def test_turning_the_scale_round_turns_the_difference_round(data: Scored) -> None:
    other = Scored.from_counts(data.cells, -data.scores)
    here, there = mann_whitney(data), mann_whitney(other)
    assert here.reason is there.reason
    assert same([here.p], [there.p])
    if not here.reason:
        here_delta, there_delta = (ends(r.effect("rank_biserial")) for r in (here, there))
        assert same(here_delta, [-there_delta[0], -there_delta[2], -there_delta[1]], 1e-7)


@given(two_rows, st.sampled_from([np.exp, np.sqrt, lambda s: 10 * s - 3]))
def test_only_the_order_of_the_scores_counts(data: Scored, stretch: object) -> None:
    moved = Scored(stretch(data.scores), data.cells)  # type: ignore[operator]
    for test in (mann_whitney, kruskal_wallis):
        assert same(figures(test(data)), figures(test(moved)))


@given(two_rows)
def test_the_figures_agree_with_an_independent_program(data: Scored) -> None:
    found = mann_whitney(data, exact=False)
    samples = [np.repeat(data.scores, row) for row in data.cells]
    if not found.reason:
        theirs = mannwhitneyu(*samples, method="asymptotic")
        assert same(short(found), [theirs.statistic, theirs.pvalue], 1e-8)
        theirs = kruskal(*samples)
        assert same(short(kruskal_wallis(data)), [theirs.statistic, theirs.pvalue], 1e-6)


def test_ranks_of_a_billion_answers_are_exact() -> None:
    many = 10**9
    assert midranks(np.array([many, many])).tolist() == [(many + 1) / 2, many + (many + 1) / 2]
    found = mann_whitney(Scored.from_counts(np.array([[many, many], [many, many]]), [1, 2]))
    assert (found.p, found.effect("rank_biserial").value) == (1.0, 0.0)
