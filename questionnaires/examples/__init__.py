"""One item of every kind, as the reference of kinds shows it and tests run it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from questionnaires.formats import yaml
from questionnaires.formats.tree import read_tree
from questionnaires.kinds.base import Context
from questionnaires.library import shared_scales
from questionnaires.model import Questionnaire
from questionnaires.text import Text


@cache
def kinds_text() -> str:
    """Return the file of the examples as it is written."""
    return (files(__name__) / "kinds.yaml").read_text(encoding="utf-8")


@cache
def kinds() -> Questionnaire:
    """Return the definition that has one item of every kind."""
    return yaml.load(kinds_text(), shared_scales)


@dataclass(frozen=True, slots=True)
class Tried:
    """Two answers to the example of a kind, as they are sent: one is accepted, one is refused."""

    good: Any
    bad: Any


@cache
def answers() -> dict[str, Tried]:
    """Return kind -> answers to its first example; kinds that nobody answers are not there."""
    text = (files(__name__) / "answers.yaml").read_text(encoding="utf-8")
    return {kind: Tried(**tried) for kind, tried in read_tree(text, "answers.yaml").value.items()}


def context() -> Context:
    """Return the units, people and open problems that the examples name."""
    return Context(
        units={"north": Text({"zh": "北门街道", "en": "North Gate"})},
        people={"p1": Text({"zh": "张三", "en": "Zhang San"})},
        findings={"7": Text({"zh": "门前道路积水", "en": "Water on the road at the door"})},
    )
