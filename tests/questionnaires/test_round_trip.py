"""A definition written to a file or to JSON and read again is the same definition."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import questionnaires
from questionnaires import Questionnaire, library

from .making import SCALE, loaded


def _not_blank(text: str) -> str:
    return text if text.strip() else f"{text}a"


SHOWN = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="{")
TEXTS = st.text(SHOWN, max_size=30).map(_not_blank)
TRAPS = st.sampled_from(
    ["no", "yes", "null", "~", "5", "1e3", "0x1F", "2026-01-01", ": ", "# a", "- b", "'", '"',
     "a: b", "&a", "*a", "!t", "%d", "@x", "`x", "{", "|", ">", "=", "<<", "字" * 90,
     "a\nb",
     " a ", "a\tb", "\u2028", "\ufeff",
     "word " * 40, "\\", "true", ".inf", "012", "1_000", "😀", "x\n\n  y\n"]
).map(_not_blank)  # fmt: skip
SIGNS = st.text(list(" ?:-,#&*!|>'\"%@`[]\n\ta0字\\=~<"), min_size=1, max_size=12)
WORDS = TEXTS | TRAPS | SIGNS.map(_not_blank)
TEXT = WORDS | st.fixed_dictionaries({"zh": WORDS, "en": WORDS})
CODES = st.lists(
    st.text("ab0.- 字'?", max_size=6).map(lambda t: f"v{t}v") | st.sampled_from(["no", "5", "-"]),
    min_size=2,
    max_size=5,
    unique=True,
)
CHOICES = CODES.flatmap(
    lambda values: st.tuples(
        *[
            st.fixed_dictionaries(
                {"value": st.just(value), "label": TEXT},
                optional={
                    "text": st.booleans(),
                    "negative": st.booleans(),
                    "score": st.integers(-9, 9),
                },
            )
            for value in values
        ]
    ).map(list)
)
EXTRA = {
    "hint": TEXT,
    "required": st.booleans(),
    "relevant": st.just("1 = 1"),
    "constraint": st.just(". != ''"),
    "constraint_message": TEXT,
    "filled_by": TEXT,
}


def _items(kind: str, **more: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind), "label": TEXT, **more}, optional=EXTRA)


ITEMS = st.one_of(
    _items("long_text"),
    _items("single_choice", options=CHOICES),
    _items("scale", scale=st.just("mark")),
    _items("integer", min=st.integers(-9, 0), max=st.integers(0, 10**14)),
)


def _definition(
    items: list[dict[str, Any]], title: Any, scale: list[dict[str, Any]]
) -> Questionnaire:
    numbered = [{"id": f"q{n}", **item} for n, item in enumerate(items)]
    sections = [{"id": "s", "title": title, "items": numbered}]
    tree = {"id": "a", "title": title, "scales": {"mark": scale}, "sections": sections}
    return Questionnaire.model_validate(tree)


DEFINITIONS = st.builds(_definition, st.lists(ITEMS, min_size=1, max_size=4), TEXT, CHOICES)


@pytest.mark.parametrize("name", library.names())
def test_an_instrument_survives_every_format(name: str) -> None:
    instrument = library.get(name)
    assert questionnaires.load(questionnaires.dump(instrument)) == instrument
    assert questionnaires.from_json(questionnaires.to_json(instrument)) == instrument
    assert questionnaires.load(questionnaires.to_json(instrument)) == instrument


@settings(max_examples=60)
@given(DEFINITIONS)
def test_any_definition_survives_json(definition: Questionnaire) -> None:
    again = questionnaires.from_json(questionnaires.to_json(definition))
    assert again == definition
    assert hash(again) == hash(definition)
    assert questionnaires.content_hash(again) == questionnaires.content_hash(definition)


@settings(max_examples=100, deadline=None)
@given(DEFINITIONS)
def test_any_definition_survives_yaml(definition: Questionnaire) -> None:
    examined = questionnaires.examine(questionnaires.dump(definition))
    if examined.questionnaire is None:  # what is generated need not hold together
        assert {problem.code for problem in examined.errors} <= {"column_twice", "term_unknown"}
    else:
        assert examined.questionnaire == definition


@settings(max_examples=40)
@given(DEFINITIONS, DEFINITIONS)
def test_equal_definitions_have_equal_names_and_different_ones_do_not(
    one: Questionnaire, other: Questionnaire
) -> None:
    same_name = questionnaires.content_hash(one) == questionnaires.content_hash(other)
    assert (one == other) == same_name


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (("zh: 好, en: Good", "en: Good, zh: 好"), True),
        (("value: 3,", "value: '3', score: 3,"), True),
        (("required: false, ", ""), True),
        (("value: 3,", "value: '3',"), False),
        (("Good", "good"), False),
        (("id: q1", "id: q2"), False),
    ],
)
def test_the_name_depends_on_the_meaning_and_not_on_the_spelling(
    change: tuple[str, str], same: bool
) -> None:
    item = "- {id: q1, kind: scale, required: false, scale: mark, label: L}"
    one = loaded(item, SCALE)
    other = loaded(item.replace(*change), SCALE.replace(*change))
    assert (one == other) is same
    assert (questionnaires.content_hash(one) == questionnaires.content_hash(other)) is same


def test_a_definition_is_frozen() -> None:
    instrument = library.get("team-survey-19")
    for part in (instrument, instrument.sections[0], instrument.items[0], instrument.title):
        name = next(iter(type(part).model_fields))
        with pytest.raises(ValidationError):
            setattr(part, name, "other")


def test_a_variant_is_a_definition_of_its_own() -> None:
    ballot = library.get("rating-ballot")
    assert ballot.items
    variant = ballot.variant("exchange")
    assert variant.title.get("zh") == "座谈交流测评票"
    assert questionnaires.content_hash(variant) != questionnaires.content_hash(ballot)
    assert questionnaires.load(questionnaires.dump(variant)) == variant
    with pytest.raises(KeyError):
        ballot.variant("none")
