"""People with accounts for tests: made with a role, signed in, acting through pages."""

from __future__ import annotations

from functools import cache

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from surveyapp.accounts import grants, operations, passwords
from surveyapp.accounts.models import Account
from surveyapp.accounts.permissions import Role
from surveyapp.organisation.models import Unit
from tests.journeys import Page

PASSWORD = "correct horse battery"


@cache
def _hash() -> str:
    """The hash of the password, worked out once: it is dear on purpose."""
    return passwords.hashed(PASSWORD)


def enrol(
    session: Session, name: str, role: Role | None = None, unit: Unit | None = None
) -> Account:
    """An account with this password; with a role in a unit (None: everywhere), if one is given."""
    account = operations.create(session, name)
    account.password_hash = _hash()
    if role is not None:
        grants.grant(session, grants.ALL_RIGHTS, account, role, unit)
    return account


def sign_in(
    app: Flask, username: str, password: str = PASSWORD, client: FlaskClient | None = None
) -> FlaskClient:
    """A browser in which this person is signed in."""
    client = client or app.test_client()
    answer = post(client, "/staff/sign-in", username=username, password=password)
    assert answer.status_code == 302, answer.text
    return client


def post(client: FlaskClient, address: str, at: str = "", **data: str) -> TestResponse:
    """Send a form as the page ``at`` (else the address itself) would, with its CSRF token."""
    return client.post(address, data={"_csrf": csrf(client, at or address), **data})


def csrf(client: FlaskClient, address: str) -> str:
    """The CSRF token on a page."""
    page = client.get(address)
    assert page.status_code in (200, 409, 422), (address, page.status_code)
    return Page(page.text).controls["_csrf"][0]
