"""The form of a questionnaire: compiled once per version, bound once per request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any

from flask_babel import gettext
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from questionnaires import Context, Outcome, Problem, Questionnaire, Section, check
from questionnaires.expressions.values import string
from questionnaires.kinds.base import Computed, Item, Surroundings
from questionnaires.kinds.choosing import Listed
from questionnaires.lots import shuffled
from questionnaires.path import Scope
from questionnaires.reading import Sheet, read
from questionnaires.text import NOT_YET, Say
from surveyapp.forms.controls import Controls, Entries, controls_of
from surveyapp.forms.entries import EntriesField
from surveyapp.forms.fields import AnswerField, unbound
from surveyapp.forms.sent import Sent
from surveyapp.forms.steps import Steps


@dataclass(frozen=True, slots=True)
class Mistake:
    """One line of the error summary: the control it links to, which item it is, the message.

    ``field`` names the field that it stands at.
    """

    target: str
    label: str
    message: str
    field: str = ""


class QuestionnaireForm(BaseForm):
    """The answers of one respondent to ``questionnaire``, as typed so far."""

    questionnaire: Questionnaire
    compiled: Mapping[str, UnboundField]

    def __init__(self, sent: Sent | None = None, context: Context | None = None) -> None:
        self.sent = sent
        self.context = context or Context()
        around = self.questionnaire.surroundings(self.context)
        super().__init__({name: _bindable(field, around) for name, field in self.compiled.items()})
        self.mistakes: list[Mistake] = []
        #: What is asked because of the latest answers, and was not on the page before.
        self.news: list[Mistake] = []
        self.process(sent)

    def process(self, formdata: Sent | None = None, *_: Any, **__: Any) -> None:
        """Let every field read its part of what was sent."""
        for field in self._fields.values():
            field.process(formdata)
        self.read()
        if formdata is None and self._compute_defaults(self.answer_fields()):
            self.read()

    def begin(self, names: Collection[str]) -> None:
        """Put the first answers into fields that are shown for the first time."""
        for name in names:
            if isinstance(field := self._fields[name], EntriesField):
                field.process(None)
            elif field.item.is_blank(field.data):
                field.data = field.at_first()
        self.read()
        fields = [one for one in self.answer_fields() if one.name.partition(".")[0] in names]
        if self._compute_defaults(fields):
            self.read()

    def read(self) -> None:
        """Work out what the answers on this page mean for each other."""
        self.reading = read(self.questionnaire, self.raw(), self.context)
        for field in self._fields.values():
            if isinstance(field, EntriesField) and self._fit(field):
                self.reading = read(self.questionnaire, self.raw(), self.context)
        for field in self.answer_fields():
            if isinstance(field.item, Listed) and field.item.narrowed:
                field.narrowed = self.scope(field).offered(field.item)

    def _fit(self, field: EntriesField) -> bool:
        """Offer as many entries as other answers say there are; True when that was a change."""
        wanted = self.reading.visibility.wanted(field.section)
        return wanted is not None and field.fit(wanted)

    def _compute_defaults(self, fields: Iterable[AnswerField]) -> bool:
        """Put in the first answers that are worked out; True when there was one."""
        found = False
        for field in fields:
            given = field.item.default
            if isinstance(given, Computed) and field.item.is_blank(field.data):
                value = self.scope(field).value(given.calculate, item=field.item.id)
                field.data = None if value is None else string(value)
                found = True
        return found

    def scope(self, field: AnswerField) -> Scope:
        """Return what is visible, and what expressions read, where a field stands."""
        sheet = self.sheet(field)
        section = self.questionnaire.section_of[field.item.id]
        if sheet is None or not section.repeat:
            return self.reading.visibility
        return self.reading.visibility.entry(section, self.reading.entries[section.id].index(sheet))

    def sheet(self, field: AnswerField) -> Sheet | None:
        """Return the entry of a repeated section that a field stands in, unless it is blank."""
        section, _, rest = field.name.partition(".")
        start = f"{section}.{rest.partition('.')[0]}."
        sheets = self.reading.entries.get(section, ())
        return next((sheet for sheet in sheets if sheet.prefix == start), None)

    def arranged(self) -> list[tuple[Section, tuple[Item, ...]]]:
        """Return the sections and their items in the order of this respondent's lots."""
        seed, questionnaire = self.context.seed, self.questionnaire
        sections = shuffled(
            questionnaire.sections,
            seed if questionnaire.random_sections else "",
            "sections",
            name=attrgetter("id"),
            stays=attrgetter("fixed"),
        )
        return [(section, self._arranged(section, seed)) for section in sections]

    @staticmethod
    def _arranged(section: Section, seed: str) -> tuple[Item, ...]:
        seed = seed if section.random_order else ""
        scope = f"items/{section.id}"
        return shuffled(
            section.items, seed, scope, name=attrgetter("id"), stays=attrgetter("fixed")
        )

    def steps(self, how: str = "one") -> Steps:
        """Return the pages of this form: ``one``, ``sections`` or ``items``."""
        return Steps(self, how)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Item id -> its number on the page; items that ask nothing have none."""
        asked = (item.id for _, items in self.arranged() for item in items if item.asked)
        return {name: number for number, name in enumerate(asked, start=1)}

    def say(self, language: str, field: AnswerField | None = None) -> Say:
        """Return a function that words a text for the reader, answers in their places.

        In an entry of a repeated section, ``field`` is one of its fields.
        """
        entry = self.sheet(field) if field else None
        return lambda text: self.reading.worded(text, entry).get(language)

    def worked_out(self, field: AnswerField, language: str) -> str:
        """Return the value of a calculated item, as far as the answers go."""
        value = self.scope(field).readable.get(field.item.id)
        return NOT_YET if value is None else field.item.show(value, field.around, language)

    def raw(self) -> dict[str, Any]:
        """Return the raw answers, ready for ``questionnaires.check``."""
        return {name: field.data for name, field in self._fields.items()}

    def check(self, language: str) -> Outcome:
        """Check the answers and put each problem where it belongs."""
        outcome = check(self.questionnaire, self.raw(), self.context)
        self.place(outcome.problems, language)
        return outcome

    def place(self, problems: tuple[Problem, ...], language: str) -> None:
        """Put the message of each problem at its field and into the summary."""
        fields = {field.name: field for field in self.all_fields()}
        for problem in problems:
            message = problem.message(language)
            name = problem.place.field
            while name and name not in fields:
                name = name.rpartition(".")[0]
            if name:
                fields[name].errors.append(message)
                target = fields[name].anchor if name == problem.place.field else problem.place.field
                self.mistakes.append(Mistake(target, self._label(fields[name]), message, name))
            else:
                self.mistakes.append(Mistake("", "", message))

    def _label(self, field: Any) -> str:
        """Return how the summary names an item: by its number on the page."""
        if isinstance(field, EntriesField):
            return ""
        number = self.numbers.get(field.item.id)
        return str(gettext("Item %(number)d: ", number=number)) if number else ""

    def announce(self, fields: Iterable[AnswerField], language: str) -> None:
        """Say of fields that they are asked now, and were not before."""
        for field in fields:
            label = self.say(language, field)(field.item.label)
            self.news.append(Mistake(field.anchor, self._label(field), label, field.name))

    def add_entry(self, section: str) -> bool:
        """Add a blank entry to a repeated section; False when there is no such section.

        Where other answers say how many there are, these have been brought in already.
        """
        field = self._fields.get(section)
        if not isinstance(field, EntriesField):
            return False
        if field.controls.repeat.count is None:
            field.add()
        return True

    def shown(self, language: str) -> list[tuple[str, str]]:
        """Return (question, answer) of everything that was typed, as far as it can be read."""
        return [
            (self.say(language, field)(field.item.label), field.typed(language))
            for field in self.answer_fields()
            if not field.item.is_blank(field.data)
        ]

    def answer_fields(self) -> Iterator[AnswerField]:
        """Yield the field of every item, those of repeated entries included."""
        for field in self._fields.values():
            if isinstance(field, EntriesField):
                yield from field.fields()
            else:
                yield field

    def all_fields(self) -> Iterator[Any]:
        """Yield everything that a problem can stand at."""
        yield from self._fields.values()
        yield from self.answer_fields()


def _bindable(field: UnboundField, around: Surroundings) -> UnboundField:
    """Add what is known only now: the surroundings of this request."""
    return UnboundField(field.field_class, *field.args, around=around, **field.kwargs)


class _BoundEntries(EntriesField):
    """Repeated entries that make their own fields."""

    def __init__(self, controls: Entries, around: Surroundings, **options: Any) -> None:
        form = options["_form"]

        def make(one: Controls) -> AnswerField:
            return unbound(one.item)(one, around, name=one.name, _form=form)

        super().__init__(controls, make, **options)


@lru_cache(maxsize=256)
def form_for(questionnaire: Questionnaire) -> type[QuestionnaireForm]:
    """Return the form class of a questionnaire."""
    fields = controls_of(questionnaire).fields
    compiled = {name: _compiled(controls) for name, controls in fields.items()}
    attributes = {"questionnaire": questionnaire, "compiled": compiled}
    return type("CompiledForm", (QuestionnaireForm,), attributes)


def _compiled(controls: Controls | Entries) -> UnboundField:
    if isinstance(controls, Entries):
        return UnboundField(_BoundEntries, controls)
    return UnboundField(unbound(controls.item), controls)
