"""The program as a user runs it: what it says, and with which exit code it ends."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from surveyapp import create_app
from surveyapp.cli import COMMANDS, words
from surveyapp.cli.sentences import SENTENCES, common, definitions, staff
from surveyapp.config import Config
from tests.conftest import Demo
from tests.journeys import Staff
from tests.surveyapp.conftest import Run

BROKEN = """\
id: broken
title: {zh: 坏, en: Broken}
genre: survey
sections:
  - id: main
    title: {zh: 甲, en: A}
    items:
      - {id: one, kind: scal, label: {zh: 甲, en: A}}
      - {id: two, kind: long_text, label: {zh: 乙, en: B}, colour: red}
"""


def _one_line(text: str) -> str:
    [line] = text.splitlines()
    return line


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["--help"], {}, "Surveys: from a definition"),
        (["--help"], {"LANG": "zh_CN.UTF-8"}, "问卷调查"),
        (["--lang", "zh", "--help"], {}, "问卷调查"),
        (["--lang=en", "--help"], {"LANG": "zh_CN.UTF-8"}, "Surveys: from a definition"),
    ],
)
def test_help_speaks_the_language_asked_for(
    run: Run, arguments: list[str], environment: dict[str, str], expected: str
) -> None:
    result = run(*arguments, **environment)
    assert result.returncode == 0
    assert expected in result.stdout
    for name in ("demo", "run", "check", "analyse", "report"):
        assert f"  {name}" in result.stdout


def test_help_loads_nothing_heavy(run: Run) -> None:
    result = run("--help", PYTHONPROFILEIMPORTTIME="1")
    assert "click" in result.stderr
    for heavy in ("flask", "sqlalchemy", "numpy", "matplotlib", "pydantic"):
        assert f" {heavy}\n" not in result.stderr


@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_has_both_languages_and_the_same_slots(key: str) -> None:
    chinese, english = SENTENCES[key]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)
    slots = [{part.split("}")[0] for part in text.split("{")[1:]} for text in (chinese, english)]
    assert slots[0] == slots[1]


def test_no_sentence_is_left_over() -> None:
    folder = Path(words.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    built = {f"{name}_help" for name in COMMANDS} | {key for key in SENTENCES if key[:5] == "demo_"}
    used = [key for key in SENTENCES if key in built or f'"{key}"' in code]
    assert used == list(SENTENCES)


def test_no_two_parts_name_a_sentence_alike() -> None:
    parts = (common.SENTENCES, definitions.SENTENCES, staff.SENTENCES)
    assert len(SENTENCES) == sum(len(part) for part in parts)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "chek"),
        (["check"], "FILES is missing"),
        (["check", "--colour", "x"], "no option --colour"),
        (["run", "--port", "99999"], "--port"),
    ],
)
def test_a_wrong_call_is_explained_and_ends_with_2(
    run: Run, arguments: list[str], message: str
) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_check_lists_every_problem_with_line_and_column(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    result = run("check", "broken.yaml", "missing.yaml")
    lines = result.stdout.splitlines()
    assert result.returncode == 1
    assert any(line.startswith("broken.yaml:8:") and "scal" in line for line in lines)
    assert any(line.startswith("broken.yaml:9:") and "colour" in line for line in lines)
    assert any(line.startswith("missing.yaml") for line in lines)
    chinese = run("check", "broken.yaml", "--lang", "zh").stdout
    assert "题型" in chinese
    assert "broken.yaml:8:" in chinese


def test_check_of_a_good_file_ends_with_0(run: Run) -> None:
    library = Path(__file__).parents[2] / "questionnaires" / "library" / "team-survey-19.yaml"
    result = run("check", library)
    assert result.returncode == 0
    assert "no problems" in result.stdout


def test_demo_says_what_it_does_and_is_quick_the_second_time(run: Run, tmp_path: Path) -> None:
    first = run("demo")
    assert first.returncode == 0
    assert "252 sealed codes" in first.stdout
    kept = json.loads((tmp_path / "data" / "demo.json").read_text(encoding="utf-8"))
    second = run("demo", "--lang", "zh")
    assert "保持不变" in second.stdout
    assert kept == json.loads((tmp_path / "data" / "demo.json").read_text(encoding="utf-8"))


def test_demo_without_its_codes_says_how_to_go_on(run: Run, demo: Demo) -> None:
    demo.config.demo_file.unlink()
    result = run("demo", SURVEYAPP_DATA=demo.config.data)
    assert result.returncode == 1
    assert "demo.json" in _one_line(result.stderr)


@pytest.mark.parametrize(
    "environment",
    [
        {"SURVEYAPP_DATABASE": "nonsense"},
        {"SURVEYAPP_DATABASE": "oracle://nowhere/x"},
        {"SURVEYAPP_DATA": "/proc/nowhere"},
        {"SURVEYAPP_PORT": "eighty"},
    ],
)
def test_settings_that_cannot_be_used_are_one_line(run: Run, environment: dict[str, str]) -> None:
    result = run("demo", **environment)
    assert result.returncode == 1
    assert _one_line(result.stderr).startswith("Error: ")


def test_a_file_that_is_no_database_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "surveyapp.sqlite").write_text("not a database, but long enough " * 99)
    result = run("demo")
    assert result.returncode == 1
    assert "not a database" in _one_line(result.stderr)


def test_a_port_in_use_is_said_with_another_to_try(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("run", "--port", port)
    assert result.returncode == 1
    assert f"--port {port + 1}" in _one_line(result.stderr)


def test_an_unexpected_error_is_one_line_and_a_log_for_us(run: Run, tmp_path: Path) -> None:
    """A folder where the file with the codes should be: nothing in the program expects that."""
    (tmp_path / "data" / "demo.json").mkdir(parents=True)
    result = run("run", TMPDIR=tmp_path)
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    [log] = tmp_path.glob("surveyapp-*.log")
    assert str(log) in result.stderr
    assert "Traceback" in log.read_text(encoding="utf-8")
    assert "Traceback" in run("--debug", "run", TMPDIR=tmp_path).stderr


LEADING = """\
id: leading
title: {zh: 意见, en: Opinions}
sections:
  - id: main
    title: {zh: 甲, en: A}
    items:
      - {id: one, kind: yes_no, label: {zh: 您对食堂的饭菜和服务满意吗？, en: Are you content?}}
