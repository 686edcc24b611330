"""Raw answers, as far as they can be understood: what was given, and what is visible because of it.

``answers.check`` judges a reading; a form that is still being filled in only shows one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from questionnaires.expressions.evaluate import Value
from questionnaires.kinds.base import (
    Context,
    Desk,
    Item,
    Json,
    Surroundings,
    blank,
)
from questionnaires.model import Questionnaire, Section
from questionnaires.path import Scope, Visibility
from questionnaires.problems import Place, Problem
from questionnaires.text import NOT_YET, Text, isolated


@dataclass(slots=True)
class Sheet:
    """One filling of a set of items: the whole form, or one entry of a repeated section."""

    prefix: str
    raw: Mapping[str, Json]
    values: dict[str, Json] = field(default_factory=dict)
    seen: dict[str, Value] = field(default_factory=dict)
    problems: dict[str, list[Problem]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """The raw answers of one respondent, read item by item."""

    questionnaire: Questionnaire
    around: Surroundings
    whole: Sheet
    #: Id of a repeated section -> its entries; blank ones, such as unused rows, are left out.
    entries: Mapping[str, Sequence[Sheet]]
    visibility: Visibility
    #: Id of a repeated section -> why its answers could not be read at all.
    unread: Mapping[str, Problem]

    def worded(self, text: Text, entry: Sheet | None = None) -> Text:
        """Return a text with terms and answers in place, as it stands in an entry if in one."""

        def shown(name: str, language: str) -> str:
            item = self.questionnaire.item_by_id.get(name)
            return NOT_YET if item is None else self._shown(item, entry, language)

        return self.questionnaire.filled(text).piped(shown)

    def fillings(self, section: Section) -> Iterator[tuple[Sheet, Scope]]:
        """Yield the fillings of a section that is asked: the whole form, or each of its entries."""
        if not self.visibility.reached(section):
            return
        if not section.repeat:
            yield self.whole, self.visibility
            return
        for index, sheet in enumerate(self.entries[section.id]):
            yield sheet, self.visibility.entry(section, index)

    def _shown(self, item: Item, entry: Sheet | None, language: str) -> str:
        return isolated(self._answer(item, entry, language).strip()) or NOT_YET

    def _answer(self, item: Item, entry: Sheet | None, language: str) -> str:
        section = self.questionnaire.section_of[item.id]
        scope: Scope = self.visibility
        sheet = self.whole
        if section.repeat:
            inside = self.entries.get(section.id, ())
            at = next((n for n, one in enumerate(inside) if one is entry), None)
            if entry is None or at is None:
                return ""
            scope, sheet = self.visibility.entry(section, at), entry
        if item.id not in scope:
            return ""
        if item.id in sheet.values:
            return item.show(sheet.values[item.id], self.around, language)
        worked_out = scope.readable.get(item.id)
        return "" if worked_out is None else item.show(worked_out, self.around, language)


def read(questionnaire: Questionnaire, raw: Mapping[str, Json], context: Context) -> Reading:
    """Check each answered item by itself and work out what is visible."""
    around = questionnaire.surroundings(context)
    whole, unread = Sheet("", raw), dict[str, Problem]()
    entries: dict[str, list[Sheet]] = {}
    for section in questionnaire.sections:
        if section.repeat:
            entries[section.id] = list(_entries(section, raw, around, unread))
        else:
            _read(section.items, whole, around)
    rosters = {name: [sheet.seen for sheet in sheets] for name, sheets in entries.items()}
    visibility = Visibility(questionnaire, whole.seen, context, rosters)
    return Reading(questionnaire, around, whole, entries, visibility, unread)


def _read(items: Sequence[Item], sheet: Sheet, around: Surroundings) -> None:
    """Check each answered item and note what conditions may see of it."""
    raw, values, seen = sheet.raw, sheet.values, sheet.seen
    for item in items:
        name = item.id
        if not item.asked and (value := item.given(around.context)) is not None:
            values[name], seen[name] = value, item.in_expressions(value)
        given = raw.get(name)
        if given is None or item.is_blank(given):
            continue
        desk = Desk(around, sheet.prefix + name)
        value = item.check(given, desk)
        if desk.problems:
            sheet.problems[name] = desk.problems
        elif not blank(value):
            values[name] = value
            seen[name] = item.in_expressions(value)


def _entries(
    section: Section, raw: Mapping[str, Json], around: Surroundings, unread: dict[str, Problem]
) -> Iterator[Sheet]:
    given: Any = raw.get(section.id)
    if blank(given):
        return
    if not isinstance(given, list) or not all(isinstance(entry, Mapping) for entry in given):
        unread[section.id] = Problem("value_shape", {}, Place(section.id))
        return
    filled = [(n, entry) for n, entry in enumerate(given) if not _empty(section, entry)]
    limit = section.repeat.max if section.repeat else 0
    if len(filled) > limit:
        values = {"limit": limit, "count": len(filled)}
        unread[section.id] = Problem("entries_too_many", values, Place(section.id))
        return
    for number, entry in filled:
        sheet = Sheet(f"{section.id}.{number}.", entry)
        _read(section.items, sheet, around)
        yield sheet


def _empty(section: Section, entry: Mapping[str, Json]) -> bool:
    """Say whether an entry was left blank, so that an unused row of a form does no harm."""
    known = {item.id: item for item in section.items}
    return all(name in known and known[name].is_blank(value) for name, value in entry.items())
