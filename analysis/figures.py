"""All figures that a page, a chart, a file or a PDF may show of a round, as frozen values.

Nothing downstream counts again. So what the floor hides is hidden everywhere alike.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from questionnaires import Text


@dataclass(frozen=True)
class Overview:
    """The figures of the whole round.

    ``returned`` is None when there are responses, yet fewer than the floor.
    """

    units: int
    units_shown: int
    issued: int | None
    returned: int | None
    counted: int | None
    """How many of the returned responses are in the figures; the others follow in the next step."""
    rate: float | None
    items: int
    listed: int
    severe: int
    units_listed: int


@dataclass(frozen=True)
class UnitFigures:
    """One unit.

    ``returned`` is None where so few responses arrived that their number is not shown; the entries
    of the negative list are None for a unit whose figures are not ``shown``.
    """

    code: str
    label: Text
    parent: str | None
    parent_label: Text | None
    shown: bool
    issued: int | None
    returned: int | None
    rate: float | None
    listed: int | None
    severe: int | None


@dataclass(frozen=True)
class Level:
    """One answer to an item over all units.

    ``count`` is None when the item is not shown, ``share`` also outside the valid answers.
    """

    value: str
    label: Text
    count: int | None
    share: float | None
    score: int | None
    negative: bool
    missing: bool


@dataclass(frozen=True)
class ItemFigures:
    """One closed variable over all units.

    Its figures are None when it is not ``shown``: some answered it, yet fewer than the floor.
    """

    variable: str
    item: str
    number: int
    label: Text
    part: Text | None
    section: str
    shown: bool
    levels: tuple[Level, ...]
    valid: int | None
    not_substantive: int | None
    unanswered: int | None
    rated: bool
    scored: bool
    negative: int | None
    negative_share: float | None
    low: float | None
    high: float | None
    mean: float | None
    sd: float | None

    @property
    def without_opinion(self) -> int | None:
        """Answers that are not valid: "don't know" and the like, and none at all."""
        if self.not_substantive is None or self.unanswered is None:
            return None
        return self.not_substantive + self.unanswered


class Tier(StrEnum):
    """What the evidence comes to: see ``analysis.evidence``."""

    CONFIRMED = "confirmed"
    WATCH = "watch"
    NOT_ENOUGH = "not_enough"
    CLEAR = "clear"


@dataclass(frozen=True)
class Cell:
    """One rated item in one unit; None throughout when it may not be shown.

    ``tier`` is None too where there is no answer, or no rule to hold it against.
    """

    negative: int | None = None
    valid: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    tier: Tier | None = None


@dataclass(frozen=True)
class Evidence:
    """How sure one may be of one entry; None where a figure does not exist."""

    tier: Tier
    shrunk: float
    """The unit's own share as all units and items together tell it, with its 95 % interval."""
    shrunk_low: float
    shrunk_high: float
    exceedance: float | None
    """The probability that the unit's own share is above the cut."""
    q: float | None
    """The false share expected among this entry and all that are at least as likely."""
    peers: float | None
    """The negative share of all other units together."""
    peers_p: float | None
    """The adjusted p-value of "no worse than the others"."""
    worse: bool
    """Clearly worse than the others: significantly, and beyond the usual differences."""
    rank: float | None
    """Expected rank among ``ranked`` units, 1 being the worst, with its 95 % interval."""
    rank_low: float | None
    rank_high: float | None
    ranked: int
    detectable: float | None
    """Where evidence is not enough: the true share that so many answers would mostly show."""
    among_all_low: float | None
    """95 % interval of the share among all who were asked and have an opinion."""
    among_all_high: float | None
    method: str
    data: str
    """Versions of the method and of the figures it was given."""


@dataclass(frozen=True)
class Assessment:
    """What the evidence comes to over all units and items that may be shown."""

    confirmed: int
    watch: int
    not_enough: int
    clear: int
    false_expected: float
    """How many of the confirmed are expected to be false."""
    method: str
    data: str


@dataclass(frozen=True)
class Listed:
    """One entry of the negative list of a unit."""

    variable: str
    number: int
    label: Text
    part: Text | None
    negative: int
    valid: int
    share: float
    low: float
    high: float
    overall: float | None
    """The negative share over all units, for comparison."""
    severe: bool
    evidence: Evidence


@dataclass(frozen=True)
class UnitList:
    """The entries of one unit, worst share first."""

    code: str
    label: Text
    parent: str | None
    parent_label: Text | None
    entries: tuple[Listed, ...]


@dataclass(frozen=True)
class Rule:
    """The rule of the negative list, as written in the definition; shares are exact text."""

    min_valid: int
    share: str
    strict: bool
    """The share must be above the threshold, not merely reach it."""
    severe: str | None


@dataclass(frozen=True)
class Release:
    """Everything that may be shown of a round."""

    title: Text
    questionnaire: str
    version: str
    opens: datetime.date | None
    closes: datetime.date | None
    as_of: datetime.date
    mode: str | None
    synthetic: bool
    min_group: int
    rule: Rule | None
    overview: Overview
    units: tuple[UnitFigures, ...]
    items: tuple[ItemFigures, ...]
    grid: Mapping[str, tuple[Cell, ...]]
    """Rated variable -> one cell per unit, in the order of ``units``."""
    negative_list: tuple[UnitList, ...]
    watched: tuple[UnitList, ...]
    """What the rule does not list and the evidence confirms or says to watch."""
    assessment: Assessment | None
    """None where there is no rule."""
    by_parent: Release | None
    """The same round one level up, without a negative list; None when units have no parents, or
    all the same one."""

    @property
    def rated_items(self) -> tuple[ItemFigures, ...]:
        """The items that can enter the negative list and may be shown."""
        return tuple(item for item in self.items if item.rated and item.shown)

    def to_json(self) -> str:
        """Return the release as JSON; texts are maps from language to words, dates are ISO."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return dict(value.root)
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(type(value))
