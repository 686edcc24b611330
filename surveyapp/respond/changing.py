"""Changing answers that were sent, while the round is open and where it allows that.

Only whoever sent them can: the secret that finds a response is the key of its form. It was shown
with the receipt and is stored nowhere, so nobody else can find the response, the server included.
The invitation plays no part in it, and is not asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.clock import Moment
from surveyapp.design.operations import questionnaire as published
from surveyapp.fieldwork import codes, tally
from surveyapp.fieldwork.invitations import Invited
from surveyapp.fieldwork.models import AudienceGroup, FieldedUnit, Round
from surveyapp.respond import operations
from surveyapp.respond.mixing import store_mixed
from surveyapp.respond.models import Response
from surveyapp.uploads import Upload


class UnknownSecret(LookupError):
    """No response that may be changed has this secret."""


@dataclass(frozen=True)
class Given:
    """A response that may be changed: what it is about, and the answers as they are stored."""

    opened: operations.Opened
    values: dict[str, Any]
    key: bytes


def normalise(typed: str) -> str | None:
    """The secret that was meant, whatever case, spaces or dashes were typed; None: no secret."""
    letters = codes.letters(typed, codes.SECRET_LENGTH)
    return None if letters is None else codes.in_groups(letters)


def find(session: Session, secret: str) -> Given:
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
    ).one_or_none()
    if found is None:
        raise UnknownSecret
    invited = Invited(None, True, found.AudienceGroup, found.FieldedUnit, found.Round)
    questionnaire = published(session, invited.round.version_hash)
    context = operations.context(session, questionnaire, invited.unit.code)
    opened = operations.Opened(invited, questionnaire, context)
    return Given(opened, json.loads(found.answers), key)


def change(
    session: Session,
    *,
    secret: str,
    raw: Mapping[str, Any],
    at: Moment,
    files: Mapping[str, Upload] | None = None,
) -> operations.Receipt:
    """Put new answers in the place of those that a secret leads to, in the caller's transaction.

    A file that is not sent again stays. The response keeps its key and its day.
    Raises UnknownSecret or a SubmissionError, and the transaction must then be rolled back.
    """
    given = find(session, secret)
    opened, files = given.opened, files or {}
    if opened.round.state_at(at.utc) != "open":
        raise operations.RoundClosed
    sent = {item: upload.described() for item, upload in files.items()}
    answers = operations.checked(opened, {**raw, **_files_before(given), **sent})
    if not tally.hold_open(session, opened.round.id):
        raise operations.RoundClosed
    tally.wait_turn(session, opened.invited.group.id)
    before = select(Response.day).where(Response.key == given.key)
    values = operations.row(
        opened.questionnaire,
        answers,
        key=given.key,
        group_id=opened.invited.group.id,
        version_hash=opened.round.version_hash,
        day=session.scalars(before).one(),
        context=opened.context,
    )
    session.execute(delete(Response).where(Response.key == given.key))
    store_mixed(session, values, None)  # where answers may change, no figures are shown meanwhile
    operations.attach(session, given.key, answers, files)
    meant = normalise(secret)
    assert meant is not None
    return operations.Receipt(operations.receipt_code(meant), repeated=False)


def _files_before(given: Given) -> dict[str, Any]:
    kinds = {item.id: item.kind for item in given.opened.questionnaire.items}
    return {
        item: value for item, value in given.values.items() if kinds.get(item) in ("file", "photo")
    }
