"""What an expression may know besides the answers: the same on the server and in the browser."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any
from uuid import UUID

from questionnaires.expressions.days import MONTHS, WEEKDAYS

#: So many times one expression may call ``random()``.
MAX_RANDOM = 10


@dataclass(frozen=True, slots=True)
class Context:
    """Settled once per submission, so that a value never depends on who computes it, or when."""

    #: The day and the moment, in the survey's time zone: ``2026-03-15``, ``2026-03-15T09:30``.
    today: str | None = None
    now: str | None = None
    #: What ``uuid()`` and each ``random()`` of the expression give, in order; see ``seeded``.
    uuid: str | None = None
    random: Sequence[float] = ()
    #: Within an entry of a repeated section: its number, from 1.
    position: int | None = None
    #: item -> value -> label, in the respondent's language.
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Choice list -> its rows, each column -> value.
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    #: The row that a choice filter looks at.
    row: Mapping[str, Any] = field(default_factory=dict)
    #: ``source/name`` -> a value from outside the form.
    outside: Mapping[str, Any] = field(default_factory=dict)
    #: What ``%b`` and ``%a`` write.
    months: Sequence[str] = MONTHS
    weekdays: Sequence[str] = WEEKDAYS

    def to_json(self) -> dict[str, Any]:
        """Return what the browser's evaluator takes."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def seeded(self, seed: str, scope: str) -> Context:
        """Return this context with the UUID and the random numbers that belong to one item.

        ``seed`` is a secret of this submission's own, ``scope`` the item, such as ``people.2.id``:
        the same two give the same values again, on whatever machine.
        """
        drawn = [_drawn(f"{seed}/{scope}/{number}") for number in range(MAX_RANDOM + 1)]
        uuid = UUID(int=int.from_bytes(drawn[0][:16]), version=4)
        numbers = tuple((int.from_bytes(one[:8]) >> 11) / 2**53 for one in drawn[1:])
        return replace(self, uuid=str(uuid), random=numbers)


def _drawn(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


#: The context of an expression that needs none.
NOTHING = Context()
