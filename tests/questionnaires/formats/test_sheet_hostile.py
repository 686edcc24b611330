"""Edited workbooks that mean harm or are broken: clear problems, bounded work, nothing left."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest

from questionnaires import library
from questionnaires.formats import limits, registry, sheet
from questionnaires.formats.losses import Imported
from questionnaires.formats.sheet.assembling import MAX_REST

from ..making import SCALE, loaded
from .test_sheet import TEAM, Book, opened
from .test_xlsform_hostile import cell_at, with_part


@pytest.fixture
def content() -> bytes:
    return sheet.write(loaded(TEAM, SCALE)).content


@pytest.fixture
def book() -> Book:
    return opened(loaded(TEAM, SCALE))


def refused(content: bytes) -> str:
    found = sheet.read(content, "any.xlsx")
    assert found.questionnaire is None
    assert len(found.losses) == 1
    assert found.losses[0].message("zh") != found.losses[0].message("en")
    return found.losses[0].message("en")


def codes(imported: Imported) -> set[str]:
    return {loss.code for loss in imported.losses}


def test_bombs_entities_and_far_corners_are_refused(content: bytes) -> None:
    bomb = with_part(content, "xl/media/a.xml", b"\0" * 30_000_000)
    entities = with_part(content, "xl/sharedStrings.xml", b'<!DOCTYPE l [<!ENTITY a "b">]><sst/>')
    far = with_part(content, "xl/worksheets/sheet3.xml", cell_at("XFD1048576"))
    tracemalloc.start()
    assert "unpacks to more than" in refused(bomb)
    assert "entities" in refused(entities)
    assert "the limit is" in refused(far)
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("cut", [0, 3, 10, 500, -30])
def test_a_file_cut_short_is_no_workbook_of_ours(content: bytes, cut: int) -> None:
    assert not sheet.recognises(content[:cut], "x.xlsx")
    assert sheet.read(content[:cut], "x.xlsx").questionnaire is None


def test_only_our_own_sheets_are_taken_for_ours(content: bytes) -> None:
    assert sheet.recognises(content, "x.xlsx")
    form = registry.formats()["xlsform"]
    assert form.write is not None
    foreign = form.write(library.get("public-poll"), ".xlsx").content
    assert not sheet.recognises(foreign, "x.sheet.xlsx")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/other.xml", "<sheet name='Items'/>")
    assert not sheet.recognises(stream.getvalue(), "x.xlsx")


@pytest.mark.parametrize(
    "rest",
    [
        "[" * 20_000,
        "{a: " * 5_000,
        "a: &a [x]\nb: *a",
        "a: !!python/object:os.system x",
        '{"max_characters": ' + "9" * 5_000 + "}",
        "x: [1",
    ],
)
def test_a_trap_in_the_last_column_is_one_problem_of_its_cell(book: Book, rest: str) -> None:
    found = book.set("Items", ("id", "q1"), "more", rest).read()
    assert found.questionnaire is None
    assert codes(found) & {"sheet_rest_unreadable", "definition_invalid"}
    assert all(loss.where.startswith("Items!") for loss in found.losses if loss.severity == "error")


def test_the_last_columns_together_are_limited(book: Book) -> None:
    long = '{"tomorrow": "' + "x" * 30_000 + '"}'
    for number in range(MAX_REST // 30_000 + 5):
        book.add("Items", id=f"m{number}", kind="note", label__en="L", more=long)
    book.add("Items", id="last", kind="note", label__en="L", more="fixed: true")
    assert "sheet_rest_long" in codes(book.read())


def test_thousands_of_strange_rows_are_told_within_the_limit_of_a_report(book: Book) -> None:
    for number in range(limits.MAX_ROWS - 20):
        book.add("Items", section=f"nowhere{number}", id=f"x{number}", kind="note")
    found = book.read()
    assert found.questionnaire is None
    assert codes(found) >= {"sheet_owner_unknown"}
    assert len(found.losses) <= limits.MAX_LOSSES


def test_formulas_are_text(book: Book) -> None:
    book.set("Items", ("id", "q1"), "label.en", "=HYPERLINK")
    assert sheet.read(book.saved(), "x.xlsx").losses is not None
    kept = loaded("- {id: q, kind: note, label: '=1+1'}")
    again = sheet.read(sheet.write(kept).content, "x.xlsx").questionnaire
    assert again == kept
