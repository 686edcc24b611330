"""`surveyapp organisation`: the same import as the pages, for whoever sits at the machine."""

from __future__ import annotations

from pathlib import Path

from surveyapp.db import Database
from surveyapp.organisation import operations
from surveyapp.organisation.models import Unit
from tests.surveyapp.conftest import Run
from tests.surveyapp.organisations import workbook
from tests.surveyapp.test_organisation_import import ALL, units


def test_a_dry_run_shows_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "o.xlsx").write_bytes(workbook(**ALL))
    shown = run("organisation", "import", "o.xlsx", "--dry-run")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Units: 3 new" in shown.stdout
    assert "Nothing was written." in shown.stdout
    again = run("organisation", "import", "o.xlsx", "--lang", "zh")
    assert "单位：新增 3" in again.stdout
    assert "已写入。" in again.stdout
    assert "3 unchanged" in run("organisation", "import", "o.xlsx").stdout
    database = Database(f"sqlite:///{tmp_path / 'data' / 'surveyapp.sqlite'}")
    with database.session() as session:
        assert operations.unit(session, "T1").name.get("zh") == "云岫镇"
    database.dispose()


def test_problems_are_listed_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "o.xlsx").write_bytes(units("T9 | nowhere | 镇 | 新镇", "T8 | | 镇 | 好镇"))
    ended = run("organisation", "import", "o.xlsx")
    assert ended.returncode == 1
    assert "Units, row 2, Parent code: There is no unit with the code “nowhere”." in ended.stderr
    database = Database(f"sqlite:///{tmp_path / 'data' / 'surveyapp.sqlite'}")
    with database.session() as session:
        assert session.get(Unit, 1) is None
    database.dispose()


def test_what_is_exported_comes_back_unchanged(run: Run, tmp_path: Path) -> None:
    (tmp_path / "o.xlsx").write_bytes(workbook(**ALL))
    run("organisation", "import", "o.xlsx")
    names = ("all.xlsx", "units.csv", "people.csv", "postings.csv", "teams.csv")
    assert run("organisation", "export", *names).returncode == 0
    for chosen in (names[:1], names[1:]):
        back = run("organisation", "import", *chosen, "--full", "--dry-run").stdout
        assert "Units: 3 unchanged" in back
        assert "new" not in back


def test_a_name_that_says_no_format_is_refused(run: Run) -> None:
    ended = run("organisation", "export", "x.pdf")
    assert ended.returncode == 1
    assert "units.csv" in ended.stderr
    assert run("organisation", "import", "missing.xlsx").returncode == 1
