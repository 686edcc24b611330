"""From a draft to a published round: what must be right first, and what is worth knowing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from questionnaires import Questionnaire
from surveyapp.clock import Moment
from surveyapp.fieldwork.errors import NotReady
from surveyapp.fieldwork.invitations import invite_people, people_asked
from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.fieldwork.operations import freeze, groups
from surveyapp.modes import FOR_INTERVIEWS, keeps

#: Why a draft cannot be published yet; pages word them.
REASONS = (
    "no_audience",
    "nobody",
    "language",
    "min_group",
    "interview_mode",
    "promise",
    "small_roles",
    "closes_in_the_past",
)


@dataclass(frozen=True)
class Readiness:
    """A draft looked at before it is published.

    ``reasons`` keep it from being published. ``people`` are those who would be asked, ``small`` the
    groups so small that no figures of theirs can ever be shown.
    """

    reasons: tuple[str, ...]
    people: int
    groups: int
    small: int


def readiness(session: Session, of: Round, questionnaire: Questionnaire, at: Moment) -> Readiness:
    """Look at a draft. Two queries, three where people are invited."""
    audience = groups(session, of)
    sizes = _sizes(session, of, questionnaire, audience, at.day)
    return Readiness(
        reasons=tuple(_reasons(of, questionnaire, audience, sizes, at)),
        people=sum(sizes.values()),
        groups=len(audience),
        small=sum(size < of.min_group for size in sizes.values()) if of.how.invitations else 0,
    )


def publish(
    session: Session, of: Round, questionnaire: Questionnaire, secret: str, at: Moment
) -> None:
    """Freeze a draft and, where invitations name people, invite everybody of its audience.

    Raises NotReady with the reasons, or Frozen.
    """
    found = readiness(session, of, questionnaire, at)
    if found.reasons:
        raise NotReady(found.reasons)
    audience = groups(session, of)
    invited = invites(of, questionnaire)
    if invited:
        sizes = _sizes(session, of, questionnaire, audience, at.day)
        for group in audience:
            group.expected = sizes[group.id]
        session.flush()
    freeze(session, of, at)
    if invited:
        session.refresh(of)
        invite_people(session, of, secret, at.day)


def invites(of: Round, questionnaire: Questionnaire) -> bool:
    """Say whether people get personal invitations: not where a team comes to talk with them."""
    return of.how.personal and questionnaire.genre != "interview"


def _sizes(
    session: Session,
    of: Round,
    questionnaire: Questionnaire,
    audience: list[AudienceGroup],
    today: date,
) -> dict[int, int]:
    """Group id -> how many people are asked: planned, or by their postings."""
    if not invites(of, questionnaire):
        return {group.id: group.expected for group in audience}
    sizes = {group.id: 0 for group in audience}
    for group_id in people_asked(session, audience, today).values():
        sizes[group_id] += 1
    return sizes


def _reasons(
    of: Round,
    questionnaire: Questionnaire,
    audience: list[AudienceGroup],
    sizes: dict[int, int],
    at: Moment,
) -> Iterator[str]:
    if not audience:
        yield "no_audience"
    elif of.how.invitations and not any(sizes.values()) and questionnaire.genre != "interview":
        yield "nobody"
    if not set(of.languages) <= set(questionnaire.languages):
        yield "language"
    if of.min_group < questionnaire.anonymity.min_group:
        yield "min_group"
    if questionnaire.genre == "interview" and of.mode not in FOR_INTERVIEWS:
        yield "interview_mode"
    if not keeps(of.mode, questionnaire.anonymity.mode):
        yield "promise"
    if not of.how.personal and _small_beside_others(audience, of.min_group):
        yield "small_roles"
    if of.closes_at is not None and of.closes_at <= at.utc:
        yield "closes_in_the_past"


def _small_beside_others(audience: list[AudienceGroup], least: int) -> bool:
    """Say whether a unit is split into groups of which one is too small to hide anybody.

    An answer is stored with its group: in a group of two, drawn codes hide nobody.
    """
    in_unit = Counter(group.unit_id for group in audience)
    return any(in_unit[one.unit_id] > 1 and one.expected < least for one in audience)
