"""What staff did is written down and stays; whoever changes it is found out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveyapp.accounts import audit
from surveyapp.accounts.models import AuditEntry
from surveyapp.accounts.permissions import Role
from surveyapp.db import Database
from surveyapp.scope import Scope
from tests.conftest import Demo
from tests.journeys import Page, Respondent
from tests.surveyapp.conftest import Run
from tests.surveyapp.staffing import enrol, sign_in

ENTRIES = 7


@pytest.fixture(params=["sqlite", "postgresql"])
def written(request: pytest.FixtureRequest) -> Database:
    """A log with some entries."""
    fixture = "database" if request.param == "sqlite" else "postgresql"
    database: Database = request.getfixturevalue(fixture)
    for number in range(1, ENTRIES + 1):
        with database.transaction(actor="ying") as session:
            audit.record(
                session, "round.opened", f"r{number}", {"份数": number, "wie": ["ü", None]}
            )
    return database


def _verify(database: Database, kept: audit.Head | None = None) -> audit.Broken | None:
    with database.session() as session:
        return audit.verify(session, kept)[1]


def _head(database: Database) -> audit.Head:
    with database.session() as session:
        return audit.verify(session)[0]


def test_a_log_that_nobody_touched_is_whole(written: Database) -> None:
    assert _verify(written) is None
    assert _head(written).count == ENTRIES


def test_an_empty_log_is_whole(database: Database) -> None:
    assert _verify(database) is None
    assert _head(database) == audit.Head(0, audit.START)


#: What somebody with the database in hand may try -> where it is noticed.
TAMPERING: dict[str, tuple[list[str], audit.Broken]] = {
    "changed subject": (
        ["UPDATE audit_entry SET subject = 'r9' WHERE number = 3"],
        audit.Broken("changed", 3),
    ),
    "changed details": (
        ["UPDATE audit_entry SET details = '{}' WHERE number = 3"],
        audit.Broken("changed", 3),
    ),
    "changed actor": (
        ["UPDATE audit_entry SET actor = 'mei' WHERE number = 1"],
        audit.Broken("changed", 1),
    ),
    "changed time": (
        ["UPDATE audit_entry SET at = '2001-01-01 00:00:00.000000' WHERE number = 5"],
        audit.Broken("changed", 5),
    ),
    "removed": (["DELETE FROM audit_entry WHERE number = 4"], audit.Broken("missing", 4)),
    "removed and closed up": (
        [
            "DELETE FROM audit_entry WHERE number = 4",
            *(f"UPDATE audit_entry SET number = {n - 1} WHERE number = {n}" for n in (5, 6, 7)),
        ],
        audit.Broken("changed", 4),
    ),
    "swapped": (
        [
            "UPDATE audit_entry SET number = 99 WHERE number = 2",
            "UPDATE audit_entry SET number = 2 WHERE number = 3",
            "UPDATE audit_entry SET number = 3 WHERE number = 99",
        ],
        audit.Broken("changed", 2),
    ),
    "cut off": (["DELETE FROM audit_entry WHERE number > 5"], audit.Broken("cut", 6)),
    "emptied": (["DELETE FROM audit_entry"], audit.Broken("cut", 1)),
}


def _disarm(session: Session) -> None:
    """Take the triggers off, as whoever owns the database can."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'")
        ).all()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        for table in ("audit_entry", "audit_head"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found(written: Database, name: str) -> None:
    statements, expected = TAMPERING[name]
    with written.transaction() as session:
        _disarm(session)
        for statement in statements:
            session.execute(text(statement))
    assert _verify(written) == expected


def _rechain(session: Session, upto: int) -> None:
    """Forge the rest of the chain and the head, as only somebody with the program's code can."""
    before = audit.START
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number)):
        if entry.number > upto:
            session.delete(entry)
            continue
        entry.hash = before = audit.seal(before, entry)
    session.flush()
    session.execute(text("UPDATE audit_head SET count = :n, hash = :h"), {"n": upto, "h": before})


def _forge(session: Session) -> None:
    session.execute(text("UPDATE audit_entry SET subject = 'r9' WHERE number = 3"))
    _rechain(session, ENTRIES)


@pytest.mark.parametrize(
    ("forge", "expected"),
    [
        (_forge, audit.Broken("replaced", ENTRIES)),
        (lambda session: _rechain(session, 5), audit.Broken("cut", 6)),
    ],
    ids=["rewritten", "cut off and closed"],
)
def test_a_log_forged_whole_is_found_by_the_head_that_was_kept(
    written: Database, forge: Callable[[Session], None], expected: audit.Broken
) -> None:
    kept = _head(written)
    with written.transaction() as session:
        _disarm(session)
        forge(session)
    assert _verify(written, kept) == expected
    assert _verify(written) is None, "control: it takes the kept head"


