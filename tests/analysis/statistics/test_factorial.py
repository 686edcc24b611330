"""Analysis of variance of two factors, held against R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.statistics.factorial import Factorial, two_way
from analysis.statistics.means import Scored
from analysis.statistics.results import Reason
from analysis.statistics.variance import anova
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.datasets import BREAKS, TENSION, WOOL

pytestmark = STRICT

SCORES, LEVEL = np.unique(BREAKS, return_inverse=True)


def warps(without: tuple[int, ...] = ()) -> np.ndarray:
    """Counts of warpbreaks, wool by tension by breaks, without some of its rows (from 1, as R)."""
    kept = np.setdiff1d(np.arange(54), np.array(without, int) - 1)
    cells = np.zeros((2, 3, SCORES.size), np.int64)
    np.add.at(cells, (WOOL[kept], TENSION[kept], LEVEL[kept]), 1)
    return cells


UNBALANCED = warps((1, 2, 3, 10, 30, 31, 50))


def squares(found: Factorial) -> list[float]:
    return [term.squares for term in found.terms]


def test_a_balanced_design_is_that_of_r() -> None:
    """summary(aov(breaks ~ wool * tension, warpbreaks)); every kind agrees."""
    by_r = [450.666666666667, 2034.25925925926, 1002.77777777778, 5745.11111111111]
    for kind in (1, 2, 3):
        found = two_way(warps(), SCORES, kind=kind)
        assert same(squares(found), by_r)
        assert same([t.f for t in found.terms[:3]],
                    [3.76528836111863, 8.49804664835802, 4.18906896685103])  # fmt: skip
        assert same([t.p for t in found.terms[:3]],
                    [0.0582129759595598, 0.000692620936713445, 0.0210441907278632])  # fmt: skip
        assert [t.df for t in found.terms] == [1, 2, 2, 48]


def test_a_design_without_interaction_is_that_of_r() -> None:
    """summary(aov(breaks ~ wool + tension, warpbreaks))."""
    found = two_way(warps(), SCORES, interaction=False)
    assert [term.name for term in found.terms] == ["first", "second", "residual"]
    assert same([t.p for t in found.terms[:2]], [0.0736136689806042, 0.0013777775226285])


def test_an_unbalanced_design_is_that_of_r() -> None:
    """Seven rows taken out: aov(wool * tension), aov(tension * wool), drop1 with sum contrasts."""
    one, two, three = (two_way(UNBALANCED, SCORES, kind=kind) for kind in (1, 2, 3))
    assert same(
        squares(one), [292.979070305275, 2032.59798754063, 980.143644619487, 4832.49206349207]
    )
    assert same(
        squares(two), [371.907278313789, 2032.59798754063, 980.143644619487, 4832.49206349207]
    )
    assert same(squares(three)[:3], [516.763858673756, 2175.50254548843, 980.14364461949])
    assert same([t.p for t in three.terms[:3]],
                [0.0424957774405552, 0.000490723100649946, 0.0226913273148242])  # fmt: skip
    with pytest.raises(ValueError, match="1, 2 or 3"):
        two_way(UNBALANCED, SCORES, kind=4)


def test_effect_sizes_follow_their_formulas() -> None:
    wool = two_way(warps(), SCORES).terms[0]
    assert same([wool.partial_eta2], [450.666666666667 / (450.666666666667 + 5745.11111111111)])
    assert same([wool.partial_omega2], [(wool.f - 1) / (wool.f - 1 + 54)])


def test_what_cannot_be_analysed_says_why() -> None:
    one = np.ones((2, 2, 1), int)
    assert two_way(np.zeros((2, 2, 3), int), [1, 2, 3]).reason is Reason.NO_ANSWERS
    assert two_way(UNBALANCED[:1], SCORES).reason is Reason.ONE_GROUP
    assert two_way(one, [3]).reason is Reason.TOO_FEW, "one answer in every cell"
    assert two_way(one, [3], interaction=False).reason is Reason.NO_SPREAD
    missing = UNBALANCED.copy()
    missing[0, 0] = 0
    assert two_way(missing, SCORES, kind=3).reason is Reason.EMPTY_CELL
    assert two_way(missing, SCORES).terms[2].df == 1, "one cell less, one degree less"


def test_codes_without_a_score_are_left_out() -> None:
    wider = np.concatenate([np.full((2, 3, 1), 9), warps()], axis=2)
    scored = np.arange(wider.shape[2]) > 0
    found = two_way(wider, [0, *SCORES], scored)
    assert same(squares(found), squares(two_way(warps(), SCORES)))
    assert not same(squares(two_way(wider, [0, *SCORES])), squares(found)), "control"


@given(arrays(np.int64, (3, 2, 5), elements=st.integers(0, 6)), st.sampled_from([1, 2, 3]))
def test_sums_of_squares_add_up(cells: np.ndarray, kind: int) -> None:
    found = two_way(cells, [1, 2, 3, 4, 5], kind=kind)
    if found.reason:
        assert found.terms == ()
        return
    assert all(term.squares >= 0 for term in found.terms)
    assert all(math.isnan(term.p) or 0 <= term.p <= 1 for term in found.terms)
    if kind == 1:
        data = Scored.from_counts(cells.reshape(6, 5), [1, 2, 3, 4, 5])
        column = np.repeat(data.scores, data.cells.sum(axis=0))
        assert same([sum(squares(found))], [((column - column.mean()) ** 2).sum()], 1e-7)


@given(arrays(np.int64, (3, 2, 5), elements=st.integers(1, 6)))
def test_the_first_factor_alone_is_the_one_way_analysis(cells: np.ndarray) -> None:
    found = two_way(cells, [1, 2, 3, 4, 5])
    alone = anova(Scored.from_counts(cells.sum(axis=1), [1, 2, 3, 4, 5]))
    between = found.terms[0].squares
    total = sum(squares(found))
    assert same([alone.effect("eta2").value], [between / total], 1e-7)
