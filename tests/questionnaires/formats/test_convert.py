"""`surveyapp convert`, the registry behind it, foreign names, and the sweep over a folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import questionnaires
from questionnaires import library
from questionnaires.formats import losses, registry
from questionnaires.formats.names import Names, identifier
from surveyapp.cli import program
from surveyapp.cli.failure import ERROR, guard
from tests.sweep import sweep, table

from .sheets import workbook

GOOD = "type | name | label\ntext | q | Question"
FAULTY = "type | name | label | relevant\ntext | q | Q | frobnicate()\nhologram | r | R |"


def converted(*arguments: object) -> int:
    return guard(program(), ["convert", *map(str, arguments)])


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "faulty.xlsx"
    path.write_bytes(workbook(FAULTY))
    return path


@pytest.mark.parametrize("ending", [".yaml", ".json", ".xlsx"])
def test_a_form_becomes_whatever_the_name_of_the_result_says(tmp_path: Path, ending: str) -> None:
    source, target = tmp_path / "form.xlsx", tmp_path / f"out{ending}"
    source.write_bytes(workbook(GOOD))
    assert converted(source, target) == 0
    content = target.read_bytes()
    reader = registry.reader(content, target.name)
    assert reader is not None
    made = reader.read(content, target.name).questionnaire
    assert made is not None
    assert [item.id for item in made.items] == ["q"]


def test_lenient_conversion_imports_what_it_can_and_reports_the_rest(
    faulty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, report = tmp_path / "out.yaml", tmp_path / "report.json"
    assert converted(faulty, target, "--report", report) == 0
    assert len(questionnaires.load(target).items) == 2
    told = json.loads(report.read_text(encoding="utf-8"))
    assert (told["items"], told["expressions"], told["flagged"]) == (2, 1, 1)
    assert {loss["where"] for loss in told["losses"]} == {"survey!D2", "survey!A3"}
    assert all(loss["lost"]["zh"] and loss["done"]["en"] for loss in told["losses"])
    assert "survey!D2: error:" in capsys.readouterr().out


def test_strict_conversion_lists_all_errors_and_writes_nothing(
    faulty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.yaml"
    assert converted(faulty, target, "--strict") == ERROR
    assert not target.exists()
    told = capsys.readouterr()
    assert "survey!D2" in told.out
    assert "survey!A3" in told.out
    assert "nothing was written" in told.err


def test_what_cannot_be_read_or_written_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "photo.png"
    source.write_bytes(b"\x89PNG")
    for arguments in (
        (source, tmp_path / "out.yaml"),
        (source, tmp_path / "out.doc"),
        (tmp_path / "missing.xlsx", tmp_path / "out.yaml"),
    ):
        assert converted(*arguments) == ERROR
        assert capsys.readouterr().err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photo.png"]


def test_our_own_format_comes_through_unchanged(tmp_path: Path) -> None:
    name = library.names()[0]
    source, json_file, back = (tmp_path / f"a{end}" for end in (".yaml", ".json", "2.yaml"))
    source.write_text(library.text(name), encoding="utf-8")
    assert converted(source, json_file) == 0
    assert converted(json_file, back) == 0
    assert questionnaires.load(back) == library.get(name)


def test_a_spreadsheet_is_brought_back_into_its_file_and_the_comments_stay(tmp_path: Path) -> None:
    name = library.names()[0]
    file, sheet = tmp_path / "a.yaml", tmp_path / "a.sheet.xlsx"
    file.write_text(library.text(name) + "# Mine.\n", encoding="utf-8")
    assert converted(file, sheet) == 0
    assert converted(sheet, file) == 0
    assert file.read_text(encoding="utf-8") == library.text(name) + "# Mine.\n"
    assert converted(sheet, fresh := tmp_path / "fresh.yaml") == 0
    assert "# Mine." not in fresh.read_text(encoding="utf-8"), "control: the sheet has no comments"


def test_comments_that_cannot_stay_are_a_loss() -> None:
    own = registry.formats()["own"]
    questionnaire = library.get(library.names()[0])
    assert own.rewrite is not None
    kept = own.rewrite(questionnaire, library.text(library.names()[0]).encode())
    assert kept.losses == ()
    lost = own.rewrite(questionnaire, b"# A draft.\nid: other\n")
    assert [loss.code for loss in lost.losses] == ["comments_dropped"]
    assert own.rewrite(questionnaire, b"id: other\n").losses == ()


def test_a_broken_definition_of_ours_is_reported_with_line_and_column(tmp_path: Path) -> None:
    content = b"id: a\ntitle: T\nsections: 7\n"
    own = registry.formats()["own"]
    found = own.read(content, "a.yaml")
    assert found.questionnaire is None
    assert [loss.where for loss in found.losses] == ["a.yaml:3:11"]


@pytest.mark.parametrize(
    "foreign", ["Q1", "年龄", "état civil", "1a", "_x", "a" * 200, "", "😀", "-"]
)
def test_any_foreign_name_gives_an_identifier_and_always_the_same(foreign: str) -> None:
    made = identifier(foreign)
    assert re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", made)
    assert identifier(foreign) == made
    assert identifier(made) == made


def test_names_that_would_clash_are_told_apart() -> None:
    names = Names()
    taken = [names.take(name) for name in ("Q1", "q1", "q1", "q1-2", "a" * 64, "a" * 64)]
    assert len(set(taken)) == len(taken)
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", name) for name in taken)
    assert taken[0] == "q1"


def test_the_code_of_a_loss_means_one_thing_only() -> None:
    losses.register({"file_refused": losses.LOSSES["file_refused"]})
    with pytest.raises(ValueError, match="codes in use"):
        losses.register({"file_refused": ("a", "b", "c", "d")})


def test_the_sweep_prints_a_line_for_each_file_and_totals(tmp_path: Path, faulty: Path) -> None:
    (tmp_path / "good.xlsx").write_bytes(workbook(GOOD))
    (tmp_path / "photo.png").write_bytes(b"\x89PNG not a form")
    lines = table(sweep(tmp_path)).splitlines()
    assert [line.split()[0] for line in lines] == ["file", "faulty.xlsx", "good.xlsx", "2"]
    assert "2 files, 2 valid" in lines[-1]
    assert "100.0%" in lines[-1]


def test_expressions_that_could_not_be_written_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "mean.yaml"
    source.write_text(
        "id: q\ntitle: T\nsections:\n  - id: s\n    title: S\n    items:\n"
        "      - {id: a, kind: integer, label: A, constraint: . > 1}\n"
        "      - {id: b, kind: calculated, label: B, calculate: 'mean(${a}, 2)'}\n",
        encoding="utf-8",
    )
    assert converted(source, tmp_path / "mean.xlsx") == 0
    assert "2 of 2 expressions understood, 1 not written" in capsys.readouterr().out
