"""Estimates from designed samples, held against R's package survey."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.design import association, estimates, proportions, quantiles, regression
from analysis.statistics.design.hadamard import hadamard
from analysis.statistics.design.replicates import Replicates, balanced, bootstrap, jackknife
from analysis.statistics.design.replicates import given as given_replicates
from analysis.statistics.design.sample import Sample, design
from analysis.statistics.results import Reason, Result
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import codes, figures, flat, pair, table

pytestmark = STRICT

STRAT, ONE, TWO = table("apistrat"), table("apiclus1"), table("apiclus2")
STRATIFIED = design(STRAT["pw"], STRAT["stype"], population=STRAT["fpc"])
CLUSTERED = design(ONE["pw"], clusters=ONE["dnum"], population=ONE["fpc"])
ONE_STAGE = design(ONE["pw"], clusters=ONE["dnum"])
STAGES = np.stack([TWO["dnum"], TWO["snum"]], axis=1)
TWO_STAGE = design(clusters=STAGES, population=np.stack([TWO["fpc1"], TWO["fpc2"]], axis=1))
#: The samples under the names of R's figures.
SAMPLES: dict[str, tuple[dict[str, np.ndarray], Sample]] = {
    "strat": (STRAT, STRATIFIED),
    "strat_replaced": (STRAT, design(STRAT["pw"], STRAT["stype"])),
    "clus1": (ONE, CLUSTERED),
    "clus1_replaced": (ONE, ONE_STAGE),
    "clus2": (TWO, TWO_STAGE),
    "clus2_replaced": (TWO, design(TWO["pw"], clusters=STAGES)),
    "jkn": (STRAT, jackknife(STRATIFIED)),
    "jk1": (ONE, jackknife(CLUSTERED)),
    "jk1_mse": (ONE, jackknife(ONE_STAGE, mse=True)),
}
R = figures("design")
everywhere = pytest.mark.parametrize("name", SAMPLES)
linear = [name for name, (_, sample) in SAMPLES.items() if not isinstance(sample, Replicates)]


def said_by(result: Result) -> list[float]:
    """Statistic, degrees of freedom and p."""
    return [result.statistic, *result.df, result.p]


@everywhere
def test_means_and_totals_are_those_of_r(name: str) -> None:
    data, sample = SAMPLES[name]
    both = np.stack([data["api00"], data["ell"]], axis=1)
    for figure, expected in (
        (estimates.mean, R[name]["mean"]),
        (estimates.total, R[name]["total"]),
    ):
        found = figure(sample, both)
        assert same(flat(found), pair(expected))
        assert same(found.deff, expected["deff"])
        assert same(figure(sample, both, "replace").deff, expected["replaced"])
    assert same(estimates.mean(sample, both).covariance.ravel(), R[name]["covariance"])
    assert same(flat(estimates.mean(sample, data["enroll"])), pair(R[name]["missing"]))
    assert same([sample.df], [R[name]["degf"]])


@everywhere
def test_shares_ratios_and_variances_are_those_of_r(name: str) -> None:
    data, sample = SAMPLES[name]
    kinds = codes(data["stype"])
    for figure, key in ((estimates.shares, "shares"), (estimates.counts, "counts")):
        found = figure(sample, kinds, 3)
        assert same(found.values, R[name][key]["value"])
        assert np.allclose(found.se, R[name][key]["se"], rtol=1e-9, atol=1e-9)
    ratio = estimates.ratio(sample, data["api00"], data["api99"])
    assert same(flat(ratio), pair(R[name]["ratio"]))
    if name in linear:
        assert same(ratio.deff, np.atleast_1d(R[name]["ratio_deff"]))
    assert same(
        flat(estimates.population_variance(sample, data["api00"])), pair(R[name]["variance"])
    )


@everywhere
def test_domains_and_groups_are_those_of_r(name: str) -> None:
    """A domain keeps the design: empty clusters and strata count."""
    data, sample = SAMPLES[name]
    element = estimates.mean(sample.where(data["stype"] == "E"), data["api00"])
    assert same(
        [*flat(element), *element.deff], [*pair(R[name]["domain"]), R[name]["domain"]["deff"]]
    )
    low = sample.where(data["api00"] < 600)
    assert same(flat(estimates.total(low, data["api00"])), pair(R[name]["domain_total"]))
    assert low.df == R[name]["degf_domain"]
    both = np.stack([data["api00"], data["enroll"]], axis=1)
    found = estimates.by_group(sample, both, codes(data["stype"]))
    values = [e.values[column] for column in (0, 1) for e in found]
    errors = [e.se[column] for column in (0, 1) for e in found]
    assert same(values + errors, pair(R[name]["by"]))


@everywhere
@pytest.mark.parametrize("method", proportions.METHODS)
def test_intervals_of_shares_are_those_of_svyciprop(name: str, method: str) -> None:
    """R's likelihood interval of replicates fails; ours exists."""
    data, sample = SAMPLES[name]
    yes = data["awards"] == "Yes"
    for part, key in ((sample, ""), (sample.where(data["api00"] < 600), "_domain")):
        found = proportions.proportion(part, yes, method)
        expected = R[name][f"proportions{key}"][method]
        if method == "likelihood" and name not in linear:
            assert found.low < expected[0] < found.high
        else:
            assert same([found.value, found.low, found.high], expected)


