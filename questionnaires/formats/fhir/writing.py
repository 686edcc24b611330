"""Our definitions -> FHIR Questionnaire (R4)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from questionnaires.expressions import Call, Literal, Reference, parse
from questionnaires.expressions.tree import SELF
from questionnaires.expressions.writing import write as write_expression
from questionnaires.formats.fhir.emitting import PathEmitter, enable_when
from questionnaires.formats.fhir.item_types import Typed, typed
from questionnaires.formats.fhir.resource import (
    Json,
    Words,
    control,
    expression,
    extension,
    resource_id,
    resource_name,
)
from questionnaires.formats.foreign.emitting import emitted, report_unwritten, when_asked
from questionnaires.formats.foreign.option_filter import filtered, of_option
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.foreign.unwritten import Fields
from questionnaires.formats.losses import Written
from questionnaires.kinds.allotting import ConstantSum
from questionnaires.kinds.base import Computed, Item
from questionnaires.kinds.choosing import Listed, MultipleChoice
from questionnaires.kinds.entering import ShortText
from questionnaires.kinds.presenting import Calculated
from questionnaires.model import Questionnaire, Section
from questionnaires.text import UNDETERMINED, Text

#: Before the name of a definition in its canonical address; nobody else uses these names.
_CANONICAL = "urn:surveyapp:questionnaire:"


def write(questionnaire: Questionnaire, ending: str) -> Written:
    """Return a definition as a Questionnaire resource, and what FHIR has no place for."""
    report = Report()
    tree = _Writing(questionnaire, report).resource()
    content = json.dumps(tree, ensure_ascii=False, indent=1).encode()
    return Written(content, report.losses)


_OFFERED = ("options", "appearance", "choice_filter", "carry_forward")
_ROWS = ("rows",)
#: What a resource holds.
_WRITTEN: Fields = {
    "questionnaire": ("id", "title", "languages", "intro", "terms", "scales", "sections", "media"),
    "section": ("id", "title", "intro", "relevant", "jump", "repeat", "items"),
    "repeat": ("min", "max"),
    "jump": ("to", "when"),
    "term": ("text",),
    "media": ("source", "description"),
    "item": (
        *("id", "kind", "label", "hint", "required", "default", "relevant"),
        *("constraint", "constraint_message", "media"),
    ),
    "computed": ("calculate",),
    "choice": ("value", "label", "score", "exclusive", "text"),
    "carryforward": ("item", "which"),
    "row": ("value", "label"),
    "branch": ("value", "label", "branches"),
    "share": ("value", "label"),
    "group": ("value", "label"),
    "scale": ("scale", "appearance"),
    "single_choice": _OFFERED,
    "multiple_choice": (*_OFFERED, "min_choices", "max_choices"),
    "ranking": _OFFERED,
    "matrix": (*_ROWS, "scale", "rows_from_units"),
    "matrix_multiple": (*_ROWS, "options"),
    "matrix_number": _ROWS,
    "matrix_text": _ROWS,
    "matrix_dual": (*_ROWS, "scale", "second_scale", "first_label", "second_label"),
    "short_text": ("max_characters", "pattern", "pattern_message"),
    "long_text": ("max_characters",),
    "integer": ("min", "max"),
    "decimal": ("min", "max", "digits", "unit"),
    "yes_no": ("not_applicable",),
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


class _Writing:
    def __init__(self, questionnaire: Questionnaire, report: Report) -> None:
        self._questionnaire = questionnaire
        self._report = report
        self._words = Words(questionnaire, report)
        self._asked: Mapping[str, str | None] = {}

    def resource(self) -> Json:
        """Return the whole resource."""
        questionnaire = self._questionnaire
        report_unwritten(questionnaire, _WRITTEN, self._report)
        self._asked = when_asked(questionnaire, self._report)
        resource: Json = {
            "resourceType": "Questionnaire",
            "id": resource_id(questionnaire.id),
            "url": f"{_CANONICAL}{questionnaire.id}",
            "version": questionnaire.content_hash[:16],
            "name": resource_name(questionnaire.id),
            "status": "draft",
            "subjectType": ["Person"],
        }
        if self._words.language != UNDETERMINED:
            resource["language"] = self._words.language
        self._words.put(resource, "title", questionnaire.title)
        if questionnaire.intro:
            self._words.put(resource, "description", questionnaire.intro)
        resource["item"] = [self._group(section) for section in questionnaire.sections]
        return resource

    def _group(self, section: Section) -> Json:
        link = section.id
        if link in self._questionnaire.item_by_id:
            link = f"section.{section.id}"
        group: Json = {"linkId": link}
        self._words.put(group, "text", section.title)
        group["type"] = "group"
        extensions: list[Json] = []
        self._enabled(group, extensions, self._asked[section.id], section.id, None)
        if section.repeat:
            group["repeats"] = True
            if section.repeat.min:
                group["required"] = True
                extensions.append(extension("minOccurs", valueInteger=section.repeat.min))
            extensions.append(extension("maxOccurs", valueInteger=section.repeat.max))
        items = [made for item in section.items for made in self._items(item)]
        if section.intro:
            note: Json = {"linkId": f"{link}.intro"}
            self._words.put(note, "text", section.intro)
            items.insert(0, note | {"type": "display"})
        group["item"] = items
        return _with_extensions(group, extensions)

    def _items(self, item: Item) -> list[Json]:
        made = typed(item, self._questionnaire, self._words, self._report)
        if made.split:
            return [self._split(item, made)]
        return [self._question(item, made)]

    def _split(self, item: Item, made: Typed) -> Json:
        """Return a group with a question for each row."""
        group: Json = {"linkId": item.id}
        self._words.put(group, "text", item.label)
        group["type"] = "group"
        extensions = list(made.extensions)
        self._enabled(group, extensions, item.relevant, item.id, item)
        whole = isinstance(item, ConstantSum)  # of which a part may be left empty: it counts as 0
        for part in [group] if whole else made.split:
            if item.required is True:
                part["required"] = True
        group["item"] = made.split
        if item.constraint or item.default is not None or isinstance(item.required, str):
            self._report.lose("export_setting", f"items.{item.id}", key="constraint")
        return _with_extensions(group, extensions)

    def _question(self, item: Item, made: Typed) -> Json:
        question: Json = {"linkId": item.id}
        self._words.put(question, "text", item.label)
        question |= made.fields
        extensions = list(made.extensions)
        self._enabled(question, extensions, item.relevant, item.id, item)
        if item.required is True and question["type"] != "display":
            question["required"] = True
        elif isinstance(item.required, str):
            self._report.lose("export_setting", f"items.{item.id}", key="required")
        self._constraints(item, extensions)
        if item.media:
            extensions.append(self._media(item.media))
        if isinstance(item, Calculated):
            self._calculated(item, question, extensions)
        if isinstance(item, Listed) and (offered := filtered(item)) is not None:
            extensions += self._toggles(item, offered)
        if isinstance(item.default, Computed):
            self._worked_out_first(item, item.default, extensions)
        elif item.default is not None:
            initial = made.initial(item.default)
            if initial is None:
                self._report.lose("export_setting", f"items.{item.id}", key="default")
            else:
                question["initial"] = initial
        if item.hint and question["type"] != "display":
            help_text: Json = {"linkId": f"{item.id}.hint"}
            self._words.put(help_text, "text", item.hint)
            beneath = {"extension": [control("help")], **help_text, "type": "display"}
            question.setdefault("item", []).append(beneath)
        return _with_extensions(question, extensions)

    def _enabled(
        self,
        holder: Json,
        extensions: list[Json],
        text: str | None,
        where: str,
        own: Item | None,
    ) -> None:
        if text is None:
            return
        emitter = PathEmitter(self._questionnaire, own)
        if text.strip() == "false()" and not _worked_out(own):
            extensions.append(extension("hidden", valueBoolean=True))
            return
        simple = enable_when(parse(text), emitter)
        if simple is not None:
            entries, behaviour = simple
            holder["enableWhen"] = entries
            if len(entries) > 1:
                holder["enableBehavior"] = behaviour
            return
        path = emitted(text, "relevant", where, emitter.condition, self._report)
        if path is not None:
            extensions.append(expression("enableWhenExpression", path))

    def _toggles(self, item: Listed, offered: str) -> list[Json]:
        """Return when each option can be chosen."""
        emitter, found = PathEmitter(self._questionnaire, item), list[Json]()
        forward = item.carry_forward
        whole = f"${{{forward.item}}} = '' or {offered}" if forward else offered
        for option in item.options:
            path = emitted(
                whole,
                "choice_filter",
                item.id,
                lambda node, option=option: emitter.condition(of_option(node, option)),  # type: ignore[misc]
                self._report,
            )
            if path is None:
                return []
            value = {"language": "text/fhirpath", "expression": path}
            parts = [
                {"url": "option", "valueCoding": {"code": option.value}},
                {"url": "expression", "valueExpression": value},
            ]
            found.append(extension("answerOptionsToggleExpression", extension=parts))
        return found

    def _worked_out_first(self, item: Item, first: Computed, extensions: list[Json]) -> None:
        emitter = PathEmitter(self._questionnaire, item)
        path = emitted(first.calculate, "default", item.id, emitter.value, self._report)
        if path is not None:
            extensions.append(expression("initialExpression", path))

    def _media(self, name: str) -> Json:
        one = self._questionnaire.media[name]
        kind, _, data = one.source.removeprefix("data:").partition(";base64,")
        attached: Json = {"contentType": kind, "data": data}
        self._words.put(attached, "title", one.description)
        return extension("itemMedia", valueAttachment=attached)

    def _constraints(self, item: Item, extensions: list[Json]) -> None:
        least = item.min_choices if isinstance(item, MultipleChoice) else None
        if least and item.required is not True:
            enough = f". = '' or count-selected(.) >= {least}"
            self._constraint(item, enough, None, extensions, 3)
        if isinstance(item, ShortText) and item.pattern:
            pattern = write_expression(Call("regex", (Reference(SELF), Literal(item.pattern))))
            self._constraint(item, pattern, item.pattern_message, extensions, 2)
        if item.constraint is not None:
            self._constraint(item, item.constraint, item.constraint_message, extensions, 1)

    def _constraint(
        self, item: Item, text: str, message: Text | None, extensions: list[Json], number: int
    ) -> None:
        emitter = PathEmitter(self._questionnaire, item)
        path = emitted(text, "constraint", item.id, emitter.condition, self._report)
        if path is None:
            return
        key = f"{item.id}-{number}"
        extensions.append(self._words.rule(key, path, message))

    def _calculated(self, item: Calculated, question: Json, extensions: list[Json]) -> None:
        emitter = PathEmitter(self._questionnaire, item)
        path = emitted(item.calculate, "calculate", item.id, emitter.value, self._report)
        if path is not None:
            extensions.append(expression("calculatedExpression", path))
        question["readOnly"] = True
        if not item.shown:
            extensions.append(extension("hidden", valueBoolean=True))


def _worked_out(item: Item | None) -> bool:
    """Say whether an item has a value without being seen, so that hiding it would not empty it."""
    return item is not None and (not item.asked or item.default is not None)


def _with_extensions(element: Json, extensions: list[Json]) -> Json:
    return {"extension": extensions, **element} if extensions else element
