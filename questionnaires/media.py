"""Pictures, recordings and films that belong to a definition.

Their bytes are part of the definition (RFC 2397 data URLs), so a published version is complete and
never changes. In a YAML file a path relative to the file may stand instead; loading puts the bytes
in its place.
"""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator

from questionnaires.kinds.base import Model
from questionnaires.text import Text

#: The largest file, in bytes, and the largest sum of all files of a definition.
MAX_BYTES = 1_000_000
MAX_TOTAL = 4_000_000
#: What a browser shows without help, by the ending of the file name.
TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}
_DATA = re.compile(r"data:([a-z]+/[a-z0-9.+-]+);base64,([A-Za-z0-9+/]*={0,2})")


def _source(text: str) -> str:
    if not text.startswith("data:"):
        return _path(text)
    match = _DATA.fullmatch(text)
    if match is None or match[1] not in TYPES.values():
        raise ValueError("media_type")
    try:
        size = len(base64.b64decode(match[2], validate=True))
    except binascii.Error:
        raise ValueError("media_type") from None
    if size > MAX_BYTES:
        raise ValueError("media_size")
    return text


def _path(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text or ":" in text:
        raise ValueError("media_path")
    if path.suffix.lower() not in TYPES:
        raise ValueError("media_type")
    return text


class Media(Model):
    """A picture, a recording or a film, with the words for those who cannot see or hear it."""

    source: Annotated[str, AfterValidator(_source)]
    description: Text

    @property
    def embedded(self) -> bool:
        """Its bytes are here; otherwise ``source`` is a path."""
        return self.source.startswith("data:")

    @property
    def sort(self) -> str:
        """``image``, ``audio`` or ``video``."""
        written = self.source if self.embedded else TYPES[PurePosixPath(self.source).suffix.lower()]
        return written.removeprefix("data:").split("/")[0]

    @property
    def size(self) -> int:
        """The number of bytes, 0 while it is only a path."""
        return len(self.source.partition(",")[2]) * 3 // 4


def is_path(source: str) -> bool:
    """Say whether a source is a path that may be followed: relative, and not out of its folder."""
    try:
        return not source.startswith("data:") and _path(source) == source
    except ValueError:
        return False


def data_url(path: Path) -> str:
    """Return the file as a data URL; raises OSError, or ValueError with a code of the catalogue."""
    kind = TYPES.get(path.suffix.lower())
    if kind is None:
        raise ValueError("media_type")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError("media_size")
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
