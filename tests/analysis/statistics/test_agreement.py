"""Agreement of raters: published examples, and R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.statistics.icc import Intraclass, intraclass, kendall_w
from analysis.statistics.kappa import (
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    rating_counts,
)
from analysis.statistics.results import Reason
from tests.analysis.statistics.close import STRICT, ends, figures, same

pytestmark = STRICT

#: Shrout and Fleiss (1979), table 2: four judges rate six targets.
JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)
#: Krippendorff (2011), Computing Krippendorff's alpha-reliability: four observers, twelve units.
_ = math.nan
OBSERVERS = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]).T  # fmt: skip
#: Fourteen raters put ten subjects into five categories: the worked example of Fleiss' kappa.
FOURTEEN = np.array([
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
])  # fmt: skip
#: Fleiss, Cohen and Everitt (1969): two clinicians, 200 patients.
CLINICIANS = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])

FORMS = ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k")


def test_intraclass_correlations_are_the_published_ones() -> None:
    """Shrout and Fleiss (1979), table 4."""
    found = intraclass(JUDGES)
    values = [ends(getattr(found, form).estimate)[0] for form in FORMS]
    assert [round(value, 2) for value in values] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


def test_their_intervals_and_tests_are_those_of_psych() -> None:
    """psych::ICC(JUDGES, lmer = FALSE)."""
    by_r = {
        "icc1": [0.16574176840548, -0.132932324874751, 0.72256006232812],
        "icc2": [0.28976377952756, 0.018786513374712, 0.76108436964895],
        "icc3": [0.71484071484071, 0.342464765033925, 0.94585825995536],
        "icc1k": [0.44279713367927, -0.884442155238119, 0.91241542034078],
        "icc2k": [0.62005054759899, 0.071136815302503, 0.92723204016772],
        "icc3k": [0.90931554237707, 0.675674713816305, 0.98589167816906],
    }
    found = intraclass(JUDGES)
    for form, expected in by_r.items():
        assert same(ends(getattr(found, form).estimate), expected), form
    assert same(figures(found.icc1), [1.7946784922395, 5, 18, 0.16476880834463961])
    assert same(figures(found.icc2k), [11.0272479564033, 5, 15, 0.00013456651648434])
    assert found.icc3.method == "icc3"


def test_subjects_with_a_missing_rating_are_left_out() -> None:
    wider = np.vstack([JUDGES, [5, math.nan, 3, 4]])
    assert intraclass(wider) == intraclass(JUDGES)


def all_reasons(found: Intraclass) -> set[Reason | None]:
    return {getattr(found, form).reason for form in FORMS}


def test_ratings_that_tell_nothing_say_why() -> None:
    assert all_reasons(intraclass(np.full((4, 3), 2.1))) == {Reason.NO_SPREAD}
    assert all_reasons(intraclass([[1, 2, 3]])) == {Reason.TOO_FEW}
    assert all_reasons(intraclass([[math.nan, 1]])) == {Reason.NO_ANSWERS}


def test_judges_who_agree_wholly_are_at_the_limit() -> None:
    found = intraclass([[0.1] * 3, [0.7] * 3, [0.4] * 3])
    for form in FORMS:
        result = getattr(found, form)
        assert result.estimate.value == pytest.approx(1.0)
        assert result.estimate.reason is Reason.AT_LIMIT
        assert (result.statistic, result.p) == (math.inf, 0.0)


def test_judges_who_differ_by_a_constant_agree_only_in_order() -> None:
    found = intraclass([[1, 3], [2, 4], [5, 7]])
    assert ends(found.icc3.estimate)[0] == 1.0
    assert ends(found.icc2.estimate)[0] < 0.8


def test_concordance_is_friedmans_test() -> None:
    """Kendall's W without ties: 12 S / (m² (n³ - n)), by hand."""
    ranks = np.array([[1, 2, 1], [2, 1, 3], [3, 4, 2], [4, 3, 4]])
    s = ((ranks.sum(axis=1) - 7.5) ** 2).sum()
    found = kendall_w(ranks)
    assert same(ends(found.estimate)[:1], [12 * s / (9 * 60)])
    assert same([found.statistic], [3 * 3 * 12 * s / (9 * 60)])
    assert kendall_w(np.ones((4, 3))).reason is Reason.NO_SPREAD


