"""Counting, per group and day, how often forms are opened and how many responses come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Executable, Select, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp.fieldwork.models import AudienceGroup, Round, Tally
from surveyapp.statements import Link, Statement


def wait_turn(link: Link, group_id: int) -> None:
    """Let those who write about one group wait for each other (SQLite's write lock does anyway)."""
    link.execute(select(AudienceGroup.id).where(AudienceGroup.id == group_id).with_for_update())


def enter(link: Link, group_id: int) -> bool:
    """Do both of the following for a group and its round, in one statement."""
    return _ENTER.rows(link, group=group_id) != [("closed",)]


def entering(*more: Any) -> Select[Any]:
    """Return the statement for it: the state of the round, and what else is asked on the way."""
    return (
        select(Round.state, *more)
        .join(AudienceGroup, AudienceGroup.round_id == Round.id)
        .where(AudienceGroup.id == bindparam("group"))
        .with_for_update(of=AudienceGroup)
        .suffix_with("FOR SHARE OF round", dialect="postgresql")
    )


#: Put together once: that takes longer than to run it.
_ENTER = Statement(entering())


def hold_open(session: Session, round_id: int) -> bool:
    """Keep a round from closing until this transaction ends; False: it has closed already.

    Many may hold it at once. Who closes it waits for them, so nothing is stored after the end.
    """
    state = select(Round.state).where(Round.id == round_id)
    return session.scalar(state.with_for_update(read=True)) != "closed"


def count_openings(link: Link, group_id: int, day: date, times: int) -> None:
    """Count how often forms of this group were shown. A counter only: nobody can tell whose."""
    wait_turn(link, group_id)
    _add(link, group_id, day, opened=times, returned=0)


def count_returns(link: Link, group_id: int, day: date, times: int = 1) -> None:
    """Count that responses of this group came; after ``wait_turn`` in the same transaction."""
    _add(link, group_id, day, opened=0, returned=times)


def _add(link: Link, group_id: int, day: date, *, opened: int, returned: int) -> None:
    _ADD.change(link, group_id=group_id, day=day, opened=opened, returned=returned)


def _adding(insert: Callable[[type[Tally]], Any]) -> Executable:
    """One statement for the first of a day and all after it."""
    first = insert(Tally)
    both = ("opened", "returned")
    return first.on_conflict_do_update(
        index_elements=[Tally.group_id, Tally.day],
        set_={name: getattr(Tally, name) + first.excluded[name] for name in both},
    )


#: The same on both, and yet spelled by each dialect.
_ADD = Statement({"sqlite": _adding(sqlite.insert), "postgresql": _adding(postgresql.insert)})
