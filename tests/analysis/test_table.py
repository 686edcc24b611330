"""A CSV file becomes columns, or every problem is named with its row and its column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import questionnaires
from analysis.columns import Columns
from analysis.counts import counts
from analysis.release import Fieldwork, Release, build
from analysis.sources.table import MOST_PROBLEMS, DataError, read_csv
from questionnaires import Questionnaire

from .making import SURVEY, TODAY

RATINGS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "insteval.csv"
INSTEVAL = """\
id: insteval
title: {zh: 教学评价, en: Ratings of lectures}
data: {unit: d, parent: dept, ignore: [s, studage, lectage, service]}
scales:
  mark:
    - {value: "1", score: 1, negative: true, label: {zh: 很差, en: Very poor}}
    - {value: "2", score: 2, negative: true, label: {zh: 较差, en: Poor}}
    - {value: "3", score: 3, label: {zh: 一般, en: Fair}}
    - {value: "4", score: 4, label: {zh: 较好, en: Good}}
    - {value: "5", score: 5, label: {zh: 很好, en: Very good}}
sections:
  - id: main
    title: {zh: 题目, en: Items}
    items:
      - id: y
        kind: scale
        scale: mark
        label: {zh: 您对这门课的总体评价如何？, en: How do you rate this lecture overall?}
negative_list: {min_valid: 5, negative_share_above: 3/10}
"""
DATA = "data: {unit: town, parent: county, role: post_of, ignore: [when]}\n"
HEADER = "town,county,post_of,when,work,help,load,post,words\n"
ROW = "柳林镇,东县,lead,2026-05-01,5,dk,right,office,很好\n"


def survey() -> Questionnaire:
    return questionnaires.load(SURVEY + DATA)


def read(folder: Path, content: str | bytes, **layout: str) -> Columns:
    file = folder / "data.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_csv(file, survey(), **layout)


def refused(folder: Path, content: str | bytes, **layout: str) -> DataError:
    with pytest.raises(DataError) as caught:
        read(folder, content, **layout)
    return caught.value


def codes(error: DataError) -> list[str]:
    return [problem.code for problem in error.problems]


@pytest.fixture(scope="module")
def lectures() -> Release:
    if not RATINGS.exists():
        pytest.skip(f"the ratings of lectures are not beside the project: {RATINGS}")
    questionnaire = questionnaires.load(INSTEVAL)
    columns = read_csv(RATINGS, questionnaire)
    return build(questionnaire, counts(columns), Fieldwork(questionnaire.title), TODAY)


def test_482_of_1128_lecturers_are_rated_badly_by_more_than_30_percent(lectures: Release) -> None:
    print(f"{lectures.overview.units_listed} of {lectures.overview.units} lecturers are listed")
    assert lectures.overview.returned == 73_421
    assert lectures.overview.units == 1_128
    assert lectures.overview.units_listed == lectures.overview.listed == 482
    naive: dict[str, list[int]] = {}
    lines = RATINGS.read_text(encoding="utf-8").splitlines()
    place = {name.strip('"'): at for at, name in enumerate(lines[0].split(","))}
    for line in lines[1:]:
        cells = [cell.strip('"') for cell in line.split(",")]
        naive.setdefault(cells[place["d"]], []).append(int(cells[place["y"]]))
    # y <= 2 in more than 3 of 10, in whole numbers.
    bad = {
        d for d, ys in naive.items() if len(ys) >= 5 and sum(y <= 2 for y in ys) * 10 > len(ys) * 3
    }
    assert {one.code for one in lectures.negative_list} == bad


def test_lecturers_and_departments_stand_in_natural_order(lectures: Release) -> None:
    assert lectures.by_parent is not None
    departments = [unit.code for unit in lectures.by_parent.units]
    assert departments == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "10",
        "11",
        "12",
        "14",
        "15",
    ]
    lecturers = [int(unit.code) for unit in lectures.units]
    assert lecturers == sorted(lecturers)


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    columns = read(tmp_path, HEADER + ROW + "青山镇,西县,,,1,,heavy,field,\n" + ROW)
    assert columns.responses == 3
    assert columns.codes.T.tolist() == [[1, 6, 2, 1], [5, 0, 1, 2], [1, 6, 2, 1]]
    units = [(u.code, u.label.get("zh"), u.parent) for u in columns.axes.units]
    assert units == [("柳林镇", "柳林镇", "东县"), ("青山镇", "青山镇", "西县")]
    assert columns.unit.tolist() == [0, 1, 0]
    assert [columns.axes.roles[r] for r in columns.role] == ["lead", "", "lead"]


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + ROW).encode("utf-8-sig"),
        (HEADER + ROW).encode("gb18030"),
        (HEADER + ROW).replace("\n", "\r\n").encode(),
        (HEADER + ROW + "\n\n").encode(),
        (HEADER + ROW.replace("很好", '"很\n好, ""极好"""')).encode(),
        (HEADER + ROW.replace("5,dk", " 5 ,dk ")).encode(),
        (HEADER + ROW + ",,,,,,,,\n").encode(),  # a row without content, as spreadsheets leave them
    ],
    ids=["BOM", "GB18030", "CRLF", "blank lines", "quoted newline", "spaces", "empty row"],
)
def test_the_ways_in_which_programs_write_csv(tmp_path: Path, content: bytes) -> None:
    columns = read(tmp_path, content)
    assert columns.codes.T.tolist() == [[1, 6, 2, 1]]
    assert columns.axes.units[0].code == "柳林镇"


def test_the_caller_may_name_other_columns_than_the_definition(tmp_path: Path) -> None:
    columns = read(tmp_path, HEADER + ROW, unit="county", parent="when")
    assert [(u.code, u.parent) for u in columns.axes.units] == [("东县", "2026-05-01")]


