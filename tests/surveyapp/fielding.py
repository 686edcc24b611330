"""Rounds for tests: units with people, fielded in any mode, and answers sent to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

import questionnaires
from questionnaires import Questionnaire, Text
from surveyapp import clock
from surveyapp.clock import Moment
from surveyapp.db import Database
from surveyapp.design.operations import publish
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork import publishing
from surveyapp.fieldwork.invitations import issue_codes, personal_links
from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.organisation import operations as organisation
from surveyapp.organisation.models import Unit
from surveyapp.respond import operations as respond
from surveyapp.respond import storing
from surveyapp.respond.opening import Door, OpenDoor, Visit, open_form
from surveyapp.respond.together import Together
from surveyapp.uploads import Upload

TODAY = date(2026, 5, 4)
SECRET = "a secret of the installation"

DEFINITION = """
id: lunch
title: {zh: 午餐, en: Lunch}
genre: survey
scales:
  mark5:
    - {value: 5, label: {zh: 很好, en: Very good}}
    - {value: 4, label: {zh: 好, en: Good}}
    - {value: 3, label: {zh: 一般, en: Fair}}
    - {value: 2, negative: true, label: {zh: 差, en: Poor}}
    - {value: 1, negative: true, label: {zh: 很差, en: Very poor}}
sections:
  - id: main
    title: {zh: 午餐, en: Lunch}
    items:
      - {id: taste, kind: scale, scale: mark5, required: true, label: {zh: 味道, en: Taste}}
      - {id: why, kind: long_text, label: {zh: 为什么, en: Why}}
      - {id: picture, kind: file, label: {zh: 照片, en: Picture}}
"""


def name(zh: str, en: str) -> Text:
    return Text({"zh": zh, "en": en})


def noon(day: date = TODAY) -> Moment:
    return clock.moment(datetime.combine(day, time(12), UTC), "UTC")


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def a_unit(session: Session, code: str, parent: Unit | None = None) -> Unit:
    return organisation.add_unit(
        session, code=code, name=name(f"{code}单位", f"Unit {code}"), kind="house", parent=parent
    )


def a_draft(
    session: Session, audience: Mapping[Unit, int], *, slug: str = "lunch-2026", **given: Any
) -> Round:
    """A draft over these units, so many people in each; open for seven days from today."""
    questionnaire = _promising(given.pop("definition", DEFINITION), given.get("mode"))
    quota, role = given.pop("quota", None), given.pop("role", "")
    settings: dict[str, Any] = {
        "mode": "sealed_code",
        "min_group": 5,
        "languages": questionnaire.languages,
        "repeatable": False,
        "editable": False,
        "pages": "one",
        "drafts": False,
    }
    decisions = {key: given.pop(key, usual) for key, usual in settings.items()}
    whole: dict[str, Any] = {
        "title": name("午餐", "Lunch"),
        "version_hash": publish(session, questionnaire, TODAY).hash,
        "holder": next(iter(audience)),
        "opens_at": midnight(TODAY),
        "closes_at": midnight(TODAY + timedelta(days=8)),
        "zone": "UTC",
    }
    drafted = fieldwork.draft_round(
        session, slug=slug, decisions=fieldwork.Decisions(**decisions), **(whole | given)
    )
    plans = [fieldwork.GroupPlan(u.id, role, people, quota) for u, people in audience.items()]
    fieldwork.set_audience(session, drafted, plans)
    return drafted


def a_round(session: Session, audience: Mapping[Unit, int], **given: Any) -> Round:
    """The same, published at noon today, and so open, or ``at`` another moment."""
    at, secret = given.pop("at", noon()), given.pop("secret", SECRET)
    drafted = a_draft(session, audience, **given)
    questionnaire = _promising(given.get("definition", DEFINITION), given.get("mode"))
    publishing.publish(session, drafted, questionnaire, secret, at)
    return drafted


def _promising(definition: str, mode: str | None) -> Questionnaire:
    """The questionnaire; where it says nothing of anonymity it promises what the round keeps."""
    questionnaire = questionnaires.load(definition)
    if mode in ("confidential", "named") and "anonymity" not in definition:
        promised = questionnaire.anonymity.model_copy(update={"mode": mode})
        return questionnaire.model_copy(update={"anonymity": promised})
    return questionnaire


def people_in(session: Session, unit: Unit, count: int) -> list[int]:
    """Ids of new people who serve in a unit."""
    return [
        organisation.add_person(
            session, code=f"{unit.code}-{n}", name=name(f"甲{n}", f"Person {n}"), host=unit
        ).id
        for n in range(count)
    ]


def open_now(database: Database, units: dict[str, int], **given: Any) -> Hall:
    """Field a round that is open by the real clock, and for a week."""
    now = datetime.now(UTC)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    times = {"opens_at": day, "closes_at": day + timedelta(days=8)}
    return Hall(database, units, at=clock.moment(now, "UTC"), **{**times, **given})


def submission(
    session: Session,
    door: Door,
    raw: Mapping[str, object],
    key: str | None = None,
    *,
    at: Moment | None = None,
    files: Mapping[str, Upload] | None = None,
) -> respond.Submission:
    """What somebody has typed into the form behind a door, read and judged."""
    key = respond.new_submission_key() if key is None else key
    at = at or noon()
    return respond.prepare(open_form(session, door, Visit(key, at)), key, raw, at, files)


class Hall:
    """A round in the field: its units, and how to answer in it."""

    def __init__(
        self,
        database: Database,
        units: Mapping[str, int],
        *,
        mode: str = "sealed_code",
        **given: Any,
    ) -> None:
        """``units`` maps the code of a unit to how many people are asked there."""
        self.database = database
        self.together = Together(database)
        #: What leads to a form, in the order of units: codes of slips or of personal links.
        self.codes: list[str] = []
        with database.transaction() as session:
            audience = {a_unit(session, code): people for code, people in units.items()}
            personal = mode in ("confidential", "named")
            for unit, people in audience.items():
                if personal:
                    people_in(session, unit, people)
            self.round = a_round(session, audience, mode=mode, **given)
            self.groups: list[AudienceGroup] = fieldwork.groups(session, self.round)
            if personal:
                secret = given.get("secret", SECRET)
                self.codes = [one.code for one in personal_links(session, self.round, secret)]
            elif mode == "sealed_code":
                for group in self.groups:
                    self.codes += issue_codes(session, self.round, group, group.expected)
        self.group = self.groups[0]

    def door(self, group: int = 0) -> OpenDoor:
        return OpenDoor(self.round.slug, self.groups[group].id)

    def send(
        self, door: Door, key: str, today: date = TODAY, at: Moment | None = None, **raw: object
    ) -> respond.Receipt:
        """Send answers from a form, as the pages do."""
        at = at or noon(today)
        return self.give(
            lambda session: submission(session, door, {"taste": "5", **raw}, key, at=at)
        )

    def give(self, made: Callable[[Session], respond.Submission]) -> respond.Receipt:
        """Store a submission as the pages do."""
        with self.database.session() as reading:
            sent = made(reading)
            known = storing.settled(lambda: reading, sent)
        return known or self.together.accept(sent)
