"""`surveyapp backup` and `surveyapp account`: what they leave, and what they say."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.surveyapp.conftest import Run


def test_a_backup_is_a_database_for_its_owner_only(run: Run, tmp_path: Path) -> None:
    assert run("account", "ying", stdin="correct horse battery\n").returncode == 0
    copy = tmp_path / "copy.sqlite"
    assert run("backup", copy).returncode == 0
    assert oct(copy.stat().st_mode & 0o777) == "0o600"
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT username FROM account").fetchall() == [("ying",)]
    again = run("backup", copy)
    assert again.returncode == 1, "nothing is written over"
    assert "cannot be written" in again.stderr


def test_whoever_makes_an_account_is_told_what_it_can_do(run: Run) -> None:
    password = "correct horse battery\n"
    assert "administrator of everything" in run("account", "ying", stdin=password).stdout
    second = run("account", "li", stdin=password).stdout
    assert "has no role yet" in second
    assert "administrator" not in second
    assert "has no role yet" not in run("account", "li", "--role", "viewer").stdout
