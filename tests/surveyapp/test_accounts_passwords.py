"""Passwords: what is accepted, how they are kept, and how a forgotten one is replaced."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from surveyapp import db
from surveyapp.accounts import operations, passwords, throttle
from surveyapp.accounts.models import Account, ResetLink
from surveyapp.accounts.permissions import Role
from surveyapp.db import Database
from tests.surveyapp.staffing import PASSWORD, enrol, post, sign_in

NOON = datetime(2026, 5, 4, 12)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short words", "short"),
        ("x" * 8 + "y" * 249, "long"),
        ("aaaaaaaaaaaa", "plain"),
        ("123456789012345", "plain"),
        ("13800138000138", "plain"),
        ("abcdefghijklmn", "plain"),
        ("nmlkjihgfedcba", "plain"),
        ("qazwqazwqazw", "plain"),
        ("password2026!", "common"),
        ("PASSWORD 2026!!", "common"),
        ("１２Ｐassword２０２６", "common"),
        ("woaini1314520", "common"),
        ("Administrator1", "common"),
        ("correct horse battery staple", "common"),
        ("organiser-yingying", "name"),
        ("yingyingying", "plain"),
        ("four odd words here", None),
        ("云在青天水在瓶子里面呢", "short"),
        ("云在青天水在瓶子里面呢！", None),
        ("kv7-pane-luft", None),
    ],
)
def test_length_counts_and_what_everybody_tries_first_is_refused(
    password: str, fault: str | None
) -> None:
    assert passwords.fault(password, "organiser-ying") == fault


def test_the_same_characters_typed_by_another_keyboard_are_the_same_password() -> None:
    stored = passwords.hashed("caf\u00e9 au lait, s'il")
    assert passwords.is_right("cafe\u0301 au lait, s'il", stored)
    assert not passwords.is_right("cafe au lait, s'il", stored)
    assert not passwords.is_right("", "")


def test_a_hash_with_weaker_parameters_is_renewed_at_the_next_sign_in(
    app: Flask, database: Database
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.transaction() as session:
        enrol(session, "ying", Role.VIEWER).password_hash = weak

    def stored() -> str:
        with database.session() as session:
            return session.scalars(select(Account.password_hash)).one()

    post(app.test_client(), "/staff/sign-in", username="ying", password="wrong")
    assert stored() == weak, "control: not by a wrong password"
    client = sign_in(app, "ying")
    renewed = stored()
    assert renewed != weak
    assert not passwords.needs_rehash(renewed)
    assert client.get("/staff/account").status_code == 200
    sign_in(app, "ying")
    assert stored() == renewed, "once"


def test_changing_it_asks_for_the_old_one_and_ends_other_sessions(
    app: Flask, database: Database
) -> None:
    with database.transaction() as session:
        enrol(session, "ying", Role.VIEWER)
    other, client = sign_in(app, "ying"), sign_in(app, "ying")
    new = "four odd words here"

    def change(**typed: str) -> int:
        given = {"password": PASSWORD, "new": new, "again": new, **typed}
        answer = post(client, "/staff/account/password", at="/staff/account", **given)
        return answer.status_code

    assert change(password="wrong") == 422
    assert change(again="something else") == 422
    assert change(new="password2026!", again="password2026!") == 422
    assert other.get("/staff/account").status_code == 200, "control"
    assert change() == 303
    assert other.get("/staff/account").status_code == 302
    assert client.get("/staff/account").status_code == 200
    sign_in(app, "ying", new)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_is_wrong(app: Flask, database: Database, language: str) -> None:
    with database.transaction() as session:
        enrol(session, "ying", Role.VIEWER)
    client = sign_in(app, "ying")
    client.get(f"/staff/account?lang={language}")
    bad = {"password": PASSWORD, "new": "password2026!", "again": "password2026!"}
    page = post(client, "/staff/account/password", at="/staff/account", **bad).text
    assert {"zh": "最先尝试", "en": "tried first"}[language] in page
    assert 'aria-invalid="true"' in page
    assert "password2026" not in page


@pytest.fixture
def account_id(database: Database) -> int:
    with database.transaction() as session:
        return operations.create(session, "ying").id


def _link(database: Database, account_id: int, now: datetime | None = None) -> str:
    with database.transaction() as session:
        account = session.get_one(Account, account_id)
        return operations.make_reset_link(session, account, now or db.now())


def test_a_link_lets_its_owner_choose_a_password_once(
    app: Flask, database: Database, account_id: int
) -> None:
    token = _link(database, account_id)
    client = app.test_client()
    address = f"/staff/new-password/{token}"
    short = post(client, address, new="short", again="short")
    assert short.status_code == 422, "and the link stays good"
    assert post(client, address, new=PASSWORD, again=PASSWORD).location == "/staff/sign-in"
    assert client.get(address).status_code == 410
    sign_in(app, "ying")
    with database.session() as session:
        assert session.scalars(select(ResetLink)).all() == []


def test_the_database_holds_only_the_hash_of_a_link(database: Database, account_id: int) -> None:
    token = _link(database, account_id)
    with database.session() as session:
        [held] = session.scalars(select(ResetLink.token_hash))
    assert token.encode() not in held
    assert len(held) == 32


def test_a_link_ends_after_a_day_with_a_newer_one_and_with_the_account(
    database: Database, account_id: int
) -> None:
    def is_good(token: str, now: datetime) -> bool:
        try:
            with database.session() as session:
                return bool(operations.reset_target(session, token, now))
        except operations.LinkUsed:
            return False

    first = _link(database, account_id, NOON)
    assert is_good(first, NOON + timedelta(hours=23))
    assert not is_good(first, NOON + timedelta(hours=25))
    second = _link(database, account_id, NOON)
    assert not is_good(first, NOON)
    assert is_good(second, NOON)
    with database.transaction() as session:
        session.get_one(Account, account_id).active = False
    assert not is_good(second, NOON)


def test_unknown_links_can_be_tried_without_locking_anybody_out(
    app: Flask, database: Database, account_id: int
) -> None:
    token = _link(database, account_id)
    client = app.test_client()
    for number in range(throttle.FREE_ATTEMPTS + 5):
        assert client.get(f"/staff/new-password/{number}").status_code == 410
    assert client.get(f"/staff/new-password/{token}").status_code == 200


def test_a_link_does_not_get_past_the_second_step(
    app: Flask, database: Database, account_id: int
) -> None:
    """It replaces the password and nothing else: it signs nobody in."""
    token = _link(database, account_id)
    client = app.test_client()
    post(client, f"/staff/new-password/{token}", new=PASSWORD, again=PASSWORD)
    assert client.get("/staff/account").status_code == 302
    assert not re.search("surveyapp_staff", str(client.get_cookie("surveyapp_staff")))
