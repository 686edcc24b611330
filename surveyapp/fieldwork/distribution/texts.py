"""The words of mails about a round, and the words about what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import format_date, gettext, lazy_gettext

from surveyapp.fieldwork.distribution.operations import REMINDER
from surveyapp.fieldwork.models import Round
from surveyapp.i18n import said_in
from surveyapp.mail.models import State
from surveyapp.mail.templates import Problem, Template
from surveyapp.modes import promise

#: Slot -> what it stands for. The link and the promise must be in every body.
SLOTS = {
    "name": lazy_gettext("name of the person"),
    "title": lazy_gettext("title of the round"),
    "link": lazy_gettext("the person's own link"),
    "closes": lazy_gettext("last day"),
    "promise": lazy_gettext("what respondents are promised"),
}
NEEDED = ("link", "promise")

STATES = {
    State.QUEUED: lazy_gettext("queued"),
    State.CLAIMED: lazy_gettext("being sent"),
    State.HANDED_OVER: lazy_gettext("being sent"),
    State.SENT: lazy_gettext("sent"),
    State.FAILED: lazy_gettext("failed"),
    State.BOUNCED: lazy_gettext("bounced"),
    State.HELD: lazy_gettext("uncertain"),
    State.CANCELLED: lazy_gettext("cancelled"),
}
_REASONS = {
    "interrupted": lazy_gettext("The program was interrupted at the moment of sending."),
    "no_answer": lazy_gettext("The mail server did not answer at the moment of sending."),
    "garbled": lazy_gettext("The answer of the mail server made no sense."),
    "disconnected": lazy_gettext("The mail server hung up."),
    "connection": lazy_gettext("The mail server cannot be reached."),
    "certificate": lazy_gettext("The certificate of the mail server is not right."),
    "folder": lazy_gettext("The folder of mails cannot be written."),
    "secret": lazy_gettext("The secret of this installation has changed since."),
}


def default(kind: str, tag: str) -> Template:
    """The words that stand there before anybody has written others."""
    return said_in(tag, _reminder if kind == REMINDER else _invitation)


def _invitation() -> Template:
    return Template(
        gettext("{title}: your personal link"),
        gettext(
            "Dear {name},\n\nyou are asked to take part in “{title}”. This link is yours alone; "
            "please do not pass it on:\n\n{link}\n\nIt is open until {closes}.\n\n{promise}\n"
        ),
    )


def _reminder() -> Template:
    return Template(
        gettext("{title}: a reminder"),
        gettext(
            "Dear {name},\n\nwe have not received your answers to “{title}” yet. Your personal "
            "link is still the same:\n\n{link}\n\nIt is open until {closes}. If you have answered "
            "in the meantime, thank you; there is nothing more to do.\n\n{promise}\n"
        ),
    )


def slots(of: Round, tag: str, *, name: str, link: str) -> Mapping[str, str]:
    """What fills the words of one mail in a language."""
    return {
        "name": name,
        "link": link,
        "title": of.title.get(tag),
        "closes": said_in(tag, lambda: _last_day(of.closes_on)),
        "promise": said_in(tag, lambda: promise(of.mode)),
    }


def _last_day(closes_on: date | None) -> str:
    if closes_on is None:
        return gettext("further notice")
    return str(format_date(closes_on, "long"))


def problem(found: Problem) -> str:
    """What is wrong with a template, as a sentence."""
    slot = "{" + found.slot + "}"
    return {
        "empty": gettext("Please write something."),
        "long": gettext("This is too long."),
        "lines": gettext("The subject is one line of plain text."),
        "unknown": gettext("There is nothing to put in for %(slot)s.", slot=slot),
        "missing": gettext("%(slot)s must be in the text.", slot=slot),
    }[found.code]


def reason(kept: str) -> str:
    """Why a mail was not sent, as a sentence; the server's code where it gave one."""
    if not kept:
        return ""
    if kept in _REASONS:
        return str(_REASONS[kept])
    return gettext("The mail server said %(code)s.", code=kept)
