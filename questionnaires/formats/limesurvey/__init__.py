"""LimeSurvey structure files (.lss), in."""

from __future__ import annotations

from questionnaires.formats.limesurvey.reading import read
from questionnaires.formats.registry import Format


def recognises(content: bytes, filename: str) -> bool:
    """Say whether a file looks like a LimeSurvey survey."""
    return filename.lower().endswith(".lss") or b"<LimeSurveyDocType>" in content[:2_000]


FORMAT = Format("limesurvey", recognises, read)
