"""Making the demonstration: one transaction, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

import questionnaires
from questionnaires import Questionnaire, Text
from surveyapp.accounts.operations import set_account
from surveyapp.config import Config
from surveyapp.db import Database, upgrade
from surveyapp.demo import county
from surveyapp.demo.answers import RETURNED, sheets
from surveyapp.demo.sheets import Sheets, read_sheets, write_sheets
from surveyapp.design.operations import publish
from surveyapp.fieldwork import codes as sealed
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import AudienceGroup, Invitation, Round
from surveyapp.organisation import operations as organisation
from surveyapp.organisation.models import Unit
from surveyapp.respond import operations as respond
from surveyapp.respond.models import Response

ROUND = "team-survey-2026"
INSTRUMENT = "team-survey-19"
USERNAME = "staff"
CODES_PER_UNIT = 14
_OPEN_BEFORE = timedelta(days=14)
_OPEN_FOR = timedelta(days=60)
_TITLE = Text(
    {"zh": "2026年领导班子和基层工作调查", "en": "Leadership and grass-roots work survey 2026"}
)

Say = Callable[[str], None]


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
    today = today or date.today()
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
    except fieldwork.UnknownRound:
        return _build(session, config, say, today)
    kept = read_sheets(config.demo_file)
    if opened.closes_on < today:
        fieldwork.extend_round(session, opened, today + _OPEN_FOR)
    say("kept")
    return kept


def _build(session: Session, config: Config, say: Say, today: date) -> Sheets:
    questionnaire = questionnaires.library.get(INSTRUMENT)
    say("county")
    townships = _organisation(session)
    say("round")
    opened = _open(session, questionnaire, today)
    fields = [_issue(session, opened, unit) for unit in townships]
    _send_teams(session, opened, townships)
    say("answers")
    _return_answers(session, questionnaire, opened, fields)
    password = sealed.make().lower()  # as easy to read and type as a sealed code
    set_account(session, USERNAME, password)
    made = Sheets(ROUND, USERNAME, password, {f.unit.code: f.codes for f in fields})
    # Before the commit: a round whose plain codes were never written down would be lost.
    write_sheets(config.demo_file, made)
    say("done")
    return made


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


def _open(session: Session, questionnaire: Questionnaire, today: date) -> Round:
    opens_on = today - _OPEN_BEFORE
    version = publish(session, questionnaire, opens_on)
    return fieldwork.open_round(
        session,
        slug=ROUND,
        version_hash=version.hash,
        title=_TITLE,
        mode="sealed_code",
        min_group=questionnaire.anonymity.min_group,
        opens_on=opens_on,
        closes_on=today + _OPEN_FOR,
        synthetic=True,
    )


def _issue(session: Session, opened: Round, unit: Unit) -> _Field:
    group, codes = fieldwork.issue_codes(session, opened, unit, CODES_PER_UNIT)
    return _Field(unit, group, codes)


def _send_teams(session: Session, opened: Round, townships: list[Unit]) -> None:
    for index, team in enumerate(organisation.teams(session)):
        start = index * county.UNITS_PER_TEAM
        for unit in townships[start : start + county.UNITS_PER_TEAM]:
            fieldwork.assign(session, opened, team, unit)


def _return_answers(
    session: Session,
    questionnaire: Questionnaire,
    opened: Round,
    fields: list[_Field],
) -> None:
    """Like so many submissions, through the same check and the same row, but in two statements.

    Nobody gave these answers, so all of them are counted at once.
    """
    rows = [
        _row(questionnaire, opened, fields[sheet.township].group, sheet.raw, sheet.day)
        for sheet in sheets(questionnaire, days=_OPEN_BEFORE.days)
    ]
    used = [
        sealed.digest(code)
        for field, returned in zip(fields, RETURNED, strict=True)
        for code in field.codes[:returned]
    ]
    session.execute(insert(Response), rows)
    session.execute(update(Invitation).where(Invitation.code_hash.in_(used)).values(used=True))


def _row(
    questionnaire: Questionnaire, opened: Round, group: AudienceGroup, raw: dict[str, str], day: int
) -> dict[str, Any]:
    outcome = questionnaires.check(questionnaire, raw)
    if outcome.answers is None:
        raise respond.Invalid(outcome.problems)
    columns = respond.row(
        questionnaire,
        outcome.answers,
        key=respond.response_key(respond.new_submission_key()),
        group_id=group.id,
        version_hash=opened.version_hash,
        day=opened.opens_on + timedelta(days=day),
    )
    return {**columns, "counted": True}
