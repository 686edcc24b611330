"""Every address, for every role, inside and outside its part of the organisation.

The table below says for each address who gets in and what they get; a new address without a row
fails. Everybody else gets 403 (or is sent to sign in); whoever gets in and asks for something that
lies outside gets 404, as if it did not exist.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp import create_app, db
from surveyapp.accounts import sessions
from surveyapp.accounts.guard import any_staff
from surveyapp.accounts.operations import find
from surveyapp.accounts.permissions import Role
from surveyapp.accounts.sign_in import COOKIE
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.journal import settle
from surveyapp.organisation import operations as organisation
from surveyapp.organisation.models import Unit
from tests.surveyapp.fielding import a_round, a_unit, midnight, name, noon
from tests.surveyapp.staffing import enrol

EVERYBODY = "everybody"
ROLES = {role.value for role in Role}
STAFF = "nobody " + " ".join(sorted(ROLES))
SEE_UNITS = "designer organiser analyst inspector owner verifier viewer administrator"
KEEP_UNITS = RUN_ROUNDS = "organiser administrator"
SEE_FIELD = "organiser analyst viewer administrator"
SEE_RESULTS = "analyst owner verifier viewer administrator"
DOWNLOAD = "analyst administrator"
VISIT = "inspector administrator"
KEEP_ACCOUNTS = "administrator"
READ_LOG = "auditor administrator"
DESIGN = "designer administrator"


@dataclass(frozen=True)
class Row:
    """Who gets in, what they get inside, and outside (None: nothing of the address has a place).

    ``names`` holds for each part of the address its value inside and outside.
    """

    may: str
    inside: int
    outside: int | None = None
    names: dict[str, tuple[object, object]] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)


def unit(may: str, inside: int, outside: int = 404, **data: str) -> Row:
    return Row(may, inside, outside, {"code": ("a1", "b1")}, data)


def person(may: str, inside: int, outside: int = 404) -> Row:
    return Row(may, inside, outside, {"code": ("a1-0", "b1-0"), "number": (1, 3)})


def team(may: str, inside: int, outside: int = 404) -> Row:
    return Row(may, inside, outside, {"code": ("team-a", "team-b")})


def round_(may: str, inside: int, outside: int = 404, **names: object) -> Row:
    fixed = {key: (value, value) for key, value in names.items()}
    return Row(may, inside, outside, {"slug": ("round-a", "round-b"), **fixed})


def account(inside: int, outside: int = 404, **data: str) -> Row:
    return Row(
        KEEP_ACCOUNTS,
        inside,
        outside,
        {"account_id": ("account:of-a", "account:of-b"), "grant_id": ("grant:of-a", "grant:of-b")},
        data,
    )


def given(may: str, inside: int, **names: object) -> Row:
    return Row(may, inside, None, {key: (value, value) for key, value in names.items()})


TABLE: dict[str, Row] = {
    "GET /static/<path:filename>": given(EVERYBODY, 200, filename="staff.css"),
    # accounts: everybody and whoever is signed in
    "GET /staff/sign-in": given(EVERYBODY, 200),
    "POST /staff/sign-in": given(EVERYBODY, 422),
    "GET /staff/sign-in/code": given(EVERYBODY, 302),
    "POST /staff/sign-in/code": given(EVERYBODY, 302),
    "GET /staff/new-password/<token>": given(EVERYBODY, 410, token="x"),
    "POST /staff/new-password/<token>": given(EVERYBODY, 410, token="x"),
    "GET /staff/forgotten": given(EVERYBODY, 404),
    "POST /staff/forgotten": given(EVERYBODY, 404),
    "GET /staff/sign-in/service": given(EVERYBODY, 404),
    "GET /staff/sign-in/service/back": given(EVERYBODY, 404),
    "POST /staff/sign-out": given(EVERYBODY, 302),
    "GET /staff/account": given(STAFF, 200),
    "POST /staff/account/password": given(STAFF, 422),
    "POST /staff/account/sessions/<int:session_id>/end": given(STAFF, 303, session_id=99999),
    "POST /staff/account/sessions/end-others": given(STAFF, 303),
    "GET /staff/account/authenticator": given(STAFF, 200),
    "POST /staff/account/authenticator": given(STAFF, 422),
    "POST /staff/account/authenticator/remove": given(STAFF, 422),
    # accounts: those who keep them
    "GET /staff/accounts": given(KEEP_ACCOUNTS, 200),
    "GET /staff/accounts/new": given(KEEP_ACCOUNTS, 200),
    "POST /staff/accounts/new": given(KEEP_ACCOUNTS, 422),
    "GET /staff/accounts/<int:account_id>": account(200),
    "POST /staff/accounts/<int:account_id>/details": account(303),
    "POST /staff/accounts/<int:account_id>/grants": account(422),
    "POST /staff/accounts/<int:account_id>/link": account(200),
    "POST /staff/accounts/<int:account_id>/active": account(303, active="yes"),
    "POST /staff/accounts/<int:account_id>/authenticator/remove": account(303),
    "POST /staff/accounts/<int:account_id>/grants/<int:grant_id>/withdraw": account(303),
    "GET /staff/audit": given(READ_LOG, 200),
    # organisation
    "GET /staff/organisation": given(SEE_UNITS, 200),
    "GET /staff/organisation/units/<code>": unit(SEE_UNITS, 200),
    "GET /staff/organisation/new/unit": given(KEEP_UNITS, 200),
    "POST /staff/organisation/new/unit": given(KEEP_UNITS, 422),
    "GET /staff/organisation/units/<code>/edit": unit(KEEP_UNITS, 200),
    "POST /staff/organisation/units/<code>/edit": unit(KEEP_UNITS, 422),
    "GET /staff/organisation/units/<code>/move": unit(KEEP_UNITS, 200),
    "POST /staff/organisation/units/<code>/move": unit(KEEP_UNITS, 302, parent="a"),
    "GET /staff/organisation/units/<code>/end": unit(KEEP_UNITS, 200),
    "POST /staff/organisation/units/<code>/end": unit(KEEP_UNITS, 422),
    "POST /staff/organisation/units/<code>/resume": unit(KEEP_UNITS, 302),
    "GET /staff/organisation/people": given(SEE_UNITS, 200),
    "GET /staff/organisation/people/<code>": person(SEE_UNITS, 200),
    "GET /staff/organisation/new/person": given(KEEP_UNITS, 200),
    "POST /staff/organisation/new/person": given(KEEP_UNITS, 422),
    "GET /staff/organisation/people/<code>/edit": person(KEEP_UNITS, 200),
    "POST /staff/organisation/people/<code>/edit": person(KEEP_UNITS, 302),
    "GET /staff/organisation/people/<code>/postings": person(KEEP_UNITS, 200),
    "POST /staff/organisation/people/<code>/postings": person(KEEP_UNITS, 422),
    "GET /staff/organisation/people/<code>/postings/<int:number>/end": person(KEEP_UNITS, 200),
    "POST /staff/organisation/people/<code>/postings/<int:number>/end": person(KEEP_UNITS, 422),
    "GET /staff/organisation/teams": given(SEE_UNITS, 200),
    "GET /staff/organisation/new/team": given(KEEP_UNITS, 200),
    "POST /staff/organisation/new/team": given(KEEP_UNITS, 422),
    "GET /staff/organisation/teams/<code>/edit": team(KEEP_UNITS, 200),
    "POST /staff/organisation/teams/<code>/edit": team(KEEP_UNITS, 302),
    "POST /staff/organisation/teams/<code>/end": team(KEEP_UNITS, 302),
    "GET /staff/organisation/import": given(KEEP_UNITS, 200),
    "POST /staff/organisation/import": given(KEEP_UNITS, 422),
    "GET /staff/organisation/import/<key>": given(KEEP_UNITS, 404, key="x"),
    "POST /staff/organisation/import/<key>": given(KEEP_UNITS, 404, key="x"),
    "GET /staff/organisation/export.xlsx": given(KEEP_UNITS, 200),
    "GET /staff/organisation/export/<sheet>.csv": given(KEEP_UNITS, 200, sheet="units"),
    "GET /staff/organisation/template.xlsx": given(KEEP_UNITS, 200),
    "GET /staff/organisation/template/<sheet>.csv": given(KEEP_UNITS, 200, sheet="units"),
    # design
    "GET /staff/library": given(STAFF, 200),
    "GET /staff/library/<name>.yaml": given(STAFF, 200, name="team-survey-19"),
    "GET /staff/library/<name>": given(STAFF, 200, name="team-survey-19"),
    "POST /staff/library/<name>": given(STAFF, 400, name="team-survey-19"),
    "POST /staff/library/<name>/publish": given(DESIGN, 302, name="team-survey-19"),
    "GET /staff/library/new": given(DESIGN, 200),
    "POST /staff/library/new": given(DESIGN, 422),
    "GET /staff/library/versions/<version>": given(STAFF, 404, version="0" * 64),
    "POST /staff/library/versions/<version>": given(STAFF, 404, version="0" * 64),
    "GET /staff/library/versions/<version>.yaml": given(STAFF, 404, version="0" * 64),
    # fieldwork
    "GET /staff": given(STAFF, 200),
    "GET /staff/rounds/new": given(RUN_ROUNDS, 200),
    "POST /staff/rounds/new": given(RUN_ROUNDS, 422),
    "GET /staff/rounds/<slug>/audience": round_(RUN_ROUNDS, 302),
    "POST /staff/rounds/<slug>/audience": round_(RUN_ROUNDS, 302),
    "GET /staff/rounds/<slug>/publish": round_(RUN_ROUNDS, 302),
    "POST /staff/rounds/<slug>/publish": round_(RUN_ROUNDS, 302),
    "GET /staff/rounds/<slug>/field": round_(SEE_FIELD, 200),
    "GET /staff/rounds/<slug>/field/live": round_(SEE_FIELD, 200),
    "POST /staff/rounds/<slug>/state": round_(RUN_ROUNDS, 409),
    "GET /staff/rounds/<slug>/people": round_(RUN_ROUNDS, 404),
    "POST /staff/rounds/<slug>/people": round_(RUN_ROUNDS, 404),
    "GET /staff/rounds/<slug>/assignments": round_(RUN_ROUNDS, 200),
    "POST /staff/rounds/<slug>/assignments": round_(RUN_ROUNDS, 422),
    "GET /staff/assignments": given(STAFF, 200),
    "POST /staff/assignments": given(STAFF, 400),
    "GET /staff/rounds/<slug>/distribution": round_(RUN_ROUNDS, 200),
    "POST /staff/rounds/<slug>/distribution/codes": round_(RUN_ROUNDS, 422),
    "GET /staff/rounds/<slug>/distribution/poster.pdf": round_(RUN_ROUNDS, 404),
    "GET /staff/rounds/<slug>/distribution/mail/<any(invitation, reminder):kind>": round_(
        RUN_ROUNDS, 404, kind="invitation"
    ),
    "POST /staff/rounds/<slug>/distribution/mail/<any(invitation, reminder):kind>": round_(
        RUN_ROUNDS, 404, kind="invitation"
    ),
    "POST /staff/rounds/<slug>/distribution/mail/queue": round_(RUN_ROUNDS, 400),
    # interviews: inside its part of the organisation too only the team of a visit finds it
    "GET /staff/visits/<slug>/<team>/<unit>": round_(VISIT, 404, team="team-a", unit="a1"),
    "POST /staff/visits/<slug>/<team>/<unit>": round_(VISIT, 404, team="team-a", unit="a1"),
    "GET /staff/interviews/<key>": given(VISIT, 404, key="00" * 16),
    "POST /staff/interviews/<key>": given(VISIT, 404, key="00" * 16),
    "GET /staff/interviews/<key>/notes": given(VISIT, 404, key="00" * 16),
    "POST /staff/interviews/<key>/notes": given(VISIT, 404, key="00" * 16),
    "GET /staff/interviews/<key>/read-back": given(VISIT, 404, key="00" * 16),
    "POST /staff/interviews/<key>/read-back": given(VISIT, 404, key="00" * 16),
    "POST /staff/interviews/<key>/reopen": given(VISIT, 404, key="00" * 16),
    "GET /staff/interviews/<key>/record.pdf": given(VISIT, 404, key="00" * 16),
    "GET /staff/rounds/<slug>/interviews": round_(SEE_FIELD, 404),
    "GET /staff/rounds/<slug>/concerns": round_(SEE_RESULTS, 404),
    # results
    "GET /staff/rounds/<slug>": round_(SEE_RESULTS, 200),
    "GET /staff/rounds/<slug>/release.json": round_(DOWNLOAD, 200),
    "GET /staff/rounds/<slug>/report.pdf": round_(SEE_RESULTS, 200),
    "GET /staff/rounds/<slug>/statistics": round_(SEE_RESULTS, 200),
    "GET /staff/rounds/<slug>/written": round_(SEE_RESULTS, 200),
    "GET /staff/rounds/<slug>/statistics.json": round_(DOWNLOAD, 200),
    # guide
    "GET /staff/guide": given(STAFF, 200),
    "GET /staff/guide/kinds": given(STAFF, 200),
    "GET /staff/guide/expressions": given(STAFF, 200),
    "GET /staff/guide/definitions": given(STAFF, 200),
    "GET /staff/guide/developers": given(STAFF, 200),
    "GET /staff/guide/pictures/<name>": given(STAFF, 200, name="form-zh.webp"),
    # respondents hold a code and need no account; where it leads is not a matter of roles
    "GET /": given(EVERYBODY, 200),
    "POST /s": given(EVERYBODY, 404),
    "GET /s/<code>": given(EVERYBODY, 404, code="AAAA-AAAA-AAAA"),
    "POST /s/<code>": given(EVERYBODY, 404, code="AAAA-AAAA-AAAA"),
    "GET /kiosk/<slug>": given(EVERYBODY, 200, slug="round-a"),
    "GET /open/<slug>": given(EVERYBODY, 404, slug="round-a"),
    "GET /open/<slug>/<int:group>": given(EVERYBODY, 404, slug="round-a", group=1),
    "POST /open/<slug>/<int:group>": given(EVERYBODY, 404, slug="round-a", group=1),
    "GET /change": given(EVERYBODY, 200),
    "POST /change": given(EVERYBODY, 200),
    "GET /continue": given(EVERYBODY, 200),
    "POST /continue": given(EVERYBODY, 200),
    "GET /continue/<code>": given(EVERYBODY, 404, code="AAAA-AAAA-AAAA"),
}
#: After this one nobody is signed in any more.
LAST = "POST /staff/sign-out"
PEOPLE = (*sorted(ROLES), "nobody", "everywhere", "stranger")


def addresses(app: Flask) -> dict[str, str]:
    """ "METHOD rule" -> endpoint of everything the application answers."""
    return {
        f"{method} {rule}": rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two counties with a township, a person, a team, a round and an account in each."""
    folder = tmp_path_factory.mktemp("matrix")
    config = Config(data=folder)
    database = Database(config.database_url)
    db.upgrade(database.engine)
    with database.transaction() as session:
        city = a_unit(session, "city")
        for letter in "ab":
            _found(session, city, letter)
        enrol(session, "everywhere", Role.ADMINISTRATOR)
        enrol(session, "nobody")
        county = organisation.unit(session, "a")
        for role in Role:
            enrol(session, role.value, role, county)
    settle(database.engine)
    database.dispose()
    return folder


