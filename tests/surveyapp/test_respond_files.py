"""Files that come with answers, in repeated sections too: kept beside the response, and kept on."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.respond.models import Attachment, Response
from tests.journeys import Respondent, database
from tests.surveyapp.fielding import Hall, open_now

DEFINITION = """
id: inspection
title: {zh: 检查, en: Inspection}
sections:
  - id: whole
    title: {zh: 总体, en: All in all}
    items:
      - {id: plan, kind: file, label: {zh: 平面图, en: Floor plan}}
      - {id: fine, kind: yes_no, required: true, label: {zh: 合格吗, en: Is it fine}}
  - id: found
    title: {zh: 问题, en: Problems}
    repeat: {min: 0, max: 5}
    items:
      - {id: what, kind: short_text, label: {zh: 问题, en: What is wrong}}
      - {id: proof, kind: photo, required: true, label: {zh: 照片, en: A picture}}
"""
Files = dict[str, bytes]


@pytest.fixture(params=["one", "sections", "items"])
def pages(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fielded(app: Flask, pages: str) -> Hall:
    given = {"definition": DEFINITION, "pages": pages, "editable": True}
    return open_now(database(app), {"kitchen": 5}, **given)


def send(person: Respondent, files: Files, action: str = "send") -> str:
    """Press a button with files chosen in the controls that are on the page."""
    offered = {
        name: (io.BytesIO(content), f"{content.decode()}.jpg") for name, content in files.items()
    }
    for name in offered:
        assert f'name="{name}"' in person.response.text, "there is such a control on the page"
    data: dict[str, Any] = {**person.filled, **offered, "_action": action}
    answer = person.client.post(person.address, data=data, content_type="multipart/form-data")
    person._see(answer)
    return answer.text


def fill(person: Respondent, pages: str, *problems: str) -> Respondent:
    """Answer everything but files and stop where the answers are sent."""
    person.answer(fine="no")
    if pages != "one":
        person.press("next")
    for _ in problems[1:]:
        person.press("add:found")
    person.answer(**{f"found__{n}__what": what for n, what in enumerate(problems)})
    return person if pages == "one" else person.press("next")


def kept(app: Flask) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The one response there is, and its files by their places."""
    with database(app).session() as session:
        [(key, answers)] = session.execute(
            select(Response.key, Response.answers).where(Response.answers.contains('"fine"'))
        ).all()
        found = session.scalars(select(Attachment).where(Attachment.response_key == key))
        return json.loads(answers), {one.place: one.content for one in found}


class TestARepeatedSection:
    def test_each_entry_has_its_picture(self, demo_app: Flask, pages: str) -> None:
        hall = fielded(demo_app, pages)
        person = fill(Respondent(demo_app, "en").open(hall.codes[0]), pages, "Stove", "Drain")
        pictures = {"plan": b"plan", "found.0.proof": b"stove", "found.1.proof": b"drain"}
        assert 'id="receipt"' in send(person, pictures)
        answers, files = kept(demo_app)
        assert files == pictures
        assert [one["what"] for one in answers["found"]] == ["Stove", "Drain"]
        assert answers["found"][1]["proof"]["name"] == "drain.jpg"

    def test_a_picture_that_lacks_is_asked_for_where_it_can_be_given(
        self, demo_app: Flask, pages: str
    ) -> None:
        hall = fielded(demo_app, pages)
        person = fill(Respondent(demo_app, "en").open(hall.codes[0]), pages, "Stove", "Drain")
        page = send(person, {"found.0.proof": b"stove"})
        assert person.status == 422
        assert "#found.1.proof" in person.page.links, "and not on another page"
        assert "mend:" not in page
        assert 'id="receipt"' in send(person, {"found.0.proof": b"a", "found.1.proof": b"b"})

    def test_going_on_does_not_ask_for_a_picture_that_comes_last(self, demo_app: Flask) -> None:
        hall = fielded(demo_app, "sections")
        person = Respondent(demo_app, "en").open(hall.codes[0]).answer(fine="no").press("next")
        assert 'type="file"' not in person.response.text
        person.answer(found__0__what="Stove").press("next")
        assert person.status == 200
        assert "Look over your answers" in person.page.text
        assert "Problems · Entry 1" in person.page.text

    def test_an_entry_left_blank_does_not_move_pictures_to_others(self, demo_app: Flask) -> None:
        hall = fielded(demo_app, "one")
        person = fill(Respondent(demo_app, "en").open(hall.codes[0]), "one", "", "Drain")
        assert 'id="receipt"' in send(person, {"found.1.proof": b"drain"})
        answers, files = kept(demo_app)
        assert [one["what"] for one in answers["found"]] == ["Drain"]
        assert files == {"found.0.proof": b"drain"}, "by the entry as it is stored"

    def test_the_same_picture_twice_is_kept_twice(self, demo_app: Flask) -> None:
        hall = fielded(demo_app, "one")
        person = fill(Respondent(demo_app, "en").open(hall.codes[0]), "one", "Stove", "Drain")
        same = {"found.0.proof": b"same", "found.1.proof": b"same"}
        assert 'id="receipt"' in send(person, same)
        assert kept(demo_app)[1] == same


class TestChangingAnswers:
    @pytest.fixture
    def person(self, demo_app: Flask) -> Respondent:
        """Somebody who has sent three files and opens the answers again."""
        hall = fielded(demo_app, "one")
        person = fill(Respondent(demo_app, "en").open(hall.codes[0]), "one", "Stove", "Drain")
        key = person.filled["_key"][0]
        send(person, {"plan": b"plan", "found.0.proof": b"stove", "found.1.proof": b"drain"})
        person.address = "/change"
        return person._see(person.client.post("/change", data={"_key": key, "_lang": "en"}))

    def test_what_is_not_sent_again_stays(self, demo_app: Flask, person: Respondent) -> None:
        assert "Your changes have arrived" in send(person, {"found.1.proof": b"new"})
        answers, files = kept(demo_app)
        assert files == {"plan": b"plan", "found.0.proof": b"stove", "found.1.proof": b"new"}
        assert answers["found"][0]["proof"]["name"] == "stove.jpg"

    def test_an_entry_that_is_emptied_goes_with_its_picture(
        self, demo_app: Flask, person: Respondent
    ) -> None:
        person.answer(found__0__what="")
        assert "Your changes have arrived" in send(person, {})
        answers, files = kept(demo_app)
        assert [one["what"] for one in answers["found"]] == ["Drain"]
        assert files == {"plan": b"plan", "found.0.proof": b"drain"}

    def test_an_entry_can_be_added(self, demo_app: Flask, person: Respondent) -> None:
        person.press("add:found").answer(found__2__what="Roof")
        assert "Your changes have arrived" in send(person, {"found.2.proof": b"roof"})
        assert set(kept(demo_app)[1].values()) == {b"plan", b"stove", b"drain", b"roof"}
