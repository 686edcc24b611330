"""A folder of Parquet files, each some of the responses: counted one by one, and added up.

A file has the columns ``unit`` and ``role`` (places on the axes, int32) and one column of codes
(uint8) for each variable, in order. Its metadata says which axes it was written for, so that a part
of another round is refused and never added. Only sums travel, so parts may be counted anywhere.
Needs the extra ``parquet``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial, reduce
from multiprocessing import get_context
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.columns import Axes, Columns
from analysis.counts import Tables, counts

if TYPE_CHECKING:
    from distributed import Client

_AXES = b"surveyapp.axes"
_PLACES = ("unit", "role")

#: Counts every path with the function: where and how is its own affair.
Runner = Callable[[Callable[[Path], Tables], Sequence[Path]], Iterable[Tables]]


class BadPart(ValueError):
    """A part that cannot be counted.

    ``why``: "unreadable", of other "axes", or with "codes" that no variable has.
    """

    def __init__(self, path: Path, why: str, details: object = "") -> None:
        super().__init__(path, why, str(details))  # as they are: it comes from other processes too
        self.path, self.why = path, why

    def __str__(self) -> str:
        return ": ".join(str(one) for one in self.args if one)


def here(count: Callable[[Path], Tables], paths: Sequence[Path]) -> Iterator[Tables]:
    """Count the parts one after another in this process."""
    return map(count, paths)


@dataclass(frozen=True)
class InProcesses:
    """Count in so many processes of this machine, each started afresh."""

    workers: int

    def __call__(self, count: Callable[[Path], Tables], paths: Sequence[Path]) -> Iterator[Tables]:
        with ProcessPoolExecutor(self.workers, get_context("spawn")) as pool:
            yield from pool.map(count, paths)


@dataclass(frozen=True)
class OnDask:
    """Count on the workers of a Dask cluster, which see the same files; pairs are added there."""

    client: Client

    def __call__(self, count: Callable[[Path], Tables], paths: Sequence[Path]) -> Iterator[Tables]:
        parts = self.client.map(count, paths, pure=False)
        while len(parts) > 1:
            pairs = [parts[at : at + 2] for at in range(0, len(parts), 2)]
            parts = [
                self.client.submit(add, *pair, pure=False) if len(pair) > 1 else pair[0]
                for pair in pairs
            ]
        for part in parts:
            yield part.result()


@dataclass(frozen=True)
class Parts:
    """Responses in Parquet files; ``run`` says where they are counted."""

    axes: Axes
    paths: tuple[Path, ...]
    run: Runner = here

    def tables(self) -> Tables:
        """Count all parts; no parts are no responses. Raises BadPart."""
        return reduce(
            add, self.run(partial(counted, self.axes), self.paths), Tables.zero(self.axes)
        )


def counted(axes: Axes, path: Path) -> Tables:
    """Count one part; raises BadPart."""
    return counts(read(axes, path))


def read(axes: Axes, path: Path) -> Columns:
    """Read one part; raises BadPart when it is damaged, has other axes, or codes beyond them."""
    from pyarrow import ArrowException
    from pyarrow.parquet import read_table

    try:
        table = read_table(path, partitioning=None)
    except (ArrowException, OSError) as error:
        raise BadPart(path, "unreadable", error) from error
    if (table.schema.metadata or {}).get(_AXES) != axes.digest.encode():
        raise BadPart(path, "axes")
    try:
        unit, role = (table[name].to_numpy().astype(np.int32, casting="safe") for name in _PLACES)
        codes = np.empty((len(axes.variables), table.num_rows), np.uint8)
        for row, column in zip(codes, table.columns[len(_PLACES) :], strict=True):
            row[:] = column.to_numpy().astype(np.uint8, casting="safe")
        return Columns(axes, codes, unit, role)
    except (TypeError, ValueError, KeyError) as error:
        raise BadPart(path, "codes", error) from error


def write(columns: Columns, path: Path) -> None:
    """Write responses as one part."""
    from pyarrow import table
    from pyarrow.parquet import write_table

    data: dict[str, Any] = {"unit": columns.unit, "role": columns.role}
    data |= {f"code_{at}": codes for at, codes in enumerate(columns.codes)}
    made = table(data).replace_schema_metadata({_AXES: columns.axes.digest.encode()})
    write_table(made, path, compression="zstd")
