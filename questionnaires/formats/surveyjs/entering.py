"""SurveyJS questions that are typed in, drawn or picked: text, comment, boolean, rating, file."""

from __future__ import annotations

from collections.abc import Callable

from questionnaires.expressions import Call, Literal, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.formats.foreign.draft import (
    Check,
    Draft,
    Formula,
    Question,
    Settings,
)
from questionnaires.formats.foreign.options import Option, coded
from questionnaires.formats.foreign.plain import joined
from questionnaires.formats.foreign.tracked import Tracked
from questionnaires.formats.surveyjs.choices import scale_levels
from questionnaires.formats.surveyjs.element import Survey, basic
from questionnaires.formats.surveyjs.masks import masked
from questionnaires.formats.surveyjs.translating import value_formula
from questionnaires.text import Text

_INPUTS = {
    "number": "decimal",
    "range": "slider",
    "date": "date",
    "datetime": "date_time",
    "datetime-local": "date_time",
    "time": "time",
    "email": "email",
    "tel": "phone",
    "url": "url",
    "": "short_text",
    "text": "short_text",
}
_YES_WORDS = {"yes", "ja", "oui", "sí", "si", "sim", "是", "true"}
_NO_WORDS = {"no", "nein", "non", "não", "否", "false"}
MOST_LINE = 2000
MOST_TEXT = 20_000
#: A rating of more levels than this becomes a slider.
MOST_LEVELS = 30


def text(survey: Survey, element: Tracked) -> Question:
    """Return a line of text, a number, a date and so on."""
    sort = element.string("inputType").lower()
    kind = _INPUTS.get(sort)
    if kind is None:
        values = {"kind": f"text/{sort}", "instead": "short_text"}
        survey.report.lose("kind_changed", element.at("inputType"), **values)
        kind = "short_text"
    settings: Settings = {"kind": kind}
    step = element.number("step") if kind == "decimal" else None
    if isinstance(step, int) and step >= 1:
        kind = settings["kind"] = "integer"
    elif kind == "decimal":
        settings["digits"] = 10
    if step and step > 0 and step != 1:
        settings["step"] = step
    if kind == "slider":
        return slider(survey, element)
    question = basic(survey, element, settings)
    _limits(element, question)
    _length(element, question, MOST_LINE)
    masked(survey, element, question)
    return question


def _limits(element: Tracked, question: Question) -> None:
    for key, ours, sign in (("min", "min", ">="), ("max", "max", "<=")):
        if question.kind in ("decimal", "integer"):
            limit = element.number(key)
            if limit is not None:
                question.settings[ours] = limit
        elif element.get(key) not in (None, ""):
            question.checks.append(_bound(element, key, sign))
    for key, sign in (("minValueExpression", ">="), ("maxValueExpression", "<=")):
        expression = element.get(key)
        if isinstance(expression, str) and expression:
            question.checks.append(Check(_compared(element, key, expression, sign)))


def _bound(element: Tracked, key: str, sign: str) -> Check:
    limit = element.string(key)
    node = Call("or", (_blank(), Call(sign, (Reference(SELF), Literal(limit)))))
    return Check(Formula(key, element.at(key), limit, lambda scope: node, counted=False))


def _blank() -> Call:
    return Call("=", (Reference(SELF), Literal("")))


def _compared(element: Tracked, key: str, expression: str, sign: str) -> Formula:
    inner = value_formula(key, element.at(key), expression)
    return Formula(
        key,
        inner.where,
        expression,
        lambda scope: Call("or", (_blank(), Call(sign, (Reference(SELF), inner.translate(scope))))),
    )


def _length(element: Tracked, question: Question, most: int) -> None:
    limit = element.number("maxLength")
    if limit and limit > 0 and "max_characters" not in question.settings:
        if question.kind == "short_text" and limit > MOST_LINE:
            question.settings["kind"] = "long_text"
            most = MOST_TEXT
        if question.kind in ("short_text", "long_text"):
            question.settings["max_characters"] = min(int(limit), most)


def comment(survey: Survey, element: Tracked) -> Question:
    """Return a text of several lines."""
    question = basic(survey, element, {"kind": "long_text"})
    _length(element, question, MOST_TEXT)
    return question


def boolean(survey: Survey, element: Tracked) -> Question:
    """Return yes or no; with labels of its own, a choice between the two."""
    yes, no = element.first("valueTrue"), element.first("valueFalse")
    values = {True: True if yes is None else yes, False: False if no is None else no}
    labels = {
        True: survey.text(element.first("labelTrue"), element.at("labelTrue")),
        False: survey.text(element.first("labelFalse"), element.at("labelFalse")),
    }
    plain = _means(labels[True], _YES_WORDS) and _means(labels[False], _NO_WORDS)
    if plain:
        question = basic(survey, element, {"kind": "yes_no"})
        question.codes = {"true": "yes", "false": "no"}
        question.codes |= {str(values[True]): "yes", str(values[False]): "no"}
        return question
    standard = {True: Text("Yes"), False: Text("No")}
    options = [Option(values[side], labels[side] or standard[side]) for side in (True, False)]
    choices, codes = coded(options, element.where, survey.report)
    question = basic(survey, element, {"kind": "single_choice", "options": choices})
    question.codes = {**codes, "true": choices[0]["value"], "false": choices[1]["value"]}
    return question


def yes_or_no(survey: Survey, element: Tracked) -> Question:
    """Return the yes-or-no widget that some forms add, whose values are y and n."""
    question = basic(survey, element, {"kind": "yes_no"})
    question.codes = {"true": "yes", "false": "no", "y": "yes", "n": "no"}
    return question


def _means(label: Text | None, words: set[str]) -> bool:
    return label is None or all(label.get(tag).strip().lower() in words for tag in label)


