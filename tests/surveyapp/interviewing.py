"""Interviews for tests: a county, two teams that visit its townships, a round with an outline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

import questionnaires
from questionnaires import Questionnaire
from surveyapp import clock
from surveyapp.accounts.permissions import Role
from surveyapp.db import Database
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork import publishing
from surveyapp.fieldwork.assignments import assign
from surveyapp.fieldwork.models import Round
from surveyapp.interviews import operations
from surveyapp.interviews.models import Interview
from surveyapp.interviews.operations import Change, notes_seal
from surveyapp.interviews.outline import NOTHING, Entry
from surveyapp.organisation import operations as organisation
from surveyapp.organisation.models import Team
from tests.journeys import Page
from tests.surveyapp.fielding import SECRET, a_draft, a_unit, name
from tests.surveyapp.staffing import enrol, sign_in

#: Four tags; one is covered by two topics, and one topic covers two of them.
OUTLINE = """
id: talk
title: {zh: 访谈, en: Talk}
genre: interview
languages: [zh, en]
anonymity: {mode: confidential, min_group: 5}
scales: {concern4: library}
sections:
  - id: main
    title: {zh: 主要方面, en: Main matters}
    items:
      - id: t1
        kind: topic
        scale: concern4
        covers: [work]
        label: {zh: 工作进展如何？, en: How is work going?}
        probes: [{zh: 哪一项最慢？, en: Which task is slowest?}]
      - id: t2
        kind: topic
        scale: concern4
        covers: [style]
        label: {zh: 会议多不多？, en: Are there many meetings?}
      - id: t3
        kind: topic
        scale: concern4
        covers: [integrity]
        label: {zh: 经费公开吗？, en: Is spending disclosed?}
      - id: t4
        kind: topic
        scale: concern4
        covers: [integrity, duty]
        label: {zh: 谁来担当？, en: Who takes charge?}
      - {id: t5, kind: topic, scale: concern4, label: {zh: 还有什么？, en: Anything else?}}
checklist:
  must_ask:
    - {id: integrity, label: {zh: 廉情, en: Integrity}}
    - {id: duty, label: {zh: 担当, en: Duty}}
  must_cover:
    - {id: work, label: {zh: 工作, en: Work}}
    - {id: style, label: {zh: 作风, en: Style}}
