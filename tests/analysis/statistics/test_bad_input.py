"""Whatever the counts: a defined result, its reason where there is none, no warning, no hang.

Every test of the package on tables and groups with empty rows, one answer, one category, perfect
separation and more categories than people, as drawn at random, and on extremes written out.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.statistics import (
    boxes,
    correlation,
    descriptives,
    exact,
    icc,
    kappa,
    letters,
    means,
    odds,
    pairwise,
    polychoric,
    prediction,
    ranks,
    tables,
    trend,
    variance,
)
from analysis.statistics.means import Scored
from analysis.statistics.results import Estimate, Reason, Result
from analysis.words import WORDS
from tests.analysis.statistics.close import STRICT

pytestmark = STRICT

#: Mostly empty, sometimes huge: the cells of tables that break programs.
CELL = st.sampled_from([0, 0, 0, 0, 1, 1, 2, 7, 10**6])
TABLE = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=CELL)
)
SMALL = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.sampled_from([0, 0, 1, 2, 5]))
)
SQUARE = st.integers(1, 4).flatmap(lambda k: arrays(np.int64, (k, k), elements=CELL))
TWO = arrays(np.int64, (2, 2), elements=CELL)
GROUPS = TABLE.map(lambda cells: Scored.from_counts(cells, np.arange(cells.shape[1]) / 10))
ROWS = arrays(
    np.float64,
    st.tuples(st.integers(1, 5), st.integers(1, 4)),
    elements=st.sampled_from([0.0, 0.1, 0.1, 3.0, math.nan]),
)


def defined(found: Result) -> None:
    """Either a probability, or the reason why there is none; effects likewise."""
    assert not (math.isnan(found.p) and found.reason is None and found.method != "fleiss_kappa"), (
        found
    )
    assert math.isnan(found.p) or 0 <= found.p <= 1, found
    if found.estimate is not None:
        sound(found.estimate, found.method)
    for name, estimate in found.effects:
        sound(estimate, name)


#: Shares of variance: of samples they come out too large, and may lie above the interval of the
#: true one where the groups differ less than chance would have them.
#: The interval of ICC(2) is approximate (Satterthwaite), and may miss it where raters agree badly.
BIASED = {"eta2", "cohen_f", "phi", "cramer_v", "epsilon2", "kendall_w", "icc2", "icc2k"}


def sound(estimate: Estimate, name: str = "") -> None:
    """A value, or the reason why there is none; within its interval where it has one."""
    assert not (math.isnan(estimate.value) and estimate.reason is None), estimate
    if not math.isnan(estimate.low) and not math.isnan(estimate.high):
        assert estimate.low <= estimate.high, estimate
        if name in BIASED:
            return
        slack = 1e-9 * max(1.0, abs(estimate.value)) if math.isfinite(estimate.value) else 0.0
        assert estimate.low - slack <= estimate.value <= estimate.high + slack, estimate


@settings(deadline=None)
@given(TABLE)
def test_tables(cells: np.ndarray) -> None:
    for test in (tables.chi_square, tables.likelihood_ratio):
        defined(test(cells))
    for name, estimate in tables.association(cells):
        sound(estimate, name)
    for measure in (prediction.guessing, prediction.variation, prediction.uncertainty):
        sound(measure(cells))
    stack = tables.chi_squares(np.stack([cells, cells[::-1]]))
    assert ((stack.p >= 0) | np.isnan(stack.p)).all()
    tables.adjusted_residuals(cells)
    compared = letters.compare_columns(cells, cells.sum(axis=0), minimum_base=0)
    assert len(compared.letters) == cells.shape[0]


@settings(deadline=None)
@given(SMALL)
def test_small_tables_exactly(cells: np.ndarray) -> None:
    defined(exact.exact_independence(cells, replicates=200))


@settings(deadline=None)
@given(TWO)
def test_two_by_two(cells: np.ndarray) -> None:
    for ratio in (odds.odds_ratio, odds.risk_ratio):
        sound(ratio(cells))
    for correct in (True, False):
        defined(trend.mcnemar(cells, correct))
    small = np.minimum(cells, 50)
    defined(odds.fisher(small))
    defined(trend.mcnemar(small, exact=True))


@settings(deadline=None)
@given(arrays(np.int64, st.tuples(st.integers(1, 4), st.just(2), st.just(2)), elements=CELL))
def test_strata(strata: np.ndarray) -> None:
    for test in (odds.mantel_haenszel, odds.breslow_day):
        defined(test(strata))


@settings(deadline=None)
@given(SQUARE)
def test_changes(cells: np.ndarray) -> None:
    for test in (trend.bowker, trend.stuart_maxwell, trend.bhapkar):
        defined(test(cells))
    for weights in ("none", "linear", "quadratic"):
        defined(kappa.cohen_kappa(cells, weights))


GROUP_TESTS: list[Callable[[Scored], Result]] = [
    variance.anova,
    variance.welch_anova,
    variance.levene,
    variance.bartlett,
    ranks.kruskal_wallis,
    means.one_sample,
    ranks.signed_rank,
]


@settings(deadline=None)
@given(GROUPS)
def test_groups(data: Scored) -> None:
    for test in GROUP_TESTS:
        defined(test(data))
    for pairs in (pairwise.tukey_hsd, pairwise.games_howell, pairwise.pairwise_t, ranks.dunn):
        found = pairs(data)
        assert ((found.p >= 0) & (found.p <= 1) | np.isnan(found.p)).all()
        if found.p.size and np.isnan(found.p).all():
            assert found.reason is not None, found
    descriptives.describe(data)
    if len(data.cells) >= 2:
        two = Scored(data.scores, data.cells[:2])
        for result in (means.two_sample(two), means.two_sample(two, True), ranks.mann_whitney(two)):
            defined(result)


@settings(deadline=None)
@given(TABLE)
def test_two_variables(cells: np.ndarray) -> None:
    pairs = correlation.Joint.from_counts(cells, *(np.arange(size) for size in cells.shape))
    for test in (correlation.pearson, correlation.spearman, correlation.kendall):
        defined(test(pairs))
    defined(correlation.linear_by_linear(pairs))
    sound(polychoric.polychoric(cells))


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 3, 1e6, 3], [0, 3, 0.1, 3], [0, 3, 3, 0], [-2, 0, 3, 3], [0, -2, 0, 1]],
        [[3, 0.1, 0, 1e6], [0, 3, 1, 1e6]],
    ],
)
def test_raters_who_differ_beyond_all_measure(rows: list[list[float]]) -> None:
    """Hardly a degree of freedom is left for ICC(2): its F quantile has no end."""
    found = icc.intraclass(rows)
    for form in ("icc2", "icc2k"):
        estimate = getattr(found, form).estimate
        assert estimate.low <= estimate.high


@settings(deadline=None)
@given(ROWS)
def test_rows_of_people(rows: np.ndarray) -> None:
    defined(ranks.friedman(rows))
    defined(icc.kendall_w(rows))
    defined(trend.cochran_q(np.where(rows > 1, 1.0, rows * 0)))
    defined(trend.mann_kendall(rows[0]))
    found = icc.intraclass(rows)
    for form in ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k"):
        defined(getattr(found, form))
    counts, values = kappa.rating_counts(rows)
    for metric in ("nominal", "ordinal", "interval", "ratio"):
        sound(kappa.krippendorff_alpha(counts, values, metric))
    defined(kappa.fleiss_kappa(counts))


@settings(deadline=None)
@given(arrays(np.int64, 11, elements=CELL), arrays(np.int64, 11, elements=CELL))
def test_net_scores(first: np.ndarray, second: np.ndarray) -> None:
    scored = np.ones(11, bool)
    one, other = (boxes.net_score(cells, range(11), scored) for cells in (first, second))
    defined(boxes.compare_net_scores(one, other))
    for levels in (1, 2, 20):
        box = boxes.top_box(first, range(11), scored, levels)
        assert 0 <= box.hits <= box.base


def test_more_categories_than_people() -> None:
    cells = np.eye(40, dtype=int)[:3]
    defined(tables.chi_square(cells))
    defined(exact.exact_independence(cells))
    defined(ranks.kruskal_wallis(Scored.from_counts(cells, np.arange(40))))


def test_a_billion_answers() -> None:
    cells = np.array([[10**9, 2 * 10**9, 10**9], [10**9, 10**9, 3 * 10**9]])
    data = Scored.from_counts(cells, [1, 2, 3])
    for result in (tables.chi_square(cells), means.two_sample(data), ranks.mann_whitney(data)):
        defined(result)
        assert result.p == 0.0
    pairs = correlation.Joint.from_counts(cells, [0, 1], [0, 1, 2])
    defined(correlation.kendall(pairs))
    defined(variance.anova(data))
    assert exact.exact_independence(cells[:, :2]).reason is Reason.TOO_LARGE
    assert exact.exact_independence(cells // 10**4, replicates=100).method == "fisher_simulated"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_in_both_languages(reason: Reason) -> None:
    chinese, english = WORDS[reason]
    assert chinese.endswith("。")
    assert english.endswith(".")
