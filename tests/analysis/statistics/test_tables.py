"""Cross-tabs: chi-square, G, residuals, association and trend, held against R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2_contingency, ncx2

from analysis.statistics.results import Reason
from analysis.statistics.tables import (
    adjusted_residuals,
    association,
    chi_square,
    chi_squares,
    crosstab,
    expected_counts,
    likelihood_ratio,
    trend_in_shares,
)
from tests.analysis.statistics.close import STRICT, figures, same
from tests.analysis.statistics.datasets import HAIR_EYE

pytestmark = STRICT

#: Agresti (2007), An Introduction to Categorical Data Analysis, p. 39: gender by party.
PARTY = np.array([[762, 327, 468], [484, 239, 477]])

tables = arrays(
    np.int64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(0, 30)
)


def test_chi_square_is_that_of_r() -> None:
    assert same(figures(chi_square(PARTY)), [30.0701490957547, 2, 2.95358918321176e-07])
    assert same(figures(chi_square(HAIR_EYE)), [138.289841626008, 9, 2.32528678709881e-25])


def test_yates_correction_is_that_of_r() -> None:
    """chisq.test of [[12, 7], [5, 7]]; and of a table closer than half a count, which is 0."""
    table = np.array([[12, 7], [5, 7]])
    found = chi_square(table, correct=True)
    assert same(figures(found), [0.641120263895032, 1, 0.423305424322418])
    assert found.method == "chi_square_yates"
    assert figures(chi_square(np.array([[3, 3], [3, 4]]), correct=True)) == [0, 1, 1]
    assert chi_square(PARTY, correct=True).method == "chi_square", "only 2 x 2 tables have it"


def test_the_likelihood_ratio_is_that_of_vcd() -> None:
    """assocstats(HairEyeColor over sex)."""
    assert same([likelihood_ratio(HAIR_EYE).statistic], [146.443578464516])


def test_residuals_are_those_of_r() -> None:
    by_r = [6.13651969457692, -4.25381552348768, -0.575026061054154, -2.2878960181141]
    assert same(adjusted_residuals(HAIR_EYE)[0], by_r)
    party = [4.50205352108671, 0.69945173298443, -5.31594554270493]
    assert same(adjusted_residuals(PARTY).ravel(), party + [-r for r in party])


def test_association_is_that_of_vcd() -> None:
    found = dict(association(HAIR_EYE))
    assert same(
        [found["contingency_c"].value, found["cramer_v"].value],
        [0.435158538830593, 0.279044623342658],
    )
    v = found["cramer_v"]
    assert v.low < v.value < v.high
    corrected = found["cramer_v_corrected"].value
    phi2 = 138.289841626008 / 592 - 9 / 591
    assert same([corrected], [math.sqrt(phi2 / (4 - 9 / 591 - 1))]), "Bergsma's formula by hand"


def test_the_interval_of_v_inverts_the_noncentral_chi_square() -> None:
    v = dict(association(PARTY))["cramer_v"]
    n = PARTY.sum()
    assert same(
        [ncx2.sf(30.0701490957547, 2, v.low**2 * n), ncx2.cdf(30.0701490957547, 2, v.high**2 * n)],
        [0.025, 0.025],
        1e-7,
    )
    independent = dict(association(np.array([[10, 10], [10, 10]])))["cramer_v"]
    assert (independent.value, independent.low) == (0.0, 0.0)


def test_a_stack_of_tables_is_tested_at_once() -> None:
    stack = np.stack([HAIR_EYE, HAIR_EYE.T, np.zeros((4, 4), int), np.diag([5, 0, 0, 0])])
    found = chi_squares(stack)
    alone = chi_square(HAIR_EYE)
    assert same(found.statistic, [alone.statistic, alone.statistic, math.nan, math.nan])
    assert same(found.p, [alone.p, alone.p, math.nan, math.nan])
    assert found.df.tolist() == [9, 9, 0, 0]
    assert same(found.cramer_v[:1], [alone.effect("cramer_v").value])
    assert same(found.least_expected[:1], [expected_counts(HAIR_EYE).min()])


def test_levels_that_nobody_chose_change_nothing() -> None:
    wider = np.zeros((6, 7), int)
    wider[np.ix_([0, 2, 3, 5], [1, 2, 4, 6])] = HAIR_EYE
    assert same(figures(chi_square(wider)), figures(chi_square(HAIR_EYE)))
    assert same(figures(likelihood_ratio(wider)), figures(likelihood_ratio(HAIR_EYE)))


def test_columns_are_counted_into_a_table() -> None:
    rows, columns = (np.repeat(at, HAIR_EYE.ravel()) for at in np.indices((4, 4)).reshape(2, -1))
    assert (crosstab(rows, columns) == HAIR_EYE).all()
    assert crosstab([0, -1, 1], [1, 1, -1]).tolist() == [[0, 1], [0, 0]], "-1 is missing"
    assert crosstab([], []).shape == (0, 0)
    assert crosstab([0], [0], (2, 3)).tolist() == [[1, 0, 0], [0, 0, 0]]
    with pytest.raises(ValueError, match="beyond"):
        crosstab([2], [0], (2, 3))


def test_a_trend_in_shares_is_that_of_r() -> None:
    """prop.trend.test(c(83, 90, 129, 70), c(86, 93, 136, 82)), R's own example (Fleiss 1981)."""
    found = trend_in_shares(np.array([83, 90, 129, 70]), np.array([86, 93, 136, 82]))
    assert same(figures(found), [8.22492228519771, 1, 0.00413189747764149])
    assert found.estimate is not None
    assert found.estimate.value < 0


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[0, 0], [0, 0]], Reason.NO_ANSWERS),
        ([[3, 4], [0, 0]], Reason.ONE_GROUP),
        ([[3, 0], [4, 0]], Reason.ONE_CATEGORY),
        ([[1, 0], [0, 0]], Reason.ONE_GROUP),
    ],
)
def test_a_table_that_cannot_be_tested_says_why(table: list[list[int]], reason: Reason) -> None:
    for test in (chi_square, likelihood_ratio):
        found = test(np.array(table))
        assert found.reason is reason
        assert math.isnan(found.p)
    assert all(estimate.reason is reason for _, estimate in association(np.array(table)))


