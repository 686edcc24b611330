"""Signing in, staying signed in, being kept from guessing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from time import perf_counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from surveyapp import db
from surveyapp.accounts import operations, sessions, throttle
from surveyapp.accounts.models import Account, AccountSession
from surveyapp.accounts.sign_in import COOKIE
from surveyapp.db import Database
from tests.surveyapp.staffing import PASSWORD, enrol

NOON = datetime(2026, 5, 4, 12)


@pytest.fixture(autouse=True)
def account(database: Database) -> Account:
    with database.transaction() as session:
        return enrol(session, "ying")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _token_of(page: TestResponse) -> str:
    found = re.search(r'name="_csrf"[^>]*value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def _sign_in(
    client: FlaskClient, username: str = "ying", password: str = PASSWORD, target: str = ""
) -> TestResponse:
    address = f"/staff/sign-in?next={target}"
    token = _token_of(client.get(address))
    return client.post(address, data={"username": username, "password": password, "_csrf": token})


def _is_signed_in(client: FlaskClient) -> bool:
    return client.get("/staff/sign-in").status_code == 302


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_cannot_use(
    client: FlaskClient,
) -> None:
    answer = _sign_in(client)
    assert (answer.status_code, answer.location) == (302, "/staff")
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(COOKIE)]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie, "over plain http the browser would drop it"
    assert _is_signed_in(client)


def test_over_https_every_cookie_is_secure(client: FlaskClient) -> None:
    page = client.get("/staff/sign-in", base_url="https://localhost")
    answer = client.post(
        "/staff/sign-in",
        base_url="https://localhost",
        data={"username": "ying", "password": PASSWORD, "_csrf": _token_of(page)},
        headers={"Referer": "https://localhost/staff/sign-in"},
    )
    assert answer.status_code == 302
    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert len(cookies) >= 3
    for cookie in cookies:
        assert "Secure" in cookie
        assert cookie.startswith("__Host-"), "no neighbour in the domain can plant it"
        assert "Path=/;" in f"{cookie};"
        assert "Domain" not in cookie
    again = client.get("/staff/sign-in", base_url="https://localhost")
    assert again.status_code == 302, "and it is found again"
    assert again.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "Strict-Transport-Security" not in client.get("/staff/sign-in").headers


def test_the_database_holds_only_hashes(client: FlaskClient, database: Database) -> None:
    _sign_in(client)
    token = client.get_cookie(COOKIE)
    assert token is not None
    with database.session() as session:
        [running] = session.scalars(select(AccountSession))
        stored = session.scalars(select(Account)).one()
    assert token.value.encode() not in running.token_hash
    assert len(running.token_hash) == 32
    assert stored.password_hash.startswith("$argon2id$")


def test_each_sign_in_ends_the_session_before(
    client: FlaskClient, app: Flask, database: Database
) -> None:
    _sign_in(client)
    old = client.get_cookie(COOKIE)
    assert old is not None
    thief = app.test_client()
    thief.set_cookie(COOKIE, old.value)
    assert _is_signed_in(thief)
    with database.transaction() as session:
        account = session.scalars(select(Account)).one()
        sessions.start_session(session, account, replaces=old.value, now=db.now(), days=1)
    assert not _is_signed_in(thief)


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient, app: Flask) -> None:
    _sign_in(client)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    token = _token_of(client.get("/staff"))
    assert client.post("/staff/sign-out", data={"_csrf": token}).status_code == 302
    replay = app.test_client()
    replay.set_cookie(COOKIE, cookie.value)
    assert not _is_signed_in(replay)


@pytest.mark.parametrize(
    ("username", "password"), [("ying", "wrong"), ("nobody", PASSWORD), ("nobody", "wrong")]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    client: FlaskClient, username: str, password: str
) -> None:
    answer = _sign_in(client, username, password)
    expected = _sign_in(client, "ying", "wrong too")
    assert answer.status_code == 401
    without_token = [re.sub(r'value="[^"]*"', "", page.text) for page in (answer, expected)]
    assert without_token[0] == without_token[1]
    assert not _is_signed_in(client)


def test_an_unknown_name_takes_as_long_as_a_wrong_password(database: Database) -> None:
    def seconds(username: str) -> float:
        start = perf_counter()
        with database.session() as session, pytest.raises(operations.WrongCredentials):
            operations.verify(session, username, "wrong")
        return perf_counter() - start

    seconds("nobody")  # makes the stand-in hash
    known, unknown = (min(seconds(name) for _ in range(3)) for name in ("ying", "nobody"))
    assert 0.4 < unknown / known < 2.5


def _fail(database: Database, times: int, now: datetime, known_device: bool = False) -> None:
    for _ in range(times):
        with database.transaction() as session:
            throttle.count_attempt(session, "ying", known_device, now)


def test_guessing_is_slowed_down_but_nobody_is_locked_out_for_good(database: Database) -> None:
    _fail(database, throttle.FREE_ATTEMPTS, NOON)
    with pytest.raises(throttle.Throttled):
        _fail(database, 1, NOON)
    for minute in range(1, 100):
        _fail(database, 1, NOON + timedelta(minutes=minute))
    with pytest.raises(throttle.Throttled) as refused:
        _fail(database, 1, NOON + timedelta(minutes=99))
    assert refused.value.wait <= timedelta(seconds=60)


def test_a_stranger_who_keeps_guessing_does_not_keep_the_owner_out(database: Database) -> None:
    _fail(database, throttle.FREE_ATTEMPTS, NOON)
    with pytest.raises(throttle.Throttled):
        _fail(database, 1, NOON)
    _fail(database, 1, NOON, known_device=True)


def test_a_clock_that_was_ahead_locks_nobody_out(database: Database) -> None:
    _fail(database, throttle.FREE_ATTEMPTS, NOON + timedelta(days=400))
    _fail(database, throttle.FREE_ATTEMPTS, NOON)
    with pytest.raises(throttle.Throttled) as refused:
        _fail(database, 1, NOON)
    assert refused.value.wait <= timedelta(seconds=60), "control: the brake still works"


def test_after_a_clock_that_was_a_little_ahead_the_wait_is_short(database: Database) -> None:
    _fail(database, 1, NOON + timedelta(seconds=50))
    _fail(database, throttle.FREE_ATTEMPTS - 1, NOON)


def test_whoever_chose_the_password_by_a_link_is_not_kept_out_by_strangers(
    client: FlaskClient, database: Database
) -> None:
    with database.transaction() as session:
        account = session.scalars(select(Account)).one()
        token = operations.make_reset_link(session, account, db.now())
    for _ in range(throttle.FREE_ATTEMPTS):
        with database.transaction() as session:
            throttle.count_attempt(session, "ying", False, db.now())
    assert _sign_in(client).status_code == 429, "control: on a new device the owner is kept out"
    address, chosen = f"/staff/new-password/{token}", "another password"
    typed = {"_csrf": _token_of(client.get(address)), "new": chosen, "again": chosen}
    assert client.post(address, data=typed).status_code == 302
    assert _sign_in(client, password=chosen).status_code == 302


def test_the_page_says_how_long_to_wait(client: FlaskClient, database: Database) -> None:
    for _ in range(throttle.FREE_ATTEMPTS):
        with database.transaction() as session:
            throttle.count_attempt(session, "ying", False, db.now())
    assert _sign_in(client).status_code == 429
    assert not _is_signed_in(client)


def test_a_browser_that_signed_in_before_is_not_throttled_by_others(
    client: FlaskClient, database: Database
) -> None:
    assert _sign_in(client).status_code == 302
    client.delete_cookie(COOKIE)
    for _ in range(throttle.FREE_ATTEMPTS):
        with database.transaction() as session:
            throttle.count_attempt(session, "ying", False, db.now())
    assert _sign_in(client).status_code == 302


def test_a_session_ends_when_idle_and_in_any_case_after_its_days(database: Database) -> None:
    with database.transaction() as session:
        account = session.scalars(select(Account)).one()
        token = sessions.start_session(session, account, replaces=None, now=NOON, days=7)
    idle = timedelta(hours=12)

    def is_running(now: datetime) -> bool:
        with database.transaction() as session:
            found = sessions.signed_in(session, token, now=now, idle=idle)
            if found is not None:
                sessions.touch(session, found, token, now)
            return found is not None

    assert is_running(NOON + timedelta(hours=11))
    assert is_running(NOON + timedelta(hours=22)), "used in between"
    assert not is_running(NOON + timedelta(hours=35))
    now = NOON
    while now < NOON + timedelta(days=7) - timedelta(hours=24):
        now += timedelta(hours=11)
        with database.transaction() as session:
            running = session.scalars(select(AccountSession)).one()
            sessions.touch(session, running, token, now)
    assert is_running(now)
    assert not is_running(NOON + timedelta(days=7, seconds=1))


def test_a_new_password_ends_all_sessions(client: FlaskClient, database: Database) -> None:
    _sign_in(client)
    with database.transaction() as session:
        account = session.scalars(select(Account)).one()
        operations.set_password(session, account, "another password")
    assert not _is_signed_in(client)
    assert _sign_in(client).status_code == 401
    assert _sign_in(client, password="another password").status_code == 302


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/staff/rounds/x", "/staff/rounds/x"),
        ("//evil.example", "/staff"),
        ("/\\evil.example", "/staff"),
        ("https://evil.example", "/staff"),
        ("", "/staff"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(
    client: FlaskClient, target: str, lands: str
) -> None:
    assert _sign_in(client, target=target).location == lands


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    answer = client.post("/staff/sign-in", data={"username": "ying", "password": PASSWORD})
    assert answer.status_code == 400
    assert not _is_signed_in(client)
