"""The same attacks on every format: a clear problem, little memory, and nothing left behind.

What only workbooks or one format must bear stands with that format; these hold for all.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from questionnaires.formats.losses import Imported
from questionnaires.formats.registry import formats

from .sheets import workbook
from .test_limesurvey import question
from .test_limesurvey import survey as lime_survey

#: Bytes that reading may hold at the most in this process, for each byte of the file, and at least.
PER_BYTE, AT_LEAST = 40, 60_000_000
ENTITIES = '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OURS = "id: a\ntitle: T\nsections:\n  - id: s\n    title: T\n    items:\n"
#: Conditions that would cost a careless parser its stack, its memory or the afternoon.
CONDITIONS = {
    "parentheses": "(" * 20_000 + "1" + ")" * 20_000,
    "signs": "-" * 20_000 + "1",
    "functions": "not(" * 20_000 + "1" + ")" * 20_000,
    "a chain": " or ".join(["1"] * 20_000),
}


def sheet(rows: str, more: str = "") -> bytes:
    """Return a workbook whose first sheet is replaced by rows of XML."""
    stream = io.BytesIO()
    content = f'<?xml version="1.0"?>{more}<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData>'
    with (
        zipfile.ZipFile(io.BytesIO(workbook("type | name | label\ntext | a | A"))) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            first = name.endswith("sheet1.xml")
            new.writestr(name, f"{content}</worksheet>" if first else old.read(name))
    return stream.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def million_rows() -> bytes:
    head = f"<row>{cell('A1', 'type')}{cell('B1', 'name')}{cell('C1', 'label')}</row>"
    return sheet(head + "".join(f"<row>{cell(f'A{n}', 'x')}</row>" for n in range(2, 1_000_002)))


def nested(opening: str, inside: str, closing: str) -> bytes:
    return (opening * 20_000 + inside + closing * 20_000).encode()


#: (format, attack) -> (file name, its content)
FILES: dict[tuple[str, str], tuple[str, Callable[[], bytes]]] = {
    ("xlsform", "a million rows"): ("f.xlsx", million_rows),
    ("xlsform", "a million lines"): ("f.csv", lambda: b"type,name,label\n" + b"text,q,L\n" * 10**6),
    ("xlsform", "a bomb"): ("f.xlsx", lambda: sheet(" " * 50_000_000)),
    ("xlsform", "entities"): ("f.xlsx", lambda: sheet("&b;", ENTITIES)),
    ("surveyjs", "many questions"): (
        "f.json",
        lambda: b'{"elements":[' + b",".join([b'{"type":"text","name":"q"}'] * 50_000) + b"]}",
    ),
    ("surveyjs", "nesting"): (
        "f.json",
        lambda: nested('{"elements":[{"type":"panel","name":"p",', '"a":1', "}]}"),
    ),
    ("fhir", "nesting"): (
        "f.json",
        lambda: nested('{"resourceType":"Questionnaire","item":[', "1", "]}"),
    ),
    ("limesurvey", "entities"): (
        "f.lss",
        lambda: f'<?xml version="1.0"?>{ENTITIES}<document>&b;</document>'.encode(),
    ),
    ("limesurvey", "nesting"): ("f.lss", lambda: nested("<document>", "x", "</document>")),
    ("pasted", "a million lines"): ("f.txt", lambda: "1. 问题？\n".encode() * 10**6),
    ("own", "anchors"): (
        "f.yaml",
        lambda: f"{OURS}      - &a {{id: q, kind: date, label: L}}\n      - *a\n".encode(),
    ),
    ("own", "nesting"): ("f.yaml", lambda: b"sections: " + b"[" * 200_000),
    ("own", "size"): ("f.yaml", lambda: b"sections: []\n# " + b"x" * 3_000_000),
}


def conditioned(form: str, condition: str) -> tuple[str, bytes]:
    """Return a form of two questions, the second asked under a condition."""
    if form == "surveyjs":
        elements = [{"type": "text", "name": "a", "visibleIf": condition}]
        return "f.json", json.dumps({"elements": elements}).encode()
    if form == "limesurvey":
        return "f.lss", lime_survey(questions=[question("N", "a", relevance=condition)])
    if form == "fhir":
        url = (
            "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"
        )
        expression = {"language": "text/fhirpath", "expression": condition}
        extension = [{"url": url, "valueExpression": expression}]
        item = {"linkId": "a", "type": "integer", "text": "A", "extension": extension}
        return "f.json", json.dumps({"resourceType": "Questionnaire", "item": [item]}).encode()
    if form == "xlsform":
        table = f"type | name | label | relevant\ntext | a | A | {condition[:32_000]}"
        return "f.xlsx", workbook(table)
    return (
        "f.yaml",
        f'{OURS}      - {{id: a, kind: date, label: L, relevant: "{condition}"}}\n'.encode(),
    )


def attacked(form: str, name: str, content: bytes) -> Imported:
    """Read a file, and check that it costs little memory and leaves no file and no process."""
    beside = children()
    tracemalloc.start()
    imported = formats()[form].read(content, name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= max(AT_LEAST, PER_BYTE * len(content)), peak
    assert not os.listdir(tempfile.gettempdir())
    assert not children() - beside
    return imported


def children() -> set[str]:
    """Return the processes that this one began and that have not ended, where that can be seen."""
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return set(listed.read_text().split()) if listed.exists() else set()


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that nobody else puts anything into, for this process and those it begins."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


@pytest.mark.parametrize(("form", "attack"), FILES)
def test_a_hostile_file_is_refused_with_one_clear_problem(form: str, attack: str) -> None:
    name, content = FILES[form, attack]
    imported = attacked(form, name, content())
    assert imported.questionnaire is None
    (problem,) = {loss.message("en"): loss for loss in imported.errors}.values()
    assert problem.message("zh") != problem.message("en")


@pytest.mark.parametrize("attack", CONDITIONS)
@pytest.mark.parametrize("form", ["xlsform", "surveyjs", "limesurvey", "fhir", "own"])
def test_a_hostile_condition_is_left_out_and_told(form: str, attack: str) -> None:
    name, content = conditioned(form, CONDITIONS[attack])
    imported = attacked(form, name, content)
    assert len(imported.errors) == 1
    if form == "own":  # a definition with an error is no definition
        assert imported.questionnaire is None
    else:
        assert imported.questionnaire is not None
        assert imported.questionnaire.items[0].relevant is None


@pytest.mark.parametrize("form", ["xlsform", "surveyjs", "limesurvey", "fhir", "own"])
def test_control_a_plain_condition_is_kept(form: str) -> None:
    imported = attacked(form, *conditioned(form, "1 = 1" if form != "limesurvey" else "1 == 1"))
    assert imported.questionnaire is not None
    assert imported.questionnaire.items[0].relevant == "1 = 1"


def test_control_what_is_left_behind_would_be_noticed() -> None:
    with tempfile.NamedTemporaryFile() as left:
        assert Path(left.name).name in os.listdir(tempfile.gettempdir())
