"""The standard report, by the product and by three other tools, from the same columns of bytes.

Every tool counts in its own way; Polars and DuckDB then go through the product's finish, which
does not look at responses. pandas works as its textbooks do, with SciPy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import questionnaires
from analysis.columns import Axes, Columns, Unit
from analysis.counts import Gram, Tables, counts
from analysis.standard import StandardReport, shrunk, standard_report
from questionnaires import Text

ITEMS, UNITS, ROLES, LEVELS = 19, 138, 5, 5
NAMES = [f"q{at:02}" for at in range(ITEMS)]
#: Measurements of each tool; the best counts. pandas takes seconds.
TIMES = {"memory": 20, "surveyapp": 7, "polars": 3, "duckdb": 3, "pandas": 1}


def definition() -> str:
    """A questionnaire of 19 items on one scale of five levels, the lower two negative."""
    levels = "\n".join(
        f"    - {{value: {level}, score: {level}, {'negative: true, ' if level < 3 else ''}"
        f"label: {{zh: 第{level}级, en: Level {level}}}}}"
        for level in range(1, LEVELS + 1)
    )
    items = "\n".join(
        f"      - {{id: {name}, kind: scale, scale: mark, label: {{zh: 题, en: Item}}}}"
        for name in NAMES
    )
    return (
        "id: standard\ntitle: {zh: 标准, en: Standard}\ngenre: survey\n"
        f"scales:\n  mark:\n{levels}\n"
        f"sections:\n  - id: main\n    title: {{zh: 题, en: Items}}\n    items:\n{items}\n"
    )


def axes() -> Axes:
    """19 items, 138 units, 5 roles."""
    book = questionnaires.codebook(questionnaires.load(definition()))
    units = tuple(Unit(f"u{at:03}", Text(f"u{at:03}")) for at in range(UNITS))
    return Axes(book.closed, units, tuple("abcde"))


def make(folder: Path, responses: int) -> None:
    """Write columns of answers that hang together, differ by unit, and lack 2 %."""
    draw = np.random.default_rng(20)
    unit = draw.integers(0, UNITS, responses, np.int32)
    feeling = draw.standard_normal(responses, np.float32)
    feeling += draw.normal(0.3, 0.4, UNITS).astype(np.float32)[unit]
    codes = np.lib.format.open_memmap(
        folder / "codes.npy", "w+", np.uint8, shape=(ITEMS, responses)
    )
    for column in codes:
        mark = np.rint(feeling + draw.standard_normal(responses, np.float32) + 3)
        column[:] = np.clip(mark, 1, LEVELS) * (draw.random(responses, np.float32) > 0.02)
    codes.flush()
    np.save(folder / "unit.npy", unit)
    np.save(folder / "role.npy", draw.integers(0, ROLES, responses, np.int32))


def load(folder: Path) -> Columns:
    """Read the columns into memory."""
    codes, unit, role = (np.load(folder / f"{name}.npy") for name in ("codes", "unit", "role"))
    return Columns(axes(), codes, unit, role)


@dataclass(frozen=True)
class Figures:
    """What the tools are held against each other with."""

    unit_counts: npt.NDArray[np.int64]
    alpha: float
    units_differ: npt.NDArray[np.float64]
    roles_differ: npt.NDArray[np.float64]

    def agree(self, other: Figures) -> None:
        """Raise AssertionError unless the counts are equal and all else is to 1e-9."""
        assert np.array_equal(self.unit_counts, other.unit_counts), "counts differ"
        for name in ("alpha", "units_differ", "roles_differ"):
            np.testing.assert_allclose(getattr(self, name), getattr(other, name), rtol=1e-9)

    @classmethod
    def of(cls, report: StandardReport) -> Figures:
        return cls(
            report.unit_counts,
            report.together.alpha.value,
            report.units_differ.statistic,
            report.roles_differ.statistic,
        )


#: Makes a tool's own form of the columns, and gives what computes the report from it.
Tool = Callable[[Columns], Callable[[], Any]]


def memory(columns: Columns) -> Callable[[], Any]:
    """One pass over the same bytes, and no more: what no tool can be faster than."""
    whole = columns.codes.reshape(-1)
    words = whole[: whole.size // 8 * 8].view(np.uint64)
    places = (columns.unit[: columns.responses // 2 * 2].view(np.uint64),)
    return lambda: [np.bitwise_xor.reduce(part) for part in (words, *places)]


def surveyapp(columns: Columns) -> Callable[[], Figures]:
    return lambda: Figures.of(standard_report(counts(columns)))


def with_polars(columns: Columns) -> Callable[[], Figures]:
    import polars as pl

    frame = pl.DataFrame(
        dict(zip(NAMES, columns.codes, strict=True)) | {"unit": columns.unit, "role": columns.role}
    )

    def report() -> Figures:
        grouped = pl.collect_all(
            [frame.lazy().group_by("unit", "role", name).agg(n=pl.len()) for name in NAMES]
        )
        cells = _cells([tuple(g[c].to_numpy() for c in g.columns) for g in grouped])
        whole = frame.lazy().filter(pl.all_horizontal(pl.col(NAMES) > 0)).select(NAMES)
        return _finished(columns.axes, cells, _gram(whole.collect().to_numpy()))

    return report


def with_duckdb(columns: Columns) -> Callable[[], Figures]:
    import duckdb
    import pyarrow as pa

    base = duckdb.connect()
    base.execute("SET threads = 2")
    data = pa.table(
        dict(zip(NAMES, columns.codes, strict=True)) | {"unit": columns.unit, "role": columns.role}
    )
    base.register("data", data)
    base.execute("CREATE TABLE answers AS SELECT * FROM data")
    base.unregister("data")
    pairs = [(i, j) for i in range(ITEMS) for j in range(i, ITEMS)]
    single = ", ".join(f"sum({name}::INT)" for name in NAMES)
    products = ", ".join(f"sum({NAMES[i]}::INT * {NAMES[j]})" for i, j in pairs)
    by_item = [f"SELECT unit, role, {name}, count(*) n FROM answers GROUP BY ALL" for name in NAMES]
    complete = " AND ".join(f"{name} > 0" for name in NAMES)

    def report() -> Figures:
        cells = _cells([tuple(base.execute(one).fetchnumpy().values()) for one in by_item])
        row = base.execute(
            f"SELECT count(*), {single}, {products} FROM answers WHERE {complete}"
        ).fetchone()
        assert row is not None
        sums = np.array(row, dtype=object)
        gram = np.zeros((ITEMS, ITEMS), np.int64)
        for (i, j), value in zip(pairs, sums[1 + ITEMS :], strict=True):
            gram[i, j] = gram[j, i] = value
        found = Gram(int(sums[0]), sums[1 : 1 + ITEMS].astype(np.int64), gram)
        return _finished(columns.axes, cells, found)

    return report


def with_pandas(columns: Columns) -> Callable[[], Figures]:
    import pandas as pd
    from scipy.stats import chi2_contingency

    frame = pd.DataFrame(dict(zip(NAMES, columns.codes, strict=True)), dtype="float32")
    frame = frame.where(frame > 0)
    frame["unit"], frame["role"] = columns.unit, columns.role
    levels = [float(level) for level in range(1, LEVELS + 1)]

    def report() -> Figures:
        by_unit = [
            pd.crosstab(frame["unit"], frame[name]).reindex(columns=levels) for name in NAMES
        ]
        by_role = [pd.crosstab(frame["role"], frame[name]) for name in NAMES]
        frame.groupby("unit")[NAMES].agg(["mean", "std"])
        [frame[name].value_counts(normalize=True) for name in NAMES]
        cov = frame[NAMES].dropna().astype(float).cov().to_numpy()
        frame[NAMES].dropna().corr()
        alpha = ITEMS / (ITEMS - 1) * (1 - np.trace(cov) / cov.sum())
        valid = np.stack([table.to_numpy() for table in by_unit])
        sizes = frame.groupby("unit").size().to_numpy()
        cells = np.concatenate([sizes[:, np.newaxis] - valid.sum(axis=2, keepdims=True), valid], 2)
        tables = Tables.zero(columns.axes)
        tables.cells[:, :, 0] = cells
        shrunk(_ratings(tables))
        chi = [
            np.array([chi2_contingency(table, correction=False).statistic for table in tables])
            for tables in (by_unit, by_role)
        ]
        return Figures(cells, float(alpha), *chi)

    return report


TOOLS: dict[str, Tool] = {
    "memory": memory,
    "surveyapp": surveyapp,
    "polars": with_polars,
    "duckdb": with_duckdb,
    "pandas": with_pandas,
}


def _ratings(tables: Tables) -> Any:
    from analysis.negative_list import ratings

    return ratings(tables)


def _cells(grouped: list[tuple[Any, ...]]) -> npt.NDArray[np.int64]:
    cells = np.zeros((ITEMS, UNITS, ROLES, LEVELS + 1), np.int64)
    for table, (unit, role, code, size) in zip(cells, grouped, strict=True):
        table[unit, role, code] = size
    return cells


def _gram(scores: npt.NDArray[Any]) -> Gram:
    """Of complete cases (n, K), in blocks that stay exact."""
    sums = np.zeros((ITEMS, ITEMS), np.int64)
    for start in range(0, len(scores), 8_192):
        part = scores[start : start + 8_192].astype(np.float32)
        sums += (part.T @ part).astype(np.int64)
    return Gram(len(scores), scores.sum(axis=0, dtype=np.int64), sums)


def _finished(places: Axes, cells: npt.NDArray[np.int64], gram: Gram) -> Figures:
    return Figures.of(standard_report(Tables(places, cells, cells[0].sum(axis=-1), gram)))
