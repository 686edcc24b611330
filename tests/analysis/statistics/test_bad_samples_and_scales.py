"""Whatever the answers and weights: a figure or the reason why there is none, and no warning."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics import adequacy, drivers, missingness, quality, reliability, splits
from analysis.statistics.calibration import calibrated
from analysis.statistics.covariance import Items
from analysis.statistics.design import association, estimates, proportions, quantiles, regression
from analysis.statistics.design.estimates import Estimates
from analysis.statistics.design.replicates import bootstrap, jackknife
from analysis.statistics.design.sample import Design, Sample, design
from analysis.statistics.factors import factors, principal
from analysis.statistics.results import Estimate, Result
from analysis.statistics.weighting import Margin, post_stratified, raked, trimmed
from tests.analysis.statistics.close import STRICT

pytestmark = STRICT

seeds = st.integers(0, 10**9)
few = settings(max_examples=15, deadline=None)


def defined(found: Estimate | Estimates | Result) -> None:
    """There is a figure, or a reason."""
    if isinstance(found, Estimate):
        assert np.isfinite(found.value) or found.reason
    elif isinstance(found, Result):
        assert np.isfinite(found.p) or found.reason
    else:
        assert np.isfinite(found.values).all() or found.reason
        assert np.isfinite(found.se).all() or found.reason


def any_sample(rng: np.random.Generator) -> Design:
    n = int(rng.integers(1, 9))
    weights = rng.choice([0, 0.5, 1, 3, -1] if rng.random() < 0.2 else [0, 0.5, 1, 3], n)
    population = np.full(n, rng.choice([9, 50])) if rng.random() < 0.3 else None
    lonely = rng.choice(["fail", "certainty", "adjust", "average"])
    strata, clusters = rng.integers(0, 3, n), rng.integers(0, 3, n)
    return design(weights, strata, clusters, population, nest=True, lonely=lonely)


@few
@given(seeds, st.sampled_from(["design", "jackknife", "bootstrap"]))
def test_designed_samples(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    drawn = any_sample(rng)
    n = drawn.weights.size
    sample: Sample = drawn
    if kind != "design":
        sample = jackknife(drawn) if kind == "jackknife" else bootstrap(drawn, 5)
    x = np.where(rng.random(n) < 0.2, np.nan, rng.integers(0, 3, n).astype(float))
    y, codes = rng.integers(0, 2, n), rng.integers(-1, 3, n)
    for found in (
        estimates.mean(sample, x),
        estimates.total(sample, x),
        estimates.ratio(sample, x, y),
        estimates.shares(sample, codes, 3),
        *estimates.by_group(sample, x, codes),
    ):
        defined(found)
    for method in proportions.METHODS:
        defined(proportions.proportion(sample, y, method))
    for rule, interval in product(quantiles.RULES, quantiles.INTERVALS):
        defined(quantiles.quantile(sample, x, 0.3, rule, interval))
    defined(association.rao_scott(sample, codes, y))
    defined(association.rao_scott(sample, codes, y, "adjWald"))
    columns = np.column_stack([np.ones(n), x])
    for family in ("gaussian", "binomial"):
        fit = regression.regression(sample, y, columns, family)  # type: ignore[arg-type]
        assert fit.reason or np.isfinite(fit.p).all() or (fit.coefficients.se == 0).any()
    defined(regression.t_test(sample, x, y))


@few
@given(seeds)
def test_weights(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sample = any_sample(rng)
    n = sample.weights.size
    y, z = rng.integers(0, 2, n), rng.integers(0, 3, n)
    two, three = Margin.of(y, [5, 7]), Margin.of(z, [3, 4, 5])
    columns = np.column_stack([np.ones(n), y])
    for found in (
        post_stratified(sample, two),
        raked(sample, [two, three]),
        calibrated(sample, columns, [12, 7]),
        calibrated(sample, columns, [12, 7], "raking", (0.1, 9)),
        calibrated(sample, columns, [12, 7], "logit", (0.1, 9)),
        trimmed(sample, 0.6, 2, strict=True),
    ):
        assert np.isfinite(found.sample.weights).all()
        defined(estimates.mean(found.sample, y))


@few
@given(seeds, st.sampled_from(["complete", "pairwise"]))
def test_scales(seed: int, missing: str) -> None:
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(0, 9)), int(rng.integers(1, 6))
    x = rng.integers(1, rng.integers(2, 6), (n, k)).astype(float)
    if rng.random() < 0.4:
        x[rng.random((n, k)) < 0.2] = np.nan
    items = Items.from_columns(x, missing)  # type: ignore[arg-type]
    for figure in (
        reliability.alpha, reliability.standardised_alpha, reliability.lambda_2,
        reliability.lambda_6, reliability.omega_total, reliability.omega_model, splits.odd_even,
    ):  # fmt: skip
        defined(figure(items))
    assert splits.all_splits(items).reason or np.isfinite(splits.all_splits(items).mean)
    assert adequacy.kmo(items).reason or np.isfinite(adequacy.kmo(items).overall)
    defined(adequacy.bartlett_sphericity(items))
    for method, rotation in product(("minres", "ml"), ("none", "varimax", "oblimin")):
        solved = factors(items, 1 + seed % 2, method, rotation)  # type: ignore[arg-type]
        assert solved.reason or np.isfinite(solved.loadings).all()
    assert principal(items, 1).reason or np.isfinite(principal(items, 1).loadings).all()
    for figure_of in (drivers.shapley, drivers.johnson):
        found = figure_of(items, 0)
        assert found.reason or np.isfinite(found.weights).all()
    assert quality.mahalanobis(x).reason or np.isfinite(quality.mahalanobis(x).squared).all()
    defined(missingness.little_mcar(x))
    assert reliability.item_totals(x).shape == (k,)
