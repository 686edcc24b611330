"""FHIR Questionnaires (R4): what each item becomes, and that valid resources are written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import questionnaires
from questionnaires import Text
from questionnaires.formats.fhir import FORMAT
from questionnaires.formats.limits import MAX_ITEMS
from questionnaires.formats.losses import Imported

from ..making import SCALE, loaded
from .importing import accepted, codes, converts, lost, only, packed, refusal, shared_files

HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
CHOICES = [{"valueCoding": {"code": c, "display": c.upper()}} for c in "ab"]


def read(*items: dict[str, Any], **rest: Any) -> Imported:
    resource = {"resourceType": "Questionnaire", "id": "f", "title": "T", "status": "draft"}
    return FORMAT.read(packed({**resource, "item": list(items), **rest}), "form.json")


def item(sort: str, link: str = "q", **rest: Any) -> dict[str, Any]:
    return {"linkId": link, "type": sort, "text": "Q", **rest}


def fhirpath(name: str, text: str) -> dict[str, Any]:
    value = {"language": "text/fhirpath", "expression": text}
    return {"url": f"{SDC}{name}", "valueExpression": value}


class TestWhatIsWorkedOut:
    def test_a_first_answer(self) -> None:
        asked = item("date", extension=[fhirpath("initialExpression", "today()")])
        imported = read(asked)
        assert only(imported).model_dump()["default"] == {"calculate": "today()"}
        assert (imported.expressions, imported.flagged) == (1, 0)

    def test_a_first_answer_from_a_medical_record_is_told_mildly(self) -> None:
        asked = item("date", extension=[fhirpath("initialExpression", "%patient.birthDate")])
        imported = read(asked)
        assert only(imported).default is None
        assert (imported.expressions, imported.flagged) == (1, 1)
        told = lost(imported, "expression_untranslated")
        assert told.severity == "warning"
        assert "outside the form" in told.message("en")

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("'Hello ' & %resource.item.where(linkId = 'who').answer.value", "Hello ${who}"),
            ("'Sum: ' & (1 + 2)", "Sum: ${q-text}"),
            ("%patient.name.given", "Q"),
        ],
    )
    def test_a_text(self, path: str, text: str) -> None:
        spoken = {"language": "text/fhirpath", "expression": path}
        beside = {"extension": [{"url": f"{HL7}cqf-expression", "valueExpression": spoken}]}
        imported = read(item("string", "who"), item("display", _text=beside))
        shown = accepted(imported).item_by_id["q"].label
        assert next(iter(shown.root.values())) == text
        assert (imported.expressions, imported.flagged) == (1, int(text == "Q"))


class TestItems:
    @pytest.mark.parametrize(
        ("sort", "settings", "kind"),
        [
            ("boolean", {}, "yes_no"),
            ("decimal", {}, "decimal"),
            ("integer", {}, "integer"),
            ("date", {}, "date"),
            ("dateTime", {}, "date_time"),
            ("time", {}, "time"),
            ("string", {}, "short_text"),
            ("string", {"maxLength": 5000}, "long_text"),
            ("text", {}, "long_text"),
            ("url", {}, "url"),
            ("attachment", {}, "file"),
            ("quantity", {}, "decimal"),
            ("reference", {}, "short_text"),
            ("display", {}, "note"),
            ("choice", {"answerOption": CHOICES}, "single_choice"),
            ("choice", {"answerOption": CHOICES, "repeats": True}, "multiple_choice"),
            ("open-choice", {"answerOption": CHOICES}, "single_choice"),
            ("choice", {"answerOption": CHOICES[:1]}, "consent"),
            ("choice", {}, "short_text"),
        ],
    )
    def test_every_type_has_a_kind(self, sort: str, settings: Any, kind: str) -> None:
        assert only(read(item(sort, **settings))).kind == kind

    def test_an_open_choice_can_be_answered_in_words(self) -> None:
        label = {"url": f"{SDC}openLabel", "valueString": "Else"}
        found: Any = only(read(item("open-choice", answerOption=CHOICES, extension=[label])))
        assert [(o.value, o.text) for o in found.options][-1] == ("other", True)
        assert found.options[-1].label == Text("Else")

    def test_options_with_scores_are_the_levels_of_a_scale(self) -> None:
        scored = [
            {**option, "extension": [{"url": f"{HL7}ordinalValue", "valueDecimal": score}]}
            for score, option in enumerate(CHOICES)
        ]
        questionnaire = accepted(read(item("choice", answerOption=scored)))
        (levels,) = questionnaire.scales.values()
        assert [(level.value, level.score) for level in levels] == [("a", 0), ("b", 1)]

    def test_value_sets_in_the_file_are_read_and_others_are_told(self) -> None:
        concepts = [{"code": "x", "display": "X"}, {"code": "y", "display": "Y"}]
        contained = {
            "resourceType": "ValueSet",
            "id": "vs",
            "compose": {"include": [{"concept": concepts}]},
        }
        imported = read(
            item("choice", "in", answerValueSet="#vs"),
            item("choice", "out", answerValueSet="http://example.org/vs"),
            contained=[contained],
        )
        inside: Any = accepted(imported).item_by_id["in"]
        assert [option.value for option in inside.options] == ["x", "y"]
        assert "http://example.org/vs" in lost(imported, "options_outside").message("en")

    @pytest.mark.parametrize(
        ("include", "values"),
        [
            ({"system": "http://my.cs"}, ["x", "x1", "y"]),
            ({"system": "http://my.cs", "filter": [{"op": "is-a", "value": "x"}]}, ["x", "x1"]),
            ({"system": "http://my.cs", "concept": [{"code": "y"}, {"code": "z"}]}, ["y", "z"]),
            ({"valueSet": ["#other"]}, ["a", "b"]),
        ],
    )
    def test_a_value_set_may_take_from_others_in_the_file(
        self, include: dict[str, Any], values: list[str]
    ) -> None:
        inner = [{"code": "x1", "display": "X1"}]
        weight = [{"code": "itemWeight", "valueDecimal": 2}]
        contained = [
            {"resourceType": "CodeSystem", "id": "cs", "url": "http://my.cs",
             "concept": [{"code": "x", "concept": inner}, {"code": "y", "property": weight}]},
            {"resourceType": "ValueSet", "id": "other", "compose": {
                "include": [{"concept": [{"code": c} for c in "abc"]}],
                "exclude": [{"concept": [{"code": "c"}]}]}},
            {"resourceType": "ValueSet", "id": "vs", "compose": {"include": [include]}},
        ]  # fmt: skip
        found: Any = only(read(item("choice", answerValueSet="#vs"), contained=contained))
        assert [option.value for option in found.options] == values

    def test_value_sets_of_the_standard_are_known(self) -> None:
        address = "http://hl7.org/fhir/ValueSet/administrative-gender"
        found: Any = only(read(item("choice", answerValueSet=address)))
        assert [option.value for option in found.options] == ["male", "female", "other", "unknown"]

    def test_designations_are_translations(self) -> None:
        concepts = [
            {"code": "m", "display": "Man", "designation": [{"language": "de", "value": "Mann"}]},
            {"code": "w", "display": "Woman"},
        ]
        contained = {"resourceType": "ValueSet", "id": "v"}
        contained |= {"compose": {"include": [{"concept": concepts}]}}
        asked = item("choice", answerValueSet="#v")
        found: Any = only(read(asked, contained=[contained], language="en"))
        assert found.options[0].label == Text({"en": "Man", "de": "Mann"})

    def test_options_that_are_offered_under_a_condition(self) -> None:
        path = "%resource.item.where(linkId='b').answer.value"
        toggle = {
            "url": f"{SDC}answerOptionsToggleExpression",
            "extension": [
                {"url": "option", "valueCoding": {"code": "a"}},
                {"url": "expression", "valueExpression": {"expression": path}},
            ],
        }
        asked = [item("boolean", "b"), item("choice", answerOption=CHOICES, extension=[toggle])]
        found: Any = accepted(read(*asked)).item_by_id["q"]
        assert found.choice_filter == "${option.value} != 'a' or ${b} = 'yes'"

    @pytest.mark.parametrize("pattern", ["[0-9]{4}", "^[0-9]{4}$", "matches('^[0-9]{4}$')"])
    def test_a_pattern_is_read_however_it_is_written(self, pattern: str) -> None:
        found = only(
            read(item("string", extension=[{"url": f"{HL7}regex", "valueString": pattern}]))
        )
        assert found.constraint == ". = '' or regex(., '[0-9]{4}')"

    def test_a_limit_may_be_worked_out(self) -> None:
        limit = {"url": f"{HL7}maxValue", "valueExpression": {"expression": "today()"}}
        found = only(read(item("date", extension=[limit])))
        assert found.constraint == ". = '' or . <= today()"

    def test_what_may_only_be_read_is_told(self) -> None:
        imported = read(item("string", readOnly=True, initial=[{"valueString": "x"}]))
        assert lost(imported, "setting_dropped").where == "Questionnaire.item[0].readOnly"

    def test_limits_unit_prefix_and_help(self) -> None:
        extensions = [
            {"url": f"{HL7}minValue", "valueDecimal": 1},
            {"url": f"{HL7}maxValue", "valueDecimal": 9},
            {"url": f"{HL7}questionnaire-unit", "valueCoding": {"code": "kg"}},
        ]
        control = {"coding": [{"code": "help"}]}
        beside = item("display", "h", text="On a scale")
        url = f"{HL7}questionnaire-itemControl"
        beside["extension"] = [{"url": url, "valueCodeableConcept": control}]
        found: Any = only(read(item("decimal", prefix="1.", extension=extensions, item=[beside])))
        assert (found.min, found.max, found.unit) == (1, 9, Text("kg"))
        assert (found.label, found.hint) == (Text("1. Q"), Text("On a scale"))

    def test_a_constraint_has_its_message(self) -> None:
        parts = [
            {"url": "key", "valueId": "c"},
            {"url": "severity", "valueCode": "error"},
            {"url": "expression", "valueString": "$this > 3"},
            {"url": "human", "valueString": "Too small"},
        ]
        extension = [{"url": f"{HL7}questionnaire-constraint", "extension": parts}]
        found = only(read(item("integer", extension=extension)))
        assert (found.constraint, found.constraint_message) == (". > 3", Text("Too small"))

    def test_first_answers(self) -> None:
        for sort, initial, default in (
            ("boolean", {"valueBoolean": True}, "yes"),
            ("choice", {"valueCoding": {"code": "b"}}, "b"),
            ("integer", {"valueInteger": 3}, 3),
        ):
            options: dict[str, Any] = {"answerOption": CHOICES} if sort == "choice" else {}
            assert only(read(item(sort, initial=[initial], **options))).default == default

    def test_texts_keep_their_translations(self) -> None:
        parts = [{"url": "lang", "valueCode": "zh"}, {"url": "content", "valueString": "问"}]
        beside = {"extension": [{"url": f"{HL7}translation", "extension": parts}]}
        questionnaire = accepted(read(item("string", _text=beside), language="en"))
        assert questionnaire.languages == ("en", "zh")
        assert questionnaire.items[0].label == Text({"en": "Q", "zh": "问"})

    def test_a_calculation_is_worked_out(self) -> None:
        path = "%resource.item.where(linkId='a').answer.value * 2"
        asked = item("integer", extension=[fhirpath("calculatedExpression", path)])
        found: Any = accepted(read(item("integer", "a"), asked)).item_by_id["q"]
        assert (found.kind, found.calculate) == ("calculated", "${a} * 2")

    def test_repeated_groups_and_nested_groups(self) -> None:
        inner = item("group", "g2", text="Inner", repeats=True, item=[item("string", "b")])
        outer = item("group", "g1", text="Outer", item=[item("string", "a"), inner])
        questionnaire = accepted(read(outer))
        assert [(s.title, s.repeat is not None) for s in questionnaire.sections] == [
            (Text("Outer"), False),
            (Text("Inner"), True),
        ]

    def test_items_beneath_a_question_share_its_condition(self) -> None:
        enabled = [{"question": "a", "operator": "=", "answerInteger": 1}]
        beneath = item("string", "b", enableWhen=enabled, item=[item("string", "c")])
        found = accepted(read(item("integer", "a"), beneath)).item_by_id
        assert (found["b"].relevant, found["c"].relevant) == ("${a} = 1", "${a} = 1")


class TestConditions:
    @pytest.mark.parametrize(
        ("entry", "ours"),
        [
            ({"question": "c", "operator": "=", "answerCoding": {"code": "a"}}, "${c} = 'a'"),
            ({"question": "m", "operator": "=", "answerCoding": {"code": "a"}},
             "selected(${m}, 'a')"),
            ({"question": "c", "operator": "!=", "answerCoding": {"code": "a"}},
             "${c} != 'a'"),
            ({"question": "b", "operator": "=", "answerBoolean": True}, "${b} = 'yes'"),
            ({"question": "i", "operator": ">=", "answerInteger": 3}, "${i} >= 3"),
            ({"question": "i", "operator": "exists", "answerBoolean": True}, "${i} != ''"),
            ({"question": "i", "operator": "exists", "answerBoolean": False}, "not(${i} != '')"),
        ],
    )  # fmt: skip
    def test_enable_when(self, entry: dict[str, Any], ours: str) -> None:
        assert self._target(enableWhen=[entry]) == ours

    @pytest.mark.parametrize(("behaviour", "word"), [("all", "and"), ("any", "or")])
    def test_enable_behaviour(self, behaviour: str, word: str) -> None:
        entries = [{"question": "i", "operator": "=", "answerInteger": n} for n in (1, 2)]
        found = self._target(enableWhen=entries, enableBehavior=behaviour)
        assert found == f"${{i}} = 1 {word} ${{i}} = 2"

    @pytest.mark.parametrize(
        ("path", "ours"),
        [
            ("%resource.item.where(linkId='i').answer.value > 3", "${i} > 3"),
            ("%resource.repeat(item).where(linkId='b').answer.value", "${b} = 'yes'"),
            ("%resource.descendants().where(linkId = 'c').answer.value.code = 'a'", "${c} = 'a'"),
            ("%resource.item.where(linkId='c').answer.value ~ 'A'", "${c} = 'a'"),
            ("%resource.item.where(linkId='m').answer.where(value.code='a').exists()",
             "selected(${m}, 'a')"),
            ("%resource.item.where(linkId='i').answer.value.empty().not()",
             "not(not(${i} != ''))"),
            ("%resource.item.where(linkId='c').answer.value.code in ('a' | 'b')",
             "${c} = 'a' or ${c} = 'b'"),
            ("%twice > 4", "${i} * 2 > 4"),
            ("%agreed = true", "${b} = 'yes'"),
            ("'a' in %resource.item.where(linkId='m').answer.value.code", "selected(${m}, 'a')"),
            ("iif(%resource.item.where(linkId='b').answer.value, 1, 2) = 1",
             "if(${b} = 'yes', 1, 2) = 1"),
            ("today() > @2020-01-01", "today() > '2020-01-01'"),
            ("%resource.item.where(linkId='d').answer.value <= today() - 18 years",
             "difference-in-years(${d}, today()) >= 18"),
            ("%resource.item.where(linkId='d').answer.value > today() - 6 'mo'",
             "difference-in-months(${d}, today()) < 6"),
            ("today() - 2 weeks < %resource.item.where(linkId='d').answer.value",
             "today() - 14 < ${d}"),
            ("%resource.item.where(linkId='w').answer.value > 5 'kg'", "${w} > 5"),
            ("%resource.item.where(linkId='s').answer.value.ordinal() > 1",
             "if(${s} = 'a', 0, if(${s} = 'b', 1, '')) > 1"),
            ("%resource.item.where(linkId='s' or linkId='s').answer.value.weight().sum() > 1",
             "sum(if(${s} = 'a', 0, if(${s} = 'b', 1, '')), "
             "if(${s} = 'a', 0, if(${s} = 'b', 1, ''))) > 1"),
            (f"%resource.item.where(linkId='s').answer.value.extension.where(url='{HL7}x')"
             ".valueDecimal > 0", "if(${s} = 'a', 0, if(${s} = 'b', 1, '')) > 0"),
            ("%resource.item.where(linkId='g').item.where(linkId='n').answer.value.sum() > 9",
             "sum(${g}.n) > 9"),
            ("%resource.item.where(linkId='g').count() >= 2", "count(${g}.n) >= 2"),
            ("%resource.item.where(linkId='g').exists()", "count(${g}.n) > 0"),
            ("%resource.item.where(linkId='t').answer.value.substring(0, 2) = 'ab'",
             "substr(${t}, 0, 0 + 2) = 'ab'"),
        ],
    )  # fmt: skip
    def test_fhirpath(self, path: str, ours: str) -> None:
        assert self._target(extension=[fhirpath("enableWhenExpression", path)]) == ours

    @pytest.mark.parametrize(
        "path", ["%patient.gender = 'male'", "%resource.item.aggregate($this)", "(", "%unknown"]
    )
    def test_what_cannot_be_translated_is_left_out_with_its_text(self, path: str) -> None:
        imported = read(item("string", extension=[fhirpath("enableWhenExpression", path)]))
        assert only(imported).relevant is None
        assert path in str(lost(imported, "expression_untranslated").values["text"])

    def test_what_fills_the_form_from_elsewhere_is_flagged(self) -> None:
        imported = read(item("string", extension=[fhirpath("initialExpression", "%patient.name")]))
        assert (imported.expressions, imported.flagged) == (1, 1)

    def _target(self, **settings: Any) -> str | None:
        variable = {
            "url": f"{HL7}variable",
            "valueExpression": {
                "name": "twice",
                "language": "text/fhirpath",
                "expression": "%resource.item.where(linkId='i').answer.value * 2",
            },
        }
        weight = f"{HL7}ordinalValue"
        scored = [
            {**option, "extension": [{"url": weight, "valueDecimal": score}]}
            for score, option in enumerate(CHOICES)
        ]
        asked = [
            item("choice", "c", answerOption=CHOICES),
            item("choice", "m", answerOption=CHOICES, repeats=True),
            item("boolean", "b"),
            item("integer", "i"),
            item("date", "d"),
            item("quantity", "w"),
            item("string", "t"),
            item("choice", "s", answerOption=scored),
            item("group", "g", repeats=True, item=[item("integer", "n")]),
            item("string", "target", **settings),
        ]
        agreed = {
            "url": f"{HL7}variable",
            "valueExpression": {
                "name": "agreed",
                "language": "text/fhirpath",
                "expression": "%resource.item.where(linkId='b').answer.value",
            },
        }
        found = accepted(read(*asked, extension=[variable, agreed]))
        return found.item_by_id["target"].relevant


class TestHostileFiles:
    def test_another_resource_is_refused(self) -> None:
        assert refusal(FORMAT.read(b'{"resourceType": "Patient"}', "p.json"))

    def test_items_within_items_are_refused_beyond_a_depth(self) -> None:
        nested = item("string", "end")
        for number in range(300):
            nested = item("group", f"g{number}", item=[nested])
        assert "nested" in refusal(read(nested))
        assert "nested" in refusal(FORMAT.read(b'{"item":[' * 20_000, "deep.json"))

    def test_too_many_items_are_refused(self) -> None:
        assert str(MAX_ITEMS) in refusal(read(*[item("string", f"q{n}") for n in range(20_000)]))

    def test_variables_that_use_each_other_are_flagged(self) -> None:
        def variable(name: str, text: str) -> dict[str, Any]:
            return {"url": f"{HL7}variable", "valueExpression": {"name": name, "expression": text}}

        loop = [variable("a", "%b + %b"), variable("b", "%a + %a")]
        imported = read(
            item("string", extension=[fhirpath("enableWhenExpression", "%a > 1")]), extension=loop
        )
        assert only(imported).relevant is None
        assert imported.flagged == 3

    @pytest.mark.parametrize(
        "wrong",
        [
            {"linkId": 5, "type": ["x"]},
            item("choice", answerOption=[{"valueCoding": "x"}, {}, {"valueInteger": 1}]),
            item("choice", answerOption="x", answerValueSet=5),
            item("string", enableWhen=[{"question": ["a"]}, 7], extension=[1, {"url": 3}]),
            item("integer", extension=[{"url": f"{HL7}minValue", "valueInteger": "x"}]),
            item("group", item={"linkId": "x"}),
            item("string", initial=[{"valueString": {"a": 1}}], _text=7, prefix={"a": 1}),
        ],
    )
    def test_wrong_shapes_lose_what_is_wrong_and_no_more(self, wrong: dict[str, Any]) -> None:
        assert "good" in accepted(read(wrong, item("string", "good"))).item_by_id


#: The rules of R4 that JSON alone can show: types, required elements, invariants que-1 to que-13.
TYPES = {
    *("group", "display", "boolean", "decimal", "integer", "date", "dateTime", "time", "string"),
    *("text", "url", "choice", "open-choice", "attachment", "reference", "quantity"),
}
ITEM_KEYS = {
    *("linkId", "definition", "code", "prefix", "text", "_text", "type", "enableWhen", "required"),
    *("enableBehavior", "repeats", "readOnly", "maxLength", "answerValueSet", "answerOption"),
    *("initial", "item", "extension"),
}
OPERATORS = {"exists", "=", "!=", ">", "<", ">=", "<="}


def breaches(resource: dict[str, Any]) -> Iterator[str]:
    """Yield each rule of the resource that is broken."""
    if resource["resourceType"] != "Questionnaire" or resource["status"] not in ("draft", "active"):
        yield "head"
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,64}", resource["id"]):
        yield "id"
    if not re.fullmatch(r"[A-Z][A-Za-z0-9_]{0,254}", resource["name"]):
        yield "que-0"
    links: list[str] = []
    for one in walk(resource["item"]):
        links.append(one["linkId"])
        yield from item_breaches(one)
    if len(set(links)) < len(links):
        yield "que-2: linkIds are unique"
    for one in walk(resource["item"]):
        for entry in one.get("enableWhen", ()):
            if entry["question"] not in links:
                yield f"enableWhen names {entry['question']}"


def walk(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in items:
        yield one
        yield from walk(one.get("item", []))


def item_breaches(one: dict[str, Any]) -> Iterator[str]:
    sort, link = one["type"], one["linkId"]
    if sort not in TYPES or not set(one) <= ITEM_KEYS:
        yield f"{link}: {set(one) - ITEM_KEYS or sort}"
    if (sort == "group" and not one.get("item")) or (sort == "display" and one.get("item")):
        yield f"que-1 {link}"
    if "answerOption" in one and sort not in ("choice", "open-choice"):
        yield f"que-5 {link}"
    if sort == "display" and {"required", "repeats", "readOnly"} & set(one):
        yield f"que-6, que-9 {link}"
    if "maxLength" in one and sort not in ("string", "text", "url", "open-choice"):
        yield f"que-10 {link}"
    if sort in ("group", "display") and "initial" in one:
        yield f"que-8 {link}"
    if len(one.get("initial", [])) > 1 and not one.get("repeats"):
        yield f"que-13 {link}"
    entries = one.get("enableWhen", [])
    if len(entries) > 1 and one.get("enableBehavior") not in ("all", "any"):
        yield f"que-12 {link}"
    for entry in entries:
        answers = [key for key in entry if key.startswith("answer")]
        if entry["operator"] not in OPERATORS or len(answers) != 1:
            yield f"enableWhen {link}"
        if entry["operator"] == "exists" and answers != ["answerBoolean"]:
            yield f"que-7 {link}"
    for extension in one.get("extension", []):
        values = [key for key in extension if key.startswith("value")]
        if not extension["url"].startswith("http") or (len(values) == 1) == (
            "extension" in extension
        ):
            yield f"ext-1 {link} {extension}"
    for option in one.get("answerOption", []):
        if sum(key.startswith("value") for key in option) != 1:
            yield f"answerOption {link}"


class TestWriting:
    ITEMS = """
    - {id: one, kind: single_choice, label: {zh: 一, en: One}, required: true, hint: Choose,
       options: [{value: a, label: A}, {value: b, text: true, label: Other}, {value: c, label: C}]}
    - {id: many, kind: multiple_choice, label: Many, max_choices: 2,
       options: [{value: a, label: A}, {value: b, label: B},
                 {value: c, exclusive: true, label: C}]}
    - {id: mark, kind: scale, scale: mark, label: Mark}
    - {id: flag, kind: yes_no, label: Flag, default: "yes"}
    - {id: age, kind: integer, min: 1, max: 120, label: Age}
    - {id: size, kind: decimal, unit: cm, label: Size, constraint: ". > 0",
       constraint_message: Positive}
    - {id: day, kind: date, label: Day, relevant: "${flag} = 'yes' and ${age} >= 18"}
    - {id: why, kind: long_text, label: Why, relevant: "selected(${many}, 'a') or ${one} != ''"}
    - {id: odd, kind: short_text, label: Odd, relevant: "${age} mod 2 = 1 or not(${flag} = 'yes')"}
    - {id: sum, kind: calculated, calculate: "${age} * 2", shown: true, label: Sum}
    - {id: line, kind: slider, min: 0, max: 10, label: Line}
    - {id: grid, kind: matrix, scale: mark, label: Grid, required: true,
       rows: [{value: r1, label: R1}, {value: r2, label: R2}]}
    - {id: proof, kind: photo, label: Photo}
    - {id: told, kind: note, label: Read this}
    - {id: wave, kind: hidden, value: w1, label: Wave}
    - {id: okay, kind: consent, label: I agree, required: true}
    """

    def written(self) -> dict[str, Any]:
        assert FORMAT.write is not None
        tree: dict[str, Any] = json.loads(FORMAT.write(loaded(self.ITEMS, SCALE), "").content)
        return tree

    def test_it_is_a_valid_resource(self) -> None:
        assert list(breaches(self.written())) == []

    def test_the_library_is_written_as_valid_resources(self) -> None:
        assert FORMAT.write is not None
        for file in sorted(Path(questionnaires.__file__).parent.glob("library/*-*.yaml")):
            written = FORMAT.write(questionnaires.load(file), "")
            assert list(breaches(json.loads(written.content))) == []
            accepted(FORMAT.read(written.content, file.name))

    def test_link_ids_are_the_items_identifiers(self) -> None:
        first, second = self.written(), self.written()
        assert first == second
        links = {one["linkId"]: one for one in walk(first["item"])}
        assert {"one", "many", "grid", "grid.r1", "one.hint"} <= set(links)

    def test_simple_conditions_are_written_as_enable_when(self) -> None:
        links = {one["linkId"]: one for one in walk(self.written()["item"])}
        assert links["day"]["enableWhen"] == [
            {"question": "flag", "operator": "=", "answerBoolean": True},
            {"question": "age", "operator": ">=", "answerInteger": 18},
        ]
        assert links["why"]["enableBehavior"] == "any"
        (path,) = [
            one["valueExpression"]["expression"]
            for one in links["odd"]["extension"]
            if one["url"].endswith("enableWhenExpression")
        ]
        assert "descendants().where(linkId = 'age').answer.value mod 2" in path

    def test_what_is_written_reads_back_with_the_same_meaning(self) -> None:
        again = accepted(FORMAT.read(packed(self.written()), "sample.json"))
        found = {one.id: one for one in again.items}
        assert {name: found[name].kind for name in ("one", "many", "mark", "flag", "age")} == {
            "one": "single_choice",
            "many": "multiple_choice",
            "mark": "scale",
            "flag": "yes_no",
            "age": "integer",
        }
        assert found["day"].relevant == "${flag} = 'yes' and ${age} >= 18"
        assert found["why"].relevant == "selected(${many}, 'a') or ${one} != ''"
        assert found["odd"].relevant == "${age} mod 2 = 1 or not(${flag} = 'yes')"
        assert found["size"].constraint == ". > 0"
        assert found["one"].label == Text({"zh": "一", "en": "One"})
        assert found["one"].required is True


UNSEEN = """
id: unseen
title: {en: Unseen, zh: 不见}
languages: [en, zh]
sections:
  - {id: kids, title: Kids, repeat: {max: 5}, items: [{id: kage, kind: integer, label: Age}]}
  - id: rest
    title: Rest
    items:
      - {id: tot, kind: calculated, calculate: "sum(${kids}.kage)", label: Total}
      - {id: seen, kind: calculated, shown: true, calculate: "${tot} + 1", label: Seen}
      - {id: wave, kind: hidden, value: w1, label: Wave}
      - {id: off, kind: calculated, calculate: "1 + 1", relevant: false(), label: Off}
      - {id: never, kind: short_text, default: x, relevant: false(), label: Never}
      - {id: gone, kind: short_text, relevant: false(), label: Gone}
      - {id: bare, kind: integer, constraint: ". > 3", label: Bare}
