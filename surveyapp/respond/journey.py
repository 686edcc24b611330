"""One form being filled in: which page is open, what was typed on all of them, where it goes next.

Nothing of this is kept anywhere: each page carries the answers of the others in hidden controls,
and sends everything along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Any

from questionnaires import Problem, Section, check
from surveyapp.forms import QuestionnaireForm, form_for
from surveyapp.forms.controls import OWN_NAMES, controls_of
from surveyapp.forms.fields import AnswerField
from surveyapp.forms.sent import Sent, Submitted
from surveyapp.forms.steps import REVIEW, Standing, Step, Steps
from surveyapp.respond.opening import Opened
from surveyapp.uploads import Upload

#: Problems of a whole form that no page before the last can be blamed for.
_AT_THE_END = frozenset({"topic_uncovered", "quota_full"})


class Stranger(ValueError):
    """What was sent has a control that this form does not have."""


@dataclass(frozen=True)
class Row:
    """One question on the page where answers are looked over; ``answer`` is empty if blank."""

    number: int | None
    label: str
    answer: str
    anchor: str
    step: str


@dataclass
class Journey:
    """Somebody's way through a form.

    The form itself is made when it is first asked for: answers that are accepted are never drawn.
    """

    opened: Opened
    sent: Sent
    key: str
    tag: str
    how: str
    seen: dict[str, None] = field(default_factory=dict)
    #: Answers that were sent before are being changed.
    changing: bool = False
    #: Where the form is sent to; empty for the address it is at.
    address: str = ""

    @cached_property
    def form(self) -> QuestionnaireForm:
        """Return the form as it is filled in."""
        return form_for(self.opened.questionnaire)(self.sent, self.opened.context)

    def raw(self) -> dict[str, Any]:
        """Return the raw answers that were sent.

        Where other answers say how many entries there are, only the form knows how many.
        """
        controls = controls_of(self.opened.questionnaire)
        return self.form.raw() if controls.counted else controls.raw(self.sent)

    def uploads(self) -> dict[str, Upload]:
        """Return fingerprint -> file, for the files that were sent."""
        return controls_of(self.opened.questionnaire).uploads(self.sent)

    @cached_property
    def step(self) -> Step | None:
        """Return the page that is open; None: the answers are being looked over."""
        name = self.sent.first("_step", "")
        return None if name == REVIEW else self.steps.named(name) or self.steps.asked[0]

    @cached_property
    def steps(self) -> Steps:
        """Return the pages, as the answers are now."""
        return self.form.steps(self.how)

    @property
    def name(self) -> str:
        """Return the name of the page that is open."""
        return REVIEW if self.step is None else self.step.name

    @property
    def first(self) -> bool:
        """Say whether this is the page on which everything begins."""
        return self.step is not None and self.step == self.steps.asked[0]

    @property
    def last(self) -> bool:
        """Say whether the answers are sent from here."""
        return self.step is None or self.how == "one"

    @property
    def place(self) -> tuple[int, int]:
        """Return the number of the open page, from 1, and how many there are, as far as known."""
        before = [one for one in self.steps.asked if one.name in self._until()]
        return len(before), len(self.steps.asked)

    @property
    def minutes_left(self) -> int | None:
        """Return how long the rest takes, by the questions that are left."""
        minutes, items = self.opened.questionnaire.minutes, self._asked(self.steps.asked)
        if not minutes or not items:
            return None
        passed = [one for one in self.steps.asked if one.name in self._until() and one != self.step]
        left = items - self._asked(passed) if self.step is not None else 0
        return ceil(minutes * left / items)

    def go(self, step: Step | None) -> None:
        """Open a page; on the first time with the first answers that its items have."""
        self.step = step
        if step is not None and step.name not in self.seen:
            self.form.begin(step.fields)
            self.seen[step.name] = None
        self.__dict__.pop("steps", None)

    def turn(self, action: str, argument: str) -> bool:
        """Do what a button says that sends nothing; False when there is no such button."""
        if action == "add":
            return self.form.add_entry(argument)
        if action in ("goto", "mend"):
            return self._jump(argument, mend=action == "mend")
        if action == "back":
            self.go(self.steps.before(self.step))
        elif action == "next" and self.step is not None:
            if self.ready():
                self.go(self.steps.after(self.step))
        elif action == "review":
            if self.ready():
                fresh = [one for one in self.steps.asked if one.name not in self.seen]
                self.go(fresh[0] if fresh else None)
        elif action == "lang" and self.sent.first("_checked"):
            self.form.place(self._problems(), self.tag)
        else:
            return action == "lang"
        return True

    @property
    def unseen(self) -> bool:
        """Say whether something on the page is asked now that was not seen."""
        return any(self._news())

    def ready(self) -> bool:
        """Check the open page, and that nothing on it is asked that was not seen."""
        fresh = list(self._news())
        self.form.announce(fresh, self.tag)
        unfair = {one.name for one in fresh}
        self.form.place(tuple(p for p in self._problems() if p.place.field not in unfair), self.tag)
        return not fresh and not self.form.mistakes

    @property
    def drawn(self) -> frozenset[str]:
        """Return the names of the fields whose controls are on the open page."""
        if self.step is None:
            return frozenset(field.name for field in self.steps.files)
        return self.step.fields

    def carried(self) -> list[tuple[str, str]]:
        """Return the controls of all other pages, as they were sent."""
        there = self.form.compiled.keys() - self.drawn
        return [(n, v) for n, v in self.controls() if n.partition(".")[0] in there]

    def controls(self) -> list[tuple[str, str]]:
        """Return every control of an answer as it was sent, but for files."""
        return [(name, value) for name, value in self.sent.texts() if name not in OWN_NAMES]

    def elsewhere(self) -> dict[str, str]:
        """Field -> the page that it stands on, for those that are wrong and not on the open one."""
        here = self.drawn
        wrong = {mistake.field for mistake in self.form.mistakes} - here
        pages = {name: self.steps.holding(name.partition(".")[0]) for name in wrong}
        return {name: page.name for name, page in pages.items() if page and page != self.step}

    def overview(self) -> list[tuple[Section, list[Row]]]:
        """Return what is asked with its answers, section by section; files come apart."""
        found: dict[str, tuple[Section, list[Row]]] = {}
        for step in self.steps.asked:
            for section, items in step.parts:
                _, rows = found.setdefault(section.id, (section, []))
                ids = {item.id for item in items}
                there = (one for one in self._fields(section) if one.item.id in ids)
                rows += [self._row(one, step) for one in there if self._is_asked(one, step)]
        return [(section, rows) for section, rows in found.values() if rows]

    def _row(self, one: AnswerField, step: Step) -> Row:
        label = self.form.say(self.tag, one)(one.item.label)
        answer = "" if one.item.is_blank(one.data) else one.typed(self.tag)
        number = self.form.numbers.get(one.item.id)
        return Row(number, label, answer, one.anchor, step.name)

    def _is_asked(self, one: AnswerField, step: Step) -> bool:
        return one.item.asked and self.steps.standing(one, step) is not Standing.UNASKED

    def _fields(self, section: Section) -> Iterator[AnswerField]:
        if section.repeat:
            yield from self.form[section.id].fields()
        else:
            yield from (self.form[item.id] for item in section.items)

    def _until(self) -> frozenset[str]:
        """Return the names of the pages up to the open one."""
        every = [one.name for one in self.steps.all]
        end = len(every) if self.step is None else every.index(self.step.name) + 1
        return frozenset(every[:end])

    @staticmethod
    def _asked(steps: list[Step] | tuple[Step, ...]) -> int:
        return sum(item.asked for step in steps for item in step.items)

    def _jump(self, name: str, *, mend: bool) -> bool:
        step = self.steps.named(name)
        if step is None:
            return False
        self.go(step if step in self.steps.asked else self.steps.before(step))
        if mend:
            self.form.place(self._problems(), self.tag)
        return True

    def _problems(self) -> tuple[Problem, ...]:
        """Return what is wrong on the open page; with all answers when they are looked over."""
        outcome = check(self.form.questionnaire, self.form.raw(), self.form.context)
        if self.step is None:
            return tuple(outcome.problems)
        at_last = {field.name for field in self.steps.files}
        return tuple(
            problem
            for problem in outcome.problems
            if problem.place.field.partition(".")[0] in self.drawn
            and problem.place.field not in at_last
            and (problem.code not in _AT_THE_END or self.last)
        )

    def _news(self) -> Iterator[AnswerField]:
        """Yield the blank fields that were hidden on the page that was sent and are asked now."""
        unseen = set(self.sent.all("_unseen"))
        if not unseen or self.step is None:
            return
        for one in self.form.answer_fields():
            if one.name in unseen and one.name.partition(".")[0] in self.drawn:
                standing = self.steps.standing(one, self.step)
                if standing is not Standing.UNASKED and one.item.is_blank(one.data):
                    yield one


def fresh(opened: Opened, key: str, tag: str) -> Journey:
    """Begin a form: its first page, with the first answers that its items have."""
    made = Journey(opened, Sent(), key, tag, opened.round.pages)
    made.go(made.steps.asked[0])
    return made


def again(opened: Opened, secret: str, tag: str) -> Journey:
    """Begin to change a form that was sent: on one page, whatever the round says."""
    return Journey(opened, Sent(), secret, tag, "one", changing=True)


def typed(
    opened: Opened, key: str, tag: str, submitted: Submitted, *, changing: bool = False
) -> Journey:
    """Go on with a form as it was sent, on the page from which it was sent.

    Raises Stranger when it is not this form that was sent.
    """
    sent = Sent(submitted)
    if controls_of(opened.questionnaire).strangers(sent):
        raise Stranger
    seen = dict.fromkeys(str(sent.first("_seen", "")).split())
    how = "one" if changing else opened.round.pages
    return Journey(opened, sent, key, tag, how, seen, changing=changing)