@pytest.mark.parametrize(
    ("metric", "alpha"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_krippendorffs_alpha_is_the_published_one(metric: str, alpha: float) -> None:
    counts, values = rating_counts(OBSERVERS)
    assert round(krippendorff_alpha(counts, values, metric).value, 3) == alpha


def test_krippendorffs_alpha_at_its_ends() -> None:
    assert krippendorff_alpha(np.array([[3, 0], [0, 3]])).value == 1.0
    assert krippendorff_alpha(np.array([[1, 1], [1, 1]])).value < 0
    assert krippendorff_alpha(np.array([[3, 0], [3, 0]])).reason is Reason.NO_SPREAD
    assert krippendorff_alpha(np.array([[1, 0], [0, 1]])).reason is Reason.TOO_FEW
    zeros = krippendorff_alpha(np.array([[2, 0], [1, 1]]), [0, 1], "ratio")
    assert math.isfinite(zeros.value), "0 and 0 are no distance apart"
    with pytest.raises(KeyError):
        krippendorff_alpha(np.array([[2, 0], [1, 1]]), metric="circular")


def test_fleiss_kappa_is_the_published_one() -> None:
    found = fleiss_kappa(FOURTEEN)
    assert round(ends(found.estimate)[0], 3) == 0.210
    assert found.n == 10


def test_fleiss_error_under_independence_follows_its_formula() -> None:
    """Fleiss, Nee and Landis (1979): with k = 2 equal shares, var = 2 (1/4) / (N m (m - 1) / 4)."""
    found = fleiss_kappa(np.array([[3, 0], [0, 3], [2, 1], [1, 2]]))
    assert found.estimate is not None
    assert same([found.estimate.se**2], [2 * (0.25 - 0.0) / (4 * 3 * 2 * 0.25)])


def test_raters_may_differ_in_number_but_then_have_no_error() -> None:
    found = fleiss_kappa(np.array([[3, 0], [0, 2], [2, 1], [1, 0]]))
    assert found.estimate is not None
    share = 5 / 8
    expected = (7 / 9 - share**2 - (1 - share) ** 2) / (1 - share**2 - (1 - share) ** 2)
    assert same([found.estimate.value], [expected])
    assert math.isnan(found.p)
    assert fleiss_kappa(np.array([[1, 0]])).reason is Reason.TOO_FEW
    assert fleiss_kappa(np.array([[3, 0], [3, 0]])).reason is Reason.ONE_CATEGORY


def test_cohens_kappa_is_the_published_one() -> None:
    """Fleiss, Cohen and Everitt (1969): kappa .492; R vcd::Kappa for the errors."""
    plain, linear, quadratic = (cohen_kappa(CLINICIANS, w) for w in ("none", "linear", "quadratic"))
    assert same(ends(plain.estimate), [0.49152542372881, 0.39156370205355, 0.59148714540408])
    errors = [(plain, 0.051001815576), (linear, 0.054432309178), (quadratic, 0.066453681591)]
    for found, error in errors:
        assert found.estimate is not None
        assert same([found.estimate.se], [error])
    assert same(ends(linear.estimate)[:1] + ends(quadratic.estimate)[:1],
                [0.47368421052632, 0.45454545454545])  # fmt: skip


def test_kappa_of_one_category_does_not_exist() -> None:
    assert cohen_kappa(np.array([[9, 0], [0, 0]])).reason is Reason.ONE_CATEGORY
    assert cohen_kappa(np.array([[9, 4], [0, 0]])).reason is Reason.ONE_CATEGORY
    assert cohen_kappa(np.zeros((2, 2), int)).reason is Reason.NO_ANSWERS
    perfect = cohen_kappa(np.diag([4, 5, 6]))
    assert ends(perfect.estimate) == [1.0, 1.0, 1.0]
    with pytest.raises(KeyError):
        cohen_kappa(CLINICIANS, "cubic")


@given(arrays(np.int64, (4, 4), elements=st.integers(0, 20)))
def test_two_raters_are_interchangeable(table: np.ndarray) -> None:
    for weights in ("none", "linear", "quadratic"):
        here, there = cohen_kappa(table, weights), cohen_kappa(table.T, weights)
        assert here.reason is there.reason
        if not here.reason:
            assert same(ends(here.estimate), ends(there.estimate), 1e-6)
            assert same([here.p], [there.p], 1e-6)
            assert ends(here.estimate)[0] <= 1


@given(arrays(np.int64, (5, 3), elements=st.integers(1, 4)))
def test_alpha_of_interval_ratings_does_not_know_the_unit(ratings: np.ndarray) -> None:
    counts, values = rating_counts(ratings)
    here = krippendorff_alpha(counts, values, "interval")
    there = krippendorff_alpha(counts, 10 * values - 7, "interval")
    assert here.reason is there.reason
    assert same([here.value], [there.value], 1e-7)
    assert here.reason is Reason.NO_SPREAD or here.value <= 1


@given(arrays(np.float64, (6, 3), elements=st.integers(0, 4)))
def test_intraclass_correlations_are_always_defined(ratings: np.ndarray) -> None:
    found = intraclass(ratings)
    for form in FORMS:
        result = getattr(found, form)
        if result.reason is None and result.estimate.reason is None:
            value, low, high = ends(result.estimate)
            assert low <= value + 1e-9
            assert value <= high + 1e-9
            assert value <= 1
