"""Python and the browser give every expression the same value; a changed meaning is caught."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from questionnaires.expressions import evaluate, parse
from surveyapp.assets import lean

from . import real, table
from .running import MODULE, NO_NODE, Line, Twin, compared, differences, in_python, lines, same

CASES = 12_000
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason=NO_NODE)

#: Changes of meaning that a careless hand might make.
ALTERED = {
    "half to even": ("large % 1 >= 0.5", "large % 1 > 0.5"),
    "half upwards": ("floor(large) + (large % 1 >= 0.5), -power)", "Math.round(x), 0)"),
    "code units": ("length: v => [...string(v)].length", "length: v => string(v).length"),
    "null orders": ("const either = read", "a ??= 0; const either = read"),
    "null adds": ("=> filled(y) ? shifted(a, y)", "=> a === null ? y : filled(y) ? shifted(a, y)"),
    "empty is no null": ("filled(found) ? found", "found !== null ? found"),
    "floor for int": ("int: ofNumber(trunc)", "int: ofNumber(floor)"),
    "modulo": ("(x, y) => x % y", "(x, y) => ((x % y) + y) % y"),
    "loose number": ("NUMBER.test(v)", "v.trim()"),
    "dates as text": ("[moment, clock].some(", "[clock].some("),
    "times as text": ("[moment, clock].some(", "[moment].some("),
    "times without order": ("[moment, clock].find(", "[moment].find("),
    "day of month": ("- (D < d)", ""),
    "first weekday": ("getUTCDay() + 6) % 7", "getUTCDay()) % 7"),
    "part of a text": ("return now.has(END)", "return now.size > 0"),
    "greatest of none": ("at(sorted(list).reverse(), 0)", "at([...sorted(list).reverse(), 0], 0)"),
    "words": ("string(v).split(' ')", "[string(v)]"),
    "truth of '0'": ("v.length > 0 : !!v", "v.length > 0 : !!v && v !== '0' && v !== '1'"),
    "no rows": ("...rows && rows[i]", "...rows && rows[-1]"),
}


@pytest.mark.parametrize(("text", "expected"), list(table.rows()))
def test_the_table_holds_in_python(text: str, expected: Any) -> None:
    value = evaluate(parse(text), table.ANSWERS, table.CONTEXT)
    assert same(value, _as_double(expected))


@needs_node
def test_the_table_holds_in_the_browser() -> None:
    made = table.lines()
    values = Twin([line.to_json() for line in made]).values()
    for (text, expected), (value,) in zip(table.rows(), values, strict=True):
        assert same(_as_double(expected), value), text


@pytest.fixture(scope="module")
def cases() -> tuple[list[Line], list[str], list[list[Any]]]:
    """The short run: the lines, their JSON, and Python's values."""
    made = lines(CASES, 10, real.trees())
    texts = [line.to_json() for line in made]
    return made, texts, [in_python(line, text) for line, text in zip(made, texts, strict=True)]


@needs_node
def test_random_cases_have_one_value(cases: tuple[list[Line], list[str], list[list[Any]]]) -> None:
    made, texts, ours = cases
    assert sum(len(values) for values in ours) >= CASES
    assert compared(made, ours, Twin(texts).values()) == []


@needs_node
@pytest.mark.parametrize("change", ALTERED)
def test_a_changed_meaning_is_caught(
    change: str, tmp_path: Path, cases: tuple[list[Line], list[str], list[list[Any]]]
) -> None:
    source = MODULE.read_text(encoding="utf-8")
    old, new = ALTERED[change]
    assert source.count(old) == 1, old
    altered = tmp_path / "expressions.mjs"
    altered.write_text(source.replace(old, new), encoding="utf-8")
    made, texts, ours = cases
    assert compared(made, ours, Twin(texts, altered).values()) != []


@needs_node
def test_the_browser_survives_what_no_server_sends() -> None:
    trees: list[Any] = [
        ["no-such-function", 1],
        ["if"],
        None,
        [],
        [["="]],
        {"ref": 1},
        ["regex", 1, 2],
    ]
    deep = '["not", ' * 5000 + "1" + "]" * 5000
    texts = [
        f'{{"tree": {tree}, "cases": [[{{}}, {{}}]]}}' for tree in [*map(json.dumps, trees), deep]
    ]
    assert len(Twin(texts).values()) == len(texts)


@needs_node
def test_a_long_text_and_a_large_pattern_take_a_bounded_time() -> None:
    texts = [
        "regex(${t}, '(a?){300}a{300}')",
        "regex(${t}, '(.*.*)*x')",
        "concat(${t}, ${t}, ${t})",
    ]
    answers = {"t": "a" * 4000}, {"t": "a" * 50_000}
    made = [Line("long", parse(text), [(one, table.CONTEXT) for one in answers]) for text in texts]
    assert differences(made) == []


def test_what_is_sent_to_the_browser_is_small_and_needs_no_eval() -> None:
    source = MODULE.read_text(encoding="utf-8")
    assert len(gzip.compress(lean(source).encode(), 9)) < 4096
    assert not re.search(r"\beval\s*\(|\bFunction\s*\(|\bimport\b|innerHTML", source)


def test_no_tree_is_much_longer_than_its_text() -> None:
    node = parse("selected(${a}, 'x') and (${b} > 17 or regex(., '[0-9]{11}'))")
    assert len(Line("one", node, []).to_json()) < 200


def _as_double(value: Any) -> Any:
    return float(value) if type(value) is int else value
