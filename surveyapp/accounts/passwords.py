"""Passwords: what is accepted as one, and how it is kept.

After NIST SP 800-63B-4, section 3.1.1.2, and ASVS 5.0, V6.2: length counts, odd signs do not,
nothing has to be changed every month, and what everybody tries first is refused.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
#: Longer ones are not longer to guess, but longer to hash.
LONGEST = 256
_LEAST_DIFFERENT = 5
_hasher = PasswordHasher()


def fault(password: str, username: str = "") -> str | None:
    """What keeps this from being a password: short, long, plain, common or name; None: nothing."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    folded = _folded(password)
    if len(set(folded)) < _LEAST_DIFFERENT or _is_run(folded) or folded.isdigit():
        return "plain"
    if _without_edges(folded) in _common():
        return "common"
    if username and len(folded.replace(_folded(username), "")) < SHORTEST // 2:
        return "name"
    return None


def hashed(password: str) -> str:
    """The argon2id hash that is kept."""
    return _hasher.hash(_normal(password))


def is_right(password: str, stored: str) -> bool:
    """Whether the password is the one that was hashed. An empty ``stored`` costs the same."""
    try:
        return _hasher.verify(stored or _nobody(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether it was hashed with parameters that are not today's."""
    return _hasher.check_needs_rehash(stored)


def _normal(password: str) -> str:
    # The same characters are composed differently by different keyboards.
    return unicodedata.normalize("NFKC", password)


def _folded(password: str) -> str:
    return "".join(unicodedata.normalize("NFKC", password).casefold().split())


def _is_run(folded: str) -> bool:
    """Whether it only counts up or down, or repeats a piece of up to six characters."""
    steps = {ord(after) - ord(before) for before, after in pairwise(folded)}
    repeats = any(folded == (folded[:n] * len(folded))[: len(folded)] for n in range(1, 7))
    return repeats or steps in ({1}, {-1})


def _without_edges(folded: str) -> str:
    """The word in 'word2026!!': the digits and signs that people put around a common one."""
    stripped = folded.strip("0123456789!@#$%^&*()_-+=.,?~")
    return stripped or folded


@cache
def _common() -> frozenset[str]:
    text = (files("surveyapp.accounts") / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip())


@cache
def _nobody() -> str:
    """A hash that no password satisfies, as dear to check as a real one."""
    return _hasher.hash(secrets.token_urlsafe(32))
