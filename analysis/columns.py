"""Coded answers as columns: what every statistic is counted from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from questionnaires import Codebook, Text, Variable

Codes = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the organisation as figures know it: its code, its name, its parent's code."""

    code: str
    label: Text
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Axes:
    """What the cells of the counts stand for. Two tables can be added when their axes are equal."""

    variables: tuple[Variable, ...]
    units: tuple[Unit, ...]
    roles: tuple[str, ...] = ("",)

    @property
    def width(self) -> int:
        """C: one more than the highest code of any variable; code 0 is "no answer"."""
        return width_of(self.variables)

    @property
    def digest(self) -> str:
        """What tells these axes from others, wherever counts or codes are kept."""
        where = [[unit.code for unit in self.units], self.roles]
        return _digest([digest_of(self.variables), where])


def width_of(variables: Sequence[Variable]) -> int:
    """Return one more than the highest code of any variable."""
    return max(highest_codes(variables), default=0) + 1


def highest_codes(variables: Sequence[Variable]) -> list[int]:
    """Return the highest code of each variable."""
    return [max(category.code for category in v.categories) for v in variables]


def digest_of(variables: Sequence[Variable]) -> str:
    """Return what tells variables from others as far as counting goes; their wording does not."""
    return _digest(
        [(v.name, [(c.code, c.value, c.score, c.missing) for c in v.categories]) for v in variables]
    )


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True)
class Columns:
    """N responses as columns.

    ``codes`` is (V, N) uint8, one contiguous row per variable; ``unit`` and ``role`` are (N,)
    int32 positions on the axes.
    """

    axes: Axes
    codes: Codes
    unit: Indices
    role: Indices

    def __post_init__(self) -> None:
        variables, responses = self.codes.shape
        if variables != len(self.axes.variables):
            raise ValueError("codes have another number of rows than there are variables")
        if self.unit.shape != (responses,) or self.role.shape != (responses,):
            raise ValueError("unit, role and codes differ in length")
        _within(self.unit, len(self.axes.units), "unit")
        _within(self.role, len(self.axes.roles), "role")
        highest = np.array(highest_codes(self.axes.variables))
        if responses and (self.codes.max(axis=1, initial=0) > highest).any():
            raise ValueError("a code is higher than any category of its variable has")

    @property
    def responses(self) -> int:
        """N, the number of responses."""
        return int(self.codes.shape[1])

    def between(self, start: int, end: int) -> Columns:
        """Return the responses from ``start`` up to and without ``end``."""
        part = slice(start, end)
        return Columns(self.axes, self.codes[:, part], self.unit[part], self.role[part])

    @classmethod
    def from_packed(
        cls,
        book: Codebook,
        units: Sequence[Unit],
        roles: Sequence[str],
        rows: Iterable[tuple[bytes, int, int]],
    ) -> Columns:
        """Unpack stored responses: (packed codes, position of the unit, position of the role).

        Raises ValueError when a row was packed by another codebook.
        """
        axes = Axes(book.closed, tuple(units), tuple(roles))
        listed = list(rows)
        packed, unit, role = zip(*listed, strict=True) if listed else ((), (), ())
        return cls(
            axes,
            np.ascontiguousarray(codes_of(packed, len(axes.variables)).T),
            np.array(unit, dtype=np.int32),
            np.array(role, dtype=np.int32),
        )

    @classmethod
    def from_groups(
        cls,
        book: Codebook,
        units: Sequence[Unit],
        roles: Sequence[str],
        groups: Sequence[tuple[int, bytes, int, int]],
    ) -> Columns:
        """Unpack groups: (how many responses, their packed codes in a row, unit, role).

        Raises ValueError when a group was packed by another codebook.
        """
        axes = Axes(book.closed, tuple(units), tuple(roles))
        sizes = [size for size, *_ in groups]
        codes = np.empty((len(axes.variables), sum(sizes)), np.uint8)
        start = 0
        for size, packed, *_ in groups:
            if len(packed) != size * len(codes):
                raise ValueError("a response was packed by another codebook")
            part = np.frombuffer(packed, np.uint8).reshape(size, len(codes))
            codes[:, start : start + size] = part.T
            start += size
        unit, role = (np.array([group[at] for group in groups], np.int32) for at in (2, 3))
        return cls(axes, codes, np.repeat(unit, sizes), np.repeat(role, sizes))


def codes_of(packed: Sequence[bytes], width: int) -> Codes:
    """Return (N, V) the codes of responses of ``width`` variables.

    Raises ValueError when one was packed by another codebook.
    """
    if set(map(len, packed)) - {width}:
        raise ValueError("a response was packed by another codebook")
    return np.frombuffer(b"".join(packed), np.uint8).reshape(len(packed), width)


def _within(positions: Indices, size: int, name: str) -> None:
    if positions.size and (int(positions.min()) < 0 or int(positions.max()) >= size):
        raise ValueError(f"a {name} position is outside its axis")
