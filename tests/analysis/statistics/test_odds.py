"""Odds ratios, Fisher's exact test and strata, held against R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import fisher_exact, hypergeom
from scipy.stats.contingency import odds_ratio as scipy_odds_ratio

from analysis.statistics.exact import exact_independence
from analysis.statistics.odds import (
    breslow_day,
    cochran_mantel_haenszel,
    fisher,
    mantel_haenszel,
    odds_ratio,
    risk_ratio,
)
from analysis.statistics.results import Reason
from analysis.statistics.tables import chi_square
from tests.analysis.statistics.close import STRICT, ends, figures, same
from tests.analysis.statistics.datasets import ADMISSIONS, HAIR_EYE_SEX

pytestmark = STRICT

#: Fisher (1962): twins of criminals, dizygotic and monozygotic, convicted or not; R fisher.test.
CONVICTIONS = np.array([[2, 15], [10, 3]])
TEA = np.array([[3, 1], [1, 3]])
#: Agresti (2002), p. 57: income by job satisfaction; R fisher.test.
JOB = np.array([[1, 2, 1, 0], [3, 3, 6, 1], [10, 10, 14, 9], [6, 7, 12, 11]])
#: Agresti (2002), table 2.1: aspirin and myocardial infarction.
ASPIRIN = np.array([[189, 10845], [104, 10933]])

#: R 4.2.2: mantelhaen.test(HairEyeColor).
HAIR_EYE_CMH = [140.283332051384, 9, 9.0163740398083e-26]

small = arrays(np.int64, (2, 2), elements=st.integers(0, 25))


def test_the_odds_ratio_is_the_published_one() -> None:
    """Agresti (2002), p. 71: 1.832, interval (1.440, 2.331); risk ratio 1.818 (1.433, 2.306)."""
    assert [round(e, 3) for e in ends(odds_ratio(ASPIRIN))] == [1.832, 1.440, 2.331]
    assert [round(e, 3) for e in ends(risk_ratio(ASPIRIN))] == [1.818, 1.433, 2.306]


def test_ratios_of_empty_cells_are_at_their_ends_and_say_so() -> None:
    found = [
        odds_ratio(np.array(t)) for t in ([[0, 3], [2, 4]], [[3, 0], [2, 4]], [[0, 0], [2, 4]])
    ]
    assert [f.value for f in found[:2]] == [0.0, math.inf]
    assert math.isnan(found[2].value)
    assert [f.reason for f in found] == [Reason.EMPTY_CELL] * 2 + [Reason.ONE_CATEGORY]
    assert risk_ratio(np.array([[0, 4], [0, 4]])).reason is Reason.EMPTY_CELL
    assert risk_ratio(np.array([[0, 0], [1, 4]])).reason is Reason.NO_ANSWERS
    assert risk_ratio(np.array([[4, 0], [4, 0]])).value == 1.0, "all of both groups"


def test_fishers_test_is_that_of_r() -> None:
    """p to the last digit. R's root finder stops when the odds ratio, or its inverse where that is
    below 1, has moved by less than 1.2e-4: so far may its estimates and bounds be from these."""
    by_r = {
        (0.485714285714286, 6.40830886700579, 0.211732915305503, 621.933750545417): TEA,
        (0.000536724119143436, 0.0469366088276989, 0.00332576403385931, 0.363182271474897):
            CONVICTIONS,
    }  # fmt: skip
    for (p, *bounds), table in by_r.items():
        found = fisher(table)
        assert same([found.p], [p])
        for ours, theirs in zip(ends(found.estimate), bounds, strict=True):
            assert min(abs(ours - theirs), abs(1 / ours - 1 / theirs)) < 1.2e-4


def test_the_bounds_leave_their_tails() -> None:
    """The definition of the exact interval; R's bound of 621.93 leaves 0.02517."""

    def tail(odds: float) -> float:
        weights = hypergeom.pmf(np.arange(5), 8, 4, 4) * odds ** np.arange(5)
        return float(weights[:4].sum() / weights.sum())

    found = fisher(TEA).estimate
    assert found is not None
    assert same([tail(found.high)], [0.025])
    assert not same([tail(621.933750545417)], [0.025], 1e-3), "control"


