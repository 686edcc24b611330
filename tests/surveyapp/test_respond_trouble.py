"""Whatever goes wrong, nothing that was typed is lost and nothing is stored twice."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update

import questionnaires
from surveyapp import clock
from surveyapp.design.operations import publish
from surveyapp.fieldwork import codes
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import Invitation, Round
from surveyapp.respond import drafts
from surveyapp.respond import operations as respond
from surveyapp.respond.models import Draft, Response
from tests.journeys import Page, Respondent, database
from tests.surveyapp.fielding import DEFINITION, Hall, noon

NEEDLE = "写了很久的意见"


def field(app: Flask, **given: Any) -> Hall:
    """A round in the application's database that is open now."""
    now = datetime.now(UTC)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    times = {"opens_at": day, "closes_at": day + timedelta(days=8)}
    at = clock.moment(now, "UTC")
    return Hall(database(app), given.pop("units", {"x": 6}), at=at, **times, **given)


def begin(app: Flask, hall: Hall, code: int = 0) -> Respondent:
    person = Respondent(app, "en").open(hall.codes[code])
    return person.answer(taste="4", why=NEEDLE)


def stored(app: Flask, hall: Hall) -> list[dict[str, Any]]:
    ids = [group.id for group in hall.groups]
    with database(app).session() as session:
        found = session.scalars(select(Response.answers).where(Response.group_id.in_(ids)))
        return [json.loads(one) for one in found]


