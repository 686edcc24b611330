"""Beside pyxform, the reference implementation: it takes what we write, we tell what it refuses."""

from __future__ import annotations

import pytest

import questionnaires
from questionnaires import examples, library
from questionnaires.formats.xlsform import read, write
from tests.pyxform_forms import compared, refusal

from .importing import FORMS
from .sheets import workbook

SURVEY = """
    type          | name | label | relevant
    integer       | age  | Age   |
    select_one yn | ok   | OK?   | ${age} > 3
"""
CHOICES = """
    list_name | name | label
    yn        | y    | Yes
    yn        | n    | No
"""
#: What is wrong -> how the form above becomes so.
FAULTS = {
    "an unknown name": ("survey", "${age}", "${agee}"),
    "a missing list": ("survey", "select_one yn", "select_one ny"),
    "a choice twice": ("choices", "| n    |", "| y    |"),
    "a reserved name": ("survey", "| age  |", "| meta |"),
    "a name twice": ("survey", "| ok   |", "| age  |"),
    "a name with a space": ("survey", "| ok   |", "| o k  |"),
    "an unknown type": ("survey", "integer       |", "intger        |"),
    "no type at all": ("survey", "integer       |", "              |"),
    "a header twice": ("survey", "label | relevant", "type  | relevant"),
    "an open group": ("survey", "integer       |", "begin group   |"),
    "a calculation missing": ("survey", "integer       |", "calculate     |"),
}


def faulty(fault: str) -> tuple[str, str]:
    sheet, old, new = FAULTS[fault]
    assert old in (SURVEY if sheet == "survey" else CHOICES)
    if sheet == "survey":
        return SURVEY.replace(old, new, 1), CHOICES
    return SURVEY, CHOICES.replace(old, new, 1)


def test_control_both_take_the_form_without_faults() -> None:
    content = workbook(SURVEY, CHOICES)
    assert refusal(content, ".xlsx") == ""
    assert not read(content, "form.xlsx").errors


@pytest.mark.parametrize("fault", FAULTS)
def test_what_pyxform_refuses_strict_mode_tells_and_lenient_mode_imports(fault: str) -> None:
    content = workbook(*faulty(fault))
    assert refusal(content, ".xlsx"), "control: pyxform refuses it"
    imported = read(content, "form.xlsx")
    assert imported.errors
    assert imported.questionnaire is not None


def test_all_faults_are_told_at_once() -> None:
    survey = SURVEY.replace("select_one yn", "select_one ny").replace("${age}", "${agee}")
    content = workbook(survey.replace("integer ", "intger  "), CHOICES)
    assert len({loss.code for loss in read(content, "form.xlsx").errors}) >= 3


@pytest.mark.parametrize("name", library.names())
def test_pyxform_takes_what_is_written_of_every_instrument(name: str) -> None:
    assert refusal(write(library.get(name)).content, ".xlsx") == ""


def test_pyxform_takes_what_is_written_of_every_kind() -> None:
    every = questionnaires.load(examples.kinds_text())
    assert refusal(write(every).content, ".xlsx") == ""


@pytest.mark.skipif(not FORMS.exists(), reason=f"the shared folder {FORMS} is not here")
def test_real_forms_that_pyxform_refuses_are_imported_and_their_faults_told() -> None:
    refused = [one for one in compared(FORMS / "xlsform") if one.refusal]
    assert refused
    assert all(one.imported.questionnaire and one.told for one in refused)
