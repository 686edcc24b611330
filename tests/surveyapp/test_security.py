"""What every answer carries and every request must satisfy."""

from __future__ import annotations

import inspect
import random

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp import db, limits
from surveyapp.accounts.guard import public
from surveyapp.accounts.sign_in import COOKIE
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.limits import Limiter, Rate
from surveyapp.respond import openings
from surveyapp.security import HEADERS
from tests.conftest import Demo

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


def test_what_a_respondent_sees_depends_on_no_cookie(demo_app: Flask, demo: Demo) -> None:
    """So nothing on the way to them need keep it apart, and no session is opened."""
    client = demo_app.test_client()
    code = next(code for codes in demo.unused_codes.values() for code in codes)
    for address in (f"/s/{code}", "/static/surveyapp.css"):
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "Set-Cookie" not in answer.headers
    staff = client.get(PAGE)
    assert "Cookie" in staff.headers["Vary"], "control: its form has a token"
    assert "Set-Cookie" in staff.headers


def test_headers_go_along_with_what_no_view_has_made(app: Flask) -> None:
    app.testing = False
    app.after_request(lambda response: 1 / 0)  # type: ignore[arg-type, return-value]
    answer = app.test_client().get(PAGE)
    assert answer.status_code == 500
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value]


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
    @public
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


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_a_burst_and_then_its_rate() -> None:
    clock = _Clock()
    limiter = Limiter(1, clock)
    rate = Rate(burst=3, per_second=0.5)
    assert [limiter.wait(rate, "code", "A") for _ in range(4)] == [0, 0, 0, 2]
    assert limiter.wait(rate, "code", "B") == 0, "control: another code"
    clock.now = 2
    assert [limiter.wait(rate, "code", "A") for _ in range(2)] == [0, 2]
    clock.now = 1000
    assert [limiter.wait(rate, "code", "A") for _ in range(4)] == [0, 0, 0, 2], "never more"


def test_processes_share_a_rate_between_them() -> None:
    clock = _Clock()
    rate = Rate(burst=40, per_second=1)

    def allowed(processes: int) -> int:
        limiters = [Limiter(processes, clock) for _ in range(processes)]
        return sum(one.wait(rate, "x") == 0 for one in limiters for _ in range(100))

    assert [allowed(processes) for processes in (1, 2, 4, 8)] == [40, 40, 40, 40]


def _refused(moments: list[float], rate: Rate) -> int:
    """How many of those who come at these moments are refused by one process of two."""
    clock = _Clock()
    limiter, refused = Limiter(2, clock), 0
    for moment in sorted(moments):
        clock.now = moment
        refused += limiter.wait(rate, "round", "village") > 0
    return refused


@pytest.mark.parametrize("rate", [limits.PER_ROUND, limits.TOGETHER])
def test_a_village_that_opens_one_link_in_one_minute_gets_through(rate: Rate) -> None:
    chance = random.Random(1)  # noqa: S311
    # Half of them come to this process; each sends four steps of the form.
    crowd = [chance.uniform(0, 60) for _ in range(1050 * 4)]
    assert _refused(crowd, rate) == 0
    assert _refused(crowd, Rate(burst=400, per_second=20)) > 2000, "control"


def test_a_program_that_goes_on_gets_a_seventh_of_what_the_machine_can_do() -> None:
    minutes, per_second = 10, 200  # by one of two processes
    flood = [n / per_second for n in range(minutes * 60 * per_second)]
    through = len(flood) - _refused(flood, limits.PER_ROUND)
    limit = limits.PER_ROUND
    assert through <= (limit.burst + limit.per_second * minutes * 60) / 2 + 1
    assert through < len(flood) / 5


def test_a_limiter_remembers_neither_codes_nor_without_end() -> None:
    limiter = Limiter(1, _Clock())
    for number in range(limits._MOST_REMEMBERED + 50):
        limiter.wait(limits.PER_CODE, "code", f"CODE{number}")
    assert len(limiter._buckets) == limits._MOST_REMEMBERED
    assert not any(b"CODE" in name for name in limiter._buckets)


def test_a_program_that_floods_one_code_is_slowed_and_nobody_else_is(
    app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A slow machine must not give the next one back meanwhile.
    monkeypatch.setattr(limits, "PER_CODE", Rate(limits.PER_CODE.burst, per_second=0.001))
    client = app.test_client()

    def send(code: str) -> int:
        return client.post(f"/s/{code}", data={"_action": "send"}).status_code

    burst = int(limits.PER_CODE.shared(config.workers).burst)
    assert {send("AAAA-AAAA-AAAA") for _ in range(burst)} == {404}
    refused = client.post("/s/aaaa aaaa aaaa", data={"_action": "send"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert "<html" in refused.text
    assert send("BBBB-BBBB-BBBB") == 404
    assert client.get("/s/AAAA-AAAA-AAAA").status_code == 404, "looking is free"
    staff = client.post("/staff/sign-in", data={"username": "x"})
    assert staff.status_code == 400, "staff have a brake of their own"


def test_wrong_codes_do_not_keep_others_from_typing_theirs(demo_app: Flask, demo: Demo) -> None:
    client = demo_app.test_client()
    for number in range(int(limits.PER_CODE.burst) + 20):
        client.post("/s", data={"code": f"AAAA-AAAA-A{number:03}"})
    code = next(code for codes in demo.unused_codes.values() for code in codes)
    assert client.post("/s", data={"code": code}).status_code == 303


def test_a_flood_of_wrong_codes_takes_nothing_from_those_who_have_one(
    demo_app: Flask, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = demo.config.workers
    monkeypatch.setattr(limits, "TOGETHER", Rate(burst=6 * workers, per_second=0.001))
    monkeypatch.setattr(limits, "WRONG_CODES", Rate(burst=12 * workers, per_second=0.001))
    client = demo_app.test_client()

    def enter(code: str) -> int:
        return client.post("/s", data={"code": code}).status_code

    wrong = [enter(f"AAAA-AAAA-A{number:03}") for number in range(20)]
    assert wrong == [404] * 12 + [429] * 8
    code = next(code for codes in demo.unused_codes.values() for code in codes)
    own = [enter(code) for _ in range(8)]
    assert own == [303] * 6 + [429] * 2, "control: the common bucket is as small as it is"


def test_reloading_a_form_is_free_and_counts_a_few_times_only(
    demo_app: Flask, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openings, "DELAY", 600.0)  # they stay where they can be counted
    code = next(code for codes in demo.unused_codes.values() for code in codes)
    client, opened = demo_app.test_client(), openings.of(demo_app)
    assert {client.get(f"/s/{code}").status_code for _ in range(30)} == {200}
    assert sum(opened._counted.values()) <= limits.OPENED_CODE.burst
    assert opened._counted, "control: it was counted"


def test_the_limits_know_no_address(app: Flask) -> None:
    source = inspect.getsource(limits)
    for word in ("remote_addr", "access_route", "user_agent", "X-Forwarded"):
        assert word not in source
