"""Stages of sampling, and the variance of totals by linearisation, stage by stage.

Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, 4.3; R ``survey`` (Lumley).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from analysis.statistics.results import Floats, Integers, Reason

Booleans = npt.NDArray[np.bool_]
#: What a stratum with one cluster adds: nothing can be told (fail); nothing (certainty, remove);
#: its distance from 0, the centre of all influences (adjust); the average of the others (average).
Lonely = Literal["fail", "certainty", "remove", "adjust", "average"]


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage, for n rows: the stratum and cluster of each (unique over the whole sample), how
    many clusters of the stratum were sampled, and how many there are (infinite if not known)."""

    stratum: Integers
    cluster: Integers
    sampled: Floats
    population: Floats


def stages_of(
    n: int,
    strata: npt.ArrayLike | None,
    clusters: npt.ArrayLike | None,
    population: npt.ArrayLike | None,
    nest: bool,
) -> tuple[Stage, ...]:
    """Return the stages of n rows; see ``design``. ValueError when they contradict themselves."""
    cluster = _columns(np.arange(n) if clusters is None else clusters, n)
    stratum = _columns(np.zeros(n, np.int64) if strata is None else strata, n)
    sizes = None if population is None else _wide(np.asarray(population, float))
    found: list[Stage] = []
    above = np.zeros(n, np.int64)
    for number in range(cluster.shape[1]):
        own = stratum[:, min(number, stratum.shape[1] - 1)]
        group = _together(above, own)
        unit = _together(above, cluster[:, number])
        if nest:
            unit = _together(own, unit)
        elif number == 0 and np.unique(_together(unit, group)).size > np.unique(unit).size:
            raise ValueError("a cluster lies in two strata; are its names used again (nest)?")
        found.append(_stage(group, unit, sizes, number))
        above = unit
    return tuple(found)


def _stage(group: Integers, unit: Integers, sizes: Floats | None, number: int) -> Stage:
    groups = int(group.max(initial=-1)) + 1
    first = np.unique(unit, return_index=True)[1]
    sampled = np.bincount(group[first], minlength=groups)[group].astype(float)
    population = np.full(group.size, np.inf)
    if sizes is not None and number < sizes.shape[1]:
        given = sizes[:, number]
        if not (given > 0).all():
            raise ValueError("sizes of the population must be positive")
        population = given if (given > 1).any() else sampled / given
        if (population < sampled * (1 - 1e-12)).any():
            raise ValueError("more clusters were sampled than there are")
    return Stage(group, unit, sampled, population)


def variance(
    influence: Floats,
    stages: tuple[Stage, ...],
    inside: Booleans,
    lonely: Lonely,
    one_stage: bool,
) -> tuple[Floats, Reason | None]:
    """Return the (k, k) covariance of the column sums of influences (n, k); R ``svyrecvar``.

    Later stages add their variance times the share sampled above, so only stages below known
    population sizes count.
    """
    rows = np.flatnonzero(inside)
    total, reason = np.zeros((influence.shape[1],) * 2), None
    share = np.ones(rows.size)
    depth = 1 if one_stage else len(stages)
    parent = np.zeros(rows.size, np.int64)
    for stage in stages[:depth]:
        added, lacks = _one_stage(influence[rows], stage, rows, parent, share, lonely)
        total, reason = total + added, reason or lacks
        share = share * (stage.sampled / stage.population)[rows]
        parent = stage.cluster[rows]
        if not share.any():
            break
    return (np.full_like(total, np.nan) if reason else total), reason


def _one_stage(
    values: Floats,
    stage: Stage,
    rows: Integers,
    parent: Integers,
    share: Floats,
    lonely: Lonely,
) -> tuple[Floats, Reason | None]:
    """The variance between the clusters of one stage within their strata, times ``share``."""
    unit, first, which = np.unique(stage.cluster[rows], return_index=True, return_inverse=True)
    sums = _summed(values, which, unit.size)
    group, at, level = np.unique(stage.stratum[rows][first], return_index=True, return_inverse=True)
    start = first[at]
    sampled, size = stage.sampled[rows][start], stage.population[rows][start]
    fraction = np.where(np.isinf(size), 1.0, 1 - sampled / np.where(np.isinf(size), 1.0, size))
    counted = fraction >= 1e-7
    single = (sampled == 1) & counted
    # Sampled clusters that lie outside the domain are zeros: they count in the mean.
    centre = _summed(sums, level, group.size) / sampled[:, np.newaxis]
    if lonely == "adjust":
        centre[single] = 0.0
    away = sums - centre[level]
    empty = sampled - np.bincount(level, minlength=group.size)
    scale = np.where(sampled > 1, fraction * sampled / np.maximum(sampled - 1, 1), fraction)
    scale = np.where(counted, scale, 0.0) * share[start]
    if single.any():
        if lonely == "fail":
            return np.zeros((values.shape[1],) * 2), Reason.ONE_CLUSTER
        if lonely == "average":
            scale = np.where(single, 0.0, scale * _average(single, parent[start]))
    drawn = (away * scale[level][:, np.newaxis]).T @ away
    return drawn + (centre * (scale * empty)[:, np.newaxis]).T @ centre, None


def _summed(values: Floats, which: Integers, groups: int) -> Floats:
    """The sums of values (n, k) by group (n,): (groups, k)."""
    columns = [np.bincount(which, weights=column, minlength=groups) for column in values.T]
    return np.stack(columns, axis=1) if columns else np.zeros((groups, 0))


def _average(single: Booleans, parent: Integers) -> Floats:
    """How much the other strata of the same parent must stand for: all strata / those with more."""
    _, which = np.unique(parent, return_inverse=True)
    strata, fine = np.bincount(which), np.bincount(which, weights=~single)
    return np.asarray((strata / np.maximum(fine, 1))[which])


def _columns(column: npt.ArrayLike, n: int) -> Integers:
    """A column (n,) or columns (n, S) as integer codes (n, S)."""
    table = np.asarray(column)
    if table.shape[0] != n:
        raise ValueError("strata, clusters and weights must have a value for every row")
    table = _wide(table)
    coded = [np.unique(table[:, k], return_inverse=True)[1] for k in range(table.shape[1])]
    return np.stack(coded, axis=1).astype(np.int64)


def _wide(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return column[:, np.newaxis] if column.ndim == 1 else column


def _together(first: Integers, second: Integers) -> Integers:
    """The combinations of two codes as codes 0..K-1, in rising order."""
    width = int(second.max(initial=0)) + 1
    return np.asarray(np.unique(first * width + second, return_inverse=True)[1], np.int64)
