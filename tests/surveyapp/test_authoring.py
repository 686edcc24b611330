"""Writing a definition on a page, bringing one in from a file, publishing it."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from questionnaires import library
from surveyapp.accounts.permissions import Role
from surveyapp.db import Database
from tests.journeys import Page
from tests.queries import statements
from tests.surveyapp.staffing import enrol, sign_in

NEW = "/staff/library/new?lang=en"
GOOD = """\
# Written by hand.
id: canteen
title: {zh: 食堂, en: Canteen}
sections:
  - id: main
    title: {zh: 食堂, en: Canteen}
    items:
      - {id: q1, kind: yes_no, label: {zh: 今天去食堂了吗？, en: Did you eat in the canteen today?}}
"""
PASTED = "食堂调查\n\n1. 您今天去食堂了吗？【单选】\nA. 去了\nB. 没去\n"


@pytest.fixture
def designer(app: Flask, database: Database) -> FlaskClient:
    with database.transaction() as session:
        enrol(session, "dora", Role.DESIGNER)
    return sign_in(app, "dora")


def send(client: FlaskClient, action: str, **data: object) -> TestResponse:
    token = Page(client.get(NEW).get_data(as_text=True)).controls["_csrf"]
    form = {"_csrf": token, "_action": action, **data}
    return client.post(NEW, data=form, content_type="multipart/form-data")


def text_of(response: TestResponse) -> str:
    return Page(response.get_data(as_text=True)).text


def test_every_problem_is_shown_with_its_line_and_nothing_is_published(
    designer: FlaskClient,
) -> None:
    wrong = GOOD.replace("kind: yes_no", "kind: yesno").replace("id: canteen", "id: Canteen!")
    for action in ("check", "publish"):
        answer = send(designer, action, definition=wrong)
        assert answer.status_code == 422
        assert "Line 2" in text_of(answer)
        assert "Line 8" in text_of(answer)
        typed = Page(answer.get_data(as_text=True)).controls["definition"][0]
        assert typed.strip().splitlines() == wrong.strip().splitlines()
    assert "Published questionnaires" not in text_of(designer.get("/staff/library?lang=en"))


def test_a_good_definition_is_published_and_a_change_is_the_next_version(
    designer: FlaskClient,
) -> None:
    assert "can be published" in text_of(send(designer, "check", definition=GOOD))
    first = send(designer, "publish", definition=GOOD)
    assert first.status_code == 302
    assert "canteen today?" in text_of(designer.get(f"{first.location}?lang=en"))
    again = send(designer, "publish", definition=GOOD)
    assert again.location == first.location, "the same again is the same version"
    second = send(designer, "publish", definition=GOOD.replace("today?", "yesterday?"))
    assert second.location != first.location
    page = text_of(designer.get("/staff/library?lang=en"))
    assert "Version 2" in page
    assert "Version 1" in page
    assert "today?" in text_of(designer.get(first.location)), "the first one has not changed"
    source = designer.get(f"{first.location}.yaml").get_data(as_text=True)
    assert send(designer, "publish", definition=source).location == first.location


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("canteen.yaml", GOOD.encode(), "# Written by hand."),
        ("paste.txt", PASTED.encode("gb18030"), "您今天去食堂了吗？"),
        ("form.json", b'{"title": "T", "elements": [{"type": "text", "name": "a"}]}', "short_text"),
    ],
)
def test_a_file_of_any_known_format_is_brought_in(
    designer: FlaskClient, name: str, content: bytes, shown: str
) -> None:
    answer = send(designer, "check", definition="", file=(io.BytesIO(content), name))
    assert answer.status_code == 200, text_of(answer)
    assert shown in answer.get_data(as_text=True)


def test_a_file_that_is_nothing_is_told(designer: FlaskClient) -> None:
    file = (io.BytesIO(b"\x00\xff" * 99), "a.bin")
    answer = send(designer, "check", definition=GOOD, file=file)
    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)


def test_a_ready_instrument_can_be_published_as_it_is(designer: FlaskClient) -> None:
    page = Page(designer.get("/staff/library/team-survey-19").get_data(as_text=True))
    answer = designer.post(
        "/staff/library/team-survey-19/publish", data={"_csrf": page.controls["_csrf"][0]}
    )
    assert answer.location.endswith(library.get("team-survey-19").content_hash)


def test_whoever_may_not_design_sees_no_way_to(app: Flask, database: Database) -> None:
    with database.transaction() as session:
        enrol(session, "vera", Role.VIEWER)
    viewer = sign_in(app, "vera")
    assert viewer.get(NEW).status_code == 403
    assert "New questionnaire" not in text_of(viewer.get("/staff/library?lang=en"))
    assert "Publish" not in text_of(viewer.get("/staff/library/team-survey-19?lang=en"))


def test_the_library_takes_few_queries_however_many_versions(
    designer: FlaskClient, app: Flask
) -> None:
    for n in range(6):
        send(designer, "publish", definition=GOOD.replace("today?", f"on day {n}?"))
    with statements(app.extensions["surveyapp.database"].engine) as sent:
        assert designer.get("/staff/library").status_code == 200
    assert len(sent) <= 10
