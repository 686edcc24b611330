"""The demonstration county: the numbers of the scenario, and answers worth looking at."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

import questionnaires
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.demo import DemoFileMissing, answers, ensure, read_sheets
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import Assignment, AudienceGroup, Invitation
from surveyapp.organisation.models import Person, Posting, Team, TeamMember, Unit
from surveyapp.respond.models import Response
from tests.conftest import Demo


@pytest.fixture
def county(demo: Demo) -> Database:
    return Database(demo.config.database_url)


def test_one_county_eighteen_townships_nine_teams_of_four(county: Database) -> None:
    with county.session() as session:
        kinds = Counter(session.scalars(select(Unit.kind)))
        members = Counter(session.scalars(select(TeamMember.team_id)))
        units = Counter(session.scalars(select(Assignment.team_id)))
        names = list(session.scalars(select(Person.name)))
        assert session.scalar(select(func.count()).select_from(Team)) == 9
    assert kinds == {"county": 1, "township": 18}
    assert set(members.values()) == {4}
    assert set(units.values()) == {2}
    assert len({name.get("zh") for name in names}) == len({n.get("en") for n in names}) == 36


def test_nobody_is_sent_home_and_every_unit_is_visited_once(county: Database) -> None:
    sent_home = (
        select(func.count())
        .select_from(Assignment)
        .join(TeamMember, TeamMember.team_id == Assignment.team_id)
        .join(Posting, Posting.person_id == TeamMember.person_id)
        .where(Posting.line == "home", Posting.unit_id == Assignment.unit_id)
    )
    with county.session() as session:
        assert session.scalar(sent_home) == 0
        assert len(set(session.scalars(select(Assignment.unit_id)))) == 18
        homes = Counter(session.scalars(select(Posting.unit_id).where(Posting.line == "home")))
    assert set(homes.values()) == {2}


def test_252_sealed_codes_some_unused_everywhere(county: Database, demo: Demo) -> None:
    with county.session() as session:
        assert session.scalar(select(func.sum(AudienceGroup.issued))) == 252
        assert session.scalar(select(func.count()).select_from(Invitation)) == 252
        for unit, codes in demo.unused_codes.items():
            assert len(codes) >= 2
            assert fieldwork.invitation(session, codes[0]).unit.code == unit


def test_answers_and_used_codes_agree_and_one_unit_stays_below_the_threshold(
    county: Database,
) -> None:
    with county.session() as session:
        opened = fieldwork.find_round(session, "team-survey-2026")
        stored = Counter(session.scalars(select(Response.group_id)))
        used = {g.group_id: g.used for g in fieldwork.progress(session, opened)}
    assert opened.synthetic
    assert stored == used
    assert 190 <= sum(used.values()) <= 250
    assert sum(count < opened.min_group for count in used.values()) == 1


def test_the_answers_are_the_same_on_every_machine_and_tell_units_apart() -> None:
    questionnaire = questionnaires.library.get("team-survey-19")
    first = list(answers.sheets(questionnaire, days=14))
    assert first == list(answers.sheets(questionnaire, days=14))
    negative = {
        (v.name, c.value)
        for v in questionnaires.codebook(questionnaire).closed
        for c in v.categories
        if c.negative
    }
    shares = [
        sum(pair in negative for s in first if s.township == t for pair in s.raw.items())
        / sum(17 for s in first if s.township == t)
        for t in range(17)
    ]
    assert max(shares) > 0.3
    assert min(shares) < 0.08
    written = [text for s in first for item, text in s.raw.items() if item in ("q18", "q19")]
    assert 100 < len(written) < 250
    assert any(text.isascii() for text in written)


def test_the_days_of_the_answers_lie_in_the_round(county: Database) -> None:
    with county.session() as session:
        opened = fieldwork.find_round(session, "team-survey-2026")
        days = set(session.scalars(select(Response.day)))
    assert opened.opens_on <= min(days)
    assert max(days) <= date.today()
    assert len(days) > 5


def test_the_file_with_the_codes_is_for_the_owner_only(demo: Demo) -> None:
    assert demo.config.demo_file.stat().st_mode & 0o777 == 0o600


def test_a_second_run_changes_nothing(demo: Demo) -> None:
    before = read_sheets(demo.config.demo_file)
    said: list[str] = []
    assert ensure(demo.config, said.append) == before
    assert said == ["schema", "kept"]


def test_a_demonstration_that_has_run_out_is_opened_again(demo: Demo, county: Database) -> None:
    later = date.today() + timedelta(days=400)
    ensure(demo.config, today=later)
    with county.session() as session:
        assert fieldwork.find_round(session, "team-survey-2026").open_on(later)


def test_lost_codes_are_said_to_be_lost(demo: Demo) -> None:
    demo.config.demo_file.unlink()
    with pytest.raises(DemoFileMissing):
        ensure(demo.config)


def test_a_lost_database_is_made_anew_beside_an_old_file(demo: Demo) -> None:
    old = read_sheets(demo.config.demo_file)
    for path in Path(demo.config.data).glob("surveyapp.sqlite*"):
        path.unlink()
    assert ensure(Config(data=demo.config.data)).password != old.password
