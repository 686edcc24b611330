"""Our definitions -> SurveyJS JSON."""

from __future__ import annotations

import json
from typing import Any

from questionnaires.expressions import Literal, Node, Reference, parse
from questionnaires.expressions.tree import Call, replaced
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.emitting import emitted, report_unwritten
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.losses import Written
from questionnaires.formats.surveyjs.elements import element_of
from questionnaires.formats.surveyjs.emitting import SurveyEmitter
from questionnaires.formats.surveyjs.locales import Locales
from questionnaires.kinds.base import Choice, Item
from questionnaires.kinds.choosing import Listed
from questionnaires.kinds.presenting import Calculated, Hidden
from questionnaires.model import Questionnaire, Section

Json = dict[str, Any]


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

    def survey(self) -> Json:
        """Return the whole survey."""
        questionnaire, text = self._questionnaire, self._locales.text
        report_unwritten(questionnaire, self._report)
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
        self._condition(page, "visibleIf", section.relevant, section.id, None)
        asked = [item for item in section.items if not self._worked_out(item)]
        elements = [self._element(item) for item in asked]
        if section.repeat:
            panel = {
                "type": "paneldynamic",
                "name": section.id,
                "title": page.pop("title"),
                "templateElements": elements,
                "minPanelCount": section.repeat.min,
                "maxPanelCount": section.repeat.max,
            }
            elements = [panel]
            page["name"] = f"{section.id}-page"
        page["elements"] = elements
        return page

    def _worked_out(self, item: Item) -> bool:
        """Write what nobody sees as a calculated value of the survey; say whether it is such."""
        if isinstance(item, Hidden) or (isinstance(item, Calculated) and not item.shown):
            self._value(item)
            return True
        return False

    def _element(self, item: Item) -> Json:
        element = element_of(item, self._questionnaire, self._locales, self._report)
        if item.hint and "description" not in element:
            element["description"] = self._locales.text(item.hint)
        if item.required is True:
            element["isRequired"] = True
            if element["type"] == "matrix":
                element["eachRowRequired"] = True
        elif isinstance(item.required, str):
            self._condition(element, "requiredIf", item.required, item.id, item)
        if item.required_message:
            element["requiredErrorText"] = self._locales.text(item.required_message)
        if item.default is not None:
            default = item.default
            element["defaultValue"] = list(default) if isinstance(default, tuple) else default
        self._condition(element, "visibleIf", item.relevant, item.id, item)
        self._constraint(element, item)
        if isinstance(item, Listed) and item.choice_filter:
            self._filter(element, item, item.choice_filter)
        if isinstance(item, Calculated):
            self._condition(element, "expression", item.calculate, item.id, item)
        return element

    def _value(self, item: Calculated | Hidden) -> None:
        entry: Json = {"name": item.id, "includeIntoResult": True}
        if isinstance(item, Hidden):
            entry["expression"] = SurveyEmitter(self._questionnaire).literal(item.value)
        else:
            self._condition(entry, "expression", item.calculate, item.id, item)
        self._values.append(entry)

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
        if item.constraint is None:
            return
        emitter = SurveyEmitter(self._questionnaire, item)
        validator: Json = {"type": "expression"}
        match parse(item.constraint):
            case Call("regex", (Reference("."), Literal(pattern))):
                validator = {"type": "regex", "regex": f"^(?:{pattern})$"}
            case _:
                made = emitted(
                    item.constraint, "constraint", item.id, emitter.condition, self._report
                )
                if made is None:
                    return
                validator["expression"] = made
        if item.constraint_message:
            validator["text"] = self._locales.text(item.constraint_message)
        element["validators"] = [validator]

    def _filter(self, element: Json, item: Listed, text: str) -> None:
        """Write a filter as a condition of each choice, with the properties of that choice."""
        emitter = SurveyEmitter(self._questionnaire, item)
        for option, choice in zip(item.options, element.get("choices", ()), strict=False):
            condition = emitted(
                text,
                "choice_filter",
                item.id,
                lambda node, option=option: emitter.condition(_of_option(node, option)),  # type: ignore[misc]
                self._report,
            )
            if condition is None:
                return
            choice["visibleIf"] = condition


def _of_option(node: Node, option: Choice) -> Node:
    """Return a filter with the properties of one option in their places."""
    known = {f"{OPTION}{name}": value for name, value in option.properties.items()}
    known[f"{OPTION}value"] = option.value

    def change(part: Node) -> Node:
        if isinstance(part, Reference) and part.name.startswith(OPTION):
            return Literal(known.get(part.name, ""))
        return part

    return replaced(node, change)
