"""A form on several pages without JavaScript: forward, back, review, other languages, print."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.respond.models import Response
from tests.journeys import Respondent, database
from tests.surveyapp.fielding import Hall, open_now

DEFINITION = """
id: visit
title: {zh: 走访, en: Visit}
minutes: 12
sections:
  - id: who
    title: {zh: 您, en: You}
    items:
      - {id: sex, kind: single_choice, required: true, label: {zh: 性别, en: Sex}, options: [
          {value: f, label: {zh: 女, en: Woman}}, {value: m, label: {zh: 男, en: Man}}]}
      - {id: child, kind: yes_no, label: {zh: 有孩子吗, en: Any children}}
      - {id: ages, kind: short_text, relevant: "${child} = 'yes'", label: {zh: 年龄, en: Ages}}
  - id: school
    title: {zh: 学校, en: School}
    relevant: "${child} = 'yes'"
    items:
      - {id: mark, kind: single_choice, required: true, label: {zh: 打分, en: Mark}, options: [
          {value: g, label: {zh: 好, en: Good}}, {value: b, label: {zh: 差, en: Bad}}]}
      - {id: told, kind: long_text, label: {zh: 说说, en: "Tell us of ${ages}"}}
  - id: end
    title: {zh: 最后, en: At last}
    items:
      - {id: likes, kind: multiple_choice, label: {zh: 喜欢, en: Likes}, options: [
          {value: a, label: {zh: 山, en: Hills}}, {value: b, label: {zh: 水, en: Water}},
          {value: o, text: true, label: {zh: 其他, en: Other}}]}
      - {id: when, kind: short_text, default: {calculate: "concat('age ', ${ages})"}, label: W}
"""
Field = Callable[..., Hall]


@pytest.fixture
def field(demo_app: Flask) -> Field:
    """Field a round in the application's database that is open now."""

    def make(pages: str, definition: str = DEFINITION, **given: Any) -> Hall:
        units = {"x": 5}
        return open_now(database(demo_app), units, definition=definition, pages=pages, **given)

    return make


def stored(app: Flask) -> list[str]:
    with database(app).session() as session:
        newest = select(Response.answers).where(Response.answers.contains("sex"))
        return list(session.scalars(newest))


def heading(person: Respondent) -> str:
    """The title of the page's section."""
    found = re.search(r'<h2 id="(?:part|over)-(\w+)"', person.response.text)
    return found[1] if found else ""


def begin(app: Flask, hall: Hall, language: str = "en") -> Respondent:
    return Respondent(app, language).open(hall.codes[0])


