"""The negative list: which item in which unit is a problem by the questionnaire's own rule.

The rule is policy and is decided in exact integers. Beside it stands the evidence, which never adds
to the list nor takes away from it: ``analysis.evidence``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
import numpy.typing as npt

from analysis.counts import Integers, Tables
from analysis.evidence import Assessed, Cut, assess, evidence
from analysis.figures import Evidence, Tier
from analysis.statistics.proportions import wilson
from questionnaires import NegativeRule, Variable

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that is listed for one unit, with its evidence."""

    unit: int
    """Position of the unit on the axes."""
    variable: int
    """Position of the variable on the axes."""
    negative: int
    valid: int
    low: float
    """Lower end of the 95 % Wilson interval of the share."""
    high: float
    severe: bool
    evidence: Evidence

    @property
    def share(self) -> float:
        """The share of valid answers that are negative."""
        return self.negative / self.valid


@dataclass(frozen=True)
class Ratings:
    """For V' rated variables and U units: valid answers and how many of them are negative."""

    positions: tuple[int, ...]
    """Position of each rated variable on the axes."""
    valid: Integers
    """(V', U)"""
    negative: Integers
    """(V', U)"""

    def only(self, shown: Flags) -> Ratings:
        """Return these ratings with nothing in the cells that may not be shown, (V', U)."""
        return Ratings(
            self.positions, np.where(shown, self.valid, 0), np.where(shown, self.negative, 0)
        )


@dataclass(frozen=True)
class NegativeList:
    """What the rule lists, what else deserves a look, and the evidence on all cells."""

    entries: tuple[Entry, ...]
    watched: tuple[Entry, ...]
    """Not listed, yet confirmed or to be watched by the evidence."""
    assessed: Assessed


def ratings(tables: Tables) -> Ratings:
    """Return valid and negative answers of every variable that has an unfavourable level."""
    positions = tuple(p for p, variable in enumerate(tables.axes.variables) if variable.rated)
    width = tables.axes.width
    valid = np.zeros((len(positions), len(tables.axes.units)), np.int64)
    negative = np.zeros_like(valid)
    for row, position in enumerate(positions):
        variable, cells = tables.axes.variables[position], tables.by_unit[position]
        valid[row] = cells[:, valid_codes(variable, width)].sum(axis=1)
        negative[row] = cells[:, negative_codes(variable, width)].sum(axis=1)
    return Ratings(positions, valid, negative)


def valid_codes(variable: Variable, width: int) -> npt.NDArray[np.bool_]:
    """Return (C,) whether each code is a substantive answer."""
    return _codes({c.code for c in variable.categories if not c.missing}, width)


def negative_codes(variable: Variable, width: int) -> npt.NDArray[np.bool_]:
    """Return (C,) whether each code is an unfavourable substantive answer."""
    return _codes({c.code for c in variable.categories if c.negative and not c.missing}, width)


def _codes(wanted: set[int], width: int) -> npt.NDArray[np.bool_]:
    return np.isin(np.arange(width), list(wanted))


def listed(rule: NegativeRule, negative: int, valid: int) -> bool:
    """Say whether ``negative`` of ``valid`` answers puts an item on the list. Exact."""
    if valid < rule.min_valid or valid == 0:
        return False
    if rule.negative_share_at_least is not None:
        return Fraction(negative, valid) >= rule.negative_share_at_least
    assert rule.negative_share_above is not None
    return Fraction(negative, valid) > rule.negative_share_above


def negative_list(
    rule: NegativeRule, found: Ratings, unheard: Integers | None = None
) -> NegativeList:
    """Return every (unit, item) that the rule lists: by unit, within it the worst share first.

    ``found`` holds only what may be shown; ``unheard`` (U,) are the people of each unit who were
    asked and have not answered, where that is known.
    """
    by_rule = np.array(
        [
            [listed(rule, int(x), int(n)) for x, n in zip(xs, ns, strict=True)]
            for xs, ns in zip(found.negative, found.valid, strict=True)
        ],
        np.bool_,
    ).reshape(found.valid.shape)
    assessed = assess(_cut(rule), found.negative, found.valid)
    watched = np.isin(assessed.tier, (Tier.CONFIRMED.value, Tier.WATCH.value)) & ~by_rule
    known = evidence(assessed, by_rule | watched, unheard)
    entries = partial(_entries, rule, found, known)
    return NegativeList(entries(by_rule), entries(watched), assessed)


def _entries(
    rule: NegativeRule,
    found: Ratings,
    known: Mapping[tuple[int, int], Evidence],
    chosen: Flags,
) -> tuple[Entry, ...]:
    low, high = wilson(found.negative[chosen], found.valid[chosen])
    entries = [
        Entry(
            unit=int(unit),
            variable=found.positions[row],
            negative=(negative := int(found.negative[row, unit])),
            valid=(valid := int(found.valid[row, unit])),
            low=float(low[place]),
            high=float(high[place]),
            severe=_severe(rule, negative, valid),
            evidence=known[int(row), int(unit)],
        )
        for place, (row, unit) in enumerate(np.argwhere(chosen))
    ]
    return tuple(
        sorted(entries, key=lambda e: (e.unit, -Fraction(e.negative, e.valid), e.variable))
    )


def _cut(rule: NegativeRule) -> Cut:
    share = rule.negative_share_at_least
    if share is None:
        share = rule.negative_share_above
    assert share is not None
    return Cut(share, rule.min_valid)


def _severe(rule: NegativeRule, negative: int, valid: int) -> bool:
    threshold = rule.severe_share_at_least
    return threshold is not None and Fraction(negative, valid) >= threshold
