"""Expressions of foreign forms: repaired and listed, paths put right, written back."""

from __future__ import annotations

import random

import pytest

from questionnaires.expressions import (
    Call,
    Column,
    Context,
    ExpressionError,
    External,
    Node,
    Path,
    Reference,
    columns,
    evaluate,
    parse,
    references,
)
from questionnaires.expressions.binding import bound
from questionnaires.expressions.lenient import read
from questionnaires.expressions.writing import write

from .equivalence import generate, real


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("${a}=’yes’", "${a} = 'yes'"),
        ("${a}=”it's”", '${a} = "it\'s"'),
        ("${a} = 'don’t'", "${a} = 'don’t'"),
        (". &gt;= 1 and . &amp;lt;= 2", ". >= 1 and . <= 2"),
        ("${a} = &quot;x&#34;", "${a} = 'x'"),
        ("${a}\xa0=\u20031", "${a} = 1"),
        ("${ a } = 1", "${a} = 1"),
        ("${a} = 1 AND NOT(${b}) Or TRUE()", "${a} = 1 and not(${b}) or true()"),
        ("coalesce(${a}, NULL)", "coalesce(${a}, '')"),
        ("IF(${a} == 1, True, FALSE)", "if(${a} = 1, true(), false())"),
        ("${a} <> 1 && ${b} => 2 || ${b} =< 1", "${a} != 1 and ${b} >= 2 or ${b} <= 1"),
        ("selected（${a}，“x”）", "selected(${a}, 'x')"),
        ("${a} ≥ 1 and ${b} ≠ 2", "${a} >= 1 and ${b} != 2"),
        ("parse-timestamp-to-date(${a})", "date-time(${a})"),
        ("\ufeff1 − 2", "1 - 2"),
    ],
)
def test_repairs_are_made_and_listed(text: str, meant: str) -> None:
    reading = read(text)
    assert reading.node is not None, reading.error
    assert write(reading.node) == meant
    assert bool(reading.repairs) == (meant != text)
    for repair in reading.repairs:
        assert text[repair.at - 1 :].startswith(repair.before)
        assert repair.before != repair.after
    if text != meant:
        with pytest.raises(ExpressionError):
            parse(text)


def test_a_text_that_swallows_a_reference_ended_at_its_curly_quote() -> None:
    reading = read("${a} = 'yes’ or ${b} = ‘no'")
    assert reading.node == parse("${a} = 'yes' or ${b} = 'no'")
    assert len(reading.repairs) == 2


def test_what_needs_no_repair_gets_none() -> None:
    assert read("${a} = 'AND ’ &gt;'").repairs == ()


def test_what_cannot_be_repaired_has_a_reason() -> None:
    reading = read("${a} = ’x")
    assert reading.node is None
    assert reading.error is not None
    assert "selected" not in reading.text


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("../x", Path(1, ("x",))),
        ("../../a/b-c", Path(2, ("a", "b-c"))),
        ("./source", Path(0, ("source",))),
        ("current()/../x", Path(1, ("x",))),
        ("/data/g/x", Path(0, ("data", "g", "x"), "/")),
        ("${r}/x", Column("r", "x")),
        ("${r}/g/x", Path(0, ("g", "x"), "r")),
        ("${r}.x", Column("r", "x")),
        ("position(..)", Call("position", ())),
        ("${last-saved#x}", External("last-saved", ("x",))),
        ("instance('summary')/context/x", External("summary", ("context", "x"))),
    ],
)
def test_paths_are_clear_nodes(text: str, node: Node) -> None:
    assert parse(text, paths=True) == node
    assert parse(write(node), paths=True) == node


def test_an_importer_puts_items_in_the_place_of_paths() -> None:
    node = parse("../x + sum(${age}) + sum(../g/age) + ${own}", paths=True)
    rosters = {"age": "people", "own": "here"}
    result = bound(
        node,
        item_at=lambda path: Reference(path.names[-1]),
        roster_of=rosters.get,
        inside="here",
    )
    assert write(result) == "${x} + sum(${people}.age) + sum(${people}.age) + ${own}"
    assert sorted(references(result)) == ["own", "x"]
    assert [column.item for column in columns(result)] == ["age", "age"]


def test_a_choice_filter_reads_the_columns_of_the_row() -> None:
    node = parse("region = ${region} and name != 'x'", choices=True)
    rows = [
        {"region": "n", "name": "a"},
        {"region": "n", "name": "x"},
        {"region": "s", "name": "b"},
    ]
    left = [r["name"] for r in rows if evaluate(node, {"region": "n"}, Context(row=r))]
    assert left == ["a"]
    with pytest.raises(ExpressionError):
        parse("region = ${region}")


@pytest.mark.parametrize(
    ("text", "xlsform"),
    [
        ("${a} in ['x', 'y'] and ${b}", "(${a} = 'x' or ${a} = 'y') and ${b}"),
        ("sum(${r}.q)", "sum(${q})"),
        ("indexed-repeat(${r}.q, 2)", "indexed-repeat(${q}, ${r}, 2)"),
        ("choice-label(${a})", "jr:choice-name(${a}, '${a}')"),
    ],
)
def test_our_own_forms_in_the_words_of_xlsform(text: str, xlsform: str) -> None:
    assert write(parse(text), xlsform=True) == xlsform


@pytest.mark.parametrize("text", ["share(${a}, 'x')", "count(${r}.q, . > 1)", "mean(${a}, ${b})"])
def test_what_xlsform_has_no_words_for_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        write(parse(text), xlsform=True)
    assert "XLSForm" in refusal.value.chinese


@pytest.mark.parametrize(
    "text",
    [
        "1 - (2 - 3)",
        "(1 - 2) - 3",
        "-(${a} + 1) * 2",
        "not(${a} or (${b} and ${c}))",
        "(${a} or ${b}) and ${c}",
        "(1 < 2) = (2 < 3)",
        "- -${a}",
        '"it\'s"',
        "0.0000001",
        "1" + " + 1" * 150,
        "(${a} in [1, -2.5, 'x']) = true()",
    ],
)
def test_what_is_written_reads_back(text: str) -> None:
    node = parse(text)
    assert parse(write(node)) == node
    assert write(parse(write(node))) == write(node)


def test_random_expressions_read_back() -> None:
    grammar = generate.Grammar(random.Random(3))  # noqa: S311
    for _ in range(500):
        node = parse(grammar.expression())
        assert parse(write(node)) == node


@pytest.mark.skipif(not real.cells(), reason="the real forms are not beside the checkout")
def test_the_real_forms_are_read_and_written_back() -> None:
    readings = [(cell, cell.reading()) for cell in real.cells()]
    failed = [(cell.text, reading.error) for cell, reading in readings if reading.node is None]
    assert len(failed) <= 0.005 * len(readings), failed
    for cell, reading in readings:
        if reading.node is not None:
            choices = cell.column == "choice_filter"
            assert parse(write(reading.node), choices=choices, paths=True) == reading.node