def test_a_trend_that_cannot_be_tested_says_why() -> None:
    none, all_of_them = np.array([0, 0]), np.array([5, 5])
    assert trend_in_shares(none, none).reason is Reason.NO_ANSWERS
    assert trend_in_shares(none, all_of_them).reason is Reason.ONE_CATEGORY
    assert trend_in_shares(np.array([1, 0]), np.array([5, 0])).reason is Reason.ONE_GROUP


def test_counts_below_nothing_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="counts"):
        chi_square(np.array([[1, -1], [2, 2]]))


@given(tables)
def test_turning_and_reordering_a_table_changes_nothing(table: np.ndarray) -> None:
    found = chi_square(table)
    assert same(figures(found), figures(chi_square(table[::-1, ::-1])), 1e-8)
    turned = chi_square(table.T)
    assert same([found.statistic, found.p], [turned.statistic, turned.p], 1e-8)
    if not found.reason:
        assert same(figures(chi_square(table * 3))[:1], [3 * found.statistic], 1e-8)
        v = found.effect("cramer_v")
        assert 0 <= v.value <= 1 + 1e-12


@given(tables)
def test_the_figures_agree_with_an_independent_program(table: np.ndarray) -> None:
    found, ratio = chi_square(table), likelihood_ratio(table)
    if found.reason:
        return
    kept = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    theirs = chi2_contingency(kept, correction=False)
    assert same(figures(found), [theirs.statistic, theirs.dof, theirs.pvalue], 1e-8)
    theirs = chi2_contingency(kept, correction=False, lambda_="log-likelihood")
    assert same([ratio.statistic], [theirs.statistic], 1e-8)
