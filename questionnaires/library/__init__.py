"""Ready instruments and shared scales, as files beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from questionnaires.formats import yaml
from questionnaires.formats.tree import read_tree
from questionnaires.kinds.base import ChoiceList
from questionnaires.model import Questionnaire, Scales

_SCALES = "scales.yaml"


def names() -> list[str]:
    """Return the names of the ready instruments, in alphabetical order."""
    entries = (entry.name for entry in files(__name__).iterdir())
    return sorted(
        name.removesuffix(".yaml") for name in entries if name.endswith(".yaml") and name != _SCALES
    )


def text(name: str) -> str:
    """Return the file of an instrument as it is written; KeyError for an unknown name."""
    if name not in names():
        raise KeyError(name)
    return (files(__name__) / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def get(name: str) -> Questionnaire:
    """Return a ready instrument; KeyError for an unknown name."""
    return yaml.load(text(name), shared_scales)


@cache
def shared_scales() -> Mapping[str, ChoiceList]:
    """Return the scales that a definition may take from the library, by name."""
    source = (files(__name__) / _SCALES).read_text(encoding="utf-8")
    return Scales.model_validate(read_tree(source, _SCALES).value).scales
