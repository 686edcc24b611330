"""The words of the FHIR standard that a writer needs: addresses of extensions and code systems."""

from __future__ import annotations

import re
from typing import Any

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.expressions.writing import write
from questionnaires.formats.fhir.emitting import PathEmitter
from questionnaires.formats.foreign.emitting import emitted
from questionnaires.formats.foreign.report import Report
from questionnaires.messages import ANSWER_MESSAGES
from questionnaires.model import Questionnaire
from questionnaires.text import UNDETERMINED, Text

Json = dict[str, Any]

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
#: Name of an extension -> its address.
EXTENSIONS = {
    **{
        name: f"{_CORE}{name}"
        for name in ("minValue", "maxValue", "translation", "ordinalValue", "maxDecimalPlaces")
    },
    **{
        name: f"{_CORE}questionnaire-{name}"
        for name in (
            *("itemControl", "hidden", "unit", "constraint", "minOccurs", "maxOccurs"),
            *("sliderStepValue", "optionExclusive"),
        )
    },
    **{
        name: f"{_SDC}sdc-questionnaire-{name}"
        for name in (
            "enableWhenExpression",
            "calculatedExpression",
            "openLabel",
            "initialExpression",
            "itemMedia",
            "answerOptionsToggleExpression",
        )
    },
    "maxSize": f"{_CORE}maxSize",
    "mimeType": f"{_CORE}mimeType",
    "entryFormat": f"{_CORE}entryFormat",
    "cqf-expression": f"{_CORE}cqf-expression",
}
_PIPE = re.compile(r"\$\{\s*([\w-]+)\s*\}")
_CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
#: Characters that a FHIR id may not have; ids of ours have only this one of them.
_NOT_IN_IDS = str.maketrans({"_": "-"})


def extension(name: str, **value: Any) -> Json:
    """Return an extension with its value, such as ``valueBoolean=True``."""
    return {"url": EXTENSIONS[name], **value}


#: FHIR wants words for every check: these, in Chinese and English, stand for having none.
STANDARD_WORDING = ANSWER_MESSAGES["constraint_failed"]


def control(code: str) -> Json:
    """Return how an item should be shown."""
    concept = {"coding": [{"system": _CONTROLS, "code": code}]}
    return extension("itemControl", valueCodeableConcept=concept)


def expression(name: str, text: str) -> Json:
    """Return an extension that holds FHIRPath."""
    value = {"language": "text/fhirpath", "expression": text}
    return extension(name, valueExpression=value)


def resource_id(name: str) -> str:
    """Return an identifier of ours as a FHIR id."""
    return name.translate(_NOT_IN_IDS)[:64]


def resource_name(name: str) -> str:
    """Return an identifier of ours as a name that programs can use (invariant que-0)."""
    words = name.replace("-", "_").split("_")
    return "".join(word.capitalize() for word in words)[:254] or "Questionnaire"


class Words:
    """Writes texts in the first language, with the others as translation extensions.

    Answers that a text shows become an expression that says the text in that language.
    """

    def __init__(self, questionnaire: Questionnaire, report: Report) -> None:
        self._questionnaire = questionnaire
        self._report = report
        self.language = questionnaire.languages[0]

    def plain(self, text: Text) -> str:
        """Return a text in the first language."""
        return self._questionnaire.unanswered(text).get(self.language)

    def spoken_here(self, text: Text) -> Text:
        """Return a text of the program in the languages of the questionnaire."""
        return Text({tag: text.get(tag) for tag in self._questionnaire.languages})

    def rule(self, key: str, path: str, message: Text | None) -> Json:
        """Return a constraint, with the standard words when it has none of its own."""
        chinese, english = STANDARD_WORDING
        human: Json = {"url": "human"}
        standard = self.spoken_here(Text({"zh": chinese, "en": english}))
        self.put(human, "valueString", message or standard)
        parts: list[Json] = [
            {"url": "key", "valueId": resource_id(key)},
            {"url": "severity", "valueCode": "error"},
            {"url": "expression", "valueString": path},
            human,
        ]
        return extension("constraint", extension=parts)

    def put(self, holder: Json, key: str, text: Text) -> None:
        """Write a text under a key, with its translations beside it."""
        filled = self._questionnaire.unanswered(text)
        holder[key] = filled.get(self.language)
        named = set(text.root) | {term for term in filled if not text.pipes()}
        others = [t for t in filled if t in named and t not in (self.language, UNDETERMINED)]
        beside: list[Json] = []
        if text.pipes():
            spoken = self._spoken(self._questionnaire.filled(text).get(self.language), text)
            beside = [expression("cqf-expression", spoken)] if spoken else []
        if others:
            if text.pipes():
                self._report.lose("export_setting", key, key=f"${{…}} ({', '.join(others)})")
            beside += [
                {
                    "url": EXTENSIONS["translation"],
                    "extension": [
                        {"url": "lang", "valueCode": tag},
                        {"url": "content", "valueString": filled.get(tag)},
                    ],
                }
                for tag in others
            ]
        if beside:
            holder[f"_{key}"] = {"extension": beside}

    def _spoken(self, body: str, text: Text) -> str | None:
        """Return FHIRPath that says a text with the answers in it."""
        parts: list[Node] = []
        for number, piece in enumerate(_PIPE.split(body)):
            known = number % 2 and piece in self._questionnaire.item_by_id
            parts += [Reference(piece) if known else Literal(piece)] if piece else []
        emitter = PathEmitter(self._questionnaire)
        whole = write(Call("concat", tuple(parts)))
        return emitted(whole, "text", text.get(self.language), emitter.value, self._report)
