"""From the stored rows of a round to its release and its report."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from analysis import report as reports
from analysis.release import Fieldwork, Release, build
from analysis.standard import Seen, standard_report
from analysis.standard_tree import tree
from questionnaires import Text
from surveyapp.design.operations import questionnaire as published
from surveyapp.fieldwork.models import Round
from surveyapp.fieldwork.progress import GroupProgress, progress
from surveyapp.results import tables


def release(session: Session, of: Round, as_of: date) -> Release:
    """All figures of a round that may be shown: what every page, chart and report reads."""
    groups = progress(session, of)
    return build(
        published(session, of.version_hash),
        tables.tables(session, of, groups),
        _fieldwork(of, groups),
        as_of,
    )


def standard(session: Session, of: Round) -> dict[str, Any]:
    """The standard report of a round above its floor, as plain values: ``analysis.standard``."""
    found = tables.tables(session, of, progress(session, of))
    questionnaire = published(session, of.version_hash)
    floor = max(questionnaire.anonymity.min_group, of.min_group)
    return tree(questionnaire, found.axes, standard_report(found, Seen.above(found, floor)))


def settle(session: Session, of: Round) -> None:
    """Count a round that has closed for good, in the caller's transaction: see ``tables``."""
    tables.settle(session, of, progress(session, of))


def report(session: Session, of: Round, language: str, as_of: date) -> bytes:
    """The PDF report of a round."""
    found = release(session, of, as_of)
    return reports.pdf(found, published(session, of.version_hash), language)


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
