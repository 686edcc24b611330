"""Files that mean harm, or are broken: a clear problem, within stated bounds, and nothing left."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile

import pytest
import xlsxwriter

from questionnaires.formats import limits
from questionnaires.formats.xlsform import apart, read
from questionnaires.formats.xlsform.workbook import OLE

from .importing import grows_evenly
from .sheets import imported, losses, workbook

SURVEY = "type | name | label\ntext | q | Q"


def reason(content: bytes, filename: str = "form.xlsx") -> str:
    """Return why a file was refused, in English; it must be one clear problem."""
    found = read(content, filename)
    assert found.questionnaire is None
    (loss,) = found.losses
    assert loss.severity == "error"
    assert loss.message("zh") != loss.message("en")
    return loss.message("en")


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    """Return a workbook with one part replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, data)
    return stream.getvalue()


def cell_at(place: str, rest: str = "") -> bytes:
    cell = f'<c r="{place}" t="inlineStr"><is><t>x</t></is></c>'
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return f"{head}<sheetData><row>{cell}{rest}</row></sheetData></worksheet>".encode()


def test_a_bomb_is_refused_by_its_ratio() -> None:
    bomb = with_part(workbook(SURVEY), "xl/media/a.xml", b"\0" * 30_000_000)
    assert len(bomb) < 100_000
    assert "unpacks to more than" in reason(bomb)


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    stream = io.BytesIO(workbook(SURVEY))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(13):
            archive.writestr(f"xl/media/{number}.bin", b"0123456789" * 1_000_000)
    assert "unpacked, it is larger" in reason(stream.getvalue())


def test_a_bomb_that_lies_about_its_size_is_refused_all_the_same() -> None:
    content = with_part(workbook(SURVEY), "xl/media/a.bin", b"\0" * 5_000_000)
    lying = content.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    found = read(lying, "form.xlsx")
    assert found.questionnaire is None


def test_too_many_parts_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(limits.MAX_ENTRIES + 1):
            archive.writestr(str(number), b"")
    assert "files inside" in reason(stream.getvalue())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_any_encoding(encoding: str) -> None:
    laughs = (
        '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
    )
    content = with_part(workbook(SURVEY), "xl/sharedStrings.xml", laughs.encode(encoding))
    assert "entities" in reason(content)


@pytest.mark.parametrize("place", ["A1048576", "XFD1", "XFD1048576", "A20001"])
def test_a_cell_in_the_far_corner_is_refused_before_room_is_made_for_it(place: str) -> None:
    content = with_part(workbook(SURVEY), "xl/worksheets/sheet1.xml", cell_at(place))
    tracemalloc.start()
    assert "the limit is" in reason(content)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_formats_that_reach_to_the_end_of_a_sheet_do_no_harm() -> None:
    sheet = cell_at("A1", '</row><row r="1048576" s="1"><c r="XFD1048576" s="1"/>')
    found = read(with_part(workbook(SURVEY), "xl/worksheets/sheet1.xml", sheet), "form.xlsx")
    assert [loss.code for loss in found.losses] == ["column_missing"]


def test_a_hundred_thousand_rows_are_refused() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        page = book.add_worksheet("survey")
        for row in range(100_000):
            page.write_string(row, 0, "text")
    assert "the limit is" in reason(stream.getvalue())


def test_more_questions_than_the_limit_are_refused() -> None:
    rows = "\n".join(f"text | q{n} | Q" for n in range(limits.MAX_QUESTIONS + 1))
    found = imported(f"type | name | label\n{rows}")
    assert losses(found) == [("rows_many", "survey")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\0" * 100,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
    ],
)
def test_a_broken_workbook_is_refused(content: bytes) -> None:
    assert reason(content)


def test_an_old_workbook_that_ends_its_reader_ends_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "_CHILD", "import os; os.abort()")
    assert "not a sound workbook" in reason(OLE)
    monkeypatch.setattr(apart, "_CHILD", "while True: pass")
    monkeypatch.setattr(limits, "MAX_SECONDS", 0.2)
    assert "not a sound workbook" in reason(OLE)
    monkeypatch.setattr(apart, "_CHILD", """print('{"survey": [65536, 256]}')""")
    assert "65536 rows" in reason(OLE)


def test_an_old_sheet_that_claims_too_much_room_is_made_to_claim_little() -> None:
    record = b"\x00\x02\x0e\x00" + struct.pack("<IIHHH", 0, 65_536, 0, 4_096, 0)
    honest = b"\x00\x02\x0e\x00" + struct.pack("<IIHHH", 0, 50, 0, 14, 0)
    changed = apart.modest(OLE + record + honest)
    assert struct.unpack("<IIHHH", changed[12:26]) == (0, 1, 0, 1, 0)
    assert changed.endswith(honest)


