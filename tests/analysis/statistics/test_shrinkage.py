"""Shrunk shares with the dispersion integrated over, held against plain sums over fine grids."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc, betaln, expit
from scipy.stats import norm

from analysis.statistics.bayes_fdr import flagged, q_values
from analysis.statistics.betabinomial import fit, posterior
from analysis.statistics.shrinkage import (
    SPREAD,
    SPREADS,
    Pooling,
    _kernel,
    gauss,
    shrink,
)
from tests.analysis.statistics.close import STRICT, same

pytestmark = STRICT

Array = np.ndarray
DRAW = np.random.default_rng(20260504)


def drawn(
    items: int, units: int, rhos: list[float], low: int = 6, high: int = 25
) -> tuple[Array, Array]:
    """Draw (J, U) negative and valid answers; the items' means lie around 20 %."""
    n = DRAW.integers(low, high, (items, units))
    m = 1 / np.array(rhos)[:, np.newaxis] - 1
    mu = DRAW.uniform(0.1, 0.3, (items, 1))
    return DRAW.binomial(n, DRAW.beta(mu * m, (1 - mu) * m, (items, units))), n


ITEMS = drawn(3, 14, [0.03, 0.1, 0.3])


class Plain:
    """Mean and P(p < cut) by brute force: every cell at 120 mu x 240 rho, nothing clever."""

    def __init__(self, x: Array, n: Array) -> None:
        self.x, self.n = x, n
        self.logit_rho = np.linspace(-11.0, 5.0, 240)
        self.mu = (np.arange(120) + 0.5) / 120
        m = np.exp(-self.logit_rho)[np.newaxis, :]
        self.a, self.b = self.mu[:, np.newaxis] * m, (1 - self.mu[:, np.newaxis]) * m
        self.height = np.array([
            sum(betaln(h + self.a, k - h + self.b) for h, k in zip(hs, ks, strict=True))
            - len(hs) * betaln(self.a, self.b)
            for hs, ks in zip(x, n, strict=True)
        ])  # fmt: skip
        self.prior = expit(self.logit_rho) * expit(-self.logit_rho)

    def with_items_alike(self) -> Plain:
        """The same with logit mu ~ N(m, s²) instead of mu ~ U(0, 1)."""
        hits, base = self.x.sum(axis=1), self.n.sum(axis=1)
        seen = np.append(np.log((hits + 0.5) / (base - hits + 0.5)), 0.0)
        sd = np.sqrt((((seen - seen.mean()) ** 2).sum() + 1) / seen.size)
        density = norm.pdf(np.log(self.mu / (1 - self.mu)), seen.mean(), sd)
        same = Plain(self.x, self.n)
        same.height = self.height + np.log(density / (self.mu * (1 - self.mu)))[:, np.newaxis]
        return same

    def of_rho(self) -> Array:
        """(J, R) the likelihood of each rho, mu integrated over."""
        high = np.exp(self.height - self.height.max(axis=(1, 2), keepdims=True))
        return np.asarray(high.sum(axis=1))

    def given(self, rho_weights: Array, cut: float) -> tuple[Array, Array]:
        """(J, U) mean and P(p < cut), from (J, R) weights of rho."""
        high = np.exp(self.height - self.height.max(axis=1, keepdims=True))
        weights = high / high.sum(axis=1, keepdims=True) * rho_weights[:, np.newaxis]
        weights /= weights.sum(axis=(1, 2), keepdims=True)
        mean, below = np.zeros(self.x.shape), np.zeros(self.x.shape)
        for place in np.ndindex(self.x.shape):
            a, b = self.a + self.x[place], self.b + self.n[place] - self.x[place]
            mean[place] = (weights[place[0]] * a / (a + b)).sum()
            below[place] = (weights[place[0]] * betainc(a, b, cut)).sum()
        return mean, below


def per_item(plain: Plain) -> Array:
    return plain.of_rho() * plain.prior


def pooled(plain: Plain) -> Array:
    return np.broadcast_to(plain.of_rho().prod(axis=0) * plain.prior, plain.of_rho().shape)


