"""The release: all figures that a page, a chart, a file or a PDF may show, computed once.

Nothing downstream counts again. So what the floor hides is hidden everywhere alike.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis import negative_list as negatives
from analysis.columns import Unit
from analysis.counts import Tables, score_table, scored_codes
from analysis.disclosure import shown, shown_cells
from analysis.parents import issued_above, rolled_up
from analysis.statistics.means import moments
from analysis.statistics.proportions import share, wilson
from questionnaires import NegativeRule, Questionnaire, Text, Variable


@dataclass(frozen=True)
class Fieldwork:
    """What is known of the round besides its answers.

    ``issued`` maps the code of a unit to its invitations, ``parents`` that of a parent to its name.
    """

    title: Text
    opens: datetime.date | None = None
    closes: datetime.date | None = None
    mode: str | None = None
    issued: Mapping[str, int] | None = None
    synthetic: bool = False
    min_group: int = 0
    """The floor decided for the round; the questionnaire's own holds where it is higher."""
    parents: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Overview:
    """The figures of the whole round."""

    units: int
    units_shown: int
    issued: int | None
    returned: int
    rate: float | None
    items: int
    listed: int
    severe: int
    units_listed: int


@dataclass(frozen=True)
class UnitFigures:
    """One unit. ``returned`` and everything after it is None for a unit that is not shown."""

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
    """One answer to an item over all units; ``share`` is None outside the valid answers."""

    value: str
    label: Text
    count: int
    share: float | None
    score: int | None
    negative: bool
    missing: bool


@dataclass(frozen=True)
class ItemFigures:
    """One closed variable over all units."""

    variable: str
    item: str
    number: int
    label: Text
    part: Text | None
    section: str
    levels: tuple[Level, ...]
    valid: int
    not_substantive: int
    unanswered: int
    rated: bool
    scored: bool
    negative: int
    negative_share: float | None
    low: float | None
    high: float | None
    mean: float | None
    sd: float | None


@dataclass(frozen=True)
class Cell:
    """One rated item in one unit; None throughout when it may not be shown."""

    negative: int | None = None
    valid: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None


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


@dataclass(frozen=True)
class UnitList:
    """The negative list of one unit, worst share first."""

    code: str
    label: Text
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
    by_parent: Release | None
    """The same round one level up, without a negative list; None when units have no parents, or
    all the same one."""

    @property
    def rated_items(self) -> tuple[ItemFigures, ...]:
        """The items that can enter the negative list."""
        return tuple(item for item in self.items if item.rated)

    def to_json(self) -> str:
        """Return the release as JSON; texts are maps from language to words, dates are ISO."""
        tree = dataclasses.asdict(self, dict_factory=dict)
        return json.dumps(tree, ensure_ascii=False, indent=1, default=_plain)


def build(
    questionnaire: Questionnaire, tables: Tables, fieldwork: Fieldwork, as_of: datetime.date
) -> Release:
    """Compute the release of a round from its counts.

    ``min_group`` of the questionnaire is the floor: see ``analysis.disclosure``.
    """
    rule = questionnaire.negative_list
    release = _Builder(questionnaire, tables, fieldwork, rule).release(as_of)
    if len({unit.parent for unit in tables.axes.units}) < 2:
        return release
    above = dataclasses.replace(fieldwork, issued=issued_above(fieldwork.issued, tables.axes.units))
    parents = _Builder(questionnaire, rolled_up(tables, fieldwork.parents), above, None).release(
        as_of
    )
    return dataclasses.replace(release, by_parent=parents)


