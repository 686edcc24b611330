"""The tables of one group as a few bytes, and the tables of a round put together from them.

Counts of a group are kept beside its responses, so that figures cost what the groups cost and not
what the responses cost. A sum has no order: nothing in it tells who came when.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from analysis.columns import Axes, Codes, codes_of, digest_of, highest_codes, width_of
from analysis.counts import Gram, Integers, Tables, scoring
from questionnaires import Variable

#: The types that numbers are kept in, narrowest first; the place in here is the byte before them.
_WIDTHS = tuple(np.dtype(kind) for kind in ("<i2", "<i4", "<i8"))
MARK_BYTES = 8


class Misfit(ValueError):
    """Kept counts that are damaged, or were made for other variables: count again."""


class Packing:
    """How the counts of one group lie in a row, for certain variables.

    First the responses; then the Gram matrix: its complete cases, its K sums, and of its products
    the lower triangle; then the V x C cells. Packed they are a mark of the variables, a width, and
    the numbers in that width.
    """

    def __init__(self, variables: tuple[Variable, ...]) -> None:
        width = width_of(variables)
        self.mark = mark(variables)
        self.shape = len(variables), width
        self._scoring = scoring(variables, width)
        self._scored = len(self._scoring.positions)
        self._lower = np.tril_indices(self._scored)
        self._products = 2 + self._scored
        self._cells = self._products + len(self._lower[0])
        self._length = self._cells + len(variables) * width
        self._highest = np.array(highest_codes(variables), np.uint8)
        self._first_cells = np.arange(len(variables)) * width
        self._largest = max(map(abs, self._scoring.scores.ravel().tolist()), default=0)

    def of(self, tables: Tables) -> bytes:
        """Pack the tables of one group; ValueError unless there is one unit and one role."""
        if tables.responses.shape != (1, 1):
            raise ValueError("only the tables of one group are packed")
        gram = tables.gram
        products = gram.products[self._lower]
        parts = [tables.responses.ravel(), [gram.complete], gram.sums, products]
        return self._packed(np.concatenate([*parts, tables.cells.ravel()]))

    def with_batch(self, packed: bytes, batch: Sequence[bytes]) -> bytes:
        """Return packed counts with a few more responses, each of one byte for each variable.

        They are the integers that ``counts`` finds, without what it sets up to count millions,
        which takes many times as long as to count a few.

        Raises Misfit; ValueError for a response of another codebook; OverflowError where a sum
        could go beyond 64 bits.
        """
        numbers = self.numbers(packed)
        if (int(numbers[0]) + len(batch)) * self._largest**2 >= 2**63:
            raise OverflowError("sums of squares of these scores could go beyond 64 bits")
        return self._packed(numbers + self._counted(codes_of(batch, len(self._highest))))

    def numbers(self, packed: bytes) -> Integers:
        """Return the row of numbers; raises Misfit."""
        head, body = packed[: MARK_BYTES + 1], packed[MARK_BYTES + 1 :]
        if head[:-1] != self.mark or head[-1] >= len(_WIDTHS):
            raise Misfit("these counts are of other variables")
        kind = _WIDTHS[head[-1]]
        if len(body) != self._length * kind.itemsize:
            raise Misfit("these counts are not whole")
        return np.frombuffer(body, kind).astype(np.int64)

    def cells(self, numbers: Integers) -> Integers:
        """Return (G, V, C) the cells of G rows of numbers."""
        return numbers[:, self._cells :].reshape(len(numbers), *self.shape)

    def gram(self, numbers: Integers) -> Gram:
        """Return the Gram matrix of a row of numbers."""
        products = np.zeros((self._scored, self._scored), np.int64)
        products[self._lower] = numbers[self._products : self._cells]
        both = products + np.tril(products, -1).T
        return Gram(int(numbers[1]), numbers[2 : self._products].copy(), both)

    def _counted(self, codes: Codes) -> Integers:
        """Return the row of numbers of (N, V) codes."""
        if (codes > self._highest).any():
            raise ValueError("a code is higher than any category of its variable has")
        cells = np.bincount(
            (codes + self._first_cells).ravel(), minlength=self.shape[0] * self.shape[1]
        )
        place = np.arange(self._scored), codes[:, self._scoring.positions]
        complete = self._scoring.scored[place].all(axis=1)
        scores = self._scoring.scores[place][complete]
        products = (scores.T @ scores)[self._lower]
        head = [len(codes), len(scores) if self._scored else 0]
        return np.concatenate([head, scores.sum(axis=0), products, cells])

    def _packed(self, numbers: Integers) -> bytes:
        width = next(place for place, kind in enumerate(_WIDTHS) if _fits(numbers, kind))
        return self.mark + bytes([width]) + numbers.astype(_WIDTHS[width]).tobytes()


def pack(tables: Tables) -> bytes:
    """Return the tables of one group as a few bytes.

    ValueError unless there is one unit and one role.
    """
    return Packing(tables.axes.variables).of(tables)


def unpack(axes: Axes, packed: bytes) -> Tables:
    """Return the tables of one group; raises Misfit."""
    return assembled(replace(axes, units=axes.units[:1], roles=axes.roles[:1]), [(0, 0, packed)])


def assembled(axes: Axes, parts: Iterable[tuple[int, int, bytes]]) -> Tables:
    """Add up packed groups, each with the place of its unit and of its role; raises Misfit."""
    listed = list(parts)
    tables = Tables.zero(axes)
    if not listed:
        return tables
    packing = Packing(axes.variables)
    numbers = np.array([packing.numbers(packed) for _, _, packed in listed])
    unit, role = (np.array([part[at] for part in listed]) for at in (0, 1))
    np.add.at(tables.responses, (unit, role), numbers[:, 0])
    # A view with the groups first: add.at adds up where a group comes twice.
    np.add.at(np.moveaxis(tables.cells, 0, 2), (unit, role), packing.cells(numbers))
    return Tables(axes, tables.cells, tables.responses, packing.gram(numbers.sum(axis=0)))


def _fits(numbers: Integers, kind: np.dtype[np.signedinteger]) -> bool:
    bounds = np.iinfo(kind)
    return bool(bounds.min <= numbers.min() and numbers.max() <= bounds.max)


def mark(variables: tuple[Variable, ...]) -> bytes:
    """Return what packed counts of these variables begin with."""
    return bytes.fromhex(digest_of(variables))[:MARK_BYTES]
