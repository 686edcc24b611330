"""Kinds that reach somebody or something: e-mail, telephone, web address, place."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Literal
from urllib.parse import urlsplit

from questionnaires.expressions.grammar import TEXT, Type
from questionnaires.expressions.values import string
from questionnaires.kinds.base import Desk, Item, Json, Surroundings, Variable, all_blank, as_line
from questionnaires.kinds.numbers import decimal_number, plain_number

MAX_EMAIL = 254  # RFC 5321, section 4.5.3.1.3
MAX_URL = 2000
MAX_PHONE = 40
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]{1,64}@[^@\s.]+(\.[^@\s.]+)+\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{3,28}\Z")
#: Fewest and most digits of a telephone number; the upper one is E.164's with an extension.
_PHONE_DIGITS = range(5, 21)


_DEGREES = {"latitude": (90, "latitude_invalid"), "longitude": (180, "longitude_invalid")}


class Email(Item):
    """An e-mail address."""

    kind: Literal["email"]

    def check(self, raw: Json, desk: Desk) -> Json:
        address = as_line(raw, desk, MAX_EMAIL)
        if address is not None and not _EMAIL.match(address):
            desk.refuse("email_invalid")
        return address


class Phone(Item):
    """A telephone number, as people write it."""

    kind: Literal["phone"]

    def check(self, raw: Json, desk: Desk) -> Json:
        line = as_line(raw, desk, MAX_PHONE)
        if line is None:
            return None
        number = unicodedata.normalize("NFKC", line).strip()
        digits = sum(mark.isdigit() for mark in number)
        if not _PHONE.match(number) or digits not in _PHONE_DIGITS:
            desk.refuse("phone_invalid")
        return number


class Url(Item):
    """An address on the web: http or https."""

    kind: Literal["url"]

    def check(self, raw: Json, desk: Desk) -> Json:
        address = as_line(raw, desk, MAX_URL)
        if address is None:
            return None
        try:
            parts = urlsplit(address)
            whole = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
        except ValueError:
            whole = False
        if not whole or " " in address:
            desk.refuse("url_invalid")
        return address


class Location(Item):
    """A place on the map: ``{"latitude": degrees, "longitude": degrees}`` (WGS 84).

    Typing the two numbers is the fallback that always works.
    """

    kind: Literal["location"]

    def is_blank(self, raw: Json) -> bool:
        return all_blank(raw)

    def check(self, raw: Json, desk: Desk) -> Json:
        if not isinstance(raw, dict) or not set(raw) <= {"latitude", "longitude"}:
            desk.refuse("value_shape")
            return None
        found: dict[str, Any] = {}
        for name, (limit, code) in _DEGREES.items():
            number = _degrees(raw.get(name), limit, desk)
            if number is None:
                desk.refuse(code, part=name)
            else:
                found[name] = number
        return found

    def demand(self, desk: Desk) -> None:
        desk.refuse("latitude_invalid", part="latitude")

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return f"{value['latitude']}, {value['longitude']}"

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        return tuple(
            Variable(f"{self.id}.{name}", self.id, self.label) for name in ("latitude", "longitude")
        )

    def in_expressions(self, value: Json) -> Json:
        return " ".join(string(value[name]) for name in _DEGREES)  # as XLSForm's geopoint

    def reads_as(self) -> Type:
        return TEXT


def _degrees(raw: Json, limit: int, desk: Desk) -> int | float | None:
    aside = Desk(desk.around, "")
    number = decimal_number(raw, aside, None, None)
    if number is None or abs(number) > limit:
        return None
    return plain_number(number)