@everywhere
def test_quantiles_are_those_of_svyquantile(name: str) -> None:
    """R ignores interval.type for replicates, and gives them the default."""
    data, sample = SAMPLES[name]
    kinds = quantiles.INTERVALS if name in linear else ["mean"]
    for kind, (at, p) in product(kinds, enumerate((0.1, 0.25, 0.5, 0.9))):
        found = quantiles.quantile(sample, data["api00"], p, interval=kind)
        figures_of = [found.value, found.low, found.high, found.se]
        assert same(figures_of, R[name]["quantiles"][kind][at]), (kind, p)
    for rule in quantiles.RULES if name in linear else ():
        found_by = [
            quantiles.quantile(sample, data["api00"], p, rule) for p in (0.1, 0.25, 0.5, 0.9)
        ]
        assert same([found.value for found in found_by], R[name]["rules"][rule]), rule


@everywhere
def test_independence_is_tested_as_by_svychisq(name: str) -> None:
    data, sample = SAMPLES[name]
    wide, kinds = codes(data["sch.wide"]), codes(data["stype"])
    low = sample.where(data["api00"] < 600)
    for part, key in ((sample, "chisq"), (low, "chisq_domain")):
        for statistic, expected in R[name][key].items():
            found = association.rao_scott(part, wide, kinds, statistic)
            assert same(said_by(found), expected, 1e-8), (key, statistic)


@everywhere
def test_regression_is_that_of_svyglm(name: str) -> None:
    data, sample = SAMPLES[name]
    ones = np.ones(len(data["api00"]))
    two = np.column_stack([ones, data["ell"], data["api99"]])
    wide = (data["sch.wide"] == "Yes").astype(float)
    for key, outcome, x, family in (
        ("gaussian", data["api00"], two, "gaussian"),
        ("binomial", wide, two, "binomial"),
        ("with_missing", data["api00"], np.column_stack([ones, data["enroll"]]), "gaussian"),
    ):
        found, expected = regression.regression(sample, outcome, x, family), R[name][key]
        low, high = found.interval()
        mine = [found.coefficients.values, found.coefficients.se, found.t, found.p, low, high]
        theirs = [expected[k] for k in ("beta", "se", "t", "p", "low", "high")]
        assert same(np.concatenate(mine), np.concatenate(theirs)), key
        assert found.df == expected["df"]
        if name in linear and key != "with_missing":
            assert same([found.dispersion], [expected["dispersion"]]), key
    wald = regression.regression(sample, data["api00"], two).wald([1, 2])
    assert same(said_by(wald), R[name]["wald"])


