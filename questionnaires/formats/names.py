"""Foreign names -> identifiers of ours: stable, distinct, and close to the original."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from questionnaires.kinds.base import MAX_IDENTIFIER

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z")
_OTHER = re.compile(r"[^a-z0-9_-]+")
#: So many hexadecimal digits tell apart two names that would look the same.
_DIGEST = 8


def identifier(foreign: str, stem: str = "q") -> str:
    """Return the identifier that stands for a foreign name; the same name gives the same one.

    Letters lose their case and their accents, other signs become ``_``. A name of which nothing
    is left, such as a Chinese one, becomes ``stem`` and a digest of it.
    """
    name = foreign.strip()
    if _IDENTIFIER.match(name):
        return name
    folded = unicodedata.normalize("NFKD", name).lower()
    kept = "".join(mark for mark in folded if not unicodedata.combining(mark))
    plain = _OTHER.sub("_", kept).strip("_")
    spelled = any(mark.isalnum() and not mark.isascii() for mark in kept)
    if not plain or spelled:
        plain = f"{plain or stem}_{_digest(name)}"
    if not plain[0].isalpha():
        plain = f"{stem}_{plain.lstrip('-_')}"
    if len(plain) > MAX_IDENTIFIER:
        plain = f"{plain[: MAX_IDENTIFIER - _DIGEST - 1]}_{_digest(name)}"
    return plain


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]


class Names:
    """The identifiers of one questionnaire; every one is given out once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, foreign: str, stem: str = "q") -> str:
        """Return an identifier for a foreign name: a number behind it keeps two names apart."""
        wanted = identifier(foreign, stem)
        chosen, number = wanted, self._next.get(wanted, 2)
        while chosen in self._taken:
            ending = f"-{number}"
            chosen = f"{wanted[: MAX_IDENTIFIER - len(ending)]}{ending}"
            number += 1
        self._next[wanted] = number
        self._taken.add(chosen)
        return chosen
