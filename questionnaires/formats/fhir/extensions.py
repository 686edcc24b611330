"""FHIR elements with their extensions: read once each, and reported when nobody read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from questionnaires.formats.foreign.draft import Translate
from questionnaires.formats.foreign.plain import language_code
from questionnaires.formats.foreign.quoting import Quoted, no_quotes
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.foreign.tracked import Tracked
from questionnaires.formats.foreign.wording import worded
from questionnaires.text import UNDETERMINED, Text

#: Extensions that fetch data from a medical record, or send it there.
_OF_RECORDS = (
    *("itemExtractionContext", "itemPopulationContext", "itemContext", "observationExtract"),
    *("templateExtract", "templateExtractValue", "targetStructureMap", "sourceStructureMap"),
)
#: Extensions whose last word is enough to know them, with the ones of older versions.
TRANSLATION = "translation"
#: The extension with an expression that works out what a text says.
SPOKEN = "cqf-expression"


class Element(Tracked):
    """One FHIR element; an extension is named by the last part of its address."""

    def __init__(self, raw: dict[str, Any], where: str, report: Report) -> None:
        super().__init__(raw, where, report)
        self._taken: set[int] = set()
        listed = raw.get("extension")
        self.extensions: list[dict[str, Any]] = (
            [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        )
        self.ignore("extension")

    def elements(self, key: str) -> list[Element]:
        """Return the elements of a list."""
        return [Element(one.raw, one.where, self.report) for one in self.objects(key)]

    def inner(self, key: str) -> Element | None:
        """Return the element under a key, if it is one."""
        value = self.get(key)
        return Element(value, self.at(key), self.report) if isinstance(value, dict) else None

    def several(self, name: str) -> list[Element]:
        """Return the extensions of that name and mark them as read."""
        found = []
        for index, one in enumerate(self.extensions):
            if short(one.get("url")) == name:
                self._taken.add(index)
                found.append(Element(one, f"{self.where}.extension[{index}]", self.report))
        return found

    def extension(self, name: str) -> Any:
        """Return the value of the first extension of that name, or None."""
        return next((value_of(one.raw) for one in self.several(name)), None)

    def remaining(self) -> list[tuple[str, Element]]:
        """Return the extensions that nobody asked for, with their names."""
        return [
            (short(one.get("url")), Element(one, f"{self.where}.extension[{index}]", self.report))
            for index, one in enumerate(self.extensions)
            if index not in self._taken
        ]


def short(url: object) -> str:
    """Return the last part of an extension's address, without the name of its guide."""
    last = str(url).rsplit("/", 1)[-1]
    return last.removeprefix("sdc-questionnaire-").removeprefix("questionnaire-")


def value_of(raw: dict[str, Any], stem: str = "value") -> Any:
    """Return what stands under ``value[x]``."""
    return next((v for k, v in raw.items() if k.startswith(stem) and k != stem), None)


def concept_codes(concept: Any) -> list[str]:
    """Return the codes of a CodeableConcept."""
    coding = concept.get("coding") if isinstance(concept, dict) else None
    parts = coding if isinstance(coding, list) else []
    return [str(one.get("code")) for one in parts if isinstance(one, dict)]


def concept_property(concept: Tracked, name: str) -> Any:
    """Return a property of a concept of a code system, or None."""
    for one in concept.raw.get("property") or ():
        if isinstance(one, dict) and one.get("code") == name:
            return value_of(one)
    return None


def translations(element: Tracked, key: str) -> dict[str, str]:
    """Return language -> wording from the translation extensions of a string."""
    beside = element.get(f"_{key}")
    if not isinstance(beside, dict):
        return {}
    holder = Element(beside, element.at(f"_{key}"), element.report)
    found: dict[str, str] = {}
    for one in holder.several(TRANSLATION):
        language, content = one.extension("lang"), one.extension("content")
        if isinstance(language, str) and isinstance(content, str):
            found.setdefault(language_code(language), content)
    holder.several(SPOKEN)
    for name, one in holder.remaining():
        unread(name, one)
    return found


