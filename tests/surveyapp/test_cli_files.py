"""`surveyapp analyse` and `surveyapp report`: files in, files out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Demo
from tests.surveyapp.conftest import Run
from tests.test_packaging import DATA, DEFINITION

INSTEVAL = Path(__file__).parents[3] / "shared" / "data" / "insteval.csv"

LECTURERS = """\
id: lecturer-rating
title: {zh: 授课评价, en: Lecture rating}
genre: survey
data: {unit: d, parent: dept, ignore: [s, studage, lectage, service]}
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
      - {id: y, kind: scale, scale: mark5, required: true, label: {zh: 总体评价, en: Overall}}
negative_list: {min_valid: 5, negative_share_above: 3/10}
"""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(DEFINITION, encoding="utf-8")
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")


def test_analyse_sums_up_a_file_and_touches_no_database(run: Run, tmp_path: Path) -> None:
    result = run("analyse", "data.csv", "--definition", "q.yaml")
    assert result.returncode == 0, result.stderr
    assert "14 responses, 2 units" in result.stdout
    assert "1 of 2 units are listed; entries: 1, severe: 0" in result.stdout
    assert re.search(r"b: Overall 42\.9% negative \(3 of 7", result.stdout)
    assert not (tmp_path / "data").exists()


def test_analyse_speaks_chinese(run: Run) -> None:
    result = run("analyse", "data.csv", "--definition", "q.yaml", "--lang", "zh")
    assert "14 份答卷" in result.stdout
    assert "负面清单" in result.stdout


def test_analyse_counts_a_folder_of_parts_to_the_same_figures(run: Run, tmp_path: Path) -> None:
    kept = run(
        "analyse", "data.csv", "--definition", "q.yaml", "--parquet", "parts", "--json", "a.json"
    )
    assert kept.returncode == 0, kept.stderr
    assert (tmp_path / "parts" / "part-00000.parquet").exists()
    for how in ((), ("--processes", "2")):
        found = run("analyse", "parts", "--definition", "q.yaml", "--json", "b.json", *how)
        assert found.returncode == 0, found.stderr
        assert found.stdout == kept.stdout
        assert (tmp_path / "b.json").read_bytes() == (tmp_path / "a.json").read_bytes()


def test_analyse_counts_on_a_dask_cluster(run: Run, tmp_path: Path) -> None:
    from distributed import LocalCluster

    run("analyse", "data.csv", "--definition", "q.yaml", "--parquet", "parts", "--json", "a.json")
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        where = ("--dask", cluster.scheduler_address)
        found = run("analyse", "parts", "--definition", "q.yaml", "--json", "b.json", *where)
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "b.json").read_bytes() == (tmp_path / "a.json").read_bytes()
    gone = run("analyse", "parts", "--definition", "q.yaml", *where)
    assert gone.returncode == 1
    assert "cannot be reached" in gone.stderr


@pytest.mark.parametrize("language", ["zh", "en"])
def test_analyse_names_the_part_that_cannot_be_counted(
    run: Run, tmp_path: Path, language: str
) -> None:
    run("analyse", "data.csv", "--definition", "q.yaml", "--parquet", "parts")
    taken = run("analyse", "data.csv", "--definition", "q.yaml", "--parquet", "parts")
    assert taken.returncode == 1
    part = tmp_path / "parts" / "part-00000.parquet"
    whole = part.read_bytes()

    def complaint() -> str:
        found = run("analyse", "parts", "--definition", "q.yaml", "--lang", language)
        assert found.returncode == 1
        assert "Traceback" not in found.stderr
        return found.stderr

    part.write_bytes(whole[:100])
    assert ("无法读取" if language == "zh" else "damaged") in complaint()
    part.write_bytes(whole)
    changed = DEFINITION.replace("id: mark", "id: note")
    (tmp_path / "q.yaml").write_text(changed, encoding="utf-8")
    assert ("另一份问卷" if language == "zh" else "another questionnaire") in complaint()
    (tmp_path / "parts" / "axes.json").unlink()
    assert "axes.json" in complaint()


def test_analyse_writes_all_figures_as_json(run: Run, tmp_path: Path) -> None:
    run("analyse", "data.csv", "--definition", "q.yaml", "--json", "out.json")
    figures = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert figures["overview"]["returned"] == 14
    assert [unit["code"] for unit in figures["negative_list"]] == ["b"]


def test_analyse_writes_a_pdf(run: Run, tmp_path: Path) -> None:
    result = run("analyse", "data.csv", "--definition", "q.yaml", "--pdf", "out.pdf")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("lecturer,mark,colour\na,5,red\n", ["colour"]),
        ("lecturer,mark\na,5\na,7\n", ["3", "mark", "7"]),
        ("mark\n5\n", ["lecturer"]),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_with_errors_is_not_analysed_and_says_where(
    run: Run, tmp_path: Path, content: str, named: list[str], language: str
) -> None:
    (tmp_path / "data.csv").write_text(content, encoding="utf-8")
    result = run(
        *["analyse", "data.csv", "--definition", "q.yaml", "--json", "out.json"],
        *["--lang", language],
    )
    assert result.returncode == 1
    assert not (tmp_path / "out.json").exists()
    for name in named:
        assert name in result.stderr.split("\n", 2)[2]
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("data", "definition"), [("missing.csv", "q.yaml"), ("data.csv", "missing.yaml")]
)
def test_a_missing_file_is_named(run: Run, data: str, definition: str) -> None:
    result = run("analyse", data, "--definition", definition)
    assert result.returncode == 1
    assert "missing" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_result_that_cannot_be_written_is_one_line(run: Run) -> None:
    result = run("analyse", "data.csv", "--definition", "q.yaml", "--json", "no/such/out.json")
    assert result.returncode == 1
    assert "out.json" in result.stderr.splitlines()[-1]


@pytest.mark.skipif(not INSTEVAL.exists(), reason="the shared data are not beside the checkout")
def test_482_of_1128_lecturers_have_a_negative_share_above_30_percent(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "lecturers.yaml").write_text(LECTURERS, encoding="utf-8")
    result = run("analyse", INSTEVAL, "--definition", "lecturers.yaml")
    assert result.returncode == 0, result.stderr
    print(result.stdout)
    assert "73421 responses, 1128 units" in result.stdout
    assert "482 of 1128 units are listed" in result.stdout


def test_report_writes_the_pdf_of_a_round(run: Run, demo: Demo, tmp_path: Path) -> None:
    result = run(
        *["report", demo.round, "--pdf", "report.pdf", "--lang", "zh"],
        SURVEYAPP_DATA=demo.config.data,
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_report_of_an_unknown_round_names_those_there_are(run: Run, demo: Demo) -> None:
    result = run("report", "nothing", "--pdf", "x.pdf", SURVEYAPP_DATA=demo.config.data)
    assert result.returncode == 1
    assert demo.round in result.stderr
