"""Which items are visible for these answers: recomputed each time, never stored."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from typing import Any

from questionnaires.expressions import evaluate, truthy
from questionnaires.expressions.context import Context as Known
from questionnaires.expressions.evaluate import Value
from questionnaires.expressions.tree import SELF
from questionnaires.expressions.values import number
from questionnaires.flow import OPTION, Flow, flow, prepared
from questionnaires.kinds.allotting import Points
from questionnaires.kinds.base import Choice, ChoiceList, Context, Surroundings
from questionnaires.kinds.choosing import Levelled, Listed
from questionnaires.model import Questionnaire, Section

Seen = Mapping[str, Value]


class Scope:
    """One filling of a set of items: the whole form, or one entry of a repeated section.

    ``answers`` maps item id -> the value that conditions see. An item that is not visible reads
    as unanswered in every condition, whatever was typed into it. ``open_rosters`` settles whether
    the repeated sections that an expression counts are asked.
    """

    def __init__(
        self,
        seed: str,
        place: str,
        answers: Seen,
        outside: Any,
        open_rosters: Callable[[Set[str]], None],
    ) -> None:
        self._open_rosters = open_rosters
        self._seed = seed
        self._place = place
        self._answers = dict(answers)
        #: The items that are visible here.
        self.visible: set[str] = set()
        #: The answers of the visible items of this scope.
        self.readable: dict[str, Any] = {}
        #: What conditions read here: those, and in an entry also what lies outside of it.
        self._seen: Any = ChainMap(self.readable, outside) if place else self.readable

    @property
    def known(self) -> Known:
        """What expressions may know here besides the answers."""
        raise NotImplementedError

    def __contains__(self, item_id: str) -> bool:
        return item_id in self.visible

    def value(self, expression: str, own: Value = None, item: str = "") -> Value:
        """Return the value of an expression; ``own`` is what it reads as ``.``.

        ``item``, to which the expression belongs, goes into the numbers that it draws by lot.
        """
        condition = prepared(expression)
        self._open_rosters(condition.reads)
        known = self._drawing(item) if condition.draws else self.known
        if own is None:
            return evaluate(condition.node, self._seen, known)
        self.readable[SELF] = own
        try:
            return evaluate(condition.node, self._seen, known)
        finally:
            del self.readable[SELF]

    def _drawing(self, item: str) -> Known:
        """Return what expressions know, with the numbers that are drawn for one item."""
        return self.known.seeded(self._seed, f"{self._place}{item}") if self._seed else self.known

    def holds(self, condition: str, own: Value = None, item: str = "") -> bool:
        """Say whether a condition is true; ``own`` is what it reads as ``.``."""
        return truthy(self.value(condition, own, item))

    def offered(self, item: Listed) -> ChoiceList:
        """Return the options that the other answers leave.

        A filter works once every item that it reads is answered; until then all are offered.
        """
        if not item.narrowed:
            return item.options
        return tuple(o for o in item.options if self._carried(item, o) and self._passes(item, o))

    def _carried(self, item: Listed, option: Choice) -> bool:
        """Say whether an earlier item's answer brings this option along."""
        forward = item.carry_forward
        chosen = self._seen.get(forward.item) if forward else None
        if forward is None or chosen in (None, "", []):
            return True
        if option.stays:  # "other" and "none of these" go with every list
            return True
        picked = chosen if isinstance(chosen, list) else [chosen]
        return (option.value in picked) is (forward.which == "chosen")

    def _passes(self, item: Listed, option: Choice) -> bool:
        if item.choice_filter is None:
            return True
        condition = prepared(item.choice_filter)
        read = (name for name in condition.reads if not name.startswith(OPTION))
        if any(self._seen.get(name) in (None, "") for name in read):
            return True
        own = {f"{OPTION}{name}": value for name, value in option.properties.items()}
        own[f"{OPTION}value"] = option.value
        self._open_rosters(condition.reads)
        known = self._drawing(f"{item.id}/{option.value}") if condition.draws else self.known
        return truthy(evaluate(condition.node, ChainMap(own, self._seen), known))

    def settle(self, item: str, condition: str | None, calculation: str | None) -> None:
        """Decide whether an item is visible, all that it depends on being decided."""
        if condition and not self.holds(condition, item=item):
            return
        self.visible.add(item)
        if calculation:
            self._answers[item] = _whole(self.value(calculation, item=item))
        if (answer := self._answers.get(item)) is not None:
            self.readable[item] = answer


