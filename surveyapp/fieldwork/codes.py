"""Sealed codes: what is printed on a sheet, typed by a person, and kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

# No I, L, O, 0, 1: nothing that can be taken for something else in print or handwriting.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12  # 31^12: 59 bits
GROUP = 4


def make() -> str:
    """A new code as it is printed: XXXX-XXXX-XXXX."""
    return in_groups("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def in_groups(text: str) -> str:
    """'ABCDEFGH' -> 'ABCD-EFGH'."""
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def normalise(typed: str) -> str | None:
    """The letters that were meant, whatever case, spaces, dashes or full-width forms were typed.

    None when it cannot be a code.
    """
    if len(typed) > 100:
        return None
    wide = unicodedata.normalize("NFKC", typed).upper()
    letters = "".join(c for c in wide if c.isalnum())
    return letters if len(letters) == LENGTH and set(letters) <= set(ALPHABET) else None


def digest(typed: str) -> bytes | None:
    """SHA-256 of the normalised code: the only form in which a code is stored. None: no code."""
    letters = normalise(typed)
    return None if letters is None else hashlib.sha256(letters.encode("ascii")).digest()
