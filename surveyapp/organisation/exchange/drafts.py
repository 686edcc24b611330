"""Imports between their preview and their confirmation, kept for a day."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.organisation.exchange.plan import Plan, packed
from surveyapp.organisation.models import ImportDraft

KEPT_FOR = timedelta(days=1)


class UnknownDraft(LookupError):
    """There is no such draft of this account: it was confirmed, or it is too old."""


def keep(session: Session, plan: Plan, account_id: int, now: datetime) -> str:
    """Keep a plan for its confirmation and return its key; older ones are dropped."""
    session.execute(delete(ImportDraft).where(ImportDraft.made < now - KEPT_FOR))
    key = secrets.token_urlsafe(18)
    session.add(ImportDraft(key=key, account_id=account_id, made=now, plan=packed(plan)))
    session.flush()
    return key


def kept(session: Session, key: str, account_id: int) -> bytes:
    """Return the packed plan; raises UnknownDraft."""
    found = session.scalar(
        select(ImportDraft.plan).where(ImportDraft.key == key, ImportDraft.account_id == account_id)
    )
    if found is None:
        raise UnknownDraft(key)
    return found


def drop(session: Session, key: str) -> None:
    """Forget a draft that was applied or is not wanted."""
    session.execute(delete(ImportDraft).where(ImportDraft.key == key))
