"""Correlations from counts and columns, held against R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import kendalltau, multivariate_normal, pearsonr, somersd, spearmanr

from analysis.statistics.correlation import Joint, kendall, pearson, spearman
from analysis.statistics.polychoric import bivariate_normal, polychoric
from analysis.statistics.results import Reason, Result
from tests.analysis.statistics.close import STRICT, ends, same
from tests.analysis.statistics.datasets import COMPLAINTS, RATING

pytestmark = STRICT

ATTITUDE = Joint.from_columns(RATING, COMPLAINTS)
#: Hollander and Wolfe (1973), p. 187: lightness of tuna and panel scores; R's example of cor.test.
TUNA = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
PANEL = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
TWELVE = [3.1, -0.4, 1.7, 2.2, 0.3, 4.4, 5.9, -1.2, 2.9, 0.8, 6.1, 3.3]
OTHERS = [1.0, 0.2, 2.1, 1.9, -0.7, 2.8, 3.9, 0.4, 0.9, 1.1, 2.6, 3.0]

tables = arrays(np.int64, (4, 5), elements=st.integers(0, 6))


def of(table: np.ndarray) -> Joint:
    return Joint.from_counts(table, range(table.shape[0]), range(table.shape[1]))


def short(result: Result) -> list[float]:
    assert result.estimate is not None
    return [result.statistic, result.p, result.estimate.value]


def test_pearson_is_that_of_r() -> None:
    found = pearson(ATTITUDE)
    assert same(short(found), [7.73697767641392, 1.98768220828403e-08, 0.825417569542146])
    assert same(ends(found.estimate)[1:], [0.662012769870953, 0.913913891353669])
    assert found.df == (28,)


def test_spearman_is_that_of_r() -> None:
    """cor.test(method = "spearman"): t with ties, counted to n = 9, Edgeworth's series beyond."""
    tied = spearman(ATTITUDE)
    assert same(short(tied), [754.25847260191, 1.19323509491527e-08, 0.832200562268763])
    counted = spearman(Joint.from_columns(TUNA, PANEL))
    assert same(short(counted), [48, 0.0967978395061728, 0.6])
    series = spearman(Joint.from_columns(TWELVE, OTHERS))
    assert same(short(series), [54, 0.00236893039782362, 0.811188811188811])
    down = spearman(Joint.from_columns(TWELVE, np.negative(OTHERS)))
    assert same(short(down), [518, 0.00236893039782362, -0.811188811188811])
    assert [f.method for f in (tied, counted, series)] == [
        "spearman_t", "spearman_exact", "spearman_exact",
    ]  # fmt: skip


def test_kendall_is_that_of_r() -> None:
    tied = kendall(ATTITUDE)
    assert same(short(tied), [5.00735404175244, 5.51833681505023e-07, 0.654971208215473])
    exact = kendall(Joint.from_columns(TUNA, PANEL))
    assert same(short(exact), [26, 0.1194389329806, 0.444444444444444])
    assert (tied.method, exact.method) == ("kendall", "kendall_exact")


def test_ordinal_association_is_the_published_one() -> None:
    """Agresti (2002), p. 58: income by job satisfaction, gamma 0.221, of 1331 and 849 pairs."""
    job = np.array([[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]])
    found = kendall(of(job))
    assert same([found.effect("gamma").value], [(1331 - 849) / (1331 + 849)])
    assert same([found.effect("somers_d").value], [somersd(job).statistic])


def test_counts_and_columns_are_the_same_thing() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 4, 60), rng.integers(0, 5, 60)
    table = np.zeros((4, 5), int)
    np.add.at(table, (x, y), 1)
    for test in (pearson, spearman, kendall):
        assert same(short(test(of(table))), short(test(Joint.from_columns(x, y))))


def test_pairs_with_a_missing_value_are_left_out() -> None:
    x, y = [*RATING, math.nan, 3], [*COMPLAINTS, 4, math.nan]
    assert short(pearson(Joint.from_columns(x, y))) == short(pearson(ATTITUDE))
    with pytest.raises(ValueError, match="finite"):
        Joint.from_columns([1, math.inf], [1, 2])


def test_perfect_correlation_is_certain() -> None:
    pairs = Joint.from_columns([0.1, 0.2, 0.3, 0.4, 0.5], [0.3, 0.6, 0.9, 1.2, 1.5])
    found = pearson(pairs)
    assert (found.statistic, found.p) == (math.inf, 0.0)
    assert ends(found.estimate) == [1.0, 1.0, 1.0]
    assert spearman(pairs).p == pytest.approx(2 / 120)
    assert ends(kendall(pairs).estimate) == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([], [], Reason.NO_ANSWERS),
        ([1, 2], [2, 1], Reason.TOO_FEW),
        ([3, 3, 3, 3], [1, 2, 3, 4], Reason.NO_SPREAD),
        ([0.1, 0.1, 0.1], [1, 2, 3], Reason.NO_SPREAD),
    ],
)
def test_what_cannot_be_correlated_says_why(x: list[float], y: list[float], reason: Reason) -> None:
    for test in (pearson, spearman, kendall):
        found = test(Joint.from_columns(x, y))
        assert found.reason is reason
        assert math.isnan(found.p)


def test_three_people_have_a_correlation_without_an_interval() -> None:
    found = pearson(Joint.from_columns([1, 2, 3], [1, 3, 2]))
    assert found.reason is None
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(0.5)
    assert found.estimate.reason is Reason.TOO_FEW


