"""One element of a SurveyJS file, and what every type of element has: texts and conditions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from questionnaires.formats.foreign.draft import Formula, Question, Settings, never
from questionnaires.formats.foreign.pictures import embedded
from questionnaires.formats.foreign.quoting import Quotes
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.foreign.tracked import Tracked
from questionnaires.formats.foreign.wording import worded
from questionnaires.formats.surveyjs.grammar import variables
from questionnaires.formats.surveyjs.locales import tag_of
from questionnaires.formats.surveyjs.translating import formula, quotation
from questionnaires.text import UNDETERMINED, Text

_LOCALE = re.compile(r"[a-z]{2,3}([-_][A-Za-z]{2,4})?\Z")
_HAN = re.compile(r"[\u4e00-\u9fff]")
#: A name outside the questions that may be a variable of the program around the form.
_VARIABLE = re.compile(r"[^\W\d][\w-]{0,60}\Z")
#: Names in braces that are no questions and no variables.
_SPECIAL = {
    *("item", "choice", "rowindex", "panelindex", "visiblepanelindex", "visiblerowindex"),
    *("rowname", "rowtitle", "rowvalue"),
}
#: Settings that say what happens elsewhere when an answer changes.
_ACTIONS = ("setValueIf", "resetValueIf", "setValueExpression")
_QUOTED = re.compile(r"\{([^{}]+)\}")
#: Settings that change what may be answered, how long it may take, or what is shown.
_CHANGING = frozenset(
    {
        *("eachRowUnique", "keyName", "maxTimeToFinish", "maxTimeToFinishPage", "timeLimit"),
        *("timeLimitPerPage", "readOnly", "totalType", "questionsOrder", "questionOrder"),
        *("maskSettings", "maskType", "choicesByUrl"),
        *("choiceValuesFromQuestion", "choiceTextsFromQuestion", "allowRowReorder", "dataList"),
        *("isUnique", "requiredByDefault", "questionsOnPageMode", "storeOthersAsComment"),
        *("minSelectedChoices", "maxSelectedChoices", "detailElements", "score"),
    }
)
EXPRESSION_KEYS = re.compile(r".*(If|Expression)\Z|expression\Z")


class Survey:
    """What the whole file says: its languages, its report, the names that its conditions use."""

    def __init__(self, raw: dict[str, Any], report: Report) -> None:
        self.report = report
        locales = _locales(raw)
        given = raw.get("locale")
        self.default = UNDETERMINED
        if isinstance(given, str) and tag_of(given) != UNDETERMINED:
            self.default = tag_of(given)
        elif locales:
            self.default = "zh" if _mostly_chinese(raw) else "en"
            report.lose("language_guessed", "$", language=self.default)
        others = sorted(tag_of(code) for code in locales if code != "default")
        self.languages = tuple(dict.fromkeys([self.default, *others]))
        self.variables: list[str] = []
        self.parts_read = _parts_read(raw)
        #: Properties of choices that conditions read as ``{$item.name}``.
        self.own_properties = _own_properties(raw)
        self.choices: dict[str, Tracked] = {}
        self.quotes = Quotes(_QUOTED, quotation)
        #: Name -> a picture whose bytes are in the file.
        self.media: dict[str, Settings] = {}

    def text(self, raw: Any, where: str) -> Text | None:
        """Return a localisable string as a text, or None when it is empty."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, dict):
            bodies: dict[str, str] = {}
            for code, body in raw.items():
                tag = self.default if code == "default" else tag_of(code)
                if isinstance(body, str | int | float) and tag not in bodies:
                    bodies[tag] = str(body)
                elif body is not None:
                    self.report.lose("shape_unexpected", f"{where}.{code}", key=code)
            return worded(bodies, where, self.report, self.quotes)
        if isinstance(raw, str | int | float):
            return worded({self.default: str(raw)}, where, self.report, self.quotes)
        self.report.lose("shape_unexpected", where, key=where.rsplit(".", 1)[-1])
        return None

    def condition(self, element: Tracked, key: str) -> Formula | None:
        """Return the condition under a key of an element."""
        text = element.get(key)
        if text is None or text == "":
            return None
        if not isinstance(text, str):
            self.report.lose("shape_unexpected", element.at(key), key=key)
            return None
        self.reads(text)
        return formula(key, element.at(key), text)

    def picture(self, source: Any, where: str, described: Text) -> str | None:
        """Return the name of a picture whose bytes are in the file; report one from elsewhere."""
        made = embedded(source, described)
        if made is None:
            self.report.lose("media_dropped", where, file=str(source)[:200])
            return None
        known = (name for name, one in self.media.items() if one["source"] == source)
        name = next(known, f"picture-{len(self.media) + 1}")
        self.media.setdefault(name, made)
        return name

    def reads(self, text: str) -> None:
        """Note the names that an expression uses, in case some are no questions."""
        for name in variables(text[:20_000]):
            if _VARIABLE.match(name) and not name.startswith("$") and name.lower() not in _SPECIAL:
                self.variables.append(name)


