"""How often the database is asked for one page: counted, because people wait for it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from questionnaires import dump, library
from tests import queries
from tests.journeys import Respondent, database
from tests.surveyapp.test_respond_quotas import DEFINITION as WITH_QUOTAS
from tests.surveyapp.test_respond_trouble import field

#: A quota, and names of units and people to pick from.
EVERYTHING = WITH_QUOTAS.replace(
    "{id: why, kind: long_text, label: {zh: 为什么, en: Why}}",
    "{id: who_else, kind: person, label: {zh: 谁, en: Who}},"
    " {id: where, kind: unit, label: {zh: 哪里, en: Where}}",
)


def statements(app: Flask) -> AbstractContextManager[list[str]]:
    """What is said to the database meanwhile, but for BEGIN and COMMIT."""
    return queries.statements(database(app).engine)


@pytest.mark.parametrize("definition", [dump(library.get("team-survey-19")), EVERYTHING])
@pytest.mark.parametrize("mode", ["sealed_code", "open_link"])
def test_a_page_takes_five_statements_at_most_and_writes_nothing(
    demo_app: Flask, definition: str, mode: str
) -> None:
    hall = field(demo_app, definition=definition, mode=mode)
    at = f"/s/{hall.codes[0]}" if hall.codes else f"/open/{hall.round.slug}/{hall.group.id}"
    Respondent(demo_app).go(at)  # the version is compiled once per process
    with statements(demo_app) as said:
        person = Respondent(demo_app).go(at)
    assert person.status == 200
    assert 0 < len(said) <= 5, said
    assert all(one.startswith("SELECT") for one in said)
    with statements(demo_app) as said:
        person.press("review")
    assert 0 < len(said) <= 6, said
    assert all(one.startswith("SELECT") for one in said), "only sending writes"


#: What one submission takes, the first of its day included. What is above six has more to write
#: down (whose it is, a place in a quota) or to count (how many of the group have come) while nobody
#: else of the group can, and each in a table of its own.
SENDING: dict[str, tuple[dict[str, Any], int]] = {
    "sealed code": ({}, 6),
    "open link": ({"mode": "open_link"}, 5),
    "confidential": ({"mode": "confidential"}, 6),
    "with drafts": ({"drafts": True}, 6),
    "editable": ({"editable": True}, 6),
    "one code for many": ({"repeatable": True}, 6),
    "named": ({"mode": "named"}, 7),
    "a group that is full at some time": ({"quota": 5}, 7),
    "quotas of the questionnaire": ({"definition": WITH_QUOTAS}, 8),
}


@pytest.mark.parametrize(("given", "most"), SENDING.values(), ids=SENDING)
def test_sending_takes_six_and_a_few_more_where_more_is_written(
    demo_app: Flask, given: dict[str, Any], most: int
) -> None:
    hall = field(demo_app, **given)
    at = f"/s/{hall.codes[0]}" if hall.codes else f"/open/{hall.round.slug}/{hall.group.id}"
    person = Respondent(demo_app).go(at).answer_all("4")
    with statements(demo_app) as said:
        assert person.submit().receipt
    assert len(said) == most, said


def test_an_unfinished_form_is_taken_away_only_where_there_is_one(demo_app: Flask) -> None:
    hall = field(demo_app, drafts=True)
    for code, kept in zip(hall.codes, (True, False), strict=False):
        person = Respondent(demo_app).open(code).answer_all("4")
        form = dict(person.filled)
        if kept:
            assert person.press("save").status == 200
            person.filled = form
        with statements(demo_app) as said:
            assert person.submit().receipt
        assert any(one.startswith("DELETE FROM draft") for one in said) == kept
        assert len(said) == 6 + kept
