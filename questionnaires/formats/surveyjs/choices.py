"""The choices, columns, rows and rate values of SurveyJS questions."""

from __future__ import annotations

from typing import Any

from questionnaires.expressions import Call, Node, Reference
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.draft import (
    Carried,
    Formula,
    Question,
    Scope,
    Settings,
    spelled,
)
from questionnaires.formats.foreign.options import Option, choosing, coded, levels
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.tracked import Tracked
from questionnaires.formats.surveyjs.element import Survey, basic
from questionnaires.formats.surveyjs.option_conditions import OptionConditions
from questionnaires.text import Text

_OTHER = Text({"zh": "其他（请注明）", "en": "Other (describe)"})
_NONE = Text({"zh": "无", "en": "None"})
_REFUSED = Text({"zh": "拒绝回答", "en": "Refuse to answer"})
_UNKNOWN = Text({"zh": "不知道", "en": "Don't know"})
#: So many entries of a list get a condition each in the report.
MAX_CHOICES = 5_000


def listed(survey: Survey, values: list[Any], where: str) -> list[Option]:
    """Return item values, which are bare values or objects with ``value`` and ``text``."""
    found: list[Option] = []
    for index, entry in enumerate(values[:MAX_CHOICES]):
        place = f"{where}[{index}]"
        if isinstance(entry, dict):
            found.append(_entry(survey, Tracked(entry, place, survey.report)))
        elif isinstance(entry, str | int | float):
            label = survey.text(str(entry), place) or Text("-")
            found.append(Option(entry, label))
        elif entry is not None:
            survey.report.lose("shape_unexpected", place, key="choices")
    if len(values) > MAX_CHOICES:
        counts = {"count": len(values), "limit": MAX_CHOICES, "name": where}
        survey.report.lose("list_long", where, **counts, instead=MAX_CHOICES)
    return found


def _entry(survey: Survey, entry: Tracked) -> Option:
    value = entry.first("value", "name")
    if value is None:
        value = entry.raw.get("text")
    if isinstance(value, dict | list):
        survey.report.lose("shape_unexpected", entry.at("value"), key="value")
        value = entry.where
    words = entry.first("text", "title")
    label = survey.text(words, entry.at("text")) or survey.text(value, entry.at("value"))
    option = Option(value if value is not None else "", label or Text("-"))
    option.exclusive = entry.yes("isExclusive")
    option.score = entry.get("score")
    option.text = entry.yes("showCommentArea")
    if source := entry.get("imageLink"):
        option.image = survey.picture(source, entry.at("imageLink"), option.label)
    entry.ignore("visibleIf", "enableIf")
    for key in entry.left():
        body = entry.get(key)
        if key in survey.own_properties and isinstance(body, str | int | float):
            option.properties[key] = spelled(body)
        else:
            survey.report.unused(f"choices.{key}", entry.at(key))
    return option


def offered(survey: Survey, element: Tracked, key: str = "choices") -> list[Option]:
    """Return the choices of a question, with those that settings add."""
    options = listed(survey, element.values(key), element.at(key))
    source = element.get("choicesFromQuestion")
    if isinstance(source, str) and source in survey.choices and not options:
        other = survey.choices[source]
        options = listed(survey, other.raw.get("choices") or [], other.at("choices"))
        survey.report.lose("options_copied", element.at("choicesFromQuestion"), name=source)
    if element.get("choiceValuesFromQuestion"):
        values = {"source": source, "instead": "options"}
        survey.report.lose("options_outside", element.at("choiceValuesFromQuestion"), **values)
    options += _numbers(element)
    order = element.get("choicesOrder")
    if order in ("asc", "desc"):
        options.sort(key=lambda option: option.label.get(survey.default), reverse=order == "desc")
    for name, keys, words, setting in (
        ("none", ("showNoneItem", "hasNone"), "noneText", {"exclusive": True}),
        ("refused", ("showRefuseItem",), "refuseText", {"exclusive": True, "missing": True}),
        ("dontknow", ("showDontKnowItem",), "dontKnowText", {"exclusive": True, "missing": True}),
        ("other", ("showOtherItem", "hasOther"), "otherText", {}),
    ):
        wording = survey.text(element.get(words), element.at(words))
        if element.yes(*keys):
            options.append(_added(name, wording, setting, options))
    if element.yes("showSelectAllItem", "hasSelectAll"):
        survey.report.lose("select_all", element.where)
    return options


