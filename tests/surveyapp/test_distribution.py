"""Getting a round to its people on paper and on a shared tablet."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

import questionnaires
from surveyapp import clock, create_app
from surveyapp.accounts.models import AuditEntry
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.fieldwork import codes, publishing
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.distribution.sheets import PER_PAGE, Section, Sheets
from surveyapp.fieldwork.models import AudienceGroup, Invitation
from surveyapp.modes import promise
from tests.journeys import Page, Respondent
from tests.surveyapp.distributing import PEOPLE, SITE, Field, pages_of, printed
from tests.surveyapp.fielding import DEFINITION, SECRET, a_draft, a_unit, name


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(data=tmp_path / "data", secret=SECRET, public_url=SITE)


@pytest.fixture
def field(app: Flask, database: Database, config: Config) -> Field:
    return Field(app, database, config)


# -- cards -------------------------------------------------------------------------------------


def test_every_card_opens_its_form_by_hand_and_by_camera(field: Field) -> None:
    of = field.round("sealed_code")
    answer = field.print_codes(of, show_unit="y")
    assert answer.mimetype == "application/pdf"
    pages = pages_of(answer.data)

    assert len(pages) == 1 + 2 * 2, "a list, then 12 cards in each of two units, 8 to a page"
    typed = printed(pages)
    scanned = [link for _, links in pages for link in links]
    assert len(set(typed)) == 2 * PEOPLE
    assert sorted(scanned) == sorted(f"{SITE}/s/{code.replace('-', '')}" for code in typed)
    assert max(len(links) for _, links in pages) == PER_PAGE
    for code in typed[:2]:
        assert Respondent(field.app).open(code).status == 200


def test_a_card_says_what_it_is_how_to_use_it_and_what_is_promised(field: Field) -> None:
    of = field.round("sealed_code")
    with field.app.test_request_context(headers={"Accept-Language": "en"}):
        english = promise("sealed_code")
    first = pages_of(field.print_codes(of, show_unit="y").data)[1][0]
    told = re.sub(r"\s", "", first)
    assert told.count("午餐Lunch") == PER_PAGE
    assert told.count("t01单位") == PER_PAGE
    assert told.count("匿名填写") == PER_PAGE, "the promise in Chinese"
    assert told.count(english.replace(" ", "")) == PER_PAGE, "in English, as the mode has it"
    assert told.count("survey.county.example") == PER_PAGE


def test_without_the_unit_its_cards_do_not_betray_it(field: Field) -> None:
    of = field.round("sealed_code")
    pages = pages_of(field.print_codes(of).data)
    assert "t01" in pages[0][0], "control: the list names it"
    assert all("t01" not in text and "Unit" not in text for text, _ in pages[1:])


def test_codes_are_kept_as_hashes_only_and_not_in_the_order_of_printing(field: Field) -> None:
    of = field.round("sealed_code")
    typed = printed(pages_of(field.print_codes(of).data))
    with field.database.session() as session:
        kept = list(session.scalars(select(Invitation.code_hash)))
    hashes = [codes.digest(code) for code in typed]
    assert sorted(kept) == sorted(h for h in hashes if h)
    assert kept != hashes
    files = b"".join(file.read_bytes() for file in field.config.data.rglob("*") if file.is_file())
    assert hashes[0] in files, "control: what is stored is found"
    assert not any(
        form.encode() in files for code in typed for form in (code, code.replace("-", ""))
    )


def test_sheets_are_shuffled() -> None:
    """The order of making may lie in the database: it must not lie on the paper."""
    app = create_app(Config(data=Path("unused"), database="sqlite://", secret=SECRET))
    made = [codes.make() for _ in range(64)]
    with app.test_request_context():
        sheets = Sheets(name("测", "T"), "sealed_code", SITE, ("en",), False,
                        [Section("u", "u", "u", made)])  # fmt: skip
        shown = printed(pages_of(sheets.pdf()))
    assert sorted(shown) == sorted(made)
    assert shown != made


def test_codes_cannot_be_printed_again_but_replaced(field: Field) -> None:
    of = field.round("sealed_code")
    lost = printed(pages_of(field.print_codes(of).data))
    again = field.print_codes(of)
    assert again.status_code == 409
    assert "不能再次打印" in Page(again.text).text

    Respondent(field.app).open(lost[0]).answer(taste="4").submit()
    assert field.count(Invitation, Invitation.used) == 1
    new = printed(pages_of(field.print_codes(of, lost="y").data))

    assert len(new) == 2 * PEOPLE - 1, "the one that was used is not given twice"
    assert set(new).isdisjoint(lost)
    assert Respondent(field.app).open(lost[1]).status == 404, "withdrawn"
    assert Respondent(field.app).open(new[0]).status == 200
    with field.database.session() as session:
        groups = list(session.scalars(select(AudienceGroup)))
    assert [(group.expected, group.issued) for group in groups] == [(PEOPLE, PEOPLE)] * 2
    assert field.count(Invitation) == 2 * PEOPLE


def test_one_unit_at_a_time(field: Field) -> None:
    of = field.round("sealed_code")
    with field.database.session() as session:
        group = session.scalars(select(AudienceGroup).order_by(AudienceGroup.id)).first()
    assert group is not None
    typed = printed(pages_of(field.print_codes(of, group=str(group.id)).data))
    assert len(typed) == PEOPLE
    assert "12 codes are still to be printed" in field.see(of).text


def test_cards_bear_the_unit_alone_and_are_replaced_for_the_whole_unit(field: Field) -> None:
    of = field.round("sealed_code", role="骨干")
    first = pages_of(field.print_codes(of, show_unit="y").data)
    assert "骨干" in first[0][0], "control: whoever hands out sees the group"
    assert all("骨干" not in text for text, _ in first[1:])
    with field.database.transaction() as session:
        unit = a_unit(session, "t03", field.county)
        other = a_draft(session, {unit: PEOPLE}, slug="two-roles", opens_at=None, closes_at=None)
        plans = [fieldwork.GroupPlan(unit.id, role, 6) for role in ("a", "b")]
        fieldwork.set_audience(session, other, plans)
        with field.app.app_context():
            at = clock.now()
        publishing.publish(session, other, questionnaires.load(DEFINITION), "", at)
        fieldwork.open_round(session, other, at)
        [one, _two] = fieldwork.groups(session, other)
    lost = printed(pages_of(field.print_codes(other).data))
    new = printed(pages_of(field.print_codes(other, group=str(one.id), lost="y").data))
    assert len(lost) == len(new) == 12
    assert field.count(Invitation, Invitation.group_id == one.id) == 6


def test_an_archive_has_a_file_for_each_unit(field: Field) -> None:
    of = field.round("sealed_code")
    answer = field.print_codes(of, packed="y")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["001-t01.pdf", "002-t02.pdf"]
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        counts = [len(printed(pages_of(archive.read(one)))) for one in archive.namelist()]
    assert counts == [PEOPLE, PEOPLE]


def test_printing_is_recorded_without_the_codes(field: Field) -> None:
    of = field.round("sealed_code")
    typed = printed(pages_of(field.print_codes(of).data))
    with field.database.session() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "invitations.issued")
        ).one()
    assert (entry.subject, entry.details) == (of.slug, {"codes": 24, "replaced": False})
    assert typed[0] not in str(entry.details)


def test_long_titles_stay_on_their_cards() -> None:
    app = create_app(Config(data=Path("unused"), database="sqlite://", secret=SECRET))
    chinese = "关于全县各乡镇领导班子和干部队伍建设情况的年度综合考核民主测评问卷" * 2
    title = name(chinese, "Long " * 40)
    section = Section("单" * 30, "单" * 30, "u", [codes.make() for _ in range(8)])
    with app.test_request_context():
        made = Sheets(title, "sealed_code", f"{SITE}/a/very/long/path/on/this/host",
                      ("zh", "en"), True, [section])  # fmt: skip
        pages = pages_of(made.pdf())
    assert len(pages) == 2
    assert len(pages[1][1]) == PER_PAGE


# -- poster and tablet -------------------------------------------------------------------------


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("a3", (842, 1191))])
def test_a_poster_opens_the_form_of_an_open_link(
    field: Field, paper: str, size: tuple[int, int]
) -> None:
    of = field.round("open_link")
    address = f"/staff/rounds/{of.slug}/distribution/poster.pdf"
    answer = field.staff.get(f"{address}?language=zh+en&paper={paper}")
    assert answer.mimetype == "application/pdf"
    [(text, links)] = pages_of(answer.data)
    assert links == [f"{SITE}/open/{of.slug}"]
    assert "午餐" in text
    assert "Lunch" in text
    document = pypdfium2.PdfDocument(answer.data)
    assert tuple(round(length) for length in document[0].get_size()) == size
    document.close()
    assert field.staff.get(links[0].removeprefix(SITE)).status_code == 200
    assert field.staff.get(f"{address}?language=fr&paper=a4").status_code == 404


def test_rounds_with_codes_have_no_poster(field: Field) -> None:
    of = field.round("sealed_code")
    address = f"/staff/rounds/{of.slug}/distribution/poster.pdf?language=en&paper=a4"
    assert field.staff.get(address).status_code == 404


def refresh(page: str) -> str:
    found = re.search(r'http-equiv="refresh" content="\d+; url=([^"]+)"', page)
    return found[1] if found else ""


def test_a_tablet_starts_an_empty_form_each_time_and_comes_back_by_itself(field: Field) -> None:
    of = field.round("open_link")
    tablet = field.app.test_client()
    keys = set()
    for _ in range(2):
        start = tablet.get(f"/kiosk/{of.slug}?lang=en")
        assert start.headers["Clear-Site-Data"] == '"cache", "storage"'
        address = next(link for link in Page(start.text).links if link.startswith("/open/"))
        form = Page(tablet.get(address).text)
        assert refresh(form.html) == "", "nobody is thrown out while they write"
        keys.add(form.controls["_key"][0])
        data = {"_key": form.controls["_key"][0], "taste": "4", "_action": "send", "_lang": "en"}
        receipt = tablet.post(address, data=data)
        assert 'id="receipt"' in receipt.text
        assert refresh(receipt.text).startswith(f"/kiosk/{of.slug}")
        assert "Set-Cookie" not in receipt.headers
    assert len(keys) == 2


def test_a_tablet_takes_codes_too(field: Field) -> None:
    of = field.round("sealed_code")
    code = printed(pages_of(field.print_codes(of).data))[0]
    tablet = field.app.test_client()
    assert 'name="code"' in tablet.get(f"/kiosk/{of.slug}").text
    entered = tablet.post("/s", data={"code": code, "kiosk": of.slug})
    assert f"kiosk={of.slug}" in entered.headers["Location"]
    wrong = tablet.post("/s", data={"code": "AAAA-AAAA-AAAA", "kiosk": of.slug})
    assert refresh(wrong.text).startswith(f"/kiosk/{of.slug}")
    assert refresh(tablet.post("/s", data={"code": "AAAA"}).text) == "", "control: no kiosk"


@pytest.mark.parametrize("mode", ["confidential", "named"])
def test_personal_rounds_have_no_tablet(field: Field, mode: str) -> None:
    of = field.round(mode)
    assert field.staff.get(f"/kiosk/{of.slug}").status_code == 404


def test_a_tablet_goes_back_to_a_round_and_nowhere_else(field: Field) -> None:
    tablet = field.app.test_client()
    for there in ("../../staff", "//elsewhere.example", "a b"):
        assert refresh(tablet.post("/s", data={"code": "AAAA", "kiosk": there}).text) == ""
    assert refresh(tablet.post("/s", data={"code": "AAAA", "kiosk": "lunch"}).text), "control"


def test_a_tablet_says_when_the_round_closed(field: Field) -> None:
    of = field.round("open_link")
    with field.app.app_context():
        at = clock.now()
    with field.database.transaction() as session:
        fieldwork.close_round(session, of, at)
    assert "closed on" in field.app.test_client().get(f"/kiosk/{of.slug}?lang=en").text
