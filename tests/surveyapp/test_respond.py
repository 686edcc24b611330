"""The respondent's journey without JavaScript: open, fill in, be corrected, send, get a receipt."""

from __future__ import annotations

import gzip
import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from surveyapp.clock import moment
from surveyapp.fieldwork.models import Invitation
from surveyapp.fieldwork.operations import close_round, find_round
from surveyapp.respond import openings
from surveyapp.respond.models import Response
from tests.conftest import Demo
from tests.journeys import Page, Respondent, Staff, database


def stored(app: Flask) -> tuple[int, int]:
    """(responses, used codes) in the database."""
    with database(app).session() as session:
        used = select(func.count()).select_from(Invitation).where(Invitation.used.is_(True))
        responses = select(func.count()).select_from(Response)
        return session.scalar(responses) or 0, session.scalar(used) or 0


@pytest.fixture
def code(demo: Demo) -> str:
    """An unused code of the first township."""
    return next(iter(demo.unused_codes.values()))[0]


def test_the_form_shows_nineteen_numbered_items_in_both_languages(
    demo_app: Flask, code: str
) -> None:
    chinese = Respondent(demo_app, "zh").open(code).page
    english = Respondent(demo_app, "en").open(code).page
    assert "您目前的工作负担如何？" in chinese.text
    assert "How heavy or light is your present workload?" in english.text
    names = [name for name in chinese.controls | chinese.offered if name.startswith("q")]
    assert sorted(names) == [f"q{n:02}" for n in range(1, 20)]
    assert "{" not in chinese.text + english.text, "a term slot was left open"


def test_every_page_says_truthfully_that_the_round_is_anonymous(demo_app: Flask, code: str) -> None:
    assert "匿名" in Respondent(demo_app, "zh").open(code).page.text
    assert "Anonymous" in Respondent(demo_app, "en").open(code).page.text


def test_a_complete_form_is_stored_and_answered_with_a_receipt(demo_app: Flask, code: str) -> None:
    before = stored(demo_app)
    person = Respondent(demo_app).open(code).answer_all("4", q18="厕所漏水").submit()
    assert person.status == 200
    assert person.receipt
    assert stored(demo_app) == (before[0] + 1, before[1] + 1)
    with database(demo_app).session() as session:
        answers = [json.loads(a) for a in session.scalars(select(Response.answers))]
    mine = [a for a in answers if a.get("q18") == "厕所漏水"]
    assert len(mine) == 1
    assert mine[0]["q01"] == "4"
    assert "q19" not in mine[0], "an unanswered item leaves no trace"


def test_a_mistake_keeps_everything_typed_and_links_to_the_item(demo_app: Flask, code: str) -> None:
    before = stored(demo_app)
    person = Respondent(demo_app).open(code).answer_all("4", q18="路灯不亮")
    del person.filled["q03"]
    person.submit()
    assert person.status == 422
    page = person.page
    assert "#q03" in page.links
    assert "q03" in page.ids
    assert "第 3 题" in page.text
    assert page.controls["q18"] == ["路灯不亮"]
    assert page.controls["q01"] == ["4"]
    assert stored(demo_app) == before
    assert person.answer(q03="5").submit().receipt


def test_the_language_can_be_changed_in_the_middle_without_losing_answers(
    demo_app: Flask, code: str
) -> None:
    person = Respondent(demo_app).open(code).answer_all("2", q19="多开会").press("lang:en")
    assert person.status == 200
    assert person.page.controls["q19"] == ["多开会"]
    assert person.page.controls["q01"] == ["2"]
    assert "How satisfied" in person.page.text or "how satisfied" in person.page.text
    assert person.submit().receipt


def test_the_language_can_be_changed_on_a_page_with_mistakes_and_it_still_names_them(
    demo_app: Flask, code: str
) -> None:
    person = Respondent(demo_app).open(code).answer_all("4")
    del person.filled["q03"]
    assert person.press("lang:zh").page.links.count("#q03") == 0, "control: nothing was checked yet"
    assert person.submit().status == 422
    person.press("lang:en")
    assert person.status == 422
    assert "#q03" in person.page.links
    assert "Item 3" in person.page.text
    assert person.answer(q03="5").press("lang:zh").status == 200, "it is mended"
    assert person.submit().receipt