def _whole(value: Value) -> Value:
    """Return 2.0 as 2: whether a sum was ever divided is nobody's concern."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Visibility(Scope):
    """The visible items of one set of answers.

    ``rosters`` maps the id of a repeated section -> the answers of each of its entries.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        answers: Seen,
        context: Context,
        rosters: Mapping[str, Sequence[Seen]] | None = None,
    ) -> None:
        super().__init__(context.seed, "", answers, {}, self._settle_rosters)
        self._questionnaire = questionnaire
        self._context = context
        self._flow: Flow = flow(questionnaire)
        self._reached: dict[str, bool] = {}
        self._entries = {
            name: [
                _Entry(self, f"{name}.{number}.", number, entry)
                for number, entry in enumerate((rosters or {}).get(name, ()), start=1)
            ]
            for name in self._flow.rosters
        }
        for item, section, condition, calculation in self._flow.steps:
            if not self.reached(section):
                continue
            if not section.repeat:
                self.settle(item.id, condition, calculation)
                continue
            for scope in self._entries[section.id]:
                scope.settle(item.id, condition, calculation)
            if isinstance(item, Points):
                _cap(item, [scope.readable for scope in self._entries[section.id]])

    @cached_property
    def known(self) -> Known:
        """What expressions may know besides the answers; few forms have an expression at all."""
        return known(self._questionnaire, self._context)

    def entry(self, section: Section, index: int) -> Scope:
        """Return what is visible inside one entry, from 0, of a repeated section."""
        return self._entries[section.id][index]

    def reached(self, section: Section) -> bool:
        """Say whether a section is asked: its condition holds and no jump leaves it out."""
        found = self._reached.get(section.id)
        return self._reach(section) if found is None else found

    def _reach(self, section: Section) -> bool:
        self._reached[section.id] = False  # while it is being found out
        self._reached[section.id] = found = self._is_reached(section)
        if section.repeat:
            entries = self._entries[section.id] if found else []
            self.readable[section.id] = [entry.readable for entry in entries]
        return found

    def wanted(self, section: Section) -> int | None:
        """Return how many entries other answers say there are, or None when that is open."""
        repeat = section.repeat
        if repeat is None or repeat.count is None:
            return None
        counted = number(self.value(repeat.count, item=section.id))
        return None if counted is None else max(0, min(repeat.max, int(counted)))

    def _settle_rosters(self, names: Set[str]) -> None:
        for name in names & self._flow.rosters.keys():
            self.reached(self._flow.rosters[name])

    def _is_reached(self, section: Section) -> bool:
        if section.relevant and not self.holds(section.relevant, item=section.id):
            return False
        place = self._flow.places[section.id]
        return not any(
            self.reached(earlier) and self._next(earlier) > place
            for earlier in self._flow.jumping[section.id]
        )

    def _next(self, section: Section) -> int:
        """Return the number of the section that follows a section which is asked."""
        for jump in section.jump:
            if jump.when is None or self.holds(jump.when, item=section.id):
                return self._flow.target(jump.to)
        return self._flow.places[section.id] + 1


class _Entry(Scope):
    """One entry of a repeated section; ``number`` is its place, from 1."""

    def __init__(self, whole: Visibility, place: str, number: int, answers: Seen) -> None:
        super().__init__(whole._seed, place, answers, whole.readable, whole._settle_rosters)
        self._whole = whole
        self._number = number

    @cached_property
    def known(self) -> Known:
        """What expressions may know in this entry: also which one it is."""
        return replace(self._whole.known, position=self._number)


def _cap(item: Points, entries: Sequence[dict[str, Any]]) -> None:
    """Let the points of several entries count for no more than their cap."""
    given = [readable for readable in entries if item.id in readable]
    counted = item.counted([readable[item.id] for readable in given])
    for readable, points in zip(given, counted, strict=True):
        readable[item.id] = points


def known(questionnaire: Questionnaire, context: Context) -> Known:
    """Return what expressions may know besides the answers."""
    moment = context.now.isoformat(timespec="minutes")
    return Known(
        today=moment[:10],
        now=moment,
        labels=_Lazy(lambda name: _labels(questionnaire, name, context)),
        lists=_Lazy(lambda name: _rows(questionnaire, name, context)),
    )


class _Lazy(Mapping[str, Any]):
    """What is looked up by name and worked out only then; few expressions need it."""

    def __init__(self, found: Callable[[str], Any]) -> None:
        self._found = found

    def __getitem__(self, name: str) -> Any:
        return self._found(name)

    def get(self, name: str, default: Any = None) -> Any:
        return self._found(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _options(questionnaire: Questionnaire, name: str, around: Surroundings) -> ChoiceList:
    """Return the options of an item, or the levels of a scale, of that name."""
    item = questionnaire.item_by_id.get(name)
    if isinstance(item, Levelled):
        return item.levels(around)
    return item.options if isinstance(item, Listed) else questionnaire.scales.get(name, ())


def _labels(questionnaire: Questionnaire, name: str, context: Context) -> dict[str, str]:
    around = questionnaire.surroundings(context)
    options = _options(questionnaire, name, around)
    return {option.value: around.word(option.label, context.language) for option in options}


def _rows(questionnaire: Questionnaire, name: str, context: Context) -> list[dict[str, Any]]:
    around = questionnaire.surroundings(context)
    return [
        {
            **option.properties,
            "name": option.value,
            "value": option.value,
            "label": around.word(option.label, context.language),
            "score": option.score,
        }
        for option in _options(questionnaire, name, around)
    ]