def _locales(raw: Any) -> set[str]:
    """Return the keys of all mappings that are texts in several languages."""
    found: set[str] = set()
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            texts = bool(value) and all(isinstance(body, str) for body in value.values())
            if texts and all(key == "default" or _LOCALE.match(key) for key in value):
                found |= set(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found if "default" in found or len(found) > 1 else set()


def _parts_read(raw: Any) -> set[str]:
    """Return the names of questions of which some condition reads a part."""
    names = {name for text in _expressions(raw) for name in variables(text)}
    return {name.split(".")[0] for name in names if "." in name}


def _own_properties(raw: Any) -> set[str]:
    names = {name for text in _expressions(raw) for name in variables(text)}
    return {name.removeprefix("$item.") for name in names if name.startswith("$item.")}


def _expressions(raw: Any) -> Iterator[str]:
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for key, text in value.items():
                if isinstance(text, str) and EXPRESSION_KEYS.match(key):
                    yield text[:20_000]
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _mostly_chinese(raw: Any) -> bool:
    counts: Counter[bool] = Counter()
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            body = value.get("default")
            if isinstance(body, str):
                counts[_HAN.search(body) is not None] += 1
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return counts[True] > counts[False]


def basic(survey: Survey, element: Tracked, kind: Settings) -> Question:
    """Return a question with what all types share: texts, conditions, being required."""
    name = element.string("name") or element.string("valueName") or "question"
    label = survey.text(element.get("title"), element.at("title"))
    settings: Settings = {**kind, "label": label or Text(name)}
    hints = [survey.text(element.get(key), element.at(key)) for key in ("description", "help")]
    hint = settings.get("hint") or next((one for one in hints if one), None)
    if hint:
        settings["hint"] = hint
    question = Question(name, element.where, settings)
    value_name = element.string("valueName")
    if value_name and value_name != name:
        question.aliases.append(value_name)
    conditions(survey, element, question)
    return question


def conditions(survey: Survey, element: Tracked, question: Question) -> None:
    """Read when a question is shown, enabled and required."""
    question.relevant += shown_when(survey, element)
    if element.yes("isRequired"):
        question.settings["required"] = True
    demanded = survey.condition(element, "requiredIf")
    if demanded and question.settings.get("required"):
        survey.report.lose("required_condition", element.at("requiredIf"))
    question.required = demanded
    message = survey.text(element.get("requiredErrorText"), element.at("requiredErrorText"))
    if message:
        question.settings["required_message"] = message


def shown_when(survey: Survey, element: Tracked) -> list[Formula]:
    """Return the conditions under which an element is shown and can be used."""
    visible = survey.condition(element, "visibleIf")
    enabled = survey.condition(element, "enableIf")
    if enabled:
        survey.report.lose("enabled_as_shown", element.at("enableIf"))
    hidden = element.get("visible") in (False, "false") and visible is None
    if hidden and element.get("type") != "expression":  # it is worked out unseen
        survey.report.lose("never_shown", element.at("visible"))
        return [never(element.at("visible"))]
    return [one for one in (visible, enabled) if one]


def finish(survey: Survey, element: Tracked) -> None:
    """Report what nothing was made of: actions, expressions and settings about looks."""
    for key in element.left():
        value = element.get(key)
        if key in _ACTIONS or (EXPRESSION_KEYS.match(key) and isinstance(value, str)):
            survey.report.expressions += 1
            reason = Text({"zh": "会改变答案或样式", "en": "it would change answers or looks"})
            survey.report.flag(key, element.at(key), str(value), reason)
        elif value in (None, "", [], {}, False):
            continue
        elif key in _CHANGING:
            survey.report.lose("setting_dropped", element.at(key), key=key, text=value)
        else:
            survey.report.unused(key, element.at(key))
