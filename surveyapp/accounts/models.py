"""Tables of staff accounts: who they are, what they may do where, how they prove it, what they did.

Times are UTC. Secrets are kept as SHA-256 of long random text, passwords as argon2id.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.accounts.permissions import Role
from surveyapp.db import Base
from surveyapp.scope import EVERYONE, By, Through

MAX_USERNAME = 64


class Account(Base):
    """A member of staff who can sign in.

    ``password_hash`` is argon2id in its own encoding, or empty while none has been chosen.
    Accounts are never removed, so that what they did keeps its name: they stop being ``active``.
    """

    __tablename__ = "account"
    __scope__ = (Through("role_grant.account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(MAX_USERNAME), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    locale: Mapped[str] = mapped_column(String(8))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    active: Mapped[bool] = mapped_column(default=True)

    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="account", order_by="RoleGrant.id"
    )


class RoleGrant(Base):
    """What an account is in a unit and everything below it; without a unit, everywhere."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "unit_id"),
        # A unique constraint takes two NULLs for different.
        Index(
            "uq_role_grant_everywhere",
            "account_id",
            "role",
            unique=True,
            sqlite_where=text("unit_id IS NULL"),
            postgresql_where=text("unit_id IS NULL"),
        ),
        CheckConstraint(f"role IN {tuple(role.value for role in Role)}", name="role"),
    )
    __scope__ = (By("unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)

    account: Mapped[Account] = relationship(back_populates="grants")


class AccountSession(Base):
    """One sign-in. The cookie holds a random token, this row only its SHA-256.

    The token changes now and then (``rotated``). The one before is good until the browser has shown
    the new one (``confirmed``), and shortly after: requests may overlap, and an answer may be lost.
    """

    __tablename__ = "account_session"
    __scope__ = (By("account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    rotated: Mapped[datetime]
    confirmed: Mapped[bool] = mapped_column(default=True)
    created: Mapped[datetime]
    last_seen: Mapped[datetime]
    expires: Mapped[datetime]
    revoked: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(64), default="")

    account: Mapped[Account] = relationship()


class Throttle(Base):
    """Failed attempts under one name (kept as SHA-256: people type passwords there)."""

    __tablename__ = "throttle"
    __scope__ = EVERYONE

    name_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    last_failure: Mapped[datetime]


class ResetLink(Base):
    """A link to choose a new password with: good once, for a while. Used ones are removed."""

    __tablename__ = "reset_link"
    __scope__ = (By("account_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    expires: Mapped[datetime]


class Authenticator(Base):
    """The second factor of an account: a secret shared with an app (RFC 6238), kept encrypted.

    ``last_step`` is the time step of the last code that was taken: none is taken twice.
    """

    __tablename__ = "authenticator"
    __scope__ = (By("account_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(255))
    confirmed: Mapped[bool] = mapped_column(default=False)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code that stands in once for a lost authenticator. Used ones are removed."""

    __tablename__ = "recovery_code"
    __scope__ = (By("account_id"),)

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)


class AuditEntry(Base):
    """One thing that a member of staff did. Rows are added and never changed; see ``audit``."""

    __tablename__ = "audit_entry"
    __scope__ = (By("unit_id", guards=False),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(MAX_USERNAME))
    action: Mapped[str] = mapped_column(String(32), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Base):
    """How many entries there are and the hash of the last: one row, which shows a cut-off end.

    The migration makes the row. Triggers let it count up and refuse all else.
    """

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    __scope__ = EVERYONE

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


def _append_only(table: Any, name: str, statement: str, refused: str) -> None:
    """Let ``table`` be made with a trigger that refuses ``statement`` when ``refused`` holds."""
    complaint = "the audit log is append-only"
    trigger = f"CREATE TRIGGER {name} BEFORE {statement} ON {table.name} WHEN {refused} BEGIN "
    on_sqlite = DDL(f"{trigger}SELECT RAISE(ABORT, '{complaint}'); END")
    event.listen(table, "after_create", on_sqlite.execute_if(dialect="sqlite"))


_append_only(AuditEntry.__table__, "audit_entry_kept", "UPDATE", "TRUE")
_append_only(AuditEntry.__table__, "audit_entry_stays", "DELETE", "TRUE")
_append_only(AuditHead.__table__, "audit_head_counts", "UPDATE", "NEW.count <> OLD.count + 1")
_append_only(AuditHead.__table__, "audit_head_stays", "DELETE", "TRUE")
