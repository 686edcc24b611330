"""Putting patterns together from lists of words, so that the lists can be read."""

from __future__ import annotations

import re


def any_of(words: str) -> str:
    """Return a pattern for any of several words, given with spaces between them."""
    return f"(?:{'|'.join(words.split())})"


def compiled(*alternatives: str) -> re.Pattern[str]:
    """Compile a pattern that is met when one of the alternatives is, in either case."""
    return re.compile("|".join(alternatives), re.IGNORECASE)
