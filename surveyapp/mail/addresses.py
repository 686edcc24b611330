"""Mail addresses as people give them: accepted, or refused before anything is queued."""

from __future__ import annotations

import re

#: RFC 5321, section 4.5.3.1: 64 octets before the @, 254 in all (erratum 1690).
_LONGEST = 254
_LONGEST_LOCAL = 64
# The dot-atom of RFC 5322; quoted local parts exist on paper only, and are a way to smuggle.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class BadAddress(ValueError):
    """Not an address that mail can be sent to."""


def normalise(typed: str) -> str:
    """Return the address as the mail server takes it (ASCII); raises BadAddress."""
    local, at, domain = typed.strip().rpartition("@")
    domain = _ascii(domain)
    labels = domain.split(".")
    well_formed = (
        at
        and len(local) <= _LONGEST_LOCAL
        and _LOCAL.fullmatch(local)
        and all(_LABEL.fullmatch(label) for label in labels)
    )
    address = f"{local}@{domain}"
    if not well_formed or len(address) > _LONGEST:
        raise BadAddress
    return address


def _ascii(domain: str) -> str:
    """A domain in Chinese characters as DNS writes it."""
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadAddress from None
