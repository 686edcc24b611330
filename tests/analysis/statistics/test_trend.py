"""Change between waves, held against R and published examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binomtest, theilslopes

from analysis.statistics.results import Reason
from analysis.statistics.trend import (
    bhapkar,
    bowker,
    cochran_q,
    mann_kendall,
    mcnemar,
    mean_change,
    share_change,
    stuart_maxwell,
)
from tests.analysis.statistics.close import STRICT, ends, figures, same

pytestmark = STRICT

#: Agresti (1990), p. 350: approval of the president in two surveys of the same people.
APPROVAL = np.array([[794, 150], [86, 570]])
#: Stuart (1953): unaided vision of the right and the left eye of 7,477 women.
VISION = np.array(
    [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
)
BY_THREE = np.array([[20, 10, 5], [3, 30, 15], [0, 5, 40]])

squares = st.integers(2, 4).flatmap(lambda k: arrays(np.int64, (k, k), elements=st.integers(0, 15)))


def test_unlinked_waves_are_two_samples() -> None:
    found = share_change((30, 100), (45, 100))
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(0.15)
    assert found.statistic > 0
    means = mean_change(np.array([0, 5, 9, 6]), np.array([0, 2, 8, 10]), [0, 1, 2, 3],
                        np.array([False, True, True, True]))  # fmt: skip
    assert means.method == "t_welch"
    assert same(ends(means.estimate)[:1], [2.4 - 2.05])


def test_mcnemar_is_that_of_r() -> None:
    """mcnemar.test(Performance), R's own example, and without the correction."""
    found, plain = mcnemar(APPROVAL), mcnemar(APPROVAL, correct=False)
    assert same(figures(found), [16.8177966101695, 1, 4.11456228134594e-05])
    assert same(figures(plain), [17.3559322033898, 1, 3.09929344104522e-05])
    assert same([mcnemar(APPROVAL, exact=True).p], [binomtest(150, 236).pvalue])
    assert found.estimate is not None
    assert same([found.estimate.value], [(880 - 944) / 1600]), "approval fell by 4 points"
    assert [round(end, 3) for end in ends(found.estimate)] == [-0.04, -0.059, -0.021], (
        "Agresti p. 351"
    )


def test_bowker_is_mcnemars_of_more_categories_in_r() -> None:
    assert same(figures(bowker(BY_THREE)), [13.7692307692308, 3, 0.00323670650323545])
    two = bowker(APPROVAL)
    assert same(figures(two), figures(mcnemar(APPROVAL, correct=False)))


def test_pairs_of_categories_without_change_do_not_count() -> None:
    table = np.array([[5, 4, 0], [9, 5, 0], [0, 0, 7]])
    assert bowker(table).df == (1,)
    assert same(figures(bowker(table)), figures(mcnemar(table[:2, :2], correct=False)))
    assert same(figures(stuart_maxwell(table)), figures(stuart_maxwell(table[:2, :2])))


def test_stuart_and_maxwells_is_the_published_one() -> None:
    """Stuart (1955): 11.957 with 3 degrees of freedom for the vision of women."""
    found = stuart_maxwell(VISION)
    assert (round(found.statistic, 3), found.df) == (11.957, (3,))
    assert round(found.p, 4) == 0.0075


def test_bhapkars_is_the_published_one() -> None:
    """Bhapkar (1966): 11.976 for the same table, and its relation to the other."""
    found, other = bhapkar(VISION), stuart_maxwell(VISION)
    assert round(found.statistic, 3) == 11.976
    assert same([found.statistic], [other.statistic / (1 - other.statistic / 7477)])


def test_everybody_changing_the_same_way_is_at_the_limit() -> None:
    found = bhapkar(np.array([[0, 9], [0, 0]]))
    assert (found.statistic, found.p, found.reason) == (math.inf, 0.0, Reason.AT_LIMIT)
    assert stuart_maxwell(np.array([[0, 9], [0, 0]])).statistic == pytest.approx(9.0)


