"""Codes: what is printed on a slip or in a personal link, and kept only as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

# No I, L, O, 0, 1: nothing that can be taken for something else in print or handwriting.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12  # 31^12: 59 bits
SECRET_LENGTH = 24  # 31^24: 118 bits, for what the database is not allowed to be searched for
GROUP = 4
_MOST_TYPED = 100
_RANDOM = 32  # bytes: so many more than a code holds that no letter comes up more than another


def make(length: int = LENGTH) -> str:
    """A new code as it is printed: XXXX-XXXX-XXXX."""
    return spelled(secrets.token_bytes(_RANDOM), length)


def personal(secret: str, round_id: int, person_id: int) -> str:
    """The code in the link of one person for one round.

    It follows from the secret of the installation, so that a link can be sent again although the
    database holds only its hash; without the secret it cannot be told from a random one.
    """
    named = f"surveyapp personal link {round_id} {person_id}".encode()
    return spelled(hmac.digest(secret.encode(), named, "sha256"))


def spelled(digest: bytes, length: int = LENGTH) -> str:
    """A digest in the letters of a code, as many as a code has."""
    number, spelling = int.from_bytes(digest), ""
    for _ in range(length):
        number, place = divmod(number, len(ALPHABET))
        spelling += ALPHABET[place]
    return in_groups(spelling)


def in_groups(text: str) -> str:
    """'ABCDEFGH' -> 'ABCD-EFGH'."""
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def normalise(typed: str) -> str | None:
    """The letters of the code that was meant; None when it cannot be a code."""
    return letters(typed, LENGTH)


def letters(typed: str, length: int) -> str | None:
    """The letters that were meant, whatever case, spaces, dashes or full-width forms were typed.

    None when these cannot be ``length`` letters of a code.
    """
    if len(typed) > _MOST_TYPED:
        return None
    read = bare(typed)
    return read if len(read) == length and set(read) <= set(ALPHABET) else None


def bare(typed: str) -> str:
    """Letters and digits as they were typed, capital and of usual width, and nothing between."""
    wide = unicodedata.normalize("NFKC", typed[:_MOST_TYPED]).upper()
    return "".join(filter(str.isalnum, wide))


def digest(typed: str) -> bytes | None:
    """SHA-256 of the normalised code: the only form in which a code is stored. None: no code."""
    meant = normalise(typed)
    return None if meant is None else hashed(meant)


def hashed(code: str) -> bytes:
    """SHA-256 of a code that this module has made or normalised."""
    return hashlib.sha256(code.replace("-", "").encode("ascii")).digest()
