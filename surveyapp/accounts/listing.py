"""What pages show of accounts and their roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import Text
from surveyapp.accounts.models import Account, RoleGrant
from surveyapp.accounts.permissions import Role
from surveyapp.organisation.models import Unit


@dataclass(frozen=True)
class ShownGrant:
    """One role of an account; ``unit`` is the name of the unit, None for everywhere."""

    id: int
    role: Role
    unit: Text | None
    path: str | None


def shown_grants(session: Session, account_ids: Sequence[int]) -> dict[int, list[ShownGrant]]:
    """The roles of each account that this session sees, in one query."""
    rows = (
        select(RoleGrant, Unit.name, Unit.path)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.account_id.in_(account_ids))
        .order_by(RoleGrant.id)
    )
    found: dict[int, list[ShownGrant]] = {one: [] for one in account_ids}
    for given, name, path in session.execute(rows):
        found[given.account_id].append(ShownGrant(given.id, Role(given.role), name, path))
    return found


def accounts(session: Session, page: int, per_page: int) -> tuple[list[Account], int]:
    """One page of the accounts that this session sees, by name, and the number of all of them."""
    total = session.scalar(select(func.count(Account.id))) or 0
    ordered = select(Account).order_by(Account.active.desc(), Account.username)
    found = session.scalars(ordered.offset((page - 1) * per_page).limit(per_page))
    return list(found), total
