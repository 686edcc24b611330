"""`surveyapp try`: what a definition makes of answers, before anybody is asked."""

from __future__ import annotations

import json
from pathlib import Path

from tests.surveyapp.conftest import Run

DEFINITION = """\
id: doors
title: {zh: 门, en: Doors}
quotas: [{id: all, when: "true()", limit: 9}]
sections:
  - id: main
    title: {zh: 门, en: Doors}
    items:
      - {id: place, kind: short_text, required: true, label: {zh: 地点, en: Place}}
      - id: broken
        kind: integer
        relevant: "${place} != ''"
        problem_if: ". > 2"
        label: {zh: "${place}坏门数", en: "Broken doors in ${place}"}
      - {id: arm, kind: arm, label: A, arms: [{value: a, label: A}, {value: b, label: B}]}
"""


def answers(folder: Path, values: object) -> Path:
    (folder / "doors.yaml").write_text(DEFINITION, "utf-8")
    path = folder / "answers.json"
    path.write_text(json.dumps(values), "utf-8")
    return path


def test_accepted_answers_are_shown_as_they_would_be_stored(run: Run, tmp_path: Path) -> None:
    file = answers(tmp_path, {"place": "Hall", "broken": "3"})
    result = run("try", "doors.yaml", file, "--seed", "s")
    assert result.returncode == 0, result.stderr
    assert "broken  Broken doors in Hall" in result.stdout
    assert '"broken": 3' in result.stdout
    assert '"arm": "' in result.stdout
    assert "They open a finding (broken): Broken doors in Hall: 3" in result.stdout
    assert "They count towards: all" in result.stdout
    assert run("try", "doors.yaml", file, "--seed", "s").stdout == result.stdout


def test_refused_answers_come_with_the_reasons(run: Run, tmp_path: Path) -> None:
    result = run("try", "doors.yaml", answers(tmp_path, {"broken": "x"}), LANG="zh_CN.UTF-8")
    assert result.returncode == 1
    assert "! place: 请填写此题。" in result.stdout
    assert "这份答案不会被接受。" in result.stdout
    assert "坏门数" not in result.stdout, "not asked while the place is missing"


def test_files_that_cannot_be_read_are_told_in_one_line(run: Run, tmp_path: Path) -> None:
    file = answers(tmp_path, {})
    file.write_text("[" * 100_000, "utf-8")
    for names, message in (
        (("doors.yaml", file), "is not a JSON file"),
        (("doors.yaml", "gone.json"), "cannot be read"),
        ((file, file), "cannot be used yet"),
        (("gone.yaml", file), "gone.yaml: The file cannot be read: there is no such file"),
        ((tmp_path, file), "The file cannot be read: it is a folder"),
    ):
        result = run("try", *names)
        assert result.returncode == 1
        assert message in result.stderr
        assert "Traceback" not in result.stderr


def test_arms_are_drawn_without_a_seed_too(run: Run, tmp_path: Path) -> None:
    result = run("try", "doors.yaml", answers(tmp_path, {"place": "Hall"}))
    assert result.returncode == 0, result.stderr
    assert '"arm": "' in result.stdout


def test_half_a_surrogate_pair_is_refused(run: Run, tmp_path: Path) -> None:
    file = answers(tmp_path, {"place": "\ud800"})
    written = DEFINITION.replace("required: true", 'required: true, pattern: "[a-z]+"')
    (tmp_path / "doors.yaml").write_text(written, "utf-8")
    result = run("try", "doors.yaml", file)
    assert result.returncode == 1
    assert "! place: The text holds characters that cannot be shown." in result.stdout
    assert not result.stderr
