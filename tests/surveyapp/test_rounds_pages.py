"""The pages of those who run rounds, and what respondents see in each mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from questionnaires import library
from surveyapp.accounts.models import Account, AuditEntry
from surveyapp.clock import moment
from surveyapp.fieldwork import assignments, invitations, wizard
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import Round
from surveyapp.modes import OFFERED, promise
from surveyapp.organisation import operations as organisation
from surveyapp.organisation.models import Person
from surveyapp.respond import operations as respond
from tests.conftest import Demo
from tests.journeys import Page, Respondent, Staff, database
from tests.queries import statements
from tests.surveyapp.fielding import DEFINITION, Hall, a_unit, name, people_in
from tests.surveyapp.staffing import csrf, enrol, post, sign_in

#: An instrument of the library that a round of the mode keeps the promise of.
_KEPT_BY = {
    "sealed_code": "team-survey-19",
    "confidential": "leave-register",
    "named": "leave-register",
    "open_link": "training-needs",
}
#: What a page could say of anonymity.
_CLAIM = re.compile("匿名|不记|记名|保密|[Aa]nonym|[Nn]o names?|[Cc]onfidential")
NOW = moment(datetime.now(UTC), "")
ROUND = "/staff/rounds/team-survey-2026"
MORE = timedelta(days=9)


@pytest.fixture
def staff(demo_app: Flask, demo: Demo) -> FlaskClient:
    return Staff(demo_app, demo.username, demo.password).client


def hall(app: Flask, **given: Any) -> Hall:
    """A round that is open at this very moment."""
    times = {"opens_at": NOW.utc - MORE, "closes_at": NOW.utc + MORE, "zone": "", "at": NOW}
    people = given.pop("people", {"x": 6})
    # Links are those of this installation.
    return Hall(database(app), people, secret=str(app.secret_key), **(times | given))


@contextmanager
def asked(app: Flask) -> Iterator[list[str]]:
    """Every statement that the application sends meanwhile."""
    with statements(database(app).engine) as said:
        yield said


class TestMakingARound:
    def begin(self, client: FlaskClient, **given: str) -> str:
        data = {
            "version": "library:public-poll",
            "title_zh": "村务民意调查",
            "title_en": "Village poll",
            "slug": "village-poll",
            "holder": "1",
            "mode": "sealed_code",
        }
        answer = post(client, "/staff/rounds/new", **(data | given))
        assert answer.status_code == 302, Page(answer.text).text
        return answer.location

    def audience(self, client: FlaskClient) -> None:
        address = "/staff/rounds/village-poll/audience"
        listed = f"{address}?below=1&kind=township&groups=Staff, 12, 8%0AHeads, 10"
        page = Page(client.get(listed).text)
        numbers = {n: values for n, values in page.controls.items() if n.startswith("n-")}
        assert len(numbers) == 36, "18 townships, two groups"
        data: dict[str, Any] = {**page.controls, **numbers}
        answer = client.post(address, data=data)
        assert answer.status_code == 302
        assert answer.location.endswith("/publish")

    def test_in_three_steps(self, demo_app: Flask, staff: FlaskClient) -> None:
        assert self.begin(staff).endswith("/staff/rounds/village-poll/audience")
        self.audience(staff)
        address = "/staff/rounds/village-poll/publish"
        page = Page(staff.get(f"{address}?lang=en").text)
        assert "36 groups" in page.text
        assert "396 people" in page.text
        assert "groups are smaller" not in page.text
        decided: dict[str, Any] = {
            **page.controls,
            "mode": "sealed_code",
            "min_group": "10",
            "languages": ["zh", "en"],
            "action": "publish",
        }
        unsure = staff.post(address, data=decided)
        assert unsure.status_code == 422
        assert "confirm" in unsure.text
        assert staff.post(address, data={**decided, "sure": "y"}).status_code == 302
        with database(demo_app).session() as session:
            of = fieldwork.find_round(session, "village-poll")
            groups = fieldwork.groups(session, of)
        assert (of.state, of.mode, of.min_group, of.languages) == (
            "published",
            "sealed_code",
            10,
            ("zh", "en"),
        )
        assert {(g.role, g.expected, g.quota) for g in groups} == {
            ("Staff", 12, 8),
            ("Heads", 10, None),
        }
        assert staff.get(address).status_code == 302, "nothing is left to decide"
        actions = "/staff/rounds/village-poll/state"
        token = csrf(staff, "/staff/rounds/village-poll/field")
        for action, state in (("open", "open"), ("close", "closed")):
            data = {"_csrf": token, "action": action}
            if action == "close":
                unsure = staff.post(actions, data=data)
                assert unsure.status_code == 422, "for good: only with a confirmation"
                data["sure"] = "y"
            assert staff.post(actions, data=data).status_code == 302
            with database(demo_app).session() as session:
                assert fieldwork.find_round(session, "village-poll").state == state
        assert staff.post(actions, data={"_csrf": token, "action": "open"}).status_code == 409

    @pytest.mark.parametrize(
        ("version", "mode"), [("public-poll", "sealed_code"), ("leave-register", "named")]
    )
    def test_the_mode_of_the_questionnaire_is_chosen_at_first(
        self, demo_app: Flask, staff: FlaskClient, version: str, mode: str
    ) -> None:
        assert Page(staff.get("/staff/rounds/new").text).controls["mode"] == [""]
        self.begin(staff, version=f"library:{version}", mode="")
        page = Page(staff.get("/staff/rounds/village-poll/publish").text)
        assert page.controls["mode"] == [mode]

    def test_mistakes_are_named_and_nothing_is_lost(self, staff: FlaskClient) -> None:
        answer = post(staff, "/staff/rounds/new", slug="A B", title_zh="题", mode="named")
        assert answer.status_code == 422
        page = Page(answer.text)
        assert page.controls["title_zh"] == ["题"]
        assert page.controls["slug"] == ["A B"]
        assert answer.text.count('class="error"') >= 2

    def test_each_mode_is_explained_by_the_very_promise_that_respondents_read(
        self, demo_app: Flask, staff: FlaskClient
    ) -> None:
        self.begin(staff)
        for tag in ("zh", "en"):
            page = Page(staff.get(f"/staff/rounds/village-poll/publish?lang={tag}").text)
            with demo_app.test_request_context(f"/?lang={tag}"):
                for mode in OFFERED:
                    assert promise(mode) in page.text

    @pytest.mark.parametrize(
        ("groups", "number"),
        [("Staff, 10", "n-2-7"), ("Staff, 10", "n-x-0"), ("Staff, 10\nStaff, 3", "n-2-0")],
    )
    def test_numbers_that_nobody_asked_for_make_no_audience(
        self, demo_app: Flask, staff: FlaskClient, groups: str, number: str
    ) -> None:
        self.begin(staff)
        where = "/staff/rounds/village-poll/audience"
        data = {"below": "1", "kind": "", "groups": groups, number: "5"}
        assert post(staff, where, **data).status_code in (200, 302)
        with database(demo_app).session() as session:
            of = fieldwork.find_round(session, "village-poll")
            assert fieldwork.groups(session, of) == []

    @pytest.mark.parametrize(("groups", "status"), [("Staff, 10, 0", 200), ("Staff, 10, 8", 302)])
    def test_a_quota_of_nobody_is_refused(
        self, staff: FlaskClient, groups: str, status: int
    ) -> None:
        self.begin(staff)
        where = "/staff/rounds/village-poll/audience"
        data = {"below": "1", "kind": "", "groups": groups, "n-2-0": "10"}
        assert post(staff, where, **data).status_code == status

    @pytest.mark.parametrize("closes", ["0001-01-01T00:00", "9999-12-31T23:59"])
    def test_years_outside_any_calendar_are_refused(self, staff: FlaskClient, closes: str) -> None:
        data = {"version": "library:public-poll", "title_zh": "甲", "title_en": "A", "mode": ""}
        data |= {"slug": "village-poll", "holder": "1", "closes": closes}
        assert post(staff, "/staff/rounds/new", **data).status_code == 422
        late = {"action": "extend", "closes": closes}
        assert post(staff, f"{ROUND}/state", f"{ROUND}/field", **late).status_code == 422

    def test_where_people_are_named_roles_are_ticked_as_they_stand_in_the_postings(
        self, demo_app: Flask, staff: FlaskClient
    ) -> None:
        with database(demo_app).transaction() as session:
            unit = organisation.unit(session, "t01")
            person = organisation.add_person(session, code="r", name=name("甲", "A"))
            organisation.add_posting(session, person, unit, "host", role="Head")
        self.begin(staff, version="library:leave-register", mode="named")
        where = "/staff/rounds/village-poll/audience"
        page = Page(staff.get(f"{where}?lang=en").text)
        assert {"", "Head"} <= set(page.offered["role"])
        assert "groups" not in page.controls, "nothing to write down"
        assert "Township" in page.text
        listed = Page(staff.get(f"{where}?below=1&kind=township&role=&role=Head").text)
        ticked = {n: v for n, v in listed.controls.items() if n.startswith("n-")}
        assert len(ticked) == 36
        data: dict[str, Any] = {**listed.controls, **ticked}
        assert staff.post(where, data=data).status_code == 302
        with database(demo_app).session() as session:
            of = fieldwork.find_round(session, "village-poll")
            roles = {group.role for group in fieldwork.groups(session, of)}
        assert roles == {"", "Head"}

    def test_a_draft_that_somebody_publishes_meanwhile_is_left_alone(
        self, demo_app: Flask, staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.begin(staff)
        self.audience(staff)
        found = wizard.find

        def published_meanwhile(slug: str) -> Round:
            draft = found(slug)
            with database(demo_app).transaction() as session:
                fieldwork.freeze(session, fieldwork.find_round(session, slug), NOW)
            return draft

        page = Page(staff.get("/staff/rounds/village-poll/publish").text)
        data: dict[str, Any] = {**page.controls, "languages": ["zh"], "action": "save"}
        monkeypatch.setattr(wizard, "find", published_meanwhile)
        assert staff.post("/staff/rounds/village-poll/publish", data=data).status_code == 409

    def test_each_reason_is_printed_once(self, staff: FlaskClient) -> None:
        self.begin(staff)
        page = Page(staff.get("/staff/rounds/village-poll/publish").text)
        data: dict[str, Any] = {**page.controls, "languages": ["zh"], "action": "publish"}
        answer = staff.post(
            "/staff/rounds/village-poll/publish?lang=en", data={**data, "sure": "y"}
        )
        assert answer.status_code == 422
        assert answer.text.count("Nobody is asked yet") == 1

    def test_a_name_that_is_taken_is_said(self, staff: FlaskClient) -> None:
        self.begin(staff)
        data = {"version": "library:public-poll", "title_zh": "甲", "title_en": "A"}
        data |= {"slug": "village-poll", "holder": "1", "mode": "named"}
        assert post(staff, "/staff/rounds/new", **data).status_code == 422


class TestTheRoundsPage:
    def test_issued_opened_returned_and_valid_by_unit_and_by_day(self, staff: FlaskClient) -> None:
        html = staff.get("/staff/rounds/team-survey-2025/field?lang=en").text
        page = Page(html)
        assert html.count('<tr id="field-t') == 18
        assert "251" in page.text
        assert "252" in page.text
        assert "RR2" in page.text
        assert "By day" in page.text

    def test_the_live_part_is_the_same_as_on_the_page(
        self, demo_app: Flask, demo: Demo, staff: FlaskClient
    ) -> None:
        whole = staff.get(f"{ROUND}/field?lang=en").text
        assert f'data-live="{ROUND}/field/live"' in whole
        assert "live.js" in whole
        unit, codes = next(iter(demo.unused_codes.items()))

        def returned() -> int:
            part = staff.get(f"{ROUND}/field/live").text
            assert "<html" not in part
            row = re.search(rf'id="field-{unit}".*?</tr>', part, re.S)
            assert row is not None
            return int(re.findall(r'<td class="n">(\d+)</td>', row[0])[2])

        before = returned()
        assert Respondent(demo_app).open(codes[0]).answer_all("4").submit().receipt
        assert returned() == before + 1

    @pytest.mark.parametrize(
        "address",
        [
            "/staff",
            f"{ROUND}/field",
            "/staff/rounds/team-survey-2025/field",
            f"{ROUND}/field/live",
            f"{ROUND}/assignments",
            "/staff/rounds/new",
            "/staff/assignments",
        ],
    )
    def test_takes_ten_queries_at_most(
        self, demo_app: Flask, staff: FlaskClient, address: str
    ) -> None:
        assert staff.get(address).status_code == 200
        with asked(demo_app) as said:
            staff.get(address)
        assert len([s for s in said if not s.startswith(("BEGIN", "PRAGMA"))]) <= 10, said

    def test_nor_do_the_steps_take_more(self, demo_app: Flask, staff: FlaskClient) -> None:
        TestMakingARound().begin(staff)
        TestMakingARound().audience(staff)
        for step in ("audience", "publish"):
            with asked(demo_app) as said:
                assert staff.get(f"/staff/rounds/village-poll/{step}").status_code == 200
            assert len(said) <= 10, said

    def test_the_closing_time_can_be_moved_while_the_round_is_open(
        self, demo_app: Flask, staff: FlaskClient
    ) -> None:
        def extend(closes: str) -> int:
            data = {"action": "extend", "closes": closes}
            return post(staff, f"{ROUND}/state", f"{ROUND}/field", **data).status_code

        assert extend("2099-05-04T18:00") == 302
        with database(demo_app).session() as session:
            closes = fieldwork.find_round(session, "team-survey-2026").closes_at
        assert closes is not None
        assert closes.year == 2099
        assert extend("2001-05-04T18:00") == 422
        assert extend("never") == 422


class TestWhoHasNotAnswered:
    def test_is_listed_for_reminders_and_noted(self, demo_app: Flask, staff: FlaskClient) -> None:
        there = hall(demo_app, mode="confidential")
        there.send(there.codes[0], respond.new_submission_key(), today=NOW.day)
        address = f"/staff/rounds/{there.round.slug}/people"
        page = staff.get(f"{address}?lang=en")
        assert page.text.count('name="person"') == 5
        assert "Person 0" not in Page(page.text).text
        person = re.findall(r'name="person" value="(\d+)"', page.text)[0]
        assert post(staff, address, person=person, disposition="refused").status_code == 302
        assert staff.get(address).text.count('name="disposition" value="refused"') == 4
        assert self.reminded(demo_app, there) == 4
        assert post(staff, address, person=person, disposition="").status_code == 302
        assert staff.get(address).text.count('name="disposition" value="refused"') == 5
        assert self.reminded(demo_app, there) == 5, "a slip of the finger can be taken back"
        assert {"disposition": "refused"} in self.recorded(demo_app), "and about whom stays unsaid"

    @pytest.mark.parametrize("person", ["0", "9" * 30])
    def test_nobody_else_is_noted(self, demo_app: Flask, staff: FlaskClient, person: str) -> None:
        there = hall(demo_app, mode="confidential")
        address = f"/staff/rounds/{there.round.slug}/people"
        assert post(staff, address, person=person, disposition="refused").status_code == 404

    def test_where_answers_bear_names_the_log_says_about_whom(
        self, demo_app: Flask, staff: FlaskClient
    ) -> None:
        there = hall(demo_app, mode="named")
        address = f"/staff/rounds/{there.round.slug}/people"
        [first, *_rest] = re.findall(r'name="person" value="(\d+)"', staff.get(address).text)
        post(staff, address, person=first, disposition="ineligible")
        assert {"disposition": "ineligible", "person": "x-0"} in self.recorded(demo_app)

    def test_comes_in_pages(self, demo_app: Flask, staff: FlaskClient) -> None:
        there = hall(demo_app, mode="confidential", people={"x": 51})
        address = f"/staff/rounds/{there.round.slug}/people"
        shown = [staff.get(f"{address}?page={n}").text.count('name="person"') for n in (1, 2)]
        assert shown == [50, 1]

    def reminded(self, app: Flask, there: Hall) -> int:
        with database(app).session() as session:
            of = fieldwork.find_round(session, there.round.slug)
            return len(invitations.not_answered(session, of, str(app.secret_key)))

    def recorded(self, app: Flask) -> list[object]:
        with database(app).session() as session:
            return [entry.details for entry in session.scalars(select(AuditEntry))]

    @pytest.mark.parametrize("mode", ["sealed_code", "open_link"])
    def test_is_known_to_nobody_in_an_anonymous_round(
        self, demo_app: Flask, staff: FlaskClient, mode: str
    ) -> None:
        there = hall(demo_app, mode=mode)
        answer = staff.get(f"/staff/rounds/{there.round.slug}/people?lang=en")
        assert answer.status_code == 404
        assert "Nobody can know this" in answer.text

    def test_and_results_are_never_shown_beside_it(
        self, demo_app: Flask, staff: FlaskClient
    ) -> None:
        there = hall(demo_app, mode="confidential", people={"x": 12})
        for code in there.codes[:11]:
            there.send(code, respond.new_submission_key(), today=NOW.day)
        figures = f"/staff/rounds/{there.round.slug}/release.json"
        assert _counted(staff, figures) == 0
        with database(demo_app).transaction() as session:
            fieldwork.close_round(session, there.round, NOW)
        assert _counted(staff, figures) == 11, "control: when it has closed they are"
        assert staff.get(f"/staff/rounds/{there.round.slug}/people").status_code == 404


def _counted(staff: FlaskClient, figures: str) -> int:
    release = staff.get(figures).get_json()
    return sum(level["count"] or 0 for level in release["items"][0]["levels"])


class TestVisits:
    def test_teams_are_sent_and_never_home(self, demo_app: Flask, staff: FlaskClient) -> None:
        with database(demo_app).transaction() as session:
            home = organisation.unit(session, "t01")
            person = organisation.add_person(session, code="q", name=name("甲", "A"), home=home)
            team = organisation.add_team(session, code="q", name=name("组", "T"), members=[person])
        where = f"{ROUND}/assignments"
        visit = {"team": str(team.id), "task": "interview", "due_on": "2999-12-01"}
        refused = post(staff, where, unit=str(home.id), **visit)
        assert refused.status_code == 422
        assert post(staff, where, unit="2", **visit).status_code == 422, "home: it is unit 2"
        assert post(staff, where, unit="1", **visit).status_code == 422, "nobody is asked there"
        late = visit | {"due_on": "2020-01-01"}
        assert post(staff, where, unit="3", **late).status_code == 422
        assert post(staff, where, unit="3", **visit).status_code == 302
        huge = {"action": "withdraw", "team": "9" * 30, "unit": "3", "task": "interview"}
        assert post(staff, where, **huge).status_code == 400
        gone = {"action": "withdraw", "team": str(team.id), "unit": "3", "task": "interview"}
        assert post(staff, where, **gone).status_code == 302

    def test_everybody_sees_those_of_their_own_teams(self, demo_app: Flask) -> None:
        with database(demo_app).transaction() as session:
            taken = select(Account.person_id).where(Account.person_id.is_not(None))
            free = select(Person).where(Person.id.not_in(taken)).order_by(Person.id)
            person = session.scalars(free).first()
            assert person is not None
            account = enrol(session, "visitor")
            account.person_id = person.id
            mine = assignments.errands_of(session, person.id)
        client = sign_in(demo_app, "visitor")
        page = Page(client.get("/staff/assignments?lang=en").text)
        assert all(one.unit.name.get("en") in page.text for one in mine)
        assert page.text.count("Visiting team 1") == len(mine) == 3
        one = mine[0]
        this = {"round": one.round.id, "team": one.team.id, "unit": one.unit.id, "task": one.task}
        done = {key: str(value) for key, value in this.items()} | {"action": "done"}
        assert post(client, "/staff/assignments", **done).status_code == 302
        assert "done on" in Page(client.get("/staff/assignments?lang=en").text).text
        others = done | {"team": str(one.team.id + 1)}
        assert post(client, "/staff/assignments", **others).status_code == 404


class TestRespondentsSee:
    @pytest.mark.parametrize(
        ("mode", "english", "chinese"),
        [
            ("sealed_code", "Anonymous: you drew the code", "匿名填写：编码"),
            ("confidential", "Confidential: this link", "保密：这个链接"),
            ("named", "With your name", "记名：答卷"),
            ("open_link", "Anonymous: everybody uses", "匿名填写：所有人"),
        ],
    )
    def test_the_promise_of_the_mode(
        self, demo_app: Flask, mode: str, english: str, chinese: str
    ) -> None:
        there = hall(demo_app, mode=mode, definition=library.text(_KEPT_BY[mode]))
        address = f"/s/{there.codes[0]}" if there.codes else f"/open/{there.round.slug}"
        client = demo_app.test_client()
        for tag, words in (("en", english), ("zh", chinese)):
            page = client.get(f"{address}?lang={tag}", follow_redirects=True)
            whole = Page(page.text).text
            assert words in whole
            with demo_app.test_request_context(f"/?lang={tag}"):
                rest = whole.replace(promise(mode), "")
            assert not _CLAIM.search(rest), "the promise is the only place that speaks of it"

    def test_control_another_claim_on_the_page_would_be_noticed(self, demo_app: Flask) -> None:
        claim = "title: {zh: 午餐, en: Lunch}\nintro: {zh: 不记姓名。, en: No name is recorded.}\n"
        definition = DEFINITION.replace("title: {zh: 午餐, en: Lunch}\n", claim, 1)
        there = hall(demo_app, definition=definition)
        for tag in ("en", "zh"):
            page = demo_app.test_client().get(f"/s/{there.codes[0]}?lang={tag}")
            assert _CLAIM.search(Page(page.text).text)

    def test_only_the_languages_of_the_round(self, demo_app: Flask) -> None:
        there = hall(demo_app, languages=("zh",))
        page = Respondent(demo_app, "en").open(there.codes[0]).page
        assert "味道" in page.text
        assert "English" not in page.text

    def test_one_open_address_that_asks_for_the_unit(self, demo_app: Flask) -> None:
        there = hall(demo_app, mode="open_link", people={"x": 5, "y": 5})
        client = demo_app.test_client()
        page = Page(client.get(f"/open/{there.round.slug}?lang=en").text)
        doors = [link for link in page.links if link.startswith("/open/")]
        assert len(doors) == 2
        form = Page(client.get(doors[1]).text)
        assert "Unit y" in form.text
        answers = {**form.controls, "taste": ["5"], "_action": ["send"]}
        assert 'id="receipt"' in client.post(doors[1], data=answers).text
        assert client.get("/open/team-survey-2026").status_code == 404, "codes are needed there"

    def test_a_friendly_page_when_the_quota_is_full(self, demo_app: Flask) -> None:
        there = hall(demo_app, quota=1)
        late = Respondent(demo_app, "en").open(there.codes[1]).answer(taste="4", why="My view")
        first = Respondent(demo_app, "en").open(there.codes[0]).answer(taste="4").submit()
        assert first.receipt
        late.submit()
        assert late.status == 409
        assert "My view" in late.page.text
        assert "As many people of your group" in late.page.text
        assert Respondent(demo_app, "en").open(there.codes[2]).status == 410

    def test_how_to_change_answers_where_that_is_allowed(self, demo_app: Flask) -> None:
        there = hall(demo_app, editable=True)
        person = Respondent(demo_app, "en").open(there.codes[0]).answer(taste="4", why="First")
        person.submit()
        secret = re.search(r'id="secret">([^<]+)<', person.response.text)
        assert secret is not None
        client = demo_app.test_client(use_cookies=False)
        form = client.post("/change", data={"_key": secret[1].lower(), "_lang": "en"})
        page = Page(form.text)
        assert page.controls["why"] == ["First"]
        assert page.controls["taste"] == ["4"]
        assert "Set-Cookie" not in form.headers
        sent = {**page.controls, "why": ["Second"], "_action": ["send"]}
        assert "Your changes have arrived" in client.post("/change", data=sent).text
        wrong = client.post("/change", data={"_key": "NOPE", "_lang": "en"})
        assert wrong.status_code == 404
        control = hall(demo_app, slug="control", people={"z": 5})
        plain = Respondent(demo_app, "en").open(control.codes[0]).answer(taste="4").submit()
        assert plain.receipt
        assert "secret" not in plain.response.text

    def test_a_round_that_closes_while_changes_are_typed_gives_them_back(
        self, demo_app: Flask
    ) -> None:
        there = hall(demo_app, editable=True)
        person = Respondent(demo_app, "en").open(there.codes[0]).answer(taste="4").submit()
        secret = re.search(r'id="secret">([^<]+)<', person.response.text)
        assert secret is not None
        with database(demo_app).transaction() as session:
            fieldwork.close_round(session, there.round, NOW)
        data = {"_key": secret[1], "_lang": "en", "taste": "1", "why": "Late", "_action": "send"}
        answer = demo_app.test_client().post("/change", data=data)
        assert answer.status_code == 409
        assert "Late" in Page(answer.text).text

    def test_a_round_closes_by_itself_for_whoever_comes_first(self, demo_app: Flask) -> None:
        yesterday = moment(NOW.utc.replace(tzinfo=UTC) - timedelta(days=1), "")
        there = hall(demo_app, at=yesterday, closes_at=NOW.utc - timedelta(minutes=2))
        with database(demo_app).session() as session:
            assert fieldwork.find_round(session, there.round.slug).state == "open", "nobody looked"
        assert Respondent(demo_app, "en").open(there.codes[0]).status == 410
        with database(demo_app).session() as session:
            assert fieldwork.find_round(session, there.round.slug).state == "closed"


def test_people_who_come_later_can_be_invited_and_answer(demo_app: Flask) -> None:
    there = hall(demo_app, mode="named")
    with database(demo_app).transaction() as session:
        unit = organisation.unit(session, "x")
        [late] = people_in(session, a_unit(session, "far"), 1)
        person = session.get_one(Person, late)
        organisation.add_posting(session, person, unit, "home")
        [new] = invitations.invite_people(session, there.round, str(demo_app.secret_key), NOW.day)
    assert Respondent(demo_app).open(new.code).answer(taste="4").submit().receipt
