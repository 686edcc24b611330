"""The reference of kinds, made from the kinds themselves and from one example of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from questionnaires import Item, Variable, examples
from questionnaires.explanations import Explanation, explanation
from questionnaires.formats.yaml import dump_part
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Desk, Surroundings
from questionnaires.kinds.words import WORDS, KindWords
from surveyapp.forms import QuestionnaireForm, form_for
from surveyapp.forms.fields import AnswerField


@dataclass(frozen=True)
class Setting:
    """One setting: its key, whether it must be given, and what it is for."""

    key: str
    required: bool
    words: Explanation


@dataclass(frozen=True)
class Column:
    """One column of the data, and what the example answer puts there (None: nothing)."""

    variable: Variable
    value: str | None


@dataclass(frozen=True)
class Answered:
    """What becomes of two answers: the one that is accepted and the one that is refused."""

    sent: str
    stored: str
    shown: str
    refused: str
    message: str


@dataclass(frozen=True)
class Entry:
    """Everything the reference says of one kind."""

    kind: str
    words: KindWords
    settings: tuple[Setting, ...]
    source: str
    field: AnswerField
    columns: tuple[Column, ...]
    #: None for a kind that nobody answers.
    answered: Answered | None


def reference(language: str) -> tuple[QuestionnaireForm, list[Entry]]:
    """Return the example form, and one entry per kind in the order of the examples."""
    questionnaire = examples.kinds()
    form = form_for(questionnaire)(None, examples.context())
    first: dict[str, Item] = {}
    for item in questionnaire.items:
        first.setdefault(item.kind, item)
    return form, [_entry(item, form, language) for item in first.values()]


def common_settings() -> tuple[Setting, ...]:
    """Return the settings that every kind has."""
    return _settings(Item, frozenset())


def _entry(item: Item, form: QuestionnaireForm, language: str) -> Entry:
    around = form.questionnaire.surroundings(form.context)
    tried = examples.answers().get(item.kind)
    stored = _checked(item, tried.good, around)[0] if tried else None
    return Entry(
        kind=item.kind,
        words=WORDS[item.kind],
        settings=_settings(KINDS[item.kind], frozenset(Item.model_fields)),
        source=dump_part(item),
        field=form[item.id],
        columns=_columns(item, stored, around),
        answered=_answered(item, tried, around, language) if tried else None,
    )


def _settings(model: type[Item], known: frozenset[str]) -> tuple[Setting, ...]:
    return tuple(
        Setting(name, field.is_required(), explanation(model, name))
        for name, field in model.model_fields.items()
        if name not in known
    )


def _answered(item: Item, tried: examples.Tried, around: Surroundings, language: str) -> Answered:
    stored, _ = _checked(item, tried.good, around)
    _, refusal = _checked(item, tried.bad, around)
    return Answered(
        sent=_json(tried.good),
        stored=_json(stored),
        shown=item.show(stored, around, language),
        refused=_json(tried.bad),
        message=refusal.problems[0].message(language) if refusal.problems else "",
    )


def _checked(item: Item, raw: Any, around: Surroundings) -> tuple[Any, Desk]:
    desk = Desk(around, item.id)
    return item.check(raw, desk), desk


def _columns(item: Item, stored: Any, around: Surroundings) -> tuple[Column, ...]:
    variables = item.variables(around)
    if stored is None:
        return tuple(Column(variable, None) for variable in variables)
    codes = iter(item.pack(stored, around))
    return tuple(
        Column(variable, _value_of(variable, next(codes) if variable.closed else 0, item, stored))
        for variable in variables
    )


def _value_of(variable: Variable, code: int, item: Item, stored: Any) -> str | None:
    """Return what a CSV file has in a column: the value of a level, or what was entered."""
    if variable.closed:
        return next((one.value for one in variable.categories if one.code == code), None)
    for step in variable.name.removeprefix(item.id).strip(".").split("."):
        if isinstance(stored, dict) and step:
            stored = stored.get("text" if step not in stored else step)
    return None if stored is None else stored if isinstance(stored, str) else _json(stored)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
