"""From the stored rows of a round to its release and its report."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

import questionnaires
from analysis import columns as column
from analysis import report as reports
from analysis.columns import Columns
from analysis.counts import counts
from analysis.release import Fieldwork, Release, build
from questionnaires import Text, Variable
from surveyapp.design.operations import questionnaire as published
from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.fieldwork.progress import GroupProgress, PlacedUnit, progress
from surveyapp.respond.models import Response

#: So many people must have taken part before anything written is shown.
LEAST_WRITTEN = 10


def release(session: Session, of: Round, as_of: date) -> Release:
    """All figures of a round that may be shown: what every page, chart and report reads."""
    groups = progress(session, of)
    return build(
        published(session, of.version_hash),
        counts(columns(session, of, groups)),
        _fieldwork(of, groups),
        as_of,
    )


def report(session: Session, of: Round, language: str, as_of: date) -> bytes:
    """The PDF report of a round."""
    found = release(session, of, as_of)
    return reports.pdf(found, published(session, of.version_hash), language)


def written_answers(session: Session, of: Round) -> list[tuple[Variable, list[str]]] | None:
    """The written answers of an ended round by item, each item in an order of its own.

    None while the round is open or when fewer than ``LEAST_WRITTEN`` people took part: the last to
    write, or one of a few, could be recognised. They carry no unit and no link to other answers.
    """
    if of.state != "closed":
        return None
    stored = session.scalars(
        select(Response.answers)
        .join(AudienceGroup, AudienceGroup.id == Response.group_id)
        .where(AudienceGroup.round_id == of.id)
    ).all()
    if len(stored) < LEAST_WRITTEN:
        return None
    answers = [json.loads(one) for one in stored]
    book = questionnaires.codebook(published(session, of.version_hash))
    return [
        (variable, _shuffled(one[variable.name] for one in answers if one.get(variable.name)))
        for variable in book.variables
        if variable.text and variable.name == variable.item
    ]


def _shuffled(texts: Iterable[str]) -> list[str]:
    """The same order each time, and one that says nothing: by a digest of the text."""
    return sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())


def columns(session: Session, of: Round, groups: list[GroupProgress]) -> Columns:
    """The closed answers of a round, by unit and role; no answer is looked at one by one.

    Until the round has closed these are the responses counted so far: see ``respond.mixing``.
    """
    units = {group.unit.code: group.unit for group in groups}
    roles = sorted({group.role for group in groups})
    place = {
        group.group_id: (list(units).index(group.unit.code), roles.index(group.role))
        for group in groups
    }
    stored = (
        select(Response.codes, Response.group_id)
        .join(AudienceGroup, AudienceGroup.id == Response.group_id)
        .where(AudienceGroup.round_id == of.id)
    )
    if of.state != "closed":
        stored = stored.where(Response.counted.is_(True))
    return Columns.from_packed(
        questionnaires.codebook(published(session, of.version_hash)),
        [_unit(unit) for unit in units.values()],
        roles,
        ((codes, *place[group]) for codes, group in session.execute(stored)),
    )


def _unit(unit: PlacedUnit) -> column.Unit:
    return column.Unit(unit.code, unit.name, unit.parent.code if unit.parent else None)


def _parents(groups: list[GroupProgress]) -> dict[str, Text]:
    above = (group.unit.parent for group in groups)
    return {parent.code: parent.name for parent in above if parent is not None}


def _fieldwork(of: Round, groups: list[GroupProgress]) -> Fieldwork:
    issued: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    for group in groups:
        issued[group.unit.code] += group.issued
        returned[group.unit.code] += group.used
    return Fieldwork(
        title=of.title,
        opens=of.opens_on,
        closes=of.closes_on,
        mode=of.mode,
        issued=issued,
        returned=returned,
        synthetic=of.synthetic,
        min_group=of.min_group,
        parents=_parents(groups),
    )
