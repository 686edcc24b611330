"""Which columns of a table differ: z-tests of column proportions, written as letters."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from string import ascii_uppercase

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from analysis.statistics.multiplicity import adjust
from analysis.statistics.results import Floats, Integers, Reason, divided

#: Columns with fewer answers than this are not compared.
MINIMUM_BASE = 30


@dataclass(frozen=True, eq=False)
class ColumnComparison:
    """Every pair of the C columns compared in each of the R rows.

    ``share`` (R, C); ``z`` (R, C, C), positive where the first column is higher; ``p`` and
    ``adjusted`` (R, C, C), symmetric; nan where a pair is not tested. ``letters`` (R, C): the
    letters of the columns that are significantly lower, lower case at the first level and upper
    case at the second. ``excluded`` (C,) is why a column takes no part, or None.
    """

    share: Floats
    z: Floats
    p: Floats
    adjusted: Floats
    letters: tuple[tuple[str, ...], ...]
    excluded: tuple[Reason | None, ...]


def compare_columns(
    hits: Integers,
    bases: Integers,
    method: str = "bh",
    family: str = "row",
    levels: tuple[float, float] = (0.05, 0.001),
    minimum_base: int = MINIMUM_BASE,
) -> ColumnComparison:
    """Compare the columns of ``hits`` (R, C) of ``bases`` (C,) or (R, C), pair by pair.

    z = (p1 - p2) / sqrt(p (1 - p) (1/n1 + 1/n2)) with the share p of the two columns together, as
    SPSS CTABLES has it; p is two-sided, and z² is R ``prop.test(correct = FALSE)``. A pair in
    which both shares are 0, or both 1, is not tested. p is adjusted by ``multiplicity.adjust``
    over the pairs of a row (``family="row"``) or of the whole table (``"table"``). Raises
    ValueError for another family, KeyError for an unknown method.
    """
    x = np.asarray(hits, float)
    n = np.broadcast_to(np.asarray(bases, float), x.shape)
    enough = np.all(n >= max(1, minimum_base), axis=0)
    z = _z(np.where(enough, x, nan), np.where(enough, n, nan))
    p = 2 * ndtr(-np.abs(z))
    adjusted = _adjusted(p, method, family)
    letters = tuple(
        tuple(_marks(z[row, column], adjusted[row, column], levels) for column in range(n.shape[1]))
        for row in range(n.shape[0])
    )
    empty = np.any(n == 0, axis=0)
    excluded = tuple(
        None if enough[c] else Reason.NO_ANSWERS if empty[c] else Reason.SMALL_BASE
        for c in range(n.shape[1])
    )
    return ColumnComparison(divided(x, n), z, p, adjusted, letters, excluded)


def column_letter(column: int) -> str:
    """Return the letter of a column, counted from 0: A to Z, then AA, AB, ..."""
    letters = ""
    while column >= 0:
        letters = ascii_uppercase[column % 26] + letters
        column = column // 26 - 1
    return letters


def _z(x: Floats, n: Floats) -> Floats:
    """(R, C) hits and bases -> (R, C, C) z of the first column against the second."""
    x1, n1 = x[:, :, np.newaxis], n[:, :, np.newaxis]
    x2, n2 = x[:, np.newaxis, :], n[:, np.newaxis, :]
    pooled = (x1 + x2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    return divided(x1 / n1 - x2 / n2, np.sqrt(variance))


def _adjusted(p: Floats, method: str, family: str) -> Floats:
    if family not in ("row", "table"):
        raise ValueError("the family of tests is a row or the table")
    above = np.triu_indices(p.shape[-1], 1)
    pairs = p[:, above[0], above[1]]
    if family == "table":
        fair = adjust(pairs, method)
    else:
        fair = np.array([adjust(row, method) for row in pairs]).reshape(pairs.shape)
    out: Floats = np.full(p.shape, nan)
    out[:, above[0], above[1]] = fair
    out[:, above[1], above[0]] = fair
    return out


def _marks(z: Floats, p: Floats, levels: tuple[float, float]) -> str:
    """The letters of the columns below this one, (C,) z and p against each."""
    marks = (
        column_letter(other) if p[other] < levels[1] else column_letter(other).lower()
        for other in range(z.size)
        if z[other] > 0 and p[other] < levels[0]
    )
    return " ".join(marks)


def versus_rest(hits: npt.ArrayLike, bases: npt.ArrayLike) -> Floats:
    """Return z of every column against all others together, (R, C) or (C,).

    The exception test of a table: positive where the column is above the rest. It equals
    ``tables.adjusted_residuals`` of hits against misses.
    """
    x, n = np.broadcast_arrays(np.asarray(hits, float), np.asarray(bases, float))
    rest_x, rest_n = x.sum(axis=-1, keepdims=True) - x, n.sum(axis=-1, keepdims=True) - n
    pooled = divided(x + rest_x, n + rest_n)
    variance = pooled * (1 - pooled) * (divided(1, n) + divided(1, rest_n))
    return divided(divided(x, n) - divided(rest_x, rest_n), np.sqrt(variance))
