"""Choice lists in spreadsheet forms: lookups of their columns, KoboToolbox's groups over them."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter

from questionnaires.formats.xlsform import read
from questionnaires.formats.xlsform.lookups import MOST_VALUES

from .sheets import form, imported, item, losses

LANDS = """
    list_name | name | label | capital | continent
    land      | it   | Italy | Rome    | eu
    land      | fr   | France| Paris   | eu
    land      | jp   | Japan | Tokyo   | as
"""
ABC = """
    list_name | name | label
    abc       | a    | A
    abc       | b    | B
    abc       | c    | C
"""


class TestLookups:
    @pytest.mark.parametrize(
        ("path", "ours"),
        [
            ("instance('land')/root/item[name=${land}]/label", "choice-label(${land})"),
            (
                "instance('land')/root/item[name=${land}]/continent",
                "if(${land} in ['it', 'fr'], 'eu', if(${land} = 'jp', 'as', ''))",
            ),
            (
                "instance('land')/root/item[capital=${typed}]/name",
                "if(${typed} = 'Rome', 'it', if(${typed} = 'Paris', 'fr', "
                "if(${typed} = 'Tokyo', 'jp', '')))",
            ),
            (
                "instance('land')/root/item[name=${land} and continent='as']/capital",
                "if('jp' = ${land}, 'Tokyo', '')",
            ),
        ],
    )
    def test_a_column_of_a_list_is_written_out(self, path: str, ours: str) -> None:
        survey = f"""
            type            | name  | label | calculation
            select_one land | land  | Land  |
            text            | typed | Typed |
            calculate       | found |       | {path}
        """
        assert item(survey, LANDS).calculate == ours

    @pytest.mark.parametrize(
        ("path", "reason"),
        [
            ("instance('other')/root/item[name=${land}]/label", '"other" is in another file'),
            ("instance('land')/root/item[name=${land}]/river", "no such column"),
        ],
    )
    def test_what_the_file_does_not_hold_is_flagged_with_the_reason(
        self, path: str, reason: str
    ) -> None:
        survey = f"""
            type            | name  | label | calculation
            select_one land | land  | Land  |
            calculate       | found |       | {path}
        """
        told = [x.message("en") for x in imported(survey, LANDS).losses if "untrans" in x.code]
        assert len(told) == 1
        assert reason in told[0]

    def test_too_many_values_are_flagged(self) -> None:
        rows = "\n".join(f"land | l{n} | L{n} | c{n}" for n in range(MOST_VALUES + 1))
        survey = """
            type            | name  | label | calculation
            select_one land | land  | Land  |
            calculate       | found |       | instance('land')/root/item[name=${land}]/capital
        """
        found = imported(survey, f"list_name | name | label | capital\n{rows}")
        (reason,) = [x.message("en") for x in found.losses if x.code == "expression_untranslated"]
        assert f"the limit is {MOST_VALUES}" in reason

    def test_a_value_that_is_no_option_is_told(self) -> None:
        survey = """
            type           | name | label | relevant
            select_one abc | land | Land  |
            text           | more | More  | ${land} = 'other'
        """
        found = imported(survey, ABC)
        assert losses(found, "warning") == [("option_unknown", "survey!D3")]
        other = survey.replace("select_one abc", "select_one abc or_other")
        assert not losses(imported(other, ABC), "warning")


KOBO = """
    type    | name | label | required | relevant | {column}
    {begin} | g    | Group |          |          | abc
    {rows}
    {end}   |      |       |          |          |
"""


def kobo(sort: str, column: str, *rows: str) -> str:
    written = {"column": column, "begin": f"begin_{sort}", "end": f"end_{sort}"}
    return KOBO.format(**written, rows="\n    ".join(rows))


class TestKobo:
    SCORE = kobo(
        "score",
        "kobo--score-choices",
        "score__row | s1 | One | true | |",
        "score__row | s2 | Two | true | |",
    )
    RANK = kobo(
        "rank",
        "kobo--rank-items",
        "rank__level | r1 | First | | |",
        "rank__level | r2 | Next | | |",
    )
    MATRIX = kobo(
        "kobomatrix",
        "kobo--matrix_list",
        "select_one abc | q1 | Which | true | |",
        "integer | q2 | How many | | |",
        "text | q3 | Why | | |",
    )

    def test_a_rating_is_a_matrix(self) -> None:
        found: Any = item(self.SCORE, ABC)
        assert (found.kind, found.required) == ("matrix", True)
        assert [row.value for row in found.rows] == ["s1", "s2"]

    def test_a_ranking_puts_the_list_in_order(self) -> None:
        found: Any = item(self.RANK, ABC)
        assert (found.kind, found.top) == ("ranking", 2)
        assert [option.value for option in found.options] == ["a", "b", "c"]

    def test_each_column_of_a_matrix_is_a_matrix_over_the_list(self) -> None:
        found: Any = form(self.MATRIX, ABC).items
        assert [one.kind for one in found] == ["matrix", "matrix_number", "matrix_text"]
        assert [row.value for row in found[0].rows] == ["a", "b", "c"]

    @pytest.mark.parametrize(
        ("survey", "name", "ids"),
        [
            (SCORE, "s1", ["s1", "s2"]),
            (RANK, "r1", ["r1", "r2"]),
            (MATRIX, "g_b_q1", [f"g_{row}_q{n}" for n in (1, 2, 3) for row in "abc"]),
        ],
    )
    def test_rows_that_an_expression_reads_stay_apart(
        self, survey: str, name: str, ids: list[str]
    ) -> None:
        reading = f"    text | then | Then | | ${{{name}}} = 'a' |"
        found = form(survey.rstrip() + "\n" + reading, ABC)
        assert [one.id for one in found.items] == [*ids, "then"]
        assert found.item_by_id["then"].relevant == f"${{{name}}} = 'a'"

    def test_a_group_over_a_list_that_is_missing_is_flagged(self) -> None:
        survey = self.SCORE.rstrip() + "\n    text | t | T | | |"
        found = imported(survey, "list_name | name | label")
        assert ("list_missing", "survey!A2") in losses(found, "error")


def test_cells_that_hold_formulas_are_told() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("survey")
        page.write_row(0, 0, ["type", "name", "label"])
        page.write_row(1, 0, ["text", "q"])
        page.write_formula(1, 2, '="How " & "many"', None, "How many")
        page.write_row(2, 0, ["text", "p"])
        page.write_formula(2, 2, "=C2", None, "How many")
    found = read(stream.getvalue(), "form.xlsx")
    (told,) = [x for x in found.losses if x.code == "cells_computed"]
    assert (told.severity, told.where, told.values["count"]) == ("info", "survey!C2", 2)
    assert found.questionnaire is not None
    assert found.questionnaire.items[0].label.get("en") == "How many"


@pytest.mark.parametrize(
    ("column", "severity"),
    [("relevant", "error"), ("constraint", "error"), ("default", "warning")],
)
def test_strict_reading_refuses_what_changes_the_questions(column: str, severity: str) -> None:
    survey = f"type | name | label | {column}\ntext | q | Q | pulldata('f', 'a', 'b', ${{q}})"
    assert len(losses(imported(survey), severity)) == 1


def test_a_rule_on_a_row_that_asks_nothing_is_no_error() -> None:
    survey = "type | name | label | constraint\nnote | n | N | . > 1\ntext | q | Q |"
    found = imported(survey)
    assert (found.flagged, losses(found, "error")) == (1, [])
