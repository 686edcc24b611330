"""The language of conditions: one meaning for every expression, and no way to hang or crash it."""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.expressions import (
    Call,
    Context,
    ExpressionError,
    Literal,
    evaluate,
    parse,
    references,
    to_json,
)
from questionnaires.expressions.grammar import ARITY, BINARY
from questionnaires.expressions.tree import walk

ANSWERS: dict[str, Any] = {
    "five": 5,
    "text": "abc",
    "digits": "5",
    "list": ["a", "b"],
    "day": datetime.date(2026, 3, 15),
    "moment": datetime.datetime(2026, 3, 15, 9, 30),
    "chinese": "问卷",
}


def value(text: str) -> Any:
    return evaluate(parse(text), ANSWERS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # None is "not answered"
        ("${none} = ''", True),
        ("${none} = 0", False),
        ("${none} != 0", True),
        ("${none} > 0", False),
        ("${none} <= 0", False),
        ("${none} + 1", None),
        ("${none} or ${none}", False),
        ("coalesce(${none}, '', 7)", 7),
        ("coalesce(${none})", None),
        ("if(${none}, 1, 2)", 2),
        ("count(${none})", 0),
        ("string-length(${none})", 0),
        ("sum(${none})", 0),
        ("min(${none})", None),
        # numbers and strings
        ("${five} = '5'", True),
        ("${digits} = 5", True),
        ("${digits} = '5.0'", False),
        ("${digits} + 1", 6),
        ("'1_000' + 1", None),
        ("'nan' + 1", None),
        ("${text} = 'abc'", True),
        ("${text} = 0", False),
        ("${text} + 1", None),
        ("${text} > 1", False),
        ("'10' > '9'", True),
        ("string-length(${chinese})", 2),
        ("contains(${text}, 'bc')", True),
        ("contains(${text}, 'x')", False),
        ("concat(${text}, 1, ${none}, 2.0)", "abc12"),
        ("1 div 0", None),
        ("1 mod 0", None),
        ("7 mod 3", 1),
        ("-7 mod 3", -1),
        ("7 div 2", 3.5),
        ("int(-1.5)", -1),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(2.345, 2)", 2.35),
        ("round(123456789012345.6, 15)", 123456789012345.6),
        ("round('x')", None),
        ("number('')", None),
        ("min(3, '2', ${none})", 2),
        ("max(3, ${five})", 5),
        ("sum(1, 2, 3)", 6),
        # dates
        ("${day} > '2026-03-14'", True),
        ("${day} < '2026-03-15'", False),
        ("${day} >= '2026-03-15'", True),
        ("${day} = '2026-03-15'", True),
        ("${moment} > ${day}", True),
        ("${moment} = '2026-03-15T09:30'", True),
        ("${day} > 5", False),
        ("${day} < 5", False),
        ("'2026-99-99' > '2026-01-01'", False),
        # lists
        ("selected(${list}, 'a')", True),
        ("selected(${list}, 'c')", False),
        ("selected(${five}, '5')", True),
        ("selected(${none}, '')", False),
        ("count-selected(${list})", 2),
        ("count(${list}) = 2", True),
        # logic
        ("true() and not(false())", True),
        ("1 and 'x'", True),
        ("0 or ''", False),
    ],
)
def test_each_expression_has_one_meaning(text: str, expected: Any) -> None:
    result = value(text)
    assert result == expected
    assert isinstance(result, bool) == isinstance(expected, bool)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("12 div 3 div 2", "(12 div 3) div 2"),
        ("1 + 1 = 2 and 0 or 1", "(((1 + 1) = 2) and 0) or 1"),
        ("1 or 0 and 0", "1 or (0 and 0)"),
        ("1 < 2 = 1", "(1 < 2) = 1"),
        ("-2 * 3 + 1", "((-2) * 3) + 1"),
        ("2 - -3", "2 - (-3)"),
        ("not(1) = 0", "(not(1)) = 0"),
    ],
)
def test_precedence_is_that_of_xpath(text: str, same: str) -> None:
    assert to_json(parse(text)) == to_json(parse(same))


def test_the_other_grouping_would_be_noticed() -> None:
    assert to_json(parse("1 + 2 * 3")) != to_json(parse("(1 + 2) * 3"))