def test_the_conditional_odds_ratio_solves_its_equation() -> None:
    """An independent program, and the definition: under it, the mean of the cell is the cell."""
    found = fisher(CONVICTIONS).estimate
    theirs = scipy_odds_ratio(CONVICTIONS, kind="conditional")
    assert found is not None
    assert same([found.value], [theirs.statistic], 1e-6)
    k = np.arange(13)
    weights = hypergeom.pmf(k, 30, 12, 17) * found.value**k
    assert same([(k * weights).sum() / weights.sum()], [2.0])


def test_a_table_at_its_limit_has_an_open_interval() -> None:
    found = fisher(np.array([[5, 0], [0, 5]]))
    assert same([found.p], [2 / math.comb(10, 5)])
    assert found.estimate is not None
    assert (found.estimate.value, found.estimate.high) == (math.inf, math.inf)
    assert found.estimate.low > 1
    one_column = fisher(np.array([[3, 0], [4, 0]]))
    assert (one_column.p, one_column.estimate and one_column.estimate.reason) == (
        1.0,
        Reason.ONE_CATEGORY,
    )
    assert fisher(np.zeros((2, 2), int)).reason is Reason.NO_ANSWERS


@given(small)
def test_p_agrees_with_an_independent_program(table: np.ndarray) -> None:
    found = fisher(table)
    if not found.reason:
        assert same([found.p], [fisher_exact(table).pvalue], 1e-8)
        assert same([fisher(table.T).p], [found.p], 1e-8)


@given(small)
def test_turning_a_column_round_inverts_the_odds(table: np.ndarray) -> None:
    one, other = fisher(table).estimate, fisher(table[:, ::-1]).estimate
    if one is None or other is None or one.reason:
        return
    for here, there in ((one.value, other.value), (one.low, other.high), (one.high, other.low)):
        assert same([here], [math.inf if there == 0 else 1 / there], 1e-6)


def test_tables_of_any_size_have_an_exact_test() -> None:
    found = exact_independence(JOB)
    assert found.method == "fisher_exact"
    assert same([found.p], [0.782684938965639], 1e-8), "R fisher.test(Job)"
    assert same([exact_independence(JOB.T).p], [found.p], 1e-8)
    big = exact_independence(np.array([[8, 3, 2], [3, 9, 4], [1, 4, 12]]))
    assert same([big.p], [0.001196378431164653]), "R fisher.test, workspace = 2e8"
    two = exact_independence(np.array([[3, 1, 4], [2, 5, 0]]))
    assert same([two.p], [0.04972804972804986]), "R"
    six = np.array([[4, 3, 1], [2, 6, 4], [9, 0, 2], [1, 2, 7], [3, 3, 3], [0, 5, 1]])
    assert same([exact_independence(six).p], [0.001197740424861012]), "R"


def test_a_two_by_two_table_is_fishers_own() -> None:
    found = exact_independence(CONVICTIONS)
    assert found == fisher(CONVICTIONS)


def test_a_table_too_large_is_simulated_and_says_so() -> None:
    exact = exact_independence(JOB)
    found = exact_independence(JOB, replicates=20_000, budget=1000)
    assert found.method == "fisher_simulated"
    assert found.estimate is not None
    assert abs(found.p - exact.p) < 4 * found.estimate.se
    assert found == exact_independence(JOB, replicates=20_000, budget=1000), "the same seed"
    assert found.p != exact_independence(JOB, replicates=20_000, budget=1000, seed=2).p, "control"


def test_a_large_table_does_not_hang() -> None:
    table = np.random.default_rng(4).integers(20, 400, (12, 5))
    found = exact_independence(table, replicates=2000)
    assert found.method == "fisher_simulated"
    assert 0 < found.p <= 1


def test_a_table_without_a_second_row_has_no_test() -> None:
    assert exact_independence(np.array([[3, 4, 5], [0, 0, 0]])).reason is Reason.ONE_CATEGORY
    assert exact_independence(np.zeros((3, 3), int)).reason is Reason.NO_ANSWERS


