"""Dates and times as text: ``2026-03-15``, ``2026-03-15T09:30``, ``09:30``, in the survey's zone.

A moment is a whole number of seconds since 1970-01-01T00:00. Years 1 to 9999 of the Gregorian
calendar, without leap seconds; a fraction of a second and an offset from UTC are read and ignored.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence
from functools import lru_cache

DAY = 86400
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: What may follow % in the pattern of format-date.
DIRECTIVES = "YymnbdeHhMSa3%"

_EPOCH = datetime.datetime(1970, 1, 1)
#: From 0001-01-01 up to, and without, 10000-01-01.
_FIRST, _END = -719162 * DAY, 2932897 * DAY
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def moment(text: str) -> int | None:
    """Return the moment that a text names, or None."""
    # A cheap look first: hardly any text is a date, and this is asked of most.
    return _moment(text) if text[4:5] == "-" and len(text) <= 40 else None


def clock(text: str) -> int | None:
    """Return the seconds since midnight of a time of day, ``09:30`` or ``09:30:15``, or None."""
    return moment(f"1970-01-01T{text}") if text[2:3] == ":" else None


@lru_cache(maxsize=1024)
def _moment(text: str) -> int | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    parts = [int(part or 0) for part in found.groups()]
    try:
        when = datetime.datetime(*parts)  # type: ignore[arg-type]
    except ValueError:
        return None
    return (when - _EPOCH) // datetime.timedelta(seconds=1)


def has_time(text: str) -> bool:
    """Say whether the text of a moment gives a time."""
    return len(text) > 10


def date(seconds: float) -> str | None:
    """Write the day of a moment."""
    if not _FIRST <= seconds < _END:
        return None
    return _calendar(int(seconds)).date().isoformat()


def date_time(seconds: float) -> str | None:
    """Write a moment, with its seconds only when there are any."""
    if not _FIRST <= seconds < _END:
        return None
    when = _calendar(int(seconds))
    return when.isoformat(timespec="seconds" if when.second else "minutes")


def shifted(text: str, by: float) -> str | None:
    """Return the moment ``by`` days later: a day stays a day, a time is rounded to the second."""
    start = moment(text)
    if start is None or abs(by) > _END:
        return None
    if has_time(text):
        return date_time(start + math.floor(by * DAY + 0.5))
    return date(start + math.floor(by) * DAY)


def months_between(first: int, last: int) -> int:
    """Count the full months from one moment to a later one; negative when it is earlier."""
    if last < first:
        return -months_between(last, first)
    a, b = _calendar(first), _calendar(last)
    return (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day)


def written(
    seconds: int, pattern: str, months: Sequence[str] = MONTHS, weekdays: Sequence[str] = WEEKDAYS
) -> str:
    """Write a moment by a pattern: ``%Y-%m-%d``; an unknown directive stays as it is."""
    when = _calendar(seconds)
    values = {
        "Y": f"{when.year:04d}",
        "y": f"{when.year % 100:02d}",
        "m": f"{when.month:02d}",
        "n": str(when.month),
        "b": months[when.month - 1],
        "d": f"{when.day:02d}",
        "e": str(when.day),
        "H": f"{when.hour:02d}",
        "h": str(when.hour),
        "M": f"{when.minute:02d}",
        "S": f"{when.second:02d}",
        "3": "000",
        "a": weekdays[when.weekday()],
        "%": "%",
    }
    return re.sub("%([YymnbdeHhMSa3%])", lambda found: values[found[1]], pattern)


def _calendar(seconds: int) -> datetime.datetime:
    return _EPOCH + datetime.timedelta(seconds=seconds)
