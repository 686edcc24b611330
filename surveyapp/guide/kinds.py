"""The reference of kinds, made from the kinds themselves and from one example of each."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires import Context, Item, Variable
from questionnaires.examples import kinds as examples
from questionnaires.formats.yaml import dump_part
from questionnaires.kinds import KINDS
from questionnaires.kinds.words import WORDS, KindWords
from surveyapp.forms import QuestionnaireForm, form_for
from surveyapp.forms.fields import AnswerField

_COMMON = set(Item.model_fields)


@dataclass(frozen=True)
class Entry:
    """Everything the reference says of one kind."""

    kind: str
    words: KindWords
    settings: tuple[str, ...]
    source: str
    field: AnswerField
    variables: tuple[Variable, ...]


def reference(context: Context) -> tuple[QuestionnaireForm, list[Entry]]:
    """Return the example form, and one entry per kind in the order of the examples."""
    questionnaire = examples()
    form = form_for(questionnaire)(None, context)
    around = questionnaire.surroundings(context)
    first: dict[str, Item] = {}
    for item in questionnaire.items:
        first.setdefault(item.kind, item)
    return form, [
        Entry(
            kind=kind,
            words=WORDS[kind],
            settings=tuple(name for name in KINDS[kind].model_fields if name not in _COMMON),
            source=dump_part(item),
            field=form[item.id],
            variables=item.variables(around),
        )
        for kind, item in first.items()
    ]


def common_settings() -> tuple[str, ...]:
    """Return the settings that every kind has."""
    return tuple(Item.model_fields)
