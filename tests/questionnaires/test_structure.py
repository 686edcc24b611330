"""What must hold between the parts of a definition."""

from __future__ import annotations

import pytest

import questionnaires

from .making import SCALE, codes, found, loaded, only_problem, survey

DATES = "- {id: q1, kind: date, label: L}\n- {id: q2, kind: date, label: L%s}"
WORK = "{id: work, label: W}"


def test_ids_of_items_are_unique() -> None:
    problem = only_problem(
        survey("- {id: q1, kind: date, label: L}\n- {id: q1, kind: date, label: L}")
    )
    assert problem.code == "duplicate_id"
    assert (problem.place.line, problem.place.column) == (8, 14)
    assert problem.message("zh") == "标识“q1”重复，第 7 行已经用过。"
    assert problem.message("en") == 'The identifier "q1" is already used at line 7.'


def test_ids_of_sections_are_unique() -> None:
    section = "  - {id: s, title: T, items: [{id: %s, kind: date, label: L}]}\n"
    source = "id: a\ntitle: T\nsections:\n" + section % "q1" + section % "q2"
    assert codes(source) == ["duplicate_id"]
    assert codes(source.replace("id: s", "id: r", 1)) == []


def test_a_repeated_section_and_an_item_never_share_a_name() -> None:
    """Both are names of fields: "p.0.q" is an input of section p, "p.other" one of item p."""
    section = "  - {id: p, title: T,%s items: [{id: q, kind: date, label: L}]}\n"
    item = "  - {id: s, title: T, items: [{id: p, kind: date, label: L}]}\n"
    source = "id: a\ntitle: T\nsections:\n" + section + item
    assert codes(source % " repeat: {max: 3},") == ["duplicate_id"]
    assert codes(source % "") == []


def rows(*values: str) -> str:
    return "rows: [" + ", ".join(f"{{value: {value}, label: L}}" for value in values) + "]"


def listed(*values: str) -> str:
    return "options: [" + ", ".join(f"{{value: {value}, label: L}}" for value in values) + "]"


def many(count: int) -> str:
    return listed(*(f"v{n}" for n in range(count)))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("kind: scale, scale: marks", ["scale_unknown"]),
        ("kind: scale, scale: mark", []),
        (f"kind: matrix, scale: marks, {rows('a')}", ["scale_unknown"]),
        (f"kind: matrix, scale: mark, {rows('a', 'a')}", ["duplicate_value"]),
        (f"kind: matrix, scale: mark, {rows('a.b', 'a b')}", []),
        ("kind: matrix, scale: mark", ["field_missing"]),
        (f"kind: matrix, scale: mark, rows_from_units: true, {rows('a')}", ["field_missing"]),
        (f"kind: single_choice, {listed('a', 'a')}", ["duplicate_value"]),
        (f"kind: single_choice, {listed('a b.c', '中')}", []),
        (
            "kind: single_choice, " + listed("a", r'"a\nb"'),
            ["text_unprintable"],
        ),
        (f"kind: single_choice, {listed('b', 'x' * 64)}", []),
        (f"kind: single_choice, {listed('b', 'x' * 65)}", ["value_invalid"]),
        (f"kind: single_choice, {listed('b', 'x' * 10_000)}", ["value_invalid"]),
        (f"kind: single_choice, {many(254)}", []),
        (f"kind: single_choice, {many(255)}", ["options_too_many"]),
        (f"kind: ranking, {many(253)}", []),
        (f"kind: ranking, {many(254)}", ["options_too_many"]),
        (f"kind: ranking, top: 253, {many(254)}", []),
        (f"kind: ranking, top: 3, {many(3)}", []),
        (f"kind: ranking, top: 4, {many(3)}", ["limit_beyond_options"]),
        (f"kind: multiple_choice, max_choices: 4, {many(3)}", ["limit_beyond_options"]),
        (f"kind: multiple_choice, min_choices: 4, {many(3)}", ["limit_beyond_options"]),
        (f"kind: multiple_choice, min_choices: 3, max_choices: 2, {many(3)}", ["limits_crossed"]),
        (f"kind: multiple_choice, min_choices: -1, {many(3)}", ["value_invalid"]),
        ("kind: integer, min: 3, max: 2", ["limits_crossed"]),
        (f"kind: multiple_choice, {listed('o, text: true', 'o.text')}", ["column_twice"]),
        (f"kind: multiple_choice, {listed('o', 'o.text')}", []),
    ],
)
def test_the_settings_of_an_item_must_fit_together(item: str, expected: list[str]) -> None:
    assert codes(survey(f"- {{id: q1, label: L, {item}}}", SCALE)) == expected


