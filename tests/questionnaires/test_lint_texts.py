"""How well the rules do on texts with known faults, on faultless ones and on the library.

``python -m tests.questionnaires.lint_report`` prints the table behind these minima. They say what
the rules do on texts that they were mended on. Two lots were written beforehand and tried once
before anything was mended: of ``heldout3`` (111 texts) the rules found 43 of 58 faults, with 5
false alarms; of ``heldout4`` (40 texts), after that, 17 of 22, with none.
"""

from __future__ import annotations

import re
from string import Formatter

import pytest

from questionnaires import library
from questionnaires.lint import RULES, lint
from questionnaires.lint.findings import Both
from tests.questionnaires.lint_texts import Case, cases, scores
from tests.questionnaires.test_lint import LENGTH

#: Tried in test_lint.py, because such definitions are too long to write out.
MADE = {*LENGTH, "matrix_long"}
MIN_RECALL = 0.95
MAX_FALSE = 0.01


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("name", library.names())
def test_a_ready_instrument_is_clean(name: str) -> None:
    said = [f for f in lint(library.get(name)) if f.severity != "advice"]
    assert not said, [(f.code, f.place.field, f.message("en")) for f in said]


def test_there_are_texts_enough_to_judge_by() -> None:
    faulty = [case for case in cases() if case.expected]
    assert len(faulty) >= 120
    assert len(cases()) - len(faulty) >= 120
    assert len({case.definition for case in cases()}) == len(cases())


def test_faults_are_found_and_little_else() -> None:
    table = scores()
    expected = sum(score.expected for score in table.values())
    assert sum(score.hit for score in table.values()) >= MIN_RECALL * expected
    assert sum(score.false for score in table.values()) <= MAX_FALSE * len(cases())


@pytest.mark.parametrize("code", sorted(set(RULES) - MADE))
def test_a_rule_finds_its_fault_and_leaves_the_control_alone(code: str) -> None:
    score = scores()[code]
    assert score.expected >= 1, "no text shows this fault"
    assert score.recall >= 0.8
    assert score.without >= 100
    assert score.false <= 2


@pytest.mark.parametrize("case", [c for c in cases() if not c.expected], ids=lambda c: c.name)
def test_a_faultless_text_passes(case: Case) -> None:
    assert not case.found


# ---------------------------------------------------------------- the catalogue


@pytest.mark.parametrize("code", RULES)
def test_every_rule_speaks_both_languages(code: str) -> None:
    rule = RULES[code]
    for both in (rule.message, rule.reason):
        assert re.search(r"[\u4e00-\u9fff]", both.zh)
        assert not re.search(r"[\u4e00-\u9fff]", both.en)
    assert placeholders(rule.message.zh) == placeholders(rule.message.en)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_shows_a_better_wording(code: str) -> None:
    rule = RULES[code]
    assert rule.before.zh != rule.after.zh
    assert rule.before.en != rule.after.en


@pytest.mark.parametrize("code", RULES)
def test_chinese_uses_full_width_punctuation(code: str) -> None:
    rule = RULES[code]
    for both in (rule.message, rule.reason):
        assert isinstance(both, Both)
        assert not re.search(r"[\u4e00-\u9fff][,;?!\"()]|[,;?!\"()][\u4e00-\u9fff]", both.zh)


def test_every_finding_can_be_worded() -> None:
    for case in cases():
        for finding in lint(case.questionnaire):
            for language in ("zh", "en"):
                said = finding.message(language)
                assert said
                assert not placeholders(finding.rule.message.get(language)) & set(
                    re.findall(r"(?<!\$)\{(\w+)\}", said)
                )
