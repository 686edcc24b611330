"""Getting a round to its people by mail: links, reminders, and the page about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from surveyapp import db
from surveyapp.accounts.models import Account
from surveyapp.accounts.permissions import Role
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.fieldwork.distribution import operations
from surveyapp.fieldwork.models import Addressee
from surveyapp.mail.models import Mailing, OutgoingMail, State
from surveyapp.organisation.models import Person
from tests.journeys import Page, Respondent
from tests.queries import statements
from tests.surveyapp import fielding
from tests.surveyapp.distributing import PEOPLE, SITE, Field
from tests.surveyapp.fielding import SECRET, a_unit, people_in
from tests.surveyapp.staffing import enrol, post, sign_in


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(data=tmp_path / "data", secret=SECRET, public_url=SITE)


@pytest.fixture
def field(app: Flask, database: Database, config: Config) -> Field:
    return Field(app, database, config)


# -- mails -------------------------------------------------------------------------------------


def test_everybody_gets_their_own_link_in_their_language(field: Field) -> None:
    of = field.round("confidential")
    assert field.send(of) == 2 * PEOPLE
    mails = field.deliver()
    assert len(mails) == 2 * PEOPLE
    links = [re.findall(rf"{SITE}(/s/\w+)", mail) for mail in mails]
    assert all(len(found) == 1 for found in links)
    assert len({found[0] for found in links}) == 2 * PEOPLE
    assert field.app.test_client().get(links[0][0]).status_code == 200
    assert sum("您的专用链接" in mail for mail in mails) == PEOPLE
    assert sum("your personal link" in mail for mail in mails) == PEOPLE
    assert all("Confidential:" in mail or "保密" in mail for mail in mails)


def test_a_mail_of_a_confidential_round_leads_to_no_answer(field: Field) -> None:
    """When a mail is sent its token is wiped, and no other column of the queue leads anywhere."""
    of = field.round("confidential")
    field.send(of)
    mails = field.deliver()
    files = b"".join(p.read_bytes() for p in field.config.data.glob("surveyapp.sqlite*"))
    tokens = [re.findall(r"/s/(\w+)", mail)[0] for mail in mails]
    assert b"p0@mail.example" in files or b"@mail.example" in files, "control: addresses are there"
    assert not any(token.encode() in files for token in tokens)
    assert field.count(OutgoingMail, OutgoingMail.sealed.is_not(None)) == 0


def test_a_mailing_is_sent_once_however_often_it_is_pressed(field: Field) -> None:
    of = field.round("confidential")
    page = field.see(of, "/mail/invitation")
    filled = {key: values[0] for key, values in page.controls.items() if values}
    for _ in range(2):
        field.do(of, "/mail/invitation", "/mail/invitation",
                 **(filled | {"action": "send", "sure": "y"}))  # fmt: skip
    assert field.count(OutgoingMail) == 2 * PEOPLE
    assert field.send(of) == 0, "and a new page finds nobody left"
    assert len(field.deliver()) == 2 * PEOPLE


def test_who_joins_later_is_invited_later(field: Field) -> None:
    of = field.round("confidential")
    field.send(of)
    with field.database.transaction() as session:
        late = people_in(session, a_unit(session, "t99", field.county), 1)
        session.execute(update(Person).where(Person.id == late[0]).values(email="late@x.example"))
    assert field.send(of) == 0, "control: in no unit of the audience"


def test_a_corrected_address_is_written_to_again_and_a_wrong_one_is_not(field: Field) -> None:
    of = field.round("confidential")
    field.send(of)
    with field.database.transaction() as session:
        bounced = update(OutgoingMail).where(OutgoingMail.address == "t01-0@mail.example")
        session.execute(bounced.values(state=State.BOUNCED, sealed=None))
    assert field.send(of) == 0
    with field.database.transaction() as session:
        session.execute(
            update(Person).where(Person.code == "t01-0").values(email="right@mail.example")
        )
    assert field.send(of) == 1


def test_people_without_an_address_are_counted_not_skipped_in_silence(field: Field) -> None:
    of = field.round("confidential")
    with field.database.transaction() as session:
        session.execute(update(Person).where(Person.code == "t01-0").values(email=None))
        session.execute(update(Person).where(Person.code == "t01-1").values(email="no address"))
    page = field.see(of, "/mail/invitation")
    assert "22 mails would be sent now" in page.text
    assert "2 people have no mail address" in page.text
    assert field.send(of) == 2 * PEOPLE - 2


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"subject_en": ""}, "Please write something."),
        ({"subject_en": "a\r\nBcc: x@x.example"}, "one line of plain text"),
        ({"body_en": "no link {promise}"}, "{link} must be in the text."),
        ({"body_en": "{link}"}, "{promise} must be in the text."),
        ({"body_en": "{link} {promise} {salary}"}, "nothing to put in for {salary}"),
        ({"test_address": "x@x.example\nBcc: y@y.example"}, "This is not a mail address."),
    ],
)
def test_words_that_cannot_be_sent_are_refused_and_kept(
    field: Field, changed: dict[str, str], told: str
) -> None:
    of = field.round("confidential")
    answer = field.write(of, "invitation", "send", sure="y", **changed)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert told in page.text
    for key, value in changed.items():
        assert page.controls[key][0].split() == value.split()
    assert field.count(OutgoingMail) == 0


def test_a_preview_shows_what_is_sent_and_sends_nothing(field: Field) -> None:
    of = field.round("confidential")
    answer = field.write(of, "invitation", "preview", subject_en="Hello {name}")
    assert answer.status_code == 200
    assert "Hello Pat Lee" in Page(answer.text).text
    assert "It is open until" in answer.text
    assert field.count(OutgoingMail) == 0


def test_a_test_goes_to_oneself_and_opens_nothing(field: Field) -> None:
    of = field.round("confidential")
    with field.database.transaction() as session:
        session.execute(update(Account).values(email="me@county.example"))
    assert field.see(of, "/mail/invitation").controls["test_address"] == ["me@county.example"]
    answer = field.write(of, "invitation", "test", subject_zh="试：{title}")
    assert "A test has been queued for me@county.example." in Page(answer.text).text
    mails = field.deliver()
    assert len(mails) == 2
    assert all("To: me@county.example" in mail for mail in mails)
    assert any("试：午餐" in mail for mail in mails)
    assert all(f"{SITE}/s/XXXX-XXXX-XXXX" in mail for mail in mails)
    assert Respondent(field.app).open("XXXX-XXXX-XXXX").status == 404
    assert field.send(of) == 2 * PEOPLE, "a test keeps nobody from being invited"


def test_the_words_of_the_last_mailing_come_back(field: Field) -> None:
    of = field.round("confidential")
    field.send(of, subject_en="Our lunch: {title}")
    assert field.see(of, "/mail/invitation").controls["subject_en"] == ["Our lunch: {title}"]
    assert "a reminder" in field.see(of, "/mail/reminder").controls["subject_en"][0]


# -- reminders ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["confidential", "named"])
def test_only_those_are_reminded_who_have_not_answered(field: Field, mode: str) -> None:
    of = field.round(mode)
    field.send(of)
    invited = field.deliver()
    links = [re.findall(r"/s/(\w+)", mail)[0] for mail in invited]
    for link in links[:5]:
        assert Respondent(field.app).open(link).answer(taste="4").submit().receipt
    assert field.send(of, "reminder") == 2 * PEOPLE - 5
    reminders = [mail for mail in field.deliver() if re.search("Subject.*(reminder|提醒)", mail)]
    reminded = {re.findall(r"/s/(\w+)", mail)[0] for mail in reminders}
    assert reminded == set(links[5:]), "the link is still the same"
    assert field.send(of, "reminder") == 0, "nobody twice in a day"
    with field.database.transaction() as session:
        session.execute(update(Mailing).values(created=db.now() - timedelta(days=2)))
    assert field.send(of, "reminder") == 2 * PEOPLE - 5


def test_nobody_is_reminded_while_the_invitation_is_still_queued(field: Field) -> None:
    of = field.round("confidential")
    field.send(of)
    assert field.send(of, "reminder") == 0


@pytest.mark.parametrize("mode", ["sealed_code", "open_link"])
def test_where_nobody_is_known_nobody_is_reminded(field: Field, mode: str) -> None:
    of = field.round(mode)
    refused = field.staff.get(f"/staff/rounds/{of.slug}/distribution/mail/reminder?lang=en")
    assert refused.status_code == 404
    assert "nobody knows who was invited and who has answered" in refused.text
    assert "nobody can be reminded by name" in field.see(of).text


def test_undelivered_mails_are_known_to_the_response_rates(field: Field) -> None:
    of = field.round("confidential")
    field.send(of)
    with field.database.transaction() as session:
        bounced = update(OutgoingMail).where(OutgoingMail.address == "t01-0@mail.example")
        session.execute(bounced.values(state=State.BOUNCED, sealed=None))
        operations.note_undelivered(session)
    assert field.count(Addressee, Addressee.disposition == "undelivered") == 1
    assert field.send(of, "reminder") == 0, "all others are still queued"
    with field.database.transaction() as session:
        right = update(Person).where(Person.code == "t01-0").values(email="right@mail.example")
        session.execute(right)
    assert field.send(of) == 1
    assert field.count(Addressee, Addressee.disposition == "undelivered") == 0, "asked again"


def test_what_was_noted_about_a_person_by_hand_stays(field: Field) -> None:
    of = field.round("confidential")
    field.send(of)
    with field.database.transaction() as session:
        session.execute(update(Addressee).values(disposition="refused"))
        session.execute(update(OutgoingMail).values(state=State.BOUNCED, sealed=None))
        operations.note_undelivered(session)
    assert field.count(Addressee, Addressee.disposition == "refused") == 2 * PEOPLE


# -- the page ----------------------------------------------------------------------------------


def test_the_page_shows_the_progress_and_settles_doubts(field: Field) -> None:
    of = field.round("confidential")
    field.send(of)
    with field.database.transaction() as session:
        held = session.scalars(
            select(OutgoingMail).where(OutgoingMail.address == "t01-0@mail.example")
        ).one()
        held.state, held.reason = State.HELD, "interrupted"
    page = field.see(of)
    assert "The program was interrupted at the moment of sending." in page.text
    assert re.search(r"Invitations 23 0 0 0 1 0", page.text)
    field.do(of, "/mail/queue", mail=held.key, action="sent")
    assert re.search(r"Invitations 23 1 0 0 0 0", field.see(of).text)
    field.do(of, "/mail/queue", action="cancel")
    assert re.search(r"Invitations 0 1 0 0 0 23", field.see(of).text)
    assert field.count(OutgoingMail, OutgoingMail.sealed.is_not(None)) == 0


def test_mails_of_another_subtree_are_not_there(field: Field) -> None:
    of = field.round("confidential")
    field.send(of)
    with field.database.transaction() as session:
        enrol(session, "stranger", Role.ORGANISER, a_unit(session, "elsewhere"))
        key = session.scalar(select(OutgoingMail.key).limit(1))
        session.execute(update(OutgoingMail).values(state=State.HELD))
    stranger = sign_in(field.app, "stranger")
    base = f"/staff/rounds/{of.slug}/distribution"
    assert stranger.get(base).status_code == 404
    answer = post(
        stranger, f"{base}/mail/queue", "/staff/rounds/new", mail=key or "", action="sent"
    )
    assert answer.status_code == 404
    assert field.count(OutgoingMail, OutgoingMail.state == State.SENT) == 0


@pytest.fixture
def queries(database: Database, field: Field) -> Iterator[list[str]]:
    """Every statement that the application sends from now on."""
    with statements(field.app.extensions["surveyapp.database"].engine) as seen:
        yield seen


@pytest.mark.parametrize(
    ("mode", "page"),
    [
        ("sealed_code", ""),
        ("open_link", ""),
        ("confidential", ""),
        ("confidential", "/mail/invitation"),
        ("confidential", "/mail/reminder"),
    ],
)
def test_a_page_costs_ten_queries_at_most(
    field: Field, queries: list[str], mode: str, page: str
) -> None:
    of = field.round(mode)
    if mode == "confidential":
        field.send(of)
    queries.clear()
    field.see(of, page)
    assert 3 < len(queries) <= 10, queries


def test_a_draft_has_nothing_to_distribute(field: Field) -> None:
    with field.database.transaction() as session:
        drafted = fielding.a_draft(session, {field.county: 5}, slug="draft")
    assert field.staff.get(f"/staff/rounds/{drafted.slug}/distribution").status_code == 404
    assert field.staff.get(f"/kiosk/{drafted.slug}").status_code == 404