def test_a_log_that_grew_still_contains_the_head_that_was_kept(written: Database) -> None:
    kept = _head(written)
    with written.transaction() as session:
        audit.record(session, "round.closed", "r1")
    assert _verify(written, kept) is None
    assert audit.Head.parse(str(kept)) == kept


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET subject = 'r9' WHERE number = 3",
        "DELETE FROM audit_entry WHERE number = 7",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET count = count - 1",
        "UPDATE audit_head SET hash = hash",
        "TRUNCATE audit_entry",
    ],
)
def test_the_database_itself_refuses_to_change_it(written: Database, statement: str) -> None:
    if statement.startswith("TRUNCATE") and written.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="append-only"), written.transaction() as session:
        session.execute(text(statement))
    assert _verify(written) is None


def test_an_action_that_failed_leaves_no_entry(written: Database) -> None:
    def fail() -> None:
        with written.transaction() as session:
            audit.record(session, "round.closed", "r1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _head(written).count == ENTRIES
    assert _verify(written) is None


def test_only_known_actions_are_recorded(written: Database) -> None:
    with pytest.raises(KeyError), written.transaction() as session:
        audit.record(session, "response.submitted", "r1")


def test_who_acted_comes_from_the_session(written: Database) -> None:
    with written.session() as session:
        assert set(session.scalars(select(AuditEntry.actor))) == {"ying"}


def test_the_command_says_whole_or_what_is_wrong(run: Run, tmp_path: Path) -> None:
    made = run("account", "ying", stdin="four odd words here\n")
    assert made.returncode == 0, made.stderr
    good = run("audit", "verify")
    assert good.returncode == 0
    assert "whole: 3 entries" in good.stdout
    head = good.stdout.strip().rpartition(" ")[2]
    assert run("audit", "verify", "--head", head).returncode == 0
    assert run("audit", "verify", "--head", "3:00").returncode == 1
    database = Database(f"sqlite:///{tmp_path / 'data' / 'surveyapp.sqlite'}")
    with database.transaction() as session:
        _disarm(session)
        session.execute(text("UPDATE audit_entry SET actor = 'mei' WHERE number = 2"))
    database.dispose()
    bad = run("audit", "verify", "--lang", "zh")
    assert bad.returncode == 1
    assert "第 2 条" in bad.stderr


def test_auditors_read_it_page_by_page_and_only_of_their_units(
    app: Flask, database: Database
) -> None:
    from surveyapp.organisation import operations as organisation
    from tests.surveyapp.test_scope import _name

    with database.transaction(actor="mei") as session:
        county = organisation.add_unit(session, code="a", name=_name("a"), kind="county")
        other = organisation.add_unit(session, code="b", name=_name("b"), kind="county")
        for number in range(60):
            audit.record(session, "round.opened", f"a{number}", unit_id=county.id)
            audit.record(session, "round.opened", f"b{number}", unit_id=other.id)
        enrol(session, "of_a", Role.AUDITOR, county)
        enrol(session, "of_all", Role.AUDITOR)
        enrol(session, "viewer", Role.VIEWER)
    everything = sign_in(app, "of_all").get("/staff/audit?page=2").text
    assert "<td>a59" not in everything.replace("\n", "")
    assert "a30" in everything
    assert "b30" in everything
    client = sign_in(app, "of_a")
    first = Page(client.get("/staff/audit?lang=en").text)
    assert "a59" in first.text
    assert "Page 1 of 2" in first.text
    assert "b5" not in first.text
    assert "signed in" not in first.text, "that concerns no unit"
    assert "a0" in Page(client.get("/staff/audit?page=2").text).text
    assert sign_in(app, "viewer").get("/staff/audit").status_code == 403


def test_a_subtree_sees_only_its_entries_and_may_still_write(database: Database) -> None:
    with database.transaction(Scope.of(["/1/"])) as session:
        audit.record(session, "round.opened", "r")
        assert session.scalars(select(AuditEntry.number).where(AuditEntry.number > 1)).all() == []
    assert _head(database).count == 1


def test_what_respondents_do_is_never_in_it(demo_app: Flask, demo: Demo) -> None:
    database: Database = demo_app.extensions["surveyapp.database"]
    before = _head(database)
    code = next(code for codes in demo.unused_codes.values() for code in codes)
    assert Respondent(demo_app).open(code).answer_all().submit().receipt
    Respondent(demo_app).open("AAAA-AAAA-AAAA")
    assert _head(database) == before
    sign_in(demo_app, demo.username, demo.password)
    assert _head(database).count == before.count + 1, "control"


def test_signing_in_and_failing_to_are_recorded_without_what_was_typed(
    app: Flask, database: Database
) -> None:
    with database.transaction() as session:
        enrol(session, "ying", Role.AUDITOR)
    client = app.test_client()
    for name, password in (("ying", "wrong secret"), ("wrong secret", "ying")):
        token = Page(client.get("/staff/sign-in").text).controls["_csrf"][0]
        client.post("/staff/sign-in", data={"_csrf": token, "username": name, "password": password})
    sign_in(app, "ying")
    with database.session() as session:
        rows = session.execute(
            select(AuditEntry.action, AuditEntry.actor, AuditEntry.details)
        ).all()
    assert [row[:2] for row in rows] == [("sign_in.failed", "ying"), ("sign_in", "ying")]
    assert "secret" not in json.dumps([list(row) for row in rows])
