"""A file that came with a form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Upload:
    """An uploaded file: its name and media type as claimed, its bytes as received."""

    name: str
    media_type: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """Its fingerprint in hexadecimal digits: by it an answer and its file find each other."""
        return hashlib.sha256(self.content).hexdigest()

    def described(self) -> dict[str, Any]:
        """Return the raw answer that stands for it: measured here, never taken from the client."""
        return {"name": self.name, "size": len(self.content), "sha256": self.sha256}
