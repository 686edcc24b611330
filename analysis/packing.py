"""The tables of one group as a few bytes, and the tables of a round put together from them.

Counts of a group are kept beside its responses, so that figures cost what the groups cost and not
what the responses cost. A sum has no order: nothing in it tells who came when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analysis.columns import Axes, digest_of
from analysis.counts import Gram, Integers, Tables
from questionnaires import Variable

#: The types that numbers are kept in, narrowest first; the place in here is the byte before them.
_WIDTHS = ("<i2", "<i4", "<i8")
MARK_BYTES = 8


class Misfit(ValueError):
    """Kept counts that are damaged, or were made for other variables: count again."""


def pack(tables: Tables) -> bytes:
    """Return the tables of one group: a mark of its variables, a width, and the numbers.

    ValueError unless there is one unit and one role.
    """
    if tables.responses.shape != (1, 1):
        raise ValueError("only the tables of one group are packed")
    gram = tables.gram
    products = gram.products[np.tril_indices(len(gram.sums))]
    numbers = np.concatenate(
        [tables.responses.ravel(), [gram.complete], gram.sums, products, tables.cells.ravel()]
    )
    width = next(place for place, kind in enumerate(_WIDTHS) if _fits(numbers, kind))
    return mark(tables.axes.variables) + bytes([width]) + numbers.astype(_WIDTHS[width]).tobytes()


def unpack(axes: Axes, packed: bytes) -> Tables:
    """Return the tables of one group; raises Misfit."""
    return assembled(replace(axes, units=axes.units[:1], roles=axes.roles[:1]), [(0, 0, packed)])


def assembled(axes: Axes, parts: Iterable[tuple[int, int, bytes]]) -> Tables:
    """Add up packed groups, each with the place of its unit and of its role; raises Misfit."""
    listed = list(parts)
    tables = Tables.zero(axes)
    if not listed:
        return tables
    scored, expected = len(tables.gram.sums), mark(axes.variables)
    length = 2 + scored + scored * (scored + 1) // 2 + len(axes.variables) * axes.width
    numbers = np.array([_numbers(packed, expected, length) for _, _, packed in listed])
    unit, role = (np.array([part[at] for part in listed]) for at in (0, 1))
    np.add.at(tables.responses, (unit, role), numbers[:, 0])
    cells = numbers[:, length - len(axes.variables) * axes.width :]
    # A view with the groups first: add.at adds up where a group comes twice.
    np.add.at(
        np.moveaxis(tables.cells, 0, 2),
        (unit, role),
        cells.reshape(len(listed), len(axes.variables), axes.width),
    )
    gram = _gram(numbers[:, 1 : 2 + scored + scored * (scored + 1) // 2].sum(axis=0), scored)
    return Tables(axes, tables.cells, tables.responses, gram)


def _numbers(packed: bytes, expected: bytes, length: int) -> Integers:
    head, body = packed[: MARK_BYTES + 1], packed[MARK_BYTES + 1 :]
    if head[:-1] != expected or head[-1] >= len(_WIDTHS):
        raise Misfit("these counts are of other variables")
    kind = np.dtype(_WIDTHS[head[-1]])
    if len(body) != length * kind.itemsize:
        raise Misfit("these counts are not whole")
    return np.frombuffer(body, kind).astype(np.int64)


def _gram(numbers: Integers, scored: int) -> Gram:
    products = np.zeros((scored, scored), np.int64)
    products[np.tril_indices(scored)] = numbers[1 + scored :]
    both = products + np.tril(products, -1).T
    return Gram(int(numbers[0]), numbers[1 : 1 + scored].copy(), both)


def _fits(numbers: Integers, kind: str) -> bool:
    bounds = np.iinfo(kind)
    return bool(bounds.min <= numbers.min() and numbers.max() <= bounds.max)


def mark(variables: tuple[Variable, ...]) -> bytes:
    """Return what packed counts of these variables begin with."""
    return bytes.fromhex(digest_of(variables))[:MARK_BYTES]
