"""The day that counts for opening, closing and dating: the server's own calendar day."""

from __future__ import annotations

from datetime import date


def today() -> date:
    """Return today's date where the server stands."""
    return date.today()