class TestSectionBySection:
    def test_forward_review_and_send(self, demo_app: Flask, field: Field) -> None:
        person = begin(demo_app, field("sections"))
        assert heading(person) == "who"
        assert "mark" not in person.page.offered
        assert "Page 1 of about 2" in person.page.text
        assert "about 12 minutes left" in person.page.text
        person.answer(sex="f", child="yes", ages="7 and 9").press("next")
        assert heading(person) == "school"
        assert "Page 2 of about 3" in person.page.text
        assert "Tell us of 7 and 9" in person.page.text
        person.answer(mark="g", told="两行\n字").press("next")
        assert person.page.controls["when"] == ["age 7 and 9"], "worked out when it is first shown"
        person.answer(likes=["a", "o"], likes__o="Wind").press("next")
        assert "Look over your answers" in person.page.text
        assert "Hills; Other: Wind" in person.page.text
        assert "两行 字" in person.page.text
        assert person.submit().receipt
        assert stored(demo_app) == [
            '{"ages":"7 and 9","child":"yes","likes":["a",{"text":"Wind","value":"o"}],'
            '"mark":"g","sex":"f","told":"两行\\n字","when":"age 7 and 9"}'
        ]

    def test_what_is_not_asked_is_skipped_and_not_stored(
        self, demo_app: Flask, field: Field
    ) -> None:
        person = begin(demo_app, field("sections"))
        person.answer(sex="m", child="yes", ages="3").press("next")
        assert heading(person) == "school"
        person.answer(told="typed and then not asked").press("back").answer(child="no")
        person.press("next")
        assert heading(person) == "end"
        assert person.page.controls["told"] == ["typed and then not asked"], "never thrown away"
        person.press("next")
        assert "typed and then" not in person.page.text
        assert person.submit().receipt
        assert stored(demo_app) == ['{"child":"no","sex":"m","when":"age"}']

    def test_forward_checks_the_page_at_hand_and_no_other(
        self, demo_app: Flask, field: Field
    ) -> None:
        person = begin(demo_app, field("sections")).answer(child="yes").press("next")
        assert person.status == 422
        assert heading(person) == "who"
        assert person.page.links.count("#sex") == 1
        assert "#mark" not in person.page.links, "the next page is not to blame yet"
        person.answer(sex="f", ages="1").press("next")
        assert heading(person) == "school"
        assert person.press("back").status == 200, "back is never refused"
        assert heading(person) == "who"

    def test_what_becomes_asked_on_the_page_is_shown_before_going_on(
        self, demo_app: Flask, field: Field
    ) -> None:
        person = begin(demo_app, field("sections")).answer(sex="f", child="no").press("lang:en")
        assert re.search(r'data-item="ages" hidden', person.response.text)
        person.answer(child="yes").press("next")
        assert heading(person) == "who", "somebody without JavaScript has not seen it"
        assert "One more question, because of your answers" in person.page.text
        assert "#ages" in person.page.links
        assert not re.search(r'data-item="ages" hidden', person.response.text)
        assert heading(person.press("next")) == "school", "it may be left blank all the same"

    def test_a_mistake_found_at_the_end_leads_back_to_its_page(
        self, demo_app: Flask, field: Field
    ) -> None:
        person = begin(demo_app, field("sections")).answer(sex="f", child="no").press("review")
        assert heading(person) == "end", "what was not seen comes first"
        person.press("review")
        assert "Look over your answers" in person.page.text
        person.answer(child="yes", _seen="who school end").submit()
        assert person.status == 422
        assert 'value="mend:school"' in person.response.text
        person.press("lang:zh")
        assert 'value="mend:school"' in person.response.text, "in another language too"
        person.press("lang:en").press("mend:school")
        assert heading(person) == "school"
        assert "#mark" in person.page.links

    def test_change_leads_to_the_page_and_review_back(self, demo_app: Flask, field: Field) -> None:
        person = begin(demo_app, field("sections")).answer(sex="f", child="no").press("next")
        person.press("next")
        assert 'formaction="#sex"' in person.response.text
        person.press("goto:who").answer(sex="m").press("review")
        assert "Man" in person.page.text
        assert "Look over your answers" in person.page.text

    def test_the_language_keeps_answers_and_place(self, demo_app: Flask, field: Field) -> None:
        person = begin(demo_app, field("sections"))
        person.answer(sex="f", child="yes", ages="5").press("next").answer(told="好")
        person.press("lang:zh")
        assert heading(person) == "school"
        assert "第 2 页" in person.page.text
        assert person.page.controls["told"] == ["好"]
        assert person.page.controls["ages"] == ["5"]
        person.answer(mark="g").press("next").press("next").press("lang:en")
        assert "Look over your answers" in person.page.text

    def test_files_come_last_and_are_stored(self, demo_app: Flask, field: Field) -> None:
        more = "  - {id: f, title: F, items: [{id: pic, kind: file, label: Picture}]}\n"
        person = begin(demo_app, field("sections", DEFINITION + more))
        person.answer(sex="f", child="no").press("next").press("next")
        assert 'type="file"' in person.response.text
        data = {**person.filled, "_action": "send", "pic": (io.BytesIO(b"soup"), "soup.txt")}
        answer = person.client.post(person.address, data=data, content_type="multipart/form-data")
        assert 'id="receipt"' in answer.text
        assert "soup.txt" in stored(demo_app)[0]


