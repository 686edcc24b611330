"""People with accounts for tests: made with a role, signed in, acting through pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from surveyapp.accounts import grants, operations, passwords
from surveyapp.accounts.models import Account
from surveyapp.accounts.permissions import Role
from surveyapp.organisation.models import Unit

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
    return client.post(address, data={"_csrf": csrf(client, at or address, address), **data})


def csrf(client: FlaskClient, address: str, to: str = "") -> str:
    """The CSRF token of the form on a page that is posted ``to`` an address (else to the page's).

    Where the page has no such form, any token of it: the test sends something nobody offers.
    """
    page = client.get(address)
    assert page.status_code in (200, 409, 422), (address, page.status_code)
    found = posted_forms(page.text, address)
    ours = [form for form in found if form.action == urlsplit(to or address).path]
    for form in ours:
        assert form.token, f"the form to {form.action} on {address} has no token"
    return (ours or found)[0].token


@dataclass
class Form:
    """One form of a page that is posted: where to, and its own CSRF token, or nothing."""

    action: str
    token: str = ""


def posted_forms(html: str, address: str) -> list[Form]:
    """Every form of the page at an address that is sent by POST, in order."""
    return _Forms(address).read(html)


@dataclass
class _Forms(HTMLParser):
    address: str
    found: list[Form] = field(default_factory=list)
    _inside: Form | None = None

    def read(self, html: str) -> list[Form]:
        HTMLParser.__init__(self)
        self.feed(html)
        return self.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and (given.get("method") or "").lower() == "post":
            action = urlsplit(urljoin(self.address, given.get("action") or "")).path
            self._inside = Form(action)
            self.found.append(self._inside)
        elif tag == "form":
            self._inside = None
        elif tag == "input" and given.get("name") == "_csrf" and self._inside:
            self._inside.token = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
