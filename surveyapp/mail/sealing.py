"""Keeping texts unreadable to whoever sees only the database: queued mails, interview notes."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class Unreadable(Exception):
    """Sealed with another secret, moved to another row, or damaged."""


class Seal:
    """AES-256-GCM under a key of its own, made from the installation's secret."""

    def __init__(self, secret: str, purpose: str = "outgoing mail") -> None:
        key = hmac.digest(secret.encode(), f"surveyapp {purpose}".encode(), hashlib.sha256)
        self._cipher = AESGCM(key)

    def close(self, slots: Mapping[str, str], row: str) -> bytes:
        """Encrypt what one row says; it can be opened for that row only."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        told = json.dumps(dict(slots), ensure_ascii=False).encode()
        return nonce + self._cipher.encrypt(nonce, told, row.encode())

    def open(self, sealed: bytes, row: str) -> dict[str, str]:
        """Return what ``close`` was given; raises Unreadable."""
        nonce, told = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            slots: dict[str, str] = json.loads(self._cipher.decrypt(nonce, told, row.encode()))
        except InvalidTag:
            raise Unreadable from None
        return slots
