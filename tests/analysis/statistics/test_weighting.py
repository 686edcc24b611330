"""Post-stratification, raking, calibration and trimming, held against R's package survey."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.calibration import calibrated
from analysis.statistics.design import estimates, proportions
from analysis.statistics.design.replicates import jackknife
from analysis.statistics.design.sample import Design, design
from analysis.statistics.results import Reason
from analysis.statistics.weighting import Margin, Weighted, post_stratified, raked, trimmed
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import codes, figures, flat, pair, table

pytestmark = STRICT

DATA = table("apiclus1")
SAMPLE = design(DATA["pw"], clusters=DATA["dnum"], population=DATA["fpc"])
KIND = codes(DATA["stype"])
TYPES = Margin.of(KIND, [4421, 755, 1018])
WIDE = Margin.of(codes(DATA["sch.wide"]), [1072, 5122])
AWARDS = Margin.of(codes(DATA["awards"]), [2196, 3998])
X = np.column_stack([np.ones(183), KIND == 1, KIND == 2, DATA["api99"]])
TOTALS = [6194, 755, 1018, 3914069]
R = figures("design")["weighting"]

LINEAR = calibrated(SAMPLE, X, TOTALS)
FITTED: dict[str, Weighted[Design]] = {
    "post": post_stratified(SAMPLE, TYPES),
    "rake": raked(SAMPLE, [TYPES, WIDE]),
    "rake_tight": raked(SAMPLE, [TYPES, WIDE, AWARDS], rounds=100, change=1e-9),
    "linear": LINEAR,
    "linear_bounded": calibrated(SAMPLE, X, TOTALS, bounds=(0.6, 1.9)),
    "raking": calibrated(SAMPLE, X, TOTALS, "raking"),
    "logit": calibrated(SAMPLE, X, TOTALS, "logit", (0.6, 2)),
    "trimmed": trimmed(LINEAR.sample, 20, 50),
}


@pytest.mark.parametrize("name", FITTED)
def test_weights_and_what_follows_from_them_are_those_of_r(name: str) -> None:
    found, expected = FITTED[name], R[name]
    sample = found.sample
    assert found.reason is None
    assert same(sample.weights, expected["weights"])
    both = np.stack([DATA["api00"], DATA["enroll"]], axis=1)
    assert same(flat(estimates.mean(sample, both)), pair(expected["mean"]))
    assert same(flat(estimates.total(sample, DATA["api00"])), pair(expected["total"]))
    low = estimates.mean(sample.where(DATA["api99"] < 600), DATA["api00"])
    assert same(flat(low), pair(expected["domain"]))
    share = proportions.proportion(sample, DATA["awards"] == "Yes", "beta")
    assert same([share.value, share.low, share.high], expected["prop"])


def test_replicates_are_fitted_one_by_one_as_by_r() -> None:
    sample = jackknife(SAMPLE)
    for key, found in (
        ("jk_post", post_stratified(sample, TYPES)),
        ("jk_rake", raked(sample, [TYPES, WIDE])),
        ("jk_linear", calibrated(sample, X, TOTALS)),
    ):
        assert found.reason is None
        assert same(flat(estimates.mean(found.sample, DATA["api00"])), pair(R[key])), key


def test_trimming_is_that_of_r() -> None:
    assert same(FITTED["trimmed"].sample.weights, R["trim"])
    strict = trimmed(LINEAR.sample, 20, 40, strict=True)
    assert same(strict.sample.weights, R["trim_strict"])
    assert strict.sample.weights.max() <= 40 + 1e-9
    assert same([strict.sample.weights.sum()], [LINEAR.sample.weights.sum()])


def test_fitted_weights_have_the_totals() -> None:
    for name in ("linear", "linear_bounded", "raking", "logit"):
        assert np.allclose(FITTED[name].sample.weights @ X, TOTALS, rtol=1e-6)
    tight = FITTED["rake_tight"].sample.weights
    for margin in (TYPES, WIDE, AWARDS):
        held = np.bincount(margin.codes, weights=tight)
        assert np.allclose(held, margin.totals * 6194 / margin.totals.sum(), rtol=1e-6)
    assert not np.allclose(SAMPLE.weights @ X, TOTALS, rtol=1e-3), "control"


def test_known_totals_have_no_error_left() -> None:
    found = estimates.counts(FITTED["post"].sample, KIND, 3)
    assert np.allclose(found.values, [4421, 755, 1018])
    assert np.abs(found.se).max() < 1e-6
    assert np.abs(estimates.total(LINEAR.sample, DATA["api99"]).se).max() < 1e-3
    assert estimates.counts(SAMPLE, KIND, 3).se.min() > 100, "control"


def test_what_cannot_be_fitted_says_why() -> None:
    bounded = calibrated(SAMPLE, X, TOTALS, bounds=(0.7, 1.5))
    assert bounded.reason is Reason.NOT_CONVERGED
    assert (bounded.sample.weights == SAMPLE.weights).all()
    assert (
        calibrated(SAMPLE, np.column_stack([X, X[:, 1]]), [*TOTALS, 755]).reason is Reason.SINGULAR
    )
    assert raked(SAMPLE, [TYPES, WIDE], rounds=1).reason is Reason.NOT_CONVERGED
    lacking = Margin.of(KIND, [4421, 755, 1000, 18])
    assert post_stratified(SAMPLE, lacking).reason is Reason.NOT_COVERED
    assert raked(SAMPLE, [lacking, WIDE]).reason is Reason.NOT_COVERED
    assert post_stratified(SAMPLE, Margin.of(KIND, [4421, 755, 0])).reason is Reason.NOT_COVERED
    assert trimmed(SAMPLE, 0, 1).reason is Reason.NOT_CONVERGED
    impossible = trimmed(design([1.0, 1, 4, 4]), 2, 2.4, strict=True)
    assert impossible.reason is Reason.NOT_CONVERGED


@pytest.mark.parametrize("weights", [[np.nan, 1, 1], [np.inf, 1, 1], [0, 0, 0]])
def test_bad_weights_stay_bad(weights: list[float]) -> None:
    sample, margin = design(weights), Margin.of([0, 0, 1], [5, 5])
    expected = sample.reason
    assert expected is not None
    assert post_stratified(sample, margin).reason is expected
    assert raked(sample, [margin]).reason is expected
    assert calibrated(sample, np.ones((3, 1)), [9]).reason is expected


def test_a_weight_of_zero_stays_zero() -> None:
    found = post_stratified(design([0, 1, 2, 1]), Margin.of([0, 0, 1, 1], [6, 6]))
    assert found.sample.weights.tolist() == [0, 6, 4, 2]
    assert estimates.mean(found.sample, [9, 1, 2, 5]).reason is None
    linear = calibrated(design([0, 1, 2, 1]), np.ones((4, 1)), [8])
    assert np.allclose(linear.sample.weights, [0, 2, 4, 2])


def test_contradictions_are_refused() -> None:
    with pytest.raises(ValueError, match="no total"):
        Margin.of([0, 2], [1, 1])
    with pytest.raises(ValueError, match="finite"):
        Margin.of([0, 1], [1, np.inf])
    with pytest.raises(ValueError, match="every row"):
        post_stratified(design(np.ones(3)), Margin.of([0, 1], [1, 1]))
    with pytest.raises(ValueError, match="finite bounds"):
        calibrated(SAMPLE, X, TOTALS, "logit")
    with pytest.raises(ValueError, match="every column"):
        calibrated(SAMPLE, X, TOTALS[:2])
    with pytest.raises(ValueError, match="above"):
        trimmed(SAMPLE, 3, 2)
