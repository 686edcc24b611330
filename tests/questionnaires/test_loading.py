"""A definition file is read whole, and every problem in it is told at once, at its place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import questionnaires
from questionnaires import DefinitionError, library
from questionnaires.formats.tree import Spot, read_tree
from questionnaires.formats.yaml import MAX_BYTES

from .making import SCALE, codes, found, loaded, only_problem, survey

MANY_ERRORS = """\
id: Bad Id
title: {zh: 问卷, en: Survey}
genre: surve
minutes: 0
colour: red
scales:
  mark:
    - {value: 1, label: {zh: 好, en: Good}}
    - {value: 1, label: {zh: 差, en: Poor}}
  short: library
negative_list: {min_valid: 5}
sections:
  - id: main
    title: {zh: 题目, en: Items}
    items:
      - {id: q1, kind: scale, scale: mrak, label: {zh: 一, en: One}}
      - id: q2
        kind: single_chioce
        label: {zh: 二, en: Two}
      - id: q3
        kind: long_text
        label: {zh: 三, en: "About {unit}"}
        requird: true
      - {id: q1, kind: integer, label: {zh: 四, en: Four}, min: 9, max: 1}
      - {id: q5, kind: short_text, required: perhaps, label: {zh: 五, en: Five}}
      - {id: q6, kind: date, label: {zh: 六, en: Six}, relevant: "${q1} = = 2"}
      - {id: q7, kind: date, relevant: "${q99} = 2", label: {zh: 七}}
      - {id: q8, kind: multiple_choice, options: [{value: a, label: A}], label: ""}
