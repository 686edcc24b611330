"""FHIR items -> questions of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires.expressions import Node
from questionnaires.formats.fhir.answers import initial, options, other
from questionnaires.formats.fhir.bounds import Limits, check
from questionnaires.formats.fhir.extensions import Element, Wording, concept_codes, value_of
from questionnaires.formats.fhir.resource import STANDARD_WORDING
from questionnaires.formats.fhir.translating import enabled_when, formula, value_formula
from questionnaires.formats.fhir.valuesets import ValueSets
from questionnaires.formats.foreign.draft import (
    Draft,
    Formula,
    Question,
    Scope,
    Settings,
    all_of,
    either,
    never,
    spelled,
)
from questionnaires.formats.foreign.option_filter import option_filter
from questionnaires.formats.foreign.options import choosing
from questionnaires.formats.foreign.pictures import embedded
from questionnaires.formats.foreign.plain import joined
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Report
from questionnaires.text import Text

_KINDS = {
    "boolean": "yes_no",
    "decimal": "decimal",
    "integer": "integer",
    "date": "date",
    "dateTime": "date_time",
    "time": "time",
    "string": "short_text",
    "text": "long_text",
    "url": "url",
    "attachment": "file",
    "quantity": "decimal",
    "display": "note",
    "reference": "short_text",
}
_CHOICES = ("choice", "open-choice", "coding", "question")
#: Extensions about looks and about other systems: reported once each.
_HINTS = ("entryFormat", "supportLink", "instruction", "sublabel", "sdf-sublabel")
#: Kinds that nobody answers.
_SILENT = ("calculated", "hidden", "note")


class Items:
    """Makes questions of the items of one questionnaire."""

    def __init__(
        self, draft: Draft, words: Wording, sets: ValueSets, variables: Mapping[str, str]
    ) -> None:
        self._draft = draft
        self._words = words
        self._sets = sets
        self._variables = variables
        self._report: Report = words.report

    def question(self, item: Element) -> Question:
        """Return the question that an item asks."""
        sort = item.string("type", "string")
        repeats = item.yes("repeats")
        controls = controls_of(item)
        settings, codes = self._kind(item, sort, repeats, controls)
        name = item.string("linkId") or item.where
        settings["label"] = self.label(item) or Text(name)
        question = Question(name, item.where, settings, codes=codes)
        question.relevant = self._shown_when(item)
        if item.yes("required") and settings["kind"] != "note":
            settings["required"] = True
        if repeats and settings["kind"] != "multiple_choice":
            self._report.lose("repeat_dropped", item.at("repeats"), name=name)
        self._occurrences(item, question)
        Limits(self._words, self._variables).read(item, question)
        self._hint(item, question)
        self._media(item, question)
        self._first_answer(item, question)
        self._expressions(item, question)
        return question

    def label(self, item: Element) -> Text | None:
        """Return the wording of an item with its number in front."""
        text = self._words.text(item, "text")
        prefix = self._words.text(item, "prefix")
        if text and prefix:
            self._report.lose("number_text", item.at("prefix"), prefix=prefix)
            return joined(prefix, text, " ")
        return text or prefix

    def _kind(
        self, item: Element, sort: str, repeats: bool, controls: list[str]
    ) -> tuple[Settings, dict[str, str]]:
        offered = any(key in item.raw for key in ("answerOption", "answerValueSet", "option"))
        if sort in _CHOICES or (offered and sort in ("string", "integer", "date", "time", "text")):
            return self._choice(item, sort, repeats, controls)
        kind = _KINDS.get(sort)
        if kind is None:
            self._report.lose("kind_changed", item.at("type"), kind=sort, instead="short_text")
            kind = "short_text"
        settings: Settings = {"kind": kind}
        codes = {"true": "yes", "false": "no"} if kind == "yes_no" else {}
        media = str(item.extension("mimeType") or "")
        if kind == "file" and media.startswith("image/"):
            settings["kind"] = "photo"
        elif media:
            self._report.lose("setting_dropped", item.where, key="mimeType", text=media)
        if sort == "reference":
            self._report.lose("kind_changed", item.at("type"), kind=sort, instead=kind)
        if kind == "decimal":
            settings["digits"] = 10
        if kind in ("integer", "decimal") and "slider" in controls:
            settings = {"kind": "slider", "step": item.extension("sliderStepValue") or 1}
        return settings, codes

    def _choice(
        self, item: Element, sort: str, repeats: bool, controls: list[str]
    ) -> tuple[Settings, dict[str, str]]:
        several = repeats or item.extension("answerRepeats") is True
        kind = "multiple_choice" if several else "single_choice"
        name = item.string("linkId")
        offered = options(item, self._words, self._sets)
        if offered is None or (not offered and item.raw.get("answerValueSet")):
            instead = "long_text" if several else "short_text"
            source = item.raw.get("answerValueSet") or item.raw.get("options")
            place = item.at("answerValueSet")
            self._report.lose("options_outside", place, source=str(source), instead=instead)
            return {"kind": instead}, {}
        chosen = [option.value for option in offered if option.properties.pop("initial", None)]
        if sort == "open-choice":
            offered.append(other(item, self._words, offered))
        settings, codes = choosing(kind, offered, name, item.where, self._report)
        if "drop-down" in controls or "autocomplete" in controls:
            settings |= {"appearance": "dropdown"} if settings["kind"] == "single_choice" else {}
        for option in offered:
            for tag in option.label:
                codes.setdefault(option.label.get(tag), codes.get(spelled(option.value), ""))
        if chosen:
            settings["default"] = _chosen(chosen, settings["kind"], codes)
        if sort != "open-choice" and _graded(settings):
            scale = self._draft.scales.name(settings.pop("options"))
            dropdown = {"appearance": "dropdown"} if "appearance" in settings else {}
            settings = {"kind": "scale", "scale": scale, **dropdown}
        return settings, codes

    def group_shown_when(self, item: Element) -> list[Formula]:
        """Return the conditions under which a group is shown."""
        unseen = item.extension("hidden") is True
        return [*self._shown_when(item), *([self._never(item)] if unseen else [])]

    def _never(self, item: Element) -> Formula:
        self._report.lose("never_shown", item.where)
        return never(item.where)

    def _shown_when(self, item: Element) -> list[Formula]:
        """Return the conditions under which an item is enabled."""
        found = []
        conditions = [one for one in map(_entry, item.elements("enableWhen")) if one]
        if conditions:
            every = item.string("enableBehavior") == "all" or len(conditions) == 1
            found.append(_together(conditions, every, item.at("enableWhen"), self._report))
        item.ignore("enableBehavior")
        for one in item.several("enableWhenExpression"):
            found += self._expression(one, "enableWhenExpression")
        return found

    def _expression(self, one: Element, key: str, value: bool = False) -> list[Formula]:
        expression = value_of(one.raw)
        if not isinstance(expression, dict):
            expression = {"expression": expression}
        text, language = str(expression.get("expression", "")), expression.get("language")
        make = value_formula if value else formula
        if language not in (None, "text/fhirpath"):
            return [_foreign_language(key, one.where, text, str(language))]
        return [make(key, one.where, text, self._variables)]

    def _occurrences(self, item: Element, question: Question) -> None:
        low, high = item.extension("minOccurs"), item.extension("maxOccurs")
        if isinstance(low, int) and low >= 1:
            question.settings["required"] = True
        if question.kind == "multiple_choice":
            count = len(question.settings["options"])
            if isinstance(low, int) and 1 < low <= count:
                question.settings["min_choices"] = low
            if isinstance(high, int) and 1 <= high <= count:
                question.settings["max_choices"] = high

    def _hint(self, item: Element, question: Question) -> None:
        found: Text | None = None
        for name in _HINTS:
            hint = item.extension(name)
            if isinstance(hint, str) and (text := self._words.plain(hint, item.where)):
                found = joined(found, text, "\n") if found else text
        if found and "hint" not in question.settings:
            question.settings["hint"] = found

    def _media(self, item: Element, question: Question) -> None:
        """Read the picture, recording or film of a question, when its bytes are in the file."""
        attached = item.extension("itemMedia")
        if not isinstance(attached, dict):
            return
        source = f"data:{attached.get('contentType')};base64,{attached.get('data')}"
        described = self._words.plain(str(attached.get("title") or ""), item.where)
        made = embedded(source, described or question.settings["label"])
        if made is None:
            file = str(attached.get("url") or attached.get("title") or "")
            self._report.lose("media_dropped", item.where, file=file)
            return
        name = f"media-{len(self._draft.media) + 1}"
        self._draft.media[name] = made
        question.settings["media"] = name

    def _first_answer(self, item: Element, question: Question) -> None:
        values = initial(item, self._report)
        item.ignore("initial", *[key for key in item.raw if key.startswith("initial")])
        if not values:
            return
        default = _chosen(values, question.kind, question.codes)
        if default is None:
            self._report.lose("default_dropped", item.at("initial"), value=str(values))
        else:
            question.settings["default"] = default

    def _expressions(self, item: Element, question: Question) -> None:
        unseen = item.extension("hidden") is True
        for one in item.several("calculatedExpression"):
            question.calculate = self._expression(one, "calculatedExpression", value=True)[0]
            self._become(question, kind="calculated", shown=not unseen)
        if unseen and question.kind != "calculated":
            self._hide(item, question)
        self._worked_out_first(item, question)
        self._toggles(item, question)
        if item.get("readOnly") is True and question.kind not in _SILENT:
            self._report.lose("setting_dropped", item.at("readOnly"), key="readOnly", text=True)
        for one in (*item.several("constraint"), *item.several("targetConstraint")):
            self._constraint(one, question)

    def _become(self, question: Question, **settings: Any) -> None:
        """Make a question one that nobody answers: of its settings the texts are left."""
        kept = {
            key: question.settings[key] for key in ("label", "hint") if key in question.settings
        }
        question.settings = kept | settings

    def _hide(self, item: Element, question: Question) -> None:
        """Read what nobody sees: its first answer is stored; without one it is never asked."""
        first = question.settings.get("default")
        if first is None or isinstance(first, tuple):
            question.relevant.append(self._never(item))
        else:
            self._become(question, kind="hidden", value=str(first))

    def _worked_out_first(self, item: Element, question: Question) -> None:
        """Read the expression of an answer that stands there at first."""
        for one in item.several("initialExpression"):
            made = self._expression(one, "initialExpression", value=True)[0]
            made.mild = True
            if question.kind not in _SILENT:
                question.default = made
                question.settings.pop("default", None)
            else:
                self._draft.spare.append(made)

    def _toggles(self, item: Element, question: Question) -> None:
        """Read which options are offered when."""
        conditions = []
        for one in item.several("answerOptionsToggleExpression"):
            for condition in one.several("expression"):
                formula_of = self._expression(condition, "answerOptionsToggleExpression")[0]
                for option in one.several("option"):
                    self._report.expressions += 1
                    conditions.append((_spelled_code(value_of(option.raw)), formula_of))
        if conditions and "options" in question.settings:
            made = option_filter(conditions, question.codes, self._report)
            question.choice_filter = made
        for _, unused in conditions if "options" not in question.settings else ():
            reason = Untranslatable("subquestion").reason
            self._report.flag(unused.key, unused.where, unused.text, reason)

    def _constraint(self, one: Element, question: Question) -> None:
        text, human = one.extension("expression"), one.extension("human")
        if isinstance(text, dict):
            text = text.get("expression")
        spoken = isinstance(human, str) and human.strip() not in (text, *STANDARD_WORDING)
        said = one.several("human") if spoken else []
        message = next((self._words.text(part, "valueString") for part in said), None)
        if one.extension("severity") == "warning":
            self._report.lose("setting_dropped", one.where, key="severity", text="warning")
        if isinstance(text, str):
            check(question, formula("constraint", one.where, text, self._variables), message)


def _graded(settings: Settings) -> bool:
    """Say whether the options of a single choice are the levels of a scale: they have scores."""
    options = settings.get("options", ()) if settings["kind"] == "single_choice" else ()
    scored = [option for option in options if "score" in option]
    return len(scored) >= 2 and 2 * len(scored) > len(options)


def _foreign_language(key: str, where: str, text: str, language: str) -> Formula:
    def translate(scope: Scope) -> Node:
        raise Untranslatable("language", name=language)

    return Formula(key, where, text, translate)


def _spelled_code(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("code") or value.get("display") or value.get("reference")
    return spelled(value)


def _entry(entry: Element) -> Formula | None:
    link, operator = entry.string("question"), entry.string("operator")
    value = value_of(entry.raw, "answer")
    if isinstance(value, dict):
        value = value.get("code") or value.get("value") or value.get("display")
    if not operator:  # before R4
        has = entry.get("hasAnswer")
        operator, value = ("exists", has) if isinstance(has, bool) else ("=", value)
    return enabled_when(link, operator, value, "enableWhen", entry.where)


def _together(parts: list[Formula], every: bool, where: str, report: Report) -> Formula:
    joining = all_of if every else either

    def translate(scope: Scope) -> Node:
        return joining([part.translate(scope) for part in parts])

    text = (" and " if every else " or ").join(part.text for part in parts)
    return Formula("enableWhen", where, text, translate)


def controls_of(item: Element) -> list[str]:
    """Return how an item should be shown."""
    return [
        code for one in item.several("itemControl") for code in concept_codes(value_of(one.raw))
    ]


def _chosen(values: list[Any], kind: str, codes: dict[str, str]) -> Any:
    """Return first answers as the default of a kind, or None when it has none like them."""
    if kind == "multiple_choice":
        known = [codes.get(spelled(value)) for value in values]
        return tuple(known) if None not in known else None
    if len(values) > 1 or isinstance(values[0], dict | list):
        return None
    if kind in ("single_choice", "scale", "yes_no", "consent"):
        return codes.get(spelled(values[0]))
    if kind in ("file", "note", "calculated", "cascade"):
        return None
    if kind == "date_time":
        return str(values[0])[:16]
    if kind == "time":
        return str(values[0])[:5]
    return values[0] if not isinstance(values[0], bool) else None