@everywhere
def test_two_groups_are_compared_as_by_svyttest(name: str) -> None:
    data, sample = SAMPLES[name]
    found = regression.t_test(sample, data["api00"], codes(data["sch.wide"]))
    assert found.estimate is not None
    ends = [found.estimate.value, found.estimate.low, found.estimate.high]
    mine = [found.statistic, *found.df, found.p, *ends]
    assert same(mine, R[name]["t"])


def test_balanced_replication_is_that_of_r() -> None:
    """R's example of svrepdesign: six ambulances in three areas (Levy and Lemeshow)."""
    scd = R["scd"]
    halves = design(np.ones(6), scd["esa"], scd["ambulance"], nest=True)

    def said(sample: Sample) -> list[float]:
        ratio = estimates.ratio(sample, scd["alive"], scd["arrests"])
        return [*flat(ratio), *estimates.mean(sample, scd["alive"]).se, sample.df]

    assert same(said(balanced(halves)), scd["brr"])
    assert same(said(balanced(halves, mse=True)), scd["brr_mse"])
    assert same(said(balanced(halves, 0.3)), scd["fay"])
    assert same(said(jackknife(halves)), scd["jkn"])
    assert not same(said(balanced(halves)), scd["fay"]), "control"


def test_nine_strata_take_the_matrix_of_r() -> None:
    nine = design(np.ones(36), np.repeat(range(9), 4), np.tile([1, 2], 18), nest=True)
    sample = balanced(nine)
    found = estimates.ratio(sample, R["nine"]["y"], R["nine"]["x"])
    assert same([*flat(found), sample.df], [*R["nine"]["ratio"], R["nine"]["degf"]])


def test_given_replicates_are_used_as_by_r() -> None:
    seen: dict[float, int] = {}
    index = np.array([seen.setdefault(cluster, len(seen)) for cluster in ONE["dnum"]])
    factors = np.reshape(R["boot"]["factors"], (30, -1)).T[index]
    sample = given_replicates(ONE["pw"], factors, R["boot"]["scale"], combined=False)
    assert same(flat(estimates.mean(sample, ONE["api00"])), pair(R["boot"]["mean"]))
    assert sample.df == R["boot"]["degf"]
    found = quantiles.quantile(sample, ONE["api00"], 0.5)
    assert same([found.value, found.low, found.high, found.se], R["boot"]["quantile"])


@pytest.mark.parametrize("lonely", ["certainty", "remove", "adjust", "average"])
def test_strata_with_one_cluster_do_as_told(lonely: Any) -> None:
    weights, strata, values = [1, 2, 3, 1, 1.5, 2], [1, 1, 2, 3, 3, 3], [3, 5, 9, 2, 4, 4.5]
    found = estimates.mean(design(weights, strata, lonely=lonely), values)
    assert same(flat(found), pair(R["lonely"][lonely]))
    left_alone = estimates.mean(design(weights, strata), values)
    assert left_alone.reason is Reason.ONE_CLUSTER
    assert np.isnan(left_alone.se).all()
    assert same(left_alone.values, found.values)


def test_the_bootstrap_comes_near_the_formula_and_again_the_same() -> None:
    strata = SAMPLES["strat_replaced"][1]
    formula = estimates.mean(strata, STRAT["api00"]).se
    drawn = [bootstrap(strata, 400, seed) for seed in (1, 1, 2)]
    errors = [float(estimates.mean(sample, STRAT["api00"]).se[0]) for sample in drawn]
    assert errors[0] == errors[1] != errors[2]
    assert abs(errors[0] / formula[0] - 1) < 0.15


@pytest.mark.parametrize("strata", [1, 3, 4, 7, 8, 11, 12, 19, 23, 24, 31, 40])
def test_a_hadamard_matrix_is_balanced(strata: int) -> None:
    matrix = 2 * hadamard(strata) - 1
    assert len(matrix) > strata
    assert (matrix @ matrix.T == len(matrix) * np.eye(len(matrix))).all()
    assert (matrix[0] == 1).all()


