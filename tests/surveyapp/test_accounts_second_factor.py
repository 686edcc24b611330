"""The second step: right by the standard, each code good once, and no way to lock others out."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from surveyapp import db
from surveyapp.accounts import second_factor, throttle
from surveyapp.accounts.models import Authenticator, RecoveryCode
from surveyapp.accounts.permissions import Role
from surveyapp.db import Database
from tests.surveyapp.staffing import PASSWORD, enrol, post, sign_in

KEY = "a key of the installation"
NOON = datetime(2026, 5, 4, 12)
STEP = timedelta(seconds=30)

#: RFC 6238, appendix B: seconds since 1970 -> code, for each hash function.
VECTORS = {
    "sha1": {
        59: "94287082",
        1111111109: "07081804",
        1111111111: "14050471",
        1234567890: "89005924",
        2000000000: "69279037",
        20000000000: "65353130",
    },
    "sha256": {59: "46119246", 1111111109: "68084774", 20000000000: "77737706"},
    "sha512": {59: "90693936", 1111111109: "25091201", 20000000000: "47863826"},
}


@pytest.mark.parametrize("algorithm", VECTORS)
def test_codes_are_those_of_the_standard(algorithm: str) -> None:
    length = {"sha1": 20, "sha256": 32, "sha512": 64}[algorithm]
    secret = (b"1234567890" * 7)[:length]
    found = {t: second_factor.totp(secret, t // 30, 8, algorithm) for t in VECTORS[algorithm]}
    assert found == VECTORS[algorithm]


def test_a_moment_is_in_its_step() -> None:
    assert second_factor.step_at(datetime(2005, 3, 18, 1, 58, 29)) == 1111111109 // 30


@pytest.fixture
def account_id(database: Database) -> int:
    with database.transaction() as session:
        return enrol(session, "ying", Role.VIEWER).id


@pytest.fixture
def secret(database: Database, account_id: int) -> bytes:
    """The secret of a confirmed authenticator; it was confirmed by the code of 11:00."""
    with database.transaction() as session:
        made = second_factor.begin(session, account_id, KEY)
        before = NOON - timedelta(hours=1)
        second_factor.confirm(session, account_id, _code(made, before), before, KEY)
    return made


def _code(secret: bytes, at: datetime) -> str:
    return second_factor.totp(secret, second_factor.step_at(at))


def _takes(database: Database, account_id: int, code: str, at: datetime = NOON) -> bool:
    try:
        with database.transaction() as session:
            second_factor.prove(session, account_id, code, at, KEY)
    except second_factor.WrongCode:
        return False
    return True


@pytest.mark.parametrize(
    ("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_good_for_its_time(
    database: Database, account_id: int, secret: bytes, steps: int, taken: bool
) -> None:
    assert _takes(database, account_id, _code(secret, NOON + steps * STEP)) is taken


def test_no_code_is_taken_twice_nor_one_from_before(
    database: Database, account_id: int, secret: bytes
) -> None:
    assert _takes(database, account_id, _code(secret, NOON))
    assert not _takes(database, account_id, _code(secret, NOON))
    assert not _takes(database, account_id, _code(secret, NOON - STEP)), "older than one taken"
    assert _takes(database, account_id, _code(secret, NOON + STEP))


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "１２３４５６", "1" * 40])
def test_anything_else_is_refused(
    database: Database, account_id: int, secret: bytes, code: str
) -> None:
    assert not _takes(database, account_id, code)


def test_recovery_codes_are_kept_as_hashes_and_are_good_once(
    database: Database, account_id: int
) -> None:
    with database.transaction() as session:
        secret = second_factor.begin(session, account_id, KEY)
        codes = second_factor.confirm(session, account_id, _code(secret, NOON), NOON, KEY)
        stored = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(set(codes)) == len(stored) == second_factor.RECOVERY_CODES
    assert not any(code.encode() in held for code in codes for held in stored)
    typed = f"{codes[0][:4]}-{codes[0][4:8]}-{codes[0][8:]}".upper()
    assert _takes(database, account_id, typed)
    assert not _takes(database, account_id, typed)
    assert _takes(database, account_id, codes[1])


def test_the_database_alone_does_not_hold_the_secret(
    database: Database, account_id: int, secret: bytes
) -> None:
    with database.session() as session:
        stored = session.scalars(select(Authenticator.secret)).one()
    for shown in (
        secret,
        base64.b32encode(secret),
        secret.hex().encode(),
        base64.b64encode(secret),
    ):
        assert shown not in stored.encode()
    path = Path(str(database.engine.url.database))
    assert all(secret not in file.read_bytes() for file in path.parent.iterdir() if file.is_file())


def _enrol(client: FlaskClient) -> tuple[bytes, list[str]]:
    """Add an authenticator through the pages: its secret and the recovery codes."""
    page = client.get("/staff/account/authenticator").text
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "<script" not in page
    found = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert found
    secret = base64.b32decode(found[1] + "=" * (-len(found[1]) % 8))
    answer = post(client, "/staff/account/authenticator", code=_code(secret, db.now()))
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<code>([a-z0-9-]+)</code>", answer.text)


def _first_step(app: Flask) -> FlaskClient:
    client = app.test_client()
    answer = post(client, "/staff/sign-in", username="ying", password=PASSWORD)
    assert answer.location == "/staff/sign-in/code"
    return client


def _is_signed_in(client: FlaskClient) -> bool:
    return client.get("/staff/account").status_code == 200


def test_with_it_a_password_alone_opens_nothing(app: Flask, account_id: int) -> None:
    secret, codes = _enrol(sign_in(app, "ying"))
    client = _first_step(app)
    assert not _is_signed_in(client)
    used = _code(secret, db.now())
    assert post(client, "/staff/sign-in/code", code=used).status_code == 401, "it was used before"
    assert not _is_signed_in(client)
    fresh = _code(secret, db.now() + STEP)
    assert post(client, "/staff/sign-in/code", code=fresh).location == "/staff"
    assert _is_signed_in(client)
    lost = _first_step(app)
    assert post(lost, "/staff/sign-in/code", code=codes[0]).location == "/staff"
    assert _is_signed_in(lost)
    again = _first_step(app)
    assert post(again, "/staff/sign-in/code", code=codes[0]).status_code == 401


def test_the_second_step_needs_the_first(app: Flask, account_id: int) -> None:
    assert app.test_client().get("/staff/sign-in/code").location == "/staff/sign-in"


def test_a_new_password_ends_a_sign_in_that_was_half_done(
    app: Flask, account_id: int, database: Database
) -> None:
    _enrol(sign_in(app, "ying"))
    client = _first_step(app)
    assert client.get("/staff/sign-in/code").status_code == 200, "control"
    with database.transaction() as session:
        session.execute(text("UPDATE account SET password_hash = 'x'"))
    assert client.get("/staff/sign-in/code").location == "/staff/sign-in"


def test_a_wrong_first_code_switches_nothing_on(app: Flask, account_id: int) -> None:
    client = sign_in(app, "ying")
    client.get("/staff/account/authenticator")
    assert post(client, "/staff/account/authenticator", code="000000").status_code == 422
    assert (
        post(app.test_client(), "/staff/sign-in", username="ying", password=PASSWORD).location
        == "/staff"
    )


def test_it_is_removed_only_by_the_password(app: Flask, account_id: int) -> None:
    client = sign_in(app, "ying")
    _enrol(client)
    address = "/staff/account/authenticator/remove"
    assert post(client, address, at="/staff/account", password="no").status_code == 422
    _first_step(app)
    assert post(client, address, at="/staff/account", password=PASSWORD).status_code == 303
    sign_in(app, "ying")


def test_guessing_codes_is_slowed_down_and_keeps_nobody_out(
    app: Flask, account_id: int, database: Database
) -> None:
    """The stranger even has the password; the owner's own browser is counted apart."""
    owner = sign_in(app, "ying")
    secret, _ = _enrol(owner)
    stranger = _first_step(app)
    answers = [
        post(stranger, "/staff/sign-in/code", code="000000").status_code
        for _ in range(throttle.FREE_ATTEMPTS + 1)
    ]
    assert answers == [401] * throttle.FREE_ATTEMPTS + [429]
    owner.delete_cookie("surveyapp_staff")
    assert post(owner, "/staff/sign-in", username="ying", password=PASSWORD).status_code == 302
    fresh = _code(secret, db.now() + STEP)
    assert post(owner, "/staff/sign-in/code", code=fresh).location == "/staff"


def test_right_passwords_do_not_clear_the_count_of_wrong_codes(app: Flask, account_id: int) -> None:
    _enrol(sign_in(app, "ying"))
    for _ in range(throttle.FREE_ATTEMPTS):
        answer = post(_first_step(app), "/staff/sign-in/code", code="000000")
        assert answer.status_code == 401
    assert post(_first_step(app), "/staff/sign-in/code", code="000000").status_code == 429


def test_a_clock_that_was_ahead_does_not_shut_the_account(
    database: Database, account_id: int, secret: bytes
) -> None:
    def use(now: datetime) -> None:
        with database.transaction() as session:
            second_factor.prove(session, account_id, _code(secret, now), now, KEY)

    use(NOON + timedelta(days=400))
    use(NOON)
    with pytest.raises(second_factor.WrongCode):
        use(NOON)  # control: still each code once
