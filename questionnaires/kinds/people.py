"""Kinds that name somebody or bring proof: unit, person, file, signature, findings carried over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from questionnaires import locales
from questionnaires.expressions.grammar import LIST, TEXT, Type
from questionnaires.kinds.base import (
    Context,
    Desk,
    Item,
    Json,
    Surroundings,
    all_blank,
    as_line,
    as_text,
    blank,
)
from questionnaires.text import Text

MAX_NAME = 100
MAX_SIGNATURES = 100
_SHA256 = re.compile(r"[0-9a-f]{64}")


class _Picked(Item):
    """Something picked from a list of the context where there is one, else typed."""

    required_code: ClassVar[str] = "required_choice"
    #: What is said of one that the list does not have.
    unknown_code: ClassVar[str]

    def listed(self, context: Context) -> Mapping[str, Text]:
        """Return code -> name of those to pick from."""
        raise NotImplementedError

    def check(self, raw: Json, desk: Desk) -> Json:
        if not (known := self.listed(desk.around.context)):
            return as_line(raw, desk, MAX_NAME)
        if not isinstance(raw, str) or raw not in known:
            desk.refuse(self.unknown_code)
            return None
        return raw

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        known = self.listed(around.context)
        return known[value].get(language) if value in known else str(value)


class Unit(_Picked):
    """A unit of the organisation."""

    unknown_code: ClassVar[str] = "unit_unknown"

    kind: Literal["unit"]

    def listed(self, context: Context) -> Mapping[str, Text]:
        return context.units


class Person(_Picked):
    """A person."""

    unknown_code: ClassVar[str] = "person_unknown"

    kind: Literal["person"]

    def listed(self, context: Context) -> Mapping[str, Text]:
        return context.people


class Signature(Item):
    """Names of those who sign, one a line; typing one's name is the fallback that always works."""

    kind: Literal["signature"]
    min_signatures: int = Field(default=1, ge=1, le=20)

    def is_blank(self, raw: Json) -> bool:
        return all_blank(raw)

    def check(self, raw: Json, desk: Desk) -> Json:
        lines = raw.splitlines() if isinstance(raw, str) else raw
        if not isinstance(lines, list):
            desk.refuse("value_shape")
            return None
        names = [as_line(line, desk, MAX_NAME) for line in lines if not blank(line)]
        distinct = list(dict.fromkeys(names))
        if len(distinct) > MAX_SIGNATURES:
            desk.refuse("entries_too_many", limit=MAX_SIGNATURES, count=len(distinct))
        if not desk.problems and len(distinct) < self.min_signatures:
            desk.refuse("signatures_too_few", limit=self.min_signatures, count=len(distinct))
        return distinct

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return locales.listed(value, language)

    def reads_as(self) -> Type:
        return LIST


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

    def in_expressions(self, value: Json) -> Json:
        return value["name"]

    def reads_as(self) -> Type:
        return TEXT


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
        return all_blank(raw)

    def check(self, raw: Json, desk: Desk) -> Json:
        if not isinstance(raw, dict):
            desk.refuse("value_shape")
            return None
        known = desk.around.context.findings
        if strange := [number for number in raw if number not in known]:
            desk.refuse("row_unknown", name=str(strange[0])[:64])
        written = [number for number in known if not blank(raw.get(number))]
        return {n: as_text(raw[n], desk, self.max_characters, n) for n in written}

    def weigh(self, value: Json, desk: Desk, *, required: bool, offered: int) -> None:
        for number in desk.around.context.findings if required else ():
            if number not in value:
                desk.refuse("required_text", part=number)

    def demand(self, desk: Desk) -> None:
        for number in desk.around.context.findings:
            desk.refuse("required_text", part=number)

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        return "\n".join(f"{number}  {note}" for number, note in value.items())

    def in_expressions(self, value: Json) -> Json:
        return list(value.values())

    def reads_as(self) -> Type:
        return LIST
