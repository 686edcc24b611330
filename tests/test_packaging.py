"""The wheel is complete: installed alone, far from the checkout, the program works."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

# One worker makes the wheel and the environment for all of these tests.
pytestmark = pytest.mark.xdist_group("packaging")

ROOT = Path(__file__).parent.parent

DEFINITION = """\
id: lecture-rating
title: {zh: 授课评价, en: Lecture rating}
genre: survey
data: {unit: lecturer}
scales:
  mark5:
    - {value: 5, label: {zh: 很好, en: Very good}}
    - {value: 4, label: {zh: 好, en: Good}}
    - {value: 3, label: {zh: 一般, en: Fair}}
    - {value: 2, negative: true, label: {zh: 差, en: Poor}}
    - {value: 1, negative: true, label: {zh: 很差, en: Very poor}}
sections:
  - id: main
    title: {zh: 评价, en: Rating}
    items:
      - {id: mark, kind: scale, scale: mark5, required: true, label: {zh: 总体, en: Overall}}
negative_list: {min_valid: 5, negative_share_at_least: 1/4}
"""
DATA = "lecturer,mark\n" + "".join(
    f"{lecturer},{mark}\n"
    for lecturer, marks in {"a": "5554443", "b": "1123454"}.items()
    for mark in marks
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a clean environment that holds the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=False, symlinks=True)
    subprocess.run(
        [
            *[sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")],
            *["install", "--quiet", "--no-compile", "-c", str(ROOT / ".constraints.txt")],
            str(wheel),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
    return folder / "bin"


def _run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "SURVEYAPP"))}
    return subprocess.run(
        [installed / "surveyapp", *arguments],
        cwd=folder,
        env=environment | {"LANG": "C.UTF-8", "LC_ALL": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_wheel_contains_what_is_not_python(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for part in (
        "questionnaires/library/team-survey-19.yaml",
        "surveyapp/migrations/script.py.mako",
        "surveyapp/templates/base.html",
        "surveyapp/static/surveyapp.css",
        "surveyapp/translations/zh_Hans/LC_MESSAGES/messages.mo",
        "analysis/fonts/NotoSansSC-Regular.ttf",
        "analysis/fonts/OFL.txt",
        "analysis/report/report.typ",
    ):
        assert part in names
    assert not [name for name in names if name.startswith("tests/") or "/.data/" in name]


def test_everything_in_the_packages_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    here = {
        path.relative_to(ROOT).as_posix()
        for package in ("surveyapp", "analysis", "questionnaires")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert here - names == set()


def test_help_works_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    result = _run(installed, tmp_path, "--help")
    assert result.returncode == 0, result.stderr
    assert "analyse" in result.stdout


def test_a_report_is_made_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(DEFINITION, encoding="utf-8")
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    arguments = ["data.csv", "--definition", "q.yaml", "--pdf", "report.pdf", "--lang", "zh"]
    result = _run(installed, tmp_path, "analyse", *arguments)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_the_demonstration_is_made_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    result = _run(installed, tmp_path, "demo")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / ".data" / "demo.json").is_file()