"""


def test_every_problem_of_a_file_is_told_at_once_with_its_line_and_column() -> None:
    assert found(MANY_ERRORS) == [
        ("identifier_invalid", 1, 5),
        ("value_not_listed", 3, 8),
        ("value_invalid", 4, 10),
        ("field_unknown", 5, 1),
        ("duplicate_value", 9, 15),
        ("scale_not_in_library", 10, 10),
        ("rule_threshold", 11, 16),
        ("scale_unknown", 16, 38),
        ("kind_unknown", 18, 15),
        ("term_unknown", 22, 16),
        ("field_unknown", 23, 9),
        ("duplicate_id", 24, 14),
        ("limits_crossed", 24, 64),
        ("expression_invalid", 25, 46),
        ("expression_invalid", 26, 65),
        ("reference_unknown", 27, 40),
        ("translation_missing", 27, 61),
        ("list_short", 28, 50),
        ("text_empty", 28, 81),
    ]


def test_a_file_without_errors_has_no_problems() -> None:
    assert (
        found(survey("- {id: q1, kind: scale, scale: mark, label: {zh: 一, en: One}}", SCALE)) == []
    )


def test_a_definition_with_errors_never_half_loads() -> None:
    examined = questionnaires.examine(MANY_ERRORS)
    assert examined.questionnaire is None
    with pytest.raises(DefinitionError) as refusal:
        questionnaires.load(MANY_ERRORS)
    assert refusal.value.problems == examined.errors
    assert "3:8: " in str(refusal.value)


def test_a_warning_does_not_keep_a_definition_from_being_used() -> None:
    source = survey("- {id: q1, kind: integer, label: {zh: 一}}")
    examined = questionnaires.examine(source)
    assert [(p.code, p.severity) for p in examined.problems] == [("translation_missing", "warning")]
    assert examined.errors == ()
    assert questionnaires.load(source) == examined.questionnaire


def test_places_name_the_file(tmp_path: Path) -> None:
    file = tmp_path / "survey.yaml"
    file.write_text("id: [\n", encoding="utf-8")
    (problem,) = questionnaires.examine(file).problems
    assert str(problem.place) == f"{file}:2:1"


@pytest.mark.parametrize(
    ("item", "place"),
    [
        ("- {id: q1, kind: scale, scale: mark}", ("field_missing", 13, 9)),
        ("- {id: q1, kind: scale, label: L}", ("field_missing", 13, 9)),
        ("- {id: q1, kind: scale, scale: mark, label: L, hint: 5.5}", ("text_type", 13, 60)),
        ("- {id: q1, kind: scale, scale: mark, label: L, required: 7}", ("value_type", 13, 64)),
        ("- {id: q1, label: L}", ("field_missing", 13, 9)),
        ("- 5", ("value_type", 13, 9)),
        ("- {id: q1, kind: date, label: {zh: 一, english one: x}}", ("text_language", 13, 37)),
        ("- {id: q1, kind: date, label: L, relevant: [a]}", ("value_type", 13, 50)),
    ],
)
def test_a_problem_inside_an_item_is_placed_at_the_part_that_is_wrong(
    item: str, place: tuple[str, int, int]
) -> None:
    """Above all in items of kind ``scale``, whose kind and a key of theirs have the same name."""
    assert found(survey(item, SCALE)) == [place]


def test_columns_count_characters_not_bytes() -> None:
    source = survey("- {id: q1, label: {zh: 😀问题, en: Q}, kind: wrong}")
    assert found(source) == [("kind_unknown", 7, 49)]


@pytest.mark.parametrize(
    ("unknown", "zh", "en"),
    [
        ("genr: survey", "是否想写“genre”？", 'Did you mean "genre"?'),
        ("anonymity: {mod: named}", "是否想写“mode”？", 'Did you mean "mode"?'),
        ("data: {units: d}", "是否想写“unit”？", 'Did you mean "unit"?'),
        (
            "negative_list: {min_valid: 5, negative_share_above: 1/4, xyz: 1}",
            "可用的有：min_valid、negative_share_above、negative_share_at_least、severe。",
            "Known here: min_valid, negative_share_above, negative_share_at_least, severe.",
        ),
        ("terms: {text: {text: T, exampels: [a]}}", "是否想写“examples”？", '"examples"?'),
        ("scales: {s: [{valu: 1, value: 1, label: A}]}", "是否想写“value”？", '"value"?'),
    ],
)
def test_an_unknown_key_comes_with_the_keys_that_may_stand_there(
    unknown: str, zh: str, en: str
) -> None:
    source = survey("- {id: q1, kind: integer, label: L}", unknown + "\n")
    problem = next(p for p in questionnaires.examine(source).problems if p.code == "field_unknown")
    assert zh in problem.message("zh")
    assert en in problem.message("en")


def test_an_entry_of_a_list_is_named_by_its_number() -> None:
    problem = only_problem(survey("- 5"))
    assert problem.message("zh").startswith("“items 第 1 项”的值类型不对")
    assert problem.message("en").startswith('The value of "items, entry 1" has the wrong type')


def test_a_thousand_mistakes_are_told_without_hanging() -> None:
    items = (f"- {{id: a{n}, kind: date, label: L, relevant: '${{z{n}}}'}}" for n in range(1000))
    assert codes(survey("\n".join(items))) == ["reference_unknown"] * 1000


def test_an_unknown_key_of_an_item_is_compared_with_the_keys_of_its_kind() -> None:
    problem = only_problem(survey("- {id: q1, kind: integer, label: L, maximun: 3, max: 4}"))
    assert 'Did you mean "max"?' not in problem.message("zh")
    problem = only_problem(survey("- {id: q1, kind: long_text, label: L, max_character: 3}"))
    assert problem.message("zh") == "不认识的键“max_character”。是否想写“max_characters”？"


class TestWhatIsBrokenIsSetAside:
    """A broken part neither hides the problems of the rest nor causes problems elsewhere."""

    def test_a_broken_scale_does_not_make_the_other_scales_unknown(self) -> None:
        source = survey(
            "- {id: q1, kind: scale, scale: bad, label: L}\n"
            "- {id: q2, kind: scale, scale: good, label: L}\n"
            "- {id: q3, kind: scale, scale: none, label: L}",
            "scales: {bad: [{value: 1}], good: [{value: 1, label: a}, {value: 2, label: b}]}\n",
        )
        assert codes(source) == ["field_missing", "scale_unknown"]

    def test_a_broken_term_is_still_known(self) -> None:
        item = "- {id: q1, kind: date, label: 'About {unit}, {other}'}"
        assert codes(survey(item, "terms: {unit: {txt: x}}\n")) == [
            "field_missing",
            "field_unknown",
            "term_unknown",
        ]

    def test_a_section_without_a_title_is_still_examined(self) -> None:
        source = "id: a\ntitle: T\nsections:\n- id: s\n  items:\n"
        source += "  - {id: q, kind: scale, scale: none, label: L}\n"
        assert codes(source) == ["field_missing", "scale_unknown"]

    def test_a_broken_item_can_still_be_referred_to(self) -> None:
        source = survey(
            "- {id: q1, kind: datum, label: L}\n- {id: q2, kind: date, label: L, relevant: '${q1}'}"
        )
        assert codes(source) == ["kind_unknown"]

    def test_a_misspelt_key_of_a_topic_does_not_uncover_its_tags(self) -> None:
        source = survey(
            "- {id: t1, kind: topic, scale: mark, covers: [work], label: L, max: 3}",
            SCALE + "checklist: {must_ask: [{id: work, label: Work}]}\n",
        )
        assert codes(source) == ["field_unknown"]

    def test_a_topic_set_aside_whole_does_not_uncover_its_tags(self) -> None:
        source = survey(
            "- {id: t1, kind: topic, covers: [work], label: L}",
            SCALE + "checklist: {must_ask: [{id: work, label: Work}]}\n",
        )
        assert codes(source) == ["field_missing"]

    @pytest.mark.parametrize("part", ["terms", "scales", "checklist"])
    def test_what_needs_a_part_that_is_no_mapping_at_all_is_not_blamed(self, part: str) -> None:
        item = "- {id: t1, kind: topic, covers: [work], scale: mark, label: 'Of {unit}'}"
        parts = {"terms": "{unit: {text: T}}", "checklist": "{must_ask: [{id: work, label: Work}]}"}
        levels = "[{value: 1, label: A}, {value: 2, label: B}]"
        parts |= {"scales": f"{{mark: {levels}}}", part: "5"}
        rest = "".join(f"{name}: {value}\n" for name, value in parts.items())
        assert codes(survey(item, rest)) == ["value_type"]

    def test_two_errors_in_one_item_are_both_told(self) -> None:
        assert codes(survey("- {id: q1, kind: scale, scale: none, label: L, colour: red}")) == [
            "scale_unknown",
            "field_unknown",
        ]

    def test_a_list_whose_parts_are_wrong_is_not_called_empty(self) -> None:
        assert codes(survey("- {id: q1, kind: date}")) == ["field_missing"]
        assert codes("id: a\ntitle: T\nsections: []\n") == ["list_short"]


class TestYaml:
    def test_there_are_no_boolean_traps(self) -> None:
        options = "options: [{value: no, label: no}, {value: yes, label: on}]"
        questionnaire = loaded(f"- {{id: q1, kind: single_choice, label: off, {options}}}")
        (item,) = questionnaire.items
        assert item.label.get("en") == "off"
        assert [o.value for o in item.options] == ["no", "yes"]  # type: ignore[attr-defined]

    def test_not_even_under_a_yaml_1_1_directive(self) -> None:
        questionnaire = questionnaires.load(
            "%YAML 1.1\n---\n" + survey("- {id: q, kind: date, label: no}")
        )
        assert questionnaire.items[0].label.get("en") == "no"

    @pytest.mark.parametrize(
        "written", ["2026-03-15", "12:30", "=", "<<", "0777", "00", "1_000", "+86 10", ".inf", "y"]
    )
    def test_dates_times_and_codes_stay_as_written(self, written: str) -> None:
        options = f"options: [{{value: {written}, label: A}}, {{value: b, label: B}}]"
        item = f"- {{id: q1, kind: single_choice, label: L, {options}}}"
        assert loaded(item).items[0].options[0].value == written  # type: ignore[attr-defined]

    def test_a_whole_number_may_stand_for_a_code_or_a_label(self) -> None:
        options = "options: [{value: 1, label: 1}, {value: 2, label: 2}]"
        (choice,) = loaded(f"- {{id: q1, kind: single_choice, label: 2026, {options}}}").items
        assert choice.label.get("zh") == "2026"
        assert choice.options[0].value == "1"  # type: ignore[attr-defined]

    def test_json_is_accepted_and_its_escaped_characters_are_put_together(self) -> None:
        tree = {
            "id": "a",
            "title": "😀 问卷",
            "sections": [
                {"id": "s", "title": "S", "items": [{"id": "q", "kind": "date", "label": "L"}]}
            ],
        }
        assert questionnaires.load(json.dumps(tree)).title.get("zh") == "😀 问卷"
        assert "\\ud83d" in json.dumps(tree)

    def test_half_a_surrogate_pair_is_refused(self) -> None:
        assert codes('id: a\ntitle: "\\ud83d"\nsections: []\n') == [
            "text_unprintable",
            "list_short",
        ]

    def test_a_label_with_a_control_character_is_refused(self) -> None:
        assert found(survey(r'- {id: q1, kind: date, label: "a\0b"}')) == [
            ("text_unprintable", 7, 37)
        ]

    @pytest.mark.parametrize(
        ("source", "place", "zh"),
        [
            ("id: a: b\n", (1, 6), "此处多了一个冒号"),
            ("id: a\ntitle: [x\nb: c\n", (3, 2), "方括号没有配对"),
            ("id: {a: 1\nb: 2\n", (2, 2), "花括号没有配对"),
            ("id:\n\t- b\n", (2, 1), "缩进只能用空格"),
            ('id: "b\n', (2, 1), "引号没有配对"),
            ("id:\n  b: 1\n c: 2\n", (3, 2), "缩进与上面的行没有对齐"),
            ("id: x\ntitle\nb: 2\n", (3, 1), "缺少冒号"),
            ("id: a\n---\nid: b\n", (2, 1), "一个文件只能写一份定义"),
            ("id: @b\n", (1, 5), "要加引号"),
            ("id: a\ntitle: \x01\n", (2, 8), "含有控制字符"),
        ],
    )
    def test_a_syntax_error_is_told_at_its_place_in_the_readers_language(
        self, source: str, place: tuple[int, int], zh: str
    ) -> None:
        problem = only_problem(source)
        assert problem.code == "yaml_syntax"
        assert (problem.place.line, problem.place.column) == place
        assert zh in problem.message("zh")
        assert not any("\u4e00" <= mark <= "\u9fff" for mark in problem.message("en"))

    def test_a_key_that_appears_twice_is_told_at_the_second(self) -> None:
        assert ("yaml_duplicate_key", 3, 3) in found("id: a\ntitle: {en: A,\n  en: B}\n")

    def test_an_alias_without_its_anchor_is_refused_and_the_reading_goes_on(self) -> None:
        source = survey("- {id: q1, kind: date, label: *l}\n- {id: q2, kind: wrong, label: L}")
        assert found(source) == [("yaml_alias", 7, 37), ("kind_unknown", 8, 24)]

    def test_aliases_are_refused_where_they_stand(self) -> None:
        source = survey("- {id: q1, kind: date, label: &l L}\n- {id: q2, kind: date, label: *l}")
        assert found(source) == [("yaml_alias", 8, 37)]

    def test_a_billion_laughs_are_refused_without_being_laughed(self) -> None:
        lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
        assert codes("\n".join(lines) + "\n").count("yaml_alias") == 78

    def test_an_alias_inside_itself_is_refused(self) -> None:
        assert "yaml_alias" in codes("id: &a [*a]\n")
        assert "yaml_syntax" not in codes("id: &a [*a]\n")

    @pytest.mark.parametrize(
        "value",
        [
            "!!python/object/apply:os.system [ls]",
            "!!python/name:os.system x",
            "!mine {a: 1}",
            "!!str 5",
            "! important",
        ],
    )
    def test_tags_are_refused(self, value: str) -> None:
        assert codes(survey("- {id: q1, kind: date, label: L}", f"intro: {value}\n")) == [
            "yaml_tag"
        ]

    @pytest.mark.parametrize("source", ["[" * 100_000, "{a: " * 3000, "- " * 5000 + "a"])
    def test_deep_nesting_is_refused(self, source: str) -> None:
        assert codes(source) == ["yaml_too_deep"]

    def test_thirty_one_levels_are_too_deep(self) -> None:
        source = survey("- {id: q1, kind: date, label: L}", f"intro: {'{a: ' * 40}b{'}' * 40}\n")
        assert "yaml_too_deep" in codes(source)

    def test_beyond_the_deepest_the_reading_goes_on(self) -> None:
        source = survey("- {id: q1, kind: wrong, label: L}", f"intro: {'[' * 40}b{']' * 40}\n")
        assert {"yaml_too_deep", "kind_unknown"} <= set(codes(source))

    @pytest.mark.parametrize("source", ["[" * 100_000, "? " * 100_000, "{[" * 100_000])
    def test_a_bottomless_key_is_refused(self, source: str) -> None:
        assert codes(source) == ["yaml_too_deep"]

    @pytest.mark.parametrize(
        "source",
        [
            "a: [" + "*b, " * 5000 + "c]\n",
            "\n".join(f"k{n}: 1" for n in range(5000)),
            "a: 1\n" * 5000,
        ],
    )
    def test_problems_without_number_are_told_up_to_a_thousand(self, source: str) -> None:
        assert len(found(source)) == 1001
        assert codes(source)[-1] == "problems_more"


#: One comment each that sends a text past the parser in C, which would misread what is in it.
ODD = ["# \\ud83d\n", "# \u2028\n", "# \u0085\n", "# [:a]\n"]


class TestTwoParsers:
    """The parser in C reads what it reads right; whatever else goes through the one in Python."""

    @staticmethod
    def spots(spot: Spot) -> list[object]:
        parts = [(step, *TestTwoParsers.spots(part)) for step, part in spot.inside.items()]
        return [spot.value, spot.key, *parts]

    @pytest.mark.parametrize("name", library.names())
    def test_both_see_the_same_values_at_the_same_places(self, name: str) -> None:
        text = library.text(name)
        quick, slow = read_tree(text, ""), read_tree(text + ODD[0], "")
        assert quick.value == slow.value
        assert self.spots(quick.spot) == self.spots(slow.spot)

    @pytest.mark.parametrize("odd", ODD)
    def test_both_tell_the_same_problems_at_the_same_places(self, odd: str) -> None:
        assert found(MANY_ERRORS + odd) == found(MANY_ERRORS)

    def test_other_separators_of_lines_are_no_ends_of_lines(self) -> None:
        source = survey(
            "- {id: q1, kind: date, label: a\u2028b}\n- {id: q2, kind: wrong, label: L}"
        )
        assert found(source) == [("kind_unknown", 8, 24)]
        item = "- {id: q1, kind: date, label: a\u2028b}"
        assert loaded(item).items[0].label.get("zh") == "a\u2028b"

    @pytest.mark.parametrize("mark", ["😀", "\\ud83d\\ude00"])
    def test_a_character_beyond_the_basic_plane_may_be_escaped_or_not(self, mark: str) -> None:
        source = f'{{"id": "a", "title": "{mark}", "genre": "x", "sections": []}}'
        assert ("value_not_listed", 1, source.index('"x"') + 1) in found(source)


class TestBytes:
    GOOD = survey("- {id: q1, kind: date, label: 日期}")

    def test_a_byte_order_mark_does_no_harm(self) -> None:
        plain = questionnaires.load(self.GOOD)
        assert questionnaires.load(b"\xef\xbb\xbf" + self.GOOD.encode()) == plain
        assert questionnaires.load("\ufeff" + self.GOOD) == plain

    def test_line_ends_of_windows_do_no_harm(self) -> None:
        assert questionnaires.load(self.GOOD.replace("\n", "\r\n").encode()) == questionnaires.load(
            self.GOOD
        )

    def test_another_encoding_is_refused_with_the_byte(self) -> None:
        problem = only_problem(self.GOOD.encode("gb18030"))
        assert problem.code == "file_not_utf8"
        assert "第 24 字节处" in problem.message("zh")

    @pytest.mark.parametrize("source", ["", " \n", "# only a comment\n", "---\n", "null", b""])
    def test_an_empty_file_is_refused(self, source: str | bytes) -> None:
        assert codes(source) == ["file_empty"]

    @pytest.mark.parametrize("source", ["- a\n- b\n", "text", "5", "[]"])
    def test_the_outermost_level_must_be_a_mapping(self, source: str) -> None:
        assert codes(source) == ["not_a_mapping"]

    def test_a_file_that_is_too_large_is_not_read(self, tmp_path: Path) -> None:
        comment = "#" * MAX_BYTES
        assert codes(comment + self.GOOD) == ["file_too_large"]
        file = tmp_path / "big.yaml"
        file.write_text(comment + self.GOOD, encoding="utf-8")
        assert [p.code for p in questionnaires.examine(file).problems] == ["file_too_large"]

    @pytest.mark.parametrize(
        ("name", "zh"),
        [("none.yaml", "没有这个文件"), (".", "这是一个文件夹"), ("a\0b", "无法读取文件")],
    )
    def test_a_file_that_cannot_be_read_is_a_problem(
        self, tmp_path: Path, name: str, zh: str
    ) -> None:
        (problem,) = questionnaires.examine(tmp_path / name).problems
        assert problem.code == "file_unreadable"
        assert zh in problem.message("zh")


def test_a_share_that_would_fill_the_memory_is_refused() -> None:
    rule = "negative_list: {negative_share_above: '1e-999999999'}\n"
    assert "share_invalid" in codes(survey("- {id: q1, kind: date, label: L}", rule))


@pytest.mark.parametrize(
    ("setting", "zh", "en"),
    [
        ("step: 0", "“step”的值必须大于 0", 'The value of "step" must be greater than 0; found 0.'),
        ("digits: 1e999", "应当是整数，这里写的是 inf。", "expected a whole number, found inf."),
        ("min: 123456789012345678", "位数太多", "has too many digits"),
        ("digits: 11", "不得大于 10", 'The value of "digits" must be 10 or less; found 11.'),
    ],
)
def test_limits_of_settings_are_told_in_either_language(setting: str, zh: str, en: str) -> None:
    problem = only_problem(survey(f"- {{id: n, kind: decimal, {setting}, label: N}}"))
    assert zh in problem.message("zh")
    assert en in problem.message("en")
    assert "should" not in problem.message("zh")


@pytest.mark.parametrize(
    "text",
    [
        "a: |b",
        "a: - b",
        "a: *",
        "a: &",
        "a: !<b",
        "%YAML x",
        "%YAML 3.0\n---\na: b",
        "a: |0",
        "? a: b: c",
        "a: [b]]",
        "a: 'b\n---",
        'a: "\\z"',
        "a:\n\tb: c",
    ],
)
def test_a_broken_file_is_never_explained_in_the_words_of_the_parser(text: str) -> None:
    problem = only_problem(text)
    assert problem.code == "yaml_syntax"
    assert not re.search("[a-z]{4}", problem.message("zh"))
    assert problem.message("en").endswith(".")