@pytest.mark.parametrize(
    ("text", "at", "zh"),
    [
        ("", 1, "表达式没有写完"),
        ("1 +", 4, "表达式没有写完"),
        ("1 == 2", 4, "此处不应出现“=”"),
        ("(1", 3, "此处应为“)”"),
        ("1)", 2, "“)”多余"),
        ("1 2", 3, "“2”多余"),
        ("q1 = 1", 1, "引用题目要写成 ${q1}"),
        ("1 + frist(2)", 5, "没有名为“frist”的函数"),
        ("and 1", 1, "“and”前面缺少内容"),
        ("not()", 1, "“not”的参数个数不对"),
        ("1 & 2", 3, "不认识的字符“&”"),
        ("  ’a’", 3, "不认识的字符“’”"),
        ("'abc", 1, "不认识的字符“'”"),
        ("${}", 1, "不认识的字符“$”"),
        ("${ a } = 1", 1, "大括号里没有空格"),
        ("（1）", 1, "应写成 ("),
        ("1\xa0= 1", 2, "不认识的字符"),
        ("'\ud800'", 2, "含有不成字的编码"),
        ("9" * 400, 1, "数字太大"),
        ("../x = 1", 1, "别的表单里的路径"),
        ("${last-saved#x}", 1, "别的表单里的路径"),
        ("instance('x')/context/y", 1, "别的表单里的路径"),
        ("instance('x')/root/item[k = 1]/a/b", 1, "只支持 instance"),
        ("choice-label('a')", 1, "请写 choice-label"),
        ("indexed-repeat(1, 2)", 1, "请写 indexed-repeat"),
        ("position(1)", 1, "请写 position(..)"),
        ("${a} in [${b}]", 10, "只能是数字或文字"),
        ("${a} in 1", 9, "此处应为“[”"),
        ("regex(., ${p})", 10, "正则表达式要直接写出来"),
        ("regex(., 'a(b')", 14, "缺少“)”"),
        ("sum(${r}.q, ${r}.p = 1)", 13, "条件里直接写 ${p}"),
        ("count(${r}.q, count(${s}, 1) = 1)", 15, "条件里不能再查列表"),
        ("substr('a')", 1, "参数个数不对，应为 2–3 个"),
    ],
)
def test_an_error_names_the_character_and_says_what_to_do(text: str, at: int, zh: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse(text)
    assert refusal.value.at == at
    assert zh in refusal.value.chinese
    assert refusal.value.english.isascii() or not text.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "(" * 20_000 + "1" + ")" * 20_000,
        "(" * 60 + "1" + ")" * 60,
        "-" * 60 + "1",
        "not(" * 60 + "1" + ")" * 60,
        "1" + "+1" * 300,
        "(" * 26 + "1" + ("+1" * 70 + ")") * 26,
        "1" * 10_001,
        "1" + " or 1" * 2000,
        " + ".join(["sum(${r}.q, . > 1)"] * 11),
        " + ".join(["random()"] * 11),
    ],
)
def test_what_is_too_long_or_too_deep_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


def with_little_stack(work: Callable[[], Any], frames: int = 130) -> Any:
    """Call ``work`` with room for only so many more frames."""
    depth, frame = 0, sys._getframe()
    while frame.f_back:
        depth, frame = depth + 1, frame.f_back
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + frames)
    try:
        return work()
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1" + " + 1" * 190, 191),
        ("0" + " or 0" * 190 + " or 1", True),
        ("1" + " and 1" * 190, True),
        ("1" + " = 1 or 0" * 90, True),
        ("(" * 40 + "0" + " or 0)" * 40 + " or 1", True),
        ("9999999999" + " * 9999999999" * 100, None),
        ("(" * 45 + "1" + ")" * 45 + " + 1" * 100, 101),
    ],
)
def test_a_long_chain_needs_little_stack(text: str, expected: Any) -> None:
    node = parse(text)
    assert with_little_stack(lambda: evaluate(node, {})) == expected
    assert with_little_stack(lambda: list(references(node))) == []
    assert json.dumps(to_json(node))


def test_little_stack_is_really_little() -> None:
    def recurse(n: int) -> int:
        return n if n == 0 else recurse(n - 1)

    with pytest.raises(RecursionError):
        with_little_stack(lambda: recurse(150))