@pytest.mark.parametrize("claim", ['count="4000000000" uniqueCount="4000000000"', 'count="x"'])
def test_a_size_that_is_only_claimed_reserves_no_room(claim: str) -> None:
    strings = f"<sst {claim}><si><t>type</t></si></sst>".encode()
    read(with_part(workbook(SURVEY), "xl/sharedStrings.xml", strings), "form.xlsx")
    claimed = cell_at("A1").replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    found = read(with_part(workbook(SURVEY), "xl/worksheets/sheet1.xml", claimed), "form.xlsx")
    assert [loss.code for loss in found.losses] == ["column_missing"]


def test_a_workbook_cut_short_anywhere_is_refused() -> None:
    whole = workbook(SURVEY)
    for length in range(10, len(whole) - 30, 97):
        assert reason(whole[:length])


def test_a_workbook_with_any_byte_changed_is_read_or_refused() -> None:
    whole = workbook(SURVEY)
    for position in range(0, len(whole), 13):
        read(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :], "f.xlsx")


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert "bytes" in reason(b"PK\x03\x04" + b"\0" * limits.MAX_FILE)


def test_text_in_gb18030_is_read_and_the_guess_is_reported() -> None:
    text = "survey\n,type,name,label\n,text,q,您的姓名？\n"
    found = read(text.encode("gb18030"), "form.csv")
    assert found.questionnaire is not None
    assert found.questionnaire.items[0].label.get("zh") == "您的姓名？"
    assert ("file_encoding_guessed", "") in losses(found, "warning")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_settles_the_encoding(encoding: str) -> None:
    text = "survey\n,type,name,label\n,text,q,您的年龄？\n"
    found = read(text.encode(encoding), "form.csv")
    assert found.questionnaire is not None
    assert not losses(found, "warning")


def test_bytes_in_no_known_encoding_are_refused() -> None:
    assert "neither UTF-8" in reason(b"survey\n,type\n\xff\xff\xff\x80", "form.csv")


def test_a_cell_of_a_hundred_kilobytes_is_cut_with_a_loss() -> None:
    found = read(f"survey\n,type,name,label\n,text,q,{'x' * 100_000}\n".encode(), "form.csv")
    assert found.questionnaire is not None
    assert len(found.questionnaire.items[0].label.get("en")) == limits.MAX_CELL
    assert ("cell_long", "survey!C2") in losses(found, "error")


def test_formulas_written_as_text_are_only_text() -> None:
    found = imported("type | name | label\ntext | q | =cmd|'/c calc'!A1".replace("cmd|", "cmd"))
    assert found.questionnaire is not None
    assert found.questionnaire.items[0].label.get("en").startswith("=cmd")


def test_thousands_of_circles_are_found_in_one_go() -> None:
    rows = "\n".join(f"integer | q{n} | Q | ${{q{n ^ 1}}} = 1" for n in range(4000))
    found = imported(f"type | name | label | relevant\n{rows}")
    assert (found.items, found.flagged) == (4000, 4000)


def test_groups_within_groups_without_end_are_cut() -> None:
    deep = "\n".join(f"begin group | g{n} | G" for n in range(1000))
    found = imported(f"type | name | label\n{deep}\ntext | q | Q")
    assert found.items == 1
    assert "group_deep" in {code for code, _ in losses(found, "error")}


@pytest.mark.parametrize("references", [1, 20])
def test_the_work_grows_with_the_form(references: int) -> None:
    def run(rows: int) -> object:
        lines = [
            f"text | q{n} | Q | "
            + " or ".join(f"${{q{(n * 7 + k) % n}}} = 'x'" for k in range(references if n else 0))
            for n in range(rows)
        ]
        found = imported("type | name | label | relevant\n" + "\n".join(lines))
        assert found.translated == rows - 1
        return found

    assert grows_evenly(run, 60)


def test_expressions_beyond_the_limit_are_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_EXPRESSIONS", 40)
    rows = "\n".join(f"text | q{n} | Q | ${{q0}} = 'x'" for n in range(1, 6))
    found = imported(f"type | name | label | relevant\ntext | q0 | Q |\n{rows}")
    assert (found.translated, found.flagged) == (3, 2)
    assert "taken together" in found.errors[0].message("en")
