"""Shares of units that differ: the beta-binomial, held against R and against its own pitfall."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import binom

from analysis.statistics import betabinomial
from analysis.statistics.bayes_fdr import flagged
from analysis.statistics.betabinomial import Fit, fit, log_likelihood, moments, posterior, reasons
from analysis.statistics.multiplicity import adjust
from analysis.statistics.proportions import wilson
from analysis.statistics.results import Reason
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import figures

pytestmark = STRICT

RATINGS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "insteval.csv"
BY_R: dict[str, dict[str, Any]] = figures("evidence")["sets"]


def counts(name: str) -> tuple[np.ndarray, np.ndarray]:
    return np.array([BY_R[name]["x"]]), np.array([BY_R[name]["n"]])


@pytest.mark.parametrize("name", BY_R)
def test_the_maximum_is_that_of_r(name: str) -> None:
    found, expected = fit(*counts(name)), BY_R[name]
    assert same(found.mu, [expected["mu"]], 1e-8)
    assert same(found.rho, [expected["rho"]], 1e-7)
    assert log_likelihood(*counts(name), found)[0] >= expected["loglik"] - 1e-9
    assert reasons(*counts(name), found) == [None]
    start = moments(*counts(name))
    assert not same(start.rho, [expected["rho"]], 1e-3), "control: the moments are not the maximum"


@pytest.mark.parametrize("name", BY_R)
def test_the_shares_given_the_fit_are_those_of_r(name: str) -> None:
    """The fit of R is put in, so that only the distributions are compared."""
    expected = BY_R[name]
    given_fit = Fit(np.array([expected["mu"]]), np.array([expected["rho"]]))
    found = posterior(*counts(name), given_fit)
    assert same(found.mean[0], expected["mean"])
    assert same(found.below(0.3)[0], expected["below"], 1e-8)
    assert same(found.above(0.3)[0], 1 - np.array(expected["below"]), 1e-8)
    for mine, of_r in zip(found.interval(), ("low", "high"), strict=True):
        assert same(mine[0], expected[of_r])


def test_many_items_at_once_are_each_by_itself() -> None:
    x, n = (np.concatenate([part, part[:, ::-1]]) for part in counts("spread"))
    together = fit(np.concatenate([x, x * 0 + 2]), np.concatenate([n, n]))
    alone = fit(x[:1], n[:1])
    assert same(together.mu[:2], [alone.mu[0]] * 2, 1e-12)
    assert same(together.rho[:2], [alone.rho[0]] * 2, 1e-10)


def naive(x: np.ndarray, n: np.ndarray) -> float:
    """What a search on (log a, log b) comes to: the precision a + b."""

    def lbeta(a: Any, b: Any) -> Any:
        return gammaln(a) + gammaln(b) - gammaln(a + b)

    def height(theta: np.ndarray) -> float:
        a, b = np.exp(theta)
        return -float((lbeta(x + a, n - x + b) - lbeta(a, b)).sum())

    with np.errstate(all="ignore"):
        found = minimize(height, np.log([40.0, 40.0]), method="Nelder-Mead", options={
            "maxiter": 20_000, "xatol": 1e-9, "fatol": 1e-9, "initial_simplex": [
                [3.0, 3.0], [90.0, 90.0], [80.0, 95.0]]})  # fmt: skip
    return float(np.exp(found.x).sum())


def test_differences_that_cancel_make_no_maximum() -> None:
    """A known pitfall: at precisions of 1e30 differences of log beta functions are all 0.

    That looks like the best of likelihoods, and every flag disappears without a word.
    """
    x, n = counts("spread")
    assert naive(x[0], n[0]) > 1e20, "control: a search without limits falls for it"
    found = fit(x, n)
    assert 0.05 < found.rho[0] < 0.5


@pytest.mark.parametrize("start", [1e-3, 1.0, 1e3, 1e6])
def test_the_maximum_does_not_depend_on_the_start(
    start: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, n = counts("wide")
    expected = fit(x, n)
    monkeypatch.setattr(betabinomial, "STARTS", (start,))
    assert same(fit(x, n).rho, expected.rho)


def test_units_that_differ_less_than_chance_has_them_are_at_the_limit() -> None:
    x, n = np.array([[3, 3, 3, 3, 3, 3]]), np.array([[12, 12, 12, 12, 12, 12]])
    found = fit(x, n)
    assert reasons(x, n, found) == [Reason.AT_LIMIT]
    assert same(found.mu, [0.25], 1e-6)
    assert found.rho[0] == pytest.approx(1e-6, rel=1e-3)
    assert same(posterior(x, n, found).mean[0], [0.25] * 6, 1e-4), "all are shrunk to the mean"


def test_units_that_are_all_or_none_are_at_the_other_limit() -> None:
    x, n = np.array([[9, 0, 8, 0, 7]]), np.array([[9, 9, 8, 6, 7]])
    found = fit(x, n)
    assert found.rho[0] > 0.999
    assert reasons(x, n, found) == [Reason.AT_LIMIT]


@pytest.mark.parametrize(
    ("x", "n", "reason"),
    [
        ([0, 0], [0, 0], Reason.NO_ANSWERS),
        ([2, 0], [5, 0], Reason.ONE_GROUP),
        ([1], [5], Reason.ONE_GROUP),
        ([0, 0], [5, 7], Reason.NO_SPREAD),
        ([5, 7], [5, 7], Reason.NO_SPREAD),
        ([0, 1, 1], [1, 1, 1], Reason.TOO_FEW),
        ([], [], Reason.NO_ANSWERS),
    ],
)
def test_what_cannot_be_fitted_says_why(x: list[int], n: list[int], reason: Reason) -> None:
    found = fit([x], [n])
    assert reasons([x], [n], found) == [reason]
    assert np.isnan(found.rho[0])
    known = sum(n) > 0
    assert np.isnan(found.mu[0]) != known
    assert not known or found.mu[0] == sum(x) / sum(n)
    assert np.isnan(posterior([x], [n], found).mean).all()


def test_no_items_at_all() -> None:
    found = fit(np.zeros((0, 3)), np.zeros((0, 3)))
    assert (found.mu.size, found.rho.size) == (0, 0)


@pytest.mark.parametrize(
    ("x", "n"),
    [([[3]], [[2]]), ([[-1]], [[2]]), ([[1]], [[np.inf]]), ([[np.nan]], [[2]]), ([1], [2])],
)
def test_counts_that_cannot_be_are_refused(x: list[Any], n: list[Any]) -> None:
    with pytest.raises(ValueError, match="negative"):
        fit(x, n)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12))
def test_no_neighbour_is_higher(units: list[tuple[int, int]]) -> None:
    x, n = np.array([[a for a, _ in units]]), np.array([[a + b for a, b in units]])
    found = fit(x, n)
    if reasons(x, n, found)[0] not in (None, Reason.AT_LIMIT):
        return
    top = log_likelihood(x, n, found)[0]
    for d_mu, d_rho in ((1e-3, 0), (-1e-3, 0), (0, 1e-3), (0, -1e-3), (1e-3, 1e-3), (0, 0.3)):
        mu, rho = found.mu * (1 + d_mu), np.clip(found.rho * (1 + d_rho), 1e-6, 1 - 1e-6)
        if 0 < mu[0] < 1:
            assert log_likelihood(x, n, Fit(mu, rho))[0] <= top + 1e-7


@pytest.fixture(scope="module")
def lecturers() -> tuple[np.ndarray, np.ndarray]:
    if not RATINGS.exists():
        pytest.skip("needs ../shared/data/insteval.csv")
    with RATINGS.open(encoding="utf-8") as file:
        rows = [(row["d"], int(row["y"])) for row in csv.DictReader(file)]
    _, unit = np.unique([lecturer for lecturer, _ in rows], return_inverse=True)
    low = np.array([rating <= 2 for _, rating in rows])
    return np.bincount(unit, low).astype(int)[np.newaxis], np.bincount(unit)[np.newaxis]


def test_ratings_of_lecturers_give_the_published_figures(
    lecturers: tuple[np.ndarray, np.ndarray],
) -> None:
    """73,421 ratings of 1,128 lecturers (InstEval of R's lme4), rating <= 2 against 30 %."""
    x, n = lecturers
    assert x.size == 1128
    found = fit(x, n)
    assert (round(found.mu[0], 5), round(found.rho[0], 5)) == (0.30439, 0.10792)
    lfdr = posterior(x, n, found).below(0.3)
    assert [int(flagged(lfdr, q).sum()) for q in (0.05, 0.10)] == [358, 439]
    assert int((10 * x > 3 * n).sum()) == 482, "control: what everybody flags"
    assert int((wilson(x, n)[0] > 0.3).sum()) == 237
    exact = binom.sf(x - 1, n, 0.3)
    half = exact - binom.pmf(x, n, 0.3) / 2
    flags = [(exact, "bh", 170), (half, "bh", 182), (half, "by", 130), (half, "holm", 91)]
    assert [int((adjust(p, method) <= 0.05).sum()) for p, method, _ in flags] == [
        expected for *_, expected in flags
    ]
