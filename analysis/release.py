"""From the counts of a round to its release: every figure that may be shown, computed once."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from analysis import negative_list as negatives
from analysis.columns import Unit
from analysis.counts import Integers, Tables
from analysis.disclosure import Flags, shown, tellable
from analysis.evidence import METHOD
from analysis.figures import (
    Assessment,
    Cell,
    ItemFigures,
    Listed,
    Overview,
    Release,
    Rule,
    Tier,
    UnitFigures,
    UnitList,
)
from analysis.item_figures import distribution, withheld
from analysis.parents import families, rolled_up, summed_above
from analysis.statistics.proportions import share, wilson
from questionnaires import NegativeRule, Questionnaire, Text, Variable

__all__ = ["Fieldwork", "Release", "build"]


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
    returned: Mapping[str, int] | None = None
    """Responses that have arrived, by unit; the tables may not hold all of them yet."""
    synthetic: bool = False
    min_group: int = 0
    """The floor decided for the round; the questionnaire's own holds where it is higher."""
    parents: Mapping[str, Text] = field(default_factory=dict)


def build(
    questionnaire: Questionnaire, tables: Tables, fieldwork: Fieldwork, as_of: datetime.date
) -> Release:
    """Compute the release of a round from its counts.

    ``min_group`` of the questionnaire is the floor: see ``analysis.disclosure``.
    """
    floor = max(questionnaire.anonymity.min_group, fieldwork.min_group)
    units = tables.axes.units
    layered = len({unit.parent for unit in units}) > 1
    parent = families(units)[1] if layered else np.zeros(len(units), np.int64)
    everyone = shown(tables.responses.sum(axis=1), parent, floor)
    arrived = shown(_arrived(fieldwork, tables), parent, floor)
    rows = [shown(row, parent, floor, everyone) for row in negatives.ratings(tables).valid]
    level = partial(_Level, questionnaire, floor=floor, whole=everyone.whole, as_of=as_of)
    release = level(
        tables,
        fieldwork,
        rule=questionnaire.negative_list,
        visible=everyone.units,
        arrived=arrived.units,
        cells=[row.units for row in rows],
    ).release()
    if not layered:
        return release
    above = level(
        rolled_up(tables, fieldwork.parents),
        dataclasses.replace(
            fieldwork,
            issued=summed_above(fieldwork.issued, units),
            returned=summed_above(fieldwork.returned, units),
        ),
        rule=None,
        visible=everyone.parents,
        arrived=arrived.parents,
        cells=[row.parents for row in rows],
    ).release()
    return dataclasses.replace(release, by_parent=above)


def _arrived(fieldwork: Fieldwork, tables: Tables) -> Integers:
    """Return (U,) the responses that have arrived: as told, or else those in the tables."""
    if fieldwork.returned is None:
        return np.asarray(tables.responses.sum(axis=1), np.int64)
    told = fieldwork.returned
    return np.array([told.get(unit.code, 0) for unit in tables.axes.units], np.int64)


