"""A short run of ``python -m tests.simulations.negative_list``: what the evidence promises."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.simulations.negative_list import Summary, simulated
from tests.simulations.worlds import CUT, ITEMS, MEAN, WORLDS, invented

#: Surveys of each size; the program itself runs many more.
RUNS = {18: 30, 138: 5}
#: The most that may be false, by rule.
PROMISED = {
    "half_pooled q 0.05": 0.05,
    "half_pooled q 0.10": 0.10,
    "half_pooled confirmed": 0.10,
}
SEED = 7


@cache
def found(world: str, units: int) -> dict[str, Summary]:
    return simulated(world, units, RUNS[units], SEED)


def kept(summary: Summary, q: float) -> bool:
    """Whether the false share is within q and two standard errors, and is known so well."""
    return summary.flags == 0 or summary.false_share <= q + 2 * summary.se


@pytest.mark.parametrize("units", RUNS)
@pytest.mark.parametrize("world", ["alike", "unalike", "two_kinds"])
def test_the_false_share_among_flags_is_as_promised(world: str, units: int) -> None:
    summaries = found(world, units)
    for rule, q in PROMISED.items():
        assert kept(summaries[rule], q), rule
    assert summaries["half_pooled q 0.10"].se < 0.05, "it is known well enough to be told"
    assert not kept(summaries["raw share"], 0.10), "control: what everybody does"
    assert 0.92 < summaries["half_pooled confirmed"].covered < 0.98


@pytest.mark.parametrize("units", RUNS)
def test_what_is_really_bad_is_found_more_often_than_by_testing(units: int) -> None:
    for world in ("alike", "unalike"):
        summaries = found(world, units)
        assert summaries["half_pooled q 0.10"].power > 4 * summaries["exact, BH .10"].power


def test_items_that_differ_are_not_thrown_together() -> None:
    summaries = found("unalike", 138)
    assert summaries["half_pooled q 0.10"].power > 1.3 * summaries["pooled q 0.10"].power


@pytest.mark.parametrize("units", RUNS)
@pytest.mark.parametrize("world", ["equal", "hardly"])
def test_where_units_do_not_differ_hardly_anything_is_flagged(world: str, units: int) -> None:
    summaries = found(world, units)
    for rule in PROMISED:
        assert summaries[rule].flags <= 1.0, rule
    assert summaries["raw share"].flags > 10, "control"


@pytest.mark.parametrize("world", WORLDS)
def test_the_worlds_are_what_they_say(world: str) -> None:
    survey = invented(world, 138, np.random.default_rng(1))
    assert survey.truth.shape == survey.valid.shape == (ITEMS, 138)
    assert ((survey.negative >= 0) & (survey.negative <= survey.valid)).all()
    assert abs(survey.truth.mean() - MEAN) < 0.05
    bad = (survey.truth > CUT).mean()
    assert (bad < 0.01) == (world in ("equal", "hardly"))
    between = (survey.truth > 0.2) & (survey.truth < 0.3)
    if world != "equal":
        assert (between.mean() < 0.01) == (world == "two_kinds")