class _Builder:
    def __init__(
        self,
        questionnaire: Questionnaire,
        tables: Tables,
        fieldwork: Fieldwork,
        rule: NegativeRule | None,
    ) -> None:
        self.questionnaire = questionnaire
        self.rule = rule
        self.tables = tables
        self.fieldwork = fieldwork
        self.floor = max(questionnaire.anonymity.min_group, fieldwork.min_group)
        self.units = tables.axes.units
        self.many_parents = len({unit.parent for unit in self.units}) > 1
        self.returned = tables.responses.sum(axis=1)
        self.visible = shown(self.returned.tolist(), self.units, self.floor)
        self.ratings = negatives.ratings(tables)
        self.cells = shown_cells(self.ratings.valid, self.visible, self.units, self.floor)
        self.entries = self._entries()

    def release(self, as_of: datetime.date) -> Release:
        items = tuple(self._item(p) for p in range(len(self.tables.axes.variables)))
        return Release(
            title=self.fieldwork.title,
            questionnaire=self.questionnaire.id,
            version=self.questionnaire.content_hash,
            opens=self.fieldwork.opens,
            closes=self.fieldwork.closes,
            as_of=as_of,
            mode=self.fieldwork.mode,
            synthetic=self.fieldwork.synthetic,
            min_group=self.floor,
            rule=_rule(self.rule),
            overview=self._overview(),
            units=tuple(self._unit(position) for position in range(len(self.units))),
            items=items,
            grid=self._grid(),
            negative_list=self._lists({item.variable: item for item in items}),
            by_parent=None,
        )

    def _entries(self) -> tuple[negatives.Entry, ...]:
        if self.rule is None:
            return ()
        row = {position: row for row, position in enumerate(self.ratings.positions)}
        return tuple(
            entry
            for entry in negatives.negative_list(self.rule, self.tables)
            if self.cells[row[entry.variable], entry.unit]
        )

    def _overview(self) -> Overview:
        issued = self.fieldwork.issued
        total, returned = sum(issued.values()) if issued else None, int(self.returned.sum())
        return Overview(
            units=len(self.units),
            units_shown=int(self.visible.sum()),
            issued=total,
            returned=returned,
            rate=returned / total if total else None,
            items=len(self.questionnaire.items),
            listed=len(self.entries),
            severe=sum(entry.severe for entry in self.entries),
            units_listed=len({entry.unit for entry in self.entries}),
        )

    def _unit(self, position: int) -> UnitFigures:
        unit, visible = self.units[position], bool(self.visible[position])
        issued = self.fieldwork.issued.get(unit.code, 0) if self.fieldwork.issued else None
        returned = int(self.returned[position])
        listed = [entry for entry in self.entries if entry.unit == position]
        return UnitFigures(
            code=unit.code,
            label=unit.label,
            parent=unit.parent,
            parent_label=self._parent_label(unit),
            shown=visible,
            issued=issued,
            returned=returned if visible else None,
            rate=returned / issued if visible and issued else None,
            listed=len(listed) if visible else None,
            severe=sum(entry.severe for entry in listed) if visible else None,
        )

    def _parent_label(self, unit: Unit) -> Text | None:
        """Return the name of a unit's parent where that tells units apart."""
        if unit.parent is None or not self.many_parents:
            return None
        return self.fieldwork.parents.get(unit.parent, Text(unit.parent))

    def _item(self, position: int) -> ItemFigures:
        variable, counted = self.tables.axes.variables[position], self.tables.total[position]
        width = self.tables.axes.width
        valid = int(counted[negatives.valid_codes(variable, width)].sum())
        negative = int(counted[negatives.negative_codes(variable, width)].sum())
        low, high = wilson(negative, valid)
        found = moments(counted, score_table(variable, width), scored_codes(variable, width))
        item = self.questionnaire.item_by_id[variable.item]
        rated = variable.rated
        return ItemFigures(
            variable=variable.name,
            item=variable.item,
            number=self.questionnaire.items.index(item) + 1,
            label=self.questionnaire.filled(item.label),
            part=self._part(variable),
            section=self.questionnaire.section_of[variable.item].id,
            levels=self._levels(variable, counted, valid),
            valid=valid,
            not_substantive=int(counted[1:].sum()) - valid,
            unanswered=int(counted[0]),
            rated=rated,
            scored=variable.scored,
            negative=negative,
            negative_share=_number(share(negative, valid)) if rated else None,
            low=_number(low) if rated else None,
            high=_number(high) if rated else None,
            mean=_number(found.mean) if variable.scored else None,
            sd=_number(found.sd) if variable.scored else None,
        )

    def _part(self, variable: Variable) -> Text | None:
        """Return what a variable adds to its item's label: the row, or the option."""
        whole = self.questionnaire.item_by_id[variable.item].label
        return None if variable.label == self.questionnaire.filled(whole) else variable.label

    def _levels(self, variable: Variable, counted: npt.NDArray[np.int64], valid: int) -> Any:
        return tuple(
            Level(
                value=category.value,
                label=category.label,
                count=int(counted[category.code]),
                share=None if category.missing else _number(share(counted[category.code], valid)),
                score=category.score,
                negative=category.negative,
                missing=category.missing,
            )
            for category in variable.categories
        )

    def _grid(self) -> dict[str, tuple[Cell, ...]]:
        low, high = wilson(self.ratings.negative, self.ratings.valid)
        shares = share(self.ratings.negative, self.ratings.valid)
        return {
            self.tables.axes.variables[position].name: tuple(
                Cell(
                    negative=int(self.ratings.negative[row, unit]),
                    valid=int(self.ratings.valid[row, unit]),
                    share=float(shares[row, unit]),
                    low=float(low[row, unit]),
                    high=float(high[row, unit]),
                )
                if self.cells[row, unit]
                else Cell()
                for unit in range(len(self.units))
            )
            for row, position in enumerate(self.ratings.positions)
        }

    def _lists(self, items: Mapping[str, ItemFigures]) -> tuple[UnitList, ...]:
        by_unit: dict[int, list[Listed]] = {}
        for entry in self.entries:
            item = items[self.tables.axes.variables[entry.variable].name]
            by_unit.setdefault(entry.unit, []).append(_listed(entry, item))
        return tuple(
            UnitList(unit.code, unit.label, self._parent_label(unit), tuple(by_unit[position]))
            for position, unit in enumerate(self.units)
            if position in by_unit
        )


def _listed(entry: negatives.Entry, item: ItemFigures) -> Listed:
    return Listed(
        variable=item.variable,
        number=item.number,
        label=item.label,
        part=item.part,
        negative=entry.negative,
        valid=entry.valid,
        share=entry.share,
        low=entry.low,
        high=entry.high,
        overall=item.negative_share,
        severe=entry.severe,
    )


def _rule(rule: NegativeRule | None) -> Rule | None:
    if rule is None:
        return None
    threshold = rule.negative_share_at_least
    strict = threshold is None
    severe = rule.severe_share_at_least
    return Rule(
        min_valid=rule.min_valid,
        share=str(rule.negative_share_above if strict else threshold),
        strict=strict,
        severe=None if severe is None else str(severe),
    )


def _number(value: Any) -> float | None:
    number = float(value)
    return None if math.isnan(number) else number


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return dict(value.root)
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(type(value))