"""
NOW = clock.moment(datetime.now(UTC), "")
MORE = timedelta(days=9)


class Field:
    """A round of interviews in two townships, with a team for each.

    Team one goes to "t1" and has two members with accounts, "ann" and "ben"; team two goes to "t2"
    with "cai". All of them may visit the whole county.
    """

    def __init__(self, database: Database, secret: str = SECRET, **given: Any) -> None:
        self.database = database
        self.seal = notes_seal(secret)
        self.outline: Questionnaire = questionnaires.load(given.pop("definition", OUTLINE))
        with database.transaction() as session:
            self.county = a_unit(session, "county")
            self.units = [a_unit(session, code, self.county) for code in ("t1", "t2")]
            self.teams = [
                self._team(session, "one", "ann", "ben"),
                self._team(session, "two", "cai"),
            ]
            self.round = self._round(session, **given)
            for team, unit in zip(self.teams, self.units, strict=True):
                assign(session, self.round, team, unit, "interview", NOW.day)

    def _team(self, session: Session, code: str, *people: str) -> Team:
        members = []
        for one in people:
            person = organisation.add_person(
                session, code=one, name=name(f"{one}某", one.title()), host=self.county
            )
            enrol(session, one, Role.INSPECTOR, self.county).person_id = person.id
            members.append(person)
        return organisation.add_team(
            session, code=code, name=name(f"{code}组", f"Team {code}"), members=members
        )

    def _round(self, session: Session, **given: Any) -> Round:
        mode = given.get("mode", "confidential")
        if mode == "named":  # more is known than the outline promises: so this one promises less
            promised = self.outline.anonymity.model_copy(update={"mode": mode})
            self.outline = self.outline.model_copy(update={"anonymity": promised})
        definition = questionnaires.to_json(self.outline)
        settings: dict[str, Any] = {
            "mode": "confidential",
            "opens_at": NOW.utc - MORE,
            "closes_at": NOW.utc + MORE,
            "zone": "",
            "role": "staff",
            "slug": "talks",
            "title": name("访谈", "Talks"),
            "holder": self.county,
        }
        drafted = a_draft(
            session, dict.fromkeys(self.units, 5), definition=definition, **(settings | given)
        )
        publishing.publish(session, drafted, self.outline, SECRET, NOW)
        return drafted

    def record(self, unit: int = 0, **given: Any) -> bytes:
        """Begin a record in one of the units; its key."""
        settings: dict[str, Any] = {"language": "en", "held_on": NOW.day, "role": "staff"}
        with self.database.transaction() as session:
            made: Interview = operations.add_record(
                session,
                self._now(session),
                self.teams[unit],
                self.units[unit],
                **(settings | given),
            )
            return made.key

    def note(self, key: bytes, **notes: str) -> list[operations.Conflict]:
        """Write notes as somebody does who sees what stands there; "!level" codes a topic."""
        with self.database.transaction() as session:
            stands = operations.entries(session, key, self.seal)
            return operations.save(session, key, list(_changes(stands, notes)), self.seal)

    def entries(self, key: bytes) -> dict[str, Entry]:
        with self.database.session() as session:
            return operations.entries(session, key, self.seal)

    def waive(self, key: bytes) -> None:
        with self.database.transaction() as session:
            operations.waive(session, key)

    def close(self, key: bytes) -> None:
        with self.database.transaction(actor="ann") as session:
            operations.close(session, key, self._now(session), self.outline, self.seal)

    def reopen(self, key: bytes, reason: str = "a date was wrong") -> None:
        with self.database.transaction(actor="ann") as session:
            operations.reopen(session, key, self._now(session), reason)

    def finished(self, unit: int = 0, concern: str = "none", **given: Any) -> bytes:
        """A closed record in which every topic has this coding and a note."""
        key = self.record(unit, **given)
        self.note(key, **{item: f"said {item}!{concern}" for item in self.outline.item_by_id})
        self.waive(key)
        self.close(key)
        return key

    def end_round(self) -> None:
        with self.database.transaction() as session:
            fieldwork.close_round(session, self._now(session), NOW)

    def stored(self, key: bytes) -> Interview:
        with self.database.session() as session:
            return session.get_one(Interview, key)

    def _now(self, session: Session) -> Round:
        return fieldwork.find_round(session, self.round.slug)


def _changes(stands: Mapping[str, Entry], notes: Mapping[str, str]) -> Iterator[Change]:
    for item, written in notes.items():
        note, _mark, concern = written.partition("!")
        before = stands.get(item, NOTHING)
        yield Change(item, Entry(note, concern or before.concern), before.revision)


class Tablet:
    """A member of a team with a tablet that runs no scripts: what the page holds is sent back."""

    def __init__(self, app: Flask, who: str, language: str = "en") -> None:
        self.client: FlaskClient = sign_in(app, who)
        self.language = language
        self.address = ""
        self.filled: dict[str, str] = {}
        self.response: TestResponse

    def open(self, address: str) -> Tablet:
        self.address = address
        return self._see(self.client.get(f"{address}?lang={self.language}"))

    def open_record(self, key: bytes, part: str = "") -> Tablet:
        return self.open(f"/staff/interviews/{key.hex()}{part}")

    def write(self, **controls: str) -> Tablet:
        """Type into controls; "t1__note" stands for "t1.note"."""
        for control, text in controls.items():
            self.filled[control.replace("__", ".")] = text
        return self

    def press(self, action: str = "save", name: str = "_action") -> Tablet:
        data = {**self.filled, name: action}
        answer = self.client.post(self.address, data=data)
        return self._see(self.client.get(answer.location) if answer.status_code == 303 else answer)

    @property
    def page(self) -> Page:
        return Page(self.response.text)

    @property
    def status(self) -> int:
        return self.response.status_code

    def _see(self, response: TestResponse) -> Tablet:
        self.response = response
        if response.mimetype == "text/html":
            controls = self.page.controls
            self.filled = {name: values[0] for name, values in controls.items() if values}
        return self
