"""How much better one answer can be told when the other is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.statistics.correlation import Joint, linear_by_linear
from analysis.statistics.prediction import guessing, uncertainty, variation
from analysis.statistics.results import Reason
from analysis.statistics.tables import chi_square, likelihood_ratio
from tests.analysis.statistics.close import STRICT, figures, same
from tests.analysis.statistics.datasets import HAIR_EYE

pytestmark = STRICT

tables = arrays(np.int64, (3, 4), elements=st.integers(0, 20))


def test_guesses_are_counted() -> None:
    """Eyes from hair: 68 + 119 + 26 + 94 right guesses against 220 without knowing the hair."""
    found = guessing(HAIR_EYE)
    assert same([found.value], [(307 - 220) / (592 - 220)])
    variance = (592 - 307) * (307 + 220 - 2 * (68 + 119 + 26)) / (592 - 220) ** 3
    assert same([found.se], [math.sqrt(variance)])
    assert found.low < found.value < found.high


def test_the_error_of_lambda_is_what_repeated_samples_show() -> None:
    rng = np.random.default_rng(5)
    n, shares = 500_000, HAIR_EYE / HAIR_EYE.sum()
    drawn = rng.multinomial(n, shares.ravel(), size=600).reshape(600, 4, 4)
    spread = np.std([guessing(table).value for table in drawn])
    expected = guessing(np.round(shares * n).astype(int)).se
    assert abs(spread / expected - 1) < 0.12


def test_knowing_everything_and_knowing_nothing() -> None:
    settled, nothing = np.diag([4, 5, 6]), np.array([[4, 8], [6, 12]])
    for measure in (guessing, variation, uncertainty):
        assert measure(settled).value == pytest.approx(1.0)
        assert measure(nothing).value == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("measure", [guessing, variation, uncertainty])
def test_what_does_not_vary_cannot_be_told_better(measure: object) -> None:
    assert measure(np.array([[4, 0], [5, 0]])).reason is Reason.ONE_CATEGORY  # type: ignore[operator]
    assert measure(np.zeros((2, 2), int)).reason is Reason.NO_ANSWERS  # type: ignore[operator]


@given(arrays(np.int64, (3, 2), elements=st.integers(0, 20)))
def test_of_two_columns_the_variation_explained_is_phi_squared(table: np.ndarray) -> None:
    test = chi_square(table)
    if not test.reason:
        assert same([variation(table).value], [test.effect("phi").value ** 2], 1e-7)


@given(tables)
def test_the_entropy_taken_away_is_half_of_g(table: np.ndarray) -> None:
    g = likelihood_ratio(table)
    if not g.reason:
        shares = table.sum(axis=0) / table.sum()
        entropy = -sum(s * math.log(s) for s in shares if s)
        assert same([uncertainty(table).value], [max(0, g.statistic) / (2 * g.n * entropy)], 1e-6)


@given(tables)
def test_measures_are_shares(table: np.ndarray) -> None:
    for measure in (guessing, variation, uncertainty):
        found = measure(table)
        assert found.reason or -1e-12 <= found.value <= 1 + 1e-12


def test_linear_association_is_correlation_squared() -> None:
    """Agresti (2007), p. 44: alcohol and malformation, M² = 6.57 with the midpoints as scores."""
    table = np.array([[17066, 48], [14464, 38], [788, 5], [126, 1], [37, 1]])
    found = linear_by_linear(Joint.from_counts(table, [0, 0.5, 1.5, 4.0, 7.0], [0, 1]))
    assert round(found.statistic, 2) == 6.57
    assert round(found.p, 3) == 0.010
    assert found.df == (1,)
    assert linear_by_linear(Joint.from_counts(table[:1], [0], [0, 1])).reason is Reason.NO_SPREAD
    assert not math.isnan(figures(found)[0])
