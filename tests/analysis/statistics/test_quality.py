"""Careless and missing answers: by definitions written out, and published figures."""

from __future__ import annotations

import math
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import spearmanr

from analysis.statistics import quality
from analysis.statistics.missingness import little_mcar, patterns
from analysis.statistics.results import Reason
from analysis.statistics.rows import keys, shared
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import ATTITUDE, figures

pytestmark = STRICT

R = figures("items")
codes = arrays(
    np.int8, st.tuples(st.integers(0, 25), st.integers(1, 7)), elements=st.integers(0, 3)
)


@settings(max_examples=80, deadline=None)
@given(codes)
def test_runs_and_straight_lines_are_what_they_say(table: np.ndarray) -> None:
    for row, straight, longest, mean in zip(
        table.tolist(), quality.straight_lines(table), quality.long_string(table),
        quality.mean_string(table), strict=True,
    ):  # fmt: skip
        runs = [len(list(run)) for code, run in groupby(row) if code != 0]
        assert longest == max(runs, default=0)
        assert math.isnan(mean) if not runs else math.isclose(mean, sum(runs) / len(runs))
        given_codes = [code for code in row if code]
        assert straight == (len(given_codes) > 1 and len(set(given_codes)) == 1)


@settings(max_examples=80, deadline=None)
@given(codes)
def test_duplicates_are_counted_one_by_one(table: np.ndarray) -> None:
    rows = table.tolist()
    differ = [[sum(a != b for a, b in zip(x, y, strict=True)) for y in rows] for x in rows]
    same_rows = [sum(d == 0 for d in line) - 1 for line in differ]
    near = [sum(d <= 1 for d in line) - 1 for line in differ]
    assert quality.duplicates(table).tolist() == same_rows
    assert quality.near_duplicates(table).tolist() == near


@pytest.mark.parametrize("width", [1, 21, 22, 64, 200])
def test_keys_are_exact_however_wide_the_rows(width: int) -> None:
    rng = np.random.default_rng(width)
    table = rng.integers(0, 7, (300, width))
    table[200:] = table[:100]
    table[250:, -1] = (table[250:, -1] + 1) % 7
    expected = [sum(row == other for other in table.tolist()) for row in table.tolist()]
    assert shared(keys(table)).tolist() == expected


def test_variability_is_the_deviation_of_a_row() -> None:
    assert same(quality.individual_variability(ATTITUDE), R["irv"])
    found = quality.individual_variability([[1, np.nan, 3], [2, 2, 2], [np.nan, np.nan, 4]])
    assert same(found, [math.sqrt(2), 0, math.nan])


def test_distances_are_those_of_psych() -> None:
    found = quality.mahalanobis(ATTITUDE)
    assert same(found.squared, R["outlier"])
    assert int(found.squared.argmax()) == int(np.argmax(R["outlier"]))
    assert same([found.squared.mean()], [7 * 29 / 30]), "they add up to (n - 1) K"
    assert found.p.min() > 0.001
    doubled = np.column_stack([ATTITUDE, ATTITUDE[:, 0]])
    assert quality.mahalanobis(doubled).reason is Reason.SINGULAR
    assert np.isnan(quality.mahalanobis(doubled).squared).all()
    assert quality.mahalanobis(np.ones((4, 2))).reason is Reason.NO_SPREAD
    assert quality.mahalanobis(np.ones((1, 2))).reason is Reason.TOO_FEW
    assert quality.mahalanobis(np.zeros((0, 2))).reason is Reason.NO_ANSWERS


def test_a_missing_answer_stands_at_its_mean() -> None:
    gap = ATTITUDE.astype(float)
    gap[4, 1] = np.nan
    found = quality.mahalanobis(gap)
    centre = np.nanmean(gap, axis=0)
    away = np.where(np.isnan(gap), centre, gap)[4] - centre
    filled = np.ma.masked_invalid(gap)
    inverse = np.linalg.inv(np.ma.cov(filled, rowvar=False).data)
    assert math.isclose(found.squared[4], away @ inverse @ away, rel_tol=0.05)
    assert np.isfinite(found.squared).all()


