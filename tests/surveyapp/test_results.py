"""From stored rows to the release and the report of a round."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

import questionnaires
from questionnaires import Text
from surveyapp.db import Database
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.fieldwork.progress import progress
from surveyapp.organisation.models import Unit
from surveyapp.organisation.operations import add_person
from surveyapp.respond import operations as respond
from surveyapp.respond.mixing import count_batches
from surveyapp.respond.models import Response
from surveyapp.results import operations as results
from surveyapp.results.written import written_answers
from tests.conftest import Demo
from tests.queries import statements
from tests.surveyapp.fielding import TODAY, noon
from tests.surveyapp.staffing import sign_in
from tests.surveyapp.test_submission import Canteen


@pytest.fixture(params=["sqlite", "postgresql"])
def hall(request: pytest.FixtureRequest) -> Canteen:
    """A round in one unit with twenty-two sealed codes."""
    fixture = "database" if request.param == "sqlite" else "postgresql"
    return Canteen(request.getfixturevalue(fixture), codes=22)


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
    in_round = select(Response.answers).join(AudienceGroup).where(AudienceGroup.round_id == of.id)
    stored = [json.loads(answers) for answers in county.scalars(in_round)]
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
    small = {g.unit.code for g in progress(county, of) if g.used < of.min_group}
    assert len(small) == 1
    for unit in release.units:
        if unit.code in small:
            assert not unit.shown
            assert unit.returned is None
    assert not small & {unit.code for unit in release.negative_list}
    assert sum(unit.shown for unit in release.units) >= 15, "control: the others are shown"


def test_invented_answers_are_labelled_as_such(county: Session, of: Round) -> None:
    assert results.release(county, of, date.today()).synthetic


def test_a_new_response_is_seen_at_once_and_its_answers_are_not(hall: Canteen) -> None:
    """Two looks at live figures must never differ by one person's answers."""

    def look(of: Round) -> tuple[int | None, int | None, list[int | None]]:
        with hall.database.session() as reading:
            release = results.release(reading, of, TODAY)
        levels = [level.count for item in release.items for level in item.levels]
        return release.overview.returned, release.overview.counted, levels

    seen = [look(hall.round)]
    for code in hall.codes:
        hall.send(code, respond.new_submission_key())
        seen.append(look(hall.round))
    told = [0, *[None] * (hall.round.min_group - 1)]
    assert [returned for returned, _, _ in seen] == [*told, *range(5, len(hall.codes) + 1)]
    counted = [number or 0 for _, number, _ in seen]
    steps = {after - before for before, after in pairwise(counted)}
    floor = hall.round.min_group
    assert steps == {0, floor}
    assert all(
        arrived - number >= floor or number == 0
        for arrived, number in zip(range(len(seen)), counted, strict=True)
    )
    for (_, one, levels), (_, two, others) in pairwise(seen):
        assert one != two or levels == others
    after_the_end = look(_closed(hall))
    assert after_the_end[1] == len(hall.codes), "in the end everybody is counted"


def test_what_is_counted_is_drawn_by_lot(hall: Canteen) -> None:
    """Not the first to come: over 400 draws each of ten is in the first batch half the time."""
    times, names = Counter[int](), inspect(Response).columns.keys()
    for _ in range(400):
        waiting = [
            tuple({"counted": False, "codes": bytes([place])}.get(name) for name in names)
            for place in range(10)
        ]
        times.update(code[0] for code in count_batches(waiting, hall.round.min_group))
    assert sum(times.values()) == 400 * 5
    assert all(130 < times[place] < 270 for place in range(10))


def test_a_release_takes_few_statements(county: Session, of: Round) -> None:
    results.release(county, of, date.today())
    county.expunge_all()
    with statements(county.get_bind().engine) as said:
        results.release(county, of, date.today())
    assert len(said) <= 4


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_a_pdf_and_the_same_every_time(
    county: Session, of: Round, language: str
) -> None:
    pdf = results.report(county, of, language, date(2026, 5, 4))
    assert pdf.startswith(b"%PDF-")
    assert pdf == results.report(county, of, language, date(2026, 5, 4))


def test_written_answers_are_shown_at_the_end_mixed_and_without_the_unit(hall: Canteen) -> None:
    for place, code in enumerate(hall.codes):
        hall.send(code, respond.new_submission_key(), why=f"reason {place}")
    with hall.database.session() as reading:
        assert written_answers(reading, hall.round) is None, "still open"
    closed = _closed(hall)
    with hall.database.session() as reading:
        ended = written_answers(reading, closed)
    assert ended is not None
    [why] = ended
    assert why.item.item == "why"
    texts = [text for text, _times in why.texts]
    assert sorted(texts) == sorted(f"reason {place}" for place in range(len(hall.codes)))
    assert texts != [f"reason {place}" for place in range(len(hall.codes))]


def test_what_recurs_is_shown_by_a_sentence_that_names_nobody(hall: Canteen) -> None:
    with hall.database.transaction() as session:
        home = session.scalars(select(Unit)).first()
        add_person(session, code="chef", name=Text({"zh": "苗稼", "en": "Quill"}), host=home)
    complaints = ["The soup is cold at noon.", "With quill the soup is cold at noon.", "Good."]
    for place, code in enumerate(hall.codes):
        hall.send(code, respond.new_submission_key(), why=complaints[place % 2 if place else 2])
    closed = _closed(hall)
    with hall.database.session() as reading:
        [why] = written_answers(reading, closed) or []
    [soup] = why.recurring
    assert soup.people == len(hall.codes) - 1
    assert soup.sentence == complaints[0]
    assert "Good." in [text for text, _times in why.texts], "control: alone, it is no group"
    assert sum(times for _text, times in why.texts) == len(hall.codes)


def test_the_page_of_written_answers(demo_app: Flask, demo: Demo) -> None:
    client = sign_in(demo_app, demo.username, demo.password)
    for language, words in (("zh", "反复出现"), ("en", "What recurs")):
        ended = client.get(f"/staff/rounds/team-survey-2025/written?lang={language}").text
        assert words in ended
        running = client.get(f"/staff/rounds/{demo.round}/written?lang={language}").text
        assert words not in running, "control: while it is open nobody is quoted"


def test_a_few_people_are_never_quoted(canteen: Canteen) -> None:
    canteen.send(canteen.codes[0], respond.new_submission_key(), why="mine")
    closed = _closed(canteen)
    with canteen.database.session() as reading:
        assert written_answers(reading, closed) is None


def _closed(hall: Canteen) -> Round:
    with hall.database.transaction() as session:
        fieldwork.close_round(session, hall.round, noon())
        return fieldwork.find_round(session, hall.round.slug)
