"""The one validation of answers: web form, API, import and paper all come through ``check``."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, TypeGuard

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
_ONE_SPELLING = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Answers:
    """Accepted answers: item id -> value; a repeated section id -> a list of such mappings."""

    values: Mapping[str, Json]

    def to_json(self) -> str:
        """Return the answers as JSON with one spelling: sorted keys, no spaces."""
        return _ONE_SPELLING.encode(self.values)


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
    #: The items that accepted answers make visible, those in entries of repeated sections left out.
    visible: frozenset[str] = frozenset()


def check(questionnaire: Questionnaire, raw: Any, context: Context | None = None) -> Outcome:
    """Check the raw answers of one respondent.

    ``raw`` maps item ids to raw values, and ids of repeated sections to lists of such mappings.
    All problems are returned at once, each at the name of its field; an item that is not visible
    is neither demanded nor kept.
    """
    if not isinstance(raw, Mapping):
        return Outcome(None, (Problem("answers_shape"),))
    context = context or Context()
    reading, rules = read(questionnaire, raw, context), _rules(questionnaire)
    problems = list(_unknown(rules.names, raw, ""))
    for section in questionnaire.sections:
        problems += _judged(section, reading, rules)
    values = _kept_of(reading, rules)
    problems += _coverage(reading, values)
    quotas = _quotas(reading)
    if not problems:
        problems += _full(reading, quotas, context)
    if problems:
        return Outcome(None, tuple(problems))
    findings = tuple(_findings(reading, rules))
    return Outcome(Answers(values), (), findings, quotas, frozenset(reading.visibility.visible))


def nothing_answered(questionnaire: Questionnaire, answers: Answers) -> Problem | None:
    """Return a problem when a respondent gave no answer at all: such a sheet is not a response.

    Values that are fixed, drawn or worked out do not count.
    """
    silent = _rules(questionnaire).silent
    return None if answers.values.keys() - silent else Problem("nothing_answered")


@dataclass(frozen=True)
class _Rules:
    """What there is to look at in the answers to one questionnaire; found once for each."""

    questionnaire: Questionnaire

    @cached_property
    def names(self) -> frozenset[str]:
        """The items, and the repeated sections in place of theirs."""
        sections = self.questionnaire.sections
        repeated = (section.id for section in sections if section.repeat)
        single = (item.id for section in sections if not section.repeat for item in section.items)
        return frozenset((*repeated, *single))

    @cached_property
    def silent(self) -> frozenset[str]:
        """The items that nobody answers."""
        return frozenset(item.id for item in self.questionnaire.items if not item.asked)

    @cached_property
    def doubtful(self) -> frozenset[str]:
        """The items of which an answer that is one of the kind may be refused all the same."""
        return frozenset(item.id for item in self.questionnaire.items if _is_doubtful(item))

    @cached_property
    def calculated(self) -> tuple[Item, ...]:
        """The items outside of repeated sections whose value follows from the answers."""
        single = (section for section in self.questionnaire.sections if not section.repeat)
        return tuple(item for section in single for item in _calculated(section))

    @cached_property
    def repeated(self) -> tuple[tuple[Section, tuple[Item, ...]], ...]:
        """The repeated sections, and their items whose value follows from the answers."""
        repeated = (section for section in self.questionnaire.sections if section.repeat)
        return tuple((section, _calculated(section)) for section in repeated)

    @cached_property
    def telling(self) -> tuple[tuple[Section, tuple[Item, ...]], ...]:
        """The sections with items whose answers may be findings, and these items."""
        sections = self.questionnaire.sections
        found = ((one, tuple(item for item in one.items if item.problem_if)) for one in sections)
        return tuple((section, items) for section, items in found if items)


def _calculated(section: Section) -> tuple[Item, ...]:
    return tuple(item for item in section.items if isinstance(item, Calculated))


@lru_cache(maxsize=256)
def _rules(questionnaire: Questionnaire) -> _Rules:
    return _Rules(questionnaire)


def _unknown(known: Set[str], raw: Mapping[str, Json], prefix: str) -> Iterator[Problem]:
    if raw.keys() <= known:
        return
    strange = (str(name)[:64] for name in raw if name not in known)
    for name in islice(strange, MAX_UNKNOWN):
        yield Problem("item_unknown", {"name": name}, Place(prefix + name))


def _judged(section: Section, reading: Reading, rules: _Rules) -> Iterator[Problem]:
    """Yield the problems of one section, with the texts that they quote worded."""
    if not reading.visibility.reached(section):
        return
    if section.id in reading.unread:
        yield reading.unread[section.id]
        return
    for sheet, scope in reading.fillings(section):
        if section.repeat:
            yield from _unknown({item.id for item in section.items}, sheet.raw, sheet.prefix)
        for item in section.items:
            if item.id in scope.visible:
                for problem in _judge(item, sheet, scope, reading, rules):
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


def _judge(
    item: Item, sheet: Sheet, scope: Scope, reading: Reading, rules: _Rules
) -> Iterable[Problem]:
    """Return the problems of a visible item."""
    if item.id in sheet.problems:
        return sheet.problems[item.id]
    if item.id in sheet.values:
        return _insufficient(item, sheet, scope, reading) if item.id in rules.doubtful else ()
    demanded = _must(item, scope) and _offers(item, scope)
    return _demanded(item, sheet, reading) if demanded else ()


def _must(item: Item, scope: Scope) -> bool:
    """Say whether the respondent must answer an item, given the other answers."""
    if not item.asked or item.filled_by is not None:
        return False
    if isinstance(item.required, str):
        return scope.holds(item.required, item=item.id)
    return item.required


def _offers(item: Item, scope: Scope) -> bool:
    """Say whether there is anything to choose; where other answers leave nothing, nothing is."""
    return not _is_narrowed(item) or bool(scope.offered(item))


def _is_doubtful(item: Item) -> bool:
    return _is_weighed(item) or _is_narrowed(item) or item.constraint is not None


def _is_weighed(item: Item) -> bool:
    return type(item).weigh is not Item.weigh


def _is_narrowed(item: Item) -> TypeGuard[Listed]:
    return isinstance(item, Listed) and item.narrowed


def _insufficient(item: Item, sheet: Sheet, scope: Scope, reading: Reading) -> list[Problem]:
    """Return why an answer that is one of the kind is not accepted all the same."""
    found: list[Problem] = []
    if _is_weighed(item):
        found += _wanting(item, sheet, scope, reading)
    if _is_narrowed(item):
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


def _kept_of(reading: Reading, rules: _Rules) -> dict[str, Json]:
    """Return what is stored: the visible answers, and what was calculated from them."""
    kept = _kept(reading.whole, reading.visibility, rules.calculated)
    for section, calculated in rules.repeated:
        found = [_kept(*filling, calculated) for filling in reading.fillings(section)]
        if found:  # an entry of which nothing is asked counts as one all the same
            kept[section.id] = found
    return kept


def _kept(sheet: Sheet, scope: Scope, calculated: Iterable[Item]) -> dict[str, Json]:
    visible = scope.visible
    kept = {name: value for name, value in sheet.values.items() if name in visible}
    for item in calculated:
        if scope.readable.get(item.id) is not None:
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


def _findings(reading: Reading, rules: _Rules) -> Iterator[Found]:
    """Yield what the answers' ``problem_if`` calls a problem, in the order asked."""
    for section, items in rules.telling:
        for number, (sheet, scope) in enumerate(reading.fillings(section), start=1):
            for item in items:
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