def rating(survey: Survey, element: Tracked, draft: Draft) -> Question:
    """Return a scale, stars or the likelihood to recommend."""
    low = _ends(survey, element, "minRateDescription", "mininumRateDescription")
    high = _ends(survey, element, "maxRateDescription", "maximumRateDescription")
    first, last = element.number("rateMin"), element.number("rateMax")
    step, count = element.number("rateStep") or 1, element.number("rateCount")
    first = 1 if first is None else first
    last = last if last is not None else first + (count or 5) - 1
    values = element.values("rateValues")
    sort = element.first("rateType", "rateDisplayMode")
    if not values and step == 1 and (first, last) == (0, 10):
        ends = {"low_label": low, "high_label": high}
        kind = {"kind": "net_promoter", **{key: words for key, words in ends.items() if words}}
        return _numbered(survey, element, kind, range(11))
    if not values and sort == "stars" and first == 1 and step == 1 and 3 <= last <= 10:
        return _numbered(survey, element, {"kind": "stars", "stars": int(last)}, range(1, 11))
    if not values and (step <= 0 or last <= first or (last - first) / step > MOST_LEVELS):
        kind = {"kind": "slider", "min": first, "max": max(last, first + 1), "step": abs(step) or 1}
        return basic(survey, element, kind)
    values = values or [first + step * n for n in range(int((last - first) // step) + 1)]
    levels, codes = scale_levels(survey, values, element.at("rateValues"))
    _describe(levels, low, high)
    question = basic(survey, element, {"kind": "scale", "scale": draft.scales.name(levels)})
    question.codes = codes
    return question


def _ends(survey: Survey, element: Tracked, *keys: str) -> Text | None:
    words = [survey.text(element.get(key), element.at(key)) for key in keys]
    return next((word for word in words if word), None)


def _numbered(survey: Survey, element: Tracked, kind: Settings, values: range) -> Question:
    question = basic(survey, element, kind)
    question.codes = {str(value): str(value) for value in values}
    return question


def _describe(levels: list[Settings], low: Text | None, high: Text | None) -> None:
    if low:
        levels[0]["label"] = joined(levels[0]["label"], low, " – ")
    if high:
        levels[-1]["label"] = joined(levels[-1]["label"], high, " – ")


def slider(survey: Survey, element: Tracked) -> Question:
    """Return a number on a line."""
    low, high = element.number("min"), element.number("max")
    kind: Settings = {
        "kind": "slider",
        "min": 0 if low is None else low,
        "max": 100 if high is None else high,
        "step": element.number("step") or 1,
    }
    if element.get("sliderType") == "range":
        values = {"key": "sliderType", "text": "range"}
        survey.report.lose("setting_dropped", element.at("sliderType"), **values)
    return basic(survey, element, kind)


def file(survey: Survey, element: Tracked) -> Question:
    """Return an attachment."""
    accepted = element.string("acceptedTypes")
    camera = element.string("sourceType") in ("camera", "file-camera")
    kind: Settings = {"kind": "photo" if camera or accepted.startswith("image/") else "file"}
    if accepted and kind["kind"] == "file":
        survey.report.unused("acceptedTypes", element.at("acceptedTypes"))
    size = element.number("maxSize")
    if size:
        kind["max_megabytes"] = max(1, min(100, round(size / 1_000_000)))
    if element.yes("allowMultiple"):
        survey.report.lose(
            "repeat_dropped", element.at("allowMultiple"), name=element.string("name")
        )
    return basic(survey, element, kind)


def signature(survey: Survey, element: Tracked) -> Question:
    """Return a signature."""
    return basic(survey, element, {"kind": "signature"})


def expression(survey: Survey, element: Tracked) -> Question:
    """Return a value that is worked out, and shown unless it never can be."""
    shown = element.get("visible") not in (False, "false") or "visibleIf" in element.raw
    question = basic(survey, element, {"kind": "calculated", "shown": shown})
    element.ignore("clearIfInvisible")
    calculation = element.string("expression")
    if calculation.strip():
        survey.reads(calculation)
        question.calculate = value_formula("expression", element.at("expression"), calculation)
    else:
        survey.report.lose("kind_changed", element.where, kind="expression", instead="hidden")
        question.settings = {"kind": "hidden", "label": question.settings["label"], "value": ""}
    return question


def note(survey: Survey, element: Tracked) -> Question:
    """Return text to read."""
    words = [element.get(key) for key in ("html", "body", "altText", "imageLink")]
    said = [word for word in words if word and not str(word).startswith("data:")]
    texts = [survey.text(word, element.where) for word in said]
    question = basic(survey, element, {"kind": "note"})
    body = next((one for one in texts if one), None)
    if element.string("type") == "image":
        label = question.settings["label"]
        picture = survey.picture(element.string("imageLink"), element.where, label)
        question.settings |= {"media": picture} if picture else {}
    if body and element.raw.get("title") and body != question.settings["label"]:
        question.settings["label"] = joined(question.settings["label"], body, "\n\n")
    elif body:
        question.settings["label"] = body
    question.settings.pop("required", None)
    question.required = None
    return question


def unknown(survey: Survey, element: Tracked) -> Question:
    """Return a text for a type that is not known, such as a widget that a program adds."""
    kind = element.string("type")
    survey.report.lose("kind_changed", element.where, kind=kind, instead="long_text")
    return basic(survey, element, {"kind": "long_text"})


SIMPLE: dict[str, Callable[[Survey, Tracked], Question]] = {
    "text": text,
    "comment": comment,
    "boolean": boolean,
    "yesno": yes_or_no,
    "slider": slider,
    "nouislider": slider,
    "file": file,
    "signaturepad": signature,
    "expression": expression,
    "html": note,
    "image": note,
    "infotext": note,
    "helptext": note,
}