@given(tables)
def test_the_figures_agree_with_independent_programs(table: np.ndarray) -> None:
    x, y = (np.repeat(at, table.ravel()) for at in np.indices(table.shape).reshape(2, -1))
    if pearson(of(table)).reason:
        return
    theirs = pearsonr(x, y)
    assert same(short(pearson(of(table)))[1:], [theirs.pvalue, theirs.statistic], 1e-6)
    theirs = spearmanr(x, y)
    assert same(
        short(spearman(of(table), exact=False))[1:], [theirs.pvalue, theirs.statistic], 1e-6
    )
    theirs = kendalltau(x, y, method="asymptotic")
    assert same(short(kendall(of(table), exact=False))[1:], [theirs.pvalue, theirs.statistic], 1e-6)


@given(tables)
def test_correlations_are_symmetric_and_turn_round(table: np.ndarray) -> None:
    for test in (pearson, spearman, kendall):
        here, turned, mirrored = test(of(table)), test(of(table.T)), test(of(table[::-1]))
        assert here.reason is turned.reason is mirrored.reason
        if not here.reason:
            assert same(ends(here.estimate), ends(turned.estimate), 1e-7)
            assert same(ends(here.estimate)[:1], [-ends(mirrored.estimate)[0]], 1e-7)
            assert same([here.p], [mirrored.p], 1e-6)


def test_pairs_of_a_million_people_are_counted_exactly() -> None:
    table = np.array([[10**8, 2 * 10**8], [3 * 10**8, 10**8]])
    found = kendall(of(table))
    concordant, discordant = 10**16, 6 * 10**16
    assert same(
        [found.effect("gamma").value], [(concordant - discordant) / (concordant + discordant)]
    )


#: R 4.2.2, polycor::polychor(table, std.err = TRUE): rho and its standard error.
POLYCHORIC = [
    ([[13, 11, 12], [4, 22, 4], [8, 5, 21]], 0.30024366192981, 0.11987896189652),
    ([[52, 19, 20, 67], [10, 12, 6, 83], [5, 14, 33, 77]], 0.343795400977913, 0.059102810724826),
    ([[794, 86], [150, 570]], 0.896160641107689, 0.012441137384143),
    ([[20, 10], [5, 25]], 0.72306198432853, 0.12133416295004),
]


@pytest.mark.parametrize(("table", "rho", "se"), POLYCHORIC)
def test_polychoric_is_that_of_polycor(table: list[list[int]], rho: float, se: float) -> None:
    """R's optimiser stops early: about 1e-5 of rho, 1e-4 of its error."""
    found = polychoric(np.array(table))
    assert abs(found.value - rho) < 1e-5
    assert math.isclose(found.se, se, rel_tol=2e-4)
    assert found.low < found.value < found.high


def test_the_tetrachoric_correlation_fits_its_table_exactly() -> None:
    """With two classes each there is nothing left over: the four cells are reproduced."""
    table = np.array([[20, 10], [5, 25]])
    rho = polychoric(table).value
    corner = multivariate_normal.cdf([0.0, -0.2104283942479247], cov=[[1, rho], [rho, 1]])
    assert math.isclose(corner, 20 / 60, abs_tol=1e-6)


def test_known_classes_give_the_correlation_back() -> None:
    """Expected counts of a bivariate normal with rho 0.6 in five by four classes."""
    h, k = np.meshgrid([-9, -1.2, -0.3, 0.4, 1.5, 9], [-9, -0.7, 0.1, 1.0, 9], indexing="ij")
    cells = np.diff(np.diff(bivariate_normal(h, k, 0.6), axis=0), axis=1)
    counts = np.round(cells * 10**9).astype(np.int64)
    found = polychoric(counts)
    assert abs(found.value - 0.6) < 1e-7
    assert abs(polychoric(counts[::-1]).value + 0.6) < 1e-7
    assert abs(polychoric(counts.T).value - found.value) < 1e-9


def test_separated_tables_are_at_the_limit_and_say_so() -> None:
    for table, rho in (
        ([[5, 0, 0], [0, 5, 0], [0, 0, 5]], 1.0),
        ([[20, 10], [0, 25]], 1.0),
        ([[0, 9], [8, 0]], -1.0),
        ([[1, 0], [0, 1]], 1.0),
    ):
        found = polychoric(np.array(table))
        assert (found.value, found.reason) == (rho, Reason.AT_LIMIT)
        assert math.isnan(found.se)
    assert polychoric(np.array([[20, 10], [0, 25]]), correct=0.5).reason is None, "control"


def test_classes_that_do_not_vary_have_no_correlation() -> None:
    assert polychoric(np.array([[3, 4], [0, 0]])).reason is Reason.NO_SPREAD
    assert polychoric(np.zeros((3, 3), int)).reason is Reason.NO_ANSWERS


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-0.95, 0.95))
def test_the_bivariate_normal_agrees_with_an_independent_program(
    h: float, k: float, rho: float
) -> None:
    found = bivariate_normal(np.array(h), np.array(k), rho)
    theirs = multivariate_normal.cdf([h, k], cov=[[1, rho], [rho, 1]])
    assert math.isclose(found, theirs, abs_tol=1e-7)


@given(tables)
def test_any_table_has_a_defined_polychoric(table: np.ndarray) -> None:
    found = polychoric(table)
    if found.reason is None:
        assert found.low <= found.value <= found.high
        assert found.se > 0
    else:
        assert math.isnan(found.value) or abs(found.value) == 1
