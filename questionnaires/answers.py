"""The one validation of answers: web form, API, import and paper all come through ``check``."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from questionnaires import locales
from questionnaires.expressions.evaluate import Value
from questionnaires.kinds.base import Context, Desk, Item, Json
from questionnaires.kinds.choosing import Listed
from questionnaires.kinds.interviewing import Topic
from questionnaires.kinds.presenting import Calculated
from questionnaires.model import Questionnaire, Section
from questionnaires.path import Scope
from questionnaires.problems import Place, Problem
from questionnaires.reading import Reading, Sheet, read
from questionnaires.text import Text

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
class Found:
    """An answer that is a problem by its item's ``problem_if``: it opens a finding."""

    item: str
    #: The entry of the repeated section it stands in, from 1; 0 outside of one.
    entry: int
    wording: Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a check: the answers, or None and the reasons."""

    answers: Answers | None
    problems: tuple[Problem, ...]
    #: The findings that accepted answers open.
    findings: tuple[Found, ...] = ()
    #: The quotas that accepted answers count towards.
    quotas: tuple[str, ...] = ()


def check(questionnaire: Questionnaire, raw: Any, context: Context | None = None) -> Outcome:
    """Check the raw answers of one respondent.

    ``raw`` maps item ids to raw values, and ids of repeated sections to lists of such mappings.
    All problems are returned at once, each at the name of its field; an item that is not visible
    is neither demanded nor kept.
    """
    if not isinstance(raw, Mapping):
        return Outcome(None, (Problem("answers_shape"),))
    context = context or Context()
    reading = read(questionnaire, raw, context)
    problems = list(_unknown(_names(questionnaire), raw, ""))
    for section in questionnaire.sections:
        problems += _judged(section, reading)
    values = _kept_of(reading)
    problems += _coverage(reading, values)
    quotas = _quotas(reading)
    if not problems:
        problems += _full(reading, quotas, context)
    if problems:
        return Outcome(None, tuple(problems))
    return Outcome(Answers(values), (), tuple(_findings(reading)), quotas)


def nothing_answered(questionnaire: Questionnaire, answers: Answers) -> Problem | None:
    """Return a problem when a respondent gave no answer at all: such a sheet is not a response.

    Values that are fixed, drawn or worked out do not count.
    """
    silent = {item.id for item in questionnaire.items if not item.asked}
    return None if set(answers.values) - silent else Problem("nothing_answered")


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


def _judged(section: Section, reading: Reading) -> Iterator[Problem]:
    """Yield the problems of one section, with the texts that they quote worded."""
    if not reading.visibility.reached(section):
        return
    if section.id in reading.unread:
        yield reading.unread[section.id]
        return
    for sheet, scope in reading.fillings(section):
        if section.repeat:
            yield from _unknown({item.id for item in section.items}, sheet.raw, sheet.prefix)
        for problem in _judge(section, sheet, scope, reading):
            yield _worded(problem, reading, sheet)
    if section.repeat:
        yield from _number_of_entries(section, reading)


def _worded(problem: Problem, reading: Reading, sheet: Sheet) -> Problem:
    """Put terms and answers into the texts that a message quotes."""

    def word(value: object) -> object:
        if isinstance(value, list | tuple):
            return [word(part) for part in value]
        return reading.worded(value, sheet) if isinstance(value, Text) else value

    return replace(problem, values={name: word(value) for name, value in problem.values.items()})


def _judge(section: Section, sheet: Sheet, scope: Scope, reading: Reading) -> Iterator[Problem]:
    """Yield the problems of the visible items, in the order asked."""
    for item in section.items:
        if item.id not in scope:
            continue
        if item.id in sheet.problems:
            yield from sheet.problems[item.id]
        elif item.id not in sheet.values:
            if _must(item, scope) and _offers(item, scope):
                yield from _demanded(item, sheet, reading)
        else:
            yield from _insufficient(item, sheet, scope, reading)


def _must(item: Item, scope: Scope) -> bool:
    """Say whether the respondent must answer an item, given the other answers."""
    if not item.asked or item.filled_by is not None:
        return False
    if isinstance(item.required, str):
        return scope.holds(item.required, item=item.id)
    return item.required


def _offers(item: Item, scope: Scope) -> bool:
    """Say whether there is anything to choose; where other answers leave nothing, nothing is."""
    return not isinstance(item, Listed) or not item.narrowed or bool(scope.offered(item))


def _insufficient(item: Item, sheet: Sheet, scope: Scope, reading: Reading) -> list[Problem]:
    """Return why an answer that is one of the kind is not accepted all the same."""
    found: list[Problem] = []
    if type(item).weigh is not Item.weigh:
        found += _wanting(item, sheet, scope, reading)
    if isinstance(item, Listed) and item.narrowed:
        found += _not_offered(item, sheet, scope)
    if item.constraint is not None:
        found += _constraint(item, sheet, scope)
    return found


def _wanting(item: Item, sheet: Sheet, scope: Scope, reading: Reading) -> list[Problem]:
    """Return what an answer that was given still lacks."""
    offered = len(scope.offered(item)) if isinstance(item, Listed) else 0
    desk = Desk(reading.around, sheet.prefix + item.id)
    item.weigh(sheet.values[item.id], desk, required=_must(item, scope), offered=offered)
    return desk.problems


def _demanded(item: Item, sheet: Sheet, reading: Reading) -> Iterator[Problem]:
    desk = Desk(reading.around, sheet.prefix + item.id)
    item.demand(desk)
    for problem in desk.problems:
        if item.required_message is None:
            yield problem
        else:
            yield Problem("constraint_message", {"message": item.required_message}, problem.place)


def _not_offered(item: Listed, sheet: Sheet, scope: Scope) -> Iterator[Problem]:
    """An option that the other answers rule out is refused, however it came to be sent."""
    offered = {option.value for option in scope.offered(item)}
    chosen = sheet.seen[item.id]
    for value in chosen if isinstance(chosen, list) else [chosen]:
        if value not in offered:
            label = next(o.label for o in item.options if o.value == value)
            place = Place(sheet.prefix + item.id)
            yield Problem("option_not_offered", {"option": label}, place)


def _constraint(item: Item, sheet: Sheet, scope: Scope) -> Iterator[Problem]:
    own = sheet.seen[item.id]
    if item.constraint is None or scope.holds(item.constraint, own=own, item=item.id):
        return
    place = Place(sheet.prefix + item.id)
    if item.constraint_message:
        yield Problem("constraint_message", {"message": item.constraint_message}, place)
    else:
        yield Problem("constraint_failed", {}, place)


def _number_of_entries(section: Section, reading: Reading) -> Iterator[Problem]:
    """Compare the number of entries with what is demanded."""
    repeat, count = section.repeat, len(reading.entries[section.id])
    wanted = reading.visibility.wanted(section)
    if wanted is not None and count != wanted:
        values = {"limit": wanted, "count": count}
        yield Problem("entries_number", values, Place(section.id))
    elif repeat and count < repeat.min:
        values = {"limit": repeat.min, "count": count}
        yield Problem("entries_too_few", values, Place(section.id))


def _kept_of(reading: Reading) -> dict[str, Json]:
    """Return what is stored: the visible answers, and what was calculated from them."""
    kept: dict[str, Json] = {}
    for section in reading.questionnaire.sections:
        found = [_kept(section, *filling) for filling in reading.fillings(section)]
        if not section.repeat:
            kept |= found[0] if found else {}
        elif found:  # an entry of which nothing is asked counts as one all the same
            kept[section.id] = found
    return kept


def _kept(section: Section, sheet: Sheet, scope: Scope) -> dict[str, Json]:
    kept = {
        i.id: sheet.values[i.id] for i in section.items if i.id in scope and i.id in sheet.values
    }
    for item in section.items:
        if isinstance(item, Calculated) and scope.readable.get(item.id) is not None:
            kept[item.id] = _stored(scope.readable[item.id])
    return kept


def _stored(value: Value) -> Json:
    """Return a calculated value as JSON; a date as ISO 8601."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_stored(part) for part in value]
    return value


