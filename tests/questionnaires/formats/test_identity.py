"""A form that asks who is answering cannot promise anonymity."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaires.formats.foreign.identity import naming, promised
from questionnaires.formats.pasted import FORMAT

from .importing import accepted, lost
from .sheets import form, imported


def asked(label: str, kind: str = "short_text", name: str = "q") -> dict[str, Any]:
    return {"id": name, "kind": kind, "label": {"und": label}}


@pytest.mark.parametrize(
    "label",
    [
        "What is your name?", "Full name", "Name:", "Name of the respondent", "Patient's name",
        "E-mail address", "Phone number", "Mobile phone number", "Contact details", "Surname",
        "National ID card number", "您的姓名", "联系电话", "手机号码", "电子邮箱", "身份证号",
        "Vorname", "Nombre completo", "Numéro de téléphone", "Last name (in capitals)",
    ],
)  # fmt: skip
def test_these_ask_who_is_answering(label: str) -> None:
    assert naming([asked(label)]) is not None


@pytest.mark.parametrize(
    "label",
    [
        "Name of the village", "What is the name of this building?", "How old are you?",
        "Do you own a mobile phone?", "Number of phones", "Which team?", "Name three advantages",
        "How many children?", "您的年龄", "团队名称", "意见和建议", "Name des Produkts",
    ],
)  # fmt: skip
def test_these_do_not(label: str) -> None:
    assert naming([asked(label)]) is None


@pytest.mark.parametrize("kind", ["email", "phone", "person", "signature"])
def test_kinds_that_always_do(kind: str) -> None:
    assert naming([asked("Whatever", kind)]) is not None


def test_a_choice_never_does() -> None:
    assert naming([asked("Is this your name?", "yes_no")]) is None


@pytest.mark.parametrize("name", ["email", "phone_number", "first_name", "respondent_name_2"])
def test_names_of_questions_count_as_well(name: str) -> None:
    assert naming([asked("?", name=name)]) is not None


def test_only_what_is_true_is_promised() -> None:
    assert promised(None, [asked("Colour")]) == {}
    assert promised("confidential", [asked("Colour")]) == {"anonymity": {"mode": "confidential"}}
    assert promised("confidential", [asked("Name")]) == {"anonymity": {"mode": "named"}}


def test_every_importer_says_so_and_names_the_question() -> None:
    pasted = FORMAT.read("1. 您的姓名【填空】\n2. 您的年龄【数字】".encode(), "f.txt")
    assert accepted(pasted).anonymity.mode == "named"
    assert lost(pasted, "anonymity_named").values["name"] == "q1"
    survey = "type | name | label\ntext | who | Your name\ninteger | age | Age"
    assert form(survey).anonymity.mode == "named"
    (told,) = [x for x in imported(survey).losses if x.code == "anonymity_named"]
    assert (told.where, told.severity) == ("survey!A2", "warning")
    assert form(survey.replace("Your name", "Colour")).anonymity.mode == "sealed_code"
