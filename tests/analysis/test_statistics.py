"""Shares, intervals and means, held against published values and other people's programs."""

from __future__ import annotations

import math
import statistics
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from analysis.statistics.means import moments
from analysis.statistics.proportions import share, wilson

#: Newcombe (1998), Statistics in Medicine 17:857, table I, method 3; Brown, Cai and DasGupta.
PUBLISHED = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
             (1, 29, 0.0061, 0.1718)]  # fmt: skip


@pytest.mark.parametrize(("hits", "base", "low", "high"), PUBLISHED)
def test_the_interval_is_the_published_one(hits: int, base: int, low: float, high: float) -> None:
    found = wilson(hits, base)
    assert [round(float(end), 4) for end in found] == [low, high]


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_interval_agrees_with_an_independent_program(confidence: float) -> None:
    for base in (1, 2, 5, 14, 100, 73_421):
        for hits in {0, 1, base // 4, base // 2, base - 1, base}:
            theirs = binomtest(hits, base).proportion_ci(confidence, method="wilson")
            low, high = wilson(hits, base, confidence)
            assert math.isclose(low, theirs.low, abs_tol=1e-9)
            assert math.isclose(high, theirs.high, abs_tol=1e-9)
    corrected = binomtest(4, 14).proportion_ci(confidence, method="wilsoncc")
    assert not math.isclose(wilson(4, 14, confidence)[0], corrected.low, abs_tol=1e-3), "control"


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_stays_between_0_and_1(case: tuple[int, int]) -> None:
    hits, base = case
    low, high = wilson(hits, base)
    assert 0 <= low <= hits / base + 1e-12
    assert hits / base - 1e-12 <= high <= 1
    mirrored = wilson(base - hits, base)
    assert math.isclose(low, 1 - mirrored[1], abs_tol=1e-12)


def test_no_answers_have_no_share_no_interval_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [share(0, 0), *wilson(0, 0), *wilson([0, 4], [0, 14])]
    assert [np.isnan(value).tolist() for value in found] == [True] * 3 + [[True, False]] * 2


SCORES = np.array([0, 1, 2, 3, 4, 5, 0])
SCORED = np.array([False, True, True, True, True, True, False])


@given(st.lists(st.integers(0, 60), min_size=7, max_size=7))
def test_moments_are_those_of_the_answers_written_out(cells: list[int]) -> None:
    written_out = np.repeat(SCORES[SCORED], np.array(cells)[SCORED])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = moments(np.array(cells), SCORES, SCORED)
    assert found.n == len(written_out), "no answer and don't know are left out"
    if len(written_out):
        assert math.isclose(found.mean, np.mean(written_out), abs_tol=1e-12)
    else:
        assert math.isnan(found.mean)
    if len(written_out) > 1:
        assert math.isclose(found.sd, np.std(written_out, ddof=1), abs_tol=1e-9)
        assert math.isclose(found.sd, statistics.stdev(written_out.tolist()), abs_tol=1e-9)
    else:
        assert math.isnan(found.sd)


def test_moments_work_along_the_leading_axes() -> None:
    cells = np.arange(4 * 3 * 7).reshape(4, 3, 7)
    found = moments(cells, SCORES, SCORED)
    alone = moments(cells[2, 1], SCORES, SCORED)
    assert found.mean.shape == found.sd.shape == (4, 3)
    assert (found.mean[2, 1], found.sd[2, 1]) == (alone.mean, alone.sd)


def test_a_deviation_does_not_drown_in_large_numbers() -> None:
    """A billion equal answers and one other: the naive difference of squares has no digit left."""
    many = 10**9
    found = moments(np.array([0, many, 1]), np.array([0, 5, 4]), np.array([False, True, True]))
    exact = Fraction(many * 25 + 16) - Fraction((many * 5 + 4) ** 2, many + 1)
    assert math.isclose(found.sd, math.sqrt(exact / many), rel_tol=1e-12)
