"""Sessions are rows: they can be seen, ended and renewed, and a copied token gives itself away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from surveyapp import db
from surveyapp.accounts import grants, sessions
from surveyapp.accounts.models import Account, AccountSession, AuditEntry
from surveyapp.accounts.permissions import Role
from surveyapp.accounts.sign_in import COOKIE
from surveyapp.db import Database
from tests.journeys import Page
from tests.surveyapp.staffing import enrol, post, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
WECHAT = "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0"


@pytest.fixture(autouse=True)
def _accounts(database: Database) -> None:
    with database.transaction() as session:
        enrol(session, "ying", Role.VIEWER)
        enrol(session, "mei", Role.VIEWER)


def _from(app: Flask, agent: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    return sign_in(app, "ying", client=client)


def _token(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def _is_signed_in(client: FlaskClient) -> bool:
    return client.get("/staff/account").status_code == 200


def _let_pass(database: Database, hours: float) -> None:
    """Make the last change of every token so many hours older."""
    with database.transaction() as session:
        for running in session.scalars(select(AccountSession)):
            running.rotated -= timedelta(hours=hours)


def test_one_sees_ones_own_sessions_with_their_devices(app: Flask) -> None:
    sign_in(app, "mei")
    client, _ = _from(app, FIREFOX), _from(app, WECHAT)
    page = Page(client.get("/staff/account?lang=en").text)
    assert "Firefox · Linux" in page.text
    assert "WeChat · Android" in page.text
    assert "this one" in page.text
    assert page.html.count('/end"') == 1, "the other one of one's own, and nobody else's"


def test_one_ends_another_session_or_all_others(app: Flask, database: Database) -> None:
    client, second, third = _from(app, FIREFOX), _from(app, WECHAT), _from(app, WECHAT)
    stranger = sign_in(app, "mei")
    numbers = _numbers(database, "ying")
    here = "/staff/account"
    post(client, f"/staff/account/sessions/{numbers[1]}/end", at=here)
    assert [_is_signed_in(one) for one in (client, second, third)] == [True, False, True]
    [strangers] = _numbers(database, "mei")
    post(client, f"/staff/account/sessions/{strangers}/end", at=here)
    assert _is_signed_in(stranger), "somebody else's cannot be ended"
    post(client, "/staff/account/sessions/end-others", at=here)
    assert [_is_signed_in(one) for one in (client, third)] == [True, False]


def _numbers(database: Database, username: str) -> list[int]:
    with database.session() as session:
        owned = select(AccountSession.id).join(AccountSession.account)
        return list(
            session.scalars(owned.where(Account.username == username).order_by(AccountSession.id))
        )


def test_the_token_changes_every_hour_and_the_session_goes_on(
    app: Flask, database: Database
) -> None:
    client = sign_in(app, "ying")
    first = _token(client)
    assert _is_signed_in(client)
    assert _token(client) == first, "control: not before"
    _let_pass(database, 1.1)
    assert _is_signed_in(client)
    second = _token(client)
    assert second != first
    assert _is_signed_in(client)
    assert _token(client) == second


def test_requests_that_overlap_a_change_are_not_thrown_out(app: Flask, database: Database) -> None:
    client = sign_in(app, "ying")
    slow = app.test_client()
    slow.set_cookie(COOKIE, _token(client))
    _let_pass(database, 1.1)
    assert _is_signed_in(client)
    assert _is_signed_in(client), "the new token has arrived"
    assert _is_signed_in(slow)
    assert _is_signed_in(client)


def test_an_answer_that_was_lost_throws_nobody_out(app: Flask, database: Database) -> None:
    client = sign_in(app, "ying")
    old = _token(client)
    _let_pass(database, 1.1)
    assert _is_signed_in(client)
    client.set_cookie(COOKIE, old)  # the browser never got the new one
    _let_pass(database, 5)
    assert _is_signed_in(client)


def test_an_old_token_that_turns_up_after_the_new_one_ends_the_session(
    app: Flask, database: Database
) -> None:
    client = sign_in(app, "ying")
    thief = app.test_client()
    thief.set_cookie(COOKIE, _token(client))
    _let_pass(database, 1.1)
    assert _is_signed_in(client)
    assert _is_signed_in(client)
    _let_pass(database, 0.5)
    assert not _is_signed_in(thief)
    assert not _is_signed_in(client), "two people had it: it ends for both"
    with database.session() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None
    assert (last.action, last.actor, last.details) == ("session.ended", "ying", {"why": "copied"})


def test_a_change_of_rights_changes_the_token_and_counts_at_once(
    app: Flask, database: Database
) -> None:
    client = sign_in(app, "ying")
    before = _token(client)
    assert client.get("/staff/audit").status_code == 403
    with database.transaction() as session:
        account = session.scalars(select(Account).where(Account.username == "ying")).one()
        grants.grant(session, grants.ALL_RIGHTS, account, Role.AUDITOR, None)
    assert client.get("/staff/audit").status_code == 200
    assert _token(client) != before


def test_signing_in_gives_a_new_token(app: Flask) -> None:
    client = sign_in(app, "ying")
    before = _token(client)
    client.delete_cookie(COOKIE)
    client.set_cookie(COOKIE, "chosen by somebody else")
    sign_in(app, "ying", client=client)
    assert _token(client) not in (before, "chosen by somebody else")


def test_of_two_requests_that_would_change_the_token_one_does(database: Database) -> None:
    with database.transaction() as session:
        account = session.scalars(select(Account).where(Account.username == "ying")).one()
        token = sessions.start_session(session, account, replaces=None, now=db.now(), days=1)
        session.execute(update(AccountSession).values(rotated=AccountSession.created))
    with database.session() as session:
        running = session.scalars(select(AccountSession)).one()
    changed = []
    for _ in range(2):
        with database.transaction() as session:
            changed.append(sessions.rotate(session, running, token, db.now()))
    assert changed[0] is not None
    assert changed[1] is None
