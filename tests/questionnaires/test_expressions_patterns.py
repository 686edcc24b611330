"""Patterns: a subset that means the same everywhere, refused with the character where it ends."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.expressions import ExpressionError, parse
from questionnaires.expressions.patterns import MAX_SUBJECT, matcher, parsed, program


@pytest.mark.parametrize(
    ("pattern", "at", "zh"),
    [
        ("a(b", 4, "缺少“)”"),
        ("a)", 2, "“)”多余"),
        ("[ab", 1, "缺少“]”"),
        ("[]", 1, "方括号里没有字符"),
        ("[b-a]", 2, "字符范围不对"),
        ("[a-\\d]", 2, "字符范围不对"),
        ("*a", 1, "“*”前面缺少内容"),
        ("a**", 3, "连续的重复符号"),
        ("a++", 3, "连续的重复符号"),
        ("a{2,1}", 2, "重复次数不对"),
        ("a{,2}", 2, "重复次数不对"),
        ("a{9999}", 2, "重复次数不对"),
        ("a]", 2, "要写成“\\]”"),
        ("a^b", 2, "“^”只能在两端"),
        ("(^a)", 2, "“^”只能在两端"),
        ("a$b", 2, "“$”只能在两端"),
        ("(a)\\1", 4, "不支持“\\1”"),
        ("\\bword", 1, "不支持“\\b”"),
        ("\\p{L}", 1, "不支持“\\p”"),
        ("\\ud800", 1, "不支持“\\u”"),
        ("(?=a)b", 2, "不支持“(?”"),
        ("(?<!a)b", 2, "不支持“(?”"),
        ("(?i)a", 2, "不支持“(?”"),
        ("[[:alpha:]]", 2, "不支持“[:”"),
        ("a\\", 3, "没有写完"),
        ("(" * 30 + "a" + ")" * 30, 21, "括号嵌套太深"),
        ("(a{100}){100}", 1, "正则表达式太大"),
    ],
)
def test_what_is_not_portable_is_refused(pattern: str, at: int, zh: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        parsed(pattern)
    assert refusal.value.at == at
    assert zh in refusal.value.chinese
    assert refusal.value.english.isascii()


def test_the_character_is_counted_in_the_expression() -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse("regex(., 'ab[')")
    assert refusal.value.at == 13


@pytest.mark.parametrize(
    ("pattern", "same"),
    [
        ("^a$", "a"),
        ("^a|b$", "a|b"),
        ("(?:a)", "(a)"),
        ("a+?", "a+"),
        ("\\d", "[0-9]"),
        ("[ba-b]", "[ab]"),
    ],
)
def test_spellings_of_the_same_pattern(pattern: str, same: str) -> None:
    assert program(pattern) == program(same)


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(.*)*x", "(a?){40}a{40}", "([a-z]+)*[a-z]+1", "(.*,){11}P"]
)
def test_no_text_makes_a_pattern_slow(pattern: str) -> None:
    matches = matcher(pattern)
    start = time.perf_counter()
    assert not matches("a" * MAX_SUBJECT)
    assert time.perf_counter() - start < 5  # it is milliseconds; a backtracking engine needs years


def test_a_very_long_text_matches_nothing() -> None:
    assert matcher("a*")("a" * MAX_SUBJECT)
    assert not matcher("a*")("a" * (MAX_SUBJECT + 1))


@given(st.text(alphabet="ab1(|)[]{}^$.*+?\\-,dwsxu04é中😀:", max_size=20))
def test_any_text_is_a_pattern_or_refused(pattern: str) -> None:
    refusal = None
    try:
        matcher(pattern)("ab中😀")
        program(pattern)
    except ExpressionError as error:
        refusal = error
    assert refusal is None or 1 <= refusal.at <= len(pattern) + 1


def test_half_a_surrogate_pair_matches_nothing() -> None:
    assert matcher(".*")("a\U0001f600")
    assert not matcher(".*")("a\ud800")
