"""Column proportions compared, written as letters."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.statistics.letters import column_letter, compare_columns, versus_rest
from analysis.statistics.proportions import compare_shares
from analysis.statistics.results import Reason
from analysis.statistics.tables import adjusted_residuals
from tests.analysis.statistics.close import STRICT, same

pytestmark = STRICT

#: Smokers among four groups of patients: Fleiss (1981), p. 139; R's example of prop.test.
SMOKERS, PATIENTS = np.array([[83, 90, 129, 70]]), np.array([86, 93, 136, 82])
#: pairwise z-tests without correction: p of prop.test(correct = FALSE), R 4.2.2, in R's order.
PAIRS = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]

tables = st.integers(2, 5).flatmap(
    lambda c: st.tuples(
        arrays(np.int64, (3, c), elements=st.integers(0, 40)),
        arrays(np.int64, c, elements=st.integers(40, 80)),
    )
)


def test_the_pairs_are_two_sample_z_tests() -> None:
    found = compare_columns(SMOKERS, PATIENTS, "none")
    for first, second in PAIRS:
        alone = compare_shares(
            (SMOKERS[0, first], PATIENTS[first]), (SMOKERS[0, second], PATIENTS[second])
        )
        assert same([found.z[0, first, second], found.p[0, first, second]],
                    [alone.statistic, alone.p])  # fmt: skip


def test_letters_name_the_columns_that_are_lower() -> None:
    """D (70 of 82) is below A, B and C; after Bonferroni's adjustment only B differs."""
    found = compare_columns(SMOKERS, PATIENTS, "none")
    assert found.letters == (("d", "d", "d", ""),)
    assert compare_columns(SMOKERS, PATIENTS, "bonferroni").letters == (("", "d", "", ""),)


def test_upper_case_marks_the_stricter_level() -> None:
    found = compare_columns(np.array([[60, 20, 45]]), np.array([100, 100, 100]), "none")
    assert found.letters == (("B c", "", "B"),)
    assert compare_columns(
        np.array([[60, 20, 45]]), np.array([100] * 3), levels=(0.5, 0.4)
    ).letters == (("B C", "", "B"),)


def test_columns_with_few_answers_are_not_compared() -> None:
    hits, bases = np.array([[20, 3, 5]]), np.array([40, 29, 40])
    found = compare_columns(hits, bases)
    assert found.excluded == (None, Reason.SMALL_BASE, None)
    assert found.letters == (("C", "", ""),)
    assert np.isnan(found.p[0, 1]).all()
    lower = compare_columns(hits, bases, minimum_base=10)
    assert lower.excluded == (None, None, None)
    assert lower.letters == (("B C", "", ""),)
    assert compare_columns(hits, np.array([40, 0, 40])).excluded[1] is Reason.NO_ANSWERS


def test_all_or_nothing_in_both_columns_is_not_tested() -> None:
    hits, bases = np.array([[0, 0, 9], [50, 40, 20]]), np.array([50, 40, 50])
    found = compare_columns(hits, bases)
    assert np.isnan([found.p[0, 0, 1], found.p[1, 0, 1]]).all()
    assert not np.isnan(found.p[0, 0, 2]), "control"


def test_a_family_is_a_row_or_the_whole_table() -> None:
    hits, bases = np.vstack([SMOKERS, 86 - SMOKERS.clip(max=80)]), PATIENTS
    row = compare_columns(hits, bases, "bonferroni", "row")
    table = compare_columns(hits, bases, "bonferroni", "table")
    assert same([row.adjusted[0, 2, 3]], [6 * row.p[0, 2, 3]])
    assert same([table.adjusted[0, 2, 3]], [12 * row.p[0, 2, 3]])
    with pytest.raises(ValueError, match="family"):
        compare_columns(hits, bases, family="page")


def test_letters_go_on_after_z() -> None:
    assert [column_letter(c) for c in (0, 25, 26, 27, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def test_one_column_has_nothing_to_be_compared_with() -> None:
    found = compare_columns(np.array([[5]]), np.array([50]))
    assert found.letters == (("",),)
    assert np.isnan(found.adjusted).all()


@given(tables)
def test_a_column_against_the_rest_is_the_adjusted_residual(
    table: tuple[np.ndarray, np.ndarray],
) -> None:
    hits, bases = table
    for row in hits:
        found = versus_rest(row, bases)
        residuals = adjusted_residuals(np.stack([row, bases - row]))[0]
        assert same(found, residuals, 1e-8)


@given(tables)
def test_the_comparison_is_the_same_both_ways_round(table: tuple[np.ndarray, np.ndarray]) -> None:
    found = compare_columns(*table)
    assert same(found.z.ravel(), -found.z.transpose(0, 2, 1).ravel(), 1e-8)
    assert same(found.adjusted.ravel(), found.adjusted.transpose(0, 2, 1).ravel())
    untested = np.isnan(found.z)
    assert (np.isnan(found.adjusted) >= untested).all()
    swapped = compare_columns(table[0][:, ::-1], table[1][::-1])
    assert same(swapped.adjusted[:, ::-1, ::-1].ravel(), found.adjusted.ravel())
    assert math.isnan(found.z[0, 0, 0]) or found.z[0, 0, 0] == 0