"""


class TestOutAndInAgain:
    def again(self) -> Imported:
        assert FORMAT.write is not None
        written = FORMAT.write(questionnaires.load(UNSEEN), "")
        return FORMAT.read(written.content, "unseen.json")

    def test_what_nobody_sees_keeps_its_value(self) -> None:
        imported = self.again()
        found = {one.id: one.model_dump() for one in accepted(imported).items}
        total, seen, wave = found["tot"], found["seen"], found["wave"]
        assert (total["kind"], total["calculate"]) == ("calculated", "sum(${kids}.kage)")
        assert (total["shown"], total["relevant"]) == (False, None)
        assert (seen["shown"], seen["calculate"]) == (True, "${tot} + 1")
        assert (wave["kind"], wave["value"], wave["relevant"]) == ("hidden", "w1", None)
        for name in ("off", "never", "gone"):
            assert found[name]["relevant"] == "false()", name
        told = lost(imported, "never_shown")
        assert (told.severity, found["never"]["kind"]) == ("warning", "short_text")

    def test_a_check_without_a_message_gets_none(self) -> None:
        bare = accepted(self.again()).item_by_id["bare"]
        assert (bare.constraint, bare.constraint_message) == (". > 3", None)

    def test_no_respondent_reads_fhirpath(self) -> None:
        assert FORMAT.write is not None
        written = FORMAT.write(questionnaires.load(UNSEEN), "").content.decode()
        assert "This answer does not meet the condition." in written
        parts = [
            {"url": "expression", "valueString": "$this > 3"},
            {"url": "human", "valueString": "$this > 3"},
        ]
        extension = [{"url": f"{HL7}questionnaire-constraint", "extension": parts}]
        assert only(read(item("integer", extension=extension))).constraint_message is None

    def test_a_hidden_calculation_that_cannot_be_read_asks_nobody(self) -> None:
        hidden = {"url": f"{HL7}questionnaire-hidden", "valueBoolean": True}
        dead = fhirpath("calculatedExpression", "%patient.age")
        found = only(read(item("string", extension=[dead, hidden])))
        assert (found.kind, found.relevant) == ("short_text", "false()")


def test_nothing_that_a_form_says_of_itself_is_dropped_in_silence() -> None:
    about = {"publisher": "P", "url": "http://x", "copyright": "C", "unheard-of": 1}
    coded = item("string", "a", code=[{"code": "1"}], definition="http://d")
    losses = read(coded, **about).losses
    told = {loss.values["key"] for loss in losses if loss.code == "setting_unused"}
    assert told >= {*about, "code", "definition"}


@pytest.mark.parametrize("image", [True, False])
@pytest.mark.parametrize(("size", "megabytes"), [(3, 3), (3_000_000, 3), (500_000, 1)])
def test_the_size_of_a_file_is_in_bytes_or_in_megabytes(
    image: bool, size: int, megabytes: int
) -> None:
    extensions = [{"url": f"{HL7}maxSize", "valueDecimal": size}]
    if image:
        extensions.append({"url": f"{HL7}mimeType", "valueCode": "image/png"})
    found: Any = only(read(item("attachment", extension=extensions)))
    assert (found.kind, found.max_megabytes) == ("photo" if image else "file", megabytes)


def test_names_of_extensions_are_told_once(tmp_path: Path) -> None:
    look = {"url": f"{HL7}rendering-style", "valueString": "bold"}
    imported = read(item("string", "a", extension=[look]), item("string", "b", extension=[look]))
    assert lost(imported, "setting_unused").values["count"] == 2
    assert "expression_untranslated" not in codes(imported)


@pytest.mark.parametrize("file", shared_files("fhir", ".json"))
def test_every_shared_form_converts(file: Path) -> None:
    imported = converts(FORMAT, file)
    assert imported.expressions == sum(1 for _ in conditions(json.loads(file.read_bytes())))


def conditions(value: Any) -> Iterator[Any]:
    """Yield what holds an expression, found without knowing what a questionnaire is."""
    if isinstance(value, dict):
        told = value.get("valueExpression")
        pattern = str(value.get("url")).endswith("/regex")
        if pattern or value.get("enableWhen") or (isinstance(told, dict) and "expression" in told):
            yield value
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, dict | list):
            yield from conditions(part)
