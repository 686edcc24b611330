"""Making the demonstration: one transaction, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

import questionnaires
from questionnaires import Questionnaire, Text
from surveyapp import clock
from surveyapp.accounts import grants
from surveyapp.accounts import operations as accounts
from surveyapp.accounts.permissions import Role
from surveyapp.clock import Moment
from surveyapp.config import Config
from surveyapp.db import Database, now, upgrade
from surveyapp.demo import county, interviews
from surveyapp.demo.answers import RETURNED, RETURNED_BEFORE, Sheet, sheets
from surveyapp.demo.sheets import Sheets, read_sheets, write_sheets
from surveyapp.design.operations import publish
from surveyapp.fieldwork import codes as sealed
from surveyapp.fieldwork import invitations, publishing
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.assignments import assign
from surveyapp.fieldwork.errors import UnknownRound
from surveyapp.fieldwork.models import AudienceGroup, Invitation, Round, Tally
from surveyapp.organisation import operations as organisation
from surveyapp.organisation.models import Person, Unit
from surveyapp.respond import operations as respond
from surveyapp.respond.errors import Invalid
from surveyapp.respond.extent import extent_of
from surveyapp.respond.models import Response

ROUND = "team-survey-2026"
INSTRUMENT = "team-survey-19"
USERNAME = "staff"
CODES_PER_UNIT = 14
_OPEN_FOR = timedelta(days=60)
_TALKING_SINCE = timedelta(days=10)
_OPENS, _CLOSES = time(8), time(18)

Say = Callable[[str], None]


@dataclass(frozen=True)
class _Survey:
    """A round of the demonstration: how long ago it opened, for how many days answers came."""

    slug: str
    title: Text
    opened_before: timedelta
    days: int
    returned: tuple[int, ...]
    closed_before: timedelta | None = None


SURVEYS = (
    # The year before everything was over long ago: nearly everybody answered.
    _Survey(
        slug="team-survey-2025",
        title=Text(
            {
                "zh": "2025年领导班子和基层工作调查",
                "en": "Leadership and grass-roots work survey 2025",
            }
        ),
        opened_before=timedelta(days=380),
        days=20,
        returned=RETURNED_BEFORE,
        closed_before=timedelta(days=350),
    ),
    _Survey(
        slug=ROUND,
        title=Text(
            {
                "zh": "2026年领导班子和基层工作调查",
                "en": "Leadership and grass-roots work survey 2026",
            }
        ),
        opened_before=timedelta(days=14),
        days=14,
        returned=RETURNED,
    ),
)


@dataclass(frozen=True)
class _Field:
    """One township in the field: its unit, its group and its printed codes."""

    unit: Unit
    group: AudienceGroup
    codes: list[str]


def ensure(config: Config, say: Say = lambda step: None, today: date | None = None) -> Sheets:
    """The demonstration of this installation, made if there is none yet, and open today.

    ``say`` is told the name of each step: schema, county, round, answers, done or kept.
    Raises DemoFileMissing when the round is there but its plain codes are lost.
    """
    today = today or clock.local(now(), config.zone).date()
    database = Database(config.database_url)
    try:
        say("schema")
        upgrade(database.engine)
        with database.transaction() as session:
            return _ensure(session, config, say, today)
    finally:
        database.dispose()


def _ensure(session: Session, config: Config, say: Say, today: date) -> Sheets:
    try:
        opened = fieldwork.find_round(session, ROUND)
    except UnknownRound:
        return _build(session, config, say, today)
    kept = read_sheets(config.demo_file)
    fieldwork.advance(session, _at(today, config.zone))
    if opened.state == "closed":
        later = _utc(today + _OPEN_FOR, _CLOSES, config.zone)
        fieldwork.extend_round(session, opened, later, _at(today, config.zone))
    say("kept")
    return kept


def _build(session: Session, config: Config, say: Say, today: date) -> Sheets:
    questionnaire = questionnaires.library.get(INSTRUMENT)
    say("county")
    townships = _organisation(session)
    say("round")
    rounds = [_open(session, questionnaire, townships, of, today, config) for of in SURVEYS]
    printed = [_issue(session, opened, townships) for opened in rounds]
    _send_teams(session, rounds[-1], townships, today)
    _interview(session, config, townships, today)
    say("answers")
    for survey, opened, fields in zip(SURVEYS, rounds, printed, strict=True):
        _return_answers(session, questionnaire, opened, survey, fields)
    fieldwork.advance(session, _at(today, config.zone))  # closes the round of the year before
    fields = printed[-1]
    password = sealed.make().lower()  # as easy to read and type as a sealed code
    _administrator(session, password)
    made = Sheets(ROUND, USERNAME, password, {f.unit.code: f.codes for f in fields})
    # Before the commit: a round whose plain codes were never written down would be lost.
    write_sheets(config.demo_file, made)
    say("done")
    return made


def _administrator(session: Session, password: str) -> None:
    account = accounts.find(session, USERNAME) or accounts.create(session, USERNAME)
    accounts.set_password(session, account, password)
    # Somebody of the first team, so that its visits and records can be looked at.
    account.person_id = session.scalars(select(Person.id).order_by(Person.code)).first()
    if not grants.has_administrator(session):
        grants.grant(session, grants.ALL_RIGHTS, account, Role.ADMINISTRATOR, None)


def _organisation(session: Session) -> list[Unit]:
    top = organisation.add_unit(session, code="yunxi", name=county.COUNTY, kind="county")
    townships = [
        organisation.add_unit(session, code=f"t{n:02}", name=name, kind="township", parent=top)
        for n, name in enumerate(county.townships(), start=1)
    ]
    people = [
        organisation.add_person(
            session, code=f"p{n + 1:02}", name=name, home=townships[county.home_of(n)], host=top
        )
        for n, name in enumerate(county.people())
    ]
    for number, start in enumerate(range(0, len(people), county.TEAM_SIZE), start=1):
        organisation.add_team(
            session,
            code=f"team{number}",
            name=county.team_name(number),
            members=people[start : start + county.TEAM_SIZE],
        )
    return townships


def _open(
    session: Session,
    questionnaire: Questionnaire,
    townships: list[Unit],
    survey: _Survey,
    today: date,
    config: Config,
) -> Round:
    first = today - survey.opened_before
    last = today - survey.closed_before if survey.closed_before else today + _OPEN_FOR
    version = publish(session, questionnaire, first)
    drafted = fieldwork.draft_round(
        session,
        slug=survey.slug,
        version_hash=version.hash,
        title=survey.title,
        holder=_county(session, townships),
        decisions=fieldwork.Decisions(
            mode="sealed_code",
            min_group=questionnaire.anonymity.min_group,
            languages=questionnaire.languages,
        ),
        opens_at=_utc(first, _OPENS, config.zone),
        closes_at=_utc(last, _CLOSES, config.zone),
        zone=config.zone,
        synthetic=True,
    )
    fieldwork.set_audience(
        session,
        drafted,
        [fieldwork.GroupPlan(unit.id, expected=CODES_PER_UNIT) for unit in townships],
    )
    secret = ""  # sealed codes are drawn by hand: no link is worked out for anybody
    publishing.publish(session, drafted, questionnaire, secret, _at(first, config.zone))
    return drafted


def _county(session: Session, townships: list[Unit]) -> Unit:
    return session.get_one(Unit, townships[0].parent_id)


def _utc(day: date, hour: time, zone: str) -> datetime:
    return clock.to_utc(datetime.combine(day, hour), zone)


def _at(day: date, zone: str) -> Moment:
    """Return the middle of a day."""
    return clock.moment(_utc(day, time(12), zone), zone)


def _issue(session: Session, opened: Round, townships: list[Unit]) -> list[_Field]:
    groups = {group.unit_id: group for group in fieldwork.groups(session, opened)}
    return [
        _Field(
            unit,
            groups[unit.id],
            invitations.issue_codes(session, opened, groups[unit.id], CODES_PER_UNIT),
        )
        for unit in townships
    ]


def _send_teams(session: Session, opened: Round, townships: list[Unit], today: date) -> None:
    """Two units for each team: one visited for interviews last week, one still to be inspected."""
    for index, team in enumerate(organisation.teams(session)):
        start = index * county.UNITS_PER_TEAM
        for place, unit in enumerate(townships[start : start + county.UNITS_PER_TEAM]):
            due = today + timedelta(days=14 * place - 7 + index)
            assign(session, opened, team, unit, ("interview", "inspection")[place], due)


def _interview(session: Session, config: Config, townships: list[Unit], today: date) -> None:
    """Let each team talk with people in the first of its units."""
    teams = organisation.teams(session)
    first = [(team, townships[n * county.UNITS_PER_TEAM]) for n, team in enumerate(teams)]
    opened = _at(today - _TALKING_SINCE, config.zone)
    closes = _at(today + _OPEN_FOR, config.zone)
    holder = _county(session, townships)
    interviews.hold(session, config, holder, first, today, opened, closes)


def _return_answers(
    session: Session,
    questionnaire: Questionnaire,
    opened: Round,
    survey: _Survey,
    fields: list[_Field],
) -> None:
    """Like so many submissions, through the same check and the same row, but in few statements.

    Nobody gave these answers, so all of them are counted at once.
    """
    given = list(sheets(questionnaire, days=survey.days, returned=survey.returned))
    rows = [_row(questionnaire, opened, fields[sheet.township].group, sheet) for sheet in given]
    used = [
        sealed.digest(code)
        for field, returned in zip(fields, survey.returned, strict=True)
        for code in field.codes[:returned]
    ]
    session.execute(insert(Response), rows)
    session.execute(update(Invitation).where(Invitation.code_hash.in_(used)).values(used=True))
    session.execute(insert(Tally), _tallies(opened, fields, given))


def _tallies(opened: Round, fields: list[_Field], given: list[Sheet]) -> list[dict[str, Any]]:
    """Return a form opened for each answer, and for some a second time."""
    came = Counter((sheet.township, sheet.day) for sheet in given)
    return [
        {
            "group_id": fields[township].group.id,
            "day": _day(opened, day),
            "opened": returned + (township + day) % 2,
            "returned": returned,
        }
        for (township, day), returned in came.items()
    ]


def _row(
    questionnaire: Questionnaire, opened: Round, group: AudienceGroup, sheet: Sheet
) -> dict[str, Any]:
    outcome = questionnaires.check(questionnaire, sheet.raw)
    if outcome.answers is None:
        raise Invalid(outcome.problems)
    columns = respond.row(
        questionnaire,
        outcome.answers,
        key=respond.response_key(respond.new_submission_key()),
        group_id=group.id,
        version_hash=opened.version_hash,
        day=_day(opened, sheet.day),
        extent=extent_of(questionnaire, outcome.answers, outcome.visible),
    )
    return {**columns, "counted": True}


def _day(opened: Round, day: int) -> date:
    assert opened.opens_on is not None
    return opened.opens_on + timedelta(days=day)