def _found(session: Session, city: Unit, letter: str) -> None:
    county = a_unit(session, letter, city)
    township = a_unit(session, f"{letter}1", county)
    someone = organisation.add_person(
        session, code=f"{letter}1-0", name=name("甲", "A"), home=township, host=county
    )
    organisation.add_team(
        session, code=f"team-{letter}", name=name("组", "Team"), members=[someone]
    )
    today = db.now().date()
    times = {"opens_at": midnight(today), "closes_at": midnight(today + timedelta(days=9))}
    a_round(session, {county: 8, township: 8}, slug=f"round-{letter}", at=noon(today), **times)
    enrol(session, f"of-{letter}", Role.VIEWER, county)


@pytest.fixture
def world(founded: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the two counties; tokens of forms are not asked for here."""
    folder = tmp_path / "world"
    shutil.copytree(founded, folder)
    app = create_app(Config(data=folder))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.database().dispose()


@dataclass
class Visitor:
    """Somebody who tries every address."""

    app: Flask
    who: str
    client: FlaskClient
    numbers: dict[str, int]

    def status(self, address: str, inside: bool) -> int:
        method, _, rule = address.partition(" ")
        row, endpoint = TABLE[address], addresses(self.app)[address]
        values = {key: self._value(pair[not inside]) for key, pair in row.names.items()}
        known = {key: value for key, value in values.items() if f"{key}>" in rule}
        with self.app.test_request_context():
            path = self.app.url_for(endpoint, **known)
        data = None if method == "GET" else row.data or {"nothing": ""}
        return self.client.open(path, method=method, data=data).status_code

    def _value(self, value: object) -> object:
        return self.numbers.get(str(value), value)


def visitor(app: Flask, who: str) -> Visitor:
    database: Database = app.extensions["surveyapp.database"]
    client = app.test_client()
    with database.transaction() as session:
        numbers = {}
        for letter in "ab":
            account = find(session, f"of-{letter}")
            assert account is not None
            numbers[f"account:of-{letter}"] = account.id
            numbers[f"grant:of-{letter}"] = account.grants[0].id
        if (known := find(session, who)) is not None:
            token = sessions.start_session(session, known, replaces=None, now=db.now(), days=1)
            client.set_cookie(COOKIE, token)
    return Visitor(app, who, client, numbers)


def expected(row: Row, who: str, inside: bool, method: str) -> int:
    if who == "everywhere":
        return row.inside  # the control: what is outside for others is there
    if row.may == EVERYBODY or who in row.may.split():
        return row.inside if inside or row.outside is None else row.outside
    if who == "stranger":
        return 302 if method == "GET" else 401
    return 403


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_what_the_table_says(world: Flask, who: str) -> None:
    one = visitor(world, who)
    wrong = []
    for address in sorted(TABLE, key=lambda address: address == LAST):
        row = TABLE[address]
        for inside in (False, True) if row.outside is not None else (True,):
            found = one.status(address, inside)
            wanted = expected(row, who, inside, address.split()[0])
            if who != "stranger" and address == "GET /staff/sign-in":
                wanted = 302  # signed in already
            if found != wanted:
                wrong.append((address, "inside" if inside else "outside", found, wanted))
    assert not wrong, "\n" + "\n".join(map(str, wrong))


def test_every_address_has_a_row_and_every_row_an_address(world: Flask) -> None:
    assert missing(world) == set()
    assert set(TABLE) - set(addresses(world)) == set()


def missing(app: Flask) -> set[str]:
    """Addresses without a row."""
    return set(addresses(app)) - set(TABLE)


def test_control_a_new_address_without_a_row_is_noticed(world: Flask) -> None:
    before = missing(world)
    world.add_url_rule("/staff/new", "new", any_staff(lambda: ""), methods=["GET", "POST"])
    assert missing(world) - before == {"GET /staff/new", "POST /staff/new"}
