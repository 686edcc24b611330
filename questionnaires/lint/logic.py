"""What conditions can do at all: which items and sections no answers lead to.

Nothing is called unreachable that might be reached: answers that cannot be narrowed down to a few,
and too many combinations of them, count as "may be either".
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from questionnaires.expressions.evaluate import Value
from questionnaires.flow import flow, prepared
from questionnaires.kinds.base import Item
from questionnaires.lint.clauses import EITHER, HOLDS, Truth, clause, denied, every
from questionnaires.lint.domains import domains
from questionnaires.model import Questionnaire, Section

#: So many combinations of answers are tried for one condition.
MAX_COMBINATIONS = 3000
#: So many items are taken into account for one condition: those it reads, those on which they
#: depend in turn, and so on.
MAX_NAMES = 200

Answers = dict[str, Value]


class Logic:
    """The conditions of one questionnaire."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.domains = domains(questionnaire)
        self.flow = flow(questionnaire)
        self._rank = {name: n for n, name in enumerate(self.flow.order)}

    # ------------------------------------------------------------------ shown

    def may_show(self, name: str, seen: Mapping[str, Value], reached: dict[str, Truth]) -> bool:
        """Say whether an item may be visible when the answers that are not in ``seen`` are open.

        ``reached`` keeps what was found out of sections with the same answers.
        """
        relevant = self.questionnaire.item_by_id[name].relevant
        if relevant and not clause(relevant).truth(seen) & HOLDS:
            return False
        section = self.questionnaire.section_of[name]
        return bool(self.reached(section, seen, reached) & HOLDS)

    def reached(
        self, section: Section, seen: Mapping[str, Value], reached: dict[str, Truth]
    ) -> Truth:
        """Return whether a section is asked: its condition holds and no jump leaves it out."""
        if section.id not in reached:
            reached[section.id] = EITHER  # while it is being found out
            truth = clause(section.relevant).truth(seen) if section.relevant else HOLDS
            left_out = (
                denied(every(iter((self.reached(earlier, seen, reached), jumps))))
                for earlier in self.flow.jumping[section.id]
                if (jumps := self._jumps(earlier, self.flow.places[section.id], seen))
            )
            reached[section.id] = every(itertools.chain((truth,), left_out))
        return reached[section.id]

    def _jumps(self, section: Section, over: int, seen: Mapping[str, Value]) -> Truth:
        """Return whether the first jump of ``section`` that is taken leads beyond ``over``."""
        taken: list[Truth] = []
        before = HOLDS  # none of the jumps so far is taken
        for jump in section.jump:
            holds = clause(jump.when).truth(seen) if jump.when else HOLDS
            if self.flow.target(jump.to) > over:
                taken.append(every(iter((before, holds))))
            before = every(iter((before, denied(holds))))
        return denied(every(denied(truth) for truth in taken))

    # ------------------------------------------------------------------ never

    def section_reachable(self, section: Section) -> bool:
        """Say whether a section can be seen at all."""
        texts = [section.relevant]
        for earlier in self.flow.jumping[section.id]:
            texts += [earlier.relevant, *(jump.when for jump in earlier.jump)]
        reads = _reads(texts)
        return self._can(reads, lambda seen: bool(self.reached(section, seen, {}) & HOLDS))

    def item_reachable(self, item: Item) -> bool:
        """Say whether an item can be seen at all, its section being asked."""
        section = self.questionnaire.section_of[item.id]
        reads = _reads([section.relevant, item.relevant])
        return self._can(reads, lambda seen: self.may_show(item.id, seen, {}))

    def _can(self, reads: set[str], holds: Callable[[Answers], bool]) -> bool:
        if not reads <= self.domains.keys():  # a name that does not exist: reported elsewhere
            return True
        for names in (self._closure(reads), reads):
            if len(names) <= MAX_NAMES and self._combinations(names) <= MAX_COMBINATIONS:
                return any(holds(seen) for seen in self._settled(names))
        return True

    def _closure(self, names: Iterable[str]) -> set[str]:
        """Return the items and all on which they depend, or more than can be considered."""
        found: set[str] = set()
        waiting = list(names)
        while waiting and len(found) <= MAX_NAMES:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.flow.dependencies.get(name, ()))
        return found

    def _combinations(self, names: Iterable[str]) -> int:
        return math.prod(len(self.domains.get(name) or (None,)) for name in names)

    def _settled(self, names: Iterable[str]) -> Iterator[Answers]:
        """Yield every combination of answers, hidden items unanswered, unknown ones left out."""
        ordered = sorted(names, key=lambda name: self._rank.get(name, 0))
        known = [name for name in ordered if self.domains.get(name) is not None]
        for values in itertools.product(*(self.domains[name] or () for name in known)):
            yield self._visible_part(ordered, dict(zip(known, values, strict=True)))

    def _visible_part(self, ordered: Sequence[str], chosen: Mapping[str, Value]) -> Answers:
        inside = set(ordered)
        seen: Answers = {}
        for name in ordered:
            if name in chosen:
                judged = self.flow.dependencies.get(name, frozenset()) <= inside
                shown = not judged or self.may_show(name, seen, {})
                seen[name] = chosen[name] if shown else None
        return seen


def _reads(texts: Iterable[str | None]) -> set[str]:
    return {name for text in texts if text for name in prepared(text).reads}
