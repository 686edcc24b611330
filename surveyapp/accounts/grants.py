"""Who is what, and where: giving and taking roles over subtrees of the organisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.accounts.models import Account, RoleGrant
from surveyapp.accounts.permissions import MAY, Permission, Role
from surveyapp.accounts.sessions import end_sessions, renew_tokens
from surveyapp.organisation.models import Unit
from surveyapp.scope import Scope


class NotYours(PermissionError):
    """This would give, take or touch rights that the person acting does not hold there."""


class LastAdministrator(ValueError):
    """Without this nobody would be left who may do everything everywhere."""


class GrantExists(ValueError):
    """The account has this role there already."""


@dataclass(frozen=True)
class Rights:
    """What somebody is, and where: roles with the paths of units; a path of None is everywhere."""

    held: tuple[tuple[Role, str | None], ...]

    def scope(self, permission: Permission) -> Scope:
        """Return where they hold this permission."""
        return Scope.of(path for role, path in self.held if permission in MAY[role])

    def may_grant(self, role: Role, path: str | None) -> bool:
        """Say whether they may give or take ``role`` there: they hold all of it themselves."""
        needed = MAY[role] | {Permission.MANAGE_ACCOUNTS}
        return all(self.scope(permission).covers(path) for permission in needed)

    def may_manage(self, other: Rights) -> bool:
        """Say whether they may touch another's account: whoever does could become them."""
        return all(self.may_grant(role, path) for role, path in other.held)


#: The program itself, at the command line.
ALL_RIGHTS = Rights(((Role.ADMINISTRATOR, None),))


def rights(session: Session, account_id: int) -> Rights:
    """Everything an account is, in one query. The session must see everything."""
    return rights_of(session, [account_id])[account_id]


def rights_of(session: Session, account_ids: Iterable[int]) -> dict[int, Rights]:
    """The rights of several accounts, in one query. The session must see everything."""
    held: dict[int, list[tuple[Role, str | None]]] = {one: [] for one in account_ids}
    rows = (
        select(RoleGrant.account_id, RoleGrant.role, Unit.path)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.account_id.in_(held))
        .order_by(RoleGrant.id)
    )
    for account_id, role, path in session.execute(rows):
        held[account_id].append((Role(role), path))
    return {account_id: Rights(tuple(those)) for account_id, those in held.items()}


def grant(session: Session, by: Rights, account: Account, role: Role, unit: Unit | None) -> None:
    """Make an account something in a unit and below (None: everywhere).

    Raises NotYours or GrantExists. The account's sessions get new tokens.
    """
    if not by.may_grant(role, unit.path if unit else None):
        raise NotYours(role)
    unit_id = unit.id if unit else None
    same = (RoleGrant.account_id == account.id, RoleGrant.role == role)
    if session.scalar(select(RoleGrant.id).where(*same, RoleGrant.unit_id == unit_id)) is not None:
        raise GrantExists(role)
    session.add(RoleGrant(account_id=account.id, role=role.value, unit_id=unit_id))
    session.flush()
    renew_tokens(session, account.id)


def withdraw(session: Session, by: Rights, given: RoleGrant) -> None:
    """Take a role back; raises NotYours or LastAdministrator."""
    path = session.get_one(Unit, given.unit_id).path if given.unit_id is not None else None
    if not by.may_grant(Role(given.role), path):
        raise NotYours(given.role)
    _lock_administrators(session)
    account_id = given.account_id
    session.delete(given)
    session.flush()
    _require_administrator(session)
    renew_tokens(session, account_id)


def set_active(session: Session, by: Rights, account: Account, active: bool) -> None:
    """Close an account, ending its sessions, or open it again.

    Raises NotYours or LastAdministrator. The session must see everything.
    """
    if not by.may_manage(rights(session, account.id)):
        raise NotYours(account.username)
    _lock_administrators(session)
    account.active = active
    session.flush()
    if not active:
        _require_administrator(session)
        end_sessions(session, account.id)


def has_administrator(session: Session) -> bool:
    """Say whether an account may do everything everywhere."""
    return bool(_administrators(session))


def _administrators(session: Session, lock: bool = False) -> list[int]:
    found = (
        select(RoleGrant.account_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR.value,
            RoleGrant.unit_id.is_(None),
            Account.active.is_(True),
        )
        .order_by(RoleGrant.id)
    )
    return list(session.scalars(found.with_for_update() if lock else found))


def _lock_administrators(session: Session) -> None:
    """Keep two administrators from removing each other at the same moment."""
    _administrators(session, lock=True)


def _require_administrator(session: Session) -> None:
    if not has_administrator(session):
        raise LastAdministrator
