"""The floor under which no group is shown, and what else must be hidden so that it stays hidden."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis.columns import Unit

Flags = npt.NDArray[np.bool_]


def shown(responses: Sequence[int], units: Sequence[Unit], min_group: int) -> Flags:
    """Return (U,) which units may be shown.

    A unit with fewer than ``min_group`` responses is hidden. The figures of all hidden units of one
    parent together follow by subtraction from the parent's; so when they cover fewer than
    ``min_group`` responses, or are a single unit, the smallest shown sibling is hidden too.
    """
    sizes = np.asarray(responses)
    visible: Flags = sizes >= min_group
    for siblings in _families(units):
        _protect(visible, sizes, siblings, min_group)
    return visible


def _families(units: Sequence[Unit]) -> list[list[int]]:
    families: dict[str | None, list[int]] = {}
    for position, unit in enumerate(units):
        families.setdefault(unit.parent, []).append(position)
    return list(families.values())


def _protect(visible: Flags, sizes: npt.NDArray[np.int64], family: list[int], floor: int) -> None:
    """Hide more of a family until what is hidden in it cannot be told from the rest."""
    while True:
        hidden = [p for p in family if not visible[p] and sizes[p] > 0]
        if not hidden or (len(hidden) > 1 and sum(sizes[p] for p in hidden) >= floor):
            return
        candidates = [p for p in family if visible[p]]
        if not candidates:
            return
        visible[min(candidates, key=lambda p: (sizes[p], p))] = False


def shown_cells(
    valid: npt.NDArray[np.int64], visible: Flags, units: Sequence[Unit], min_group: int
) -> Flags:
    """Return (V, U) which cells may be shown, for (V, U) valid answers.

    A cell is shown when its unit is and it rests on ``min_group`` valid answers; the rule about
    subtraction from the parent holds for every row by itself.
    """
    cells: Flags = visible & (valid >= min_group)
    families = _families(units)
    for row, sizes in zip(cells, valid, strict=True):
        for family in families:
            _protect(row, sizes, family, min_group)
    return cells