class TestOneItemAtATime:
    def test_each_page_has_one_question(self, demo_app: Flask, field: Field) -> None:
        person = begin(demo_app, field("items"))
        asked = []
        for name, value in (("sex", "f"), ("child", "no"), ("likes", "a")):
            asked.append([n for n in ("sex", "child", "ages", "mark") if n in person.page.offered])
            person.answer(**{name: value}).press("next")
        assert asked == [["sex"], ["child"], []]
        person.press("next")
        assert "Look over your answers" in person.page.text
        assert person.submit().receipt

    def test_the_order_drawn_by_lot_is_the_same_on_every_page(
        self, demo_app: Flask, field: Field
    ) -> None:
        items = ", ".join(f"{{id: s{n}, kind: yes_no, label: Q{n}}}" for n in range(8))
        section = f"{{id: s, title: S, random_order: true, items: [{items}]}}"
        mixed = f"id: mixed\ntitle: {{zh: M, en: M}}\nsections: [{section}]"
        hall = field("items", mixed)
        person, seen = begin(demo_app, hall), []
        while "Look over your" not in person.page.text:
            [name] = person.page.offered
            seen.append(name)
            person.answer(**{name: "yes"}).press("next")
        assert sorted(seen) == [f"s{n}" for n in range(8)]
        orders = {str(list(begin(demo_app, hall).page.offered)) for _ in range(6)}
        assert len(orders) > 1, "another respondent, another order"


class TestOnePage:
    def test_what_is_not_asked_is_hidden_after_each_round_trip(
        self, demo_app: Flask, field: Field
    ) -> None:
        person = begin(demo_app, field("one"))
        assert "Depends on an earlier answer" in person.page.text, "nobody can know yet"
        assert not re.search(r'data-item="ages" hidden', person.response.text)
        person.answer(child="no").press("lang:en")
        assert re.search(r'data-item="ages" hidden', person.response.text)
        assert re.search(r'data-section="school"[^>]* hidden', person.response.text)
        assert "Depends on an earlier answer" not in person.page.text
        person.answer(child="yes", sex="f").submit()
        assert person.status == 422
        assert "3 more questions" in person.page.text
        assert not re.search(r'data-item="ages" hidden', person.response.text)
        assert person.answer(mark="g").submit().receipt

    def test_answers_can_be_looked_over_first(self, demo_app: Flask, field: Field) -> None:
        person = begin(demo_app, field("one")).answer(sex="f", child="no").press("review")
        assert "Look over your answers" in person.page.text
        assert "not answered" in person.page.text
        assert person.press("goto:_whole").page.controls["sex"] == ["f"]
        assert person.press("review").submit().receipt

    def test_it_can_be_printed(self, demo_app: Flask, field: Field) -> None:
        person = begin(demo_app, field("sections")).answer(sex="m", child="yes").press("print")
        assert person.status == 200
        assert {
            "sex",
            "mark",
            "told",
            "likes",
        } <= person.page.controls.keys() | person.page.offered.keys()
        assert person.page.controls["sex"] == ["m"]
        assert '<fieldset class="printed" disabled' in person.response.text
        assert stored(demo_app) == []


@pytest.mark.parametrize("pages", ["one", "sections", "items"])
@pytest.mark.parametrize("action", ["explode", "goto:nowhere", "add:nowhere"])
def test_a_button_that_no_page_has_is_refused_and_what_was_typed_given_back(
    demo_app: Flask, field: Field, pages: str, action: str
) -> None:
    person = begin(demo_app, field(pages)).answer(sex="f").press(action)
    assert person.status == 400
    assert "Woman" in person.page.text


def test_what_hangs_on_entries_is_there_until_one_is_filled(demo_app: Flask, field: Field) -> None:
    family = """
id: family
title: {zh: 家庭, en: Family}
sections:
  - id: member
    title: {zh: 成员, en: Members}
    repeat: {min: 0, max: 5}
    items: [{id: years, kind: integer, label: {zh: 年龄, en: Age}}]
  - id: rest
    title: {zh: 其他, en: More}
    items:
      - {id: guard, kind: short_text, relevant: "count(${member}.years, . < 18) > 0", label: Who}
"""
    person = begin(demo_app, field("one", family))
    assert "Depends on an earlier answer" in person.page.text
    assert not re.search(r'data-item="guard" hidden', person.response.text)
    person.answer(member__0__years="40").press("lang:en")
    assert re.search(r'data-item="guard" hidden', person.response.text)
    person.answer(member__0__years="4").press("lang:en")
    assert not re.search(r'data-item="guard" hidden', person.response.text)
    assert "Depends on an earlier answer" not in person.page.text
    assert person.answer(guard="Aunt").submit().receipt
