"""What may be counted of the responses of a round, and when."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.respond.models import Response


def extents(session: Session, of: Round) -> dict[int, dict[str, int]]:
    """Group id -> how many responses have which extent.

    Until a round without names has closed only those that are in its figures: see ``mixing``.
    """
    rows = (
        select(Response.group_id, Response.extent, func.count())
        .join(AudienceGroup, AudienceGroup.id == Response.group_id)
        .where(AudienceGroup.round_id == of.id)
        .group_by(Response.group_id, Response.extent)
    )
    if of.state != "closed" and not of.how.signed:
        rows = rows.where(Response.counted.is_(True))
    found: dict[int, dict[str, int]] = {}
    for group_id, extent, count in session.execute(rows):
        found.setdefault(group_id, {})[extent] = count
    return found
