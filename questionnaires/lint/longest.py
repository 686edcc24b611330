"""The longest way through a questionnaire: the items that can be seen together and weigh most."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from questionnaires.expressions.evaluate import Value
from questionnaires.lint.clauses import Truth
from questionnaires.lint.domains import Domain
from questionnaires.lint.logic import Logic

#: So many combinations of answers are tried for items whose conditions have to do with each other.
MAX_COMBINATIONS = 300
#: So many single answers are tried where the combinations are too many.
MAX_TRIALS = 2000
#: In these trials so many items are looked at, shared out among the groups by their size.
MAX_LOOKS = 100_000
#: Stands for an answer that may be anything.
_OPEN: Any = object()


@dataclass(slots=True)
class Way:
    """One way through: what is shown, and the answers that conditions see."""

    shown: dict[str, bool] = field(default_factory=dict)
    seen: dict[str, Value] = field(default_factory=dict)


def longest(logic: Logic, weight: Mapping[str, float]) -> float:
    """Return the greatest sum of weights of items that can be seen together.

    Where there are too many branches to try them all it is a lower bound, found by changing one
    answer at a time.
    """
    looks = MAX_LOOKS / max(1, len(logic.flow.order))
    return sum(
        _Search(logic, group, weight, round(looks * len(group))).greatest()
        for group in _groups(logic)
    )


def _groups(logic: Logic) -> list[list[str]]:
    """Part the items, in order, into groups whose conditions have nothing to do with each other."""
    head = {name: name for name in logic.flow.order}

    def find(name: str) -> str:
        while head[name] != name:
            head[name] = head[head[name]]
            name = head[name]
        return name

    for name, needs in logic.flow.dependencies.items():
        for need in needs:
            head[find(name)] = find(need)
    groups: dict[str, list[str]] = {}
    for name in logic.flow.order:
        groups.setdefault(find(name), []).append(name)
    return list(groups.values())


class _Search:
    """The longest way through one group of items."""

    def __init__(
        self, logic: Logic, group: list[str], weight: Mapping[str, float], looks: int
    ) -> None:
        self._logic = logic
        self._group = group
        self._weight = weight
        #: Items that may still be looked at in trials.
        self._looks = looks
        self._rank = {name: n for n, name in enumerate(group)}
        #: Name -> the items whose condition reads its answer.
        self._readers: dict[str, list[str]] = {name: [] for name in group}
        for name in group:
            for need in logic.flow.dependencies[name]:
                self._readers[need].append(name)
        read = sorted(name for name, readers in self._readers.items() if readers)
        domains = ((name, logic.domains.get(name)) for name in read)
        self._known: dict[str, Domain] = {name: values for name, values in domains if values}

    def greatest(self) -> float:
        """Return what the items of the longest way weigh."""
        if len(self._group) == 1:
            return self._weight.get(self._group[0], 0.0)
        if math.prod(map(len, self._known.values())) <= MAX_COMBINATIONS:
            return max(map(self._length, self._every_way()))
        return self._climb()

    def _every_way(self) -> Iterable[Way]:
        for values in itertools.product(*self._known.values()):
            yield self._through(dict(zip(self._known, values, strict=True)))

    def _through(self, chosen: Mapping[str, Value]) -> Way:
        """Go through the whole group, in order, with these answers."""
        way = Way()
        reached: dict[str, Truth] = {}
        for name in self._group:
            way.shown[name] = self._logic.may_show(name, way.seen, reached)
            _answer(way.seen, name, chosen, shown=way.shown[name])
        return way

    def _length(self, way: Way) -> float:
        return sum(self._weight.get(name, 0.0) for name, shown in way.shown.items() if shown)

    def _climb(self) -> float:
        """Change one answer at a time as long as the way grows."""
        chosen: dict[str, Value] = {name: values[0] for name, values in self._known.items()}
        way = self._through(chosen)
        singles = [(name, value) for name, values in self._known.items() for value in values]
        improved, left = True, MAX_TRIALS
        while improved and left > 0:
            improved = False
            for name, value in singles[:left]:
                if not way.shown[name] or chosen[name] == value:
                    continue
                before, chosen[name] = chosen[name], value
                change = self._changed(way, name, chosen)
                if change is not None and self._gain(way, change) > 0:
                    improved = True
                    way.shown |= change.shown
                    way.seen = change.seen
                else:
                    chosen[name] = before
            left -= len(singles)
        return self._length(way)

    def _changed(self, way: Way, first: str, chosen: Mapping[str, Value]) -> Way | None:
        """Return what a new answer to ``first`` shows or hides; None: too much to look at."""
        change = Way({}, dict(way.seen))
        reached: dict[str, Truth] = {}
        waiting = [self._rank[first]]
        queued = set(waiting)
        while waiting:
            if self._looks <= 0:
                return None
            self._looks -= 1
            name = self._group[heapq.heappop(waiting)]
            if name != first:
                shown = self._logic.may_show(name, change.seen, reached)
                if shown != way.shown[name]:
                    change.shown[name] = shown
            if _answer(change.seen, name, chosen, shown=change.shown.get(name, way.shown[name])):
                for rank in {self._rank[reader] for reader in self._readers[name]} - queued:
                    heapq.heappush(waiting, rank)
                    queued.add(rank)
        return change

    def _gain(self, way: Way, change: Way) -> float:
        changed = change.shown.items()
        return sum(self._weight.get(name, 0.0) * (now - way.shown[name]) for name, now in changed)


def _answer(seen: dict[str, Value], name: str, chosen: Mapping[str, Value], *, shown: bool) -> bool:
    """Note what conditions see of an item; say whether that is something new."""
    before = seen.pop(name, _OPEN)
    now = chosen.get(name, _OPEN) if shown else None
    if now is not _OPEN:
        seen[name] = now
    return before is not now and before != now
