"""Every form of the staff pages can be sent: it holds a CSRF token of its own."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp import clock
from surveyapp.organisation.models import Unit
from tests.conftest import Demo
from tests.journeys import Page, Staff, database
from tests.surveyapp.fielding import a_draft, a_round, people_in
from tests.surveyapp.staffing import Form, posted_forms

#: So many pages of one kind (endpoint and round) are looked at.
OF_A_KIND = 2


def test_every_form_of_every_staff_page_holds_its_own_token(demo_app: Flask, demo: Demo) -> None:
    _fill(demo_app)
    client = Staff(demo_app, demo.username, demo.password).client
    seen = _walk(demo_app, client)
    without = {
        (page, form.action) for page, forms in seen.items() for form in forms if not form.token
    }
    assert without == set()
    posted = {form.action for forms in seen.values() for form in forms}
    assert {
        "/staff/rounds/named/distribution/mail/invitation",
        "/staff/rounds/draft/publish",
    } <= posted
    assert len(seen) >= 30, "a walk that found few pages shows little"


def test_control_a_form_without_a_token_is_noticed_beside_one_that_has_it() -> None:
    page = """<form method="post" action="/out"><input name="_csrf" value="x"></form>
    <form method="post"><input name="title"></form><form><input name="_csrf" value="y"></form>"""
    assert posted_forms(page, "/here") == [Form("/out", "x"), Form("/here")]


def _fill(app: Flask) -> None:
    """Add an open round of every mode, and a draft: the demonstration has not all of them."""
    with app.app_context():
        at = clock.now()
    with database(app).transaction() as session:
        unit = session.scalars(select(Unit).where(Unit.kind == "township").limit(1)).one()
        people_in(session, unit, 6)
        times = {"opens_at": at.utc, "closes_at": None, "zone": at.zone}
        for mode in ("sealed_code", "confidential", "named", "open_link"):
            slug = mode.replace("_", "-")
            secret = str(app.secret_key)
            a_round(session, {unit: 6}, mode=mode, slug=slug, at=at, secret=secret, **times)
        a_draft(session, {unit: 6}, slug="draft", **times)


def _walk(app: Flask, client: FlaskClient) -> dict[str, list[Form]]:
    """Follow every link from the first staff page; address -> the forms of the page there."""
    waiting, met = ["/staff"], Counter[tuple[object, ...]]()
    seen: dict[str, list[Form]] = {}
    adapter = app.url_map.bind("localhost")
    while waiting:
        address = waiting.pop()
        path = urlsplit(address).path
        known = path.startswith("/staff") and adapter.test(path, "GET")
        if path in seen or not known or "." in path:  # a dot: a file to download
            continue
        endpoint, values = adapter.match(path, "GET")
        kind = (endpoint, values.get("slug"), values.get("kind"))
        met[kind] += 1
        if met[kind] > OF_A_KIND:
            continue
        answer = client.get(path, follow_redirects=True)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            here = answer.request.path
            seen[path] = posted_forms(answer.text, here)
            waiting += Page(answer.text).links
    return seen
