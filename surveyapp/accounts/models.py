"""Tables of staff accounts, their server-side sessions and the sign-in throttle."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.db import Base


class Account(Base):
    """A member of staff who can sign in. ``password_hash`` is argon2id in its own encoding."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    locale: Mapped[str] = mapped_column(String(8))


class AccountSession(Base):
    """One sign-in. The cookie holds a random token, this row only its SHA-256. Times are UTC."""

    __tablename__ = "account_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created: Mapped[datetime]
    last_seen: Mapped[datetime]
    expires: Mapped[datetime]
    revoked: Mapped[bool] = mapped_column(default=False)

    account: Mapped[Account] = relationship()


class SignInThrottle(Base):
    """Failed sign-ins under one name (kept as SHA-256: people type passwords there)."""

    __tablename__ = "sign_in_throttle"

    name_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    last_failure: Mapped[datetime]
