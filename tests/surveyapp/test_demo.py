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
from surveyapp.fieldwork import progress
from surveyapp.fieldwork.invitations import invitation
from surveyapp.fieldwork.models import Assignment, AudienceGroup, Invitation
from surveyapp.interviews.models import Interview
from surveyapp.organisation.models import Person, Posting, Team, TeamMember, Unit
from surveyapp.respond.counting import extents
from surveyapp.respond.models import Response
from tests.conftest import Demo


@pytest.fixture
def county(demo: Demo) -> Database:
    return Database(demo.config.database_url)


def test_one_county_eighteen_townships_nine_teams_of_four(county: Database) -> None:
    with county.session() as session:
        kinds = Counter(session.scalars(select(Unit.kind)))
        members = Counter(session.scalars(select(TeamMember.team_id)))
        survey = fieldwork.find_round(session, "team-survey-2026")
        sent = select(Assignment.team_id).where(Assignment.round_id == survey.id)
        units = Counter(session.scalars(sent))
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


def test_interviews_with_three_people_one_of_them_not_over(county: Database) -> None:
    with county.session() as session:
        of = fieldwork.find_round(session, "interviews-2026")
        records = session.scalars(select(Interview).order_by(Interview.number)).all()
        visits = session.scalars(
            select(Assignment.unit_id).where(Assignment.round_id == of.id)
        ).all()
    assert (of.mode, of.state, of.synthetic) == ("confidential", "open", True)
    assert len(set(visits)) == 9
    assert [(one.number, one.state, one.read_back) for one in records] == [
        (1, "closed", "confirmed"),
        (2, "closed", "confirmed"),
        (3, "open", ""),
    ]


def test_252_sealed_codes_in_each_round_some_unused_everywhere(
    county: Database, demo: Demo
) -> None:
    with county.session() as session:
        for slug in ("team-survey-2025", "team-survey-2026"):
            of = fieldwork.find_round(session, slug)
            groups = select(AudienceGroup.id).where(AudienceGroup.round_id == of.id)
            codes = select(func.count()).where(Invitation.group_id.in_(groups))
            assert session.scalar(codes) == 252
            assert progress.totals(session)[of.id].issued == 252
        for unit, unused in demo.unused_codes.items():
            assert len(unused) >= 2
            assert invitation(session, unused[0]).unit.code == unit


def test_the_year_before_251_of_252_came_back_from_18_units(county: Database) -> None:
    """ "18 units, over 250 questionnaires": issued, returned and valid, by unit and by day."""
    with county.session() as session:
        before = fieldwork.find_round(session, "team-survey-2025")
        groups = progress.progress(session, before)
        counted = extents(session, before)
        lines = progress.by_unit(before, groups, counted, None)
        days = progress.by_day(session, before)
        cases = progress.dispositions(session, before, groups, counted)
        rates = progress.rates(cases)
    assert before.state == "closed"
    assert len(lines) == 18
    assert [sum(part or 0 for part in (line.issued,)) for line in lines] == [14] * 18
    assert sum(line.returned or 0 for line in lines) == 251
    assert sum(line.valid or 0 for line in lines) == 251
    assert sum(line.opened or 0 for line in lines) >= 251
    assert sum(day.returned for day in days) == 251
    assert min(day.returned for day in days) >= before.min_group
    assert cases is not None
    assert rates is not None
    assert cases.unknown_household == 1
    assert rates.rr2 == pytest.approx(251 / 252)
    assert rates.rr6 == 1


def test_answers_and_used_codes_agree_and_one_unit_stays_below_the_threshold(
    county: Database,
) -> None:
    with county.session() as session:
        opened = fieldwork.find_round(session, "team-survey-2026")
        found = progress.progress(session, opened)
        ids = [group.group_id for group in found]
        stored = Counter(
            session.scalars(select(Response.group_id).where(Response.group_id.in_(ids)))
        )
        used = {group.group_id: group.used for group in found}
        assert [group.returned for group in found] == [group.used for group in found]
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
        in_round = select(Response.day).join(AudienceGroup)
        days = set(session.scalars(in_round.where(AudienceGroup.round_id == opened.id)))
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
        opened = fieldwork.find_round(session, "team-survey-2026")
        assert opened.is_open
        assert opened.closes_on is not None
        assert opened.closes_on > later


def test_lost_codes_are_said_to_be_lost(demo: Demo) -> None:
    demo.config.demo_file.unlink()
    with pytest.raises(DemoFileMissing):
        ensure(demo.config)


def test_a_lost_database_is_made_anew_beside_an_old_file(demo: Demo) -> None:
    old = read_sheets(demo.config.demo_file)
    for path in Path(demo.config.data).glob("surveyapp.sqlite*"):
        path.unlink()
    assert ensure(Config(data=demo.config.data)).password != old.password
