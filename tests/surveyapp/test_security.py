"""What every answer carries and every request must satisfy."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp import db
from surveyapp.accounts.sign_in import COOKIE
from surveyapp.config import Config
from surveyapp.db import Database

PAGE = "/staff/sign-in"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("address", [PAGE, "/staff", "/no-such-page", "/s/AAAA-AAAA-AAAA"])
def test_every_page_has_the_protecting_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 400),  # passes, and is then missing its CSRF token
        ({"Origin": "http://localhost"}, 400),
        ({}, 400),
    ],
)
def test_forms_are_taken_from_our_own_pages_only(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    assert client.post(PAGE, data={"username": "a"}, headers=headers).status_code == status


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/xml", ""])
def test_what_is_not_a_form_is_refused(client: FlaskClient, kind: str) -> None:
    assert client.post(PAGE, data=b"{}", content_type=kind).status_code == 415


def test_a_megabyte_of_text_is_refused(client: FlaskClient) -> None:
    assert client.post(PAGE, data={"username": "x" * 1_000_000}).status_code == 413
    multipart = client.post(
        PAGE, data={"username": "x" * 1_000_000}, content_type="multipart/form-data"
    )
    assert multipart.status_code == 413
    assert client.post(PAGE, data={"username": "x" * 100_000}).status_code == 400, "control"


def test_a_body_over_the_limit_is_refused(client: FlaskClient, config: Config) -> None:
    answer = client.post(
        PAGE, data=b"x" * (config.max_body + 1), content_type="multipart/form-data"
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_error_in_our_code_shows_a_page_and_no_trace(app: Flask, language: str) -> None:
    secret = "needle in the haystack"

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError(secret)

    app.testing = False
    answer = app.test_client().get("/broken", headers={"Accept-Language": language})
    assert answer.status_code == 500
    assert answer.mimetype == "text/html"
    for word in (secret, "Traceback", "RuntimeError", __file__):
        assert word not in answer.text


def test_with_the_database_gone_there_is_still_a_page(app: Flask, database: Database) -> None:
    db.downgrade(database.engine, "base")
    app.testing = False
    client = app.test_client()
    client.set_cookie(COOKIE, "some-session")
    answer = client.get("/staff/sign-in")
    assert answer.status_code == 500
    assert "<html" in answer.text
    for word in ("Traceback", "no such table", "sqlite"):
        assert word not in answer.text


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("GET", "/no-such-page", 404), ("PUT", PAGE, 405), ("GET", "/staff/sign-out", 405)],
)
def test_errors_are_pages(client: FlaskClient, method: str, address: str, status: int) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert "<html" in answer.text


def test_staff_pages_send_strangers_to_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/staff")
    assert answer.status_code == 302
    assert answer.location == "/staff/sign-in?next=/staff"