def written_out(values: np.ndarray, strata: np.ndarray, clusters: np.ndarray) -> float:
    """The variance of a total by its textbook formula, with replacement."""
    total = 0.0
    for stratum in set(strata.tolist()):
        units = sorted(set(clusters[strata == stratum].tolist()))
        sums = [float(values[(strata == stratum) & (clusters == u)].sum()) for u in units]
        centre = sum(sums) / len(sums)
        total += len(sums) / (len(sums) - 1) * sum((s - centre) ** 2 for s in sums)
    return total


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(2, 4))
def test_variances_agree_with_the_formula_written_out(seed: int, strata: int, each: int) -> None:
    rng = np.random.default_rng(seed)
    n = strata * each * 3
    stratum, cluster = np.repeat(range(strata), each * 3), np.repeat(range(strata * each), 3)
    shuffled = rng.permutation(n)
    stratum, cluster = stratum[shuffled], cluster[shuffled]
    weights, values = rng.uniform(0.5, 3, n), rng.integers(0, 6, n).astype(float)
    found = estimates.total(design(weights, stratum, cluster), values)
    assert math.isclose(
        found.covariance[0, 0], written_out(weights * values, stratum, cluster), rel_tol=1e-9
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_jackknife_of_a_total_is_the_formula(seed: int) -> None:
    """For a linear figure dropping one cluster at a time gives the linearised variance."""
    rng = np.random.default_rng(seed)
    strata, values = np.repeat([0, 1], [8, 5]), rng.normal(size=13)
    sample = design(rng.uniform(1, 2, 13), strata, population=np.repeat([20, 11], [8, 5]))
    here = estimates.total(sample, values)
    there = estimates.total(jackknife(sample), values)
    assert same(flat(here), flat(there), 1e-8)


def test_a_census_has_no_error_and_a_share_of_it_less() -> None:
    values = [3.0, 4.0, 8.0, 1.0]
    whole = estimates.mean(design(population=[4] * 4, rows=4), values)
    half = estimates.mean(design(population=[8] * 4, rows=4), values)
    large = estimates.mean(design(rows=4), values)
    assert float(whole.se[0]) == 0.0
    assert same([half.se[0]], [large.se[0] * math.sqrt(0.5)])
    share = estimates.mean(design(population=[0.5] * 4, rows=4), values)
    assert same(half.se, share.se), "a share sampled says the same as a size"


def test_a_simple_sample_is_the_textbook() -> None:
    values = np.array([1.0, 0, 0, 1, 1, 1, 0, 1])
    found = estimates.mean(design(rows=8), values)
    assert same(found.se, [math.sqrt(values.var(ddof=1) / 8)])
    interval = proportions.proportion(design(rows=8), values, "mean")
    assert interval.high - interval.low == pytest.approx(2 * 2.3646242510 * found.se[0])


@pytest.mark.parametrize(
    ("sample", "values", "reason"),
    [
        (design([1, np.nan, 2]), [1, 0, 1], Reason.NOT_FINITE),
        (design([1, np.inf, 2]), [1, 0, 1], Reason.NOT_FINITE),
        (design([0, 0, 0]), [1, 0, 1], Reason.NO_ANSWERS),
        (design(np.zeros(0)), [], Reason.NO_ANSWERS),
        (design([1, 1, 1]), [np.nan] * 3, Reason.NO_ANSWERS),
        (jackknife(design([1, np.nan, 2])), [1, 0, 1], Reason.NOT_FINITE),
    ],
)
def test_a_sample_without_figures_says_why(
    sample: Sample, values: list[float], reason: Reason
) -> None:
    for found in (
        estimates.mean(sample, values),
        estimates.total(sample, values),
        estimates.ratio(sample, values, values),
        estimates.population_variance(sample, values),
    ):
        assert found.reason is reason
        assert np.isnan(found.values).all()
    assert quantiles.quantile(sample, values, 0.5).reason is reason
    for method in proportions.METHODS:
        share = proportions.proportion(sample, values, method)
        assert share.reason is reason
        assert math.isnan(share.value)
    fit = regression.regression(sample, values, np.ones((len(values), 1)))
    assert fit.reason is reason
    assert fit.wald([0]).reason is reason
    answers = np.where(np.isnan(values), -1, 0)
    assert association.rao_scott(sample, answers, answers).reason is reason


def test_one_person_has_a_mean_without_an_error() -> None:
    found = estimates.mean(design(rows=1), [4.0])
    assert (found.values.tolist(), found.reason) == ([4.0], Reason.ONE_CLUSTER)
    assert regression.regression(design(rows=2), [1, 2], np.ones((2, 1))).reason is None
    assert regression.regression(design(rows=1), [1], np.ones((1, 1))).reason is Reason.ONE_CLUSTER


def test_all_the_same_answer() -> None:
    sample = design(rows=5)
    assert estimates.mean(sample, [3] * 5).se.tolist() == [0.0]
    for method in ("logit", "likelihood", "beta", "asin", "xlogit"):
        assert proportions.proportion(sample, [1] * 5, method).reason is Reason.ALL_OR_NONE
    assert quantiles.quantile(sample, [3] * 5, 0.5).value == 3
    assert association.rao_scott(sample, [0] * 5, [0, 1, 0, 1, 0]).reason is Reason.ONE_CATEGORY
    assert regression.t_test(sample, [3] * 5, [0, 1, 0, 1, 0]).reason in (None, Reason.NO_SPREAD)
    assert regression.t_test(sample, [1, 2, 3, 4, 5], [0] * 5).reason is Reason.SINGULAR


def test_a_separated_outcome_is_at_its_limit() -> None:
    x = np.column_stack([np.ones(8), np.arange(8.0)])
    outcome = [0, 0, 0, 0, 1, 1, 1, 1]
    assert regression.regression(design(rows=8), outcome, x, "binomial").reason is Reason.AT_LIMIT
    mixed = [0, 1, 0, 0, 1, 1, 0, 1]
    assert regression.regression(design(rows=8), mixed, x, "binomial").reason is None, "control"
    twice = np.column_stack([x, 2 * x[:, 1]])
    assert regression.regression(design(rows=8), mixed, twice, "binomial").reason is Reason.SINGULAR
    wide = np.eye(3, 8)
    assert regression.regression(design(rows=3), [1, 2, 3], wide).reason is Reason.SINGULAR


def test_contradictions_are_refused() -> None:
    with pytest.raises(ValueError, match="two strata"):
        design(np.ones(4), [1, 2, 1, 2], [1, 1, 2, 2])
    assert design(np.ones(4), [1, 2, 1, 2], [1, 1, 2, 2], nest=True).df == 2
    with pytest.raises(ValueError, match="sampled than"):
        design(np.ones(3), population=[2, 2, 2])
    with pytest.raises(ValueError, match="every row"):
        design(np.ones(3), [1, 2])
    with pytest.raises(ValueError, match="finite"):
        estimates.mean(design(rows=2), [1, np.inf])
    with pytest.raises(ValueError, match="ones among"):
        proportions.proportion(design(rows=2), [1, 2])
    with pytest.raises(ValueError, match="two clusters"):
        balanced(design(np.ones(3), [1, 1, 1]))


def test_effective_numbers() -> None:
    """Kish: half the people weigh three times as much as the others; 1.25 = 1 + cv²."""
    effect, effective = estimates.kish([1, 3] * 50)
    assert same([effect.value, effective.value], [1.25, 80])
    assert same([estimates.kish([2, 2, 0])[1].value], [2])
    assert estimates.kish([0, 0])[0].reason is Reason.NO_ANSWERS
    assert estimates.kish([1, np.inf])[0].reason is Reason.NOT_FINITE
