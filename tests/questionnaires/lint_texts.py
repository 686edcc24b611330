"""Texts with known faults and faultless ones, as definitions, and what lint makes of them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import questionnaires
from questionnaires import Questionnaire
from questionnaires.lint import RULES, lint

HERE = Path(__file__).parent / "lint_cases"
FILES = sorted(HERE.glob("*.yaml"))

DONT_KNOW = {"value": "dk", "missing": True, "label": {"zh": "不了解", "en": "Don't know"}}


def _levels(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
    levels = [
        {"value": len(pairs) - n, "label": {"zh": zh, "en": en}} for n, (zh, en) in enumerate(pairs)
    ]
    return [*levels, DONT_KNOW]


SCALES = {
    "satisfaction": _levels(
        ("很满意", "Very satisfied"),
        ("比较满意", "Fairly satisfied"),
        ("一般", "Neither satisfied nor dissatisfied"),
        ("不太满意", "Fairly dissatisfied"),
        ("很不满意", "Very dissatisfied"),
    ),
    "quality": _levels(
        ("很好", "Very good"),
        ("比较好", "Fairly good"),
        ("一般", "Neither good nor poor"),
        ("比较差", "Fairly poor"),
        ("很差", "Very poor"),
    ),
    "frequency": _levels(
        ("总是", "Always"),
        ("经常", "Often"),
        ("有时", "Sometimes"),
        ("很少", "Rarely"),
        ("从不", "Never"),
    ),
    "agreement": _levels(
        ("非常同意", "Strongly agree"),
        ("同意", "Agree"),
        ("说不上同意或不同意", "Neither agree nor disagree"),
        ("不同意", "Disagree"),
        ("非常不同意", "Strongly disagree"),
    ),
    "clarity": _levels(
        ("很清楚", "Very clear"),
        ("比较清楚", "Fairly clear"),
        ("一般", "Neither clear nor unclear"),
        ("不太清楚", "Fairly unclear"),
        ("很不清楚", "Very unclear"),
    ),
    "fairness": _levels(
        ("很公平", "Very fair"),
        ("比较公平", "Fairly fair"),
        ("一般", "Neither fair nor unfair"),
        ("不太公平", "Fairly unfair"),
        ("很不公平", "Very unfair"),
    ),
    "completeness": _levels(
        ("很完善", "Very complete"),
        ("比较完善", "Fairly complete"),
        ("一般", "Neither complete nor incomplete"),
        ("不太完善", "Fairly incomplete"),
        ("很不完善", "Very incomplete"),
    ),
    "ease": _levels(
        ("很容易", "Very easy"),
        ("比较容易", "Fairly easy"),
        ("一般", "Neither easy nor difficult"),
        ("比较困难", "Fairly difficult"),
        ("很困难", "Very difficult"),
    ),
    "importance": _levels(
        ("非常重要", "Extremely important"),
        ("比较重要", "Very important"),
        ("一般", "Moderately important"),
        ("不太重要", "Slightly important"),
        ("不重要", "Not at all important"),
    ),
    "likelihood": _levels(
        ("很可能", "Very likely"),
        ("比较可能", "Fairly likely"),
        ("一般", "Neither likely nor unlikely"),
        ("不太可能", "Fairly unlikely"),
        ("很不可能", "Very unlikely"),
    ),
}

_LIST = [
    {"value": "a", "label": {"zh": "甲项", "en": "The first"}},
    {"value": "b", "label": {"zh": "乙项", "en": "The second"}},
    {"value": "c", "label": {"zh": "丙项", "en": "The third"}},
]
_YES_NO = [
    {"value": "yes", "label": {"zh": "是", "en": "Yes"}},
    {"value": "no", "label": {"zh": "否", "en": "No"}},
]
#: The ways to answer that a text may name with "as".
FORMS: dict[str, dict[str, Any]] = {
    **{name: {"kind": "scale", "scale": name} for name in SCALES},
    "yes_no": {"kind": "single_choice", "options": _YES_NO},
    "list": {"kind": "single_choice", "options": _LIST},
    "multiple": {"kind": "multiple_choice", "options": _LIST},
    "text": {"kind": "long_text"},
    "line": {"kind": "short_text"},
    "integer": {"kind": "integer"},
}


@dataclass(frozen=True)
class Case:
    """One text or definition with the codes that lint should find in it."""

    name: str
    definition: str
    expected: frozenset[str]

    @property
    def questionnaire(self) -> Questionnaire:
        """The definition as loaded."""
        return _loaded(self.definition)

    @property
    def found(self) -> frozenset[str]:
        """The codes that lint does find."""
        return _found(self.definition)


@cache
def _loaded(definition: str) -> Questionnaire:
    return questionnaires.load(definition)


@cache
def _found(definition: str) -> frozenset[str]:
    return frozenset(finding.code for finding in lint(_loaded(definition)))


def text_case(case: dict[str, Any], language: str, name: str) -> Case:
    """Make a questionnaire of one question."""
    form = FORMS[case["as"]]
    item = {"id": "q1", "label": {language: case["text"]}, **form}
    tree = {
        "id": "sample",
        "title": {language: {"zh": "调查", "en": "Survey"}[language]},
        "languages": [language],
        "scales": {form["scale"]: SCALES[form["scale"]]} if "scale" in form else {},
        "sections": [
            {
                "id": "s",
                "title": {language: {"zh": "部分", "en": "Part"}[language]},
                "items": [item],
            }
        ],
    }
    return Case(name, json.dumps(tree, ensure_ascii=False), frozenset(case.get("finds", ())))


def definition_case(case: dict[str, Any], name: str) -> Case:
    """Make a questionnaire of the sections or items given, with what else the case says."""
    tree = {
        "id": "sample",
        "title": {"zh": "调查", "en": "Survey"},
        "languages": ["zh", "en"],
        **{key: value for key, value in case.items() if key not in ("name", "finds", "items")},
    }
    if "items" in case:
        title = {"zh": "部分", "en": "Part"}
        tree["sections"] = [{"id": "s", "title": title, "items": case["items"]}]
    named = _scales_named(tree)
    tree["scales"] = {**{n: SCALES[n] for n in named if n in SCALES}, **tree.get("scales", {})}
    return Case(name, json.dumps(tree, ensure_ascii=False), frozenset(case.get("finds", ())))


def _scales_named(tree: dict[str, Any]) -> set[str]:
    items = [item for section in tree["sections"] for item in section["items"]]
    return {item["scale"] for item in items if "scale" in item}


@cache
def cases() -> tuple[Case, ...]:
    """Return every case of every file."""
    found = []
    for path in FILES:
        language = "en" if path.stem.endswith("en") else "zh"
        for number, case in enumerate(YAML(typ="safe", pure=True).load(path.read_text("utf-8"))):
            if "as" in case:
                found.append(text_case(case, language, f"{path.stem} {number}: {case['text']}"))
            else:
                name = f"{path.stem} {number}: {case['name']}"
                found.append(definition_case(case, name))
    return tuple(found)


@dataclass(frozen=True)
class Score:
    """How one rule did."""

    expected: int
    hit: int
    false: int
    without: int

    @property
    def recall(self) -> float:
        """The share of known faults that were found."""
        return self.hit / self.expected if self.expected else 1.0


def scores(among: tuple[Case, ...] | None = None) -> dict[str, Score]:
    """Return code -> score over the cases."""
    among = cases() if among is None else among
    expected: Counter[str] = Counter(code for case in among for code in case.expected)
    hit = Counter(code for case in among for code in case.expected & case.found)
    false = Counter(code for case in among for code in case.found - case.expected)
    return {
        code: Score(expected[code], hit[code], false[code], len(among) - expected[code])
        for code in RULES
    }
