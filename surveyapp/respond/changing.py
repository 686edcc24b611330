"""Changing answers that were sent, while the round is open and where it allows that.

Only whoever sent them can: the secret that finds a response is the key of its form. It was shown
with the receipt and is stored nowhere, so nobody else can find the response, the server included.
The invitation plays no part in it, and is not asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.clock import Moment
from surveyapp.fieldwork import codes, tally
from surveyapp.fieldwork.invitations import Invited
from surveyapp.fieldwork.models import AudienceGroup, FieldedUnit, Round
from surveyapp.respond import errors, files, opening, operations, places, storing
from surveyapp.respond.mixing import store_mixed
from surveyapp.respond.models import Response
from surveyapp.uploads import Upload


class UnknownSecret(LookupError):
    """No response that may be changed has this secret."""


@dataclass(frozen=True)
class Given:
    """A response that may be changed: what it is about, and the answers as they are stored."""

    opened: opening.Opened
    values: dict[str, Any]
    key: bytes


def normalise(typed: str) -> str | None:
    """The secret that was meant, whatever case, spaces or dashes were typed; None: no secret."""
    letters = codes.letters(typed, codes.SECRET_LENGTH)
    return None if letters is None else codes.in_groups(letters)


def find(session: Session, secret: str, at: Moment, language: str = "en") -> Given:
    """The response that a secret leads to.

    Raises UnknownSecret, also for responses of rounds that allow no changes.
    """
    meant = normalise(secret)
    if meant is None:
        raise UnknownSecret
    key = operations.response_key(meant)
    found = session.execute(
        select(Response.answers, AudienceGroup, FieldedUnit, Round)
        .join(AudienceGroup, AudienceGroup.id == Response.group_id)
        .join(Round, Round.id == AudienceGroup.round_id)
        .join(
            FieldedUnit,
            (FieldedUnit.round_id == Round.id) & (FieldedUnit.unit_id == AudienceGroup.unit_id),
        )
        .where(Response.key == key, Round.editable.is_(True))
    ).all()
    if len(found) != 1:  # two: somebody has sent a key of their own making to two groups
        raise UnknownSecret
    answers, group, unit, of = found[0]
    invited = Invited(None, True, group, unit, of)
    opened = opening.opened(session, invited, opening.Visit(meant, at, language))
    return Given(opened, json.loads(answers), key)


def change(
    session: Session,
    *,
    secret: str,
    raw: Mapping[str, Any],
    at: Moment,
    language: str = "en",
    uploads: Mapping[str, Upload] | None = None,
) -> operations.Receipt:
    """Put new answers in the place of those that a secret leads to, in the caller's transaction.

    ``uploads``: fingerprint -> file; one that is not sent again stays. The response keeps its key
    and its day.
    Raises UnknownSecret or a SubmissionError, and the transaction must then be rolled back.
    """
    given = find(session, secret, at, language)
    group = given.opened.invited.group.id
    if given.opened.round.state_at(at.utc) != "open" or not tally.enter(session, group):
        raise errors.RoundClosed
    given = find(session, secret, at, language)  # as it is now that nobody else can change it
    opened = given.opened
    questionnaire = opened.questionnaire
    raw = files.kept(questionnaire, raw, given.values)
    judged = operations.checked(_without(opened, given), raw)
    _move_places(session, given, judged.quotas)
    own = (Response.group_id == group, Response.key == given.key)
    values = operations.row(
        questionnaire,
        judged.answers,
        key=given.key,
        group_id=group,
        version_hash=opened.round.version_hash,
        day=session.scalars(select(Response.day).where(*own)).one(),
        extent=judged.extent,
    )
    response = (group, given.key)
    before = files.detach(session, response)
    session.execute(delete(Response).where(*own))
    store_mixed(session, [values], None)  # where answers may change, no figures are shown meanwhile
    files.attach(session, questionnaire, response, judged.answers, {**before, **(uploads or {})})
    meant = normalise(secret)
    assert meant is not None
    return operations.Receipt(operations.receipt_code(meant), repeated=False)


def _counted(given: Given) -> frozenset[str]:
    """The quotas that the answers as they are stored count towards."""
    return places.towards(given.opened.questionnaire, given.values, given.opened.context)


def _without(opened: opening.Opened, given: Given) -> opening.Opened:
    """The same form, where a quota is not full for whoever has a place in it already."""
    full = opened.context.full_quotas - _counted(given)
    return replace(opened, context=replace(opened.context, full_quotas=full))


def _move_places(session: Session, given: Given, quotas: Iterable[str]) -> None:
    """Take the places that changed answers need, and give back those that they leave."""
    held, wanted = _counted(given), set(quotas)
    places.lock(session, given.opened.round.id, held ^ wanted)
    storing.take_places(session, given.opened, wanted - held)
    places.give_back(session, given.opened.round.id, held - wanted)
