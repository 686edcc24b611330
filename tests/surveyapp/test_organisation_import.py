"""The organisation as a file: every change and problem is shown, then exactly that is written."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from questionnaires import Text
from surveyapp.db import Database
from surveyapp.organisation import operations
from surveyapp.organisation.exchange import writing
from surveyapp.organisation.exchange.applying import Overtaken, Stopped, apply
from surveyapp.organisation.exchange.layout import LAYOUTS
from surveyapp.organisation.exchange.problems import MESSAGES, MOST, Problem
from surveyapp.organisation.exchange.reading import read
from surveyapp.organisation.exchange.records import stored
from surveyapp.organisation.models import Person, Posting, Team, Unit, UnitPast
from surveyapp.organisation.tree import tree_at
from tests.surveyapp.organisations import (
    NOW,
    city,
    counted,
    imported,
    planned,
    told,
    workbook,
)

UNITS = """
单位编码 | 上级单位编码 | 级别 | 中文名称
C | | 县 | 云溪县
T1 | C | 镇 | 云岫镇
T2 | C | 乡 | 竹泠乡
"""
PEOPLE = """
code | name_zh
P1 | 尹知遥
P2 | 阮清和
"""
POSTINGS = """
person | unit | line
P1 | T1 | home
P1 | C | host
P2 | T2 | home
"""
TEAMS = """
Team code | English name | Leader | Members
G1 | Team one | P1 | P1、P2
"""
ALL = {"units": UNITS, "people": PEOPLE, "postings": POSTINGS, "teams": TEAMS}


@pytest.fixture
def county(session: Session) -> Session:
    """One county, two townships, two people, one team."""
    imported(session, workbook(**ALL))
    return session


def units(*rows: str) -> bytes:
    return workbook(units="\n".join(("code | parent | kind | name_zh | valid_until", *rows)))


def postings(*rows: str) -> bytes:
    head = "person | unit | line | valid_from | valid_until | role"
    return workbook(postings="\n".join((head, *rows)))


def test_a_city_with_all_its_people_in_one_go(session: Session) -> None:
    plan = imported(session, workbook(**city()))
    assert counted(plan) == {"units new": 1292, "people new": 4686, "postings new": 5096}
    kinds = dict(session.execute(select(Unit.kind, func.count(Unit.id)).group_by(Unit.kind)).all())
    assert kinds == {"city": 1, "county": 11, "township": 138, "village_team": 1142}
    depths = {unit.code[0]: unit.depth for unit in session.scalars(select(Unit))}
    assert depths["V"] == 4
    both = select(Posting.person_id).group_by(Posting.person_id).having(func.count() == 2)
    assert len(session.scalars(both).all()) == 410


def test_nine_teams_of_four_none_of_whom_comes_from_where_they_could_be_sent(
    session: Session,
) -> None:
    towns = [f"T{n:02}" for n in range(18)]
    imported(
        session,
        workbook(
            units=[("code", "kind", "name_zh"), *((town, "乡镇", town) for town in towns)],
            people=[("code", "name_zh", "email"), *((f"P{n}", f"人{n}", "") for n in range(36))],
            postings=[
                ("person", "unit", "line"),
                *((f"P{n}", towns[(n // 2 + 2) % 18], "home") for n in range(36)),
            ],
            teams=[
                ("code", "name_zh", "members"),
                *(
                    (f"G{t}", f"第{t}组", " ".join(f"P{4 * t + n}" for n in range(4)))
                    for t in range(9)
                ),
            ],
        ),
    )
    ids = dict(session.execute(select(Unit.code, Unit.id)).all())
    for number, team in enumerate(operations.teams(session)):
        own = {ids[towns[2 * number]], ids[towns[2 * number + 1]]}
        assert len(operations.members(session)[team.id]) == 4
        assert not operations.home_units(session, team) & own
    assert len(operations.teams(session)) == 9


def test_the_same_file_twice_changes_nothing(county: Session) -> None:
    again = planned(county, workbook(**ALL))
    assert not again.changes
    assert again.unchanged == {"units": 3, "people": 2, "postings": 3, "teams": 1}


def test_a_full_list_twice_changes_nothing(county: Session) -> None:
    moved = POSTINGS.replace("P1 | C | host", "P1 | T2 | host")
    book = workbook(**{**ALL, "postings": moved})
    first = imported(county, book, full=True)
    assert counted(first) == {"postings ended": 1, "postings new": 1}
    assert not planned(county, book, full=True).changes
    ends = [p.valid_until for p in county.scalars(select(Posting).where(Posting.line == "host"))]
    assert ends == [date(2026, 2, 28), None]
    [_, new] = county.scalars(select(Posting).where(Posting.line == "host"))
    assert new.valid_from == date(2026, 3, 1)


def test_what_is_exported_is_what_is_stored(county: Session) -> None:
    operations.end_unit(county, operations.unit(county, "T2"), date(2026, 2, 1))
    county.expire_all()
    assert not planned(county, writing.workbook(stored(county)), full=True).changes
    files = [(f"{name}.csv", writing.table(stored(county), name)) for name in LAYOUTS]
    assert set(read(files).tables) == set(LAYOUTS)
    for name, content in files:
        assert not planned(county, content, name).changes


def test_the_template_is_a_file_that_can_be_imported(session: Session) -> None:
    plan = planned(session, writing.template())
    assert told(plan) == [("sheet_ignored", "", 0, "")]  # the notes
    assert not plan.stopped
    assert counted(plan) == {"units new": 3, "people new": 2, "postings new": 3, "teams new": 1}
    for name in LAYOUTS:
        assert read([("x.csv", writing.template_table(name))]).problems == []


def test_each_change_has_its_name_and_shows_what_was_before(county: Session) -> None:
    plan = planned(
        county,
        units("C2 | | 县 | 新县", "T1 | C2 | | ", "T2 | | | 新名", "C | | 市 |"),
    )
    found = {change.code: (change.action, list(change.fields())) for change in plan.changes}
    assert found["C2"][0] == "new"
    assert found["T1"] == ("moved", [("parent", "C", "C2")])
    assert found["T2"] == ("renamed", [("name_zh", "竹泠乡", "新名")])
    assert found["C"] == ("changed", [("kind", "county", "city")])
    assert [change.row for change in plan.changes] == [2, 4, 3, 5]


def test_a_moved_unit_has_a_past(county: Session) -> None:
    unit = operations.unit(county, "T1")
    imported(county, units("C2 | | 县 | 新县", "T1 | C2 | | "))
    county.expire_all()
    assert unit.path.startswith(operations.unit(county, "C2").path)
    [past] = county.scalars(select(UnitPast))
    assert past.until == NOW
    above = tree_at(county, NOW.replace(hour=1), NOW.date()).parent(unit.id)
    assert above is not None
    assert above.code == "C"


def test_an_empty_cell_leaves_what_is_stored_and_a_hyphen_empties_it(county: Session) -> None:
    imported(county, workbook(people="code | email | name_en\nP1 | a@b.cn | Yin"))
    assert not planned(county, workbook(people="code | email\nP1 | ")).changes
    imported(county, workbook(people="code | email | name_en\nP1 | - | -"))
    person = county.scalars(select(Person).where(Person.code == "P1")).one()
    assert (person.email, person.name) == (None, Text({"zh": "尹知遥"}))


def test_missing_rows_end_nothing_unless_the_list_is_full(county: Session) -> None:
    part = units("C | | | ", "T1 | C | | ")
    assert not planned(county, part).changes
    plan = imported(county, part, full=True)
    assert counted(plan) == {"units ended": 1, "postings ended": 1}, "T2, and who was posted there"
    assert operations.unit(county, "T2").valid_until == date(2026, 2, 28)
    assert not planned(county, part, full=True).changes


def test_people_missing_from_a_full_list_lose_their_postings_and_teams_end(
    county: Session,
) -> None:
    book = workbook(people="code | name_zh\nP1 | 尹知遥", teams="code | members\nG2 | P1")
    plan = planned(county, book, full=True)
    assert told(plan) == [("name_missing", "teams", 2, "name_zh")]
    book = workbook(
        people="code | name_zh\nP1 | 尹知遥", teams="code | name_zh | members\nG2 | 二 | P1"
    )
    assert counted(imported(county, book, full=True)) == {
        "postings ended": 1,
        "teams new": 1,
        "teams ended": 1,
    }
    assert [team.code for team in operations.teams(county)] == ["G2"]


def test_a_transfer_is_the_end_of_one_posting_and_the_start_of_another(county: Session) -> None:
    plan = imported(county, postings("P1 | C | host | | 2026-05-31", "P1 | T2 | host"))
    assert counted(plan) == {"postings ended": 1, "postings new": 1}
    new = county.scalars(select(Posting).order_by(Posting.id.desc())).first()
    assert new is not None
    assert new.valid_from == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (units("T9 | nowhere | 镇 | 新镇"), ("unknown_unit", "units", 2, "parent")),
        (units("C | T1 | | "), ("cycle", "units", 2, "parent")),
        (units("X | Y | 镇 | x", "Y | X | 镇 | y"), ("cycle", "units", 2, "parent")),
        (units("X | X | 镇 | x"), ("cycle", "units", 2, "parent")),
        (units("T9 | C | 镇 | 新镇", "T9 | C | 镇 | 再"), ("duplicate", "units", 3, "code")),
        (units("T9 | C | 镇 | "), ("name_missing", "units", 2, "name_zh")),
        (units("T9 | C | | 新镇"), ("empty", "units", 2, "kind")),
        (units(" | C | 镇 | 新镇"), ("empty", "units", 2, "code")),
        (units("a b | C | 镇 | 新镇"), ("code", "units", 2, "code")),
        (units(f"T9 | C | 镇 | {'长' * 201}"), ("long", "units", 2, "name_zh")),
        (units("T9 | C | 镇 | 新 | 31.2.2026"), ("date", "units", 2, "valid_until")),
        (
            units("C | | | | 2026-01-31", "T1 | C | | | 2026-02-28"),
            ("outlives_parent", "units", 3, "valid_until"),
        ),
        (
            workbook(
                units="code | kind | name_zh | valid_from | valid_until\nX|镇|x|2026-2-1|2026-1-1"
            ),
            ("dates_reversed", "units", 2, "valid_until"),
        ),
        (
            workbook(units="code | kind | name_zh | order\nX | 镇 | x | first"),
            ("whole", "units", 2, "position"),
        ),
        (postings("P9 | T1 | home"), ("unknown_person", "postings", 2, "person")),
        (postings("P1 | T9 | home"), ("unknown_unit", "postings", 2, "unit")),
        (postings("P1 | T1 | guest"), ("line", "postings", 2, "line")),
        (postings("P1 | T2 | host"), ("overlap_host", "postings", 2, "unit")),
        (postings("P1 | T2 | home"), ("overlap_home", "postings", 2, "unit")),
        (
            postings("P2 | T1 | host | 2026-05-01 | 2026-04-01"),
            ("dates_reversed", "postings", 2, "valid_until"),
        ),
        (postings("P2 | T1 | host", "P2 | T1 | host"), ("duplicate", "postings", 3, "person")),
        (workbook(people="code | email\nP1 | a(at)b"), ("email", "people", 2, "email")),
        (workbook(people="code | language\nP1 | fr"), ("language", "people", 2, "language")),
        (
            workbook(teams="code | name_zh | members\nG2 | 二 | "),
            ("no_members", "teams", 2, "members"),
        ),
        (
            workbook(teams="code | name_zh | members\nG2 | 二 | P1 P9"),
            ("unknown_person", "teams", 2, "members"),
        ),
        (
            workbook(teams="code | members | leader\nG1 | P2 | P1"),
            ("leader_outside", "teams", 2, "leader"),
        ),
        (workbook(units="parent | kind | name_zh\nC | 镇 | x"), ("column_missing", "units", 0, "")),
        (workbook(units="code | code | kind\nX | X | 镇"), ("column_twice", "units", 0, "")),
    ],
    ids=lambda value: value[0] + " " + value[3] if isinstance(value, tuple) else "",
)
def test_every_problem_names_its_sheet_row_and_column_and_nothing_is_written(
    county: Session, content: bytes, problem: tuple[str, str, int, str]
) -> None:
    plan = planned(county, content)
    assert problem in told(plan)
    before = stored(county).fingerprint()
    with pytest.raises(Stopped):
        apply(county, plan, NOW)
    assert stored(county).fingerprint() == before


def test_all_problems_are_told_at_once(county: Session) -> None:
    plan = planned(county, units("T8 | x | 镇 | a", "T8 | C | 镇 | b", "T9 | C | | c"))
    assert {one.code for one in plan.problems} == {"unknown_unit", "duplicate", "empty"}
    many = planned(county, units(*(f"U{n} | nowhere | 镇 | x" for n in range(MOST + 100))))
    assert len(many.problems) == MOST
    assert many.problems[-1].values == {"count": 101}


def test_every_problem_is_worded_in_both_languages() -> None:
    for code, (chinese, english) in MESSAGES.items():
        assert any("\u4e00" <= mark <= "\u9fff" for mark in chinese), code
        assert english.isascii() or set(english) & set("“”"), code
    problem = Problem("empty", "units", 3, "kind")
    assert problem.place("zh") == "单位，第 3 行，级别"
    assert problem.place("en") == "Units, row 3, Level"


def test_a_circle_is_shown_as_it_runs(county: Session) -> None:
    [problem] = planned(county, units("C | T1 | | ")).problems
    assert problem.message("en") == "The parents form a circle: C → T1 → C."


def test_units_come_in_any_order(session: Session) -> None:
    imported(session, units("V | T | 村 | v", "T | C | 镇 | t", "C | | 县 | c"))
    assert operations.unit(session, "V").depth == 3


def test_when_the_organisation_has_changed_meanwhile_nothing_is_written(county: Session) -> None:
    plan = planned(county, units("T9 | C | 镇 | 新镇"))
    operations.end_unit(county, operations.unit(county, "T2"), date(2026, 2, 1))
    with pytest.raises(Overtaken):
        apply(county, plan, NOW)
    with pytest.raises(operations.UnknownUnit):
        operations.unit(county, "T9")


def test_an_import_that_fails_halfway_leaves_nothing(database: Database) -> None:
    def halfway() -> None:
        with database.transaction() as session:
            plan = planned(session, workbook(**ALL))
            clash = replace(plan, changes=(*plan.changes, plan.changes[-1]))
            apply(session, clash, NOW)

    with pytest.raises(IntegrityError):
        halfway()
    with database.session() as session:
        assert session.scalar(select(func.count(Unit.id))) == 0
        assert session.scalar(select(func.count(Team.id))) == 0


def test_the_import_works_on_postgresql_too(postgresql: Database) -> None:
    with postgresql.transaction() as session:
        imported(session, workbook(**ALL))
        plan = imported(session, units("C2 | | 县 | 新县", "T1 | C2 | | "))
        assert counted(plan) == {"units new": 1, "units moved": 1}
    with postgresql.session() as session:
        assert not planned(session, writing.workbook(stored(session)), full=True).changes
        assert operations.unit(session, "T1").depth == 2


def test_csv_in_the_encoding_of_old_spreadsheets_is_read_and_said_so(session: Session) -> None:
    text = "单位编码;上级单位编码;级别;中文名称\nC;;县;云溪县\n"
    plan = planned(session, text.encode("gb18030"), "units.csv")
    assert told(plan) == [("guessed", "units.csv", 0, "")]
    assert [change.label for change in plan.changes] == ["云溪县"]


def test_formulas_go_out_as_text_and_come_back_the_same(county: Session) -> None:
    names = ("=1+1", "+x", "-y", "@z", "'quoted", "'=q")
    heads = [("code", "kind", "name_zh")]
    imported(
        county, workbook(units=[*heads, *((f"F{n}", "镇", x) for n, x in enumerate(names[:1]))])
    )
    for number, name in enumerate(names[1:], start=1):
        operations.add_unit(county, code=f"F{number}", name=Text({"zh": name}), kind="x")
    content = writing.table(stored(county), "units")
    cells = content.decode("utf-8-sig").replace("\r\n", ",").split(",")
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert not planned(county, content, "units.csv").changes


def hostile() -> dict[str, bytes]:
    bomb = io.BytesIO(workbook(units=UNITS))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/a.xml", b"\0" * 30_000_000)
    rows = "code,kind,name_zh\n" + "".join(f"U{n},x,y\n" for n in range(1_000_000))
    return {
        "bomb.xlsx": bomb.getvalue(),
        "cut.xlsx": workbook(units=UNITS)[:900],
        "million.csv": rows.encode(),
        "bytes.csv": b"code,kind\n\xff\xff\xff\x80",
        "empty.csv": b"",
        "huge.csv": b"x" * 20_000_001,
    }


@pytest.mark.parametrize(
    "name", ["bomb.xlsx", "cut.xlsx", "million.csv", "bytes.csv", "empty.csv", "huge.csv"]
)
def test_a_file_that_means_harm_is_refused_with_a_reason(session: Session, name: str) -> None:
    plan = planned(session, hostile()[name], name)
    assert told(plan) == [("file_refused", name, 0, "")]
    assert plan.problems[0].message("zh") != plan.problems[0].message("en")


def test_a_file_without_any_of_our_sheets_says_so(session: Session) -> None:
    plan = planned(session, workbook(prices="apples | pears\n1 | 2"))
    assert [one.code for one in plan.problems] == ["sheet_ignored", "no_sheet"]


def test_whatever_a_file_holds_it_is_planned_or_refused(session: Session) -> None:
    odd = "\u202e\U0001f600%{name}{0}'\";--"
    rows = "code | parent | kind | name_zh | order | valid_from\n" + " | ".join([odd] * 6)
    plan = planned(session, workbook(units=rows))
    assert plan.stopped
    assert all(problem.message("zh") and problem.message("en") for problem in plan.problems)
