"""The pages of a form, and what on each of them is asked of this respondent.

A form is one page, one page per section, or one page per item. Which pages and items are asked
follows from the answers and is worked out anew on each step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from questionnaires import Item, Questionnaire, Section
from questionnaires.flow import flow
from questionnaires.kinds.people import File, Photo
from questionnaires.kinds.presenting import Calculated, Note
from surveyapp.forms.fields import AnswerField

if TYPE_CHECKING:
    from surveyapp.forms.form import QuestionnaireForm

#: A section and those of its items that stand on a page.
Part = tuple[Section, tuple[Item, ...]]
#: What browsers do not give back: it is asked for on the page from which the answers are sent.
FILES = (File, Photo)
#: The one page of a form that has no others, and the page on which all answers are looked over
#: before they are sent. No item has such a name.
WHOLE, REVIEW = "_whole", "_review"


class Standing(Enum):
    """Whether something is asked, as far as the answers go.

    OPEN: it hangs on an item of the same page that has no answer yet, so nobody can know.
    """

    ASKED = "asked"
    OPEN = "open"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Step:
    """One page. ``name``: the id of its section or item, or WHOLE."""

    name: str
    parts: tuple[Part, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Return the items on the page, in order."""
        return tuple(item for _, items in self.parts for item in items)

    @property
    def fields(self) -> frozenset[str]:
        """Return the names of the fields on the page: items, and repeated sections as a whole."""
        return frozenset(
            name
            for section, items in self.parts
            for name in ([section.id] if section.repeat else [item.id for item in items])
        )


class Steps:
    """The pages of a form that is being filled in; ``how`` is one, sections or items."""

    def __init__(self, form: QuestionnaireForm, how: str) -> None:
        self.form = form
        self.how = how
        self.all = tuple(_cut(form.arranged(), how))

    @cached_property
    def asked(self) -> tuple[Step, ...]:
        """Return the pages that are asked of this respondent, as far as is known."""
        return tuple(step for step in self.all if self._is_asked(step)) or self.all[:1]

    @property
    def certain(self) -> bool:
        """Say whether the number of pages can no longer change."""
        return not any(
            section.relevant or section.jump or all(item.relevant for item in items)
            for step in self.all
            for section, items in step.parts
        )

    @cached_property
    def files(self) -> tuple[AnswerField, ...]:
        """Return the fields of files that are asked for on the page before sending.

        Browsers do not give a file back, so where there are several pages all come on the last.
        """
        if self.how == "one":
            return ()
        return tuple(
            field
            for field in self.form.answer_fields()
            if isinstance(field.item, FILES) and field.item.id in self.form.scope(field)
        )

    def named(self, name: str) -> Step | None:
        """Return the page of that name, asked or not."""
        return next((step for step in self.all if step.name == name), None)

    def holding(self, field: str) -> Step | None:
        """Return the page on which a field stands; None for a file, which comes last."""
        return next((step for step in self.all if field in step.fields), None)

    def after(self, step: Step) -> Step | None:
        """Return the next page that is asked; None: the answers are to be looked over."""
        place = self.all.index(step)
        return next((other for other in self.asked if self.all.index(other) > place), None)

    def before(self, step: Step | None) -> Step:
        """Return the page before; ``None`` is the one on which answers are looked over."""
        place = len(self.all) if step is None else self.all.index(step)
        earlier = [other for other in self.asked if self.all.index(other) < place]
        return earlier[-1] if earlier else self.asked[0]

    def standing(self, field: AnswerField, step: Step) -> Standing:
        """Say whether an item is asked, the answers on its page being open to change."""
        if self._hangs(needs_of(self.form.questionnaire)[field.item.id], step, field):
            return Standing.OPEN
        section = self.form.questionnaire.section_of[field.item.id]
        if section.repeat and self.form.sheet(field) is None:
            # A blank entry: its own conditions are decided when it is filled in.
            reached = self.form.reading.visibility.reached(section)
            return Standing.OPEN if field.item.relevant and reached else _when(reached)
        return _when(field.item.id in self.form.scope(field))

    def section_standing(self, section: Section, step: Step) -> Standing:
        """Say whether a section is asked; one of which no item is asked is not."""
        needs = needs_of(self.form.questionnaire)
        gates = frozenset.intersection(*(needs[item.id] for item in section.items))
        if (section.relevant or gates) and self._hangs(gates, step):
            return Standing.OPEN
        if not self.form.reading.visibility.reached(section):
            return Standing.UNASKED
        if section.repeat:
            return Standing.ASKED
        return _when(any(self._drawn_and_asked(item, step) for item in section.items))

    def _drawn_and_asked(self, item: Item, step: Step) -> bool:
        return drawn(item) and self.standing(self.form[item.id], step) is not Standing.UNASKED

    def _is_asked(self, step: Step) -> bool:
        if any(section.repeat for section, _ in step.parts):
            return any(
                self.section_standing(section, step) is not Standing.UNASKED
                for section, _ in step.parts
            )
        return any(self._drawn_and_asked(item, step) for item in step.items)

    def _hangs(self, needs: frozenset[str], step: Step, field: AnswerField | None = None) -> bool:
        """Say whether something hangs on an item of this page that has no answer yet.

        From outside of a repeated section its items are looked at as a whole: one entry will do.
        """
        reading = self.form.reading
        sheet = self.form.sheet(field) if field is not None else None
        sheets = [sheet] if sheet else [one for some in reading.entries.values() for one in some]
        unanswered = needs - reading.whole.seen.keys() - {n for one in sheets for n in one.seen}
        return any(item.id in unanswered and item.asked for item in step.items)


def drawn(item: Item) -> bool:
    """Say whether anything of an item is on a page."""
    return item.asked or isinstance(item, Note) or (isinstance(item, Calculated) and item.shown)


def _when(asked: bool) -> Standing:
    return Standing.ASKED if asked else Standing.UNASKED


@lru_cache(maxsize=256)
def needs_of(questionnaire: Questionnaire) -> dict[str, frozenset[str]]:
    """Item id -> the items that, directly or through others, decide whether it is asked."""
    known = flow(questionnaire)
    found: dict[str, frozenset[str]] = {}
    for name in known.order:
        direct = known.dependencies[name]
        found[name] = direct.union(*(found.get(other, frozenset()) for other in direct))
    return found


def _cut(sections: Iterable[Part], how: str) -> Iterator[Step]:
    """Yield the pages of a form, asked or not."""
    if how == "one":
        yield Step(WHOLE, tuple(sections))
        return
    for section, items in sections:
        kept = tuple(item for item in items if drawn(item) and not isinstance(item, FILES))
        if kept and (section.repeat or how == "sections"):
            yield Step(section.id, ((section, kept),))
        elif kept:
            yield from (Step(group[-1].id, ((section, group),)) for group in _one_by_one(kept))


def _one_by_one(items: Iterable[Item]) -> Iterator[tuple[Item, ...]]:
    """Yield each question with what is to be read before it; what comes last stands alone."""
    waiting: list[Item] = []
    for item in items:
        waiting.append(item)
        if item.asked:
            yield tuple(waiting)
            waiting = []
    if waiting:
        yield tuple(waiting)
