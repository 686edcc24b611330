"""The answers that a FHIR question offers: options, contained value sets, first answers."""

from __future__ import annotations

from typing import Any

from questionnaires.formats.fhir.extensions import Element, Wording, concept_property, value_of
from questionnaires.formats.fhir.valuesets import ValueSets
from questionnaires.formats.foreign.options import MAX_CODE, Option
from questionnaires.formats.foreign.report import Report
from questionnaires.text import Text

_OTHER = Text({"zh": "其他（请注明）", "en": "Other (please specify)"})
OTHER = "other"


def options(item: Element, words: Wording, sets: ValueSets) -> list[Option] | None:
    """Return the options of a question; None when they come from outside the file."""
    listed = item.elements("answerOption") or item.elements("option")
    if listed:
        return [_option(one, words) for one in listed]
    source = item.get("answerValueSet") or item.get("options")
    if isinstance(source, dict):
        source = source.get("reference")
    if not isinstance(source, str):
        return []
    concepts = sets.concepts(source)
    return None if concepts is None else [_concept(one, words) for one in concepts]


def _option(entry: Element, words: Wording) -> Option:
    coding = entry.inner("valueCoding")
    if coding is not None:
        option = _concept(coding, words)
    else:
        value = value_of(entry.raw)
        if isinstance(value, dict):
            value = value.get("display") or value.get("reference") or value.get("value") or "?"
        label = words.plain(str(value), entry.where) if value is not None else None
        option = Option(value if value is not None else "", label or Text("-"))
    option.score = option.score if option.score is not None else _score(entry)
    option.exclusive = entry.extension("optionExclusive") is True
    prefix = entry.extension("optionPrefix")
    if prefix not in (None, "") and str(prefix) != str(option.value):
        entry.report.unused("optionPrefix", entry.where)
    if entry.get("initialSelected") is True:
        option.properties["initial"] = "true"
    for name, _ in entry.remaining():
        entry.report.unused(name, entry.where)
    return option


def _concept(coding: Element, words: Wording) -> Option:
    label = words.designated(coding)
    code = coding.raw.get("code")
    value = code if isinstance(code, str) and code else coding.raw.get("display") or ""
    if len(str(value)) > MAX_CODE and coding.raw.get("display"):
        value = str(value)
    return Option(value, label or Text(str(value) or "-"), score=_score(coding))


def _score(element: Element) -> object:
    for name in ("ordinalValue", "itemWeight", "extension-score", "ordinal"):
        score = element.extension(name)
        if score is not None:
            return score
    return concept_property(element, "itemWeight")


def other(labels: Element, words: Wording, taken: list[Option]) -> Option:
    """Return the option that lets an open choice be answered in words."""
    named = labels.extension("openLabel")
    label = words.plain(named, labels.where) if isinstance(named, str) else None
    value = OTHER if all(option.value != OTHER for option in taken) else f"{OTHER}-text"
    return Option(value, label or _OTHER, text=True)


def initial(item: Element, report: Report) -> list[Any]:
    """Return the first answers as plain values."""
    found = []
    entries = item.elements("initial") if isinstance(item.raw.get("initial"), list) else []
    for entry in entries:
        value = value_of(entry.raw)
        if isinstance(value, dict):
            value = value.get("code") or value.get("value") or value.get("display")
        if value is not None:
            found.append(value)
    if not entries:
        old = value_of(item.raw, "initial")
        if old is not None and not isinstance(old, dict | list):
            found.append(old)
    return found
