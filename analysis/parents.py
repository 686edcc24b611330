"""Counts one level up the tree: units summed into their parents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from analysis.columns import Axes, Unit
from analysis.counts import Tables
from analysis.order import natural
from questionnaires import Text


def families(units: Sequence[Unit]) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Return the codes of the parents, naturally ordered, and (U,) each unit's position in them.

    A unit without a parent is its own, together with the units below it.
    """
    above = [unit.parent or unit.code for unit in units]
    codes = tuple(sorted(set(above), key=natural))
    place = {code: position for position, code in enumerate(codes)}
    return codes, np.array([place[code] for code in above], np.int64)


def rolled_up(tables: Tables, names: Mapping[str, Text]) -> Tables:
    """Return the tables with each unit's counts in its parent's; a unit without one stays itself.

    ``names`` maps the code of a parent to its name; without a name it is called by its code.
    """
    codes, positions = families(tables.axes.units)
    labels = {unit.code: unit.label for unit in tables.axes.units} | dict(names)
    units = tuple(Unit(code, labels.get(code) or Text(code)) for code in codes)
    summed = Tables.zero(Axes(tables.axes.variables, units, tables.axes.roles))
    # A view with the units first: add.at adds up where several units share a parent.
    np.add.at(np.moveaxis(summed.cells, 1, 0), positions, np.moveaxis(tables.cells, 1, 0))
    np.add.at(summed.responses, positions, tables.responses)
    return Tables(summed.axes, summed.cells, summed.responses, tables.gram)


def summed_above(
    numbers: Mapping[str, int] | None, units: Sequence[Unit]
) -> Mapping[str, int] | None:
    """Return numbers by unit, such as invitations, by parent; None where they are not known."""
    if numbers is None:
        return None
    found: Counter[str] = Counter()
    for unit in units:
        found[unit.parent or unit.code] += numbers.get(unit.code, 0)
    return found
