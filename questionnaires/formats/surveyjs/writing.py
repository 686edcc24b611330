"""Our definitions -> SurveyJS JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from questionnaires.expressions import Call, Literal, Reference, parse
from questionnaires.expressions.writing import write as write_expression
from questionnaires.formats.foreign.emitting import emitted, report_unwritten, when_asked
from questionnaires.formats.foreign.option_filter import filtered, of_option
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.foreign.unwritten import Fields
from questionnaires.formats.losses import Written
from questionnaires.formats.surveyjs.elements import element_of
from questionnaires.formats.surveyjs.emitting import SurveyEmitter
from questionnaires.formats.surveyjs.locales import Locales
from questionnaires.kinds.base import Computed, Item
from questionnaires.kinds.choosing import Listed
from questionnaires.kinds.entering import ShortText
from questionnaires.kinds.presenting import Calculated, Hidden
from questionnaires.kinds.tabulating import MatrixText
from questionnaires.model import Questionnaire, Section

Json = dict[str, Any]
_LISTED = ("options", "choice_filter", "carry_forward", "random_order", "appearance")
#: What a survey holds.
_WRITTEN: Fields = {
    "questionnaire": ("id", "title", "languages", "intro", "terms", "scales", "sections", "media"),
    "section": ("id", "title", "intro", "relevant", "jump", "repeat", "random_order", "items"),
    "repeat": ("min", "max", "count"),
    "jump": ("to", "when"),
    "term": ("text",),
    "media": ("source", "description"),
    "item": (
        *("id", "kind", "label", "hint", "required", "required_message", "default"),
        *("relevant", "constraint", "constraint_message", "media"),
    ),
    "computed": ("calculate",),
    "choice": ("value", "label", "score", "exclusive", "text", "image", "properties"),
    "carryforward": ("item", "which"),
    "row": ("value", "label"),
    "branch": ("value", "label", "branches"),
    "share": ("value", "label"),
    "group": ("value", "label"),
    "scale": ("scale",),
    "single_choice": _LISTED,
    "multiple_choice": (*_LISTED, "min_choices", "max_choices"),
    "ranking": (*_LISTED, "top"),
    "matrix": ("scale", "rows", "random_order"),
    "matrix_multiple": ("rows", "options"),
    "matrix_number": ("rows",),
    "matrix_text": ("rows",),
    "matrix_dual": ("rows", "scale", "second_scale", "first_label", "second_label"),
    "short_text": ("max_characters", "pattern", "pattern_message"),
    "long_text": ("max_characters",),
    "integer": ("min", "max", "step"),
    "decimal": ("min", "max", "step"),
    "yes_no": ("not_applicable",),
    "net_promoter": ("low_label", "high_label"),
    "stars": ("stars",),
    "slider": ("min", "max", "step"),
    "cascade": ("branches",),
    "constant_sum": ("shares", "total"),
    "points": ("min", "max"),
    "file": ("max_megabytes",),
    "photo": ("max_megabytes",),
    "calculated": ("calculate", "shown"),
    "hidden": ("value",),
    "arm": ("arms",),
}


def write(questionnaire: Questionnaire, ending: str) -> Written:
    """Return a definition as a SurveyJS survey, and what SurveyJS has no place for."""
    report = Report()
    tree = _Writing(questionnaire, report).survey()
    content = json.dumps(tree, ensure_ascii=False, indent=1).encode()
    return Written(content, report.losses)


class _Writing:
    def __init__(self, questionnaire: Questionnaire, report: Report) -> None:
        self._questionnaire = questionnaire
        self._report = report
        self._locales = Locales(questionnaire)
        self._values: list[Json] = []
        self._asked: Mapping[str, str | None] = {}

    def survey(self) -> Json:
        """Return the whole survey."""
        questionnaire, text = self._questionnaire, self._locales.text
        report_unwritten(questionnaire, _WRITTEN, self._report)
        self._asked = when_asked(questionnaire, self._report)
        survey: Json = {"title": text(questionnaire.title)}
        if self._locales.locale:
            survey["locale"] = self._locales.locale
        if questionnaire.intro:
            survey["description"] = text(questionnaire.intro)
        survey["pages"] = [self._page(section) for section in questionnaire.sections]
        if self._values:
            survey["calculatedValues"] = self._values
        return survey

    def _page(self, section: Section) -> Json:
        text = self._locales.text
        page: Json = {"name": section.id, "title": text(section.title)}
        if section.intro:
            page["description"] = text(section.intro)
        self._condition(page, "visibleIf", self._asked[section.id], section.id, None)
        elements = [made for item in section.items for made in self._elements(item, section)]
        if section.random_order:
            page["questionsOrder"] = "random"
        if section.repeat:
            panel = {
                "type": "paneldynamic",
                "name": section.id,
                "title": page.pop("title"),
                "templateElements": elements,
                "minPanelCount": section.repeat.min,
                "maxPanelCount": section.repeat.max,
            }
            if section.repeat.count is not None:
                panel |= self._counted(section.repeat.count, section)
            elements = [panel]
            page["name"] = f"{section.id}-page"
        page["elements"] = elements
        return page

    def _counted(self, count: str, section: Section) -> Json:
        """Return what binds the number of entries to the answer to a question."""
        match parse(count):
            case Reference(name) if name in self._questionnaire.item_by_id:
                return {"bindings": {"panelCount": name}}
        where = f"sections.{section.id}.repeat.count"
        reason = Untranslatable("list").reason
        self._report.lose("export_expression", where, key="count", text=count, reason=reason)
        return {}

    def _elements(self, item: Item, section: Section) -> list[Json]:
        """Return the element of an item, behind the picture or film that belongs to it.

        What nobody sees is a calculated value of the survey, in an entry an element without looks.
        """
        if isinstance(item, Hidden) or (isinstance(item, Calculated) and not item.shown):
            return self._unseen(item, section)
        one = self._questionnaire.media[item.media] if item.media else None
        if one is None:
            return [self._element(item)]
        if one.sort == "audio":
            self._report.lose("export_setting", f"items.{item.id}", key="media")
            return [self._element(item)]
        shown: Json = {"type": "image", "name": f"{item.id}-media", "imageLink": one.source}
        shown["altText"] = self._locales.text(one.description)
        if one.sort == "video":
            shown["contentMode"] = "video"
        self._condition(shown, "visibleIf", item.relevant, item.id, item)
        return [shown, self._element(item)]

    def _element(self, item: Item) -> Json:
        element = element_of(item, self._questionnaire, self._locales, self._report)
        if item.hint and "description" not in element:
            element["description"] = self._locales.text(item.hint)
        if item.required is True and not isinstance(item, MatrixText):
            element["isRequired"] = True
            if element["type"] == "matrix":
                element["eachRowRequired"] = True
        elif isinstance(item.required, str):
            self._condition(element, "requiredIf", item.required, item.id, item)
        if item.required_message:
            element["requiredErrorText"] = self._locales.text(item.required_message)
        if isinstance(item.default, Computed):
            first = item.default.calculate
            self._condition(element, "defaultValueExpression", first, item.id, item)
        elif item.default is not None:
            default = item.default
            element["defaultValue"] = list(default) if isinstance(default, tuple) else default
        self._condition(element, "visibleIf", item.relevant, item.id, item)
        self._constraint(element, item)
        if isinstance(item, Listed):
            self._offer(element, item)
        if isinstance(item, Calculated):
            self._condition(element, "expression", item.calculate, item.id, item)
        return element

    def _unseen(self, item: Calculated | Hidden, section: Section) -> list[Json]:
        """Write a value that nobody sees; return the elements that are needed for it."""
        text = (
            item.calculate
            if isinstance(item, Calculated)
            else write_expression(Literal(item.value))
        )
        asked = None if section.repeat else self._asked[section.id]
        for condition in (item.relevant, asked):
            text = f"if({condition}, {text}, '')" if condition else text
        value: Json = {}
        self._condition(value, "expression", text, item.id, item)
        if not value:
            return []
        if not section.repeat:
            self._values.append({"name": item.id, **value, "includeIntoResult": True})
            return []
        looks = {"visible": False, "clearIfInvisible": "none"}
        return [{"type": "expression", "name": item.id, **value, **looks}]

    def _condition(
        self, holder: Json, key: str, text: str | None, where: str, own: Item | None
    ) -> None:
        if text is None:
            return
        emitter = SurveyEmitter(self._questionnaire, own)
        made = emitted(text, key, where, emitter.condition, self._report)
        if made is not None:
            holder[key] = made

    def _constraint(self, element: Json, item: Item) -> None:
        validators: list[Json] = element.setdefault("validators", [])
        if isinstance(item, ShortText) and item.pattern:
            rule: Json = {"type": "regex", "regex": f"^(?:{item.pattern})$"}
            if item.pattern_message:
                rule["text"] = self._locales.text(item.pattern_message)
            validators.append(rule)
        if item.constraint is not None:
            validators += self._checked(item, item.constraint)
        if not validators:
            del element["validators"]

    def _checked(self, item: Item, constraint: str) -> list[Json]:
        emitter = SurveyEmitter(self._questionnaire, item)
        validator: Json = {"type": "expression"}
        match parse(constraint):
            case Call("regex", (Reference("."), Literal(pattern))):
                validator = {"type": "regex", "regex": f"^(?:{pattern})$"}
            case _:
                made = emitted(constraint, "constraint", item.id, emitter.condition, self._report)
                if made is None:
                    return []
                validator["expression"] = made
        if item.constraint_message:
            validator["text"] = self._locales.text(item.constraint_message)
        return [validator]

    def _offer(self, element: Json, item: Listed) -> None:
        """Write which options are offered: those of another question, or by conditions."""
        forward = item.carry_forward
        source = self._questionnaire.item_by_id[forward.item] if forward else None
        if forward and item.choice_filter is None and _same(item, source):
            element.pop("choices", None)
            mode = "selected" if forward.which == "chosen" else "unselected"
            element |= {"choicesFromQuestion": forward.item, "choicesFromQuestionMode": mode}
        elif (offered := filtered(item)) is not None:
            if forward:
                offered = f"${{{forward.item}}} = '' or {offered}"
            self._filter(element, item, offered)

    def _filter(self, element: Json, item: Listed, text: str) -> None:
        """Write a filter as a condition of each choice, with the properties of that choice."""
        emitter = SurveyEmitter(self._questionnaire, item)
        for option, choice in zip(item.options, element.get("choices", ()), strict=False):
            condition = emitted(
                text,
                "choice_filter",
                item.id,
                lambda node, option=option: emitter.condition(of_option(node, option)),  # type: ignore[misc]
                self._report,
            )
            if condition is None:
                return
            if condition != "true":
                choice["visibleIf"] = condition


def _same(item: Listed, source: Item | None) -> bool:
    """Say whether a list is that of another question, with nothing that goes with every list."""
    alike = isinstance(source, Listed) and item.options == source.options
    return alike and not any(option.stays or option.image for option in item.options)
