"""What is asked, and what is an acceptable answer.

The lowest floor: definitions as values, their files, and the one validation of answers. It knows
no web framework, no database and no numbers.

    questionnaire = load(Path("survey.yaml"))        # or DefinitionError, with every problem
    outcome = check(questionnaire, {"q01": "4"})     # Answers, or every problem
    codebook(questionnaire).pack(outcome.answers)    # one byte per closed variable
"""

from pathlib import Path

from questionnaires import library
from questionnaires.answers import Answers, Outcome, check
from questionnaires.codebook import Codebook, codebook
from questionnaires.formats import yaml as _yaml
from questionnaires.formats.yaml import Examined, dump
from questionnaires.kinds.base import Category, Choice, Context, Item, Variable
from questionnaires.model import NegativeRule, Questionnaire, Section
from questionnaires.problems import DefinitionError, Place, Problem
from questionnaires.text import Text

__all__ = [
    "Answers",
    "Category",
    "Choice",
    "Codebook",
    "Context",
    "DefinitionError",
    "Examined",
    "Item",
    "NegativeRule",
    "Outcome",
    "Place",
    "Problem",
    "Questionnaire",
    "Section",
    "Text",
    "Variable",
    "check",
    "codebook",
    "content_hash",
    "dump",
    "examine",
    "from_json",
    "library",
    "load",
    "to_json",
]


def examine(source: str | bytes | Path) -> Examined:
    """Read a definition (a path, or the YAML or JSON itself) and find every problem at once."""
    return _yaml.examine(source, library.shared_scales)


def load(source: str | bytes | Path) -> Questionnaire:
    """Return the questionnaire, or raise DefinitionError with all its problems."""
    return _yaml.load(source, library.shared_scales)


def to_json(questionnaire: Questionnaire) -> str:
    """Return the canonical JSON of a definition."""
    return questionnaire.canonical_json


def from_json(text: str) -> Questionnaire:
    """Return the definition that ``to_json`` wrote."""
    return Questionnaire.model_validate_json(text)


def content_hash(questionnaire: Questionnaire) -> str:
    """Return the name of this version: the SHA-256 of its canonical JSON, in hexadecimal."""
    return questionnaire.content_hash
