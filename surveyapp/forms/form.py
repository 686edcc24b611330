"""The form of a questionnaire: compiled once per version, bound once per request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from questionnaires import Context, Outcome, Problem, Questionnaire, check
from questionnaires.answers import visibility
from questionnaires.kinds.base import Item, Surroundings
from questionnaires.kinds.choosing import Listed
from surveyapp.forms.entries import EntriesField
from surveyapp.forms.fields import AnswerField, Submitted, unbound
from surveyapp.uploads import Upload

#: Hidden controls and buttons of every form; no item can have an id that begins like these.
OWN_NAMES = frozenset({"_key", "_lang", "_action", "_csrf"})


@dataclass(frozen=True, slots=True)
class Mistake:
    """One line of the error summary: the control it links to, which item it is, the message."""

    target: str
    label: str
    message: str


class QuestionnaireForm(BaseForm):
    """The answers of one respondent to ``questionnaire``, as typed so far."""

    questionnaire: Questionnaire
    compiled: Mapping[str, UnboundField]

    def __init__(self, submitted: Submitted | None = None, context: Context | None = None) -> None:
        self.context = context or Context()
        around = self.questionnaire.surroundings(self.context)
        super().__init__({name: _bindable(field, around) for name, field in self.compiled.items()})
        self.mistakes: list[Mistake] = []
        self.process(submitted)

    def process(self, formdata: Submitted | None = None, *_: Any, **__: Any) -> None:
        """Let every field read its part of what was submitted."""
        for field in self._fields.values():
            field.process(formdata)
        self._narrow()

    def _narrow(self) -> None:
        """Leave out the options that other answers on this page rule out."""
        filtered = [
            (field, field.item)
            for field in self.answer_fields()
            if isinstance(field.item, Listed) and field.item.choice_filter
        ]
        if not filtered:
            return
        known = visibility(self.questionnaire, self.raw(), self.context)
        for field, item in filtered:
            field.narrowed = known.offered(item)

    def strangers(self, submitted: Submitted) -> list[str]:
        """Return the names in a submission that no control of this form has."""
        fields = list(self._fields.values())
        return [
            name
            for name in submitted
            if name not in OWN_NAMES and not any(field.owns(name) for field in fields)
        ]

    def raw(self) -> dict[str, Any]:
        """Return the raw answers, ready for ``questionnaires.check``."""
        return {name: field.data for name, field in self._fields.items()}

    def uploads(self) -> dict[str, Upload]:
        """Return item id -> the file that was sent for it."""
        return {
            field.item.id: upload
            for field in self.answer_fields()
            if (upload := getattr(field, "upload", None)) is not None
        }

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
                self.mistakes.append(Mistake(target, self._label(fields[name]), message))
            else:
                self.mistakes.append(Mistake("", "", message))

    def _label(self, field: Any) -> str:
        """Return how the summary names an item: by its number on the page."""
        if isinstance(field, EntriesField):
            return ""
        number = self.questionnaire.numbers.get(field.item.id)
        return str(gettext("Item %(number)d: ", number=number)) if number else ""

    def add_entry(self, section: str) -> bool:
        """Add a blank entry to a repeated section; False when there is no such section."""
        field = self._fields.get(section)
        if not isinstance(field, EntriesField):
            return False
        field.add()
        return True

    def shown(self, language: str) -> list[tuple[str, str]]:
        """Return (question, answer) of everything that was typed, as far as it can be read."""
        say = self.questionnaire.say(language)
        return [
            (say(field.item.label), field.typed(language))
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

    def __init__(self, section: Any, around: Surroundings, **options: Any) -> None:
        form = options["_form"]

        def make(item: Item, name: str) -> AnswerField:
            return unbound(item)(item, around, name=name, _form=form)

        super().__init__(section, make, **options)


@lru_cache(maxsize=256)
def form_for(questionnaire: Questionnaire) -> type[QuestionnaireForm]:
    """Return the form class of a questionnaire."""
    compiled: dict[str, UnboundField] = {}
    for section in questionnaire.sections:
        if section.repeat:
            compiled[section.id] = UnboundField(_BoundEntries, section)
        else:
            compiled.update({item.id: UnboundField(unbound(item), item) for item in section.items})
    attributes = {"questionnaire": questionnaire, "compiled": compiled}
    return type("CompiledForm", (QuestionnaireForm,), attributes)