class TestNothingTypedIsLost:
    def test_when_the_code_is_withdrawn_while_the_form_is_open(self, demo_app: Flask) -> None:
        hall = field(demo_app)
        person = begin(demo_app, hall)
        with database(demo_app).transaction() as session:
            digest = codes.digest(hall.codes[0])
            session.execute(delete(Invitation).where(Invitation.code_hash == digest))
        person.submit()
        assert person.status == 404
        assert NEEDLE in person.page.text
        assert "Why" in person.page.text, "worded by the version that was open"

    @pytest.mark.parametrize("action", ["send", "next", "lang:zh", "review"])
    def test_when_the_round_closes(self, demo_app: Flask, action: str) -> None:
        hall = field(demo_app, pages="sections")
        person = begin(demo_app, hall)
        with database(demo_app).transaction() as session:
            fieldwork.close_round(session, hall.round, clock.moment(datetime.now(UTC)))
        person.press(action)
        assert person.status == 409
        assert NEEDLE in person.page.text

    def test_when_far_too_much_was_typed(self, demo_app: Flask) -> None:
        person = begin(demo_app, field(demo_app)).answer(why=NEEDLE + "长" * 300_000).submit()
        assert person.status == 413
        assert person.page.controls["why"][0].startswith(NEEDLE)
        assert "#why" in person.page.links
        assert person.answer(why=NEEDLE).submit().receipt

    def test_when_the_database_cannot_even_be_asked(self, demo_app: Flask) -> None:
        hall = field(demo_app)
        person = begin(demo_app, hall)
        with database(demo_app).transaction() as session:
            session.execute(text("ALTER TABLE invitation RENAME TO gone"))
        key = person.filled["_key"]
        demo_app.testing = False
        person.submit()
        assert person.status == 500
        assert NEEDLE in person.page.text
        with database(demo_app).transaction() as session:
            session.execute(text("ALTER TABLE gone RENAME TO invitation"))
        assert person.filled["_key"] == key, "the page has a form that sends everything again"
        person.response = person.client.post(person.address, data=person.filled)
        assert person.receipt
        assert stored(demo_app, hall) == [{"taste": "4", "why": NEEDLE}]

    def test_when_storing_fails_in_the_middle(self, demo_app: Flask) -> None:
        hall = field(demo_app)
        person = begin(demo_app, hall)
        with database(demo_app).transaction() as session:
            session.execute(text("ALTER TABLE tally RENAME TO gone"))
        person.submit()
        assert person.status == 503
        assert person.page.controls["why"] == [NEEDLE]
        assert stored(demo_app, hall) == []
        with database(demo_app).transaction() as session:
            session.execute(text("ALTER TABLE gone RENAME TO tally"))
        assert person.submit().receipt

    def test_when_another_form_is_posted_here(self, demo_app: Flask) -> None:
        """ONS eq-survey-runner #379: answers of one tab arrive in the form of another."""
        hall = field(demo_app)
        person = begin(demo_app, hall).answer(q01="5")
        person.submit()
        assert person.status == 400
        assert NEEDLE in person.page.text
        assert stored(demo_app, hall) == []

    def test_when_a_version_is_published_meanwhile(self, demo_app: Flask) -> None:
        hall = field(demo_app)
        person = begin(demo_app, hall)
        newer = questionnaires.load(DEFINITION.replace("en: Why", "en: And why"))
        with database(demo_app).transaction() as session:
            publish(session, newer, noon().day)
        assert person.submit().receipt
        with database(demo_app).session() as session:
            [version] = session.scalars(
                select(Response.version_hash).where(Response.group_id == hall.group.id)
            )
        assert version == hall.round.version_hash

    def test_when_the_form_was_open_for_eight_hours(
        self, demo_app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hall = field(demo_app)
        person = begin(demo_app, hall)
        later = clock.moment(datetime.now(UTC) + timedelta(hours=8))
        monkeypatch.setattr(clock, "now", lambda: later)
        assert person.submit().receipt

    def test_a_flood_is_refused_with_what_was_typed(self, demo_app: Flask) -> None:
        person = begin(demo_app, field(demo_app))
        for _ in range(60):
            person.response = person.client.post(
                person.address, data={**person.filled, "_action": "lang:zh"}
            )
        assert person.status == 429
        assert person.response.headers["Retry-After"]
        assert NEEDLE in person.page.text

    def test_another_sites_text_is_not_shown_as_ours(self, demo_app: Flask) -> None:
        person = begin(demo_app, field(demo_app))
        answer = person.client.post(
            person.address, data=person.filled, headers={"Origin": "https://elsewhere.example"}
        )
        assert answer.status_code == 403
        assert NEEDLE not in answer.text


class TestExactlyOnce:
    def test_twenty_clicks_on_send(self, demo_app: Flask) -> None:
        """LimeSurvey #18026; libredesk #600: 3 to 15 of 20 succeed."""
        hall = field(demo_app)
        person = begin(demo_app, hall)
        data = {**person.filled, "_action": ["send"]}

        def send(_: int) -> str:
            return demo_app.test_client().post(person.address, data=data).text

        with ThreadPoolExecutor(8) as crowd:
            receipts = {
                re.findall(r'id="receipt">([^<]+)', page)[0] for page in crowd.map(send, range(20))
            }
        assert len(receipts) == 1
        assert stored(demo_app, hall) == [{"taste": "4", "why": NEEDLE}]

    def test_a_retry_after_a_lost_reply(self, demo_app: Flask) -> None:
        hall = field(demo_app, mode="open_link")
        person = Respondent(demo_app, "en").go(f"/open/{hall.round.slug}/{hall.group.id}")
        person.answer(taste="4")
        data = {**person.filled, "_action": ["send"]}
        first, again = (person.client.post(person.address, data=data).text for _ in range(2))
        assert "had already arrived" not in first
        assert "had already arrived" in again
        assert len(stored(demo_app, hall)) == 1

    def test_two_devices_with_one_code(self, demo_app: Flask) -> None:
        hall = field(demo_app)
        phone, desk = begin(demo_app, hall), begin(demo_app, hall).answer(why="from the desk")
        assert phone.submit().receipt
        desk.submit()
        assert desk.status == 409
        assert "from the desk" in desk.page.text
        assert len(stored(demo_app, hall)) == 1

    def test_the_same_form_on_two_devices_with_other_answers(self, demo_app: Flask) -> None:
        hall = field(demo_app)
        phone = begin(demo_app, hall)
        desk = begin(demo_app, hall).answer(_key=phone.filled["_key"][0], why="from the desk")
        assert phone.submit().receipt
        assert desk.submit().receipt == phone.receipt
        assert "An earlier version of your answers" in desk.page.text
        assert "from the desk" in desk.page.text
        assert "earlier version" not in phone.page.text

    def test_back_after_the_receipt_shows_nobodys_answers(self, demo_app: Flask) -> None:
        hall = field(demo_app, pages="sections")
        person = begin(demo_app, hall).press("next")
        page = {**person.filled, "_action": ["lang:zh"]}
        assert person.submit().receipt
        assert person.response.headers["Cache-Control"] == "no-store"
        back = person.client.post(person.address, data=page)
        assert back.status_code == 410
        assert NEEDLE not in back.text

    def test_a_shared_tablet_is_wiped(self, demo_app: Flask) -> None:
        hall = field(demo_app, mode="open_link")
        at = f"/open/{hall.round.slug}/{hall.group.id}"
        person = Respondent(demo_app, "en").go(at).answer(taste="4")
        person.address = f"{at}?kiosk={hall.round.slug}"
        assert "storage" in person.submit().response.headers["Clear-Site-Data"]
        alone = Respondent(demo_app, "en").go(at).answer(taste="4").submit()
        assert "Clear-Site-Data" not in alone.response.headers, "other forms may lie in other tabs"

    def test_two_tabs_of_one_open_form_are_two_responses(self, demo_app: Flask) -> None:
        hall = field(demo_app, mode="open_link")
        at = f"/open/{hall.round.slug}/{hall.group.id}"
        tabs = [Respondent(demo_app, "en").go(at).answer(taste=mark) for mark in "15"]
        assert all(tab.submit().receipt for tab in tabs)
        assert sorted(one["taste"] for one in stored(demo_app, hall)) == ["1", "5"]

    def test_a_page_is_never_shared_so_neither_is_its_key(self, demo_app: Flask) -> None:
        hall = field(demo_app, mode="open_link")
        at = f"/open/{hall.round.slug}/{hall.group.id}"
        pages = [Respondent(demo_app, "en").go(at) for _ in range(2)]
        assert pages[0].filled["_key"] != pages[1].filled["_key"]
        assert pages[0].response.headers["Cache-Control"] == "no-store"

    def test_an_expired_sign_in_is_no_matter(self, demo_app: Flask) -> None:
        """Staff answer a round with names by their link: being signed in plays no part."""
        hall = field(demo_app, mode="named")
        person = begin(demo_app, hall)
        person.client.environ_base["HTTP_COOKIE"] = "session=expired"
        assert person.submit().receipt


class TestSavingForLater:
    def saved(self, app: Flask, **given: Any) -> tuple[Hall, Respondent, str]:
        hall = field(app, drafts=True, pages="sections", **given)
        person = begin(app, hall).press("save")
        found = re.search(r'id="draft">([^<]+)<', person.response.text)
        assert found is not None
        return hall, person, found[1]

    def test_another_device_goes_on_where_it_was(self, demo_app: Flask) -> None:
        hall, _, code = self.saved(demo_app)
        desk = Respondent(demo_app, "en")
        desk.response = desk.client.post("/continue", data={"_key": code.lower(), "_lang": "en"})
        assert desk.page.controls["why"] == [NEEDLE]
        assert f'action="/s/{hall.codes[0].replace("-", "")}' in desk.response.text.replace("-", "")
        desk.address, desk.filled = f"/s/{hall.codes[0]}", dict(desk.page.controls)
        assert desk.submit().receipt
        assert stored(demo_app, hall) == [{"taste": "4", "why": NEEDLE}]
        with database(demo_app).session() as session:
            assert session.scalar(select(func.count()).select_from(Draft)) == 0, "gone once sent"
        assert demo_app.test_client().get(f"/continue/{code}").status_code == 404

    def test_nobody_can_read_it_without_the_code(self, demo_app: Flask) -> None:
        hall, _, code = self.saved(demo_app)
        with database(demo_app).session() as session:
            [row] = session.scalars(select(Draft))
        letters = code.replace("-", "").encode()
        for hidden in (NEEDLE.encode(), letters, code.encode(), hall.codes[0].encode()):
            assert hidden not in row.sealed + row.key
        assert row.key != respond.response_key(code), "it does not lead to the response either"
        assert len(row.sealed) % 4096 == 12 + 16, "nor does its size tell how much was typed"
        with database(demo_app).session() as session:
            assert drafts.find(session, code)[1].controls, "control: with the code it can be read"
            with pytest.raises(drafts.UnknownDraft):
                drafts.find(session, respond.new_submission_key())

    def test_it_goes_with_the_end_of_the_round(self, demo_app: Flask) -> None:
        hall, _, code = self.saved(demo_app)
        with database(demo_app).transaction() as session:
            session.execute(update(Round).where(Round.id == hall.round.id).values(state="closed"))
        with database(demo_app).session() as session:
            assert list(session.scalars(select(Draft))) == []
        assert demo_app.test_client().get(f"/continue/{code}").status_code == 404

    def test_only_where_the_round_allows_it(self, demo_app: Flask) -> None:
        person = begin(demo_app, field(demo_app))
        assert "Save and continue later" not in person.page.text
        assert person.press("save").status == 409
        assert NEEDLE in person.page.text
        with database(demo_app).session() as session:
            assert list(session.scalars(select(Draft))) == []

    def test_saved_again_it_is_one(self, demo_app: Flask) -> None:
        _, person, code = self.saved(demo_app)
        link = demo_app.test_client().get(f"/continue/{code}?lang=zh")
        again = Respondent(demo_app, "zh")
        again.filled = dict(Page(link.text).controls)
        again.address = person.address
        assert code in again.answer(why="第二次").press("save").response.text
        with database(demo_app).session() as session:
            [row] = session.scalars(select(Draft))
            assert ("why", "第二次") in drafts.find(session, code)[1].controls
            assert row.round_id
