"""How often which topic gave cause for concern: counts over closed records, never a note.

What may be shown is decided by ``analysis.disclosure``: in a round without names no unit with fewer
records than the floor, and none that could be worked out from the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import disclosure
from questionnaires import Questionnaire, Text
from questionnaires.kinds.interviewing import Topic
from surveyapp.fieldwork.assignments import Errand, errands
from surveyapp.fieldwork.models import Round
from surveyapp.interviews.models import TASK, Interview, InterviewTopic
from surveyapp.organisation.models import Unit

#: Level of the coding scale -> number of records.
Levels = Mapping[str, int]


@dataclass(frozen=True)
class UnitFigures:
    """A unit that may be shown: its records, and the levels coded for each topic."""

    name: Text
    records: int
    topics: Mapping[str, Levels]


@dataclass(frozen=True)
class Concerns:
    """All figures of a round that may be shown. ``whole``: None where even the total may not be."""

    records: int
    whole: Mapping[str, Levels] | None
    units: tuple[UnitFigures, ...]
    hidden: int

    def raised(self, topic: Topic, negative: Collection[str]) -> list[tuple[UnitFigures, int]]:
        """Return the units in which a topic gave cause for concern, the most affected first."""
        found = [
            (unit, sum(unit.topics.get(topic.id, {}).get(level, 0) for level in negative))
            for unit in self.units
        ]
        raised = [(unit, count) for unit, count in found if count]
        return sorted(raised, key=lambda line: -line[1] / line[0].records)


@dataclass(frozen=True)
class Going:
    """One interview visit: how many records were begun and how many are closed."""

    errand: Errand
    begun: int
    closed: int


def concerns(session: Session, of: Round, outline: Questionnaire) -> Concerns:
    """Count the coding of all closed records. Three queries."""
    sizes = _sizes(session, of)
    counts = _counts(session, of)
    names = _names(session, list(sizes))
    places = sorted(sizes, key=lambda unit: names[unit][0])
    records = np.array([sizes[unit] for unit in places], np.int64)
    floor = 1 if of.how.signed else max(of.min_group, outline.anonymity.min_group)
    shown = disclosure.shown(records, np.zeros(len(places), np.int64), floor)
    units = tuple(
        UnitFigures(names[unit][1], sizes[unit], counts[unit])
        for unit, visible in zip(places, shown.units, strict=True)
        if visible
    )
    whole = _summed(counts) if shown.whole and places else None
    return Concerns(int(records.sum()), whole, units, len(places) - len(units))


def going(session: Session, of: Round) -> list[Going]:
    """Return the interview visits of a round, by team and unit. Two queries."""
    rows = session.execute(
        select(Interview.team_id, Interview.unit_id, Interview.state, func.count())
        .where(Interview.round_id == of.id)
        .group_by(Interview.team_id, Interview.unit_id, Interview.state)
    )
    counts = Counter({(team, unit, state): count for team, unit, state, count in rows})
    found = []
    for one in errands(session, of):
        if one.task == TASK:
            closed = counts[one.team.id, one.unit.id, "closed"]
            found.append(Going(one, closed + counts[one.team.id, one.unit.id, "open"], closed))
    return found


def _sizes(session: Session, of: Round) -> dict[int, int]:
    """Unit id -> closed records."""
    rows = session.execute(
        select(Interview.unit_id, func.count())
        .where(Interview.round_id == of.id, Interview.state == "closed")
        .group_by(Interview.unit_id)
    )
    return {unit: int(count) for unit, count in rows}


def _counts(session: Session, of: Round) -> dict[int, dict[str, Counter[str]]]:
    """Unit id -> topic -> level -> records."""
    rows = session.execute(
        select(Interview.unit_id, InterviewTopic.item_id, InterviewTopic.concern, func.count())
        .join(InterviewTopic, InterviewTopic.interview_key == Interview.key)
        .where(Interview.round_id == of.id, Interview.state == "closed")
        .group_by(Interview.unit_id, InterviewTopic.item_id, InterviewTopic.concern)
    )
    found: dict[int, dict[str, Counter[str]]] = {}
    for unit, item, concern, count in rows:
        found.setdefault(unit, {}).setdefault(item, Counter())[concern] = count
    return found


def _names(session: Session, units: list[int]) -> dict[int, tuple[str, Text]]:
    """Unit id -> (code, name)."""
    rows = session.execute(select(Unit.id, Unit.code, Unit.name).where(Unit.id.in_(units)))
    return {unit: (code, name) for unit, code, name in rows}


def _summed(counts: Mapping[int, Mapping[str, Counter[str]]]) -> dict[str, Levels]:
    total: dict[str, Counter[str]] = {}
    for topics in counts.values():
        for item, levels in topics.items():
            total.setdefault(item, Counter()).update(levels)
    return dict(total)