class TestConditions:
    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            ("${q1}", []),
            ("${q3}", ["reference_unknown"]),
            ("${q2}", ["reference_cycle"]),
            (". = 1", ["reference_itself"]),
            ("${q1", ["expression_invalid"]),
        ],
    )
    def test_a_condition_refers_to_other_items(self, condition: str, expected: list[str]) -> None:
        assert codes(survey(DATES % f", relevant: '{condition}'")) == expected

    def test_a_constraint_may_refer_to_its_own_answer(self) -> None:
        assert codes(survey(DATES % ", constraint: '. > ${q1} and ${q2} = .'")) == []

    def test_every_circle_is_told_with_its_items_in_the_order_of_dependence(self) -> None:
        item = "- {id: q%s, kind: date, label: L, relevant: '${q%s}'}\n"
        source = survey("".join(item % pair for pair in [(1, 2), (2, 3), (3, 1), (4, 5), (5, 4)]))
        problems = questionnaires.examine(source).problems
        assert [(p.code, p.place.line) for p in problems] == [
            ("reference_cycle", 7),
            ("reference_cycle", 10),
        ]
        assert "q1 → q2 → q3 → q1" in problems[0].message("zh")

    def test_a_section_cannot_depend_on_its_own_items(self) -> None:
        source = "id: a\ntitle: T\nsections:\n"
        source += "- {id: s, title: T, relevant: '${q}', items: [{id: q, kind: date, label: L}]}\n"
        assert codes(source) == ["reference_cycle"]

    def test_items_of_a_repeated_section_can_be_read_only_inside_it(self) -> None:
        reader = "kind: date, label: L, relevant: '${a}'"
        items = f"[{{id: a, kind: date, label: L}}, {{id: b, {reader}}}]"
        inside = f"{{id: p, title: T, repeat: {{}}, items: {items}}}"
        outside = f"{{id: s, title: T, items: [{{id: c, {reader}}}]}}"
        assert codes(f"id: a\ntitle: T\nsections: [{inside}]\n") == []
        assert codes(f"id: a\ntitle: T\nsections: [{inside}, {outside}]\n") == [
            "reference_repeated"
        ]

    def test_an_unknown_reference_comes_with_a_suggestion(self) -> None:
        problem = only_problem(survey(DATES % ", relevant: '${Q1}'"))
        assert "是否想写“q1”？" in problem.message("zh")


class TestChecklist:
    TOPIC = "- {id: t1, kind: topic, scale: mark, label: L, covers: [%s]}"

    @pytest.mark.parametrize(
        ("covers", "checklist", "expected"),
        [
            ("work", f"must_ask: [{WORK}]", []),
            ("wrok", f"must_ask: [{WORK}]", ["tag_uncovered", "tag_unknown"]),
            ("", f"must_cover: [{WORK}]", ["tag_uncovered"]),
            ("work", f"must_ask: [{WORK}], must_cover: [{WORK}]", ["duplicate_id"]),
            ("work", f"must_ask: [{WORK}, {WORK}]", ["duplicate_id"]),
        ],
    )
    def test_tags_and_topics_belong_together(
        self, covers: str, checklist: str, expected: list[str]
    ) -> None:
        source = survey(self.TOPIC % covers, SCALE + f"checklist: {{{checklist}}}\n")
        assert sorted(codes(source)) == expected

    def test_a_topic_in_a_repeated_section_covers_nothing(self) -> None:
        source = survey(self.TOPIC % "work", SCALE + f"checklist: {{must_ask: [{WORK}]}}\n")
        assert codes(source.replace("id: main", "id: main\n    repeat: {}")) == ["tag_uncovered"]


