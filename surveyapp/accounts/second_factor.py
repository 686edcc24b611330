"""The optional second factor: codes of an authenticator app (RFC 6238), and recovery codes.

SHA-1, six digits, 30 seconds: what every app understands. The secret is kept encrypted under the
key of the installation, so that a copy of the database alone does not hold it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from cryptography.fernet import Fernet
from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from surveyapp.accounts.models import Authenticator, RecoveryCode

ISSUER = "surveyapp"
RECOVERY_CODES = 8
_STEP_SECONDS = 30
_DIGITS = 6
#: Steps before and after now that are taken: clocks of telephones differ.
_DRIFT = 1
_SECRET_BYTES = 20
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_RECOVERY_LETTERS = 12


class WrongCode(Exception):
    """The code is wrong, too old, or was used before."""


def totp(secret: bytes, step: int, digits: int = _DIGITS, algorithm: str = "sha1") -> str:
    """Return the code of a time step: RFC 4226, section 5.3, over RFC 6238, section 4.2."""
    digest = hmac.digest(secret, struct.pack(">Q", step), algorithm)
    offset = digest[-1] & 0xF
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_at(now: datetime) -> int:
    """Return the time step of a moment (UTC, without a zone)."""
    return int(now.replace(tzinfo=UTC).timestamp()) // _STEP_SECONDS


def begin(session: Session, account_id: int, key: str) -> bytes:
    """Return the secret of an authenticator that waits to be confirmed; made if there is none."""
    waiting = session.get(Authenticator, account_id)
    if waiting is not None:
        return _opened(waiting.secret, key)
    secret = secrets.token_bytes(_SECRET_BYTES)
    sealed = _cipher(key).encrypt(secret).decode("ascii")
    session.add(Authenticator(account_id=account_id, secret=sealed))
    session.flush()
    return secret


def confirm(session: Session, account_id: int, code: str, now: datetime, key: str) -> list[str]:
    """Switch the authenticator on by a first code; the recovery codes, in clear only now.

    Raises WrongCode.
    """
    _take(session, account_id, code, now, key)
    session.execute(
        update(Authenticator).where(Authenticator.account_id == account_id).values(confirmed=True)
    )
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=_digest(code), account_id=account_id) for code in codes)
    session.flush()
    return codes


def is_on(session: Session, account_id: int) -> bool:
    """Say whether the account has a confirmed authenticator."""
    found = session.get(Authenticator, account_id)
    return found is not None and found.confirmed


def prove(session: Session, account_id: int, code: str, now: datetime, key: str) -> str:
    """Take a code of the app or a recovery code, each once; which it was: app or recovery.

    Raises WrongCode.
    """
    letters = "".join(c for c in code.casefold() if c.isalnum())
    if len(letters) != _RECOVERY_LETTERS:
        _take(session, account_id, letters, now, key)
        return "app"
    gone = session.scalar(
        delete(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.code_hash == _digest(letters))
        .returning(RecoveryCode.account_id)
    )
    if gone is None:
        raise WrongCode
    return "recovery"


def remove(session: Session, account_id: int) -> None:
    """Switch the second factor off."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(Authenticator).where(Authenticator.account_id == account_id))


def address(secret: bytes, username: str) -> str:
    """Return the otpauth address that an app reads from a QR code."""
    label = quote(f"{ISSUER}:{username}")
    return f"otpauth://totp/{label}?" + urlencode({"secret": typed(secret), "issuer": ISSUER})


def typed(secret: bytes) -> str:
    """Return the secret as it is typed into an app that cannot read the picture."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def _take(session: Session, account_id: int, code: str, now: datetime, key: str) -> None:
    """Accept a code of a step that is near now and later than the last one taken."""
    own = session.get(Authenticator, account_id)
    if own is None:
        raise WrongCode
    secret, current = _opened(own.secret, key), step_at(now)
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        right = hmac.compare_digest(totp(secret, step).encode(), code.strip().encode())
        if right and _advance(session, account_id, step, current + _DRIFT):
            return
    raise WrongCode


def _advance(session: Session, account_id: int, step: int, latest: int) -> bool:
    """Use up a step, in the database: of two requests with one code, one gets through.

    A last step after the ``latest`` that is possible now is from a clock that was ahead. Kept to,
    it would shut the account until that time comes.
    """
    last = Authenticator.last_step
    taken = (
        update(Authenticator)
        .where(Authenticator.account_id == account_id, or_(last < step, last > latest))
        .values(last_step=step)
        .returning(Authenticator.account_id)
    )
    return session.scalar(taken) is not None


def _opened(sealed: str, key: str) -> bytes:
    return _cipher(key).decrypt(sealed.encode("ascii"))


def _cipher(key: str) -> Fernet:
    derived = hashlib.sha256(b"authenticator\0" + key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(derived))


def _recovery_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LETTERS))


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
