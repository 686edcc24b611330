"""From a link to the questionnaire behind it, with everything that its form needs to know."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache

from questionnaires import Context, Questionnaire
from surveyapp.clock import Moment, local
from surveyapp.design.operations import questionnaire as published
from surveyapp.fieldwork.invitations import Invited, invitation, open_link
from surveyapp.fieldwork.models import Round
from surveyapp.organisation.operations import people_names, unit_names
from surveyapp.respond import places
from surveyapp.statements import Link


@dataclass(frozen=True)
class OpenDoor:
    """One group behind the open link of a round."""

    slug: str
    group_id: int


#: What leads to a form: a code, or a group behind an open link.
Door = str | OpenDoor


@dataclass(frozen=True)
class Opened:
    """What a respondent's link opens."""

    invited: Invited
    questionnaire: Questionnaire
    context: Context

    @property
    def round(self) -> Round:
        """Return the round that this is about."""
        return self.invited.round

    def speaking(self, language: str) -> Opened:
        """Return the same for a respondent who reads ``language``."""
        return replace(self, context=replace(self.context, language=language))

    @property
    def languages(self) -> list[str]:
        """Return the languages in which the round offers its questionnaire."""
        return [tag for tag in self.questionnaire.languages if tag in self.round.languages]


@dataclass(frozen=True)
class Visit:
    """One filling of a form: its key, when this is, and the respondent's language if known."""

    key: str
    at: Moment
    language: str = "en"


def open_form(link: Link, door: Door, visit: Visit) -> Opened:
    """The questionnaire behind a code or an open link; raises UnknownCode."""
    if isinstance(door, OpenDoor):
        invited = open_link(link, door.slug, door.group_id)
    else:
        invited = invitation(link, door)
    return opened(link, invited, visit)


def opened(link: Link, invited: Invited, visit: Visit) -> Opened:
    """What an invitation opens, for one visit."""
    questionnaire = published(link, invited.round.version_hash)
    return Opened(invited, questionnaire, _context(link, questionnaire, invited, visit))


@lru_cache(maxsize=256)
def names_others(questionnaire: Questionnaire) -> bool:
    """Say whether a form has the names of units or people in it, which may change any day."""
    return any(
        item.kind in ("unit", "person") or getattr(item, "rows_from_units", False)
        for item in questionnaire.items
    )


def seed_of(submission_key: str) -> str:
    """What everything drawn by lot for a response follows from: the same on every step.

    It does not lead back to the key, and like the key it is stored nowhere.
    """
    return hashlib.sha256(b"lots" + submission_key.encode("utf-8", "replace")).hexdigest()


def _context(link: Link, questionnaire: Questionnaire, invited: Invited, visit: Visit) -> Context:
    """What the form needs to know; no query for names and quotas that it does not have."""
    named = names_others(questionnaire)
    return Context(
        units=unit_names(link) if named else {},
        people=people_names(link) if named else {},
        own_unit=invited.unit.code,
        now=local(visit.at.utc, invited.round.zone),
        seed=seed_of(visit.key),
        language=visit.language,
        full_quotas=places.full(link, invited.round.id, questionnaire),
    )
