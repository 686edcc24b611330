"""Real forms, read, written in their own format and read again, mean what they meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from questionnaires.formats.registry import reader

from .importing import shared_files
from .round_trip import trip

#: What does not come back the same: the spelling of names that stand in the place of labels.
_TOLERATED = ("label",)


@pytest.mark.parametrize(
    "file", [*shared_files("xlsform", ".xlsx"), *shared_files("xlsform", ".xls")]
)
def test_a_spreadsheet_form_comes_back_the_same(file: Path) -> None:
    form = reader(file.read_bytes(), file.name)
    assert form is not None
    made = trip(form, file)
    assert made is not None
    assert made.missing() == []
    assert list(made.changed()) == []


@pytest.mark.parametrize(
    "file", [*shared_files("surveyjs", ".json"), *shared_files("fhir", ".json")]
)
def test_other_formats_keep_kinds_and_conditions(file: Path) -> None:
    form = reader(file.read_bytes(), file.name)
    assert form is not None
    made = trip(form, file)
    assert made is not None
    changes = [change for change in made.changed() if change[1] not in _TOLERATED]
    assert [change for change in changes if not _anchored(change)] == []


def _anchored(change: tuple[str, str, object, object]) -> bool:
    """Patterns are written with anchors, which change nothing."""
    before, after = str(change[2]), str(change[3])
    return change[1] == "constraint" and before == after.replace("^(?:", "").replace(")$", "")
