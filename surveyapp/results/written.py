"""What people wrote, once a round has ended: what recurs, and every text."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

import questionnaires
from analysis.statistics.text.clusters import Problem, problems
from analysis.statistics.text.names import Names
from questionnaires import Variable
from surveyapp.design.operations import questionnaire as published
from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.organisation.operations import people_names
from surveyapp.respond.models import Response

#: So many people must have taken part before anything written is shown.
LEAST = 10


@dataclass(frozen=True)
class Written:
    """The answers to one open item.

    ``recurring`` are groups of similar sentences by enough people, each with a typical one that
    names nobody; ``texts`` every text once, with how many people wrote it so.
    """

    item: Variable
    people: int
    recurring: tuple[Problem, ...]
    texts: tuple[tuple[str, int], ...]


def written_answers(session: Session, of: Round) -> list[Written] | None:
    """The written answers of an ended round by item, each item in an order of its own.

    None while the round is open or when fewer than ``LEAST`` people took part: the last to write,
    or one of a few, could be recognised. They carry no unit and no link to other answers.
    """
    if of.state != "closed":
        return None
    book = questionnaires.codebook(published(session, of.version_hash))
    asked = [one for one in book.variables if one.text and one.name == one.item]
    if not asked:
        return []
    stored = session.scalars(
        select(Response.answers)
        .join(AudienceGroup, AudienceGroup.id == Response.group_id)
        .where(AudienceGroup.round_id == of.id)
    ).all()
    if len(stored) < LEAST:
        return None
    answers = [json.loads(one) for one in stored]
    names = Names.of(name for one in people_names(session).values() for name in one.root.values())
    return [
        _written(variable, [one[variable.name] for one in answers if one.get(variable.name)], names)
        for variable in asked
    ]


def _written(item: Variable, texts: Sequence[str], names: Names) -> Written:
    ordered = _shuffled(texts)
    recurring = tuple(one for one in problems(ordered, names=names) if one.sentence)
    return Written(item, len(texts), recurring, tuple(Counter(ordered).items()))


def _shuffled(texts: Sequence[str]) -> list[str]:
    """The same order each time, and one that says nothing: by a digest of the text."""
    return sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())
