"""The anonymity modes of a round: what each keeps, and what each lets a page truthfully promise.

``MODES`` is the one place that says how a mode works. The tables hold to it (see the guards in
``fieldwork.guards`` and ``respond.models``), and tests compare the promise with what they hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext


@dataclass(frozen=True)
class Mode:
    """How a mode works.

    ``invitations``: a response needs a code or a personal link. ``personal``: invitations name a
    person. ``signed``: a response names its invitation. ``live``: figures may be shown while the
    round is open; where it is known who has not answered, the last answer would be known with them.
    """

    name: str
    invitations: bool
    personal: bool
    signed: bool
    live: bool

    @property
    def knows_who_answered(self) -> bool:
        return self.personal


MODES = {
    mode.name: mode
    for mode in (
        Mode("unlinkable", invitations=True, personal=False, signed=False, live=True),
        Mode("sealed_code", invitations=True, personal=False, signed=False, live=True),
        Mode("confidential", invitations=True, personal=True, signed=False, live=False),
        Mode("named", invitations=True, personal=True, signed=True, live=True),
        Mode("open_link", invitations=False, personal=False, signed=False, live=True),
    )
}

#: What can be chosen today. *unlinkable* (blind tokens) has its place in the tables and nowhere
#: else: a promise must not stand on a page before the program can keep it.
OFFERED = ("sealed_code", "confidential", "named", "open_link")

_NAMES = {
    "unlinkable": lazy_gettext("Anonymous (unlinkable token)"),
    "sealed_code": lazy_gettext("Anonymous (sealed code)"),
    "confidential": lazy_gettext("Confidential"),
    "named": lazy_gettext("With name"),
    "open_link": lazy_gettext("Anonymous (open link)"),
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
        "confidential": gettext(
            "Confidential: this link was made for you. The system notes that you have answered, so "
            "that you are not reminded, and keeps your answers apart from it, without your name, "
            "day or time. Somebody who runs the server and watches while you send could link the "
            "two, and so could they if you were the only one of your unit to answer. Results are "
            "shown after the round has closed, and only for groups."
        ),
        "named": gettext(
            "With your name: your answers are kept together with your name, and those who run this "
            "round can read who answered what."
        ),
        "open_link": gettext(
            "Anonymous: everybody uses the same address. The system keeps your answers and the "
            "day, and nothing about who you are. It cannot tell whether somebody answers twice."
        ),
    }[mode]
