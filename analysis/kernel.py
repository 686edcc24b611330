"""Counting columns of codes: the one loop over responses that every back end runs.

Two or three variables are counted by one ``np.bincount``, as one combined code, as long as that
fits into a byte; their own counts are its margins. The Gram matrix comes from a product of
matrices of floats that hold every sum exactly. One thread: a second one only waits for memory here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.columns import Codes, Indices

Integers = npt.NDArray[np.int64]

#: Responses counted at a time: np.bincount takes 8 bytes each, which should stay in the cache.
BLOCK = 65_536
#: Responses multiplied at a time: their scores should stay in the nearest cache.
GRAM_BLOCK = 8_192
#: Cells of one np.bincount: they should stay in the cache too.
MOST_CELLS = 65_536
#: Whole numbers up to here are exact in 4 bytes, and in 8.
EXACT_IN_FLOAT32, EXACT_IN_FLOAT64 = 2**24, 2**53


def count_cells(
    codes: Codes, unit: Indices, role: Indices, sizes: Sequence[int], shape: tuple[int, int]
) -> tuple[Integers, list[Integers]]:
    """Return (U, R) the responses, and for each of V variables (U, R, size) those with each code.

    ``codes`` is (V, N), each below its variable's size; ``unit`` and ``role`` are (N,) places in
    ``shape``, which is (U, R).
    """
    groups = shape[0] * shape[1]
    runs = list(_together(sizes, groups))
    joint = [np.zeros(groups * math.prod(sizes[run]), np.int64) for run in runs]
    responses = np.zeros(groups, np.int64)
    for block in blocks(codes.shape[1], BLOCK):
        group = unit[block] * np.int64(shape[1]) + role[block]
        responses += np.bincount(group, minlength=groups)
        for run, table in zip(runs, joint, strict=True):
            place = group * (table.size // groups)
            place += _combined(codes[run, block], sizes[run])
            table += np.bincount(place, minlength=table.size)
    cells = [
        margin
        for run, table in zip(runs, joint, strict=True)
        for margin in _margins(table.reshape(*shape, *sizes[run]))
    ]
    return responses.reshape(shape), cells


@dataclass(frozen=True, eq=False)
class Scoring:
    """The scores of K variables, which are those at ``positions``.

    (K, C) each: the score of a code, and whether it has one.
    """

    positions: Sequence[int]
    scores: Integers
    scored: npt.NDArray[np.bool_]


def gram_sums(codes: Codes, scoring: Scoring) -> Integers:
    """Return (K + 1, K + 1) the Gram matrix of [scores, 1] over the complete cases of (V, N) codes.

    So the last row holds the sums, and its end the number of cases. Scores enter as their distance
    from one below the lowest, so that 0 can stand for "none"; the rest is algebra in integers.
    Raises OverflowError where a sum could go beyond 64 bits.
    """
    k, n = len(scoring.positions), codes.shape[1]
    base, farthest = _extent(scoring, n)
    distance = np.where(scoring.scored, scoring.scores - base[:, np.newaxis], 0)
    raised = np.zeros((k + 1, k + 1), np.int64)
    step = max(1, min(GRAM_BLOCK, EXACT_IN_FLOAT64 // max(1, farthest**2)))
    exact = np.float32 if step * farthest**2 < EXACT_IN_FLOAT32 else np.float64
    scores = np.empty((k + 1, min(step, n)), exact)
    tables = _translations(distance)
    for block in blocks(n, step):
        part = scores[:, : block.stop - block.start]
        for row, (position, table) in enumerate(zip(scoring.positions, tables, strict=True)):
            part[row] = _translated(codes[position, block], table)
        part[k] = part[:k].all(axis=0)
        part[:k] *= part[k]
        raised += (part @ part.T).astype(np.int64)
    back = np.eye(k + 1, dtype=np.int64)
    back[:k, k] = base
    return np.asarray(back @ raised @ back.T)


def blocks(size: int, step: int) -> Iterator[slice]:
    """Return the slices of at most ``step`` that make up ``size``."""
    return (slice(start, min(start + step, size)) for start in range(0, size, step))


def _together(sizes: Sequence[int], groups: int) -> Iterator[slice]:
    """Return runs of variables whose joint code fits into a byte, and its counts into a cache."""
    start = 0
    while start < len(sizes):
        end, size = start + 1, sizes[start]
        while end < len(sizes) and size * sizes[end] <= min(256, MOST_CELLS // max(1, groups)):
            size *= sizes[end]
            end += 1
        yield slice(start, end)
        start = end


def _combined(codes: Codes, sizes: Sequence[int]) -> Codes:
    """Return (n,) the codes (v, n) as one number: the place in a table of the given sizes."""
    found: Codes = codes[0]
    for column, size in zip(codes[1:], sizes[1:], strict=True):
        found = found * np.uint8(size) + column
    return found


def _margins(table: Integers) -> Iterator[Integers]:
    """Return the counts (U, R, size) of each variable from their joint counts (U, R, size, ...)."""
    axes = range(2, table.ndim)
    return (table.sum(axis=tuple(other for other in axes if other != one)) for one in axes)


_Translation = bytes | Integers


def _translations(distance: Integers) -> list[_Translation]:
    """Return for each variable what turns codes into distances; bytes where that will do."""
    return [
        bytes(row.astype(np.uint8)).ljust(256, b"\0") if row.max(initial=0) < 256 else row
        for row in distance
    ]


def _translated(column: Codes, table: _Translation) -> npt.NDArray[np.generic]:
    # bytes.translate is some three times as fast as taking elements by an index of bytes.
    if isinstance(table, bytes):
        return np.frombuffer(column.tobytes().translate(table), np.uint8)
    return np.asarray(table[column])


def _extent(scoring: Scoring, n: int) -> tuple[Integers, int]:
    """Return (K,) one below the lowest score of each variable, and the farthest that any is away.

    In Python's integers, which do not overflow. Raises OverflowError where n responses could.
    """
    known = [row[has].tolist() for row, has in zip(scoring.scores, scoring.scored, strict=True)]
    base = [min(row, default=1) - 1 for row in known]
    farthest = max((max(row) - low for row, low in zip(known, base, strict=True) if row), default=0)
    largest = farthest + max(map(abs, base), default=0)
    if farthest**2 > EXACT_IN_FLOAT64 or n * largest**2 >= 2**62:
        raise OverflowError("sums of squares of these scores could go beyond 64 bits")
    return np.array(base, np.int64), farthest