def brute_force(table: np.ndarray) -> float:
    """Every table of three columns with these margins, one by one."""
    rows, columns = table.sum(axis=1), table.sum(axis=0)

    def weight(t: np.ndarray) -> float:
        return math.exp(-sum(math.lgamma(c + 1) for c in t.ravel()))

    seen, total, extreme = weight(table), 0.0, 0.0
    splits = [
        (a, b) for a in np.ndindex(*(rows + 1)) if sum(a) == columns[0]
        for b in np.ndindex(*(rows - a + 1)) if sum(b) == columns[1]
    ]  # fmt: skip
    for a, b in splits:
        here = weight(np.stack([a, b, rows - a - b], axis=1))
        total += here
        extreme += here if here <= seen * (1 + 1e-7) else 0.0
    return extreme / total


@settings(max_examples=40)
@given(arrays(np.int64, st.tuples(st.integers(2, 3), st.just(3)), elements=st.integers(0, 4)))
def test_the_exact_test_agrees_with_counting_every_table(table: np.ndarray) -> None:
    found = exact_independence(table)
    if found.reason is None and (table.sum(axis=0) > 0).all():
        assert same([found.p], [brute_force(table)], 1e-8)


def test_strata_are_put_together_as_in_r() -> None:
    """mantelhaen.test(UCBAdmissions)."""
    found = mantel_haenszel(ADMISSIONS)
    assert same(figures(found), [1.42694622858669, 1, 0.232263462817048])
    by_r = [0.904696828258623, 0.77190736175935, 1.06032976443666]
    assert same(ends(found.estimate), by_r)
    plain = mantel_haenszel(ADMISSIONS, correct=False)
    assert same(figures(plain), [1.52460666044344, 1, 0.216923697055518])


def test_one_stratum_is_the_table_itself() -> None:
    found = mantel_haenszel(ASPIRIN[np.newaxis], correct=False)
    n = ASPIRIN.sum()
    assert same([found.statistic], [chi_square(ASPIRIN).statistic * (n - 1) / n])
    assert found.estimate is not None
    assert same([found.estimate.value], [odds_ratio(ASPIRIN).value])


def test_strata_of_any_size_are_put_together_as_in_r() -> None:
    """mantelhaen.test(HairEyeColor); and two by two it is the plain test."""
    found = cochran_mantel_haenszel(HAIR_EYE_SEX)
    assert same(figures(found), HAIR_EYE_CMH)
    two = cochran_mantel_haenszel(ADMISSIONS)
    assert same(figures(two), figures(mantel_haenszel(ADMISSIONS, correct=False)))
    wider = np.concatenate([HAIR_EYE_SEX, np.zeros((2, 1, 4), int)], axis=1)
    assert same(figures(cochran_mantel_haenszel(wider)), HAIR_EYE_CMH), "an empty row"
    assert cochran_mantel_haenszel(np.zeros((2, 3, 3), int)).reason is Reason.NO_ANSWERS
    assert cochran_mantel_haenszel(wider[:, 4:] + 1).reason is Reason.ONE_CATEGORY
    with pytest.raises(ValueError, match="tables of counts"):
        cochran_mantel_haenszel(JOB)


def test_strata_that_differ_are_found_out() -> None:
    """Breslow-Day with Tarone's correction of the admissions: only department A stands out."""
    found, rest = breslow_day(ADMISSIONS), breslow_day(ADMISSIONS[1:])
    assert found.df == (5,)
    assert found.p < 0.01
    assert rest.p > 0.3
    same_odds = np.array([[[10, 20], [5, 40]], [[20, 10], [20, 40]]])
    assert breslow_day(same_odds).statistic < 1e-20


def test_strata_that_tell_nothing_say_why() -> None:
    empty = np.zeros((2, 2, 2), int)
    assert mantel_haenszel(empty).reason is Reason.NO_ANSWERS
    assert mantel_haenszel(np.array([[[3, 4], [0, 0]]])).reason is Reason.ONE_CATEGORY
    assert breslow_day(ADMISSIONS[:1]).reason is Reason.ONE_GROUP
    separated = np.array([[[5, 0], [0, 5]], [[4, 0], [0, 6]]])
    found = mantel_haenszel(separated)
    assert found.p < 0.001
    assert found.estimate is not None
    assert (found.estimate.value, found.estimate.reason) == (math.inf, Reason.EMPTY_CELL)
    assert breslow_day(separated).reason is Reason.EMPTY_CELL
    with pytest.raises(ValueError, match="2 x 2"):
        mantel_haenszel(JOB[np.newaxis])
