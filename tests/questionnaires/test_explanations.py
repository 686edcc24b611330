"""Every setting of a definition is explained in both languages, and nothing else is."""

from __future__ import annotations

import pytest

from questionnaires import Questionnaire
from questionnaires.explanations import EXPLANATIONS, explanation, models
from questionnaires.model import Section

SETTINGS = [(model, name) for model in models(Questionnaire) for name in model.model_fields]


@pytest.mark.parametrize(
    ("model", "name"), SETTINGS, ids=[f"{m.__name__}.{n}" for m, n in SETTINGS]
)
def test_a_setting_is_explained_in_both_languages(model: type, name: str) -> None:
    said = explanation(model, name)
    assert said in EXPLANATIONS.values(), "write it into questionnaires/explanations/"
    for text in (said.name, said.about):
        assert set(text) == {"zh", "en"}


def test_no_explanation_is_left_over() -> None:
    used = {id(explanation(model, name)) for model, name in SETTINGS}
    assert [key for key, said in EXPLANATIONS.items() if id(said) not in used] == []


def test_a_setting_that_nobody_explained_is_called_by_its_name() -> None:
    assert explanation(Section, "tomorrow").name.get("en") == "tomorrow"
