"""The standard report gives what each statistic gives by itself, and tells of no small group."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

from analysis.columns import Axes, Columns, Unit
from analysis.counts import Tables, counts
from analysis.disclosure import Flags
from analysis.standard import Seen, standard_report
from analysis.standard_tree import Tree, tree
from analysis.statistics import betabinomial
from analysis.statistics.correlation import Joint, pearson
from analysis.statistics.means import Scored
from analysis.statistics.results import Reason
from analysis.statistics.tables import chi_square
from questionnaires import Text

from .making import survey
from .test_counts import SIZES, VARIABLES

FLOOR = 5


def made(sizes: list[int], seed: int = 1, parents: list[str] | None = None) -> Columns:
    """So many people in each unit, in two roles, with answers that differ by unit."""
    draw = np.random.default_rng(seed)
    units = tuple(
        Unit(f"u{at}", Text(f"u{at}"), parents[at] if parents else None) for at in range(len(sizes))
    )
    unit = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    role = draw.integers(0, 2, unit.size, np.int32)
    codes = np.stack([
        np.minimum(draw.integers(0, size, unit.size) + (unit % 2) * draw.integers(0, 2, unit.size),
                   size - 1) for size in SIZES
    ]).astype(np.uint8)  # fmt: skip
    return Columns(Axes(VARIABLES, units, ("", "lead")), codes, unit, role)


@pytest.fixture(scope="module")
def columns() -> Columns:
    return made([30, 40, 25, 60])


def test_each_figure_is_what_the_statistic_gives_by_itself(columns: Columns) -> None:
    tables = counts(columns)
    report = standard_report(tables)
    work = VARIABLES[0]
    marks = [c.code for c in work.categories if not c.missing]
    scores = [float(c.score) for c in work.categories if c.score is not None]
    by_unit = tables.by_unit[0][:, marks]
    alone = chi_square(by_unit)
    assert report.units_differ.statistic[0] == pytest.approx(alone.statistic, rel=1e-12)
    assert report.units_differ.p[0] == pytest.approx(alone.p, rel=1e-12)
    assert report.units_differ.cramer_v[0] == pytest.approx(alone.effect("cramer_v").value)
    by_role = chi_square(tables.cells[0].sum(axis=0)[:, marks])
    assert report.roles_differ.statistic[0] == pytest.approx(by_role.statistic, rel=1e-12)
    moments = Scored.from_counts(by_unit, scores).moments
    np.testing.assert_allclose(report.unit_moments.mean[0], moments.mean, rtol=1e-14)
    np.testing.assert_allclose(report.unit_moments.sd[0], moments.sd, rtol=1e-14)
    np.testing.assert_allclose(np.nansum(report.shares, axis=1), 1)
    complete = np.isin(columns.codes[:2], marks).all(axis=0)
    value = dict(zip(marks, scores, strict=True))
    first, second = ([value[code] for code in row[complete].tolist()] for row in columns.codes[:2])
    r = pearson(Joint.from_columns(first, second))
    assert r.estimate is not None
    assert report.together.complete == complete.sum()
    assert report.together.correlation[0, 1] == pytest.approx(r.estimate.value, rel=1e-12)
    negative = tables.by_unit[:1, :, [4, 5]].sum(axis=2)
    valid = tables.by_unit[:1][:, :, marks].sum(axis=2)
    fit = betabinomial.fit(negative, valid)
    own = betabinomial.posterior(negative, valid, fit)
    np.testing.assert_allclose(report.negative.share[0], own.mean[0], rtol=1e-12)


def rests(tables: Tables, shown: Flags, by: int) -> list[int]:
    """For each item, how many valid answers are in the groups that are not shown."""
    sizes = tables.cells.sum(axis=by)
    valid = [[c.code for c in v.categories if not c.missing] for v in VARIABLES]
    return [
        int(sizes[at][:, codes].sum(axis=1)[~shown[at]].sum()) for at, codes in enumerate(valid)
    ]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("parents", [None, ["x", "x", "y", "y", "y", "z"]])
def test_what_is_hidden_of_an_item_is_nobody_or_a_group_above_the_floor(
    seed: int, parents: list[str] | None
) -> None:
    sizes = np.random.default_rng(seed).integers(0, 14, 6).tolist()
    tables = counts(made(sizes, seed, parents))
    seen = Seen.above(tables, FLOOR)
    for shown, by in ((seen.units, 2), (seen.roles, 1)):
        for at, rest in enumerate(rests(tables, shown, by)):
            assert rest == 0 or rest >= FLOOR or not seen.items[at]
    report = standard_report(tables, seen)
    assert not report.unit_counts[~seen.units].any()
    assert np.isnan(report.unit_moments.mean[~seen.units]).all()
    raw = [size for size in sizes if 0 < size < FLOOR]
    if raw:
        assert not seen.units.all(), "control: somebody had to be hidden"


def test_a_test_knows_hidden_units_as_one_group_only() -> None:
    """Moving answers between two hidden units changes nothing that is told."""
    columns = made([20, 30, 3, 4, 25])
    small = np.flatnonzero(np.isin(columns.unit, (2, 3)))
    unit = columns.unit.copy()
    unit[small] = unit[small][::-1]
    moved = Columns(columns.axes, columns.codes, unit, columns.role)
    assert counts(moved) != counts(columns)
    told = [
        json.dumps(tree(survey(), one.axes, standard_report(one, Seen.above(one, FLOOR))))
        for one in (counts(columns), counts(moved))
    ]
    assert told[0] == told[1]
    open_ = [standard_report(counts(one)).units_differ.statistic[0] for one in (columns, moved)]
    assert open_[0] != open_[1], "control: without the floor it would tell"


def test_what_all_items_tell_together_is_hidden_when_it_would_tell_of_a_few() -> None:
    columns = made([20, 30])
    columns.codes[:2] = 1
    columns.codes[0, :20] = 2
    columns.codes[1, :3] = 2
    seen = Seen.above(counts(columns), FLOOR)
    assert seen.together, "everybody rated every item"
    columns.codes[1, 0] = 0
    seen = Seen.above(counts(columns), FLOOR)
    assert not seen.together, "the means of 50 and of 49 people would tell of the one"
    assert standard_report(counts(columns), seen).together.alpha.reason is Reason.SMALL_BASE


@pytest.mark.parametrize("sizes", [[], [0, 0], [1], [3, 0], [50]])
@pytest.mark.parametrize("floor", [None, FLOOR])
def test_little_or_nothing_gives_reasons_and_no_warning(
    sizes: list[int], floor: int | None
) -> None:
    tables = counts(made(sizes))
    seen = None if floor is None else Seen.above(tables, floor)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = tree(survey(), tables.axes, standard_report(tables, seen))
    text = json.dumps(found)
    assert "NaN" not in text
    assert "Infinity" not in text
    for item in found["items"]:
        assert item["units_differ"]["reason"], "one group differs from nothing"
        assert item["units_differ"]["p"] is None


def test_the_tree_holds_every_figure_under_its_name(columns: Columns) -> None:
    tables = counts(columns)
    found: Tree = tree(survey(), tables.axes, standard_report(tables))
    [work, help_, load, post] = found["items"]
    assert [one["variable"] for one in found["items"]] == ["work", "help", "load", "post"]
    assert work["levels"]["5"]["count"] == np.count_nonzero(columns.codes[0] == 1)
    assert work["levels"]["dk"]["share"] is None, "outside the valid answers"
    assert set(work["units"]) == {"u0", "u1", "u2", "u3"}
    assert 0 <= work["units"]["u0"]["negative"]["low"] <= work["units"]["u0"]["negative"]["share"]
    assert load["mean"] is None, "it has no order"
    assert "negative" not in post["units"]["u0"], "nobody rates a post"
    assert help_["sd"] > 0
    assert found["correlation"]["items"] == ["work", "help"]