def test_and_or_and_if_evaluate_only_what_they_need() -> None:
    assert value("if(${five} = 5, 'yes', 1 div 0)") == "yes"
    assert value("0 and (1 div 0)") is False
    assert value("1 or (1 div 0)") is True


def test_references_are_found_without_the_items_own_answer() -> None:
    assert sorted(references(parse("${a} = 1 and (. > ${b} or count(${a}))"))) == ["a", "a", "b"]


WORDS = sorted({*ARITY, *BINARY, "(", ")", ",", "${a}", "${b}", ".", "1", "0.5", "'x'", "-", " "})
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(TEXTS, VALUES, VALUES)
def test_any_text_parses_or_is_refused_and_whatever_parses_has_a_value(
    text: str, a: Any, b: Any
) -> None:
    refusal = None
    try:
        evaluate(parse(text), {"a": a, "b": b, ".": a})
    except ExpressionError as error:
        refusal = error
    assert refusal is None or 1 <= refusal.at <= len(text) + 1


#: Functions whose arguments are not any expression.
SPECIAL = {"position", "regex", "choice-label", "jr:choice-name", "indexed-repeat"}


@given(st.sampled_from(sorted(set(ARITY) - SPECIAL)), st.lists(VALUES, min_size=3, max_size=3))
def test_every_function_accepts_every_value(name: str, values: list[Any]) -> None:
    low, high = ARITY[name]
    for number in {low, min(high, 3)}:
        node = parse(f"{name}({', '.join(f'${{v{n}}}' for n in range(number))})")
        evaluate(node, {f"v{n}": v for n, v in enumerate(values)})


@pytest.mark.parametrize(
    "text",
    [
        "regex(${a}, '[a-z]+')",
        "choice-label(${a})",
        "jr:choice-name(${a}, '${a}')",
        "indexed-repeat(${a}.b, ${b})",
        "position(..)",
        "${a} in [1, 'x']",
        "sum(${a}.b, . > 1)",
        "share(${a}, ${b})",
        "instance('l')/root/item[k = ${a}]/c",
    ],
)
@given(a=VALUES, b=VALUES)
def test_special_forms_accept_every_value(text: str, a: Any, b: Any) -> None:
    context = Context(labels={"a": {"x": "y"}}, lists={"l": [{"k": b, "c": a}]}, random=(0.5,))
    evaluate(parse(text), {"a": [{"b": a}, b], "b": b, ".": a}, context)


@given(st.sampled_from(sorted(set(BINARY) - {"in"})), VALUES, VALUES)
def test_every_operator_accepts_every_value(name: str, left: Any, right: Any) -> None:
    evaluate(parse(f"${{a}} {name} ${{b}}"), {"a": left, "b": right})


def test_random_values_belong_to_the_submission_and_the_item() -> None:
    node, own = parse("concat(uuid(), ' ', random(), ' ', random())"), Context()
    values = {
        (seed, scope): evaluate(node, {}, own.seeded(seed, scope))
        for seed in ("s1", "s2")
        for scope in ("people.1.id", "people.2.id")
    }
    assert len(set(values.values())) == 4
    assert values["s1", "people.1.id"] == evaluate(node, {}, own.seeded("s1", "people.1.id"))
    uuid, first, second = values["s1", "people.1.id"].split(" ")
    assert re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", uuid)
    assert 0 <= float(first) < 1
    assert first != second
    assert evaluate(node, {}) == "  "


def test_a_condition_over_too_long_a_list_has_no_value() -> None:
    node = parse("count(${people}.age, . > 1)")
    assert evaluate(node, {"people": [{"age": 2}] * 33_000}) == 33_000
    assert evaluate(node, {"people": [{"age": 2}] * 34_000}) is None


def test_a_tree_made_by_hand_may_name_what_does_not_exist() -> None:
    assert evaluate(Call("no-such", (Literal(1),)), {}) is None
    assert evaluate(Call("and", (Call("true", ()), Call("not", (Call("false", ()),)))), {}) is True


def test_nodes_are_equal_wherever_they_stand() -> None:
    assert parse("${a} = 1") == parse("  ${a}  =  (1)")
    assert hash(parse("${a} = 1")) == hash(parse("(${a}) = 1"))
    assert [node.at for node in walk(parse("${a} = 1"))] == [6, 8, 1]
