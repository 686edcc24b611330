"""Components, factors and whether there are any, held against R's packages psych and stats."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.adequacy import bartlett_sphericity, kmo, parallel_analysis
from analysis.statistics.covariance import Items
from analysis.statistics.factors import Solution, factors, principal
from analysis.statistics.results import Reason
from analysis.statistics.rotation import oblimin, varimax
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import ATTITUDE, figures

pytestmark = STRICT

R = figures("items")
ATTITUDES = Items.from_columns(ATTITUDE)
#: 25 items of personality (bfi), 2,436 people, five factors.
BFI = Items.from_matrix(np.reshape(R["bfi"], (25, 25)), R["bfi_n"])
BOTH = pytest.mark.parametrize(
    ("items", "number", "r"), [(ATTITUDES, 2, R["attitude_fit"]), (BFI, 5, R["bfi_fit"])]
)


def columns(found: np.ndarray) -> np.ndarray:
    """A matrix as R lists it: column by column."""
    return found.T.ravel()


@BOTH
def test_adequacy_is_that_of_psych(items: Items, number: int, r: dict) -> None:  # type: ignore[type-arg]
    found, test = kmo(items), bartlett_sphericity(items)
    assert same([found.overall, *found.each], r["kmo"])
    assert same([test.statistic, *test.df, test.p], r["bartlett"])
    assert same(principal(items, 1).values, r["eigen"])


@BOTH
@pytest.mark.parametrize(("rotation", "key"), [("none", "none"), ("varimax", "minres")])
def test_minres_is_that_of_psych(
    items: Items, number: int, r: dict, rotation: str, key: str
) -> None:  # type: ignore[type-arg]
    found, expected = factors(items, number, "minres", rotation), r[key]  # type: ignore[arg-type]
    assert same(columns(found.loadings), expected["loadings"], 1e-8)
    assert same(found.communality, expected["communality"])
    assert same(found.explained, expected["explained"])
    fit = found.fit
    assert fit is not None
    ends = [fit.rmsea.value, fit.rmsea.low, fit.rmsea.high]
    mine = [fit.test.statistic, *fit.test.df, fit.test.p, *ends, fit.rmsr, fit.tli, fit.bic]
    theirs = [expected[k] for k in ("chi", "dof", "p")]
    theirs += [*expected["rmsea"], *(expected[k] for k in ("rms", "tli", "bic"))]
    assert np.allclose(mine, theirs, rtol=1e-6, atol=1e-9), "R's root finder stops at 1e-4"


@BOTH
def test_maximum_likelihood_is_that_of_factanal(items: Items, number: int, r: dict) -> None:  # type: ignore[type-arg]
    found, expected = factors(items, number, "ml", "varimax"), r["factanal"]
    assert same(columns(found.loadings), expected["loadings"], 1e-8)
    assert same(found.uniqueness, expected["uniqueness"])
    assert found.fit is not None
    assert same([found.fit.test.statistic, found.fit.test.p], [expected["stat"], expected["p"]])
    unrotated = factors(items, number, "ml")
    assert same(columns(unrotated.loadings), r["unrotated"], 1e-8)
    assert same(columns(unrotated.weights), r["weights"], 1e-8)


@BOTH
def test_components_are_those_of_psych(items: Items, number: int, r: dict) -> None:  # type: ignore[type-arg]
    found = principal(items, number, "varimax")
    assert same(columns(found.loadings), r["principal"]["loadings"])
    assert same(found.values, r["principal"]["values"])


@BOTH
def test_varimax_is_that_of_r(items: Items, number: int, r: dict) -> None:  # type: ignore[type-arg]
    loadings = np.reshape(r["unrotated"], (number, -1)).T
    assert same(columns(varimax(loadings).loadings), r["varimax"])


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_the_exact_minimum_is_flat_and_near(method: str) -> None:
    """At the minimum the model reproduces the variances: communality and uniqueness are 1."""
    for items, number in ((ATTITUDES, 2), (BFI, 5)):
        near = factors(items, number, method)  # type: ignore[arg-type]
        there = factors(items, number, method, exact=True)  # type: ignore[arg-type]
        assert np.abs(there.communality + there.uniqueness - 1).max() < 1e-9
        assert np.abs(there.loadings - near.loadings).max() < 1e-3
        assert there.fit is not None
        assert near.fit is not None
        if method == "ml":
            assert there.fit.objective <= near.fit.objective


def test_scores_are_those_of_regression() -> None:
    found = factors(ATTITUDES, 2, "ml", "varimax")
    assert same(columns(found.scores(ATTITUDE)), R["scores"], 1e-8)
    with_gap = ATTITUDE.astype(float)
    with_gap[3, 2] = np.nan
    scores = found.scores(with_gap)
    assert np.isnan(scores[3]).all()
    assert np.isfinite(np.delete(scores, 3, axis=0)).all()


def test_factors_that_made_the_correlations_are_found_again() -> None:
    """Two factors with a clear structure and a correlation of 0.4 between them."""
    truth = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.75], [0, 0.65], [0, 0.55]])
    phi = np.array([[1, 0.4], [0.4, 1]])
    matrix = truth @ phi @ truth.T
    np.fill_diagonal(matrix, 1)
    for method in ("minres", "ml"):
        found = factors(Items.from_matrix(matrix, 500), 2, method, "oblimin", exact=True)  # type: ignore[arg-type]
        assert np.abs(found.loadings - truth).max() < 1e-3
        assert abs(found.correlation[0, 1] - 0.4) < 1e-3
        assert found.fit is not None
        assert found.fit.test.statistic < 1e-6


def test_a_rotation_keeps_what_is_explained() -> None:
    plain = factors(BFI, 5)
    for rotation in ("varimax", "oblimin"):
        turned = factors(BFI, 5, rotation=rotation)  # type: ignore[arg-type]
        model = turned.loadings @ turned.correlation @ turned.loadings.T
        assert np.allclose(model, plain.loadings @ plain.loadings.T, atol=1e-10)
        assert (np.diff(turned.explained) <= 0).all()
        assert (turned.loadings.sum(axis=0) > 0).all()
        assert np.allclose(np.diag(turned.correlation), 1)


def test_rotations_increase_their_criterion() -> None:
    loadings = factors(BFI, 5).loadings
    length = np.sqrt((loadings**2).sum(axis=1))[:, np.newaxis]
    turned = varimax(loadings)
    assert turned.converged

    def spread(x: np.ndarray) -> float:
        return float(((x / length) ** 2).var(axis=0).sum())

    assert spread(turned.loadings) > spread(loadings)
    oblique = oblimin(loadings)

    def overlap(x: np.ndarray) -> float:
        return float((np.square(x).sum(axis=1) ** 2 - (x**4).sum(axis=1)).sum())

    assert oblique.converged
    assert overlap(oblique.loadings) < overlap(turned.loadings) < overlap(loadings)


def test_parallel_analysis_finds_the_factors_there_are() -> None:
    assert parallel_analysis(BFI).number == 5
    assert parallel_analysis(ATTITUDES).number == 1
    rng = np.random.default_rng(5)
    noise = [Items.from_columns(rng.normal(size=(400, 8))) for _ in range(40)]
    found = [parallel_analysis(items).number for items in noise]
    assert sum(number > 0 for number in found) <= 6, "one in twenty, give or take two errors"
    first, again, other = (parallel_analysis(BFI, seed=seed).quantile for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_eigenvalues_of_noise_are_those_of_simulated_answers() -> None:
    """The Wishart draw against correlations of normal columns, written out."""
    rng = np.random.default_rng(1)
    found = parallel_analysis(Items.from_columns(rng.normal(size=(50, 4))), simulations=4000)
    written = [
        np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(50, 4)).T))[::-1] for _ in range(4000)
    ]
    assert np.abs(found.mean - np.mean(written, axis=0)).max() < 0.02


def unsolved(found: Solution, reason: Reason) -> None:
    assert found.reason is reason
    assert np.isnan(found.loadings).all()
    assert found.fit is None


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        (np.zeros((0, 4)), Reason.NO_ANSWERS),
        (np.ones((1, 4)), Reason.TOO_FEW),
        (np.ones((9, 4)), Reason.NO_SPREAD),
    ],
)
def test_what_has_no_factors_says_why(x: np.ndarray, reason: Reason) -> None:
    items = Items.from_columns(x)
    unsolved(factors(items, 1), reason)
    unsolved(principal(items, 1), reason)
    assert kmo(items).reason is reason
    assert bartlett_sphericity(items).reason is reason
    assert parallel_analysis(items).reason is reason


def test_items_that_follow_from_each_other_have_components_only() -> None:
    x = np.column_stack([ATTITUDE, ATTITUDE[:, 0] + ATTITUDE[:, 1]])
    items = Items.from_columns(x)
    unsolved(factors(items, 2), Reason.SINGULAR)
    assert kmo(items).reason is Reason.SINGULAR
    assert bartlett_sphericity(items).reason is Reason.SINGULAR
    assert principal(items, 2).reason is None
    assert parallel_analysis(items, reduced=True).reason is Reason.SINGULAR


def test_more_items_than_people_are_singular() -> None:
    items = Items.from_columns(np.random.default_rng(2).normal(size=(5, 9)))
    unsolved(factors(items, 1), Reason.SINGULAR)
    assert parallel_analysis(items).reason is Reason.TOO_FEW


def test_too_many_factors_are_refused() -> None:
    unsolved(factors(Items.from_columns(ATTITUDE[:, :3]), 2), Reason.TOO_MANY_FACTORS)
    unsolved(principal(ATTITUDES, 8), Reason.TOO_MANY_FACTORS)
    with pytest.raises(ValueError, match="at least one"):
        factors(ATTITUDES, 0)


def test_a_heywood_case_is_marked() -> None:
    matrix = [[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]]
    for method in ("minres", "ml"):
        found = factors(Items.from_matrix(matrix, 100), 1, method)  # type: ignore[arg-type]
        assert found.reason is Reason.AT_LIMIT
        assert np.isfinite(found.loadings).all()
    fine = [[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]
    assert factors(Items.from_matrix(fine, 100), 1).reason is None, "control"
