"""The integer tables that every statistic follows from.

``cells[variable, unit, role, code]`` and the Gram matrix of the scored variables are sums over
responses. So tables of parts of the data add up to the tables of the whole, bit for bit, whatever
the parts and their order; and a withdrawn response is subtracted exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analysis.columns import Axes, Codes, Columns
from questionnaires import Variable

Integers = npt.NDArray[np.int64]

#: Responses counted at a time: np.bincount widens its input to 8 bytes, which should stay in cache.
BLOCK = 131_072


@dataclass(frozen=True, eq=False)
class Gram:
    """Sums over the responses that answered every scored variable (complete cases).

    With X the (n, K) matrix of their scores: ``complete`` is n, ``sums`` (K,) is the column sums
    and ``products`` (K, K) is X'X. Scores are integers, so all of it is exact.
    """

    complete: int
    sums: Integers
    products: Integers


@dataclass(frozen=True, eq=False)
class Tables:
    """Counts of N responses.

    ``cells`` is (V, U, R, C): responses with that code, code 0 being "no answer"; every
    ``cells[v]`` sums to N. ``responses`` is (U, R).
    """

    axes: Axes
    cells: Integers
    responses: Integers
    gram: Gram

    @classmethod
    def zero(cls, axes: Axes) -> Tables:
        """Return the tables of no responses at all."""
        shape = (len(axes.variables), len(axes.units), len(axes.roles), axes.width)
        scored = len(scored_positions(axes.variables))
        gram = Gram(0, np.zeros(scored, np.int64), np.zeros((scored, scored), np.int64))
        return cls(axes, np.zeros(shape, np.int64), np.zeros(shape[1:3], np.int64), gram)

    def __add__(self, other: Tables) -> Tables:
        """Return the tables of both sets of responses; ValueError when the axes differ."""
        return self._combined(other, 1)

    def __sub__(self, other: Tables) -> Tables:
        """Return the tables without the responses in ``other``, which must be among these."""
        left = self._combined(other, -1)
        lowest = min(
            left.cells.min(initial=0),
            left.responses.min(initial=0),
            left.gram.products.diagonal().min(initial=0),
            left.gram.complete,
        )
        if lowest < 0:
            raise ValueError("these responses were never counted, so they cannot be taken out")
        return left

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tables):
            return NotImplemented
        return (
            self.axes == other.axes
            and np.array_equal(self.cells, other.cells)
            and np.array_equal(self.responses, other.responses)
            and self.gram.complete == other.gram.complete
            and np.array_equal(self.gram.sums, other.gram.sums)
            and np.array_equal(self.gram.products, other.gram.products)
        )

    __hash__ = None  # type: ignore[assignment]

    def _combined(self, other: Tables, sign: int) -> Tables:
        if self.axes != other.axes:
            raise ValueError("tables with different variables, units or roles cannot be combined")
        gram = Gram(
            self.gram.complete + sign * other.gram.complete,
            self.gram.sums + sign * other.gram.sums,
            self.gram.products + sign * other.gram.products,
        )
        cells = self.cells + sign * other.cells
        return Tables(self.axes, cells, self.responses + sign * other.responses, gram)

    @cached_property
    def by_unit(self) -> Integers:
        """(V, U, C): the cells of all roles together."""
        return np.asarray(self.cells.sum(axis=2), dtype=np.int64)

    @cached_property
    def total(self) -> Integers:
        """(V, C): the cells of all units and roles together."""
        return np.asarray(self.by_unit.sum(axis=1), dtype=np.int64)


def counts(columns: Columns) -> Tables:
    """Count the responses of ``columns``."""
    axes = columns.axes
    tables = Tables.zero(axes)
    groups = len(axes.units) * len(axes.roles)
    group = columns.unit * len(axes.roles) + columns.role
    cells = tables.cells.reshape(len(axes.variables), groups * axes.width)
    responses = tables.responses.reshape(groups)
    gram = tables.gram
    for start in range(0, columns.responses, BLOCK):
        block = slice(start, start + BLOCK)
        responses += np.bincount(group[block], minlength=groups)
        base = group[block].astype(np.int64) * axes.width
        for variable, codes in enumerate(columns.codes[:, block]):
            cells[variable] += np.bincount(base + codes, minlength=groups * axes.width)
        gram = _with_block(gram, columns.codes[:, block], axes)
    return Tables(axes, tables.cells, tables.responses, gram)


def scored_positions(variables: tuple[Variable, ...]) -> list[int]:
    """Return the positions of the variables whose levels have scores."""
    return [position for position, variable in enumerate(variables) if variable.scored]


def score_table(variable: Variable, width: int) -> Integers:
    """Return (C,) the score of each code; 0 where the code has none."""
    scores = np.zeros(width, np.int64)
    for category in variable.categories:
        if category.score is not None and not category.missing:
            scores[category.code] = category.score
    return scores


def scored_codes(variable: Variable, width: int) -> npt.NDArray[np.bool_]:
    """Return (C,) whether each code is a substantive level with a score."""
    has = np.zeros(width, np.bool_)
    for category in variable.categories:
        has[category.code] = category.score is not None and not category.missing
    return has


def _with_block(gram: Gram, codes: Codes, axes: Axes) -> Gram:
    """Add the complete cases of a block, (V, n) codes, to the sums."""
    variables, width = axes.variables, axes.width
    positions = scored_positions(variables)
    if not positions:
        return gram
    complete = np.ones(codes.shape[1], np.bool_)
    for position in positions:
        complete &= scored_codes(variables[position], width)[codes[position]]
    # float64 holds these sums exactly (far below 2**53) and multiplies much faster than integers.
    scores = np.stack(
        [score_table(variables[p], width)[codes[p][complete]] for p in positions]
    ).astype(np.float64)
    return Gram(
        gram.complete + int(complete.sum()),
        gram.sums + scores.sum(axis=1).astype(np.int64),
        gram.products + (scores @ scores.T).astype(np.int64),
    )