def half_pooled(plain: Plain) -> Array:
    """For each item: sum over m and s of p(m, s | all) p(rho_j | m, s, x_j), by definition."""
    given, steps, found = plain.of_rho(), np.gradient(np.array(SPREADS)), 0.0
    for spread, step in zip(SPREADS, steps, strict=True):
        apart = plain.logit_rho[:, np.newaxis] - plain.logit_rho[np.newaxis, :]
        near = norm.pdf(apart, scale=max(spread, 1e-6))
        near = near / near.sum(axis=0)
        of_item = given @ near
        together = of_item.prod(axis=0) * plain.prior * step * norm.pdf(spread, scale=SPREAD)
        found = found + given * ((together / of_item) @ near.T)
    return np.asarray(found)


@pytest.mark.parametrize("way", [per_item, pooled, half_pooled])
def test_the_figures_are_those_of_a_plain_sum(way: Callable[[Plain], Array]) -> None:
    plain = Plain(*ITEMS)
    if way is half_pooled:
        plain = plain.with_items_alike()
    found = shrink(*ITEMS, Pooling(way.__name__))
    mean, below = plain.given(way(plain), 0.3)
    assert np.abs(found.mean - mean).max() < 3e-4
    assert np.abs(found.below(0.3) - below).max() < 2e-3
    others = {pooling for pooling in Pooling if pooling.value != way.__name__}
    for other in others:
        off = np.abs(shrink(*ITEMS, other).below(0.3) - below).max()
        assert off > 5e-3, f"control: {other} is another model"


def test_half_pooled_goes_with_the_data() -> None:
    """Items alike: as pooled. Items that differ, with many units: each as by itself."""
    alike, unalike = drawn(12, 60, [0.1] * 12), drawn(6, 300, [0.005, 0.02, 0.05, 0.1, 0.2, 0.4])

    def distance(counts: tuple[Array, Array], other: Pooling) -> float:
        half = shrink(*counts).mean
        return float(np.abs(half - shrink(*counts, other).mean).mean())

    assert distance(alike, Pooling.POOLED) < distance(alike, Pooling.PER_ITEM) / 2
    assert distance(unalike, Pooling.PER_ITEM) < distance(unalike, Pooling.POOLED) / 5


def test_with_many_units_integrating_and_plugging_in_agree() -> None:
    x, n = drawn(2, 1500, [0.1, 0.1], low=20, high=40)
    plugged = posterior(x, n, fit(x, n))
    for pooling in Pooling:
        assert np.abs(shrink(x, n, pooling).mean - plugged.mean).max() < 5e-3


def test_an_interval_leaves_as_much_on_either_side() -> None:
    found = shrink(*ITEMS)
    for confidence in (0.95, 0.5):
        low, high = found.interval(confidence)
        tail = (1 - confidence) / 2
        assert np.abs(found.below(low) - tail).max() < 1e-6
        assert np.abs(found.above(high) - tail).max() < 1e-6
    matched = found.matched()
    assert same(matched.mean.ravel(), found.mean.ravel())
    assert same(matched.variance.ravel(), found.variance.ravel(), 1e-8)


def test_small_units_are_drawn_in_most() -> None:
    x, n = np.array([[2, 20, 1, 3, 2, 4, 0, 5]]), np.array([[4, 40, 10, 30, 20, 40, 9, 33]])
    found = shrink(x, n).mean[0]
    assert found[0] < found[1] < 0.5, "2 of 4 says less than 20 of 40"


def test_cells_are_chosen_with_all_their_figures() -> None:
    found = shrink(*ITEMS)
    chosen = np.zeros(ITEMS[0].shape, np.bool_)
    chosen[0, 2] = chosen[2, 5] = True
    few = found.cells(chosen)
    assert same(few.mean, found.mean[chosen], 1e-14)
    assert same(few.interval()[0], found.interval()[0][chosen], 1e-6)


def test_units_without_answers_are_what_units_are() -> None:
    x, n = (np.concatenate([part, np.zeros((3, 1), np.int64)], axis=1) for part in ITEMS)
    assert np.abs(shrink(x, n).mean[:, :-1] - shrink(*ITEMS).mean).max() < 1e-6
    low, high = shrink(x, n).interval()
    assert (high - low)[:, -1].min() > 0.2


