"""A FHIR Questionnaire (R4; R5 and STU3 as far as they agree) -> draft."""

from __future__ import annotations

from questionnaires.formats.fhir.extensions import Element, Wording, unread, value_of
from questionnaires.formats.fhir.items import Items, controls_of
from questionnaires.formats.fhir.translating import value_formula
from questionnaires.formats.fhir.valuesets import ValueSets
from questionnaires.formats.foreign.assembling import assemble
from questionnaires.formats.foreign.bounded import read_json, too_many
from questionnaires.formats.foreign.draft import Draft, Group, Question, Translate
from questionnaires.formats.foreign.plain import joined
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Refused, Report
from questionnaires.formats.limits import MAX_ITEMS
from questionnaires.formats.losses import Imported
from questionnaires.text import Text

#: What became something, or says what the rest of the file says again.
_READ = (
    *("resourceType", "id", "meta", "text", "name", "title", "description", "language"),
    *("_title", "_description", "item", "contained", "status"),
)


def read(content: bytes, filename: str) -> Imported:
    """Return the questionnaire in a FHIR resource, or the reason why it was refused."""
    report = Report()
    try:
        raw = read_json(content, filename, report)
        if not isinstance(raw, dict) or raw.get("resourceType") != "Questionnaire":
            raise Refused("不是 FHIR Questionnaire", "it is no FHIR Questionnaire")
        return assemble(_Reading(raw, report).draft(), report)
    except Refused as refusal:
        return refusal.imported(filename)
    except RecursionError:
        return Refused("内容嵌套过深", "it is nested too deeply").imported(filename)


