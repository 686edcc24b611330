"""Who keeps accounts gives what they hold, where they hold it; the last of them stays."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import db
from surveyapp.accounts import grants, guard, operations, second_factor
from surveyapp.accounts.grants import ALL_RIGHTS, Rights
from surveyapp.accounts.models import Account, AuditEntry, RoleGrant
from surveyapp.accounts.permissions import MAY, ROLE_DUTIES, ROLE_NAMES, Permission, Role
from surveyapp.app import build
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.organisation import operations as organisation
from tests.conftest import Demo
from tests.journeys import Page
from tests.queries import statements
from tests.surveyapp.conftest import Run
from tests.surveyapp.fielding import a_round, a_unit, name
from tests.surveyapp.staffing import PASSWORD, enrol, post, sign_in

A, B, A1 = "/1/2/", "/1/3/", "/1/2/4/"


@pytest.fixture
def tree(database: Database) -> Database:
    """A city with the counties a and b, a township a1; an administrator of all and one of a."""
    with database.transaction() as session:
        city = a_unit(session, "city")
        a, b = a_unit(session, "a", city), a_unit(session, "b", city)
        a1 = a_unit(session, "a1", a)
        organisation.add_person(session, code="p1", name=name("甲", "P"), home=a1, host=a)
        assert (a.path, b.path, a1.path) == (A, B, A1)
        enrol(session, "root", Role.ADMINISTRATOR)
        enrol(session, "of_a", Role.ADMINISTRATOR, a)
        enrol(session, "of_b", Role.ADMINISTRATOR, b)
        both = enrol(session, "both", Role.VIEWER, a1)
        grants.grant(session, ALL_RIGHTS, both, Role.VIEWER, b)
        enrol(session, "small", Role.VIEWER, a1)
    return database


def _account(database: Database, username: str) -> Account:
    with database.session() as session:
        found = operations.find(session, username)
        assert found is not None
        assert found.grants is not None
        return found


def _address(database: Database, username: str) -> str:
    return f"/staff/accounts/{_account(database, username).id}"


def test_every_role_is_in_the_table_and_has_its_words() -> None:
    assert set(MAY) == set(ROLE_NAMES) == set(ROLE_DUTIES) == set(Role)
    assert set().union(*MAY.values()) == set(Permission)
    assert MAY[Role.ADMINISTRATOR] == set(Permission)


def test_rights_hold_in_the_subtree_of_each_grant_and_for_its_permission_only() -> None:
    held = Rights(((Role.VIEWER, A), (Role.ORGANISER, B)))
    assert held.scope(Permission.SEE_RESULTS).paths == (A,)
    assert held.scope(Permission.RUN_ROUNDS).paths == (B,)
    assert held.scope(Permission.SEE_FIELDWORK).paths == (A, B)
    assert not held.scope(Permission.READ_AUDIT)


@pytest.mark.parametrize(
    ("by", "role", "path", "allowed"),
    [
        (((Role.ADMINISTRATOR, None),), Role.ADMINISTRATOR, None, True),
        (((Role.ADMINISTRATOR, A),), Role.ADMINISTRATOR, A1, True),
        (((Role.ADMINISTRATOR, A),), Role.ADMINISTRATOR, A, True),
        (((Role.ADMINISTRATOR, A),), Role.VIEWER, B, False),
        (((Role.ADMINISTRATOR, A),), Role.VIEWER, "/1/", False),
        (((Role.ADMINISTRATOR, A),), Role.VIEWER, None, False),
        (((Role.VIEWER, None),), Role.VIEWER, A, False),
        (((Role.ADMINISTRATOR, A), (Role.VIEWER, None)), Role.VIEWER, B, False),
    ],
)
def test_one_grants_only_what_one_holds_where_one_keeps_accounts(
    by: tuple[tuple[Role, str | None], ...], role: Role, path: str | None, allowed: bool
) -> None:
    assert Rights(by).may_grant(role, path) is allowed


def test_a_subtree_administrator_sees_the_accounts_of_the_subtree(
    app: Flask, tree: Database
) -> None:
    page = Page(sign_in(app, "of_a").get("/staff/accounts?lang=en").text).text
    assert [who for who in ("root", "of_a", "of_b", "both", "small") if who in page] == [
        "of_a",
        "both",
        "small",
    ]
    assert "Unit b" not in page, "what an account is elsewhere is not shown"
    whole = Page(sign_in(app, "root").get("/staff/accounts?lang=en").text).text
    assert "of_b" in whole, "control"


@pytest.mark.parametrize(
    ("unit", "role", "status"),
    [("a1", "organiser", 303), ("b", "organiser", 422), ("", "viewer", 422), ("no", "viewer", 422)],
)
def test_roles_are_granted_inside_only(
    app: Flask, tree: Database, unit: str, role: str, status: int
) -> None:
    address = _address(tree, "small")
    client = sign_in(app, "of_a")
    answer = post(client, f"{address}/grants", at=address, role=role, unit=unit)
    assert answer.status_code == status
    held = [given.role for given in _account(tree, "small").grants]
    assert ("organiser" in held) == (status == 303)


def test_a_role_is_granted_once(app: Flask, tree: Database) -> None:
    address = _address(tree, "small")
    client = sign_in(app, "root")
    for status in (303, 422):
        answer = post(client, f"{address}/grants", at=address, role="auditor", unit="")
        assert answer.status_code == status


def test_whoever_holds_more_elsewhere_cannot_be_taken_over(app: Flask, tree: Database) -> None:
    """A link for a new password, a closed account, a lost second factor: each would be theirs."""
    client = sign_in(app, "of_a")
    both, small = _address(tree, "both"), _address(tree, "small")
    for action in ("link", "active", "authenticator/remove", "details"):
        assert post(client, f"{both}/{action}", at=both).status_code == 403, action
        assert post(client, f"{small}/{action}", at=small, active="yes").status_code < 400, action
    assert "a1" in client.get(f"{both}?lang=en").text
    assert client.get(_address(tree, "root")).status_code == 404


def test_taking_back_a_role_inside_leaves_those_outside(app: Flask, tree: Database) -> None:
    client, address = sign_in(app, "of_a"), _address(tree, "both")
    inside, outside = sorted(given.id for given in _account(tree, "both").grants)
    assert post(client, f"{address}/grants/{outside}/withdraw", at=address).status_code == 404
    client.get("/staff?lang=en")
    gone = post(client, f"{address}/grants/{inside}/withdraw", at=address)
    assert (gone.status_code, gone.location) == (303, "/staff/accounts")
    assert "both has no role any more" in client.get(gone.location).text
    assert "no role any more" not in client.get(gone.location).text, "said once"
    assert [given.id for given in _account(tree, "both").grants] == [outside]
    assert client.get(address).status_code == 404, "out of sight now"


def test_whoever_changes_an_address_unlinks_nobody_out_of_their_sight(
    app: Flask, tree: Database
) -> None:
    with tree.transaction() as session:
        county = organisation.unit(session, "b")
        away = organisation.add_person(session, code="p2", name=name("乙", "Q"), host=county)
        small = operations.find(session, "small")
        assert small is not None
        operations.set_details(session, small, None, away)
        away_id = away.id
    client, address = sign_in(app, "of_a"), _address(tree, "small")
    to = f"{address}/details"
    assert post(client, to, at=address, email="s@example.org", person="").status_code == 303
    assert _account(tree, "small").email == "s@example.org"
    assert _account(tree, "small").person_id == away_id
    assert post(client, to, at=address, email="", person="p1").status_code == 422
    assert _account(tree, "small").person_id == away_id
    root = sign_in(app, "root")
    assert post(root, to, at=address, email="", person="").status_code == 303
    assert _account(tree, "small").person_id is None, "control: in sight it is unlinked"


def test_auditors_of_a_county_read_what_is_done_to_its_accounts(app: Flask, tree: Database) -> None:
    with tree.transaction() as session:
        enrol(session, "eyes_a", Role.AUDITOR, organisation.unit(session, "a"))
        enrol(session, "eyes_b", Role.AUDITOR, organisation.unit(session, "b"))
    client, address = sign_in(app, "of_a"), _address(tree, "small")
    post(client, f"{address}/details", at=address, email="s@example.org", person="")
    post(client, f"{address}/link", at=address)
    post(client, f"{address}/active", at=address, active="no")
    post(client, f"{address}/active", at=address, active="yes")
    post(client, f"{address}/authenticator/remove", at=address)
    _new(client, username="fresh", role="viewer", unit="a1")
    seen = sign_in(app, "eyes_a").get("/staff/audit?lang=en").text
    for words in (
        "account changed",
        "link for a new password made",
        "account closed",
        "account opened again",
        "authenticator app removed",
        "account made",
    ):
        assert words in seen
    assert "small" not in sign_in(app, "eyes_b").get("/staff/audit?lang=en").text, "control"


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_numbers_that_no_row_can_have_are_not_found(
    app: Flask, tree: Database, number: int
) -> None:
    client = sign_in(app, "root")
    for address in (f"/staff/accounts/{number}", f"/open/lunch/{number}"):
        assert client.get(address).status_code == 404
    for address in ("/staff/accounts", "/staff/audit", "/staff/organisation/people"):
        assert client.get(f"{address}?page={number}").status_code == 200


def test_whoever_may_not_is_told_so_and_keeps_the_way_to_other_pages(
    app: Flask, tree: Database
) -> None:
    refused = sign_in(app, "small").get("/staff/accounts?lang=en")
    assert refused.status_code == 403
    assert "Your roles do not allow this" in refused.text
    assert "/staff/sign-out" in refused.text
    assert 'href="/staff"' in refused.text
    stranger = app.test_client().post(
        "/staff/sign-in", headers={"Sec-Fetch-Site": "cross-site"}, query_string={"lang": "en"}
    )
    assert stranger.status_code == 403
    assert "did not come from one of our own pages" in stranger.text, "control"


def test_an_account_without_a_role_is_told_so(app: Flask, tree: Database) -> None:
    with tree.transaction() as session:
        enrol(session, "new")
    assert "has no role yet" in sign_in(app, "new").get("/staff?lang=en").text
    assert "has no role yet" not in sign_in(app, "small").get("/staff?lang=en").text


def test_the_last_administrator_of_everything_stays(app: Flask, tree: Database) -> None:
    client, address = sign_in(app, "root"), _address(tree, "root")
    [given] = _account(tree, "root").grants
    withdraw = f"{address}/grants/{given.id}/withdraw"
    refused = post(client, withdraw, at=address)
    assert refused.status_code == 409
    assert post(client, f"{address}/active", at=address, active="no").status_code == 409
    assert client.get("/staff/accounts").status_code == 200
    with tree.transaction() as session:
        enrol(session, "second", Role.ADMINISTRATOR)
    assert post(client, withdraw, at=address).status_code == 303, "control"
    assert client.get("/staff/accounts").status_code == 403


@pytest.mark.parametrize("fixture", ["database", "postgresql"])
def test_a_closed_administrator_does_not_count_as_one(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    database: Database = request.getfixturevalue(fixture)
    with database.transaction() as session:
        first = enrol(session, "first", Role.ADMINISTRATOR)
        enrol(session, "second", Role.ADMINISTRATOR)
        grants.set_active(session, ALL_RIGHTS, first, False)
    with database.transaction() as session:
        second = operations.find(session, "second")
        assert second is not None
        with pytest.raises(grants.LastAdministrator):
            grants.set_active(session, ALL_RIGHTS, second, False)
        session.rollback()


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(
    app: Flask, tree: Database
) -> None:
    root, small, address = sign_in(app, "root"), sign_in(app, "small"), _address(tree, "small")
    post(root, f"{address}/active", at=address, active="no")
    assert small.get("/staff/account").status_code == 302
    answer = post(app.test_client(), "/staff/sign-in", username="small", password=PASSWORD)
    assert answer.status_code == 401
    post(root, f"{address}/active", at=address, active="yes")
    sign_in(app, "small")


def _new(client: FlaskClient, **typed: str) -> tuple[int, str]:
    given = {"username": "neu", "role": "viewer", "unit": "a1", "email": "", "person": "", **typed}
    answer = post(client, "/staff/accounts/new", **given)
    link = re.search(r'id="link">[^<]*(/staff/new-password/[^<]+)<', answer.text)
    return answer.status_code, link[1] if link else ""


def test_a_new_account_is_made_with_a_role_and_its_owner_chooses_the_password(
    app: Flask, tree: Database
) -> None:
    status, link = _new(sign_in(app, "of_a"), email="Neu@Example.org", person="p1")
    assert status == 200
    post(app.test_client(), link, new=PASSWORD, again=PASSWORD)
    neu = sign_in(app, "neu")
    assert "P" in neu.get("/staff/account?lang=en").text
    made = _account(tree, "neu")
    assert made.email == "neu@example.org"
    assert made.person_id is not None
    with tree.session() as session:
        done = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "neu")).all()
    assert done[:3] == ["account.created", "grant.given", "password.changed"]


@pytest.mark.parametrize(
    "typed",
    [
        {"username": "root"},
        {"username": ""},
        {"username": "x" * 65},
        {"username": "a\u200bb"},
        {"unit": "b"},
        {"unit": ""},
        {"role": "king"},
        {"person": "nobody"},
    ],
)
def test_an_account_that_cannot_be_made_is_not_half_made(
    app: Flask, tree: Database, typed: dict[str, str]
) -> None:
    before = _ids(tree)
    status, link = _new(sign_in(app, "of_a"), **typed)
    assert (status, link) == (422, "")
    assert _ids(tree) == before


def _ids(database: Database) -> list[list[int]]:
    with database.session() as session:
        return [list(session.scalars(select(one.id))) for one in (Account, RoleGrant)]


def test_a_person_or_an_address_belongs_to_one_account(app: Flask, tree: Database) -> None:
    client = sign_in(app, "root")
    assert _new(client, email="p@example.org", person="p1")[0] == 200
    assert _new(client, username="neu2", email="P@example.org")[0] == 422
    assert _new(client, username="neu2", person="p1")[0] == 422
    assert _new(client, username="neu2")[0] == 200


def test_the_list_comes_in_pages(app: Flask, tree: Database) -> None:
    with tree.transaction() as session:
        for number in range(60):
            account = operations.create(session, f"many{number:02}")
            grants.grant(session, ALL_RIGHTS, account, Role.VIEWER, None)
    client = sign_in(app, "root")
    first = Page(client.get("/staff/accounts?lang=en").text).text
    assert "many40" in first
    assert "many59" not in first
    assert "many59" in client.get("/staff/accounts?page=2").text
    for odd in ("0", "-1", "x", "9" * 30, "²"):
        assert client.get(f"/staff/accounts?page={odd}").status_code == 200


#: Staff pages of this feature, and how many statements each may take.
MOST_QUERIES = 10
PAGES = [
    "/staff",
    "/staff/account",
    "/staff/account/authenticator",
    "/staff/accounts",
    "/staff/accounts/new",
    "/staff/accounts/1",
    "/staff/audit",
    "/staff/library",
    "/staff/rounds/team-survey-2026",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_takes_few_queries(demo_app: Flask, demo: Demo, address: str) -> None:
    database: Database = demo_app.extensions["surveyapp.database"]
    with database.transaction() as session:
        for number in range(40):
            _busy(session, number)
    client = sign_in(demo_app, demo.username, demo.password)
    client.get(address)  # what a process compiles once is not the page's
    with statements(database.engine) as asked:
        assert client.get(address).status_code == 200
    assert 2 <= len(asked) <= MOST_QUERIES, asked


def _busy(session: Session, number: int) -> None:
    account = operations.create(session, f"busy{number}")
    for role in (Role.VIEWER, Role.ANALYST):
        grants.grant(session, ALL_RIGHTS, account, role, organisation.unit(session, "t01"))


def test_whoever_sees_results_here_and_runs_rounds_there_mixes_nothing(
    app: Flask, tree: Database
) -> None:
    """Each page sees where its own permission is held, not where any is."""

    with tree.transaction() as session:
        a, b = organisation.unit(session, "a"), organisation.unit(session, "b")
        mixed = enrol(session, "mixed", Role.VIEWER, a)
        grants.grant(session, ALL_RIGHTS, mixed, Role.ORGANISER, b)
        a_round(session, {a: 8}, slug="round-a")
        a_round(session, {b: 8}, slug="round-b")
    client = sign_in(app, "mixed")
    found = {
        (slug, page): client.get(f"/staff/rounds/{slug}{page}").status_code
        for slug in ("round-a", "round-b")
        for page in ("", "/field", "/distribution")
    }
    assert found == {
        ("round-a", ""): 200,
        ("round-b", ""): 404,
        ("round-a", "/field"): 200,
        ("round-b", "/field"): 200,
        ("round-a", "/distribution"): 404,
        ("round-b", "/distribution"): 200,
    }


def test_an_application_with_a_page_that_says_nothing_is_not_built(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    from surveyapp.guide import views

    build(config)  # the control
    monkeypatch.delattr(views.supervisors, "surveyapp_guard")
    with pytest.raises(guard.Unguarded, match=r"guide\.supervisors"):
        build(config)


def test_a_page_added_later_that_says_nothing_is_shut(app: Flask, tree: Database) -> None:
    app.add_url_rule("/staff/overlooked", "forgotten", lambda: "secret")
    assert sign_in(app, "root").get("/staff/overlooked").status_code == 403


def test_the_authenticator_of_somebody_who_lost_it_is_removed(
    app: Flask, tree: Database, config: Config
) -> None:
    account_id, key = _account(tree, "small").id, config.secret_key()
    with tree.transaction() as session:
        secret = second_factor.begin(session, account_id, key)
        code = second_factor.totp(secret, second_factor.step_at(db.now()))
        second_factor.confirm(session, account_id, code, db.now(), key)
    root, address = sign_in(app, "root"), _address(tree, "small")
    assert post(root, f"{address}/authenticator/remove", at=address).status_code == 303
    sign_in(app, "small")


def test_roles_at_the_command_line(run: Run) -> None:
    def account(*arguments: str, stdin: str = "") -> tuple[int, str]:
        done = run("account", *arguments, stdin=stdin)
        return done.returncode, done.stdout + done.stderr

    assert account("root", stdin="password2026\n")[0] == 1, "too common"
    assert account("root", stdin="four odd words here\n")[0] == 0
    assert account("root", "--role", "administrator", "--withdraw")[0] == 1, "the last"
    assert account("ying", "--role", "viewer", stdin="four odd words here\n")[0] == 0
    assert account("ying", "--role", "viewer")[0] == 1, "has it"
    assert account("ying", "--role", "viewer", "--withdraw")[0] == 0
    assert account("ying", "--role", "viewer", "--withdraw")[0] == 1, "no longer"
    assert account("ying", "--role", "viewer", "--unit", "nowhere")[0] == 1
    assert account("ying", "--no-authenticator")[0] == 0
    assert account("ying", "--role", "king")[0] == 2
    assert "8 entries" in run("audit", "verify").stdout
