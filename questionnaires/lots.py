"""What is drawn by lot for one respondent, and can be drawn again: orders, arms.

Everything follows from the seed of the response by SHA-256, so the same seed gives the same lots
on every machine and in every version of Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

Part = TypeVar("Part")


def share_of(seed: str, scope: str) -> float:
    """Return a number from 0 up to but not including 1, uniform over seeds, of 53 random bits."""
    digest = hashlib.sha256(f"{seed}/{scope}".encode()).digest()
    return (int.from_bytes(digest[:8]) >> 11) / 2**53


def shuffled(
    parts: Sequence[Part],
    seed: str,
    scope: str,
    *,
    name: Callable[[Part], str],
    stays: Callable[[Part], bool],
) -> tuple[Part, ...]:
    """Return ``parts`` in the order that ``seed`` gives them; those that stay keep their place.

    Every order of the others is equally likely: each gets a number by lot and they are sorted by
    it. Without a seed the order is as written.
    """
    if not seed:
        return tuple(parts)
    moving = [part for part in parts if not stays(part)]
    moving.sort(key=lambda part: share_of(seed, f"order/{scope}/{name(part)}"))
    turn = iter(moving)
    return tuple(part if stays(part) else next(turn) for part in parts)