def test_sending_twice_stores_once_and_shows_the_same_receipt(demo_app: Flask, code: str) -> None:
    before = stored(demo_app)
    person = Respondent(demo_app).open(code).answer_all("4")
    form = {**person.filled, "_action": ["send"]}
    first, second = (person.client.post(person.address, data=form) for _ in range(2))
    receipts = [_receipt(answer.get_data(as_text=True)) for answer in (first, second)]
    assert receipts[0] == receipts[1]
    assert "没有任何改动" in second.get_data(as_text=True)
    assert stored(demo_app)[0] == before[0] + 1


def _receipt(html: str) -> str:
    return html.split('id="receipt">')[1].split("<")[0]


def test_a_used_code_opens_no_form_and_takes_no_other_answers(demo_app: Flask, code: str) -> None:
    late = Respondent(demo_app).open(code).answer_all("1", q18="我的意见")
    assert Respondent(demo_app).open(code).answer_all("4").submit().receipt
    before = stored(demo_app)
    assert Respondent(demo_app).open(code).status == 410
    late.submit()
    assert late.status == 409
    assert "我的意见" in late.page.text, "what was typed is given back"
    assert stored(demo_app) == before


def test_a_round_closed_while_the_form_is_open_gives_the_text_back(
    demo_app: Flask, demo: Demo, code: str
) -> None:
    person = Respondent(demo_app).open(code).answer_all("4", q18="写了很久的意见")
    with database(demo_app).transaction() as writing:
        close_round(writing, find_round(writing, demo.round), moment(datetime.now(UTC)))
    before = stored(demo_app)
    person.submit()
    assert person.status == 409
    assert "写了很久的意见" in person.page.text
    assert stored(demo_app) == before
    assert Respondent(demo_app).open(code).status == 410


def test_a_code_can_be_typed_on_the_front_page_in_any_form(demo_app: Flask, code: str) -> None:
    client = demo_app.test_client()
    typed = " " + code.lower().replace("-", " ") + " "
    answer = client.post("/s", data={"code": typed, "_lang": "zh"})
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    wrong = client.post("/s", data={"code": "ABCD-EFGH-JKMN", "_lang": "zh"})
    assert wrong.status_code == 404
    assert "ABCD-EFGH-JKMN" in wrong.get_data(as_text=True)


class TestHostileSubmissions:
    """Each gets a clear 4xx and changes nothing; the same form unharmed is accepted."""

    @pytest.fixture
    def form(self, demo_app: Flask, code: str) -> Respondent:
        return Respondent(demo_app).open(code).answer_all("4")

    def refused(self, app: Flask, form: Respondent, status: int, **request: Any) -> None:
        before = stored(app)
        answer = form.client.post(form.address, **request)
        assert answer.status_code == status
        body = answer.get_data(as_text=True)
        assert "Traceback" not in body
        assert Page(body).text
        assert stored(app) == before
        assert form.submit().receipt, "control: the unharmed form is accepted"

    def test_missing_token(self, demo_app: Flask, form: Respondent) -> None:
        data = {name: v for name, v in form.filled.items() if name != "_key"}
        self.refused(demo_app, form, 400, data=data)

    def test_unknown_item(self, demo_app: Flask, form: Respondent) -> None:
        self.refused(demo_app, form, 400, data={**form.filled, "q99": "1"})

    def test_code_outside_the_scale(self, demo_app: Flask, form: Respondent) -> None:
        self.refused(demo_app, form, 422, data={**form.filled, "q01": "6"})

    def test_one_megabyte_of_text(self, demo_app: Flask, form: Respondent) -> None:
        self.refused(demo_app, form, 413, data={**form.filled, "q18": "长" * 350_000})

    def test_text_over_the_limit_of_the_item(self, demo_app: Flask, form: Respondent) -> None:
        self.refused(demo_app, form, 422, data={**form.filled, "q18": "长" * 1001})

    def test_wrong_content_type(self, demo_app: Flask, form: Respondent) -> None:
        self.refused(demo_app, form, 415, json={"q01": "4"})

    def test_a_file_in_place_of_an_answer(self, demo_app: Flask, form: Respondent) -> None:
        data = {**form.filled, "q01": (io.BytesIO(b"4"), "q01.txt")}
        request = {"data": data, "content_type": "multipart/form-data"}
        self.refused(demo_app, form, 422, **request)

    def test_another_site(self, demo_app: Flask, form: Respondent) -> None:
        headers = {"Origin": "https://elsewhere.example"}
        self.refused(demo_app, form, 403, data=form.filled, headers=headers)

    def test_an_unknown_action(self, demo_app: Flask, form: Respondent) -> None:
        self.refused(demo_app, form, 400, data={**form.filled, "_action": ["explode"]})


