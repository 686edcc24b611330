"""The guide is true: its examples run, answers have the outcome shown, every kind is complete."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import questionnaires
from questionnaires import Context, Questionnaire, examples
from questionnaires.formats.tree import read_tree
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Item
from surveyapp.guide.kinds import Entry, common_settings, reference
from tests.conftest import Demo
from tests.journeys import Staff

PAGES = Path(__file__).parents[2] / "surveyapp" / "guide" / "pages"
LANGUAGES = ("zh", "en")
SILENT = {"note", "calculated", "hidden", "arm"}


# writing a definition


def fences(language: str) -> list[tuple[str, str]]:
    """(sort, text) of every block of the page, in order."""
    page = (PAGES / f"definitions.{language}.md").read_text(encoding="utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def definitions() -> list[Questionnaire]:
    return [questionnaires.load(text) for sort, text in fences("en") if sort == "yaml"]


def trials() -> list[Any]:
    found = []
    for language in LANGUAGES:
        definition = ""
        for sort, text in fences(language):
            if sort == "yaml":
                definition = text
            else:
                assert sort == "answers"
                found += [
                    pytest.param(definition, trial, language, id=f"{language}-{n}-{len(found)}")
                    for n, trial in enumerate(read_tree(text, "").value)
                ]
    return found


def test_both_languages_have_the_same_definitions() -> None:
    assert [text for sort, text in fences("zh") if sort == "yaml"] == [
        text for sort, text in fences("en") if sort == "yaml"
    ]
    assert len(definitions()) > 10, "control"


@pytest.mark.parametrize("definition", definitions(), ids=lambda one: one.id)
def test_a_definition_of_the_guide_can_be_used(definition: Questionnaire) -> None:
    examined = questionnaires.examine(questionnaires.dump(definition))
    assert [problem.message("en") for problem in examined.problems] == []


@pytest.mark.parametrize(("definition", "trial", "language"), trials())
def test_answers_in_the_guide_have_the_outcome_shown(
    definition: str, trial: dict[str, Any], language: str
) -> None:
    full = frozenset(trial.get("full", ()))
    context = Context(full_quotas=full, language=language)
    outcome = questionnaires.check(questionnaires.load(definition), trial["sent"], context)
    refused = {p.place.field: p.message(language) for p in outcome.problems}
    assert refused == trial.get("refused", {})
    assert (outcome.answers and outcome.answers.values) == trial.get("stored")
    assert [one.wording.get(language) for one in outcome.findings] == trial.get("findings", [])
    assert list(outcome.quotas) == trial.get("counts_towards", [])


@pytest.mark.parametrize(
    "feature",
    [
        "languages", "terms", "relevant", "constraint", "calculate", "choice_filter", "repeat",
        "count", "jump", "quotas", "random_order", "random_sections", "arms", "carry_forward",
        "problem_if", "negative_list", "fixed",
    ],
)  # fmt: skip
def test_the_page_shows_every_feature_in_an_example(feature: str) -> None:
    assert any(f"{feature}:" in text for sort, text in fences("en") if sort == "yaml")


# the reference of kinds


def entry(kind: str, language: str = "en") -> Entry:
    _, entries = reference(language)
    return next(one for one in entries if one.kind == kind)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - SILENT))
def test_a_kind_shows_a_good_and_a_bad_answer(kind: str) -> None:
    for language in LANGUAGES:
        answered = entry(kind, language).answered
        assert answered is not None
        assert answered.stored not in ("", "null")
        assert answered.shown
        assert answered.message
    assert entry(kind, "zh").answered != entry(kind, "en").answered, "each in its language"


@pytest.mark.parametrize("kind", sorted(set(KINDS) - SILENT))
def test_the_answers_shown_are_what_the_whole_check_says(kind: str) -> None:
    """Not of the item alone: sent with the rest of a form."""
    item = next(item for item in examples.kinds().items if item.kind == kind)
    tried = examples.answers()[kind]
    whole = {"k_scale": "4", "k_consent": "agreed"}
    good = questionnaires.check(examples.kinds(), whole | {item.id: tried.good}, examples.context())
    assert good.answers is not None, [problem.message("en") for problem in good.problems]
    bad = questionnaires.check(examples.kinds(), whole | {item.id: tried.bad}, examples.context())
    assert [problem.place.field.split(".")[0] for problem in bad.problems] == [item.id]


def test_kinds_that_nobody_answers_have_no_answers() -> None:
    assert set(examples.answers()) == set(KINDS) - SILENT
    assert all(entry(kind).answered is None for kind in SILENT)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_names_and_explains_all_its_settings(kind: str) -> None:
    own = set(KINDS[kind].model_fields) - set(Item.model_fields)
    assert {setting.key for setting in entry(kind).settings} == own
    assert {setting.key for setting in common_settings()} == set(Item.model_fields)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("scale", {"k_scale": "4"}),
        ("multiple_choice", {"k_multiple.training": "yes", "k_multiple.staff": "no"}),
        ("single_choice", {"k_single": "other", "k_single.other.text": "骑电动车"}),
        ("topic", {"k_topic.concern": "minor", "k_topic.note": "人手不够，两人兼三岗。"}),
        ("constant_sum", {"k_sum.service": "60"}),
        ("location", {"k_location.latitude": "30.25"}),
        ("matrix", {"k_matrix.clean": "4", "k_matrix.safe": "2"}),
        ("matrix_dual", {"k_matrix_dual.water.first": "3"}),
        ("matrix_number", {"k_matrix_number.talk": "1200"}),
        ("date", {"k_date": "2026-11-22"}),
        ("note", {}),
    ],
)
def test_a_kind_shows_what_its_answer_puts_into_each_column(
    kind: str, values: dict[str, str]
) -> None:
    columns = {one.variable.name: one.value for one in entry(kind).columns}
    assert {name: columns[name] for name in values} == values


# the pages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["", "/definitions", "/kinds", "/expressions", "/developers"])
def test_a_page_of_the_guide_is_shown(
    demo_app: Flask, demo: Demo, page: str, language: str
) -> None:
    staff = Staff(demo_app, demo.username, demo.password)
    seen = staff.see(f"/staff/guide{page}?lang={language}")
    assert "Guide" in seen.text or "指南" in seen.text
    if page == "/definitions":
        assert ("编写问卷定义" if language == "zh" else "Writing a definition") in seen.text
        assert "carry_forward" in seen.text


def test_the_reference_shows_controls_that_work_without_scripts(
    demo_app: Flask, demo: Demo
) -> None:
    seen = Staff(demo_app, demo.username, demo.password).see("/staff/guide/kinds?lang=en")
    for kind in set(KINDS) - SILENT:
        field = entry(kind).field
        assert any(name.split(".")[0] == field.name for name in seen.ids), kind
    assert "The respondent reads" in seen.text
    assert "Enter 60 or less." in seen.text
