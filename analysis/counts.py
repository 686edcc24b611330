"""The integer tables that every statistic follows from.

``cells[variable, unit, role, code]`` and the Gram matrix of the scored variables are sums over
responses. So tables of parts of the data add up to the tables of the whole, bit for bit, whatever
the parts and their order; and a withdrawn response is subtracted exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis.columns import Axes, Columns
from analysis.kernel import Integers as Integers
from analysis.kernel import Scoring, count_cells, gram_sums
from questionnaires import Variable


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


class Source(Protocol):
    """Responses that are counted where they lie: see ``analysis.backends``."""

    @property
    def axes(self) -> Axes: ...

    def tables(self) -> Tables: ...


def counts(source: Columns | Source) -> Tables:
    """Count responses, wherever they are; every source gives the same integers."""
    return _of_columns(source) if isinstance(source, Columns) else source.tables()


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


def gram_of(sums: Integers) -> Gram:
    """Take apart (K + 1, K + 1) the sums of ``kernel.gram_sums``."""
    return Gram(int(sums[-1, -1]), sums[-1, :-1].copy(), sums[:-1, :-1].copy())


def scoring(variables: tuple[Variable, ...], width: int) -> Scoring:
    """Return the scores of the scored variables, by code."""
    positions = scored_positions(variables)
    return Scoring(
        positions,
        np.array([score_table(variables[p], width) for p in positions]).reshape(-1, width),
        np.array([scored_codes(variables[p], width) for p in positions]).reshape(-1, width),
    )


def _of_columns(columns: Columns) -> Tables:
    axes = columns.axes
    empty = Tables.zero(axes)
    sizes = [1 + max(c.code for c in variable.categories) for variable in axes.variables]
    responses, found = count_cells(
        columns.codes, columns.unit, columns.role, sizes, (len(axes.units), len(axes.roles))
    )
    for cells, counted in zip(empty.cells, found, strict=True):
        cells[..., : counted.shape[-1]] = counted
    scores = scoring(axes.variables, axes.width)
    gram = gram_of(gram_sums(columns.codes, scores)) if scores.positions else empty.gram
    return Tables(axes, empty.cells, responses, gram)
