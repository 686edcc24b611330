"""How complete each language of a definition is: what is missing, copied, or spoilt on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from questionnaires import locales
from questionnaires.model import Questionnaire
from questionnaires.problems import Place
from questionnaires.text import UNDETERMINED, Text
from questionnaires.texts import texts_of

#: What stands for something else in a text: a term, such as {unit}, or an answer, such as ${name}.
_PLACEHOLDER = re.compile(r"\$?\{\s*([^\W\d][\w-]*)\s*\}")
#: Fewer letters than this (of scripts without words: a half) may well be the same everywhere.
FEWEST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Noticed:
    """One text that deserves a look: where it stands and what it says now."""

    place: Place
    text: str
    #: The language that readers get instead, or whose text is the same.
    language: str = ""
    #: Placeholders that other languages have and this one lacks, and the reverse.
    lacking: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far one language of a definition has come."""

    language: str
    texts: int
    """All texts of the definition."""
    present: int
    """Those that a reader of the language gets in it, or that need no translation."""
    missing: tuple[Noticed, ...] = ()
    """Shown in another language instead."""
    related: tuple[Noticed, ...] = ()
    """Taken from the language without its region or script, or from another of these."""
    same: tuple[Noticed, ...] = ()
    """The same as in another language: probably not translated yet."""
    placeholders: tuple[Noticed, ...] = ()
    """With other placeholders than the other languages."""

    @property
    def share(self) -> float:
        """The share of texts that are present, from 0 to 1; 1 when there is no text."""
        return self.present / self.texts if self.texts else 1.0


@dataclass(slots=True)
class _Count:
    """Collects what is noticed about one language."""

    texts: int = 0
    present: int = 0
    found: dict[str, list[Noticed]] = field(default_factory=dict)

    def note(self, sort: str, noticed: Noticed) -> None:
        self.found.setdefault(sort, []).append(noticed)


def completeness(questionnaire: Questionnaire) -> tuple[Completeness, ...]:
    """Return a report for each language: those listed first, then any other that has a text."""
    texts = list(texts_of(questionnaire))
    used = {tag for _, text in texts for tag in text if tag != UNDETERMINED}
    listed = [tag for tag in questionnaire.languages if tag != UNDETERMINED]
    return tuple(_report(tag, texts) for tag in dict.fromkeys([*listed, *sorted(used)]))


def _report(language: str, texts: list[tuple[str, Text]]) -> Completeness:
    count = _Count(texts=len(texts))
    for path, text in texts:
        _examine(language, Place(path), text, count)
    found = {sort: tuple(noticed) for sort, noticed in count.found.items()}
    return Completeness(language, count.texts, count.present, **found)


def _examine(language: str, place: Place, text: Text, count: _Count) -> None:
    source, shown = text.source(language), text.get(language)
    if not text.covers(language):
        sort = "related" if base(source) == base(language) else "missing"
        count.note(sort, Noticed(place, shown, source))
        count.present += sort == "related"
        return
    count.present += 1
    if source not in (language, UNDETERMINED):
        count.note("related", Noticed(place, shown, source))
    if source == UNDETERMINED:
        return
    others = {tag: text.get(tag) for tag in text if base(tag) != base(language)}
    twin = next((tag for tag, other in others.items() if other == shown), "")
    if twin and _wordy(shown):
        count.note("same", Noticed(place, shown, twin))
    mine = set(_PLACEHOLDER.findall(shown))
    theirs = {name for other in others.values() for name in _PLACEHOLDER.findall(other)}
    if others and mine != theirs:
        lacking, extra = tuple(sorted(theirs - mine)), tuple(sorted(mine - theirs))
        count.note("placeholders", Noticed(place, shown, "", lacking, extra))


def base(language: str) -> str:
    """Return a language without its region and script: ``zh`` of ``zh-Hant``."""
    return language.split("-")[0].lower()


def _wordy(text: str) -> bool:
    """Say whether a text has enough letters that two languages would hardly agree on all."""
    letters = [mark for mark in _PLACEHOLDER.sub("", text) if mark.isalpha()]
    weight = sum(2 if ord(mark) > 0x2E7F else 1 for mark in letters)
    return weight >= FEWEST_LETTERS


def as_json(report: Completeness) -> dict[str, Any]:
    """Return a report as plain JSON values."""
    return {
        "language": report.language,
        "name": locales.own_name(report.language),
        "direction": locales.direction(report.language),
        "texts": report.texts,
        "present": report.present,
        "share": round(report.share, 4),
        **{
            sort: [_noticed_json(one) for one in getattr(report, sort)]
            for sort in ("missing", "related", "same", "placeholders")
        },
    }


def _noticed_json(one: Noticed) -> dict[str, Any]:
    told: dict[str, Any] = {"path": one.place.field, "text": one.text}
    if one.place.line is not None:
        told |= {"line": one.place.line, "column": one.place.column}
    if one.language:
        told["language"] = one.language
    if one.lacking or one.extra:
        told |= {"lacking": list(one.lacking), "extra": list(one.extra)}
    return told
