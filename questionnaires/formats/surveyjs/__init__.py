"""SurveyJS JSON, both ways."""

from __future__ import annotations

import re

from questionnaires.formats.registry import Format
from questionnaires.formats.surveyjs.reading import read
from questionnaires.formats.surveyjs.writing import write

_MARKS = re.compile(rb'"(pages|elements|questions)"\s*:\s*\[')
_TYPED = re.compile(rb'"type"\s*:\s*"')


def recognises(content: bytes, filename: str) -> bool:
    """Say whether a file looks like a SurveyJS survey."""
    if filename.lower().endswith(".surveyjs"):
        return True
    head = content[:200_000].replace(b"\x00", b"")
    fhir = b'"resourceType"' in head
    return not fhir and bool(_MARKS.search(head)) and bool(_TYPED.search(head))


FORMAT = Format("surveyjs", recognises, read, write, (".surveyjs",))
