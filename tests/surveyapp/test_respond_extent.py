"""How much of what was asked a response answers, after AAPOR's Standard Definitions."""

from __future__ import annotations

import pytest

import questionnaires
from questionnaires import Questionnaire, check
from surveyapp.respond.extent import extent_of

CLOSED = """\
id: rating
title: {en: Rating}
scales: {mark: [{value: 1, label: {en: Good}}, {value: 2, label: {en: Poor}}]}
sections:
  - id: main
    title: {en: Main}
    items:
%s
      - {id: more, kind: scale, scale: mark, relevant: "${q0} = 2", label: {en: More}}
      - {id: why, kind: long_text, label: {en: Why}}
""" % "\n".join(f"      - {{id: q{n}, kind: scale, scale: mark, label: Q{n}}}" for n in range(10))  # noqa: UP031

OPEN = """\
id: words
title: {en: Words}
sections:
  - id: main
    title: {en: Main}
    items: [{id: a, kind: short_text, label: A}, {id: b, kind: short_text, label: B}]
"""


def extent(questionnaire: Questionnaire, raw: dict[str, str]) -> str:
    outcome = check(questionnaire, raw)
    assert outcome.answers is not None
    return extent_of(questionnaire, outcome.answers, outcome.visible)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [(10, "complete"), (8, "complete"), (7, "partial"), (5, "partial"), (4, "fragment")],
)
def test_eighty_in_a_hundred_is_complete_and_half_is_partial(given: int, wanted: str) -> None:
    raw = {f"q{n}": "1" for n in range(given)}
    assert extent(questionnaires.load(CLOSED), raw) == wanted
    assert extent(questionnaires.load(CLOSED), raw | {"why": "x"}) == wanted, "words do not count"


def test_what_is_not_asked_does_not_count() -> None:
    rating = questionnaires.load(CLOSED)
    eight = {f"q{n}": "1" for n in range(8)}
    assert extent(rating, eight) == "complete", "8 of 10"
    assert extent(rating, eight | {"q0": "2"}) == "partial", "8 of 11: one more is asked"
    assert extent(rating, eight | {"q0": "2", "more": "1"}) == "complete", "9 of 11"


def test_where_there_are_only_words_they_count() -> None:
    assert extent(questionnaires.load(OPEN), {"a": "x"}) == "partial"
    assert extent(questionnaires.load(OPEN), {"a": "x", "b": "y"}) == "complete"