class TestRules:
    ITEM = "- {id: q1, kind: scale, scale: mark, label: L}"

    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            ("{negative_share_at_least: 1/4}", []),
            ("{negative_share_above: 0.25, severe: {negative_share_at_least: 1/2}}", []),
            (
                "{negative_share_above: 1/2, severe: {negative_share_at_least: 1/4}}",
                ["severe_below"],
            ),
            ("{}", ["rule_threshold"]),
            ("{negative_share_above: 1/4, negative_share_at_least: 1/4}", ["rule_threshold"]),
            ("{negative_share_above: 5/4}", ["share_invalid"]),
            ("{negative_share_above: 1/0}", ["share_invalid"]),
            ("{negative_share_above: a quarter}", ["share_invalid"]),
            ("{negative_share_above: -0.1}", ["share_invalid"]),
            ("{negative_share_above: .nan}", ["share_invalid"]),
        ],
    )
    def test_the_rule_of_the_negative_list(self, rule: str, expected: list[str]) -> None:
        assert codes(survey(self.ITEM, SCALE + f"negative_list: {rule}\n")) == expected

    def test_a_rule_that_can_list_nothing_is_a_warning(self) -> None:
        rule = "negative_list: {negative_share_above: 1/4}\n"
        problem = only_problem(survey("- {id: q1, kind: date, label: L}", rule))
        assert (problem.code, problem.severity) == ("negative_list_idle", "warning")

    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            ("{id: r, levels: [3], at_most: 40/100}", []),
            ("{id: r, levels: [good], at_most: 40/100}", ["distribution_option"]),
            ("{id: r, levels: [3]}", ["distribution_limit"]),
            ("{id: r, levels: [3], at_most: 1/4, at_least: 1/2}", ["limits_crossed"]),
        ],
    )
    def test_a_forced_distribution_fits_its_scale(self, rule: str, expected: list[str]) -> None:
        matrix = "- {id: b1, kind: matrix, scale: mark, rows_from_units: true, label: L"
        assert codes(survey(f"{matrix}, distribution: {{rules: [{rule}]}}}}", SCALE)) == expected
        variant = f"variants: {{v: {{title: V, distributions: {{b1: {{rules: [{rule}]}}}}}}}}\n"
        assert codes(survey(matrix + "}", SCALE + variant)) == expected

    def test_a_variant_changes_a_matrix_that_exists(self) -> None:
        variant = "variants: {v: {title: V, distributions: {q1: {}}}}\n"
        assert codes(survey(self.ITEM, SCALE + variant)) == ["variant_item"]

    def test_a_variants_id_is_not_too_long(self) -> None:
        variant = f"variants: {{{'v' * 60}: {{title: V}}}}\n"
        assert codes(survey(self.ITEM, SCALE + variant)) == ["identifier_invalid"]

    def test_a_repeated_section_needs_no_more_entries_than_it_allows(self) -> None:
        source = survey(self.ITEM, SCALE)
        assert codes(source.replace("id: main", "id: main\n    repeat: {min: 5, max: 2}")) == [
            "limits_crossed"
        ]

    def test_no_group_smaller_than_five_can_be_promised(self) -> None:
        assert codes(survey(self.ITEM, SCALE + "anonymity: {min_group: 4}\n")) == ["value_invalid"]
        assert codes(survey(self.ITEM, SCALE + "anonymity: {min_group: 5}\n")) == []

    def test_a_scale_has_two_levels_that_count(self) -> None:
        levels = "scales: {mark: [{value: a, label: A}, {value: dk, missing: true, label: B}]}\n"
        assert codes(survey(self.ITEM, levels)) == ["scale_short"]


class TestTexts:
    def test_a_missing_translation_is_a_warning_and_not_an_error(self) -> None:
        source = survey("- {id: q1, kind: date, label: {zh: 日期}, hint: {en: Day}}")
        assert found(source) == [("translation_missing", 7, 37), ("translation_missing", 7, 53)]
        assert {p.severity for p in questionnaires.examine(source).problems} == {"warning"}
        assert questionnaires.load(source).items[0].label.get("en") == "日期"

    def test_a_language_that_no_text_has_is_told_at_every_text(self) -> None:
        source = survey(
            "- {id: q1, kind: date, label: {zh: 日期, en: Day}}", "languages: [zh, fr]\n"
        )
        problems = questionnaires.examine(source).problems
        assert [p.code for p in problems] == ["translation_missing"] * 3
        assert problems[0].message("zh") == "这段文字没有 fr 版本。"

    def test_a_languages_code_must_be_one(self) -> None:
        source = survey("- {id: q1, kind: date, label: L}", "languages: [zh, not a code]\n")
        assert ("text_language", 3, 17) in found(source)

    @pytest.mark.parametrize("slot", ["{unit}", "{ unit }"])
    def test_a_slot_is_filled_with_its_term_in_the_readers_language(self, slot: str) -> None:
        item = f"- {{id: q1, kind: date, label: {{zh: '{slot}的日期', en: 'Day of {slot}'}}}}"
        terms = "terms: {unit: {text: {zh: 本镇, en: this town}}}\n"
        questionnaire = loaded(item, terms)
        assert questionnaire.say("zh")(questionnaire.items[0].label) == "本镇的日期"
        assert questionnaire.say("en")(questionnaire.items[0].label) == "Day of this town"

    def test_a_text_without_a_language_takes_the_term_of_the_readers_language(self) -> None:
        terms = "terms: {unit: {text: {zh: 本镇, en: this town}}}\n"
        questionnaire = loaded("- {id: q1, kind: date, label: '{unit}'}", terms)
        assert questionnaire.say("zh")(questionnaire.items[0].label) == "本镇"
        assert questionnaire.say("en")(questionnaire.items[0].label) == "this town"

    @pytest.mark.parametrize("name", ["单位", "role-group", "role_group"])
    def test_a_term_may_have_any_name_that_fits_a_slot(self, name: str) -> None:
        source = survey(f"- {{id: q1, kind: date, label: 'About {{{name}}}'}}")
        assert codes(source) == ["term_unknown"]
        assert (
            codes(source.replace("sections:", f"terms: {{{name}: {{text: T}}}}\nsections:")) == []
        )

    def test_a_name_that_fits_no_slot_is_refused(self) -> None:
        source = survey("- {id: q1, kind: date, label: L}", "terms:\n  a b: {text: T}\n")
        assert found(source) == [("term_name", 4, 3)]

    def test_a_reader_gets_a_related_language_before_a_foreign_one(self) -> None:
        text = questionnaires.Text({"zh-Hans": "题", "en": "Item", "fr": "Question"})
        assert [text.get(code) for code in ("zh", "zh-Hant", "en-GB", "de")] == [
            "题",
            "题",
            "Item",
            "Item",
        ]
