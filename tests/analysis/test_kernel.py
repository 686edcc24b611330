"""The loop over responses is exact for every shape of variables and every kind of score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import kernel
from analysis.kernel import Scoring, count_cells, gram_sums

SIZES = st.lists(st.sampled_from([1, 2, 2, 3, 6, 16, 40, 255]), min_size=1, max_size=12)
SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 3))
SCORES = st.one_of(
    st.integers(0, 5), st.integers(-3, 3), st.integers(-1_000, 1_000), st.sampled_from([10**6, -7])
)


@given(SIZES, SHAPES, st.integers(0, 300), st.integers(0, 2**32))
def test_cells_are_what_counting_one_by_one_gives(
    sizes: list[int], shape: tuple[int, int], responses: int, seed: int
) -> None:
    draw = np.random.default_rng(seed)
    codes = np.array([draw.integers(0, size, responses) for size in sizes], np.uint8)
    unit, role = (draw.integers(0, size, responses, np.int32) for size in shape)
    total, cells = count_cells(codes, unit, role, sizes, shape)
    slow = [np.zeros((*shape, size), np.int64) for size in sizes]
    for table, column in zip(slow, codes, strict=True):
        np.add.at(table, (unit, role, column), 1)
    assert total.sum() == responses
    assert all(np.array_equal(one, other) for one, other in zip(cells, slow, strict=True))
    assert all(table.dtype == np.int64 for table in cells)


@given(st.data(), st.integers(1, 6), st.integers(2, 8), st.integers(0, 60))
def test_the_gram_matrix_is_exact_whatever_the_scores(
    data: st.DataObject, k: int, width: int, responses: int
) -> None:
    rows = st.lists(SCORES, min_size=width, max_size=width)
    has = st.lists(st.booleans(), min_size=width, max_size=width)
    scores = np.array(data.draw(st.lists(rows, min_size=k, max_size=k)), np.int64)
    scored = np.array(data.draw(st.lists(has, min_size=k, max_size=k)), np.bool_)
    draw = np.random.default_rng(data.draw(st.integers(0, 99)))
    codes = draw.integers(0, width, (k + 1, responses), np.uint8)
    positions = list(range(k, 0, -1))
    found = gram_sums(codes, Scoring(positions, scores, scored))
    complete = [
        [int(scores[row, codes[at, one]]) for row, at in enumerate(positions)] + [1]
        for one in range(responses)
        if all(scored[row, codes[at, one]] for row, at in enumerate(positions))
    ]
    slow = [[sum(c[i] * c[j] for c in complete) for j in range(k + 1)] for i in range(k + 1)]
    assert found.tolist() == slow


def test_sums_over_many_blocks_lose_no_digit() -> None:
    """Where sums of products of 4-byte floats would end, and where those of 8 bytes would."""
    size = 3 * kernel.GRAM_BLOCK + 17
    codes = np.ones((2, size), np.uint8)
    for score in (5, 255, 10**6, 10**7):
        scores = np.array([[0, score, 1], [0, score, 1]], np.int64)
        found = gram_sums(codes, Scoring([0, 1], scores, scores > 0))
        assert found[0, 1] == size * score * score
        assert found[0, 2] == size * score
        assert found[2, 2] == size


def test_scores_that_cannot_be_summed_are_refused_before_they_are_wrong() -> None:
    codes = np.ones((1, 100), np.uint8)
    scores = np.array([[0, 2**30, 1]], np.int64)
    with pytest.raises(OverflowError, match="64 bits"):
        gram_sums(codes, Scoring([0], scores, scores > 0))
    for score in (10**8 + 1, 2**62, -(2**63)):
        far = np.array([[0, score, 1]], np.int64)
        with pytest.raises(OverflowError, match="64 bits"):
            gram_sums(codes[:, :1], Scoring([0], far, far != 0))
    fits = np.array([[0, 2**26, 1]], np.int64)
    found = gram_sums(codes, Scoring([0], fits, fits > 0))
    assert found[0, 0] == 100 * 2**52, "control"


def test_control_floats_of_four_bytes_would_lose_digits() -> None:
    size = kernel.GRAM_BLOCK
    scores = np.full((1, size), 255, np.float32)
    odd = scores.copy()
    odd[0, 0] = 254
    assert int((odd @ odd.T)[0, 0]) != (size - 1) * 255**2 + 254**2


@pytest.mark.parametrize(("groups", "together"), [(690, 10), (5, 7), (200_000, 19)])
def test_variables_are_counted_together_as_far_as_the_cache_goes(
    groups: int, together: int
) -> None:
    runs = list(kernel._together([6] * 19, groups))
    assert len(runs) == together
    assert [at for run in runs for at in range(19)[run]] == list(range(19))