class _Reading:
    def __init__(self, raw: dict[str, object], report: Report) -> None:
        self._report = report
        self._top = Element(raw, "Questionnaire", report)
        self._variables: dict[str, str] = {}
        self._words = Wording(raw, report, self._spoken)
        name = raw.get("id") or raw.get("name") or raw.get("title") or "questionnaire"
        self._draft = Draft(str(name), None, quotes=self._words.quotes)
        self._variables |= self._collect(raw)
        sets = ValueSets(self._top)
        self._items = Items(self._draft, self._words, sets, self._variables)
        self._count = 0

    def draft(self) -> Draft:
        """Return the whole form."""
        top, draft = self._top, self._draft
        draft.title = self._words.text(top, "title") or self._words.text(top, "name")
        draft.intro = self._words.text(top, "description")
        draft.languages = self._words.languages
        loose = Group("items", "Questionnaire.item", page=True)
        for item in top.elements("item"):
            if item.raw.get("type") == "group":
                if loose.parts:
                    draft.groups.append(loose)
                    loose = Group("items", item.where, page=True)
                draft.groups += [part for part in self._group(item) if isinstance(part, Group)]
            else:
                loose.parts += self._asked(item)
        if loose.parts:
            draft.groups.append(loose)
        top.ignore(*_READ)
        self._rest(top)
        return draft

    def _spoken(self, text: str) -> Translate:
        return value_formula("text", "", text, self._variables).translate

    def _collect(self, raw: dict[str, object]) -> dict[str, str]:
        """Return name -> expression of the variables of the questionnaire and its items."""
        found: dict[str, str] = {}
        waiting: list[tuple[object, str]] = [(raw, "Questionnaire")]
        while waiting:
            value, where = waiting.pop()
            if isinstance(value, dict):
                element = Element(value, where, self._report)
                for one in element.several("variable"):
                    expression = value_of(one.raw)
                    if isinstance(expression, dict):
                        self._variable(expression, one.where, found)
                items = value.get("item")
                parts = items if isinstance(items, list) else []
                waiting += [(part, f"{where}.item[{n}]") for n, part in enumerate(parts)]
        for name, text in found.items():
            if name and text:
                key, where = f"variable {name}", "Questionnaire.variable"
                self._draft_spare(key, where, text, found)
        return found

    def _variable(self, expression: dict[str, object], where: str, found: dict[str, str]) -> None:
        name, text = str(expression.get("name", "")), str(expression.get("expression", ""))
        language = expression.get("language")
        if language in (None, "text/fhirpath") and name and name not in found:
            found[name] = text
        else:
            self._report.expressions += 1
            reason = Untranslatable("language", name=str(language)).reason
            if language in (None, "text/fhirpath"):
                reason = Untranslatable("outside", name=name).reason
            self._report.flag(f"variable {name}", where, text, reason)

    def _draft_spare(self, key: str, where: str, text: str, found: dict[str, str]) -> None:
        self._draft.spare.append(value_formula(key, where, text, found))

    def _counted(self) -> None:
        self._count += 1
        if self._count > MAX_ITEMS:
            raise too_many(self._count)

    def _group(self, item: Element) -> list[Group | Question]:
        self._counted()
        group = Group(item.string("linkId"), item.where, page=True)
        group.title = self._items.label(item)
        group.relevant = self._items.group_shown_when(item)
        controls = controls_of(item)
        if controls and not {"page", "group"} & set(controls):
            self._report.unused(f"itemControl {controls[0]}", item.where)
        low, high = item.extension("minOccurs"), item.extension("maxOccurs")
        if item.yes("repeats"):
            least = low if isinstance(low, int) and 0 <= low <= 200 else 0
            most = high if isinstance(high, int) and 1 <= high <= 200 else max(20, least)
            group.repeat = {"min": least, "max": max(most, least)}
        for child in item.elements("item"):
            helps = controls_of(child) if child.raw.get("type") == "display" else []
            if {"help", "flyover"} & set(helps):
                group.intro = self._beside(group.intro, child)
            else:
                group.parts += self._item(child)
        item.ignore("type")
        for one in item.several("constraint"):
            self._report.expressions += 1
            reason = Untranslatable("group").reason
            self._report.flag("constraint", one.where, str(one.extension("expression")), reason)
        if item.yes("required"):
            self._report.unused("required", item.at("required"))
        self._rest(item)
        if group.title is None and group.repeat:
            group.title = Text(group.name)
        if not group.parts and group.title:
            settings = {"kind": "note", "label": group.title}
            self._report.lose("heading_kept", item.where, name=group.name)
            group.parts.append(Question(group.name, item.where, settings))
            group.title = None
        return [group]

    def _item(self, item: Element) -> list[Group | Question]:
        return self._group(item) if item.raw.get("type") == "group" else self._asked(item)

    def _asked(self, item: Element) -> list[Group | Question]:
        """Return a question and, in a group that shares its condition, the items beneath it."""
        self._counted()
        question = self._items.question(item)
        beneath = Group("", item.where, relevant=question.relevant)
        for child in item.elements("item"):
            if child.raw.get("type") == "display" and self._attached(child, question):
                continue
            beneath.parts += self._item(child)
        item.ignore("item")
        self._rest(item)
        return [question, beneath] if beneath.parts else [question]

    def _attached(self, child: Element, question: Question) -> bool:
        """Put a display item that explains its question where it belongs."""
        controls = set(controls_of(child))
        text = self._words.text(child, "text")
        if text is None or child.raw.get("enableWhen"):
            return False
        settings = question.settings
        if {"help", "flyover", "prompt"} & controls:
            settings["hint"] = self._beside(settings.get("hint"), child)
        elif "unit" in controls and question.kind == "decimal" and "unit" not in settings:
            settings["unit"] = text
        elif {"lower", "upper"} & controls and question.kind == "slider":
            settings["low_label" if "lower" in controls else "high_label"] = text
        else:
            return False
        self._counted()
        child.ignore("type", "linkId", "text", "_text", "required")
        self._rest(child)
        return True

    def _beside(self, before: Text | None, child: Element) -> Text | None:
        text = self._words.text(child, "text")
        if before is None or text is None:
            return before or text
        return joined(before, text, "\n")

    def _rest(self, item: Element) -> None:
        """Report the extensions and keys that nothing was made of."""
        for name, one in item.remaining():
            if name != "variable":  # those have been collected
                unread(name, one)
        for key in item.left():
            self._report.unused(key, item.at(key))
