"""The input masks of SurveyJS: numbers, dates and patterns that a text must follow."""

from __future__ import annotations

import re

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.formats.foreign.draft import Check, Formula, Question, Scope
from questionnaires.formats.foreign.tracked import Tracked
from questionnaires.formats.surveyjs.element import Survey

#: A sign of a pattern mask -> what may stand in its place.
_SIGNS = {"9": "[0-9]", "a": "[a-zA-Z]", "#": "[a-zA-Z0-9]"}


def masked(survey: Survey, element: Tracked, question: Question) -> None:
    """Read the mask of a line of text; what it cannot become is reported."""
    sort = element.string("maskType")
    settings = element.get("maskSettings")
    if not sort or sort == "none" or question.kind != "short_text":
        return
    mask = Tracked(
        settings if isinstance(settings, dict) else {}, element.at("maskSettings"), survey.report
    )
    if sort in ("numeric", "currency"):
        _number(mask, question, sort, survey)
    elif sort == "datetime":
        question.settings["kind"] = "date_time" if "H" in mask.string("pattern") else "date"
        mask.ignore("pattern")
    elif sort == "pattern" and mask.string("pattern"):
        question.checks.append(Check(_pattern(mask)))
    else:
        survey.report.lose("setting_dropped", element.at("maskType"), key="maskType", text=sort)
    mask.ignore("saveMaskedValue", "decimalSeparator", "thousandsSeparator", "allowNegativeValues")
    for key in mask.left():
        survey.report.unused(f"maskSettings.{key}", mask.at(key))


def _number(mask: Tracked, question: Question, sort: str, survey: Survey) -> None:
    places = mask.number("precision")
    whole = places == 0
    question.settings["kind"] = "integer" if whole else "decimal"
    if not whole:
        question.settings["digits"] = min(10, max(0, int(2 if places is None else places)))
        unit = survey.text(mask.first("suffix", "prefix"), mask.where)
        if unit and sort == "currency":
            question.settings["unit"] = unit
    for key in ("min", "max"):
        limit = mask.number(key)
        if limit is not None:
            question.settings[key] = limit


def _pattern(mask: Tracked) -> Formula:
    text = mask.string("pattern")
    signs = re.findall(r"\\.|.", text, re.DOTALL)
    pattern = "".join(_SIGNS.get(sign) or re.escape(sign.removeprefix("\\")) for sign in signs)

    def translate(scope: Scope) -> Node:
        filled = Call("regex", (Reference(SELF), Literal(pattern)))
        return Call("or", (Call("=", (Reference(SELF), Literal(""))), filled))

    return Formula("maskSettings", mask.at("pattern"), text, translate)
