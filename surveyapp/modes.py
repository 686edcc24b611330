"""The four anonymity modes of a round, and what each lets a page truthfully promise."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

_NAMES = {
    "unlinkable": lazy_gettext("Anonymous (unlinkable token)"),
    "sealed_code": lazy_gettext("Anonymous (sealed code)"),
    "confidential": lazy_gettext("Confidential"),
    "named": lazy_gettext("With name"),
}


def mode_name(mode: str) -> str:
    """Return the short name of a mode."""
    return str(_NAMES[mode])


def promise(mode: str) -> str:
    """Return what respondents are told about a round of that mode; KeyError for no such mode."""
    return {
        "sealed_code": gettext(
            "Anonymous: you drew the code yourself from sealed slips, so nobody knows who has "
            "which. The system keeps only the fact that a code was used, never which answers came "
            "with it, and notes the day but not the time."
        ),
    }[mode]
