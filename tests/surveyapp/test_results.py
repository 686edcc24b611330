"""From stored rows to the release and the report of a round."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

import questionnaires
from surveyapp.db import Database
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import Round
from surveyapp.respond import operations as respond
from surveyapp.respond.models import Response
from surveyapp.results import operations as results
from tests.conftest import Demo
from tests.surveyapp.test_submission import TODAY, Canteen


@pytest.fixture
def county(demo: Demo) -> Iterator[Session]:
    database = Database(demo.config.database_url)
    with database.session() as reading:
        yield reading
    database.dispose()


@pytest.fixture
def of(county: Session) -> Round:
    return fieldwork.find_round(county, "team-survey-2026")


def test_the_figures_are_those_of_the_stored_answers(county: Session, of: Round) -> None:
    """Counted again the slow way, from the JSON that is the record of truth."""
    stored = [json.loads(answers) for answers in county.scalars(select(Response.answers))]
    release = results.release(county, of, date.today())
    assert release.overview.returned == len(stored)
    assert release.overview.issued == 252
    assert len(release.items) == 17
    for item in release.items:
        slow = Counter(answers.get(item.item) for answers in stored)
        assert {level.value: level.count for level in item.levels if level.count} == slow


def test_packed_codes_and_answers_say_the_same(county: Session) -> None:
    questionnaire = questionnaires.library.get("team-survey-19")
    for row in county.scalars(select(Response)):
        outcome = questionnaires.check(questionnaire, json.loads(row.answers))
        assert outcome.answers is not None
        assert questionnaires.codebook(questionnaire).pack(outcome.answers) == row.codes


def test_a_unit_below_the_threshold_shows_no_figure(county: Session, of: Round) -> None:
    release = results.release(county, of, date.today())
    small = {g.unit.code for g in fieldwork.progress(county, of) if g.used < of.min_group}
    assert len(small) == 1
    for unit in release.units:
        if unit.code in small:
            assert not unit.shown
            assert unit.returned is None
    assert not small & {unit.code for unit in release.negative_list}
    assert sum(unit.shown for unit in release.units) >= 15, "control: the others are shown"


def test_invented_answers_are_labelled_as_such(county: Session, of: Round) -> None:
    assert results.release(county, of, date.today()).synthetic


def test_a_new_response_moves_the_figures(canteen: Canteen) -> None:
    def returned() -> int:
        with canteen.database.session() as reading:
            return results.release(reading, canteen.round, TODAY).overview.returned

    before = returned()
    canteen.send(canteen.codes[0], respond.new_submission_key())
    assert (before, returned()) == (0, 1)


def test_a_release_takes_few_statements(county: Session, of: Round) -> None:
    results.release(county, of, date.today())
    county.expunge_all()
    said: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(county.get_bind(), "before_cursor_execute", listen)
    results.release(county, of, date.today())
    assert len(said) <= 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_a_pdf_and_the_same_every_time(
    county: Session, of: Round, language: str
) -> None:
    pdf = results.report(county, of, language, date(2026, 5, 4))
    assert pdf.startswith(b"%PDF-")
    assert pdf == results.report(county, of, language, date(2026, 5, 4))
