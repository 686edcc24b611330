"""Counting, per group and day, how often forms are opened and how many responses come."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from surveyapp.fieldwork.models import AudienceGroup, Round, Tally


def wait_turn(session: Session, group_id: int) -> None:
    """Let those who write about one group wait for each other (SQLite's write lock does anyway)."""
    session.execute(select(AudienceGroup.id).where(AudienceGroup.id == group_id).with_for_update())


def enter(session: Session, group_id: int) -> bool:
    """Do both of the following for a group and its round, in one statement."""
    state = (
        select(Round.state)
        .join(AudienceGroup, AudienceGroup.round_id == Round.id)
        .where(AudienceGroup.id == group_id)
        .with_for_update(of=AudienceGroup)
        .suffix_with("FOR SHARE OF round", dialect="postgresql")
    )
    return session.scalar(state) != "closed"


def hold_open(session: Session, round_id: int) -> bool:
    """Keep a round from closing until this transaction ends; False: it has closed already.

    Many may hold it at once. Who closes it waits for them, so nothing is stored after the end.
    """
    state = select(Round.state).where(Round.id == round_id)
    return session.scalar(state.with_for_update(read=True)) != "closed"


def count_openings(session: Session, group_id: int, day: date, times: int) -> None:
    """Count how often forms of this group were shown. A counter only: nobody can tell whose."""
    wait_turn(session, group_id)
    _add(session, group_id, day, opened=times, returned=0)


def count_return(session: Session, group_id: int, day: date) -> None:
    """Count that a response of this group came; after ``wait_turn`` in the same transaction."""
    _add(session, group_id, day, opened=0, returned=1)


def _add(session: Session, group_id: int, day: date, *, opened: int, returned: int) -> None:
    more = (
        update(Tally)
        .where(Tally.group_id == group_id, Tally.day == day)
        .values(opened=Tally.opened + opened, returned=Tally.returned + returned)
        .execution_options(synchronize_session=False)
    )
    result = session.execute(more)
    assert isinstance(result, CursorResult)
    if result.rowcount == 0:
        first = {"group_id": group_id, "day": day, "opened": opened, "returned": returned}
        session.execute(insert(Tally), [first])
