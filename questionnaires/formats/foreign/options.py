"""Foreign lists of options -> ours: codes that data can carry, distinct, within the limits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from questionnaires.formats.foreign.draft import Settings, spelled
from questionnaires.formats.foreign.report import Report
from questionnaires.kinds.cascading import MOST_ENDS
from questionnaires.kinds.choosing import MAX_OPTIONS
from questionnaires.kinds.presenting import AGREED
from questionnaires.text import Text

#: A code of ours may be this long.
MAX_CODE = 64


@dataclass(slots=True)
class Option:
    """One option as the foreign file has it."""

    value: object
    label: Text
    score: object = None
    exclusive: bool = False
    text: bool = False
    missing: bool = False
    #: The name of the picture shown with it.
    image: str | None = None
    properties: dict[str, str] = field(default_factory=dict)


def coded(
    options: list[Option], where: str, report: Report
) -> tuple[list[Settings], dict[str, str]]:
    """Return the options as settings, and foreign value -> our value."""
    settings: list[Settings] = []
    codes: dict[str, str] = {}
    taken: set[str] = set()
    for number, option in enumerate(options, start=1):
        foreign = spelled(option.value)
        value = _code(foreign, number)
        if value != foreign:
            report.lose("option_value_changed", where, value=foreign, instead=value)
        if value in taken:
            base, again = value[: MAX_CODE - 5], 2
            while f"{base}-{again}" in taken:
                again += 1
            report.lose("options_twice", where, value=value, instead=f"{base}-{again}")
            value = f"{base}-{again}"
        taken.add(value)
        codes.setdefault(foreign, value)
        settings.append(_choice(option, value, where, report))
    return settings, codes


def _code(foreign: str, number: int) -> str:
    code = foreign.strip()
    if code and len(code) <= MAX_CODE and code.isprintable():
        return code
    if not code:
        return str(number)
    shown = "".join(mark if mark.isprintable() else "_" for mark in code)
    digest = hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{shown[: MAX_CODE - 9]}-{digest}"


def _choice(option: Option, value: str, where: str, report: Report) -> Settings:
    choice: Settings = {"value": value, "label": option.label}
    for name in ("exclusive", "text", "missing"):
        if getattr(option, name):
            choice[name] = True
    if option.image:
        choice["image"] = option.image
    if option.properties:
        choice["properties"] = option.properties
    score = whole(option.score)
    if score is not None:
        choice["score"] = score
    elif option.score not in (None, ""):
        report.lose("score_fraction", where, value=option.score)
    return choice


def whole(value: object) -> int | None:
    """Return a foreign number as a whole number, or None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 16:
        return int(value)
    return None


def choosing(
    kind: str, options: list[Option], name: str, where: str, report: Report
) -> tuple[Settings, dict[str, str]]:
    """Return kind and options of a question that chooses, whatever the length of its list.

    One option makes a box to tick; a list too long for one byte becomes a list to look up.
    """
    if not options:
        report.lose("options_missing", where, name=name, instead="short_text")
        return {"kind": "short_text"}, {}
    choices, codes = coded(options, where, report)
    if len(choices) == 1:
        return _consent(choices[0], codes, name, where, report)
    if len(choices) <= MAX_OPTIONS - (kind == "ranking"):
        return {"kind": kind, "options": choices}, codes
    values = {"name": name, "count": len(choices), "limit": MAX_OPTIONS}
    if kind == "single_choice" and len(choices) <= MOST_ENDS:
        report.lose("list_long", where, **values, instead="cascade")
        kept = ("value", "label")
        branches = [
            {key: choice[key] for key in kept} | {"value": choice["value"].replace("/", "|")}
            for choice in choices
        ]
        return {"kind": "cascade", "branches": branches}, {
            foreign: code.replace("/", "|") for foreign, code in codes.items()
        }
    report.lose("list_long", where, **values, instead="long_text")
    return {"kind": "long_text"}, codes


def _consent(
    choice: Settings, codes: dict[str, str], name: str, where: str, report: Report
) -> tuple[Settings, dict[str, str]]:
    report.lose("options_one", where, name=name)
    return {"kind": "consent", "hint": choice["label"]}, dict.fromkeys(codes, AGREED)


def levels(choices: list[Settings]) -> list[Settings]:
    """Return options as levels of a scale, with a score where their values are numbers."""
    numbered = [whole(choice["value"]) for choice in choices]
    if any(number is None for number in numbered):
        return choices
    return [
        choice if choice.get("missing") or "score" in choice else {**choice, "score": number}
        for choice, number in zip(choices, numbered, strict=True)
    ]