@pytest.mark.parametrize(
    ("x", "n"),
    [
        ([[0, 0, 0]], [[9, 8, 7]]),
        ([[9, 8, 7]], [[9, 8, 7]]),
        ([[1]], [[1]]),
        ([[0]], [[1]]),
        ([[3]], [[12]]),
        ([[5, 0, 9, 0]], [[5, 6, 9, 4]]),
        ([[3000, 4000]], [[10_000, 13_000]]),
        ([[3] * 40], [[12] * 40]),
        ([[1, 0]] * 30, [[1, 1]] * 30),
    ],
)
@pytest.mark.parametrize("pooling", Pooling)
def test_extremes_have_figures(x: list[list[int]], n: list[list[int]], pooling: Pooling) -> None:
    found = shrink(x, n, pooling)
    low, high = found.interval()
    assert ((low >= 0) & (low < found.mean) & (found.mean < high) & (high <= 1)).all()
    assert ((found.above(0.3) >= 0) & (found.above(0.3) <= 1)).all()
    assert (found.below(0.0) == 0).all()
    assert np.abs(found.below(1.0) - 1).max() < 1e-9


def test_items_without_answers_are_unknown_and_disturb_nobody() -> None:
    x, n = (np.concatenate([part, np.zeros((1, 14), np.int64)]) for part in ITEMS)
    found = shrink(x, n)
    assert np.isnan(found.mean[3]).all()
    assert np.isnan(found.interval()[0][3]).all()
    assert same(found.mean[:3].ravel(), shrink(*ITEMS).mean.ravel())
    nothing = shrink(np.zeros((2, 3)), np.zeros((2, 3)))
    assert np.isnan(nothing.mean).all()
    assert shrink(np.zeros((0, 3)), np.zeros((0, 3))).mean.shape == (0, 3)
    assert shrink(np.zeros((2, 0)), np.zeros((2, 0))).mean.shape == (2, 0)


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        shrink([[3]], [[2]])


def test_few_nodes_have_the_moments_of_many_places() -> None:
    places = np.linspace(-3, 2, 50)
    weights = np.exp(-places * places) * (1 + 0.3 * np.sin(places))
    weights /= weights.sum()
    nodes, of_nodes = gauss(places, weights, 4)
    for power in range(8):
        assert (of_nodes * nodes**power).sum() == pytest.approx((weights * places**power).sum())
    sixteenth = (of_nodes * nodes**16).sum(), (weights * places**16).sum()
    assert abs(sixteenth[0] / sixteenth[1] - 1) > 1e-3, "control: not all moments"
    alone, whole = gauss(np.array([1.0, 2.0]), np.array([0.0, 1.0]), 3)
    assert (alone * whole).sum() == pytest.approx(2.0)


def test_the_chance_of_a_place_is_highest_at_the_centre() -> None:
    kernel = _kernel(np.linspace(0, 4, 41), 0.3)
    assert (kernel.argmax(axis=0) == np.arange(41)).all()
    assert same(kernel.sum(axis=0), [1.0] * 41)


lfdrs = st.lists(st.floats(0, 1), max_size=25).map(np.array)


@settings(deadline=None)
@given(lfdr=lfdrs, q=st.floats(0, 1))
def test_flags_are_the_largest_set_with_so_few_errors(lfdr: Array, q: float) -> None:
    found = flagged(lfdr, q)
    rising = np.sort(lfdr)
    sizes = [k for k in range(1, rising.size + 1) if rising[:k].sum() / k <= q]
    assert found.sum() == max(sizes, default=0)
    assert not found.any() or lfdr[found].max() <= np.min(lfdr[~found], initial=1.0)


def test_equal_evidence_has_an_equal_q() -> None:
    lfdr = np.array([[0.3, 0.1, 0.3], [np.nan, 0.05, 0.9]])
    assert same(q_values(lfdr).ravel(), [0.1875, 0.075, 0.1875, np.nan, 0.05, 0.33])
    assert flagged(lfdr, 0.16).sum() == 3, "control: counting alone splits the equal ones"
    assert (q_values(lfdr) <= 0.16).sum() == 2


def test_each_flag_is_likely_by_itself() -> None:
    lfdr = [0.001] * 9 + [0.6]
    assert flagged(lfdr, 0.10).sum() == 10
    assert flagged(lfdr, 0.10, least=0.8).sum() == 9
    assert not flagged([], 0.1).any()
    assert not flagged([np.nan], 0.1).any()
