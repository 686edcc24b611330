"""The floor under which no group is shown, and what else must be hidden so that it stays hidden.

All figures of a release are sums over units, over their parents, and over everybody. So what a
shown total leaves over once everything shown below it is taken away can be worked out. Here that
rest is either nobody or at least as many people as the floor: no smaller group can be told apart by
adding and subtracting (a linear audit, exact because the sums are nested).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.counts import Integers

Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shown:
    """Where one statistic may be shown: for everybody, (P,) each parent, (U,) each unit."""

    whole: bool
    parents: Flags
    units: Flags


def tellable(people: int, floor: int) -> bool:
    """Say whether a figure about so many people of all units may be shown; nobody has no secret."""
    return people == 0 or people >= floor


def shown(sizes: Integers, parent: Positions, floor: int, within: Shown | None = None) -> Shown:
    """Return where a statistic may be shown that rests on (U,) ``sizes`` people in each unit.

    ``parent`` (U,) is the position of each unit's parent, 0 throughout where figures of parents are
    not released. ``within`` is where the people themselves may be shown, for a statistic that rests
    on some of them. Beyond the floor, the smallest groups are hidden that keep the rest large.
    """
    sums = np.zeros(int(parent.max(initial=0)) + 1, np.int64)
    np.add.at(sums, parent, sizes)
    found = _Search(sizes, parent, sums, floor, units=sizes >= floor, parents=sums >= floor)
    whole = tellable(int(sizes.sum()), floor)
    if within is not None:
        whole = whole and within.whole
        found.units &= within.units
        found.parents &= within.parents
    if whole and sizes.any():
        found.protect()
    return Shown(whole, found.parents, found.units)


@dataclass
class _Search:
    sizes: Integers
    parent: Positions
    sums: Integers
    floor: int
    units: Flags
    parents: Flags

    def protect(self) -> None:
        """Hide more until every rest is nobody or as many as the floor."""
        for family in np.flatnonzero(self.parents):
            members = self.parent == family
            while self._too_few(members):
                self._hide_smallest(members & self.units)
        while self._too_few(~self.parents[self.parent]):
            inside = self.units & ~self.parents[self.parent]
            if inside.any():
                self._hide_smallest(inside)
            else:
                self._hide_a_parent()

    def _too_few(self, members: Flags) -> bool:
        return bool(0 < self.sizes[members & ~self.units].sum() < self.floor)

    def _hide_smallest(self, candidates: Flags) -> None:
        places = np.flatnonzero(candidates)
        self.units[places[np.argmin(self.sizes[places])]] = False

    def _hide_a_parent(self) -> None:
        """Hide the smallest parent, one that already hides enough units where there is one."""
        hiding = np.zeros_like(self.sums)
        np.add.at(hiding, self.parent, np.where(self.units, 0, self.sizes))
        places = np.flatnonzero(self.parents)
        order = np.lexsort((self.sums[places], hiding[places] == 0))
        self.parents[places[order[0]]] = False
