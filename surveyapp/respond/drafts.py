"""Unfinished forms that respondents chose to leave with the server, to go on later or elsewhere.

What is in one can be read only with the key of the form, which is shown to the respondent as a code
and stored nowhere; the server finds the row by one hash of it and unlocks it with another.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from surveyapp.fieldwork import codes, tally
from surveyapp.fieldwork.models import Round
from surveyapp.respond.models import Draft
from surveyapp.statements import Link

_ID_BYTES = 16
_NONCE_BYTES = 12
#: Drafts are filled up to a multiple of this, so that their size tells little.
_BLOCK = 4096


class UnknownDraft(LookupError):
    """No unfinished form has this code."""


class NotKept(Exception):
    """The round keeps no unfinished forms, or has ended."""


#: A code, or the round and the group of an open link.
SavedDoor = str | tuple[str, int]


@dataclass(frozen=True)
class Saved:
    """An unfinished form: the door to it, which page is open, and every control."""

    door: SavedDoor
    language: str
    step: str
    seen: str
    controls: Sequence[tuple[str, str]]

    def submitted(self) -> MultiDict[str, Any]:
        """Return it as it would be sent from its open page."""
        return MultiDict([("_step", self.step), ("_seen", self.seen), *self.controls])


def save(session: Session, of: Round, key: str, unfinished: Saved) -> None:
    """Keep an unfinished form under its key, in place of an earlier one; raises NotKept."""
    letters = codes.letters(key, codes.SECRET_LENGTH)
    if letters is None or codes.in_groups(letters) != key:
        raise NotKept  # not one of our keys: its code could not be typed
    if not of.drafts or not tally.hold_open(session, of.id):
        raise NotKept
    row = draft_id(key)
    session.execute(delete(Draft).where(Draft.key == row))
    sealed = _seal(key, json.dumps(asdict(unfinished), ensure_ascii=False).encode())
    session.execute(insert(Draft), [{"key": row, "round_id": of.id, "sealed": sealed}])


def find(session: Session, typed: str) -> tuple[str, Saved]:
    """Return the key that was meant and the unfinished form under it; raises UnknownDraft."""
    letters = codes.letters(typed, codes.SECRET_LENGTH)
    if letters is None:
        raise UnknownDraft
    key = codes.in_groups(letters)
    sealed = session.scalar(select(Draft.sealed).where(Draft.key == draft_id(key)))
    if sealed is None:
        raise UnknownDraft
    told = json.loads(_open(key, sealed))
    door = told.pop("door")
    told["controls"] = [(name, value) for name, value in told["controls"]]
    return key, Saved(door if isinstance(door, str) else tuple(door), **told)


def forget(link: Link, key: str) -> None:
    """Remove the unfinished form under a key, if there is one."""
    link.execute(delete(Draft).where(Draft.key == draft_id(key)))


def draft_id(key: str) -> bytes:
    """Return the key of the row of an unfinished form."""
    return hashlib.sha256(b"surveyapp draft " + key.encode("utf-8", "replace")).digest()[:_ID_BYTES]


def _cipher(key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"surveyapp draft lock " + key.encode()).digest())


def _seal(key: str, told: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    filled = told.ljust(-(-len(told) // _BLOCK) * _BLOCK)
    return nonce + _cipher(key).encrypt(nonce, filled, draft_id(key))


def _open(key: str, sealed: bytes) -> bytes:
    return _cipher(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], draft_id(key))