def test_without_a_column_of_units_everybody_is_one_unit(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text("work,help\n5,1\n4,\n", encoding="utf-8")
    columns = read_csv(file, questionnaires.load(SURVEY))
    assert [unit.label.get("en") for unit in columns.axes.units] == ["Everyone"]
    assert columns.codes.T.tolist() == [[1, 5, 0, 0], [2, 0, 0, 0]], "a missing column is no answer"


def test_an_unknown_answer_names_its_row_and_column(tmp_path: Path) -> None:
    error = refused(tmp_path, HEADER + ROW + "\n" + ROW.replace("right", "rihgt"))
    [problem] = error.problems
    assert problem.message("zh") == (
        "第 4 行，列“load”：值“rihgt”不在选项之中（可用：heavy, right, light）。"
    )
    assert problem.message("en") == (
        'Row 4, column "load": the value "rihgt" is not an option (known: heavy, right, light).'
    )
    assert str(error) == problem.message("en")


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    """A cell with a line break is in one row, and an empty row is a row."""
    long = ROW.replace("很好", '"一\n二\n三"')
    for broken, code in (("x,y\n", "row_length"), ('x,"y"z\n', "malformed")):
        [problem] = refused(tmp_path, HEADER + long + "\n" + long + broken).problems
        assert (problem.code, problem.values["row"]) == (code, 5)


def test_an_unknown_column_is_named_with_the_known_ones(tmp_path: Path) -> None:
    error = refused(tmp_path, HEADER.replace("help", "hlep") + ROW)
    [problem] = error.problems
    assert problem.message("zh").startswith(
        "第 1 行：不认识的列“hlep”。问卷的变量有：work, help, load"
    )
    assert "data.ignore" in problem.message("en")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ["empty"]),
        ("\n\n", ["empty"]),
        (HEADER, ["empty"]),
        (HEADER + ",,,,,,,,\n", ["empty"]),
        (HEADER + ROW + "a,b\n" + ROW.replace("\n", ",more\n"), ["row_length", "row_length"]),
        (HEADER.replace("help", "work") + ROW, ["column_twice"]),
        (HEADER.replace("town", "twon") + ROW, ["column_unknown", "column_missing"]),
        (HEADER + ROW.replace("很好", '"never closed'), ["malformed"]),
        (HEADER + ROW.replace("很好", "x" * 250_000), ["malformed"]),
        (HEADER + ROW + ROW.replace("柳林镇", " "), ["unit_blank"]),
        (HEADER + ROW + ROW.replace("东县", "西县"), ["two_parents"]),
        (HEADER + ROW.replace("柳林镇", "柳林\0镇"), ["name_unfit"]),
        (HEADER + ROW.replace("东县", '"东\n县"'), ["name_unfit"]),
        (HEADER + ROW.replace("lead", "\x1b[31mred"), ["name_unfit"]),
        (HEADER + ROW.replace("柳林镇", "长" * 201), ["name_unfit"]),
        (HEADER + ROW.replace(",5,", ",5\0,"), ["code_unknown"]),
        (HEADER + ROW.replace(",5,", ",５,"), ["code_unknown"]),
        (HEADER + ROW.replace(",5,", ",5.0,"), ["code_unknown"]),
        ((HEADER + ROW).encode("utf-16"), ["encoding"]),
        (b"PK\x03\x04\xff\xff\xff\xff", ["encoding"]),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_read(
    tmp_path: Path, content: str | bytes, expected: list[str]
) -> None:
    error = refused(tmp_path, content)
    assert codes(error) == expected
    for problem in error.problems:
        for language in ("zh", "en"):
            told = problem.message(language)
            assert "{" not in told
            assert told.isprintable(), "what stands in a file does not steer a terminal"
            assert len(told) < 600


def test_a_column_with_no_variable_at_all_is_told(tmp_path: Path) -> None:
    error = refused(tmp_path, "town,county,post_of\na,b,c\n")
    assert set(codes(error)) == {"column_missing"}
    assert [p.values["column"] for p in error.problems] == ["work", "help", "load", "post"]


def test_parents_without_units_make_no_sense(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text("county,work\nx,5\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_csv(file, questionnaires.load(SURVEY), parent="county")
    assert codes(caught.value) == ["parent_alone"]
    assert read_csv(file, questionnaires.load(SURVEY), unit="county").responses == 1, "control"


def test_many_problems_are_cut_off_and_it_is_said(tmp_path: Path) -> None:
    wrong = ROW.replace(",5,", ",9,")
    exactly = refused(tmp_path, HEADER + wrong * MOST_PROBLEMS)
    assert codes(exactly) == ["code_unknown"] * MOST_PROBLEMS
    more = refused(tmp_path, HEADER + wrong * (MOST_PROBLEMS + 30))
    assert codes(more) == ["code_unknown"] * MOST_PROBLEMS + ["more"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(DataError) as caught:
            read_csv(path, survey())
        assert codes(caught.value) == ["unreadable"]
        assert "{" not in caught.value.problems[0].message("zh")


def test_units_with_endless_numbers_for_names(tmp_path: Path) -> None:
    long = ROW.replace("柳林镇", "9" * 200)
    columns = read(
        tmp_path, HEADER + long + ROW.replace("柳林镇", "10") + ROW.replace("柳林镇", "9")
    )
    assert [unit.code for unit in columns.axes.units] == ["9", "10", "9" * 200]


def test_a_unit_without_a_parent_is_its_own(tmp_path: Path) -> None:
    columns = read(tmp_path, HEADER + ROW.replace("东县", "") + ROW.replace("柳林镇", "青山镇"))
    assert [unit.parent for unit in columns.axes.units] == [None, "东县"]
    assert np.array_equal(columns.unit, [0, 1])