def test_cochrans_q_is_the_published_one() -> None:
    """Two waves are McNemar's; three by hand: (k-1)(k sum C² - T²) / (k T - sum R²)."""
    rows = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [794, 150, 86, 570], axis=0)
    assert same(figures(cochran_q(rows)), figures(mcnemar(APPROVAL, correct=False)))
    three = np.array([[1, 1, 0], [1, 1, 1], [1, 0, 0], [0, 1, 0], [1, 1, 0]])
    assert same([cochran_q(three).statistic], [2 * (3 * (16 + 16 + 1) - 81) / (27 - 19)])
    with_missing = np.vstack([three, [1, math.nan, 0]])
    assert same(figures(cochran_q(with_missing)), figures(cochran_q(three)))


def test_mann_and_kendalls_trend() -> None:
    """Every pair of waves compared, and the variance of Mann (1945) with one tie of two."""
    values = np.array([5.0, 7.1, 6.0, 8.3, 8.3, 7.7, 9.9, 9.0])
    found = mann_kendall(values)
    first, second = np.triu_indices(8, 1)
    s = np.sign(values[second] - values[first]).sum()
    variance = (8 * 7 * 21 - 2 * 1 * 9) / 18
    assert same([found.effect("s").value, found.effect("s").se ** 2], [s, variance])
    assert same([found.statistic], [(s - 1) / math.sqrt(variance)])
    assert same([found.effect("tau").value], [s / math.sqrt(28 * 27)])
    assert found.estimate is not None
    assert same([found.estimate.value], [theilslopes(values).slope])
    assert found.estimate.low <= found.estimate.value <= found.estimate.high


def test_waves_at_uneven_times_have_a_slope_per_unit_of_time() -> None:
    found = mann_kendall([1, 3, 7, 9], [2019, 2020, 2022, 2023])
    assert same(ends(found.estimate)[:1], [2.0])
    assert mann_kendall([9, 1, 7, 3], [2023, 2019, 2022, 2020]) == found, "in any order"


@pytest.mark.parametrize(
    ("values", "reason"),
    [([], Reason.NO_ANSWERS), ([1, 2], Reason.TOO_FEW), ([4, 4, 4, 4], Reason.NO_SPREAD),
     ([1, math.nan, 2], Reason.TOO_FEW)],
)  # fmt: skip
def test_a_series_that_tells_nothing_says_why(values: list[float], reason: Reason) -> None:
    assert mann_kendall(values).reason is reason


def test_two_waves_at_one_time_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="own time"):
        mann_kendall([1, 2, 3], [1, 1, 2])


def test_nobody_changing_is_said_so() -> None:
    still, nobody = np.diag([4, 5]), np.zeros((2, 2), int)
    for test in (mcnemar, bowker, stuart_maxwell, bhapkar):
        assert test(still).reason is Reason.NO_CHANGE
        assert test(nobody).reason is Reason.NO_ANSWERS
    found = mcnemar(still)
    assert found.estimate is not None
    assert found.estimate.value == 0.0
    assert cochran_q([[1, 1], [0, 0]]).reason is Reason.NO_CHANGE
    assert cochran_q(np.zeros((0, 3))).reason is Reason.NO_ANSWERS
    with pytest.raises(ValueError, match="same categories"):
        bowker(np.ones((2, 3), int))


@given(squares)
def test_going_back_is_the_same_distance(table: np.ndarray) -> None:
    for test in (bowker, stuart_maxwell, bhapkar):
        assert same(figures(test(table)), figures(test(table.T)), 1e-6)
        shuffled = table[::-1, ::-1]
        assert same(figures(test(table)), figures(test(shuffled)), 1e-6)


@given(squares)
def test_who_did_not_change_does_not_matter(table: np.ndarray) -> None:
    more = table + 7 * np.eye(len(table), dtype=int)
    for test in (bowker, stuart_maxwell):
        if not test(table).reason:
            assert same(figures(test(more)), figures(test(table)), 1e-6)
