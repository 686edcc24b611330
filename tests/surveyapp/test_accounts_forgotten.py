"""A forgotten password: the link by mail, from the page to the letter and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp import app as application
from surveyapp.accounts import forgotten, operations
from surveyapp.accounts.models import Account, ResetLink
from surveyapp.accounts.permissions import Role
from surveyapp.config import Config
from surveyapp.db import Database, now
from surveyapp.mail.models import OutgoingMail, State
from surveyapp.mail.sealing import Seal
from surveyapp.mail.settings import mail_settings
from tests.mail_server import MailServer, served
from tests.surveyapp.mailing import parts, send, states
from tests.surveyapp.staffing import PASSWORD, enrol, post, sign_in

SITE = "https://survey.county.example"
ADDRESS = "ying@county.example"
ASK = "/staff/forgotten"
NEW = "seven grey umbrellas"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with served(MailServer()) as made:
        yield made


@pytest.fixture
def mailing(config: Config, server: MailServer) -> Config:
    """An installation that sends mail and knows its address."""
    return replace(
        config, mail_host="127.0.0.1", mail_port=server.port, mail_tls="none",
        mail_sender="survey@county.example", public_url=SITE,
    )  # fmt: skip


@pytest.fixture
def site(mailing: Config, database: Database) -> Iterator[Flask]:
    """Its pages, with one account that has an address and one that has none."""
    with database.transaction() as session:
        enrol(session, "ying", Role.VIEWER).email = ADDRESS
        enrol(session, "bao", Role.VIEWER)
    made = application.build(mailing)
    yield made
    made.extensions["surveyapp.database"].dispose()


def delivered(site: Flask, database: Database, config: Config, server: MailServer) -> list[str]:
    """What the mail server has been given: the plain text of each mail."""
    send(database, mail_settings(config), Seal(str(site.secret_key)))
    return [
        parts(message_from_bytes(content, policy=policy.default))[0]
        for _address, content in server.taken
    ]


@pytest.mark.parametrize("asked", ["ying", "  Ying@County.example "])
def test_the_link_in_the_mail_replaces_the_password(
    site: Flask, database: Database, mailing: Config, server: MailServer, asked: str
) -> None:
    stranger = site.test_client()
    assert "link is on its way" in post(stranger, f"{ASK}?lang=en", name=asked).text
    sign_in(site, "ying")  # control: asking alone changes nothing
    [text] = delivered(site, database, mailing, server)
    assert [address for address, _ in server.taken] == [ADDRESS]
    assert "ying" in text
    [link] = re.findall(rf"{SITE}(/staff/new-password/\S+)", text)
    owner = site.test_client()
    assert post(owner, link, new=NEW, again=NEW).location == "/staff/sign-in"
    assert owner.get(link).status_code == 410, "good once"
    sign_in(site, "ying", NEW)
    old = post(site.test_client(), "/staff/sign-in", username="ying", password=PASSWORD)
    assert old.status_code == 401


def test_a_forged_host_does_not_get_into_the_mail(
    site: Flask, database: Database, mailing: Config, server: MailServer
) -> None:
    client = site.test_client()
    client.environ_base["HTTP_HOST"] = "evil.example"
    assert post(client, ASK, name="ying").status_code == 200
    [text] = delivered(site, database, mailing, server)
    assert "evil.example" not in text
    assert SITE in text


@pytest.mark.parametrize("name", ["nobody", "bao", "closed", "elsewhere"])
def test_who_cannot_get_a_link_hears_the_same(site: Flask, database: Database, name: str) -> None:
    with database.transaction() as session:
        closed = enrol(session, "closed")
        closed.email, closed.active = "closed@county.example", False
        elsewhere = operations.create(session, "elsewhere")  # signs in at a service
        elsewhere.email = "elsewhere@county.example"
    known = post(site.test_client(), ASK, name="ying")
    other = post(site.test_client(), ASK, name=name)
    assert (other.status_code, other.text) == (known.status_code, known.text)
    assert list(states(database)) == [ADDRESS], "control: the known one gets a mail"


def test_whoever_keeps_asking_fills_no_mailbox_and_spoils_no_link(
    site: Flask, database: Database
) -> None:
    for _ in range(operations.MOST_LINKS + 3):
        assert post(site.test_client(), ASK, name="ying").status_code == 200
    with database.session() as session:
        mails = session.scalars(select(OutgoingMail)).all()
        links = session.scalars(select(ResetLink)).all()
        assert len(mails) == len(links) == operations.MOST_LINKS
        assert {mail.state for mail in mails} == {State.QUEUED}


def test_asking_on_and_on_is_slowed_down(site: Flask) -> None:
    answers = [post(site.test_client(), ASK, name="nobody").status_code for _ in range(15)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_the_link_ends_after_an_hour_and_stays_hidden_in_the_queue(
    site: Flask, database: Database
) -> None:
    with database.transaction() as session:
        account = session.scalars(select(Account).where(Account.username == "ying")).one()
        token = operations.make_mailed_link(session, account, now())
        assert token is not None
        assert operations.reset_target(session, token, now()) is account
        with pytest.raises(operations.LinkUsed):
            operations.reset_target(session, token, now() + timedelta(minutes=61))
    post(site.test_client(), ASK, name="ying")
    with database.session() as session:
        [mail] = session.scalars(select(OutgoingMail))
        assert mail.sealed is not None
        assert b"new-password" not in mail.sealed


def test_without_mail_or_an_address_of_ones_own_the_page_is_not_there(
    app: Flask, mailing: Config
) -> None:
    assert app.test_client().get(ASK).status_code == 404
    assert ASK not in app.test_client().get("/staff/sign-in").text
    for half in (replace(mailing, public_url=""), replace(mailing, mail_host="")):
        made = Flask("half")
        forgotten.init_app(made, half)
        assert not made.jinja_env.globals["links_are_mailed"]


def test_the_sign_in_page_leads_there_in_both_languages(site: Flask) -> None:
    client = site.test_client()
    for language, words in (("zh", "忘记密码"), ("en", "Password forgotten")):
        assert ASK in client.get(f"/staff/sign-in?lang={language}").text
        assert words in client.get(f"{ASK}?lang={language}").text
        empty = post(client, f"{ASK}?lang={language}", name="")
        assert empty.status_code == 422