def test_even_and_odd_halves_by_hand() -> None:
    scales = [[0, 1, 2, 3], [4, 5], [6, 7]]
    row = [5, 4, 5, 5, 1, 2, 3, 3]
    odd, even = [5, 1, 3], [4.5, 2, 3]
    r = float(np.corrcoef(odd, even)[0, 1])
    turned = [5, 1, 5, 1, 1, 5, 3, 3]
    found = quality.even_odd([row, turned, [3] * 8, [5, np.nan] * 4], scales)
    assert same(found[:2], [2 * r / (1 + r), -1.0])
    assert np.isnan(found[2:]).all(), "no spread, or no second half"
    with pytest.raises(ValueError, match="two items"):
        quality.even_odd([[1, 2, 3]], [[0], [1, 2]])


def test_speeders_are_below_a_share_of_the_median() -> None:
    times = [300, 310, 290, 95, 96, np.nan, -5, np.inf]
    assert quality.speeders(times).tolist() == [False, False, False, True, True, *[False] * 3]
    assert quality.speeders(times, 0.3).sum() == 0
    assert quality.speeders([np.nan, np.nan]).sum() == 0
    assert quality.speeders([]).tolist() == []


def test_no_rows_have_no_figures() -> None:
    none = np.zeros((0, 4), np.int8)
    for figure in (
        quality.straight_lines, quality.long_string, quality.mean_string, quality.duplicates,
        quality.near_duplicates, quality.individual_variability,
    ):  # fmt: skip
        assert figure(none).tolist() == []


def test_a_careless_respondent_stands_out() -> None:
    """Honest answers follow a trait; one person ticks 3 throughout, one at random."""
    rng = np.random.default_rng(8)
    trait = rng.normal(size=(200, 4)).repeat(5, axis=1)
    table = np.clip(np.round(3 + trait + 0.4 * rng.normal(size=(200, 20))), 1, 5).astype(np.int8)
    table[0], table[1] = 3, rng.integers(1, 6, 20)
    scales = [range(s, s + 5) for s in range(0, 20, 5)]
    assert quality.long_string(table).argmax() == 0
    assert np.flatnonzero(quality.straight_lines(table)).tolist() == [0]
    assert quality.mahalanobis(table.astype(float)).squared.argmax() == 1
    agreement = quality.even_odd(table, scales)
    assert np.nanmedian(agreement) > 0.9 > agreement[1]
    assert (
        spearmanr(quality.individual_variability(table), quality.long_string(table)).statistic < 0
    )


def test_patterns_of_missing_answers() -> None:
    table = np.array([[0, 0], [1, 0], [0, 0], [1, 1], [1, 0], [0, 0]], bool)
    found = patterns(table)
    assert found.missing.tolist() == [[False, False], [True, False], [True, True]]
    assert found.count.tolist() == [3, 2, 1]
    assert found.which.tolist() == [0, 1, 0, 2, 1, 0]
    assert found.by_item.tolist() == [3, 1]
    assert (found.missing[found.which] == table).all()


def test_littles_test_is_the_published_one() -> None:
    """R naniar::mcar_test(airquality): 35.1 on 14, p 0.00142, 4 patterns."""
    air = np.array(list(R["airquality"].values())).T
    found = little_mcar(air)
    assert round(found.statistic, 1) == 35.1
    assert found.df == (14.0,)
    assert round(found.p, 5) == 0.00142
    assert len(patterns(np.isnan(air)).count) == 4


def test_littles_test_tells_chance_from_its_opposite() -> None:
    rng = np.random.default_rng(6)
    x = rng.multivariate_normal([0, 0, 0], 0.5 + 0.5 * np.eye(3), size=400)
    by_chance, by_value = x.copy(), x.copy()
    by_chance[rng.random(400) < 0.2, 1] = np.nan
    by_value[x[:, 0] > 0.8, 1] = np.nan
    assert little_mcar(by_chance).p > 0.05
    assert little_mcar(by_value).p < 1e-6
    scaled = little_mcar(by_chance * [10, 100, 1] + [5, -300, 2])
    assert math.isclose(scaled.statistic, little_mcar(by_chance).statistic, rel_tol=1e-6)


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        (np.zeros((0, 2)), Reason.NO_ANSWERS),
        (np.full((3, 2), np.nan), Reason.NO_ANSWERS),
        (np.ones((1, 2)), Reason.TOO_FEW),
        (np.arange(8.0).reshape(4, 2), Reason.NO_CHANGE),
        (np.array([[1, 2], [2, 4], [3, 6], [4, np.nan]]), Reason.SINGULAR),
    ],
)
def test_littles_test_says_why_not(x: np.ndarray, reason: Reason) -> None:
    found = little_mcar(x)
    assert found.reason is reason
    assert math.isnan(found.p)
