"""The pages of interviews: who gets to them, how they keep what is typed, what each may show."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.accounts import sessions
from surveyapp.accounts.models import AuditEntry
from surveyapp.accounts.operations import find
from surveyapp.accounts.permissions import Role
from surveyapp.db import Database
from surveyapp.fieldwork import assignments
from tests.journeys import database
from tests.queries import statements
from tests.surveyapp.interviewing import Field, Tablet
from tests.surveyapp.staffing import csrf, enrol, post, sign_in

VISIT = "/staff/visits/talks/one/t1"
MOST_STATEMENTS = 10


@pytest.fixture
def field(app: Flask) -> Field:
    return Field(database(app), secret=str(app.secret_key))


def tablet(app: Flask, who: str = "ann", language: str = "en") -> Tablet:
    return Tablet(app, who, language)


def end_session(of: Database, who: str) -> None:
    with of.transaction() as session:
        account = find(session, who)
        assert account is not None
        sessions.end_sessions(session, account.id)


class TestWhoGetsIn:
    def test_the_team_and_nobody_else(self, app: Flask, field: Field) -> None:
        key = field.record()
        with field.database.transaction() as session:
            enrol(session, "root", Role.ADMINISTRATOR)
            enrol(session, "boss", Role.ORGANISER, field.county)
        addresses = [VISIT] + [
            f"/staff/interviews/{key.hex()}{part}"
            for part in ("", "/notes", "/read-back", "/record.pdf")
        ]
        for who, status in (("ann", 200), ("ben", 200), ("cai", 404), ("root", 404), ("boss", 403)):
            client = sign_in(app, who)
            assert [client.get(one).status_code for one in addresses] == [status] * 5, who

    def test_a_team_that_is_not_sent_any_more(self, app: Flask, field: Field) -> None:
        key = field.record()
        reader = tablet(app)
        assert reader.open_record(key).status == 200
        with field.database.transaction() as session:
            one, unit = field.teams[0].id, field.units[0].id
            assignments.withdraw(session, field.round, one, unit, "interview")
        assert reader.open_record(key).status == 404

    def test_who_may_not_visit_the_unit(self, app: Flask, field: Field) -> None:
        """Being in the team is not enough: the permission must reach the unit."""
        key = field.record()
        with field.database.transaction() as session:
            dan = enrol(session, "dan", Role.INSPECTOR, field.units[1])
            ben = find(session, "ben")
            assert ben is not None
            dan.person_id, ben.person_id = ben.person_id, None
            session.flush()
        assert tablet(app, "dan").open_record(key).status == 404

    @pytest.mark.parametrize("key", ["x", "00", "zz" * 16])
    def test_a_key_that_is_none(self, app: Flask, field: Field, key: str) -> None:
        assert tablet(app).open(f"/staff/interviews/{key}").status == 404


class TestAVisit:
    def test_from_the_assignment_to_the_record(self, app: Flask, field: Field) -> None:
        ann = tablet(app)
        assert VISIT in ann.open("/staff/assignments").page.links
        ann.open(VISIT)
        assert "name" not in ann.page.controls, "this round keeps no names"
        assert ann.page.offered["role"] == ["staff"]
        ann.write(role="staff").press("on")
        assert ann.status == 200
        assert "No. 1, staff" in ann.page.text
        assert "0 of 4 covered" in ann.page.text

    def test_a_role_cannot_be_typed(self, app: Flask, field: Field) -> None:
        ann = tablet(app).open(VISIT).write(role="Li Ming").press("on")
        assert ann.status == 422

    def test_the_unit_shows_what_all_records_cover(self, app: Flask, field: Field) -> None:
        field.note(field.record(), t1="said", t4="said")
        field.note(field.record(), t1="said")
        field.record(unit=1)
        text = tablet(app).open(VISIT).page.text
        assert "3 of 4 covered" in text
        assert "Work must be covered 2 / 2" in text
        assert "Integrity must be asked 1 / 2" in text
        assert "Style must be covered 0 / 2" in text
        assert "No. 3" not in text

    def test_a_named_round_asks_for_the_name(self, app: Flask) -> None:
        Field(database(app), secret=str(app.secret_key), mode="named")
        ann = tablet(app).open(VISIT).write(role="staff", name="Li Ming").press("on")
        assert "Li Ming" in ann.page.text


class TestTyping:
    def test_without_scripts_a_button_keeps_everything(self, app: Flask, field: Field) -> None:
        key = field.record()
        ann = tablet(app).open_record(key)
        ann.write(t1__note="the well\r\nis dry", t1__concern="minor", t2__note="many")
        ann.press("save:t1")
        assert ann.status == 200
        kept = field.entries(key)
        assert (kept["t1"].note, kept["t1"].concern) == ("the well\nis dry", "minor")
        assert kept["t2"].note == "many"
        assert "2 of 4 covered" in ann.page.text

    def test_a_missing_tag_leads_to_a_topic_that_covers_it(self, app: Flask, field: Field) -> None:
        key = field.record()
        ann = tablet(app).open_record(key)
        assert {"#topic-t1", "#topic-t2", "#topic-t3", "#topic-t4"} <= set(ann.page.links)
        field.note(key, t1="said", t4="said")
        page = ann.open_record(key).page
        assert [link for link in page.links if link.startswith("#topic")] == ["#topic-t2"]

    def test_two_who_write_on_one_topic_see_both_texts(self, app: Flask, field: Field) -> None:
        key = field.record()
        ann, ben = tablet(app).open_record(key), tablet(app, "ben").open_record(key)
        ann.write(t1__note="Ann's").press()
        ben.write(t1__note="Ben's", t2__note="Ben's too").press()
        assert ben.status == 409
        assert "Ann's" in ben.page.text, "the text of the other is shown"
        assert ben.page.controls["t1.note"] == ["Ben's"], "and one's own is still there"
        assert field.entries(key)["t1"].note == "Ann's"
        assert field.entries(key)["t2"].note == "Ben's too", "what is in nobody's way is kept"
        ben.press("both:t1")
        assert field.entries(key)["t1"].note == "Ann's\n\nBen's"

    @pytest.mark.parametrize(("action", "kept"), [("save:t1", "Ben's"), ("theirs:t1", "Ann's")])
    def test_one_of_the_two_is_chosen(
        self, app: Flask, field: Field, action: str, kept: str
    ) -> None:
        key = field.record()
        ann, ben = tablet(app).open_record(key), tablet(app, "ben").open_record(key)
        ann.write(t1__note="Ann's").press()
        ben.write(t1__note="Ben's").press().press(action)
        assert ben.status == 200
        assert field.entries(key)["t1"].note == kept

    def test_what_is_typed_into_a_closed_record_comes_back(self, app: Flask, field: Field) -> None:
        key = field.record()
        ben = tablet(app, "ben").open_record(key)
        field.note(key, **dict.fromkeys(field.outline.item_by_id, "said"))
        field.waive(key)
        field.close(key)
        ben.write(t5__note="and another thing").press()
        assert ben.status == 409
        assert "and another thing" in ben.page.text

    def test_the_script_gets_what_stands_there(self, app: Flask, field: Field) -> None:
        key = field.record()
        address = f"/staff/interviews/{key.hex()}"
        client = sign_in(app, "ann")
        client.get(f"{address}?lang=en")
        token = client.get(f"{address}/notes").json["csrf"]  # type: ignore[index]
        sent = {"_csrf": token, "topic": "t1", "note": "Ann's", "concern": "minor"}
        sent |= {"revision": "", "change": "ab" * 16}
        refused = client.post(f"{address}/notes", data=sent)
        assert (refused.status_code, refused.json["note"]) == (409, "")  # type: ignore[index]
        sent["revision"] = refused.json["revision"]  # type: ignore[index]
        answer = client.post(f"{address}/notes", data=sent)
        assert answer.status_code == 200
        assert "1 of 4" in answer.json["bar"]  # type: ignore[index]
        assert client.post(f"{address}/notes", data=sent).json["note"] == "Ann's"  # type: ignore[index]
        for wrong in ({"topic": "t9"}, {"change": "x"}, {"change": "ab"}):
            assert client.post(f"{address}/notes", data=sent | wrong).status_code == 400
        field.waive(key)
        field.note(key, **dict.fromkeys(field.outline.item_by_id, "said"))
        field.waive(key)
        field.close(key)
        late = client.post(f"{address}/notes", data=sent | {"note": "x", "change": "cd" * 16})
        assert (late.status_code, late.json) == (409, {"closed": True})

    def test_the_page_after_a_conflict_shows_what_is_true_now(
        self, app: Flask, field: Field
    ) -> None:
        key = field.record()
        field.note(key, t1="Ann's")
        ben = tablet(app, "ben").open_record(key)
        field.note(key, t1="Ann's, changed")
        field.waive(key)
        ben.write(t1__note="Ben's", t2__note="Ben's too").press()
        assert ben.status == 409
        assert "not read back yet" in ben.page.text, "the new note took the outcome back"


class TestSignInExpired:
    LONG = "the well has been dry since spring, and the pump waits for a part"

    def test_what_was_typed_is_carried_on_and_kept(self, app: Flask, field: Field) -> None:
        key = field.record()
        ann = tablet(app).open_record(key).write(t1__note=self.LONG, t2__note="many")
        end_session(field.database, "ann")
        ann.press()
        assert ann.status == 401
        assert self.LONG in ann.response.text
        assert field.entries(key) == {}
        # The same browser signs in in another window: the old page's token is not good any more.
        sign_in(app, "ann", client=ann.client)
        ann.press()
        assert ann.status == 400
        assert self.LONG in ann.response.text
        ann.press()
        assert ann.status == 200
        assert field.entries(key)["t1"].note == self.LONG
        assert field.entries(key)["t2"].note == "many"

    def test_a_correction_is_carried_on_too(self, app: Flask, field: Field) -> None:
        key = field.record()
        field.note(key, t1="the road")
        ann = tablet(app).open_record(key, "/read-back").write(correction=self.LONG)
        end_session(field.database, "ann")
        ann.press("corrected", "outcome")
        assert self.LONG in ann.response.text
        sign_in(app, "ann", client=ann.client)
        ann.press("corrected", "outcome").press("corrected", "outcome")
        assert field.stored(key).read_back == "corrected"

    def test_control_what_holds_passwords_is_not_carried_on(self, app: Flask, field: Field) -> None:
        client = sign_in(app, "ann")
        token = csrf(client, "/staff/account")
        end_session(field.database, "ann")
        sent = {"_csrf": token, "password": "a secret that must not come back", "new": "x"}
        answer = client.post("/staff/account/password", data=sent)
        assert answer.status_code == 401
        assert "a secret" not in answer.text


class TestReadingBack:
    def test_only_the_notes_in_the_language_of_the_talk(self, app: Flask, field: Field) -> None:
        key = field.record(language="zh")
        field.note(key, t1="井干了!major", t2="!minor")
        page = tablet(app, language="en").open_record(key, "/read-back").page
        assert "工作进展如何？" in page.text
        assert "井干了" in page.text
        assert "会议多不多" not in page.text, "nothing was noted there"
        for hidden in ("突出问题", "Major", "已谈到", "哪一项最慢"):
            assert hidden not in page.text
        assert not [link for link in page.links if "assignments" in link or "sign-out" in link]

    def test_confirmed_and_closed(self, app: Flask, field: Field) -> None:
        key = field.record()
        ann = tablet(app).open_record(key)
        ann.write(**{f"{item}__note": "said" for item in field.outline.item_by_id})
        ann.press("read-back")
        ann.address = f"/staff/interviews/{key.hex()}/read-back"
        ann.write(correction="the bridge").press("confirmed", "outcome")
        assert "Thank you" in ann.page.text
        ann.open_record(key)
        assert "the bridge" in ann.page.text
        ann.press("close")
        assert field.stored(key).state == "closed"
        assert "closed record" in ann.page.text
        assert "t1.note" not in ann.page.controls

    def test_a_correction_needs_words(self, app: Flask, field: Field) -> None:
        key = field.record()
        field.note(key, t1="the road")
        ann = tablet(app).open_record(key, "/read-back")
        assert ann.press("corrected", "outcome").status == 422
        assert field.stored(key).read_back == ""

    def test_notes_that_have_changed_are_shown_again(self, app: Flask, field: Field) -> None:
        key = field.record()
        field.note(key, t1="the road")
        ann = tablet(app).open_record(key, "/read-back").write(correction="in spring")
        field.note(key, t1="the bridge")
        ann.press("confirmed", "outcome")
        assert ann.status == 409
        assert "the bridge" in ann.page.text
        assert "in spring" in ann.response.text


class TestClosing:
    def test_what_is_missing_is_named_and_linked(self, app: Flask, field: Field) -> None:
        key = field.record()
        ann = tablet(app).open_record(key)
        ann.write(t1__note="said", t2__note="said", t3__note="said").press("waive")
        ann.press("close")
        assert ann.status == 422
        assert "Duty" in ann.page.text
        assert "#t4.note" in ann.page.links
        ann.write(t4__concern="declined").press("close")
        assert field.stored(key).state == "closed", "declined counts as covered"

    def test_reopening_takes_a_reason(self, app: Flask, field: Field) -> None:
        key = field.finished()
        ann = tablet(app).open_record(key)
        address = f"/staff/interviews/{key.hex()}"
        assert post(ann.client, f"{address}/reopen", at=address, reason="").status_code == 422
        assert field.stored(key).state == "closed"
        assert post(ann.client, f"{address}/reopen", at=address, reason="typo").status_code == 303
        assert field.stored(key).state == "open"


class TestOnPaper:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("zh", ("访谈记录", "工作进展如何？", "已谈到 4 项", "有一般问题", "本人不需要核对")),
            ("en", ("Interview record", "How is work going?", "Covered: 4 of 4", "Minor problem")),
        ],
    )
    def test_the_record(
        self, app: Flask, field: Field, language: str, words: tuple[str, ...]
    ) -> None:
        key = field.finished(concern="minor")
        ann = tablet(app)
        answer = ann.client.get(f"/staff/interviews/{key.hex()}/record.pdf?lang={language}")
        document = pypdfium2.PdfDocument(io.BytesIO(answer.data))
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
        for word in (*words, "said t1"):
            assert word.replace(" ", "") in text.replace(" ", ""), word
        with field.database.session() as session:
            last = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()[-1]
        assert (last.action, last.actor) == ("downloaded", "ann")

    def test_no_such_language(self, app: Flask, field: Field) -> None:
        key = field.record()
        ann = tablet(app)
        assert ann.open(f"/staff/interviews/{key.hex()}/record.pdf?lang=xx&x=").status == 404


class TestForThoseWhoRunIt:
    ROUND = "/staff/rounds/talks"

    @pytest.fixture
    def analyst(self, app: Flask, field: Field) -> Tablet:
        with field.database.transaction() as session:
            enrol(session, "eve", Role.ANALYST, field.county)
        return tablet(app, "eve")

    def test_progress_has_numbers_and_no_notes(self, field: Field, analyst: Tablet) -> None:
        key = field.finished()
        field.note(field.record(), t1="a secret well")
        text = analyst.open(f"{self.ROUND}/interviews").page.text
        assert "Unit t1 Team one" in text
        assert "2 1" in text
        assert "well" not in text
        assert key.hex() not in analyst.response.text

    def test_concerns_are_shown_when_the_round_has_closed(
        self, field: Field, analyst: Tablet
    ) -> None:
        for _ in range(5):
            field.finished(0, "major")
        assert "Major problem 5" not in analyst.open(f"{self.ROUND}/concerns").page.text
        field.end_round()
        text = analyst.open(f"{self.ROUND}/concerns").page.text
        assert "Major problem 5" in text
        assert "Unit t1 in 5 of 5 records" in text
        assert "said" not in text

    def test_a_survey_has_no_such_pages(self, demo_app: Flask, demo: object) -> None:
        from tests.journeys import Staff

        staff = Staff(demo_app, demo.username, demo.password)  # type: ignore[attr-defined]
        for page in ("interviews", "concerns"):
            assert staff.get(f"/staff/rounds/team-survey-2026/{page}").status_code == 404


def test_pages_ask_the_database_little(app: Flask, field: Field) -> None:
    keys = [field.finished() for _ in range(4)] + [field.record()]
    field.note(keys[-1], t1="said")
    with field.database.transaction() as session:
        enrol(session, "eve", Role.ANALYST, field.county)
    ann, eve = tablet(app), tablet(app, "eve")
    open_record = f"/staff/interviews/{keys[-1].hex()}"
    pages = [(ann, VISIT), (ann, open_record), (ann, f"{open_record}/read-back")]
    pages += [(ann, f"/staff/interviews/{keys[0].hex()}"), (ann, "/staff/assignments")]
    pages += [(eve, f"/staff/rounds/talks/{page}") for page in ("interviews", "concerns")]
    for reader, address in pages:
        reader.open(address)
        with statements(field.database.engine) as said:
            assert reader.open(address).status == 200
        asked = [one for one in said if one.lstrip().startswith(("SELECT", "UPDATE", "INSERT"))]
        assert 0 < len(asked) <= MOST_STATEMENTS, (address, asked)
