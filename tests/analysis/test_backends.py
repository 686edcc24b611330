"""Wherever responses lie and whoever counts them, the integers are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq

from analysis.backends.parquet import BadPart, InProcesses, OnDask, Parts, counted, write
from analysis.columns import Axes, Columns, Unit
from analysis.counts import Tables, counts
from analysis.packing import Misfit, Packing, assembled, pack, unpack
from questionnaires import Text, Variable

from .test_counts import AXES, RESPONSES, SIZES, UNITS, VARIABLES, Response, made, taken


def some(size: int, seed: int) -> Columns:
    draw = np.random.default_rng(seed)
    codes = np.stack([draw.integers(0, n, size, np.uint8) for n in SIZES])
    unit, role = (draw.integers(0, n, size, np.int32) for n in (3, 2))
    return Columns(AXES, codes, unit, role)


def written(columns: Columns, folder: Path, cuts: tuple[int, ...]) -> tuple[Path, ...]:
    """The responses as parts that end at the cuts, some of them perhaps empty."""
    ends = [0, *sorted(min(cut, columns.responses) for cut in cuts), columns.responses]
    paths = tuple(folder / f"part-{at}.parquet" for at in range(len(ends) - 1))
    for path, start, end in zip(paths, ends, ends[1:], strict=False):
        write(columns.between(start, end), path)
    return paths


@settings(max_examples=25)
@given(RESPONSES, st.lists(st.integers(0, 40), max_size=3))
def test_parts_of_a_folder_are_counted_as_the_whole(
    tmp_path_factory: pytest.TempPathFactory, responses: list[Response], cuts: list[int]
) -> None:
    columns = made(responses)
    paths = written(columns, tmp_path_factory.mktemp("parts"), tuple(cuts))
    assert counts(Parts(AXES, paths)) == counts(columns)
    assert counts(Parts(AXES, paths[::-1])) == counts(columns), "in whatever order"
    if responses:
        assert counts(Parts(AXES, paths + paths)) != counts(columns), "control: parts count"


def test_a_pool_of_processes_counts_the_same(tmp_path: Path) -> None:
    columns = some(5_000, seed=1)
    paths = written(columns, tmp_path, (1_000, 1_000, 4_999))
    assert counts(Parts(AXES, paths, InProcesses(2))) == counts(columns)
    assert counts(Parts(AXES, paths[:-1], InProcesses(2))) != counts(columns), "control"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A Dask cluster on this machine: a scheduler, two workers, all processes of their own."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def test_a_dask_cluster_counts_the_same(cluster: Any, tmp_path: Path) -> None:
    columns = some(5_000, seed=2)
    paths = written(columns, tmp_path, (500, 1_500, 1_500, 4_000))
    assert counts(Parts(AXES, paths, OnDask(cluster))) == counts(columns)
    assert counts(Parts(AXES, paths[1:], OnDask(cluster))) != counts(columns), "control"
    assert counts(Parts(AXES, (), OnDask(cluster))) == Tables.zero(AXES)


def test_on_dask_and_in_a_pool_a_bad_part_is_named_too(cluster: Any, tmp_path: Path) -> None:
    [good] = written(some(10, seed=3), tmp_path, ())
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"PAR1 no more")
    for run in (OnDask(cluster), InProcesses(1)):
        with pytest.raises(BadPart, match=r"bad\.parquet: unreadable"):
            counts(Parts(AXES, (good, bad), run))


def test_no_parts_and_empty_parts_are_no_responses(tmp_path: Path) -> None:
    assert counts(Parts(AXES, ())) == Tables.zero(AXES)
    assert counts(Parts(AXES, written(made([]), tmp_path, ()))) == Tables.zero(AXES)


@pytest.mark.parametrize(
    "axes",
    [
        Axes(AXES.variables[:3], AXES.units, AXES.roles),
        Axes(AXES.variables, AXES.units[::-1], AXES.roles),
        Axes(AXES.variables, AXES.units, ("", "follow")),
    ],
)
def test_a_part_with_other_axes_is_refused(axes: Axes, tmp_path: Path) -> None:
    [path] = written(some(10, seed=4), tmp_path, ())
    with pytest.raises(BadPart, match=r"part-0\.parquet: axes"):
        counted(axes, path)
    renamed = Axes(
        AXES.variables, tuple(Unit(u.code, Text("新名")) for u in AXES.units), AXES.roles
    )
    assert counted(renamed, path).cells.sum() == 40, "control: a name changes no axis"


def damaged(path: Path, **changed: Any) -> Path:
    """The part with other columns, and still with the mark of its axes."""
    table = pq.read_table(path)
    for name, values in changed.items():
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array(values))
    pq.write_table(table, path)
    return path


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"code_3": np.full(10, 9, np.uint8)}, "a code is higher than any category"),
        ({"unit": np.full(10, 3, np.int32)}, "a unit position is outside"),
        ({"code_0": np.full(10, 300, np.int64)}, "Cannot cast"),
        ({"code_0": [None] + [1] * 9}, "Cannot cast"),
    ],
)
def test_a_part_with_unknown_codes_is_refused(
    changed: dict[str, Any], complaint: str, tmp_path: Path
) -> None:
    [path] = written(some(10, seed=5), tmp_path, ())
    assert counted(AXES, path).responses.sum() == 10, "control"
    with pytest.raises(BadPart, match=rf"part-0\.parquet: codes: {complaint}"):
        counted(AXES, damaged(path, **changed))


def test_a_part_without_a_variable_is_refused(tmp_path: Path) -> None:
    [path] = written(some(10, seed=6), tmp_path, ())
    pq.write_table(pq.read_table(path).drop_columns(["code_1"]), path)
    with pytest.raises(BadPart, match="shorter"):
        counted(AXES, path)


def group(responses: list[Response], unit: int, role: int) -> Tables:
    """The tables of one group by itself."""
    axes = Axes(AXES.variables, (AXES.units[unit],), (AXES.roles[role],))
    own = [(codes, 0, 0) for codes, u, r in responses if (u, r) == (unit, role)]
    alone = made(own)
    return counts(Columns(axes, alone.codes, alone.unit, alone.role))


@settings(max_examples=60)
@given(RESPONSES)
def test_packed_groups_put_together_are_the_whole(responses: list[Response]) -> None:
    groups = [(u, r) for u in range(3) for r in range(2)]
    parts = [(u, r, pack(group(responses, u, r))) for u, r in groups]
    assert assembled(AXES, parts) == taken(responses)
    assert assembled(AXES, []) == Tables.zero(AXES)
    if responses:
        assert assembled(AXES, [*parts, *parts]) == taken(responses + responses), "control"


@settings(max_examples=30)
@given(RESPONSES, st.randoms())
def test_what_is_packed_tells_nothing_of_the_order(responses: list[Response], draw: Any) -> None:
    mixed = list(responses)
    draw.shuffle(mixed)
    assert pack(group(mixed, 0, 0)) == pack(group(responses, 0, 0))


@pytest.mark.parametrize("size", [1, 1_000, 100_000])
def test_large_numbers_are_packed_whole(size: int) -> None:
    many = counted_times(size)
    assert unpack(many.axes, pack(many)) == many
    assert many.responses.sum() == size


def counted_times(size: int) -> Tables:
    axes = Axes(AXES.variables, AXES.units[:1], AXES.roles[:1])
    codes = np.repeat(np.array([[1], [2], [3], [1]], np.uint8), size, axis=1)
    return counts(Columns(axes, codes, *(np.zeros(size, np.int32),) * 2))


def test_damaged_or_foreign_counts_are_a_misfit_and_never_a_number() -> None:
    right = pack(counted_times(7))
    axes = Axes(AXES.variables, AXES.units[:1], AXES.roles[:1])
    wrong = [b"", right[:8], right[:-1], right + b"\0", b"?" + right[1:], right[:8] + b"\t" * 99]
    for packed in wrong:
        with pytest.raises(Misfit):
            unpack(axes, packed)
    with pytest.raises(Misfit, match="other variables"):
        unpack(Axes(AXES.variables[:3], axes.units, axes.roles), right)
    assert unpack(axes, right) == counted_times(7), "control"
    with pytest.raises(ValueError, match="one group"):
        pack(Tables.zero(AXES))


def scored(variable: Variable, by: int) -> Variable:
    """The same variable with its scores so many times as large."""
    return replace(
        variable,
        categories=tuple(
            replace(c, score=None if c.score is None else by * c.score) for c in variable.categories
        ),
    )


UNSCORED = tuple(
    replace(v, categories=tuple(replace(c, score=None) for c in v.categories)) for v in VARIABLES
)
#: No item is closed, none has scores, all have one, and they are below 0 and beyond 16 bits.
BOOKS = ((), UNSCORED, VARIABLES, tuple(scored(variable, -100_003) for variable in VARIABLES))


def alone(variables: tuple[Variable, ...], responses: list[Response]) -> Tables:
    """The tables of one group whose answers have been counted from scratch."""
    rows = [codes[: len(variables)] for codes, _, _ in responses]
    codes = np.array(rows, np.uint8).reshape(len(rows), len(variables))
    nowhere = np.zeros(len(rows), np.int32)
    axes = Axes(variables, AXES.units[:1], AXES.roles[:1])
    return counts(Columns(axes, np.ascontiguousarray(codes.T), nowhere, nowhere))


def in_bytes(variables: tuple[Variable, ...], responses: list[Response]) -> list[bytes]:
    return [bytes(codes[: len(variables)]) for codes, _, _ in responses]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(BOOKS), RESPONSES, st.lists(RESPONSES, max_size=3))
def test_batches_added_to_packed_counts_give_what_counting_from_scratch_gives(
    variables: tuple[Variable, ...], first: list[Response], batches: list[list[Response]]
) -> None:
    packing, kept, there = Packing(variables), pack(alone(variables, first)), list(first)
    for batch in batches:
        kept, there = packing.with_batch(kept, in_bytes(variables, batch)), there + batch
        assert kept == pack(alone(variables, there)), "to the byte"
    if there:
        assert kept != pack(alone(variables, there[1:])), "control"


@pytest.mark.parametrize(
    ("row", "complaint"), [(b"\1\1", "another codebook"), (b"\xff" * 4, "higher than any category")]
)
def test_a_batch_of_another_codebook_is_refused(row: bytes, complaint: str) -> None:
    packing, kept = Packing(VARIABLES), pack(counted_times(7))
    with pytest.raises(ValueError, match=complaint):
        packing.with_batch(kept, [b"\1\1\1\1", row])
    with pytest.raises(Misfit):
        packing.with_batch(kept[:-1], [b"\1\1\1\1"])
    right = packing.with_batch(kept, [b"\1\1\1\1"])
    assert packing.numbers(right)[0] == 8, "control"


def test_a_batch_whose_scores_cannot_be_summed_is_refused() -> None:
    def nobody(by: int) -> tuple[Packing, bytes]:
        variables = tuple(scored(variable, by) for variable in VARIABLES)
        return Packing(variables), pack(Tables.zero(Axes(variables, UNITS[:1])))

    packing, nothing = nobody(2**29)
    with pytest.raises(OverflowError, match="64 bits"):
        packing.with_batch(nothing, [b"\1\1\1\1"] * 40)
    packing, nothing = nobody(2**24)
    full = packing.with_batch(nothing, [b"\1\1\1\1"] * 40)
    assert packing.numbers(full)[0] == 40, "control"
