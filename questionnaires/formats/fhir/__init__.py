"""FHIR Questionnaire (R4), both ways."""

from __future__ import annotations

import re

from questionnaires.formats.fhir.reading import read
from questionnaires.formats.fhir.writing import write
from questionnaires.formats.registry import Format

_MARK = re.compile(rb'"resourceType"\s*:\s*"Questionnaire"')


def recognises(content: bytes, filename: str) -> bool:
    """Say whether a file looks like a FHIR Questionnaire."""
    return filename.lower().endswith(".fhir") or bool(
        _MARK.search(content[:2_000_000].replace(b"\x00", b""))
    )


FORMAT = Format("fhir", recognises, read, write, (".fhir",))