def _coverage(reading: Reading, values: Mapping[str, Json]) -> Iterator[Problem]:
    """An interview is complete when every tag of its checklist was covered or declined."""
    questionnaire = reading.questionnaire
    if questionnaire.checklist is None:
        return
    asked = (item for s in questionnaire.sections if not s.repeat for item in s.items)
    topics = [t for t in asked if isinstance(t, Topic) and t.id in reading.visibility]
    for tag, wording in questionnaire.checklist.tags.items():
        covering = [topic for topic in topics if tag in topic.covers]
        if covering and not any(t.settled(values.get(t.id), reading.around) for t in covering):
            place = Place(f"{covering[0].id}.note")
            yield Problem("topic_uncovered", {"tag": reading.worded(wording)}, place)


def _quotas(reading: Reading) -> tuple[str, ...]:
    """Return the quotas that these answers count towards."""
    quotas = reading.questionnaire.quotas
    return tuple(quota.id for quota in quotas if reading.visibility.holds(quota.when))


def _full(reading: Reading, quotas: tuple[str, ...], context: Context) -> Iterator[Problem]:
    """Turn a respondent away whose quota takes nobody any more."""
    for quota in reading.questionnaire.quotas:
        if quota.id in quotas and quota.id in context.full_quotas:
            if quota.message is None:
                yield Problem("quota_full")
            else:
                message = reading.worded(quota.message)
                yield Problem("constraint_message", {"message": message})


def _findings(reading: Reading) -> Iterator[Found]:
    """Yield what the answers' ``problem_if`` calls a problem, in the order asked."""
    for section in reading.questionnaire.sections:
        for number, (sheet, scope) in enumerate(reading.fillings(section), start=1):
            for item in section.items:
                if _is_problem(item, sheet, scope):
                    wording = item.problem_message or _label_and_answer(item, sheet, scope, reading)
                    entry = number if section.repeat else 0
                    yield Found(item.id, entry, reading.worded(wording, sheet))


def _is_problem(item: Item, sheet: Sheet, scope: Scope) -> bool:
    if item.problem_if is None or item.id not in scope:
        return False
    own = sheet.seen.get(item.id, scope.readable.get(item.id))
    return own is not None and scope.holds(item.problem_if, own=own, item=item.id)


def _label_and_answer(item: Item, sheet: Sheet, scope: Scope, reading: Reading) -> Text:
    value = sheet.values.get(item.id, scope.readable.get(item.id))
    if value is None:
        return item.label
    shown = {code: item.show(value, reading.around, code) for code in item.label}
    return Text(
        {
            code: f"{item.label.get(code)}{locales.colon(code)}{answer}"
            for code, answer in shown.items()
        }
    )
