"""Somebody who holds nothing but the released JSON and tries to work out what it hides.

The figures are sums of the same few unknowns: for each statistic, one number per unit. Every shown
total, parent and unit is one linear equation. Exact elimination then says which sets of people can
be told apart: a set of 1 to floor - 1 people is a leak (trust.md, section 3, R2).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import linprog

from analysis.evidence import Cut, assess, evidence
from analysis.figures import Evidence

Json = Mapping[str, Any]
#: A sum over units (by code) and what it comes to.
Equation = tuple[frozenset[str], int]
Row = list[int | Fraction]


@dataclass(frozen=True)
class Found:
    """People told apart by their figures: which statistic, of which units, how many they are."""

    statistic: str
    units: frozenset[str]
    people: int


def leaks(release: Json, floor: int) -> list[Found]:
    """Return every group of 1 to floor - 1 people whose figures follow from the release."""
    found = [
        Found(name, units, people)
        for name, equations in sums(release).items()
        for units, people in solved(equations)
        if 0 < people < floor
    ]
    found += [Found(f"all:{name}", frozenset(), n) for name, n in _wholes(release) if 0 < n < floor]
    return found


def sums(release: Json) -> dict[str, list[Equation]]:
    """Return, for each statistic that counts people, every equation that the release states."""
    found = {"returned": list(_returned(release))}
    for variable in release["grid"]:
        found[variable] = list(_cells(release, variable, "valid"))
    return found


def _levels(release: Json) -> list[tuple[Json, list[frozenset[str]]]]:
    """Return the release and the one above it, each with the units that its units stand for."""
    units = release["units"]
    own = [frozenset([unit["code"]]) for unit in units]
    levels = [(release, own)]
    if release["by_parent"]:
        above = [
            frozenset(u["code"] for u in units if (u["parent"] or u["code"]) == parent["code"])
            for parent in release["by_parent"]["units"]
        ]
        levels.append((release["by_parent"], above))
    return levels


def _returned(release: Json) -> Iterable[Equation]:
    everyone = frozenset(unit["code"] for unit in release["units"])
    for level, sets in _levels(release):
        if level["overview"]["returned"] is not None:
            yield everyone, level["overview"]["returned"]
        for unit, codes in zip(level["units"], sets, strict=True):
            if unit["returned"] is not None:
                yield codes, unit["returned"]


def _cells(release: Json, variable: str, key: str) -> Iterable[Equation]:
    everyone = frozenset(unit["code"] for unit in release["units"])
    for level, sets in _levels(release):
        item = next(item for item in level["items"] if item["variable"] == variable)
        if item[key] is not None:
            yield everyone, item[key]
        for cell, codes in zip(level["grid"][variable], sets, strict=True):
            if cell[key] is not None:
                yield codes, cell[key]


def _wholes(release: Json) -> Iterable[tuple[str, int]]:
    """Return the base of every distribution over all units, however it can be put together."""
    for item in release["items"]:
        counts = [level["count"] for level in item["levels"] if not level["missing"]]
        if None not in counts:
            yield item["variable"], sum(counts)
        others = (item["not_substantive"], item["unanswered"], release["overview"]["returned"])
        if None not in others:
            yield item["variable"], others[2] - others[0] - others[1]


def solved(equations: list[Equation]) -> list[Equation]:
    """Return the smallest sets of units whose sum follows, by exact Gauss-Jordan elimination."""
    codes = sorted({code for units, _ in equations for code in units})
    rows: list[Row] = [[int(code in units) for code in codes] + [n] for units, n in equations]
    reduced = _reduced(rows, len(codes))
    found = []
    for row in reduced:
        held = {code for code, factor in zip(codes, row, strict=False) if factor}
        if all(factor in (0, 1) for factor in row[:-1]):
            found.append((frozenset(held), int(row[-1])))
    return found


def _reduced(rows: list[Row], width: int) -> list[Row]:
    done = 0
    for column in range(width):
        pivot = next((r for r in range(done, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        factor = rows[done][column]
        if factor != 1:
            rows[done] = [Fraction(value) / factor for value in rows[done]]
        for r in range(len(rows)):
            if r != done and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[done], strict=True)]
        done += 1
    return rows[:done]


def pinned(release: Json, variable: str) -> dict[str, int]:
    """Return the units whose number of valid answers is hidden and yet has one possible value.

    Linear programming over everything stated of responses and of this item: no count is negative,
    and a unit has no more valid answers than responses (trust.md, section 3, R3).
    """
    codes = [unit["code"] for unit in release["units"]]
    returned, valid = sums(release)["returned"], sums(release)[variable]
    size = len(codes)
    equations = [(units, n, 0) for units, n in returned] + [(units, n, size) for units, n in valid]
    sides = np.zeros((len(equations), 2 * size))
    for row, (units, _, offset) in enumerate(equations):
        sides[row, [offset + codes.index(code) for code in units]] = 1
    no_more = np.hstack([-np.eye(size), np.eye(size)])
    stated = {unit for units, _ in valid if len(units) == 1 for unit in units}
    found = {}
    for place, code in enumerate(codes):
        if code in stated:
            continue
        low, high = (
            linprog(
                sign * np.eye(2 * size)[size + place],
                A_ub=no_more,
                b_ub=np.zeros(size),
                A_eq=sides,
                b_eq=[n for _, n, _ in equations],
            )
            for sign in (1, -1)
        )
        if high.fun is not None and -high.fun - low.fun < 1e-6:
            found[code] = round(low.fun)
    return found


def unexplained(release: Json) -> list[tuple[str, str]]:
    """Return the (unit, variable) whose evidence does not follow from what the release shows.

    The method is public, so its figures are computed again from the cells that are shown, and from
    the people invited and heard in the units that are shown. Whatever differs was drawn from
    something hidden, and would tell of it.
    """
    found = _again(release)
    codes = [unit["code"] for unit in release["units"]]
    variables = list(release["grid"])
    return [
        (one["code"], entry["variable"])
        for name in ("negative_list", "watched")
        for one in release[name]
        for entry in one["entries"]
        if not _equal(
            entry["evidence"],
            found.get((variables.index(entry["variable"]), codes.index(one["code"]))),
        )
    ]


def _again(release: Json) -> Mapping[tuple[int, int], Evidence]:
    rule, units = release["rule"], release["units"]
    cells = [release["grid"][variable] for variable in release["grid"]]
    negative, valid = (
        np.array([[cell[key] or 0 for cell in row] for row in cells], np.int64)
        for key in ("negative", "valid")
    )
    asked = [(unit["issued"] or 0) - (unit["returned"] or 0) for unit in units]
    told = any(unit["issued"] is not None for unit in units)
    assessed = assess(Cut(Fraction(rule["share"]), rule["min_valid"]), negative, valid)
    return evidence(assessed, valid > 0, np.maximum(0, asked) if told else None)


def _equal(stated: Json, found: Evidence | None) -> bool:
    """Whether all figures agree; quantiles of many cells are found in other steps than of few."""
    if found is None:
        return False
    computed = dataclasses.asdict(found)
    return all(
        abs(value - computed[name]) < 1e-4
        if isinstance(value, float) and isinstance(computed[name], float)
        else value == computed[name]
        for name, value in stated.items()
    )
