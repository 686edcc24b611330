"""The pages of the organisation: who sees what, what is written, and how little it costs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from surveyapp.accounts.models import AuditEntry
from surveyapp.accounts.permissions import Role
from surveyapp.db import Database
from surveyapp.organisation import operations
from surveyapp.organisation.models import ImportDraft, Person, Posting, Team, Unit
from tests.journeys import Page
from tests.queries import statements
from tests.surveyapp.organisations import city, imported, workbook
from tests.surveyapp.staffing import csrf, enrol, post, sign_in
from tests.surveyapp.test_organisation_import import ALL, units

HOME = "/staff/organisation"
MOST_QUERIES = 10
MOST_BYTES = 100_000


@pytest.fixture
def boss(app: Flask, database: Database) -> FlaskClient:
    """An administrator of a small county."""
    with database.transaction() as session:
        imported(session, workbook(**ALL))
        enrol(session, "boss", Role.ADMINISTRATOR)
    return sign_in(app, "boss")


@pytest.fixture
def townsman(app: Flask, database: Database, boss: FlaskClient) -> FlaskClient:
    """Somebody who manages the township T1 and nothing else."""
    with database.transaction() as session:
        enrol(session, "townsman", Role.ORGANISER, operations.unit(session, "T1"))
    return sign_in(app, "townsman")


def upload(client: FlaskClient, *files: bytes, name: str = "o.xlsx", full: bool = False) -> str:
    """Choose files and press the button; the address of the preview."""
    data = {"_csrf": csrf(client, f"{HOME}/import"), **({"full": "y"} if full else {})}
    data |= {"files": [(io.BytesIO(content), name) for content in files]}  # type: ignore[dict-item]
    answer = client.post(f"{HOME}/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def seen(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.status_code
    return Page(answer.text).text


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """The statements that the application sends to its database."""
    with statements(app.extensions["surveyapp.database"].engine) as sent:
        yield sent


def test_nothing_is_written_before_it_is_confirmed_and_then_exactly_that(
    boss: FlaskClient, database: Database
) -> None:
    address = upload(boss, units("T9 | C | 镇 | 新镇", "T1 | | | 改名"))
    shown = seen(boss.get(f"{address}?lang=en"))
    assert "Units 1 1 0 0 0 0" in shown
    assert "新镇" in shown
    assert "云岫镇 → 改名" in seen(boss.get(f"{address}?sheet=units&action=renamed"))
    with database.session() as session:
        assert session.scalar(select(func.count(Unit.id))) == 3
    assert post(boss, address).status_code == 302
    with database.session() as session:
        assert operations.unit(session, "T9").name.get("zh") == "新镇"
        assert operations.unit(session, "T1").name.get("zh") == "改名"
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "organisation.imported")
        ).one()
        assert entry.details == {"units.new": 1, "units.renamed": 1}
    assert "Entries written: 2." in boss.get("/staff/organisation?lang=en").text
    assert "Entries written" not in boss.get("/staff/organisation?lang=en").text, "said once"
    assert boss.get(address).status_code == 404, "a draft is confirmed once"


def test_a_broken_workbook_is_refused_in_the_readers_language_only(boss: FlaskClient) -> None:
    broken = (io.BytesIO(b"PK\3\4 and nothing more"), "units.xlsx")
    token = csrf(boss, "/staff/organisation/import")
    sent = boss.post("/staff/organisation/import", data={"_csrf": token, "files": [broken]})
    page = boss.get(f"{sent.location}?lang=zh").text
    assert "不是完好的工作簿" in page
    assert "zip file" not in page


def test_a_file_with_a_problem_cannot_be_confirmed(boss: FlaskClient, database: Database) -> None:
    address = upload(boss, units("T9 | nowhere | 镇 | 新镇"))
    page = boss.get(f"{address}?lang=zh")
    assert "单位，第 2 行，上级单位编码 ：没有编码为“nowhere”的单位。" in seen(page)
    assert "写入这些变化" not in page.text
    token = csrf(boss, f"{HOME}/import")
    assert boss.post(address, data={"_csrf": token}).status_code == 422
    with database.session() as session:
        assert session.scalar(select(func.count(Unit.id))) == 3


def test_a_preview_of_yesterdays_organisation_is_not_written(
    boss: FlaskClient, database: Database
) -> None:
    address = upload(boss, units("T9 | C | 镇 | 新镇"))
    post(boss, f"{HOME}/units/T1/edit", name_zh="别名", kind="镇", position="0")
    answer = post(boss, address)
    assert answer.status_code == 409
    assert "没有写入任何内容" in answer.text or "Nothing was written" in answer.text
    with database.session() as session:
        assert session.scalar(select(func.count(Unit.id))) == 3


def test_a_preview_is_for_who_made_it(app: Flask, boss: FlaskClient, database: Database) -> None:
    address = upload(boss, units("T9 | C | 镇 | 新镇"))
    with database.transaction() as session:
        enrol(session, "other", Role.ADMINISTRATOR)
    other = sign_in(app, "other")
    assert other.get(address).status_code == 404
    token = csrf(other, f"{HOME}/import")
    assert other.post(address, data={"_csrf": token}).status_code == 404


def test_several_csv_files_make_one_import(boss: FlaskClient, database: Database) -> None:
    files = (
        "code,parent,kind,name_zh\nT9,C,镇,新镇\n".encode("gb18030"),
        "code,name_zh\nP9,新人\n".encode(),
        b"person,unit,line\nP9,T9,home\n",
    )
    shown = seen(boss.get(f"{upload(boss, *files, name='x.csv')}?lang=en"))
    assert "Units 1 0 0 0 0 0" in shown
    assert "Postings 1 0 0 0 0 0" in shown


def test_choosing_no_file_is_said(boss: FlaskClient) -> None:
    answer = post(boss, f"{HOME}/import")
    assert answer.status_code == 422


def test_an_upload_says_what_is_wrong_with_it_whatever_it_is(boss: FlaskClient) -> None:
    address = upload(boss, b"PK\x03\x04 no workbook")
    assert "The file cannot be read" in seen(boss.get(f"{address}?lang=en"))


def test_drafts_are_dropped_after_a_day(boss: FlaskClient, database: Database) -> None:
    upload(boss, units("T9 | C | 镇 | 新镇"))
    with database.transaction() as session:
        session.scalars(select(ImportDraft)).one().made -= timedelta(days=2)
    upload(boss, units("T9 | C | 镇 | 新镇"))
    with database.session() as session:
        assert session.scalar(select(func.count(ImportDraft.key))) == 1


def test_who_manages_a_part_sees_and_imports_that_part(
    townsman: FlaskClient, database: Database
) -> None:
    page = seen(townsman.get(HOME))
    assert "云岫镇" in page
    assert "竹泠乡" not in page
    assert townsman.get(f"{HOME}/units/T2").status_code == 404
    assert townsman.get(f"{HOME}/people/P2").status_code == 404
    assert post(townsman, upload(townsman, units("V1 | T1 | 村 | 一村"))).status_code == 302
    with database.session() as session:
        assert operations.unit(session, "V1").depth == 3
    for row, reason in (
        ("V2 | T2 | 村 | 二村", "no unit with the code"),
        ("V2 | | 村 | 二村", "Give a parent"),
    ):
        assert reason in seen(townsman.get(f"{upload(townsman, units(row))}?lang=en"))


def test_a_part_cannot_take_a_code_of_another_part(
    townsman: FlaskClient, database: Database
) -> None:
    address = upload(townsman, units("T2 | T1 | 村 | 二村"))
    assert post(townsman, address).status_code == 409
    with database.session() as session:
        assert operations.unit(session, "T2").name.get("zh") == "竹泠乡"


def test_a_full_list_of_a_part_ends_nothing_elsewhere(
    townsman: FlaskClient, database: Database
) -> None:
    book = workbook(postings="person | unit | line\nP1 | T1 | host")
    assert post(townsman, upload(townsman, book, full=True)).status_code == 302
    with database.session() as session:
        open_ones = select(Posting).where(Posting.valid_until.is_(None))
        found = {(p.unit_id, p.line) for p in session.scalars(open_ones)}
        ids = dict(session.execute(select(Unit.code, Unit.id)).all())
    assert found == {(ids["C"], "host"), (ids["T2"], "home"), (ids["T1"], "host")}


def test_a_viewer_reads_and_changes_nothing(
    app: Flask, boss: FlaskClient, database: Database
) -> None:
    with database.transaction() as session:
        operations.change_person(
            session,
            session.scalars(select(Person).where(Person.code == "P1")).one(),
            name=session.scalars(select(Person).where(Person.code == "P1")).one().name,
            email="p1@example.org",
            language=None,
        )
        enrol(session, "viewer", Role.VIEWER)
    viewer = sign_in(app, "viewer")
    for page in ("", "/units/T1", "/people", "/people/P1", "/teams"):
        assert "p1@example.org" not in seen(viewer.get(HOME + page))
    assert "p1@example.org" in seen(boss.get(f"{HOME}/people/P1"))
    for page in ("/import", "/new/unit", "/units/T1/edit", "/units/T1/move", "/export.xlsx"):
        assert viewer.get(HOME + page).status_code == 403


def test_a_unit_from_its_making_to_its_end(boss: FlaskClient, database: Database) -> None:
    new = f"{HOME}/new/unit?below=C"
    assert (
        post(boss, new, code="T3", name_zh="柏川镇", kind="乡镇", position="3").status_code == 302
    )
    assert post(boss, new, code="T3", name_zh="再", kind="镇", position="3").status_code == 422
    edit = f"{HOME}/units/T3/edit"
    post(boss, edit, name_en="Baichuan", kind="Township", category="大", position="4")
    assert post(boss, f"{HOME}/units/T3/move", parent="T1").status_code == 302
    assert post(boss, f"{HOME}/units/T1/move", parent="T3").status_code == 422
    assert post(boss, f"{HOME}/units/T1/move", parent="nowhere").status_code == 422
    page = seen(boss.get(f"{HOME}/units/T3?lang=en"))
    assert "Units › 云溪县 › 云岫镇" in page
    assert "Township · 大" in page
    assert "What it was before" in page
    assert "柏川镇" in page
    yesterday = str(date.today() - timedelta(days=1))
    assert post(boss, f"{HOME}/units/T3/end", last_day=yesterday).status_code == 302
    assert "Baichuan" not in seen(boss.get(HOME))
    assert "Baichuan" in seen(boss.get(f"{HOME}?ended=1"))
    assert post(boss, f"{HOME}/units/T3/resume", at=f"{HOME}/units/T3").status_code == 302
    with database.session() as session:
        unit = operations.unit(session, "T3")
        assert (unit.kind, unit.valid_until, unit.depth) == ("township", None, 3)
        actions = select(func.count()).where(AuditEntry.action == "organisation.changed")
        assert session.scalar(actions) == 5


def test_a_person_with_two_postings_is_shown_with_both(
    boss: FlaskClient, database: Database
) -> None:
    page = seen(boss.get(f"{HOME}/people/P1?lang=en"))
    assert "host : 云溪县" in page
    assert "home : 云岫镇" in page
    answer = post(boss, f"{HOME}/people/P1/postings", unit="T2", line="host")
    assert "another unit of this line" in answer.text
    assert post(boss, f"{HOME}/people/P1/postings", unit="nowhere", line="host").status_code == 422


def test_a_person_from_the_first_posting_to_the_end_of_it(
    boss: FlaskClient, database: Database
) -> None:
    given = {"code": "P3", "name_zh": "纪云舒", "unit": "T2", "line": "home", "language": "zh"}
    assert post(boss, f"{HOME}/new/person", **given, email="no address").status_code == 422
    assert post(boss, f"{HOME}/new/person", **given, email="a@b.cn").status_code == 302
    assert post(boss, f"{HOME}/people/P3/edit", name_zh="纪舒", email="").status_code == 302
    [link] = re.findall(rf"{HOME}/people/P3/postings/\d+/end", boss.get(f"{HOME}/people/P3").text)
    assert boss.get(link.replace("P3", "P1")).status_code == 404
    assert post(boss, link, last_day="2020-01-01").status_code == 302
    with database.session() as session:
        person = session.scalars(select(Person).where(Person.code == "P3")).one()
        assert (person.name.get("zh"), person.email) == ("纪舒", None)
        posting = session.scalars(select(Posting).where(Posting.person_id == person.id)).one()
        assert posting.valid_until == date(2020, 1, 1)


def test_a_team_is_made_changed_and_taken_out(boss: FlaskClient, database: Database) -> None:
    given = {"code": "G2", "name_zh": "二组", "members": "P1、P2"}
    assert post(boss, f"{HOME}/new/team", **given, leader="P9").status_code == 422
    assert post(boss, f"{HOME}/new/team", **given, leader="P2").status_code == 302
    edit = f"{HOME}/teams/G2/edit"
    assert post(boss, edit, name_zh="二组", members="P1 P9").status_code == 422
    assert post(boss, edit, name_zh="新组", members="P1", leader="").status_code == 302
    assert "新组" in seen(boss.get(f"{HOME}/teams"))
    assert post(boss, f"{HOME}/teams/G2/end", at=f"{HOME}/new/team").status_code == 302
    assert "新组" not in seen(boss.get(f"{HOME}/teams"))
    with database.session() as session:
        assert session.scalar(select(func.count(Team.id))) == 2, "kept for old rounds"


def test_typed_text_is_kept_when_something_is_wrong(boss: FlaskClient) -> None:
    answer = post(boss, f"{HOME}/new/unit", code="a b", name_zh="柏川镇", kind="镇", position="x")
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.controls["name_zh"] == ["柏川镇"]
    assert {"#code", "#position"} <= set(page.links)


def test_files_are_handed_out_as_attachments_and_what_is_private_is_noted(
    boss: FlaskClient, database: Database
) -> None:
    for name in ("export.xlsx", "export/units.csv", "template.xlsx", "template/teams.csv"):
        answer = boss.get(f"{HOME}/{name}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert boss.get(f"{HOME}/export/nothing.csv").status_code == 404
    with database.session() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "downloaded"))
        assert [entry.subject for entry in noted] == ["organisation.xlsx", "units.csv"]


def test_every_page_of_a_city_takes_few_queries_and_is_small(
    app: Flask, database: Database
) -> None:
    with database.transaction() as session:
        imported(session, workbook(**city()))
        enrol(session, "boss", Role.ADMINISTRATOR)
        enrol(session, "countess", Role.ORGANISER, operations.unit(session, "C01"))
    for name in ("boss", "countess"):
        client = sign_in(app, name)
        addresses = [
            *("", "?ended=1", "?at=T001", "?q=1", "?q=1&page=2", "/units/C01", "/units/V0001"),
            *("/people", "/people?q=1&page=3", "/people/P0001", "/teams", "/import"),
            *("/new/unit?below=C01", "/units/T001/edit", "/units/T001/move", "/new/person"),
            upload(client, workbook(people=city()["people"])).removeprefix(HOME),
        ]
        for address in addresses:
            with counting(app) as sent:
                answer = client.get(HOME + address)
            assert answer.status_code == 200, address
            assert len(sent) <= MOST_QUERIES, (address, sent)
            assert len(answer.data) < MOST_BYTES, address
    with counting(app) as sent:
        client.get(HOME)
    assert len(sent) > 2, "control: statements are counted"
