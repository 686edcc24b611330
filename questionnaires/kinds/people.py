"""Kinds that name somebody or bring proof: unit, person, file, signature, findings carried over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from questionnaires import locales
from questionnaires.kinds.base import Desk, Item, Json, Surroundings, as_line, as_text
from questionnaires.text import Text

MAX_NAME = 100
MAX_SIGNATURES = 100
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Unit(Item):
    """A unit of the organisation: picked from the list where there is one, else typed."""

    required_code: ClassVar[str] = "required_choice"

    kind: Literal["unit"]

    def check(self, raw: Json, desk: Desk) -> Json:
        return _picked(raw, desk, desk.around.context.units, "unit_unknown")

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return _named(value, around.context.units, language)


class Person(Item):
    """A person: picked from the list where there is one, else typed."""

    required_code: ClassVar[str] = "required_choice"

    kind: Literal["person"]

    def check(self, raw: Json, desk: Desk) -> Json:
        return _picked(raw, desk, desk.around.context.people, "person_unknown")

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return _named(value, around.context.people, language)


class Signature(Item):
    """Names of those who sign, one a line; typing one's name is the fallback that always works."""

    kind: Literal["signature"]
    min_signatures: int = Field(default=1, ge=1, le=20)

    def is_blank(self, raw: Json) -> bool:
        return super().is_blank(raw) or (isinstance(raw, list) and not any(raw))

    def check(self, raw: Json, desk: Desk) -> Json:
        lines = raw.splitlines() if isinstance(raw, str) else raw
        if not isinstance(lines, list):
            desk.refuse("value_shape")
            return None
        names = [name for line in lines if (name := as_line(line or "", desk, MAX_NAME))]
        distinct = list(dict.fromkeys(names))
        if len(distinct) > MAX_SIGNATURES:
            desk.refuse("entries_too_many", limit=MAX_SIGNATURES, count=len(distinct))
        if not desk.problems and len(distinct) < self.min_signatures:
            desk.refuse("signatures_too_few", limit=self.min_signatures, count=len(distinct))
        return distinct

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return ("、" if language.startswith("zh") else ", ").join(value)


class _Attached(Item):
    """One attached file; the answer names it, the bytes are stored beside the response.

    ``raw`` is ``{"name": str, "size": bytes, "sha256": hex}``.
    """

    required_code: ClassVar[str] = "required_file"

    max_megabytes: int = Field(default=10, ge=1, le=100)

    def check(self, raw: Json, desk: Desk) -> Json:
        if not isinstance(raw, dict) or set(raw) != {"name", "size", "sha256"}:
            desk.refuse("value_shape")
            return None
        name, size, digest = as_line(raw["name"], desk, 255), raw["size"], raw["sha256"]
        whole = isinstance(size, int) and not isinstance(size, bool) and size >= 0
        if not (name and whole and isinstance(digest, str) and _SHA256.fullmatch(digest)):
            desk.refuse("value_shape")
        elif size > self.max_megabytes * 1_000_000:
            desk.refuse("file_too_big", limit=self.max_megabytes)
        return {"name": name, "size": size, "sha256": digest}

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return f"{value['name']} ({locales.number(round(value['size'] / 1000), language)} kB)"


class File(_Attached):
    """One attached file."""

    kind: Literal["file"]


class Photo(_Attached):
    """One picture; choosing a file is the fallback where there is no camera."""

    kind: Literal["photo"]


class CarriedFindings(Item):
    """The open findings of a unit, brought in from the ledger; a progress note for each.

    The answer maps the finding's number to the note.
    """

    required_code: ClassVar[str] = "required_entry"

    kind: Literal["carried_findings"]
    max_characters: int = Field(default=800, ge=1, le=5000)

    def is_blank(self, raw: Json) -> bool:
        return super().is_blank(raw) or (isinstance(raw, dict) and not any(raw.values()))

    def check(self, raw: Json, desk: Desk) -> Json:
        if not isinstance(raw, dict):
            desk.refuse("value_shape")
            return None
        known = desk.around.context.findings
        if strange := [number for number in raw if number not in known]:
            desk.refuse("row_unknown", name=str(strange[0])[:64])
        notes = {n: as_text(raw[n] or "", desk, self.max_characters, n) for n in known if n in raw}
        return {number: note for number, note in notes.items() if note}

    def weigh(self, value: Json, desk: Desk, *, required: bool, offered: int) -> None:
        for number in desk.around.context.findings if required else ():
            if number not in value:
                desk.refuse("required_text", part=number)

    def demand(self, desk: Desk) -> None:
        for number in desk.around.context.findings:
            desk.refuse("required_text", part=number)

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return "\n".join(f"{number}  {note}" for number, note in value.items())


def _picked(raw: Json, desk: Desk, known: Mapping[str, Text], code: str) -> str | None:
    if known:
        if not isinstance(raw, str) or raw not in known:
            desk.refuse(code)
            return None
        return raw
    return as_line(raw, desk, MAX_NAME)


def _named(value: Json, known: Mapping[str, Text], language: str) -> str:
    return known[value].get(language) if value in known else str(value)
