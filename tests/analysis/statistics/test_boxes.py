"""Top and bottom boxes and the net promoter score."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.boxes import bottom_box, compare_net_scores, net_score, top_box
from analysis.statistics.results import Reason
from tests.analysis.statistics.close import STRICT, same

pytestmark = STRICT

SCORES = np.array([0, 5, 4, 3, 2, 1, 0])
SCORED = np.array([False, True, True, True, True, True, False])
CELLS = np.array([7, 10, 20, 5, 3, 2, 9])

NPS_SCORED = np.ones(11, bool)
answers = st.lists(st.integers(0, 50), min_size=11, max_size=11).map(np.array)


def test_boxes_follow_the_scores_and_not_the_order_of_the_codes() -> None:
    top, bottom = top_box(CELLS, SCORES, SCORED), bottom_box(CELLS, SCORES, SCORED)
    assert (int(top.hits), int(top.base)) == (30, 40)
    assert (int(bottom.hits), int(bottom.base)) == (5, 40)
    assert int(top_box(CELLS, SCORES, SCORED, levels=1).hits) == 10
    assert int(top_box(CELLS, SCORES, SCORED, levels=9).hits) == 40, "the whole scale"


def test_a_level_that_nobody_chose_is_a_level_all_the_same() -> None:
    nobody_at_5 = np.where(SCORES == 5, 0, CELLS)
    assert int(top_box(nobody_at_5, SCORES, SCORED).hits) == 20


def test_boxes_work_along_the_leading_axes() -> None:
    cells = np.stack([CELLS, 2 * CELLS])
    assert top_box(cells, SCORES, SCORED).hits.tolist() == [30, 60]


def test_a_box_has_a_level() -> None:
    with pytest.raises(ValueError, match="at least one level"):
        top_box(CELLS, SCORES, SCORED, levels=0)


def test_the_net_promoter_score_has_a_multinomial_error() -> None:
    """50 promoters, 30 passives, 20 detractors: 0.30, variance (0.7 - 0.09) / 100."""
    cells = np.array([5, 0, 0, 0, 5, 5, 5, 10, 20, 25, 25])
    found = net_score(cells, range(11), NPS_SCORED)
    assert (int(found.promoters), int(found.passives), int(found.detractors)) == (50, 30, 20)
    se = math.sqrt(0.61 / 100)
    assert same([found.score, found.se], [0.30, se])
    assert same(
        [found.low, found.high], [0.30 - 1.959963984540054 * se, 0.30 + 1.959963984540054 * se]
    )


@given(answers)
def test_the_error_is_that_of_the_answers_written_out(cells: np.ndarray) -> None:
    found = net_score(cells, range(11), NPS_SCORED)
    written_out = np.repeat(
        np.where(np.arange(11) >= 9, 1, np.where(np.arange(11) <= 6, -1, 0)), cells
    )
    if not written_out.size:
        assert np.isnan([found.score, found.se, found.low, found.high]).all()
        return
    assert math.isclose(found.score, written_out.mean(), abs_tol=1e-12)
    assert math.isclose(found.se, written_out.std() / math.sqrt(written_out.size), abs_tol=1e-9)


def test_two_net_scores_are_compared_by_z() -> None:
    first = net_score(np.array([0, 0, 0, 0, 0, 0, 20, 0, 30, 0, 50]), range(11), NPS_SCORED)
    second = net_score(np.array([0, 0, 0, 0, 0, 0, 40, 0, 20, 0, 40]), range(11), NPS_SCORED)
    found = compare_net_scores(first, second)
    se = math.sqrt((0.7 - 0.09) / 100 + 0.8 / 100)
    assert same([found.statistic], [0.3 / se])
    assert math.isclose(found.p, math.erfc(0.3 / se / math.sqrt(2)), rel_tol=1e-12)


def test_scores_that_cannot_be_compared_say_why() -> None:
    nobody = net_score(np.zeros(11, int), range(11), NPS_SCORED)
    all_ten = net_score(np.array([0] * 10 + [8]), range(11), NPS_SCORED)
    assert compare_net_scores(nobody, all_ten).reason is Reason.NO_ANSWERS
    assert compare_net_scores(all_ten, all_ten).reason is Reason.NO_SPREAD
