"""The check before saving: what cannot work is named, with its character, in both languages."""

from __future__ import annotations

import re

import pytest

from questionnaires.expressions import parse
from questionnaires.expressions.checking import check
from questionnaires.expressions.grammar import Type
from questionnaires.expressions.refusals import WORDING

from .equivalence import real

ITEMS = {
    "age": Type.NUMBER,
    "name": Type.TEXT,
    "born": Type.DATE,
    "start": Type.TIME,
    "end": Type.TIME,
    "agreed": Type.BOOLEAN,
    "foods": Type.LIST,
    "sex": Type.TEXT,
}


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("${foods} > 2", "list_number", 10),
        ("${foods} = 2", "list_number", 10),
        ("2 < ${foods}", "list_number", 3),
        ("${foods} > 'a'", "list_order", 10),
        ("${foods} = 'rice'", "list_text", 10),
        ("${foods} + 1", "arithmetic_list", 1),
        ("1 - (${agreed} = 1)", "arithmetic_boolean", 16),
        ("${name} + 'abc'", "arithmetic_text", 11),
        ("${born} * 2", "date_arithmetic", 9),
        ("${born} + ${born}", "date_arithmetic", 9),
        ("1 - ${born}", "date_arithmetic", 3),
        ("${born} > 18", "compared_number", 9),
        ("${age} = 'old'", "compared_number", 8),
        ("${born} > 'x'", "compared_date", 11),
        ("today() = '15.3.2026'", "compared_date", 11),
        ("${start} > 9", "compared_time", 12),
        ("${start} < ${born}", "compared_time", 12),
        ("'9.30' = ${start}", "compared_time", 1),
        ("${start} + 1", "arithmetic_time", 1),
        ("${born} - ${start}", "date_arithmetic", 9),
        ("sum(${start})", "needs_number", 5),
        ("difference-in-days(${start}, today())", "needs_date", 20),
        ("selected(${start}, '09:30')", "needs_list", 10),
        ("(1 = 1) > 0", "order", 4),
        ("${name} > 'abc'", "order", 11),
        ("round(${foods})", "needs_number", 7),
        ("sum(${born})", "needs_number", 5),
        ("difference-in-days(${foods}, today())", "needs_date", 20),
        ("format-date('x', '%Y')", "needs_date", 13),
        ("selected(${age}, 1)", "needs_list", 10),
        ("count-selected(${born})", "needs_list", 16),
        ("format-date(${born}, '%d.%q')", "directive", 22),
        ("../x = 1", "path", 1),
        ("${last-saved#x}", "outside", 1),
        ("pulldata('a', 'b', 'c', ${age})", "unsupported", 1),
        ("1 = 1 and if(${age} > 1, ${foods} = 2, 0)", "list_number", 35),
    ],
)
def test_what_cannot_work_is_found(text: str, code: str, at: int) -> None:
    found = check(parse(text, paths=True), ITEMS)
    assert [(finding.code, finding.at) for finding in found] == [(code, at)]


@pytest.mark.parametrize(
    "text",
    [
        "${foods} = ''",
        "selected(${foods}, 'rice') and count-selected(${foods}) >= 2",
        "${age} >= 18 and ${age} <= '65'",
        "${born} <= today() - 18 * 365",
        "difference-in-years(${born}, today()) >= 18",
        "${born} > '2000-01-01' and today() - ${born} > 30",
        "decimal-date-time(today() + 30) > decimal-date-time(${born})",
        "'2026-03-15' + 1 > ${born}",
        "${start} < ${end} and ${start} >= '08:00' and ${end} != ''",
        "format-date-time(now(), '%H:%M') < '12:00'",
        "if(${agreed}, ${start}, ${end}) > '12:00:30'",
        "${sex} = 'f' or ${sex} = 9 or ${sex} = ''",
        "if(${agreed}, ${age}, 0) + 1",
        "${unknown} + 1 > 'x1' or ${name} > 5",
        "sum(${people}.age, ${sex} = 'f') > mean(${people}.age)",
        "1" + " + ${age}" * 190,
    ],
)
def test_what_works_is_left_alone(text: str) -> None:
    assert check(parse(text), ITEMS) == [] or text.startswith("${unknown}")


@pytest.mark.parametrize("code", WORDING)
def test_every_finding_is_worded_in_both_languages(code: str) -> None:
    zh, en, severity = WORDING[code]
    assert re.search("[一-鿿]", zh)
    assert en.isascii()
    assert set(re.findall(r"\{(\w+)\}", zh)) == set(re.findall(r"\{(\w+)\}", en))
    assert severity in ("error", "warning")


def test_findings_come_in_the_order_of_the_text() -> None:
    found = check(parse("${foods} > 2 or ${born} > 5"), ITEMS)
    assert [finding.code for finding in found] == ["list_number", "compared_number"]
    assert "count-selected" in found[0].english
    assert "count-selected" in found[0].chinese


def test_real_expressions_raise_few_alarms_when_nothing_is_known_of_the_items() -> None:
    trees = real.trees()
    loud = [node for node in trees if {f.code for f in check(node, {})} - {"outside", "path"}]
    assert len(loud) <= 0.01 * len(trees)
