"""How often the database is asked for one page: counted, because people wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from questionnaires import dump, library
from tests.journeys import Respondent, database
from tests.surveyapp.test_respond_quotas import DEFINITION as WITH_QUOTAS
from tests.surveyapp.test_respond_trouble import field

#: A quota, and names of units and people to pick from.
EVERYTHING = WITH_QUOTAS.replace(
    "{id: why, kind: long_text, label: {zh: 为什么, en: Why}}",
    "{id: who_else, kind: person, label: {zh: 谁, en: Who}},"
    " {id: where, kind: unit, label: {zh: 哪里, en: Where}}",
)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is said to the database meanwhile, but for BEGIN and COMMIT."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    engine = database(app).engine
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


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


@pytest.mark.parametrize("mode", ["sealed_code", "open_link", "confidential"])
def test_sending_takes_six(demo_app: Flask, mode: str) -> None:
    hall = field(demo_app, mode=mode)
    at = f"/open/{hall.round.slug}/{hall.group.id}"
    doors = [f"/s/{code}" for code in hall.codes] or [at] * 3
    assert Respondent(demo_app).go(doors[0]).answer(taste="4").submit().receipt, "first of the day"
    person = Respondent(demo_app).go(doors[1]).answer(taste="4")
    with statements(demo_app) as said:
        assert person.submit().receipt
    assert 0 < len(said) <= 6, said
