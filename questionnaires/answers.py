"""The one validation of answers: web form, API, import and paper all come through ``check``."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from questionnaires.expressions.evaluate import Value
from questionnaires.kinds.base import Context, Desk, Item, Json, Surroundings
from questionnaires.kinds.choosing import Listed
from questionnaires.kinds.interviewing import Topic
from questionnaires.kinds.presenting import Calculated, Hidden
from questionnaires.model import Questionnaire, Repeat, Section
from questionnaires.path import Visibility
from questionnaires.problems import Place, Problem

#: So many unknown names are listed; a broken or hostile sender may give any number of them.
MAX_UNKNOWN = 20


@dataclass(frozen=True, slots=True)
class Answers:
    """Accepted answers: item id -> value; a repeated section id -> a list of such mappings."""

    values: Mapping[str, Json]

    def to_json(self) -> str:
        """Return the answers as JSON with one spelling: sorted keys, no spaces."""
        return json.dumps(self.values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a check: the answers, or None and the reasons."""

    answers: Answers | None
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Sheet:
    """One filling of a set of items: the whole form, or one entry of a repeated section."""

    prefix: str
    raw: Mapping[str, Json]
    values: dict[str, Json] = field(default_factory=dict)
    seen: dict[str, Value] = field(default_factory=dict)
    problems: dict[str, list[Problem]] = field(default_factory=dict)


def check(questionnaire: Questionnaire, raw: Any, context: Context | None = None) -> Outcome:
    """Check the raw answers of one respondent.

    ``raw`` maps item ids to raw values, and ids of repeated sections to lists of such mappings.
    All problems are returned at once, each at the name of its field; an item that is not visible
    is neither demanded nor kept.
    """
    if not isinstance(raw, Mapping):
        return Outcome(None, (Problem("answers_shape"),))
    around = questionnaire.surroundings(context)
    problems = list(_unknown(_names(questionnaire), raw, ""))
    sheet = _Sheet("", raw)
    values: dict[str, Json] = {}
    plain = tuple(i for s in questionnaire.sections if not s.repeat for i in s.items)
    for section in questionnaire.sections:
        if not section.repeat:
            _read(section, sheet, around)
    visibility = Visibility(questionnaire, sheet.seen, around.context.now)
    for section in questionnaire.sections:
        if section.repeat:
            entries = _repeated(section, section.repeat, raw, around, visibility, problems)
            values.update({section.id: entries} if entries else {})
        else:
            problems += _judge(section.items, sheet, around, visibility)
    values.update(_kept(sheet, plain, visibility))
    problems += _coverage(questionnaire, values, around, visibility)
    worded = tuple(_filled(problem, questionnaire) for problem in problems)
    return Outcome(None if problems else Answers(values), worded)


def nothing_answered(questionnaire: Questionnaire, answers: Answers) -> Problem | None:
    """Return a problem when a respondent gave no answer at all: such a sheet is not a response.

    Values that are fixed or worked out do not count.
    """
    silent = {item.id for item in questionnaire.items if not item.asked}
    return None if set(answers.values) - silent else Problem("nothing_answered")


def visibility(questionnaire: Questionnaire, raw: Any, context: Context | None) -> Visibility:
    """Return what is visible for answers that may still be incomplete or wrong."""
    around = questionnaire.surroundings(context)
    sheet = _Sheet("", raw)
    for section in questionnaire.sections:
        if not section.repeat:
            _read(section, sheet, around)
    return Visibility(questionnaire, sheet.seen, around.context.now)


def _names(questionnaire: Questionnaire) -> set[str]:
    return {
        name
        for section in questionnaire.sections
        for name in ([section.id] if section.repeat else [item.id for item in section.items])
    }


def _unknown(known: set[str], raw: Mapping[str, Json], prefix: str) -> Iterator[Problem]:
    strange = (str(name)[:64] for name in raw if name not in known)
    for name in islice(strange, MAX_UNKNOWN):
        yield Problem("item_unknown", {"name": name}, Place(prefix + name))


def _filled(problem: Problem, questionnaire: Questionnaire) -> Problem:
    """Put the questionnaire's terms into the texts that a message quotes."""
    values = {name: questionnaire.filled_in(value) for name, value in problem.values.items()}
    return replace(problem, values=values)


def _read(section: Section, sheet: _Sheet, around: Surroundings) -> None:
    """Check each answered item by itself and note what conditions may see of it."""
    for item in section.items:
        if isinstance(item, Hidden):
            sheet.values[item.id] = sheet.seen[item.id] = item.value
        given = sheet.raw.get(item.id)
        if item.is_blank(given):
            continue
        desk = Desk(around, sheet.prefix + item.id)
        value = item.check(given, desk)
        if desk.problems:
            sheet.problems[item.id] = desk.problems
        elif not item.is_blank(value):
            sheet.values[item.id] = value
            sheet.seen[item.id] = item.in_expressions(value)


