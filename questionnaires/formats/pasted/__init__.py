"""Numbered plain text with tags such as 【单选】 or [single choice], both ways."""

from __future__ import annotations

import re

from questionnaires.formats.pasted.reading import read
from questionnaires.formats.pasted.writing import write
from questionnaires.formats.registry import Format

_NUMBERED = re.compile(r"^\s*[*＊]?\s*(?:Q|第)?\d{1,4}\s*[.．、:：)）题]", re.MULTILINE)


def recognises(content: bytes, filename: str) -> bool:
    """Say whether a file is plain text with numbered questions."""
    if not filename.lower().endswith((".txt", ".text", ".md")):
        return False
    head = content[:100_000].decode("utf-8", "replace").replace("\x00", "")
    return filename.lower().endswith((".txt", ".text")) or _NUMBERED.search(head) is not None


FORMAT = Format("pasted", recognises, read, write, (".txt",))
