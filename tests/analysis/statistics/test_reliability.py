"""Reliability from covariances, held against R's package psych."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.counts import Gram
from analysis.statistics import reliability, splits
from analysis.statistics.covariance import Items
from analysis.statistics.reliability import alpha, item_figures, omega_model, omega_total
from analysis.statistics.results import Reason
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import ATTITUDE, figures

pytestmark = STRICT

R = figures("items")
LOOSE = np.where(np.transpose(R["loose"]) == 0, np.nan, np.transpose(R["loose"]))
SCALES = {
    "attitude": Items.from_columns(ATTITUDE),
    "six": Items.from_columns(ATTITUDE[:, :6]),
    "agree": Items.from_matrix(np.reshape(R["agree_covariance"], (5, 5)), R["agree_n"]),
    "loose_rel": Items.from_columns(LOOSE, "pairwise"),
}
answers = arrays(
    np.int64, st.tuples(st.integers(2, 30), st.integers(2, 6)), elements=st.integers(1, 5)
)


def gram(x: np.ndarray) -> Gram:
    return Gram(len(x), x.sum(axis=0), x.T @ x)


@pytest.mark.parametrize("name", SCALES)
def test_reliability_is_that_of_psych(name: str) -> None:
    items, r = SCALES[name], R[name]
    found = alpha(items)
    assert same([found.value, found.low, found.high], [r["alpha"], *r["feldt"]])
    if "ase" in r:
        assert same([found.se], [r["ase"]])
    assert same([reliability.standardised_alpha(items).value], [r["std"]])
    assert same([reliability.lambda_6(items).value], [r["g6"]])
    assert same([reliability.lambda_2(items).value], [r["lambda2"]])
    each = item_figures(items)
    assert same(each.rest, r["r_drop"])
    assert same(each.alpha, r["drop_alpha"])
    assert same(each.standardised, r["drop_std"])
    assert same(each.lambda_6, r["drop_g6"])
    halves = splits.all_splits(items)
    assert same([halves.best, halves.worst, halves.mean], [r["max"], r["min"], r["mean"]])
    if name != "loose_rel":
        assert same(each.total, r["raw_r"]), "of complete cases; psych's total is another with gaps"


def test_the_published_figures() -> None:
    """attitude: alpha 0.84 (documentation of psych); 0.8431428 with its digits."""
    assert same([alpha(SCALES["attitude"]).value], [0.8431428], 1e-7)


def test_omega_is_that_of_one_factor() -> None:
    attitude, agree = SCALES["attitude"], SCALES["agree"]
    found = [
        omega_total(attitude),
        omega_total(agree),
        omega_total(attitude, "ml"),
        omega_model(attitude),
    ]
    assert same([f.value for f in found], R["omega"])


def test_counts_columns_and_matrices_are_the_same_thing() -> None:
    x = ATTITUDE
    by_gram, by_columns = Items.from_gram(gram(x)), Items.from_columns(x)
    by_matrix = Items.from_matrix(np.cov(x.T), len(x), x.mean(axis=0))
    for other in (by_columns, by_matrix, Items.from_columns(x.astype(float), "pairwise")):
        assert np.allclose(by_gram.covariance, other.covariance, rtol=1e-12)
        assert np.allclose(by_gram.means, other.means)
        assert (by_gram.n, by_gram.reason) == (other.n, None)


def test_covariances_do_not_drown_in_large_numbers() -> None:
    """A billion people who answer 5 and one who answers 4 twice."""
    many = 10**9
    sums = np.array([5 * many + 4, 5 * many + 4])
    products = np.full((2, 2), 25 * many + 16)
    found = Items.from_gram(Gram(many + 1, sums, products))
    assert math.isclose(found.covariance[0, 1], 1 / (many + 1), rel_tol=1e-12)


def test_pairs_are_taken_with_the_rows_that_answered_both() -> None:
    x = np.array([[1, 2, np.nan], [2, 4, 1], [3, 5, 2], [5, np.nan, 4], [4, 9, 9]], float)
    found = Items.from_columns(x, "pairwise").covariance
    for a, b in combinations(range(3), 2):
        both = ~np.isnan(x[:, a] + x[:, b])
        assert math.isclose(found[a, b], np.cov(x[both, a], x[both, b])[0, 1])


@settings(max_examples=60, deadline=None)
@given(answers)
def test_alpha_agrees_with_the_formula_written_out(x: np.ndarray) -> None:
    found = alpha(Items.from_gram(gram(x)))
    kept = [column for column in x.T.tolist() if len(set(column)) > 1]
    total = [sum(row) for row in zip(*kept, strict=True)]
    if found.reason:
        assert len(kept) < 2 or np.var(total) < 1e-9
        return
    k = len(kept)
    parts = sum(float(np.var(column, ddof=1)) for column in kept)
    assert math.isclose(
        found.value, k / (k - 1) * (1 - parts / float(np.var(total, ddof=1))), abs_tol=1e-9
    )
    assert found.low <= found.value <= found.high


@settings(max_examples=60, deadline=None)
@given(answers)
def test_the_lambdas_keep_their_order(x: np.ndarray) -> None:
    """Guttman: lambda-2 is never below alpha, and no split beats lambda-4."""
    items = Items.from_gram(gram(x))
    two = reliability.lambda_2(items)
    if two.reason or np.trace(items.correlation) * 1e-6 > items.correlation.sum():
        return
    assert two.value >= reliability.standardised_alpha(items).value - 1e-9
    every = splits.all_splits(items, every=True)
    assert every.worst - 1e-9 <= every.mean <= every.best + 1e-9
    half = splits.split_half(items, range(len(items.items) // 2), equal_length=False)
    every_raw = splits.all_splits(items, standardised=False, every=True)
    if half.reason is None:
        assert every_raw.worst - 1e-9 <= half.value <= every_raw.best + 1e-9


def test_all_splits_of_an_odd_number_are_more_than_r_tries() -> None:
    items = SCALES["attitude"]
    by_r, every = splits.all_splits(items), splits.all_splits(items, every=True)
    assert (by_r.count, every.count) == (18, 35)
    halves = [splits.split_half(items, half, False).value for half in combinations(range(7), 3)]
    raw = splits.all_splits(items, standardised=False, every=True)
    assert same([raw.best, raw.worst, raw.mean], [max(halves), min(halves), sum(halves) / 35])
    assert splits.split_half(items, raw.best_half, False).value == pytest.approx(raw.best)


def test_many_items_are_split_at_random_and_again_the_same() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, 18)) + rng.normal(size=(200, 1))
    items = Items.from_columns(x)
    first, again = splits.all_splits(items, seed=1), splits.all_splits(items, seed=1)
    assert not first.exhaustive
    assert (first.count, first.best) == (10_000, again.best)
    assert abs(first.mean - reliability.standardised_alpha(items).value) < 0.002


def test_the_spearman_brown_formula_by_hand() -> None:
    """Halves that correlate 0.6 make a scale of 1.2 / 1.6 = 0.75."""
    items = Items.from_matrix([[1, 0.6], [0.6, 1]], 50)
    assert same([splits.odd_even(items).value], [0.75])
    assert same([splits.split_half(items, [0], equal_length=False).value], [0.75])
    unequal = Items.from_matrix([[1, 1.2], [1.2, 4]], 50)
    assert same([splits.split_half(unequal, [0]).value], [0.75])
    assert same([splits.split_half(unequal, [0], equal_length=False).value], [4.8 / 7.4])


NOTHING: list[tuple[Any, Reason]] = [
    (np.zeros((0, 3)), Reason.NO_ANSWERS),
    (np.ones((1, 3)), Reason.TOO_FEW),
    (np.full((9, 3), 4.0), Reason.NO_SPREAD),
    (np.array([[1.0], [2], [3]]), Reason.ONE_CATEGORY),
    (np.array([[1.0, 5], [2, 5], [3, 5]]), Reason.ONE_CATEGORY),
    (np.array([[1.0, 5], [2, 4], [3, 3]]), Reason.NO_SPREAD),
    (np.full((9, 3), np.nan), Reason.NO_ANSWERS),
]


@pytest.mark.parametrize(("x", "reason"), NOTHING)
def test_a_scale_without_reliability_says_why(x: np.ndarray, reason: Reason) -> None:
    items = Items.from_columns(x)
    for figure in (
        alpha, reliability.standardised_alpha, reliability.lambda_2, reliability.lambda_6,
        omega_total, omega_model, splits.odd_even,
    ):  # fmt: skip
        found = figure(items)
        assert found.reason is reason
        assert math.isnan(found.value)
    assert item_figures(items).reason is reason
    assert splits.all_splits(items).reason is reason


def test_items_that_follow_from_each_other_have_alpha_but_no_lambda_6() -> None:
    x = np.array([[1.0, 1, 2], [2, 2, 1], [3, 3, 4], [5, 5, 4]])
    items = Items.from_columns(x)
    assert alpha(items).reason is None
    assert reliability.lambda_6(items).reason is Reason.SINGULAR
    assert omega_total(items).reason is Reason.SINGULAR
    assert np.isnan(item_figures(items).lambda_6[2])


def test_a_constant_item_is_left_out_as_psych_does_it() -> None:
    x = np.column_stack([ATTITUDE[:, :3], np.full(30, 7)])
    with_it, without = Items.from_columns(x), Items.from_columns(ATTITUDE[:, :3])
    assert with_it.items.tolist() == [0, 1, 2]
    assert alpha(with_it) == alpha(without)


def test_perfect_agreement_is_one() -> None:
    found = alpha(Items.from_columns(np.array([[1.0, 1], [2, 2], [3, 3]])))
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_infinite_answers_and_crooked_matrices_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        Items.from_columns([[1, np.inf]])
    with pytest.raises(ValueError, match="symmetric"):
        Items.from_matrix([[1, 0.5], [0.2, 1]], 10)
    assert Items.from_matrix([[1, np.nan], [np.nan, 1]], 10).reason is Reason.NOT_FINITE


def test_totals_of_rows_with_gaps_are_those_of_psych() -> None:
    assert same(reliability.item_totals(LOOSE), R["loose_rel"]["raw_r"])
    assert same(reliability.item_totals(ATTITUDE), item_figures(SCALES["attitude"]).total)


def test_items_asked_the_other_way_are_found() -> None:
    turned = ATTITUDE.copy()
    turned[:, [2, 5]] *= -1
    found = reliability.keyed(Items.from_columns(turned))
    assert same([alpha(found).value], [alpha(SCALES["attitude"]).value])
    assert alpha(Items.from_columns(turned)).value < 0.5, "control"


def test_reversed_items_turn_round() -> None:
    turned = ATTITUDE.copy()
    turned[:, 2] = 100 - turned[:, 2]
    items = Items.from_columns(turned).turned([1, 1, -1, 1, 1, 1, 1])
    assert same([alpha(items).value], [alpha(SCALES["attitude"]).value])
    assert alpha(Items.from_columns(turned)).value < 0.8, "control"
