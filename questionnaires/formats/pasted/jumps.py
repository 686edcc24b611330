"""Hints such as "choose A and go to question 5" -> conditions of the questions between.

A form on paper sends its reader forward; on a screen the questions that are jumped over are not
shown. A hint that leads backwards, or nowhere, is left in the text and reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from questionnaires.expressions import Call, Literal, Node
from questionnaires.formats.foreign.draft import Formula, Question, Scope, has_value
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Report

#: Where a hint leads when it ends the questionnaire.
END = "end"
_TO = (
    r"(?:(?:请|直接|则|就)*\s*(?:跳|转|接)\s*(?:到|至|答|转|往|做|填)*\s*第?\s*(?P<zh>\d{1,4})\s*题?"
    r"|(?:please\s+)?(?:skip|go|jump|proceed)\s+(?:on\s+)?to\s+(?:question|q|no\.?|item)?\s*"
    r"(?P<en>\d{1,4})"
    r"|(?P<end>(?:请)?(?:结束(?:答题|问卷|作答|调查)?|终止(?:答题|问卷|调查))"
    r"|end (?:of )?(?:the )?survey|stop here))"
)
_HINT = re.compile(
    rf"\s*[（(\[【→➔⇒>-]*\s*(?:选(?:择)?此项[,，]?\s*(?:请)?|选此[,，]?)?{_TO}\s*[)）\]】。.]*",
    re.IGNORECASE,
)
#: "If No, go to question 8"; 选A跳到第5题.
_IF = re.compile(
    rf"[（(【\[]?\s*(?:如果?|若|if\s+)?\s*(?:第\s*(?P<of>\d{{1,4}})\s*题)?\s*"
    rf"(?:选择?了?|答|为|you answered|your answer is)?"
    rf"\s*[\"“‘'「]?(?P<option>[A-Za-z]{{1,12}}|[\u4e00-\u9fff]{{1,12}}?)[\"”’'」]?\s*"
    rf"(?:的|时|者|，|,|、|则|：|:)*\s*{_TO}\s*[。.)）]*",
    re.IGNORECASE,
)
#: 如果第6题选了“其它”，请回答第7题: a condition of question 7.
_ASKED_IF = re.compile(
    r"(?:如果?|若)\s*第\s*(?P<of>\d{1,4})\s*题\s*(?:选择?了?|答了?|为)\s*[\"“‘'「]?"
    r"(?P<option>[^\"”’'」，,]{1,20})"
    r"[\"”’'」]?\s*[,，]?\s*(?:请|则|需|要)*\s*(?:回答|填写|作答|答|做)\s*第?\s*(?P<zh>\d{1,4})\s*题?。?"
)


@dataclass(frozen=True, slots=True)
class Jump:
    """From a question, when an option is chosen (any answer: None), to a question or the end."""

    text: str
    at: int
    to: str
    option: str | None = None
    #: The number of the question it is about; empty: the one it stands beneath.
    of: str = ""
    #: The question it leads to is asked only then; nothing is jumped over.
    only: bool = False


def of_option(text: str, at: int) -> tuple[str, Jump | None]:
    """Return the wording of an option without its hint, and where the hint leads."""
    match = _HINT.search(text)
    if match is None or match.end() < len(text.rstrip()):
        return text, None
    rest = text[: match.start()].strip()
    return (rest, Jump(text, at, _target(match))) if rest else (text, None)


def of_line(text: str, at: int) -> Jump | None:
    """Return what a line of its own, or the end of a question, says about the way."""
    if match := _ASKED_IF.search(text):
        return Jump(match[0], at, match["zh"], match["option"], match["of"], only=True)
    if match := _IF.search(text):
        return Jump(match[0], at, _target(match), match["option"], match["of"] or "")
    return None


def _target(match: re.Match[str]) -> str:
    return END if match["end"] else match["zh"] or match["en"]


@dataclass(slots=True)
class Asked:
    """A question, the number it had in the text, and the values of its options by their words."""

    number: str
    question: Question
    values: dict[str, str]


def carry_out(jumps: Sequence[tuple[int, Jump]], asked: list[Asked], report: Report) -> None:
    """Turn jumps into conditions. Each comes with the index of the question it stands beneath."""
    places = {one.number: index for index, one in reversed(list(enumerate(asked)))}
    for index, jump in jumps:
        start = places.get(jump.of, index) if jump.of else index
        end = len(asked) if jump.to == END else places.get(jump.to, -1)
        value = _value(jump, asked[start])
        if value is None or end <= start:
            report.lose("jump_unclear", f"{jump.at}", text=jump.text)
            continue
        source = asked[start].question
        skipped = asked[end : end + 1] if jump.only else asked[start + 1 : end]
        condition = _condition(jump, source, value)
        for one in skipped:
            one.question.relevant.append(condition)
        shown = ", ".join(one.question.name for one in skipped) or "-"
        report.lose("jump_read", f"{jump.at}", text=jump.text, names=shown)


def _value(jump: Jump, asked: Asked) -> str | None:
    wanted = (jump.option or "").strip().casefold()
    for words, value in asked.values.items():
        if words.casefold() == wanted:
            return value
    near = [value for words, value in asked.values.items() if wanted and wanted in words.casefold()]
    return near[0] if len(near) == 1 else None


def _condition(jump: Jump, source: Question, value: str) -> Formula:
    def translate(scope: Scope) -> Node:
        known = scope.find(source.name)
        if known.kind == "note":
            raise Untranslatable("silent", name=source.name)
        chosen = has_value(value, known, scope)
        if jump.only:
            return chosen
        if isinstance(chosen, Call) and chosen.name == "=":
            return Call("!=", (chosen.arguments[0], Literal(value)))
        return Call("not", (chosen,))

    return Formula("jump", f"{jump.at}", jump.text, translate)
