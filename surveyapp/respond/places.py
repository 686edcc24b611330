"""Places of quotas: how many responses of a round count towards each, and whether one is full.

One row per quota and round, nothing else: which response took a place is not written down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.dialects import postgresql, sqlite

from questionnaires import Context, Questionnaire
from questionnaires.flow import prepared
from questionnaires.reading import Reading, read
from surveyapp.respond.models import QuotaPlace
from surveyapp.statements import Link, spoken

#: The one statement that takes a place is the same on both, and yet spelled by each dialect.
_INSERT: dict[str, Callable[[type[QuotaPlace]], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def full(link: Link, round_id: int, questionnaire: Questionnaire) -> frozenset[str]:
    """Return the quotas of a round that take nobody any more; no query when it has none."""
    if not questionnaire.quotas:
        return frozenset()
    rows = link.execute(
        select(QuotaPlace.quota, QuotaPlace.taken).where(QuotaPlace.round_id == round_id)
    )
    taken = {row.quota: row.taken for row in rows}
    return frozenset(q.id for q in questionnaire.quotas if taken.get(q.id, 0) >= q.limit)


def take(
    link: Link, round_id: int, questionnaire: Questionnaire, quotas: Iterable[str]
) -> str | None:
    """Take a place in each of ``quotas``; return the first that has none left, or None.

    Then the caller's transaction must be rolled back. All in one statement, so that of two who want
    the last place one gets it: the row is locked by the first and looked at again by the second.
    """
    limits = {quota.id: quota.limit for quota in questionnaire.quotas}
    wanted = sorted(quotas)  # always in the same order, so that no two wait for each other
    if not wanted:
        return None
    first = _INSERT[spoken(link)](QuotaPlace).values(
        [{"round_id": round_id, "quota": quota, "taken": 1} for quota in wanted]
    )
    taking = first.on_conflict_do_update(
        index_elements=[QuotaPlace.round_id, QuotaPlace.quota],
        set_={"taken": QuotaPlace.taken + 1},
        where=QuotaPlace.taken < case(limits, value=QuotaPlace.quota),
    )
    taken = set(link.scalars(taking.returning(QuotaPlace.quota)))
    return next((quota for quota in wanted if quota not in taken), None)


def lock(link: Link, round_id: int, quotas: Iterable[str]) -> None:
    """Let those who take one place and leave another wait for each other, always in one order."""
    rows = select(QuotaPlace.quota).where(
        QuotaPlace.round_id == round_id, QuotaPlace.quota.in_(sorted(quotas))
    )
    link.execute(rows.order_by(QuotaPlace.quota).with_for_update())


def give_back(link: Link, round_id: int, quotas: Iterable[str]) -> None:
    """Give back the places that changed answers leave."""
    for quota in sorted(quotas):
        link.execute(
            update(QuotaPlace)
            .where(QuotaPlace.round_id == round_id, QuotaPlace.quota == quota)
            .values(taken=QuotaPlace.taken - 1)
            .execution_options(synchronize_session=False)
        )


def towards(
    questionnaire: Questionnaire, values: Mapping[str, object], context: Context
) -> frozenset[str]:
    """Return the quotas that stored answers count towards."""
    if not questionnaire.quotas:
        return frozenset()
    seen = read(questionnaire, values, context).visibility
    return frozenset(quota.id for quota in questionnaire.quotas if seen.holds(quota.when))


def fallen_into(reading: Reading) -> str | None:
    """Return a full quota into which unfinished answers fall already, whatever comes next.

    A condition counts once every item that it reads has an answer.
    """
    taken = reading.around.context.full_quotas
    for quota in reading.questionnaire.quotas if taken else ():
        known = prepared(quota.when).reads <= reading.whole.seen.keys()
        if quota.id in taken and known and reading.visibility.holds(quota.when):
            return quota.id
    return None
