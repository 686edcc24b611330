"""A clock that jumps: time and datetime read an offset from a file each time they are asked."""

from __future__ import annotations

import datetime
import time
from pathlib import Path
from typing import Any

_true_time = time.time
_TrueDatetime = datetime.datetime


def shift(path: str) -> None:
    """Let this process believe in the time of day plus the seconds that the file holds.

    As with a real jump, ``time.monotonic`` goes on undisturbed.
    """
    file = Path(path)

    def offset() -> float:
        return float(file.read_text() or 0)

    class Instances(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, _TrueDatetime)

    class Shifted(_TrueDatetime, metaclass=Instances):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return _TrueDatetime.fromtimestamp(_true_time() + offset(), tz)

        @classmethod
        def utcnow(cls) -> Any:
            return cls.now(datetime.UTC).replace(tzinfo=None)

    class ShiftedDate(datetime.date, metaclass=Instances):
        @classmethod
        def today(cls) -> Any:
            return Shifted.now().date()

    time.time = lambda: _true_time() + offset()
    datetime.datetime = Shifted  # type: ignore[misc]