"""


def test_check_tells_what_reads_badly_and_why(run: Run, tmp_path: Path) -> None:
    (tmp_path / "leading.yaml").write_text(LEADING, encoding="utf-8")
    plain = run("check", "leading.yaml", "--lang", "zh")
    assert plain.returncode == 0, "the definition can be used"
    assert "leading.yaml:7:" in plain.stdout
    assert "[double_barrelled]" in plain.stdout
    assert "例：" not in plain.stdout
    assert "例：" in run("check", "leading.yaml", "--explain", "--lang", "zh").stdout
    silent = run("check", "leading.yaml", "--no-lint")
    assert "double_barrelled" not in silent.stdout
    assert "no problems" in silent.stdout


def test_an_account_made_on_the_command_line_can_sign_in(tmp_path: Path) -> None:
    environment = {**os.environ, "SURVEYAPP_DATA": str(tmp_path), "LANG": "en_US.UTF-8"}

    def account(password: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "surveyapp", "account", "ying"],
            input=f"{password}\n",
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    short = account("short")
    assert short.returncode == 1
    assert "at least 12 characters" in short.stderr
    assert account("a long enough password").returncode == 0
    app = create_app(Config(data=tmp_path))
    assert Staff(app, "ying", "a long enough password").see("/staff?lang=en").text
    with pytest.raises(AssertionError):
        Staff(app, "ying", "another password")