def test_an_unknown_code_is_a_clear_page(demo_app: Flask) -> None:
    for address in ("/s/NOPE", "/s/2222-2222-2222", "/s/" + "A" * 500, "/s/%00%ff"):
        answer = demo_app.test_client().get(address)
        assert answer.status_code == 404
        assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2345-6789-ABC", "A code has 12 letters and digits, this one has 11."),
        ("2345-6789-ABCDE", "this one has 13."),
        ("2345 6789 aBc0", "Codes have no 0 in them."),
        ("o345 6789 aBcL", "Codes have no L, O in them."),
        ("2345 6789 abcd", "Please compare it with your slip of paper."),
    ],
)
def test_what_may_be_wrong_with_a_code_is_said(demo_app: Flask, typed: str, told: str) -> None:
    client = demo_app.test_client()
    answer = client.post("/s?lang=en", data={"code": typed})
    assert answer.status_code == 404
    page = Page(answer.get_data(as_text=True))
    assert told in page.text
    assert page.controls["code"] == [typed], "to be mended, not typed again"
    assert any(link.startswith("/continue") for link in page.links)
    chinese = client.post("/s?lang=zh", data={"code": typed}).get_data(as_text=True)
    assert "编码" in chinese
    assert told not in chinese


def test_no_cookie_is_ever_set_for_a_respondent(demo_app: Flask, code: str) -> None:
    person = Respondent(demo_app).open(code)
    assert "Set-Cookie" not in person.response.headers
    person.answer_all("4").submit()
    assert person.receipt
    assert "Set-Cookie" not in person.response.headers


def test_opening_a_form_writes_nothing_but_a_number_for_the_group_a_little_later(
    demo_app: Flask, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openings, "DELAY", 3600.0)

    def everything() -> dict[str, list[tuple[Any, ...]]]:
        with database(demo_app).session() as session:
            tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
            rows = ((name, session.execute(text(f'SELECT * FROM "{name}"'))) for name in tables)
            return {name: [tuple(row) for row in found] for name, found in rows}

    before = everything()
    for _ in range(3):
        Respondent(demo_app).open(code)
    assert everything() == before, "no row is written while somebody waits for a page"
    openings.of(demo_app).write()
    after = everything()
    assert [name for name in after if after[name] != before[name]] == ["tally"]
    changed = set(after["tally"]) - set(before["tally"])
    assert [(opened, returned) for _group, _day, opened, returned in changed] == [(3, 0)]


def test_the_form_is_small_on_the_wire_and_three_requests(demo_app: Flask, code: str) -> None:
    client = demo_app.test_client()
    headers = {"Accept-Encoding": "gzip"}
    page = client.get(f"/s/{code}?lang=zh", headers=headers)
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["Vary"]
    html = gzip.decompress(page.data).decode()
    loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    assert len(loaded) == 2, "a style sheet and a script"
    files = [client.get(address, headers=headers) for address in loaded]
    for one in files:
        assert "immutable" in one.headers["Cache-Control"]
        assert one.headers["Content-Encoding"] == "gzip"
    assert len(page.data) + sum(len(one.data) for one in files) < 30_000
    assert client.get(f"/s/{code}").headers.get("Content-Encoding") is None, "control"


def test_staff_pages_are_not_compressed_because_they_hold_a_token(
    demo_app: Flask, demo: Demo
) -> None:
    staff = Staff(demo_app, demo.username, demo.password)
    page = staff.client.get("/staff", headers={"Accept-Encoding": "gzip"})
    assert page.status_code == 200
    assert page.headers.get("Content-Encoding") is None
