"""The one clock: moments in UTC to the minute, and the calendar day where the organisation is.

Opening, closing and dating ask this clock and no other. Rounds keep their moments in UTC, so that
no change to summer time moves them, and the name of the zone in which they were promised to people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from flask import Flask, current_app

_ZONE = "surveyapp.zone"


class UnknownZone(ValueError):
    """No time zone has this name."""


@dataclass(frozen=True)
class Moment:
    """One look at the clock: ``utc`` to the minute and without a zone, ``day`` in ``zone``."""

    utc: datetime
    day: date
    zone: str = ""


def init_app(app: Flask, zone: str) -> None:
    """Set the organisation's zone (an IANA name; empty: that of the machine); or UnknownZone."""
    _zone(zone)
    app.extensions[_ZONE] = zone


def now() -> Moment:
    """Return this moment where the organisation is."""
    return now_in(current_app.extensions[_ZONE])


def now_in(zone: str) -> Moment:
    """Return this moment in a zone."""
    return moment(datetime.now(UTC), zone)


def moment(instant: datetime, zone: str = "") -> Moment:
    """Return ``instant`` (with its offset, or in UTC) as a Moment in a zone."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    utc = aware.astimezone(UTC).replace(second=0, microsecond=0, tzinfo=None)
    return Moment(utc, local(utc, zone).date(), zone)


def today() -> date:
    """Return today's date where the organisation is."""
    return now().day


@lru_cache(maxsize=1024)
def local(utc: datetime, zone: str = "") -> datetime:
    """Return a moment of UTC as clocks on the wall of a zone show it, without the zone."""
    return utc.replace(tzinfo=UTC).astimezone(_zone(zone)).replace(tzinfo=None)


def to_utc(wall: datetime, zone: str = "") -> datetime:
    """Return the moment of UTC at which clocks on the wall of a zone show ``wall``.

    Of an hour that comes twice when summer time ends, the first.
    """
    tz = _zone(zone)
    aware = wall.replace(tzinfo=tz) if tz else wall.astimezone()
    return aware.astimezone(UTC).replace(tzinfo=None)


@cache
def _zone(name: str) -> ZoneInfo | None:
    """Return the zone with this name; None is the machine's own."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(name) from error
