"""The negative list: which item in which unit is a problem by the questionnaire's own rule."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from analysis.counts import Integers, Tables
from analysis.statistics.proportions import wilson
from questionnaires import NegativeRule, Variable


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


def negative_list(rule: NegativeRule, tables: Tables) -> tuple[Entry, ...]:
    """Return every (unit, item) that the rule lists: by unit, within it the worst share first."""
    found = ratings(tables)
    low, high = wilson(found.negative, found.valid)
    entries = [
        Entry(
            unit=int(unit),
            variable=found.positions[row],
            negative=negative,
            valid=valid,
            low=float(low[row, unit]),
            high=float(high[row, unit]),
            severe=_severe(rule, negative, valid),
        )
        for row, unit in np.ndindex(found.valid.shape)
        if listed(
            rule, negative := int(found.negative[row, unit]), valid := int(found.valid[row, unit])
        )
    ]
    return tuple(
        sorted(entries, key=lambda e: (e.unit, -Fraction(e.negative, e.valid), e.variable))
    )


def _severe(rule: NegativeRule, negative: int, valid: int) -> bool:
    threshold = rule.severe_share_at_least
    return threshold is not None and Fraction(negative, valid) >= threshold