def _judge(
    items: tuple[Item, ...], sheet: _Sheet, around: Surroundings, visibility: Visibility
) -> Iterator[Problem]:
    """Yield the problems of the visible items, in the order asked."""
    for item in items:
        if item.id not in visibility:
            continue
        if item.id in sheet.problems:
            yield from sheet.problems[item.id]
        elif item.id not in sheet.values:
            if item.asked and item.filled_by is None and _must(item, visibility):
                yield from _demanded(item, sheet, around)
        else:
            yield from _not_offered(item, sheet, visibility)
            yield from _constraint(item, sheet, visibility)


def _must(item: Item, visibility: Visibility) -> bool:
    """Say whether an item must be answered, given the other answers."""
    return visibility.holds(item.required) if isinstance(item.required, str) else item.required


def _demanded(item: Item, sheet: _Sheet, around: Surroundings) -> Iterator[Problem]:
    desk = Desk(around, sheet.prefix + item.id)
    item.demand(desk)
    for problem in desk.problems:
        if item.required_message is None:
            yield problem
        else:
            yield Problem("constraint_message", {"message": item.required_message}, problem.place)


def _not_offered(item: Item, sheet: _Sheet, visibility: Visibility) -> Iterator[Problem]:
    """An option that the other answers rule out is refused, however it came to be sent."""
    if not isinstance(item, Listed) or item.choice_filter is None:
        return
    offered = {option.value for option in visibility.offered(item)}
    chosen = sheet.seen[item.id]
    for value in chosen if isinstance(chosen, list) else [chosen]:
        if value not in offered:
            label = next(o.label for o in item.options if o.value == value)
            place = Place(sheet.prefix + item.id)
            yield Problem("option_not_offered", {"option": label}, place)


def _constraint(item: Item, sheet: _Sheet, visibility: Visibility) -> Iterator[Problem]:
    if item.constraint is None or visibility.holds(item.constraint, own=sheet.seen[item.id]):
        return
    place = Place(sheet.prefix + item.id)
    if item.constraint_message:
        yield Problem("constraint_message", {"message": item.constraint_message}, place)
    else:
        yield Problem("constraint_failed", {}, place)


def _repeated(
    section: Section,
    repeat: Repeat,
    raw: Mapping[str, Json],
    around: Surroundings,
    outside: Visibility,
    problems: list[Problem],
) -> list[dict[str, Json]]:
    """Check the entries of a repeated section; blank ones, such as unused rows, do no harm."""
    if section.relevant and not outside.holds(section.relevant):
        return []
    entries = raw.get(section.id) or []
    if not isinstance(entries, list) or not all(isinstance(e, Mapping) for e in entries):
        problems.append(Problem("value_shape", {}, Place(section.id)))
        return []
    filled = [(n, entry) for n, entry in enumerate(entries) if not _empty(section, entry)]
    if len(filled) > repeat.max:
        values = {"limit": repeat.max, "count": len(filled)}
        problems.append(Problem("entries_too_many", values, Place(section.id)))
        return []
    if len(filled) < repeat.min:
        values = {"limit": repeat.min, "count": len(filled)}
        problems.append(Problem("entries_too_few", values, Place(section.id)))
    sheets = [_Sheet(f"{section.id}.{number}.", entry) for number, entry in filled]
    kept = [_entry(section, sheet, around, outside, problems) for sheet in sheets]
    return [values for values in kept if values]


def _entry(
    section: Section,
    sheet: _Sheet,
    around: Surroundings,
    outside: Visibility,
    problems: list[Problem],
) -> dict[str, Json]:
    problems += _unknown({item.id for item in section.items}, sheet.raw, sheet.prefix)
    _read(section, sheet, around)
    visibility = outside.entry(section, sheet.seen)
    problems += _judge(section.items, sheet, around, visibility)
    return _kept(sheet, section.items, visibility)


def _kept(sheet: _Sheet, items: tuple[Item, ...], visibility: Visibility) -> dict[str, Json]:
    """Return what is stored: the visible answers, and what was calculated from them."""
    kept = {name: value for name, value in sheet.values.items() if name in visibility}
    answers = visibility.readable()
    for item in items:
        if isinstance(item, Calculated) and answers.get(item.id) is not None:
            kept[item.id] = _stored(answers[item.id])
    return kept


def _stored(value: Value) -> Json:
    """Return a calculated value as JSON; a date as ISO 8601."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_stored(part) for part in value]
    return value


def _empty(section: Section, entry: Mapping[str, Json]) -> bool:
    """Say whether an entry was left blank, so that an unused row of a form does no harm."""
    known = {item.id: item for item in section.items}
    return all(name in known and known[name].is_blank(value) for name, value in entry.items())


def _coverage(
    questionnaire: Questionnaire,
    values: Mapping[str, Json],
    around: Surroundings,
    visibility: Visibility,
) -> Iterator[Problem]:
    """An interview is complete when every tag of its checklist was covered or declined."""
    if questionnaire.checklist is None:
        return
    asked = (item for s in questionnaire.sections if not s.repeat for item in s.items)
    topics = [item for item in asked if isinstance(item, Topic) and item.id in visibility]
    for tag, wording in questionnaire.checklist.tags.items():
        covering = [topic for topic in topics if tag in topic.covers]
        if covering and not any(topic.settled(values.get(topic.id), around) for topic in covering):
            place = Place(f"{covering[0].id}.note")
            yield Problem("topic_uncovered", {"tag": wording}, place)
