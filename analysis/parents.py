"""Counts one level up the tree: units summed into their parents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from analysis.columns import Axes, Unit
from analysis.counts import Tables
from questionnaires import Text


def rolled_up(tables: Tables, names: Mapping[str, Text]) -> Tables:
    """Return the tables with each unit's counts in its parent's; a unit without one stays itself.

    ``names`` maps the code of a parent to its name; without a name it is called by its code.
    """
    parents = [unit.parent or unit.code for unit in tables.axes.units]
    place = {code: position for position, code in enumerate(sorted(set(parents)))}
    labels = {unit.code: unit.label for unit in tables.axes.units} | dict(names)
    units = tuple(Unit(code, labels.get(code, Text(code))) for code in place)
    summed = Tables.zero(Axes(tables.axes.variables, units, tables.axes.roles))
    positions = np.array([place[parent] for parent in parents])
    # A view with the units first: add.at adds up where several units share a parent.
    np.add.at(np.moveaxis(summed.cells, 1, 0), positions, np.moveaxis(tables.cells, 1, 0))
    np.add.at(summed.responses, positions, tables.responses)
    return Tables(summed.axes, summed.cells, summed.responses, tables.gram)


def issued_above(
    issued: Mapping[str, int] | None, units: Sequence[Unit]
) -> Mapping[str, int] | None:
    """Return the invitations of each parent, or None where they are not known."""
    if issued is None:
        return None
    found: Counter[str] = Counter()
    for unit in units:
        found[unit.parent or unit.code] += issued.get(unit.code, 0)
    return found
