"""SurveyJS JSON: what each element becomes, and that nothing is lost without a word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import questionnaires
from questionnaires import Text
from questionnaires.formats.limits import MAX_BYTES, MAX_EXPRESSIONS, MAX_ITEMS
from questionnaires.formats.losses import Imported
from questionnaires.formats.surveyjs import FORMAT

from ..making import SCALE, answered, loaded
from .importing import (
    accepted,
    codes,
    converts,
    grows_evenly,
    lost,
    meaning,
    only,
    packed,
    refusal,
    shared_files,
)

KEYS = re.compile(r".*(If|Expression)|expression|regex")


def read(*elements: dict[str, Any], **rest: Any) -> Imported:
    page = {"name": "p", "elements": list(elements)}
    return FORMAT.read(packed({"title": "T", "pages": [page], **rest}), "form.json")


def element(sort: str, name: str = "q", **rest: Any) -> dict[str, Any]:
    return {"type": sort, "name": name, **rest}


def condition(text: str, *others: dict[str, Any]) -> str | None:
    """Return what a condition became, in a form with questions of the usual sorts."""
    asked = [
        element("radiogroup", "one", choices=["a", "b", 3]),
        element("checkbox", "many", choices=["a", "b", "c"]),
        element("boolean", "flag"),
        element("text", "words"),
        element("text", "born", inputType="date"),
        *others,
    ]
    imported = read(*asked, element("text", "target", visibleIf=text))
    return accepted(imported).item_by_id["target"].relevant


class TestElements:
    @pytest.mark.parametrize(
        ("sort", "settings", "kind"),
        [
            ("text", {}, "short_text"),
            ("text", {"inputType": "number"}, "decimal"),
            ("text", {"inputType": "number", "step": 1}, "integer"),
            ("text", {"inputType": "date"}, "date"),
            ("text", {"inputType": "datetime-local"}, "date_time"),
            ("text", {"inputType": "email"}, "email"),
            ("text", {"inputType": "tel"}, "phone"),
            ("text", {"inputType": "url"}, "url"),
            ("text", {"maxLength": 5000}, "long_text"),
            ("comment", {}, "long_text"),
            ("radiogroup", {"choices": [1, 2]}, "single_choice"),
            ("dropdown", {"choices": [1, 2]}, "single_choice"),
            ("dropdown", {"choicesMin": 1, "choicesMax": 300}, "cascade"),
            ("imagepicker", {"choices": [1, 2], "multiSelect": True}, "multiple_choice"),
            ("checkbox", {"choices": [1, 2]}, "multiple_choice"),
            ("checkbox", {"choices": [1]}, "consent"),
            ("tagbox", {"choices": [1, 2]}, "multiple_choice"),
            ("ranking", {"choices": [1, 2]}, "ranking"),
            ("boolean", {}, "yes_no"),
            ("boolean", {"labelTrue": "Ja", "labelFalse": "Nein"}, "yes_no"),
            ("boolean", {"labelTrue": "Tea", "labelFalse": "Coffee"}, "single_choice"),
            ("rating", {}, "scale"),
            ("rating", {"rateType": "stars", "rateMax": 4}, "stars"),
            ("rating", {"rateMin": 0, "rateMax": 10}, "net_promoter"),
            ("rating", {"rateMin": 0, "rateMax": 1000}, "slider"),
            ("slider", {}, "slider"),
            ("matrix", {"columns": [1, 2], "rows": ["r"]}, "matrix"),
            ("matrix", {"columns": [1], "rows": ["r"]}, "matrix_text"),
            (
                "matrix",
                {"columns": [1, 2], "rows": ["r"], "cellType": "checkbox"},
                "matrix_multiple",
            ),
            ("multipletext", {"items": [{"name": "a"}, {"name": "b"}]}, "matrix_text"),
            ("file", {}, "file"),
            ("file", {"acceptedTypes": "image/*"}, "photo"),
            ("signaturepad", {}, "signature"),
            ("html", {"html": "<p>Read <b>this</b></p>"}, "note"),
            ("expression", {"expression": "1 + 1"}, "calculated"),
            ("imagemap", {"areas": [{"value": 1}, {"value": 2}]}, "multiple_choice"),
            ("image", {"imageLink": "a.png", "altText": "A"}, "note"),
            ("buttongroup", {"choices": [1, 2]}, "single_choice"),
            ("text", {"inputType": "month"}, "short_text"),
            ("some-widget", {}, "long_text"),
            ("some-widget", {"choices": [1, 2]}, "single_choice"),
        ],
    )
    def test_every_type_has_a_kind(self, sort: str, settings: Any, kind: str) -> None:
        assert only(read(element(sort, **settings))).kind == kind

    def test_choices_carry_their_extra_entries(self) -> None:
        settings: dict[str, Any] = {
            "showOtherItem": True,
            "showNoneItem": True,
            "otherText": "Else",
        }
        item: Any = only(read(element("checkbox", choices=["a", "b"], **settings)))
        assert [(o.value, o.text, o.exclusive) for o in item.options] == [
            ("a", False, False),
            ("b", False, False),
            ("none", False, True),
            ("other", True, False),
        ]
        assert item.options[-1].label == Text("Else")

    def test_choices_from_elsewhere_are_told(self) -> None:
        imported = read(element("dropdown", choicesByUrl={"url": "https://example.org/list"}))
        assert only(imported).kind == "short_text"
        assert lost(imported, "options_outside").where.endswith("choicesByUrl")

    def test_rate_values_become_levels_with_scores(self) -> None:
        ends = {"minRateDescription": "bad", "maxRateDescription": "good"}
        questionnaire = accepted(read(element("rating", rateMax=3, **ends)))
        (levels,) = questionnaire.scales.values()
        assert [(o.label.get("en"), o.score) for o in levels] == [
            ("1 – bad", 1),
            ("2", 2),
            ("3 – good", 3),
        ]

    def test_each_column_of_a_dropdown_matrix_is_a_matrix(self) -> None:
        columns = [
            {"name": "how", "cellType": "dropdown", "choices": [1, 2]},
            {"name": "many", "cellType": "text", "inputType": "number"},
            {"name": "what", "cellType": "checkbox", "choices": ["x", "y"]},
            {"name": "why", "cellType": "comment"},
        ]
        imported = read(element("matrixdropdown", columns=columns, rows=["r1", "r2"]))
        assert [(i.id, i.kind) for i in accepted(imported).items] == [
            ("q_how", "matrix"),
            ("q_many", "matrix_number"),
            ("q_what", "matrix_multiple"),
            ("q_why", "matrix_text"),
        ]
        assert "part_of_kind" in codes(imported)

    @pytest.mark.parametrize(
        ("sort", "inside"),
        [
            ("paneldynamic", {"templateElements": [element("text", "a")], "minPanelCount": 1}),
            ("matrixdynamic", {"columns": [{"name": "a", "cellType": "text"}], "minRowCount": 1}),
        ],
    )
    def test_what_may_be_added_again_is_a_repeated_section(self, sort: str, inside: Any) -> None:
        questionnaire = accepted(read(element("text", "first"), element(sort, **inside)))
        repeated = questionnaire.sections[1]
        assert repeated.repeat is not None
        assert (repeated.repeat.min, [i.id for i in repeated.items]) == (1, ["a"])

    def test_validators_become_limits_and_constraints(self) -> None:
        validators = [
            {"type": "numeric", "minValue": 1, "maxValue": 9},
            {"type": "expression", "expression": "{q} <> 5", "text": "Not five"},
        ]
        item: Any = only(read(element("text", inputType="number", validators=validators)))
        assert (item.min, item.max, item.constraint) == (1, 9, ". != 5")
        assert item.constraint_message == Text("Not five")

    def test_a_pattern_means_a_part_of_the_text_unless_it_is_anchored(self) -> None:
        for pattern, ours in (("^[0-9]{5}$", "^[0-9]{5}$"), ("[0-9]", ".*[0-9].*")):
            rule = {"type": "regex", "regex": pattern}
            item = only(read(element("text", validators=[rule])))
            assert item.constraint == f". = '' or regex(., '{ours}')"

    @pytest.mark.parametrize(
        ("sort", "settings", "kind", "constraint"),
        [
            ("pattern", {"pattern": "99-aa"}, "short_text",
             r". = '' or regex(., '[0-9][0-9]\-[a-zA-Z][a-zA-Z]')"),
            ("numeric", {"precision": 0, "min": 1}, "integer", None),
            ("currency", {"prefix": "$"}, "decimal", None),
            ("datetime", {"pattern": "mm/dd/yyyy"}, "date", None),
            ("datetime", {"pattern": "mm/dd/yyyy HH:MM"}, "date_time", None),
        ],
    )  # fmt: skip
    def test_a_mask_says_what_is_typed_in(
        self, sort: str, settings: Any, kind: str, constraint: str | None
    ) -> None:
        item = only(read(element("text", maskType=sort, maskSettings=settings)))
        assert (item.kind, item.constraint) == (kind, constraint)

    def test_a_field_of_several_keeps_its_validators(self) -> None:
        strict = {"name": "a", "validators": [{"type": "regex", "regex": "^[0-9]+$"}]}
        found = accepted(read(element("multipletext", items=[strict, {"name": "b"}])))
        assert found.item_by_id["q_a"].constraint == ". = '' or regex(., '^[0-9]+$')"

    def test_remarks_beneath_a_question_are_a_question(self) -> None:
        remarks = {"showCommentArea": True, "commentText": "Why?"}
        asked = [
            element("radiogroup", choices=[1, 2], **remarks),
            element("text", "then", visibleIf="{q-Comment} notempty"),
        ]
        found = accepted(read(*asked)).item_by_id
        assert found["q-comment"].label == Text({"und": "q · Why?"})
        assert found["then"].relevant == "${q-comment} != ''"

    def test_settings_that_change_what_may_be_answered_are_warnings(self) -> None:
        column = {"name": "c", "cellType": "text", "totalType": "sum", "isUnique": True}
        imported = read(element("matrixdynamic", columns=[column]), maxTimeToFinish=60)
        told = {loss.values["key"] for loss in imported.losses if loss.code == "setting_dropped"}
        assert told == {"totalType", "isUnique", "maxTimeToFinish"}

    def test_a_first_answer_takes_the_value_that_the_option_got(self) -> None:
        assert only(read(element("boolean", defaultValue=True))).default == "yes"
        choices = element("checkbox", choices=[1, 2], defaultValue=[2])
        assert only(read(choices)).default == ("2",)


class TestStructure:
    def test_panels_with_a_title_are_sections_and_others_are_layout(self) -> None:
        panel = element(
            "panel",
            "s",
            title="Inner",
            visibleIf="{a} = 1",
            elements=[
                element("text", "c"),
                element("panel", "layout", visibleIf="{b} = 2", elements=[element("text", "d")]),
            ],
        )
        asked = [element("text", "a"), element("text", "b"), panel, element("text", "e")]
        questionnaire = accepted(read(*asked))
        assert [[i.id for i in s.items] for s in questionnaire.sections] == [
            ["a", "b"],
            ["c", "d"],
            ["e"],
        ]
        inner = questionnaire.sections[1]
        assert (inner.title, inner.relevant) == (Text("Inner"), "${a} = 1")
        assert inner.items[1].relevant == "${b} = 2"

    def test_texts_keep_their_languages(self) -> None:
        title = {"default": "Name", "zh-cn": "姓名", "fr": "Nom"}
        questionnaire = accepted(read(element("text", title=title), locale="en"))
        assert questionnaire.languages == ("en", "fr", "zh")
        assert questionnaire.items[0].label == Text({"en": "Name", "zh": "姓名", "fr": "Nom"})

    def test_braces_in_a_text_are_no_slots_of_ours(self) -> None:
        imported = read(element("text", title="Hello {name}"))
        assert only(imported).label == Text("Hello [name]")
        assert "{name}" in lost(imported, "piping_fixed").message("en")

    def test_a_text_shows_answers(self) -> None:
        panel = element("paneldynamic", "kids", templateElements=[
            element("text", "kid", title="Kid"), element("text", "age", title="Age of {panel.kid}"),
        ])  # fmt: skip
        asked = [element("text", "who", title="You"), panel]
        title = {"default": "Hi {who}, {kid} and {Who}", "fr": "Salut {who}"}
        imported = read(*asked, element("html", "bye", html=title), locale="en")
        found = accepted(imported).item_by_id
        assert found["bye"].label == Text(
            {"en": "Hi ${who}, [kid] and ${who}", "fr": "Salut ${who}"}
        )
        assert found["age"].label.get("en") == "Age of ${kid}"
        assert "repeated section" in lost(imported, "piping_fixed").message("en")

    def test_a_first_answer_may_be_worked_out(self) -> None:
        first = {"inputType": "date", "defaultValueExpression": "today()"}
        item = only(read(element("text", **first)))
        assert item.model_dump()["default"] == {"calculate": "today()"}
        imported = read(element("text", defaultValueExpression="fetch({q})"))
        assert only(imported).default is None
        assert (imported.expressions, imported.flagged) == (1, 1)
        assert lost(imported, "expression_untranslated").severity == "warning"

    @pytest.mark.parametrize(
        ("bound", "count"),
        [
            ({"bindings": {"panelCount": "n"}}, "${n}"),
            ({"panelCountExpression": "{n} + 1"}, "${n} + 1"),
            ({"panelCount": 2}, None),
        ],
    )
    def test_the_number_of_panels(self, bound: dict[str, Any], count: str | None) -> None:
        number = element("text", "n", inputType="number")
        panel = element("paneldynamic", "kids", templateElements=[element("text", "k")], **bound)
        section = accepted(read(number, panel)).section_of["k"]
        assert section.repeat is not None
        assert section.repeat.count == count

    def test_pictures_in_the_file_are_kept_and_others_told(self) -> None:
        inside, outside = "data:image/png;base64,iVBORw0KGgo=", "https://x.org/b.png"
        choices = [
            {"value": "a", "imageLink": inside},
            {"value": "b", "imageLink": outside},
            {"value": "c", "imageLink": inside},
        ]
        imported = read(element("imagepicker", choices=choices))
        item: Any = only(imported)
        assert [option.image for option in item.options] == ["picture-1", None, "picture-1"]
        assert accepted(imported).media["picture-1"].source == inside
        assert lost(imported, "media_dropped").values["file"] == outside

    def test_questions_of_a_page_in_random_order(self) -> None:
        pages = [
            {"name": "p1", "questionsOrder": "random", "elements": [element("text", "a")]},
            {"name": "p2", "elements": [element("text", "b")]},
        ]
        made = accepted(FORMAT.read(packed({"title": "T", "pages": pages}), "form.json"))
        assert [section.random_order for section in made.sections] == [True, False]


PAGES = [
    {"name": f"p{n}", "title": f"P{n}", "elements": [{"type": "text", "name": f"q{n}"}]}
    for n in range(1, 5)
]


class TestTriggers:
    @pytest.mark.parametrize(
        ("trigger", "jump"),
        [
            ({"type": "skip", "gotoName": "q3"}, {"to": "p3", "when": "${q1} = 'x'"}),
            ({"type": "complete"}, {"to": "end", "when": "${q1} = 'x'"}),
        ],
    )
    def test_one_that_leads_on_is_a_jump(
        self, trigger: dict[str, Any], jump: dict[str, str]
    ) -> None:
        triggers = [{**trigger, "expression": "{q1} = 'x'"}]
        form = packed({"title": "T", "pages": PAGES, "triggers": triggers})
        imported = FORMAT.read(form, "form.json")
        assert [one.model_dump() for one in accepted(imported).sections[0].jump] == [jump]
        assert imported.flagged == 0
        assert lost(imported, "jump_kept").values["name"] == "p1"

    @pytest.mark.parametrize(
        "trigger",
        [
            {"type": "skip", "gotoName": "q1", "expression": "{q3} = 'x'"},
            {"type": "skip", "gotoName": "gone", "expression": "{q1} = 'x'"},
            {"type": "setvalue", "setToName": "q2", "expression": "{q1} = 'x'"},
        ],
    )
    def test_others_are_flagged(self, trigger: dict[str, Any]) -> None:
        form = packed({"title": "T", "pages": PAGES, "triggers": [trigger]})
        imported = FORMAT.read(form, "form.json")
        assert not any(section.jump for section in accepted(imported).sections)
        assert (imported.expressions, imported.flagged) == (1, 1)


class TestMoreStructure:
    def test_calculated_values_and_triggers(self) -> None:
        imported = read(
            element("text", "a", inputType="number"),
            calculatedValues=[{"name": "double", "expression": "{a} * 2"}],
            triggers=[{"type": "setvalue", "expression": "{a} > 3", "setToName": "b"}],
        )
        double: Any = accepted(imported).item_by_id["double"]
        assert double.calculate == "${a} * 2"
        assert (imported.expressions, imported.translated, imported.flagged) == (2, 1, 1)
        assert lost(imported, "expression_untranslated").where == "$.triggers[0].expression"

    def test_every_setting_without_a_counterpart_is_named_once_with_its_places(self) -> None:
        imported = read(element("text", "a", width="50%"), element("text", "b", width="50%"))
        assert dict(lost(imported, "setting_unused").values) == {
            "key": "width",
            "count": 2,
            "places": ["$.pages[0].elements[0].width", "$.pages[0].elements[1].width"],
        }


class TestConditions:
    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            ("{one} = 'a'", "${one} = 'a'"),
            ("{one} == a", "${one} = 'a'"),
            ("'a' = {one}", "${one} = 'a'"),
            ("{one} = 3", "${one} = '3'"),
            ("{one} <> 'a' and {words} notempty", "${one} != 'a' and ${words} != ''"),
            ("{words} EMPTY OR {flag}", "${words} = '' or ${flag} = 'yes'"),
            ("!{flag}", "not(${flag} = 'yes')"),
            ("{flag} = false", "${flag} = 'no'"),
            ("{many} contains 'a'", "selected(${many}, 'a')"),
            ("{words} contains 'a'", "contains(${words}, 'a')"),
            (
                "{many} anyof ['a', 'b']",
                "selected(${many}, 'a') or selected(${many}, 'b')",
            ),
            (
                "{many} allof ['a', 'b']",
                "selected(${many}, 'a') and selected(${many}, 'b')",
            ),
            ("['a', 'b'] anyof {one}", "${one} = 'a' or ${one} = 'b'"),
            ("['a', 'b'] contains {one}", "${one} = 'a' or ${one} = 'b'"),
            ("{many.length} >= 2", "count-selected(${many}) >= 2"),
            ("(({one} = 'a') or ({one} = 'b')", "${one} = 'a' or ${one} = 'b'"),
            ("iif({one} = 'a', 1, 2) > 1", "if(${one} = 'a', 1, 2) > 1"),
            ("age({born}) >= 18", "difference-in-years(${born}, today()) >= 18"),
            ("{ONE} = 'a'", "${one} = 'a'"),
            ("{many[0]} = 'a'", "selected-at(${many}, 0) = 'a'"),
            (
                "dateDiff({born}, today(), 'months') > 6",
                "difference-in-months(${born}, today()) > 6",
            ),
            ("{born} > today(-7)", "${born} > today() + -7"),
            ("dateAdd({born}, 14) < today()", "${born} + 14 < today()"),
            ("year({born}) = 1990", "number(format-date(${born}, '%Y')) = 1990"),
            ("substring({words}, 0, 2) = 'ab'", "substr(${words}, 0, 2) = 'ab'"),
            ("count({many}) > 1", "count-non-empty(${many}) > 1"),
            ("displayValue('one') = 'a'", "choice-label(${one}) = 'a'"),
        ],
    )
    def test_the_grammar_is_theirs_and_the_meaning_ours(self, theirs: str, ours: str) -> None:
        assert condition(theirs) == ours

    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            ("sumInArray({pd}, 'n') > 9", "sum(${pd}.n) > 9"),
            ("avgInArray({pd}, 'n', {k} = 'x') > 2", "mean(${pd}.n, ${k} = 'x') > 2"),
            ("countInArray({pd}, 'n') = 2", "count-non-empty(${pd}.n) = 2"),
            ("maxInArray({pd}, 'n') < 5", "max(${pd}.n) < 5"),
            ("{pd.length} > 1", "count(${pd}.k) > 1"),
            ("{pd} notempty", "count(${pd}.k) > 0"),
            ("{pd[0].n} > 3", "indexed-repeat(${pd}.n, 1) > 3"),
            ("{pd[-1].n} > 3", "indexed-repeat(${pd}.n, count(${pd}.n)) > 3"),
        ],
    )
    def test_entries_of_a_repeated_panel_are_gathered(self, theirs: str, ours: str) -> None:
        inside = [element("text", "k"), element("text", "n", inputType="number")]
        assert condition(theirs, element("paneldynamic", "pd", templateElements=inside)) == ours

    @pytest.mark.parametrize(
        ("sort", "inside", "counter", "ours"),
        [
            ("paneldynamic", "templateElements", "{panelIndex} > 0", "position(..) - 1 > 0"),
            ("matrixdynamic", "columns", "{rowIndex} > 1", "position(..) > 1"),
        ],
    )
    def test_entries_are_numbered(self, sort: str, inside: str, counter: str, ours: str) -> None:
        column = {"name": "c", "type": "text", "cellType": "text", "visibleIf": counter}
        made = accepted(read(element(sort, "p", **{inside: [column]})))
        assert made.item_by_id["c"].relevant == ours

    @pytest.mark.parametrize(
        "text",
        ["isContainerReady('p')", "{one} = ", "weekday({one}) = 1", "{target} = 1", "((((" * 100],
    )
    def test_what_cannot_be_translated_is_left_out_with_its_text(self, text: str) -> None:
        asked = [element("checkbox", "many", choices=["a", "b"]), element("text", "one")]
        imported = read(*asked, element("text", "target", visibleIf=text))
        assert accepted(imported).item_by_id["target"].relevant is None
        told = [loss for loss in imported.losses if loss.severity == "error"]
        assert [loss.where.removesuffix(".visibleIf") for loss in told] == [
            "$.pages[0].elements[2]"
        ]
        assert imported.flagged == 1

    def test_a_name_that_the_program_supplies_becomes_a_hidden_item(self) -> None:
        assert condition("!{source} or {source} = 'de'") == "not(${source}) or ${source} = 'de'"

    def test_rows_that_conditions_read_become_items(self) -> None:
        matrix = element("matrix", "m", columns=["Yes", "No"], rows=["r1", "r2"])
        assert condition("{m.r1} = 'Yes'", matrix) == "${m_r1} = 'Yes'"

    def test_cells_that_conditions_read_become_items(self) -> None:
        columns = [{"name": "x", "cellType": "dropdown"}, {"name": "y", "cellType": "text"}]
        table = element("matrixdropdown", "m", columns=columns, choices=[1, 2], rows=["r1", "r2"])
        assert condition("{m.r2.x} = 1", table) == "${m_x_r2} = '1'"

    def test_cells_that_hang_on_others_of_their_row_become_items(self) -> None:
        columns = [
            {"name": "x", "cellType": "dropdown"},
            {"name": "y", "cellType": "text", "visibleIf": "{row.x} = 1"},
        ]
        table = element("matrixdropdown", "m", columns=columns, choices=[1, 2], rows=["r1", "r2"])
        imported = read(table)
        found = accepted(imported).item_by_id
        assert found["m_y_r1"].relevant == "${m_x_r1} = '1'"
        assert found["m_y_r2"].relevant == "${m_x_r2} = '1'"
        assert (imported.expressions, imported.translated, imported.flagged) == (1, 1, 0)

    def test_a_value_that_cannot_be_worked_out_is_not_asked_for(self) -> None:
        values = [{"name": "v", "expression": "unheardOf({q})"}, {"name": "w", "expression": "{q}"}]
        imported = read(element("text"), calculatedValues=values)
        found = accepted(imported).item_by_id
        assert (found["v"].relevant, found["w"].relevant) == ("false()", None)
        assert [loss.code for loss in imported.errors] == ["expression_untranslated"]

    def test_what_nobody_answers_is_not_demanded(self) -> None:
        worked_out = element("expression", "e", expression="1 + 1", isRequired=True)
        imported = read(worked_out, element("text"))
        assert not imported.errors
        assert accepted(imported).item_by_id["e"].required is False
        (told,) = [loss for loss in imported.losses if loss.code == "setting_unused"]
        assert told.values["key"] == "required"

    def test_rows_with_conditions_become_items(self) -> None:
        rows = ["a", {"value": "b", "visibleIf": "{w} notempty"}]
        every = {"rowsVisibleIf": "{src} contains {item}"}
        asked = [element("text", "w"), element("checkbox", "src", choices=["a", "b"])]
        matrix = element("matrix", "m", columns=[1, 2], rows=rows, **every)
        found = accepted(read(*asked, matrix)).item_by_id
        assert found["m_a"].relevant == "selected(${src}, 'a')"
        assert found["m_b"].relevant == "selected(${src}, 'b') and ${w} != ''"

    @pytest.mark.parametrize(
        ("mode", "which"),
        [("selected", "chosen"), ("unselected", "not_chosen")],
    )
    def test_choices_carried_forward(self, mode: str, which: str) -> None:
        lent = {"choicesFromQuestion": "src", "choicesFromQuestionMode": mode}
        asked = [element("checkbox", "src", choices=["a", "b"]), element("radiogroup", **lent)]
        item: Any = accepted(read(*asked)).item_by_id["q"]
        assert item.carry_forward.model_dump() == {"item": "src", "which": which}
        assert [option.value for option in item.options] == ["a", "b"]

    def test_choices_are_filtered_by_their_own_properties(self) -> None:
        choices = [{"value": "x", "college": "a"}, {"value": "y", "college": "b"}]
        asked = [
            element("radiogroup", "college", choices=["a", "b"]),
            element("dropdown", choices=choices, choicesVisibleIf="{college} = {$item.college}"),
        ]
        item: Any = accepted(read(*asked)).item_by_id["q"]
        assert item.choice_filter == "${college} = ${option.college}"
        assert [o.properties for o in item.options] == [{"college": "a"}, {"college": "b"}]

    def test_a_name_within_a_repeated_panel_is_looked_up_there(self) -> None:
        panels = [
            element(
                "paneldynamic",
                name,
                templateElements=[
                    element("text", "a"),
                    element("text", "b", visibleIf="{panel.a} = 1"),
                ],
            )
            for name in ("p1", "p2")
        ]
        questionnaire = accepted(read(*panels))
        assert [s.items[1].relevant for s in questionnaire.sections] == ["${a} = 1", "${a-2} = 1"]

    def test_choices_that_exclude_each_other_become_limits(self) -> None:
        choices = [
            {"value": v, "enableIf": f"{{q}} anyof '{v}' or !({{q}} anyof '9')"} for v in "12"
        ]
        choices.append({"value": "9", "enableIf": "{q} anyof '9' or {q.length} = 0"})
        imported = read(element("checkbox", choices=choices))
        item: Any = only(imported)
        assert [o.exclusive for o in item.options] == [False, False, True]
        assert (imported.expressions, imported.translated) == (3, 3)

    def test_choices_that_other_answers_rule_out_become_a_filter(self) -> None:
        choices = ["a", {"value": "b", "visibleIf": "{other} = 1"}]
        asked = [element("text", "other"), element("radiogroup", choices=choices)]
        item: Any = accepted(read(*asked)).item_by_id["q"]
        assert item.choice_filter == "${option.value} != 'b' or ${other} = 1"

    def test_conditions_in_a_circle_lose_one_of_them(self) -> None:
        asked = [element("text", f"q{n}", visibleIf=f"{{q{(n + 1) % 3}}} = 1") for n in range(3)]
        imported = read(*asked)
        kept = [item.relevant for item in accepted(imported).items]
        assert sum(condition is None for condition in kept) == 1
        assert lost(imported, "condition_dropped").severity == "error"


class TestHostileFiles:
    def test_a_file_beyond_the_limit_is_not_even_parsed(self) -> None:
        assert str(MAX_BYTES) in refusal(FORMAT.read(b"[" * (MAX_BYTES + 1), "big.json"))

    @pytest.mark.parametrize("content", [b"[" * 20_000, b'{"pages":' * 20_000, b'[{"a":' * 9_000])
    def test_deep_nesting_is_refused(self, content: bytes) -> None:
        assert refusal(FORMAT.read(content, "deep.json"))

    def test_deep_panels_are_refused_or_read(self) -> None:
        panel = element("text", "end")
        for number in range(400):
            panel = element("panel", f"p{number}", elements=[panel])
        assert "nested" in refusal(read(panel))

    def test_too_many_questions_are_refused(self) -> None:
        imported = read(*[{"type": "text", "name": f"q{n}"} for n in range(100_000)])
        assert str(MAX_ITEMS) in refusal(imported)

    def test_the_work_grows_with_the_keys(self) -> None:
        def run(keys: int) -> object:
            many = ",".join(f'"k{n}":1' for n in range(keys))
            content = f'{{"elements":[{{"type":"text","name":"q",{many},"k1":2}}]}}'.encode()
            imported = FORMAT.read(content, "form.json")
            assert lost(imported, "key_twice").values["key"] == "k1"
            return imported

        assert grows_evenly(run, 2_000)

    def test_expressions_beyond_the_limit_are_flagged(self) -> None:
        text = " or ".join(["{q0} = 1"] * 1_000)
        count = MAX_EXPRESSIONS // len(text) + 3
        asked = [element("text", f"q{n}", visibleIf=text if n else "") for n in range(count)]
        imported = read(*asked)
        assert imported.expressions == count - 1
        reasons = [str(x.values.get("reason")) for x in imported.losses if x.severity == "error"]
        assert any("taken together" in reason for reason in reasons)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
    def test_the_encoding_is_found(self, encoding: str) -> None:
        tree = {"title": "问卷", "elements": [element("text", title="姓名")]}
        content = json.dumps(tree, ensure_ascii=False).encode(encoding)
        imported = FORMAT.read(content, "form.json")
        assert only(imported).label == Text("姓名")
        assert ("encoding_guessed" in codes(imported)) == (not encoding.startswith("utf-8"))

    @pytest.mark.parametrize(
        "content",
        [b"", b"  ", b"{", b"null", b"[]", b"{}", b"[1]", b"\xff\xfe\xfa", b'{"pages":1}'],
    )
    def test_what_is_no_survey_is_refused_with_a_reason(self, content: bytes) -> None:
        assert refusal(FORMAT.read(content, "form.json"))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"type": 5, "name": ["x"]},
            {"type": "radiogroup", "name": "q", "choices": {"a": 1}},
            {"type": "radiogroup", "name": "q", "choices": [None, [], {"value": {}}, 1e999]},
            {"type": "matrix", "name": "q", "columns": "x", "rows": 3},
            {"type": "text", "name": "q", "title": {"en": {"deep": 1}}, "visibleIf": 7},
            {"type": "rating", "name": "q", "rateMin": "x", "rateMax": -1e300, "rateStep": 0},
            {"type": "paneldynamic", "name": "q", "templateElements": 1, "maxPanelCount": "many"},
            {"type": "text", "name": "\u0000\ud800", "title": "a\u0007b", "maxLength": 10**400},
        ],
    )
    def test_wrong_shapes_lose_what_is_wrong_and_no_more(self, wrong: dict[str, Any]) -> None:
        imported = FORMAT.read(
            json.dumps({"elements": [wrong, element("text", "good")]}).encode(), "form.json"
        )
        assert "good" in accepted(imported).item_by_id

    def test_a_condition_of_many_thousand_brackets_is_flagged(self) -> None:
        for text in ("(" * 20_000, "!" * 20_000, "{a} or " * 4_000, "[" * 500, "'" * 30_000):
            imported = read(element("text", "a"), element("text", "b", visibleIf=text))
            assert accepted(imported).item_by_id["b"].relevant is None
            assert imported.flagged == 1


class TestWriting:
    ITEMS = """
    - {id: one, kind: single_choice, label: {zh: 一, en: One}, required: true,
       options: [{value: a, label: {zh: 甲, en: A}},
                 {value: b, text: true, label: {zh: 乙, en: B}}]}
    - {id: many, kind: multiple_choice, label: {zh: 多, en: Many}, max_choices: 2,
       options: [{value: a, label: A}, {value: b, label: B},
                 {value: c, exclusive: true, label: C}]}
    - {id: mark, kind: scale, scale: mark, label: {zh: 评, en: Mark}}
    - {id: flag, kind: yes_no, label: {zh: 是否, en: Flag}, default: "yes"}
    - {id: age, kind: integer, min: 1, max: 120, label: {zh: 龄, en: Age}}
    - {id: size, kind: decimal, label: {zh: 长, en: Size}, constraint: ". > 0"}
    - {id: day, kind: date, label: {zh: 日, en: Day}, relevant: "${flag} = 'yes' and ${age} >= 18"}
    - {id: stars, kind: stars, stars: 4, label: {zh: 星, en: Stars}}
    - {id: nps, kind: net_promoter, label: {zh: 荐, en: NPS}}
    - {id: order, kind: ranking, top: 2, label: {zh: 序, en: Order},
       options: [{value: a, label: A}, {value: b, label: B}, {value: c, label: C}]}
    - {id: grid, kind: matrix, scale: mark, label: {zh: 阵, en: Grid}, required: true,
       rows: [{value: r1, label: R1}, {value: r2, label: R2}]}
    - {id: grid2, kind: matrix_multiple, label: {zh: 阵, en: Grid}, options: [{value: a, label: A},
       {value: b, label: B}], rows: [{value: r1, label: R1}]}
    - {id: words, kind: long_text, label: {zh: 文, en: Words}, max_characters: 500,
       relevant: "selected(${many}, 'a') or ${one} != ''", required: "${age} > 60"}
    - {id: proof, kind: photo, label: {zh: 照片, en: Photo}}
    - {id: sum, kind: calculated, calculate: "${age} * 2", shown: true, label: {zh: 和, en: Sum}}
    """

    def test_what_is_written_reads_back_with_the_same_meaning(self) -> None:
        questionnaire = loaded(self.ITEMS, SCALE)
        written = FORMAT.write(questionnaire, "") if FORMAT.write else None
        assert written is not None
        told = {(loss.where, loss.values["key"]) for loss in written.losses}
        assert told == {("scales.mark", "negative"), ("scales.mark", "missing")}
        again = accepted(FORMAT.read(written.content, "sample.json"))
        assert meaning(again) == meaning(questionnaire)
        assert again.item_by_id["size"].constraint == ". > 0"
        assert again.item_by_id["flag"].default == "yes"
        assert answered(again, {"one": "a", "grid": {"r1": "3", "r2": "dk"}, "nps": "7"})

    def test_a_filter_is_written_at_each_choice(self) -> None:
        questionnaire = loaded(
            """
            - {id: side, kind: short_text, label: Side}
            - {id: town, kind: single_choice, label: Town,
               choice_filter: "${option.side} = ${side}",
               options: [{value: p, properties: {side: e}, label: P}, {value: l, label: L}]}
            """
        )
        assert FORMAT.write is not None
        tree = json.loads(FORMAT.write(questionnaire, "").content)
        choices = tree["pages"][0]["elements"][1]["choices"]
        assert [choice["visibleIf"] for choice in choices] == ["'e' = {side}", "{side} empty"]

    def test_the_library_can_be_written_and_read_again(self) -> None:
        assert FORMAT.write is not None
        for file in sorted(Path(questionnaires.__file__).parent.glob("library/*-*.yaml")):
            questionnaire = questionnaires.load(file)
            written = FORMAT.write(questionnaire, "")
            again = accepted(FORMAT.read(written.content, file.name))
            asked = [
                [item.id for item in one.items if item.asked] for one in (again, questionnaire)
            ]
            assert asked[0] == asked[1]
            assert set(again.item_by_id) == set(questionnaire.item_by_id)


@pytest.mark.parametrize("file", shared_files("surveyjs", ".json"))
def test_every_shared_form_converts(file: Path) -> None:
    imported = converts(FORMAT, file)
    assert imported.expressions == sum(1 for _ in expressions(json.loads(file.read_bytes())))


def expressions(value: Any) -> Iterator[str]:
    """Yield the expressions of a file, found by the names of their keys alone."""
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(part, dict | list):
            yield from expressions(part)
        elif part and isinstance(part, str) and KEYS.fullmatch(str(key)):
            yield part