def unread(name: str, one: Element) -> None:
    """Report an extension that nothing was made of; one with an expression is flagged."""
    value = value_of(one.raw)
    if isinstance(value, dict) and "expression" in value:
        one.report.expressions += 1
        reason = _why(name, str(value.get("expression"))).reason
        mild = name in _OF_RECORDS
        text = str(value.get("expression"))
        one.report.flag(name, one.where, text, reason, "warning" if mild else "error")
    else:
        one.report.unused(name, one.where)


def _why(name: str, text: str) -> Untranslatable:
    """Return why nothing was made of an expression: by what it is for, or by what it reads."""
    if name in _OF_RECORDS:
        return Untranslatable("record", name=name)
    outside = re.search(r"%(?!resource\b|context\b|questionnaire\b)\w+", text)
    if outside:
        return Untranslatable("outside", name=outside[0])
    return Untranslatable("outside", name=name)


#: FHIRPath -> how it is translated when all names are known.
Spoken = Callable[[str], Translate]


class Wording:
    """How texts of one questionnaire are read: its language, and whether others exist.

    ``spoken`` translates the expressions that work out what a text says.
    """

    def __init__(self, raw: dict[str, Any], report: Report, spoken: Spoken) -> None:
        self.report = report
        self.quotes = no_quotes()
        self._spoken = spoken
        named = raw.get("language")
        tag = language_code(named) if isinstance(named, str) else UNDETERMINED
        others = _translated(raw)
        if tag == UNDETERMINED and others:
            tag = "en"
            report.lose("language_guessed", "Questionnaire", language=tag)
        self.default = tag
        self.languages = tuple(dict.fromkeys([tag, *sorted(others)]))

    def text(self, element: Tracked, key: str) -> Text | None:
        """Return the text under a key with its translations, or None."""
        bodies = {self.default: element.string(key)}
        for language, body in translations(element, key).items():
            bodies.setdefault(language, body)
        if not any(body.strip() for body in bodies.values()):
            return None
        made = worded(bodies, element.at(key), self.report, self.quotes)
        worked_out = self._worked_out(element, key, made.get(self.default)) if made else None
        return Text({**made.root, self.default: worked_out}) if made and worked_out else made

    def _worked_out(self, element: Tracked, key: str, instead: str) -> str | None:
        """Return the mark of an expression that says a text, which stands there without it."""
        beside = element.raw.get(f"_{key}")
        holder = Element(beside if isinstance(beside, dict) else {}, element.at(key), self.report)
        for one in holder.several(SPOKEN):
            value = value_of(one.raw)
            text = str(value.get("expression", "")) if isinstance(value, dict) else ""
            if text:
                made = Quoted(text, one.where, self._spoken(text), instead, SPOKEN)
                return self.quotes.mark(made)
        return None

    def designated(self, concept: Tracked) -> Text | None:
        """Return the display of a concept with its designations in other languages."""
        bodies = {self.default: concept.string("display")}
        for language, body in translations(concept, "display").items():
            bodies.setdefault(language, body)
        for one in concept.objects("designation"):
            language = one.get("language")
            if isinstance(language, str) and (body := one.string("value")):
                bodies.setdefault(language_code(language), body)
        if not any(body.strip() for body in bodies.values()):
            return None
        return worded(bodies, concept.at("display"), self.report, self.quotes)

    def plain(self, body: str, where: str) -> Text | None:
        """Return a bare string as a text."""
        return worded({self.default: body}, where, self.report, self.quotes)


def _translated(raw: Any) -> set[str]:
    """Return the languages of all translation extensions in a resource."""
    found: set[str] = set()
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if short(value.get("url")) == TRANSLATION and isinstance(value.get("extension"), list):
                for part in value["extension"]:
                    if isinstance(part, dict) and part.get("url") == "lang":
                        found.add(language_code(str(value_of(part) or "")))
            for one in value.get("designation") or ():
                if isinstance(one, dict) and isinstance(one.get("language"), str):
                    found.add(language_code(one["language"]))
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found - {UNDETERMINED}
