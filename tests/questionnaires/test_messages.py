"""Everything that can be wrong has a wording in Chinese and in English, and is really said."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import questionnaires
from questionnaires import Place, Problem, Text
from questionnaires.messages import ANSWER_MESSAGES, DEFINITION_MESSAGES, MESSAGES

PACKAGE = Path(questionnaires.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def codes_in_the_code() -> set[str]:
    sources = [path for path in PACKAGE.rglob("*.py") if path.parent.name != "messages"]
    return {
        word
        for path in sources
        for word in re.findall(r'"([a-z][a-z0-9_]+)"', path.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("code", MESSAGES)
def test_every_message_exists_in_both_languages(code: str) -> None:
    zh, en = MESSAGES[code]
    if code != "constraint_message":  # worded by the author of the questionnaire
        assert CHINESE.search(zh)
        assert re.search("[A-Za-z]{2}", en)
        assert not CHINESE.search(en)


@pytest.mark.parametrize("code", MESSAGES)
def test_both_languages_tell_the_same_facts(code: str) -> None:
    zh, en = MESSAGES[code]
    assert placeholders(zh) == placeholders(en)


@pytest.mark.parametrize("code", MESSAGES)
def test_every_code_of_the_catalogue_is_used(code: str) -> None:
    assert code in codes_in_the_code()


def test_a_code_that_nobody_uses_would_be_noticed() -> None:
    assert "no_such_code" not in codes_in_the_code()


def test_no_code_means_two_things() -> None:
    assert not DEFINITION_MESSAGES.keys() & ANSWER_MESSAGES.keys()


@pytest.mark.parametrize("code", MESSAGES)
def test_chinese_messages_use_full_width_punctuation(code: str) -> None:
    zh = MESSAGES[code][0]
    assert not re.search(r"[\u4e00-\u9fff][,;?!\"()]|[,;?!\"()][\u4e00-\u9fff]", zh)


def test_a_message_is_worded_for_its_reader() -> None:
    option = Text({"zh": "其他", "en": "Other"})
    problem = Problem("choices_exclusive", {"option": option})
    assert problem.message("zh") == problem.message("zh-Hans") == "“其他”不能与其他选项同时选择。"
    assert problem.message("en") == '"Other" cannot be combined with other answers.'
    assert problem.message("fr") == problem.message("en")


def test_a_list_in_a_message_is_joined_as_its_language_does() -> None:
    levels = [Text({"zh": "好", "en": "Good"}), Text({"zh": "中", "en": "Fair"})]
    values = {"levels": levels, "limit": 1, "count": 2, "rated": 5, "share": "40%"}
    problem = Problem("distribution_at_most", values)
    assert problem.message("zh").startswith("“好、中”最多只能给 1 个")
    assert problem.message("en").startswith('You may give "Good, Fair" at most 1 times')


def test_braces_and_control_characters_in_a_value_do_no_harm() -> None:
    problem = Problem("item_unknown", {"name": "{0.__class__} \x1b[31m"})
    assert "{0.__class__}" in problem.message("en")
    assert "\x1b" not in problem.message("en")


def test_a_place_reads_as_file_line_and_column_or_as_the_field() -> None:
    assert str(Place("q1", "a.yaml", 3, 5)) == "a.yaml:3:5"
    assert str(Place("q1", "", 3, 5)) == "3:5"
    assert str(Place("q1", "a.yaml")) == "a.yaml"
    assert str(Place("q1")) == "q1"