class _Level:
    """The figures of one level of the tree.

    (U,) ``visible`` is where figures are shown, ``arrived`` where the number of responses is, and
    ``cells`` is which figures of each rated item are.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        tables: Tables,
        fieldwork: Fieldwork,
        *,
        rule: NegativeRule | None,
        floor: int,
        whole: bool,
        visible: Flags,
        arrived: Flags,
        cells: list[Flags],
        as_of: datetime.date,
    ) -> None:
        self.questionnaire = questionnaire
        self.tables = tables
        self.fieldwork = fieldwork
        self.rule = rule
        self.floor = floor
        self.whole = whole
        self.visible = visible
        self.arrived = arrived
        self.cells = cells
        self.as_of = as_of
        self.units = tables.axes.units
        self.many_parents = len({unit.parent for unit in self.units}) > 1
        self.counted = tables.responses.sum(axis=1)
        self.returned = _arrived(fieldwork, tables)
        shape = (len(cells), len(self.units))
        # Evidence is drawn from all cells together, so what may not be shown is not in them.
        self.ratings = negatives.ratings(tables).only(np.array(cells, np.bool_).reshape(shape))
        self.listed = self._listed()
        self.entries = self.listed.entries if self.listed else ()

    def release(self) -> Release:
        items = tuple(self._item(p) for p in range(len(self.tables.axes.variables)))
        return Release(
            title=self.fieldwork.title,
            questionnaire=self.questionnaire.id,
            version=self.questionnaire.content_hash,
            opens=self.fieldwork.opens,
            closes=self.fieldwork.closes,
            as_of=self.as_of,
            mode=self.fieldwork.mode,
            synthetic=self.fieldwork.synthetic,
            min_group=self.floor,
            rule=_rule(self.rule),
            overview=self._overview(),
            units=tuple(self._unit(position) for position in range(len(self.units))),
            items=items,
            grid=self._grid(),
            negative_list=self._lists(self.entries, items),
            watched=self._lists(self.listed.watched if self.listed else (), items),
            assessment=self._assessment(),
            by_parent=None,
        )

    def _listed(self) -> negatives.NegativeList | None:
        if self.rule is None:
            return None
        return negatives.negative_list(self.rule, self.ratings, self._unheard())

    def _unheard(self) -> Integers | None:
        """Return (U,) the people of each unit who were asked and are not in the figures."""
        issued = self.fieldwork.issued
        if issued is None:
            return None
        asked = np.array([issued.get(unit.code, 0) for unit in self.units], np.int64)
        return np.asarray(np.maximum(0, asked - self.counted))

    def _assessment(self) -> Assessment | None:
        if self.listed is None:
            return None
        assessed = self.listed.assessed
        told = {tier.value: int((assessed.tier == tier.value).sum()) for tier in Tier}
        return Assessment(
            **told,
            false_expected=assessed.false_expected,
            method=METHOD,
            data=assessed.data,
        )

    def _overview(self) -> Overview:
        issued = self.fieldwork.issued
        total = sum(issued.values()) if issued else None
        arrived = int(self.returned.sum())
        returned = arrived if tellable(arrived, self.floor) else None
        return Overview(
            units=len(self.units),
            units_shown=int(self.visible.sum()),
            issued=total,
            returned=returned,
            counted=int(self.counted.sum()) if self.whole else None,
            rate=returned / total if total and returned is not None else None,
            items=len(self.questionnaire.items),
            listed=len(self.entries),
            severe=sum(entry.severe for entry in self.entries),
            units_listed=len({entry.unit for entry in self.entries}),
        )

    def _unit(self, position: int) -> UnitFigures:
        unit, visible = self.units[position], bool(self.visible[position])
        issued = self.fieldwork.issued.get(unit.code, 0) if self.fieldwork.issued else None
        returned = int(self.returned[position]) if self.arrived[position] else None
        listed = [entry for entry in self.entries if entry.unit == position]
        return UnitFigures(
            code=unit.code,
            label=unit.label,
            parent=unit.parent,
            parent_label=self._parent_label(unit),
            shown=visible,
            issued=issued,
            returned=returned,
            rate=returned / issued if returned is not None and issued else None,
            listed=len(listed) if visible else None,
            severe=sum(entry.severe for entry in listed) if visible else None,
        )

    def _parent_label(self, unit: Unit) -> Text | None:
        """Return the name of a unit's parent where that tells units apart."""
        if unit.parent is None or not self.many_parents:
            return None
        return self.fieldwork.parents.get(unit.parent) or Text(unit.parent)

    def _item(self, position: int) -> ItemFigures:
        variable, counted = self.tables.axes.variables[position], self.tables.total[position]
        item = self.questionnaire.item_by_id[variable.item]
        valid = int(counted[negatives.valid_codes(variable, self.tables.axes.width)].sum())
        visible = self.whole and tellable(valid, self.floor)
        return ItemFigures(
            variable=variable.name,
            item=variable.item,
            number=self.questionnaire.numbers.get(variable.item, 0),
            label=self.questionnaire.unanswered(item.label),
            part=self._part(variable),
            section=self.questionnaire.section_of[variable.item].id,
            shown=visible,
            rated=variable.rated,
            scored=variable.scored,
            **(distribution(variable, counted) if visible else withheld(variable)),
        )

    def _part(self, variable: Variable) -> Text | None:
        """Return what a variable adds to its item's label: the row, or the option."""
        whole = self.questionnaire.item_by_id[variable.item].label
        return None if variable.label == self.questionnaire.unanswered(whole) else variable.label

    def _grid(self) -> dict[str, tuple[Cell, ...]]:
        found = self.ratings
        low, high = wilson(found.negative, found.valid)
        shares = share(found.negative, found.valid)
        tiers = self.listed.assessed.tier if self.listed else np.full(found.valid.shape, "")
        return {
            self.tables.axes.variables[position].name: tuple(
                Cell(
                    negative=int(found.negative[row, unit]),
                    valid=int(found.valid[row, unit]),
                    share=float(shares[row, unit]),
                    low=float(low[row, unit]),
                    high=float(high[row, unit]),
                    tier=Tier(str(tiers[row, unit])) if tiers[row, unit] else None,
                )
                if self.cells[row][unit]
                else Cell()
                for unit in range(len(self.units))
            )
            for row, position in enumerate(found.positions)
        }

    def _lists(
        self, entries: tuple[negatives.Entry, ...], items: tuple[ItemFigures, ...]
    ) -> tuple[UnitList, ...]:
        by_unit: dict[int, list[Listed]] = {}
        for entry in entries:
            by_unit.setdefault(entry.unit, []).append(_listed(entry, items[entry.variable]))
        return tuple(
            UnitList(
                code=unit.code,
                label=unit.label,
                parent=unit.parent,
                parent_label=self._parent_label(unit),
                entries=tuple(by_unit[position]),
            )
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
        evidence=entry.evidence,
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
