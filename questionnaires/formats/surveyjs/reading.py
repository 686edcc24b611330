"""SurveyJS JSON -> draft: pages, panels and questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from questionnaires.formats.foreign.assembling import assemble
from questionnaires.formats.foreign.bounded import read_json, too_many
from questionnaires.formats.foreign.draft import Draft, Formula, Group, Leap, Question
from questionnaires.formats.foreign.plain import joined
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Refused, Report
from questionnaires.formats.foreign.tracked import Tracked
from questionnaires.formats.limits import MAX_ITEMS
from questionnaires.formats.losses import Imported
from questionnaires.formats.surveyjs import choices, entering, tables, validating
from questionnaires.formats.surveyjs.element import Survey, finish, shown_when
from questionnaires.formats.surveyjs.grammar import variables
from questionnaires.formats.surveyjs.translating import formula, value_formula
from questionnaires.text import Text

#: type -> (kind of ours, appearance) for the questions that choose from a list.
_CHOOSING = {
    "radiogroup": ("single_choice", ""),
    "dropdown": ("single_choice", "dropdown"),
    "buttongroup": ("single_choice", "buttons"),
    "checkbox": ("multiple_choice", ""),
    "tagbox": ("multiple_choice", ""),
}
#: What a survey says about its looks, its end and its course.
_QUIET = ("$schema", "title", "description", "logo", "pages", "elements", "questions", "locale")
_COMMENT = Text({"zh": "补充说明", "en": "Comment"})
#: A calculated value that is always the same text.
_FIXED = re.compile(r"'([^'\\]*)'")
_ENDINGS = ("completedHtml", "completedBeforeHtml", "loadingHtml", "startSurveyText")


def read(content: bytes, filename: str) -> Imported:
    """Return the questionnaire in a SurveyJS file, or the reason why it was refused."""
    report = Report()
    try:
        return _read(content, filename, report)
    except Refused as refusal:
        return refusal.imported(filename)
    except RecursionError:
        return Refused("内容嵌套过深", "it is nested too deeply").imported(filename)


def _read(content: bytes, filename: str, report: Report) -> Imported:
    raw = read_json(content, filename, report)
    if isinstance(raw, list) and raw and all(isinstance(one, dict) for one in raw):
        raw = {"elements": raw}
    if not isinstance(raw, dict):
        raise Refused("最外层应当是一个对象", "the outermost value must be an object")
    survey = Survey(raw, report)
    return assemble(_Reading(survey, Tracked(raw, "$", report), filename).draft(), report)


class _Reading:
    def __init__(self, survey: Survey, top: Tracked, filename: str) -> None:
        self._survey = survey
        self._top = top
        self._count = 0
        self._filename = filename
        self._draft = Draft(_name_of(filename), None, quotes=survey.quotes, media=survey.media)

    def draft(self) -> Draft:
        """Return the whole form."""
        top, survey = self._top, self._survey
        title = survey.text(top.get("title"), "$.title")
        self._draft.title = title or Text(self._draft.name)
        self._draft.intro = survey.text(top.get("description"), "$.description")
        self._draft.languages = survey.languages
        self._collect(top)
        pages = top.objects("pages")
        if not pages and (top.raw.get("elements") or top.raw.get("questions")):
            page = Tracked({"name": "page1"}, "$", survey.report)
            self._draft.groups.append(self._group(page, top, page=True))
        self._draft.groups += [self._group(page, page, page=True) for page in pages]
        self._calculated_values()
        self._behaviour()
        self._draft.variables = survey.variables
        return self._draft

    def _collect(self, top: Tracked) -> None:
        """Note the choices of every question by its name, for questions that borrow them."""
        waiting: list[Any] = [top.raw]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                if isinstance(value.get("name"), str) and isinstance(value.get("choices"), list):
                    name = value["name"]
                    self._survey.choices.setdefault(name, Tracked(value, name, self._survey.report))
                waiting.extend(value.values())
            elif isinstance(value, list):
                waiting.extend(value)

    def _group(self, own: Tracked, holder: Tracked, page: bool = False) -> Group:
        survey = self._survey
        group = Group(own.string("name"), own.where, page=page)
        group.title = survey.text(own.get("title"), own.at("title"))
        group.intro = survey.text(own.get("description"), own.at("description"))
        group.relevant = shown_when(survey, own)
        if demanded := survey.condition(own, "requiredIf"):
            self._flag(demanded, "action")
        key = "elements" if "elements" in holder.raw else "questions"
        for element in holder.objects(key):
            group.parts += self._element(element)
        self._order(own, group)
        if own is not self._top:
            own.ignore("type", "elements", "questions")
            finish(survey, own)
        return group

    def _order(self, own: Tracked, group: Group) -> None:
        """Read whether the questions come in random order: all of a page, or none."""
        asked = own.first("questionsOrder", "questionOrder", "elementsOrder")
        if asked in (None, "default"):
            asked = self._top.first("questionsOrder", "questionOrder")
        if asked != "random":
            return
        group.random_order = all(isinstance(part, Question) for part in group.parts)
        if not group.random_order:
            values = {"key": "questionsOrder", "text": "random"}
            self._survey.report.lose("setting_dropped", own.at("questionsOrder"), **values)

    def _element(self, element: Tracked) -> list[Group | Question]:
        self._count += 1
        if self._count > MAX_ITEMS:
            raise too_many(self._count)
        sort = element.string("type", "text").lower()
        if sort == "panel" or (sort not in _TYPES and "elements" in element.raw):
            return [self._group(element, element)]
        if sort in ("paneldynamic", "matrixdynamic"):
            return [self._dynamic(element, sort)]
        found = self._questions(element, sort)
        validating.defaults(self._survey, element, found)
        validating.validators(self._survey, element, found)
        found += self._comment(element, found)
        finish(self._survey, element)
        return list(found)

    def _comment(self, element: Tracked, found: list[Question]) -> list[Question]:
        """Return the line for remarks that a question may have beneath it."""
        if not found or not element.yes("showCommentArea", "hasComment"):
            return []
        words = self._survey.text(element.get("commentText"), element.at("commentText"))
        label = joined(found[0].settings["label"], words or _COMMENT)
        name = f"{element.string('name')}-Comment"
        question = Question(
            name, element.at("showCommentArea"), {"kind": "long_text", "label": label}
        )
        question.relevant = list(found[0].relevant)
        return [question]

    def _questions(self, element: Tracked, sort: str) -> list[Question]:
        survey, draft = self._survey, self._draft
        if sort in _CHOOSING:
            return [choices.choice(survey, element, *_CHOOSING[sort])]
        if sort == "imagepicker":
            several = element.yes("multiSelect")
            kind = "multiple_choice" if several else "single_choice"
            return [choices.choice(survey, element, kind)]
        if sort == "imagemap":
            several = element.get("multiSelect") is not False
            kind = "multiple_choice" if several else "single_choice"
            survey.report.lose("option_picture", element.at("imageLink"))
            element.ignore("imageLink")
            return [choices.choice(survey, element, kind, areas="areas")]
        if sort in _TABLES:
            return _TABLES[sort](survey, element, draft)
        if sort == "multipletext":
            return tables.fields(survey, element)
        if sort == "rating":
            return [entering.rating(survey, element, draft)]
        if sort == "ranking":
            return [tables.ranking(survey, element)]
        if sort not in entering.SIMPLE and element.raw.get("choices"):
            survey.report.lose("kind_changed", element.where, kind=sort, instead="single_choice")
            return [choices.choice(survey, element, "single_choice")]
        return [entering.SIMPLE.get(sort, entering.unknown)(survey, element)]

    def _dynamic(self, element: Tracked, sort: str) -> Group:
        group = Group(element.string("name"), element.where)
        tables.repeated(self._survey, element, group)
        if sort == "matrixdynamic":
            columns = tables.column_elements(element)
            holder = Tracked({"elements": columns}, element.where, self._survey.report)
            parts = holder.objects("elements")
        else:
            parts = element.objects("templateElements")
        for part in parts:
            group.parts += self._element(part)
        finish(self._survey, element)
        return group

    def _calculated_values(self) -> None:
        values = self._top.objects("calculatedValues")
        group = Group("calculated_values", "$.calculatedValues")
        for value in values:
            name, text = value.string("name"), value.string("expression")
            fixed = _FIXED.fullmatch(text.strip())
            settings: dict[str, object] = {"kind": "calculated", "label": Text(name or "-")}
            settings |= {"kind": "hidden", "value": fixed[1]} if fixed else {"shown": False}
            question = Question(name or "value", value.where, settings)
            if not fixed:
                self._survey.reads(text)
                question.calculate = value_formula("expression", value.at("expression"), text)
            value.ignore("includeIntoResult")
            group.parts.append(question)
        if group.parts:
            self._draft.groups.append(group)

    def _behaviour(self) -> None:
        """Report what the survey does besides asking."""
        report = self._survey.report
        for trigger in self._top.objects("triggers"):
            self._trigger(trigger)
        for key in ("navigateToUrlOnCondition", "completedHtmlOnCondition"):
            for entry in self._top.objects(key):
                report.expressions += 1
                where, text = entry.at("expression"), entry.string("expression")
                report.flag(key, where, text, _reason("action"), "warning")
        for key in _ENDINGS:
            if self._top.get(key):
                values = {"key": key, "text": str(self._top.get(key))}
                report.lose("setting_dropped", self._top.at(key), **values)
        self._top.ignore(*_QUIET)
        finish(self._survey, self._top)

    def _trigger(self, trigger: Tracked) -> None:
        """Read a trigger: one that skips or ends is a jump behind the page that decides it."""
        sort, text = trigger.string("type").lower(), str(trigger.first("expression", "value"))
        made = formula(f"trigger {sort}", trigger.at("expression"), text)
        to = trigger.get("gotoName") if sort == "skip" else None
        pages = [page for page in self._draft.groups if page.parts]
        read = {name.split(".")[0].split("[")[0] for name in variables(text)}
        deciding = [page for page in pages if read & set(_names(page))]
        if sort in ("skip", "complete") and deciding:
            after = list(_names(deciding[-1]))[-1]
            trigger.ignore("gotoName", "setToName", "setValue")
            self._draft.leaps.append(Leap(after, str(to) if to else None, made))
        else:
            self._flag(made, "action")

    def _flag(self, formula: Formula, reason: str) -> None:
        self._survey.report.expressions += 1
        self._survey.report.flag(formula.key, formula.where, formula.text, _reason(reason))


def _names(group: Group) -> Iterator[str]:
    """Yield the names of the questions of a page, those in its panels too."""
    for part in group.parts:
        yield from _names(part) if isinstance(part, Group) else (part.name,)


def _reason(name: str) -> Text:
    return Untranslatable(name).reason


def _name_of(filename: str) -> str:
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] or "survey"


_TABLES: dict[str, Callable[[Survey, Tracked, Draft], list[Question]]] = {
    "matrix": tables.matrix,
    "matrixdropdown": tables.dropdown_matrix,
}
_TYPES = {
    *_CHOOSING,
    *_TABLES,
    *entering.SIMPLE,
    "imagepicker",
    "imagemap",
    "multipletext",
    "rating",
    "ranking",
    "paneldynamic",
    "matrixdynamic",
}
