"""Words about a record that pages and paper share."""

from __future__ import annotations

from flask_babel import gettext

from surveyapp.interviews.models import Interview


def interviewee(record: Interview) -> str:
    """Return who was talked to: a number, a role, and a name where there is one."""
    number = gettext("No. %(number)d", number=record.number)
    return gettext(", ").join(part for part in (number, record.role, record.name or "") if part)


def outcome(read_back: str) -> str:
    """Return what the interviewee said to the notes, in words."""
    return {
        "": gettext("not read back yet"),
        "confirmed": gettext("confirmed as right"),
        "corrected": gettext("confirmed with a correction"),
        "waived": gettext("the interviewee did not want it"),
    }[read_back]
