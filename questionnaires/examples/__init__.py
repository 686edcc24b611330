"""One item of every kind, as the reference of kinds shows it and tests run it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from questionnaires.formats import yaml
from questionnaires.library import shared_scales
from questionnaires.model import Questionnaire


@cache
def kinds_text() -> str:
    """Return the file of the examples as it is written."""
    return (files(__name__) / "kinds.yaml").read_text(encoding="utf-8")


@cache
def kinds() -> Questionnaire:
    """Return the definition that has one item of every kind."""
    return yaml.load(kinds_text(), shared_scales)