def _added(
    name: str, wording: Text | None, setting: dict[str, bool], options: list[Option]
) -> Option:
    standard = {"none": _NONE, "refused": _REFUSED, "dontknow": _UNKNOWN, "other": _OTHER}
    value = name if all(option.value != name for option in options) else f"{name}_item"
    option = Option(value, wording or standard[name], text=name == "other")
    option.exclusive, option.missing = (
        setting.get("exclusive", False),
        setting.get("missing", False),
    )
    return option


def _numbers(element: Tracked) -> list[Option]:
    """Return the choices of a drop-down that counts from ``choicesMin`` to ``choicesMax``."""
    low, high = element.number("choicesMin"), element.number("choicesMax")
    step = element.number("choicesStep") or 1
    if low is None or high is None or step <= 0 or (high - low) / step > MAX_CHOICES:
        return []
    count = int((high - low) // step) + 1
    return [Option(low + step * n, Text(f"{low + step * n:g}")) for n in range(max(0, count))]


def choice(
    survey: Survey, element: Tracked, kind: str, appearance: str = "", areas: str = "choices"
) -> Question:
    """Return a question that chooses from a list."""
    name = element.string("name")
    outside = element.get("choicesByUrl")
    options = offered(survey, element, areas)
    if outside and not options:
        instead = "short_text" if kind == "single_choice" else "long_text"
        source = outside.get("url") if isinstance(outside, dict) else outside
        place = element.at("choicesByUrl")
        survey.report.lose("options_outside", place, source=source, instead=instead)
        settings: Settings = {"kind": instead}
        codes: dict[str, str] = {}
    else:
        settings, codes = choosing(kind, options, name, element.where, survey.report)
        if outside:
            survey.report.lose(
                "setting_dropped", element.at("choicesByUrl"), key="choicesByUrl", text=outside
            )
    if settings["kind"] == "single_choice" and appearance:
        settings["appearance"] = appearance
    if element.get("choicesOrder") == "random" and "options" in settings:
        settings["random_order"] = True
    question = basic(survey, element, settings)
    question.codes = codes
    if settings["kind"] == "multiple_choice":
        _numbers_chosen(element, question)
    _conditions_of_options(survey, element, question)
    return question


def _numbers_chosen(element: Tracked, question: Question) -> None:
    count = len(question.settings["options"])
    for key, ours in (("minSelectedChoices", "min_choices"), ("maxSelectedChoices", "max_choices")):
        limit = element.number(key)
        if limit and 1 <= limit <= count:
            question.settings[ours] = int(limit)


def _conditions_of_options(survey: Survey, element: Tracked, question: Question) -> None:
    """Read the conditions of single choices, and those of all of them together."""
    conditions = OptionConditions(question, survey.report)
    for index, entry in enumerate(element.values("choices")[:MAX_CHOICES]):
        if not isinstance(entry, dict):
            continue
        part = Tracked(entry, f"{element.at('choices')}[{index}]", survey.report)
        for key in ("visibleIf", "enableIf"):
            formula = survey.condition(part, key)
            if formula:
                conditions.add(spelled(entry.get("value")), formula)
    for key in ("choicesVisibleIf", "choicesEnableIf"):
        formula = survey.condition(element, key)
        if formula and question.choice_filter is None and "options" in question.settings:
            question.choice_filter = formula
        elif formula:
            _flagged(survey, formula)
    conditions.settle()
    _carried(survey, element, question)


def _carried(survey: Survey, element: Tracked, question: Question) -> None:
    """Offer only what was chosen, or not chosen, in the question that lends its choices."""
    source, mode = element.get("choicesFromQuestion"), element.get("choicesFromQuestionMode")
    if not isinstance(source, str) or mode not in ("selected", "unselected"):
        return
    which = "chosen" if mode == "selected" else "not_chosen"
    place = element.at("choicesFromQuestionMode")

    def translate(scope: Scope) -> Node:
        lender = scope.reference(scope.find(source))
        chosen = Call("selected", (lender, Reference(f"{OPTION}value")))
        return chosen if mode == "selected" else Call("not", (chosen,))

    made = Formula("choicesFromQuestionMode", place, f"{source} {mode}", translate)
    if "options" in question.settings:
        question.carried = Carried(source, which, made)
    else:
        _flagged(survey, made)


def _flagged(survey: Survey, formula: Formula) -> None:
    survey.report.expressions += 1
    reason = Untranslatable("subquestion").reason
    survey.report.flag(formula.key, formula.where, formula.text, reason)


def scale_levels(
    survey: Survey, values: list[Any], where: str
) -> tuple[list[Settings], dict[str, str]]:
    """Return columns or rate values as levels of a scale."""
    choices, codes = coded(listed(survey, values, where), where, survey.report)
    return levels(choices), codes
