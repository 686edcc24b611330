"""The validators and first answers of SurveyJS questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.formats.foreign.draft import Check, Formula, Question, Scope, spelled
from questionnaires.formats.foreign.patterns import matching
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.tracked import Tracked
from questionnaires.formats.surveyjs.element import Survey
from questionnaires.formats.surveyjs.translating import formula, value_formula
from questionnaires.text import Text

_NUMBERS = ("decimal", "integer", "slider")
_TEXTS = ("short_text", "long_text")
_SINGLE = ("single_choice", "scale", "yes_no", "net_promoter", "stars")


def validators(survey: Survey, element: Tracked, questions: list[Question]) -> None:
    """Turn the validators of an element into limits and constraints of its questions."""
    for validator in element.objects("validators"):
        sort = validator.string("type").removesuffix("validator").lower()
        message = survey.text(validator.get("text"), validator.at("text"))
        apply = _VALIDATORS.get(sort)
        for question in questions:
            if apply is None:
                values = {"key": f"validator {sort}", "text": validator.raw}
                survey.report.lose("setting_dropped", validator.where, **values)
            else:
                apply(survey, validator, question, message)


def _numeric(survey: Survey, rule: Tracked, question: Question, message: Text | None) -> None:
    for key, ours, sign in (("minValue", "min", ">="), ("maxValue", "max", "<=")):
        limit = rule.number(key)
        if limit is None:
            continue
        if question.kind in _NUMBERS and not message:
            question.settings[ours] = limit
        else:
            _constrain(
                question, rule.at(key), Call(sign, (Reference(SELF), _signed(limit))), message
            )


def _signed(limit: int | float) -> Node:
    return Literal(limit)


def _text(survey: Survey, rule: Tracked, question: Question, message: Text | None) -> None:
    length = Call("string-length", (Reference(SELF),))
    low, high = rule.number("minLength"), rule.number("maxLength")
    if low:
        _constrain(question, rule.at("minLength"), Call(">=", (length, Literal(low))), message)
    if high:
        _constrain(question, rule.at("maxLength"), Call("<=", (length, Literal(high))), message)
    if rule.get("allowDigits") is False:
        values = {"key": "allowDigits", "value": False}
        survey.report.lose("limit_dropped", rule.at("allowDigits"), **values)


def _email(survey: Survey, rule: Tracked, question: Question, message: Text | None) -> None:
    if question.kind == "short_text":
        question.settings["kind"] = "email"
        question.settings.pop("max_characters", None)
    else:
        survey.report.lose("limit_dropped", rule.where, key="email", value="")


def _regex(survey: Survey, rule: Tracked, question: Question, message: Text | None) -> None:
    pattern = rule.string("regex")
    own = Reference(SELF)

    def translate(scope: Scope) -> Node:
        return _or_blank(matching(own, pattern))

    _add(question, Formula("regex", rule.at("regex"), pattern, translate), message)


def _count(survey: Survey, rule: Tracked, question: Question, message: Text | None) -> None:
    for key, ours in (("minCount", "min_choices"), ("maxCount", "max_choices")):
        limit = rule.number(key)
        if limit is None or limit < 1:
            continue
        if question.kind == "multiple_choice":
            question.settings[ours] = min(int(limit), len(question.settings["options"]))
        else:
            survey.report.lose("limit_dropped", rule.at(key), key=key, value=limit)


def _expression(survey: Survey, rule: Tracked, question: Question, message: Text | None) -> None:
    text = rule.string("expression")
    if text:
        survey.reads(text)
        _add(question, formula("expression", rule.at("expression"), text), message)


def _constrain(question: Question, where: str, node: Node, message: Text | None) -> None:
    text = where.rsplit(".", 1)[-1]
    made = Formula(text, where, text, lambda scope: _or_blank(node), counted=False)
    _add(question, made, message)


def _or_blank(node: Node) -> Node:
    return Call("or", (Call("=", (Reference(SELF), Literal(""))), node))


def _add(question: Question, made: Formula, message: Text | None) -> None:
    question.checks.append(Check(made, message))


_VALIDATORS: dict[str, Callable[[Survey, Tracked, Question, Text | None], None]] = {
    "numeric": _numeric,
    "text": _text,
    "email": _email,
    "regex": _regex,
    "answercount": _count,
    "expression": _expression,
}


def defaults(survey: Survey, element: Tracked, questions: list[Question]) -> None:
    """Read the answer that stands there at first."""
    value = element.first("defaultValue", "correctAnswerDefault")
    _worked_out(survey, element, questions)
    if element.get("correctAnswer") is not None:
        values = {"key": "correctAnswer", "text": element.get("correctAnswer")}
        survey.report.lose("setting_dropped", element.at("correctAnswer"), **values)
    if value is None or value == "" or value == []:
        return
    default = _default(value, questions[0]) if len(questions) == 1 else None
    if default is None:
        survey.report.lose("default_dropped", element.at("defaultValue"), value=str(value))
    else:
        questions[0].settings["default"] = default


def _worked_out(survey: Survey, element: Tracked, questions: list[Question]) -> None:
    """Read the expression of an answer that stands there at first."""
    text = element.get("defaultValueExpression")
    if not isinstance(text, str) or not text:
        return
    survey.reads(text)
    key = "defaultValueExpression"
    first = value_formula(key, element.at(key), text)
    first.mild = True
    if len(questions) == 1 and questions[0].kind not in ("note", "calculated", "hidden"):
        questions[0].default = first
    else:
        survey.report.expressions += 1
        reason = Untranslatable("subquestion").reason
        survey.report.flag(key, first.where, text, reason, "warning")


def _default(value: Any, question: Question) -> Any:
    kind = question.kind
    if kind in _SINGLE and not isinstance(value, dict | list):
        return question.codes.get(spelled(value))
    if kind in ("multiple_choice", "ranking"):
        values = value if isinstance(value, list) else [value]
        known = [question.codes.get(spelled(one)) for one in values if not isinstance(one, dict)]
        return tuple(known) if len(known) == len(values) and None not in known else None
    if kind in _NUMBERS and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if kind in (*_TEXTS, "date", "time", "date_time", "email", "phone", "url"):
        return str(value) if isinstance(value, str | int | float) else None
    return None
