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
    ``protection``: how well a person is protected, compared with the other modes.
    """

    name: str
    invitations: bool
    personal: bool
    signed: bool
    live: bool
    protection: int

    @property
    def knows_who_answered(self) -> bool:
        return self.personal


MODES = {
    mode.name: mode
    for mode in (
        Mode("unlinkable", invitations=True, personal=False, signed=False, live=True, protection=3),
        Mode(
            "sealed_code", invitations=True, personal=False, signed=False, live=True, protection=2
        ),
        Mode(
            "confidential", invitations=True, personal=True, signed=False, live=False, protection=1
        ),
        Mode("named", invitations=True, personal=True, signed=True, live=True, protection=0),
        Mode("open_link", invitations=False, personal=False, signed=False, live=True, protection=2),
    )
}

#: What can be chosen today. *unlinkable* (blind tokens) has its place in the tables and nowhere
#: else: a promise must not stand on a page before the program can keep it.
OFFERED = ("sealed_code", "confidential", "named", "open_link")

#: The modes in which a team can talk with people: it knows whom it talks to.
FOR_INTERVIEWS = ("confidential", "named")

_NAMES = {
    "unlinkable": lazy_gettext("Anonymous (unlinkable token)"),
    "sealed_code": lazy_gettext("Anonymous (sealed code)"),
    "confidential": lazy_gettext("Confidential"),
    "named": lazy_gettext("With name"),
    "open_link": lazy_gettext("Anonymous (open link)"),
}


def keeps(mode: str, promised: str) -> bool:
    """Say whether a round of that mode protects people as well as was promised.

    A promise beyond every mode that is offered is kept by the best of these.
    """
    best = max(MODES[name].protection for name in OFFERED)
    return MODES[mode].protection >= min(MODES[promised].protection, best)


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


def interview_promise(mode: str) -> str:
    """Return what interviewees are told about a round of that mode; KeyError for no such mode."""
    return {
        "confidential": gettext(
            "Confidential: the notes are kept under a number, without a name, and only the team "
            "that talked with you can read them. Others see no more than how often a topic gave "
            "cause for concern, after the round has closed and for groups only. The members of the "
            "team know whom they talked to."
        ),
        "named": gettext(
            "With your name: the notes are kept together with your name, and only the team that "
            "talked with you can read them. Others see how often a topic gave cause for concern in "
            "each unit."
        ),
    }[mode]
