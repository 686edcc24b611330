"""The order in which people expect names with numbers in them: 1, 2, 10."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"([0-9]+)")


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that compares runs of digits by their size and puts them before words."""
    return (*(_part(part) for part in _DIGITS.split(name) if part), (-1, 0, name))


def _part(part: str) -> tuple[int, int, str]:
    if not _DIGITS.fullmatch(part):
        return 1, 0, part
    # Compared as text of equal length: a number may be longer than int() accepts.
    significant = part.lstrip("0")
    return 0, len(significant), significant
