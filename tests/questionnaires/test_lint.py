"""What lint finds in a definition, and what it leaves alone."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from questionnaires import Place, Questionnaire, Text, examples, library
from questionnaires.lint import RULES, SEVERITIES, Finding, lint, summarise
from questionnaires.lint.options import range_of
from tests.questionnaires.making import SCALE, loaded

YES = "{value: y, label: {zh: 参加了, en: 'Yes'}}"
NO = "{value: n, label: {zh: 没有参加, en: 'No'}}"
YES_NO = f"options: [{YES}, {NO}]"


def codes(questionnaire: Questionnaire) -> list[str]:
    return [finding.code for finding in lint(questionnaire)]


def only(questionnaire: Questionnaire, code: str) -> Finding:
    (finding,) = [found for found in lint(questionnaire) if found.code == code]
    return finding


def many(count: int, kind: str, rest: str = "") -> Questionnaire:
    lines = [
        f"- {{id: q{n}, kind: {kind}, label: {{zh: 第{n}件事, en: Matter {n}}}}}"
        for n in range(count)
    ]
    return loaded("\n".join(lines), rest)


# ---------------------------------------------------------------- what a finding says


def test_a_finding_says_what_where_why_and_how_to_do_better() -> None:
    finding = only(
        loaded("- {id: a, kind: short_text, label: {zh: 您的姓名, en: Your name}}"),
        "name_in_anonymous",
    )
    assert finding.severity == "error"
    assert finding.place == Place("sections.0.items.0.label")
    assert finding.language == "zh"
    assert finding.message("zh") == "问卷承诺匿名，这里却要求填写“姓名”。"
    assert (
        finding.message("en")
        == 'The questionnaire promises anonymity, but here it asks for "姓名".'
    )
    assert "承诺" in finding.reason("zh")
    assert finding.example("en").before == "Your name; your phone number"
    assert str(finding.example("zh")).count(" → ") == 1


def test_a_place_in_a_message_is_named_once_the_file_is_known() -> None:
    items = """
        - {id: a, kind: short_text, label: {zh: 备注, en: Remarks}}
        - {id: b, kind: short_text, label: {zh: 备注, en: More remarks}}
    """
    finding = only(loaded(items), "duplicate_stem")
    assert "sections.0.items.0.label" in finding.message("zh")


def test_findings_come_in_order_of_weight_and_then_of_the_questionnaire() -> None:
    found = lint(
        loaded(
            f"""
            - {{id: a, kind: single_choice, label: {{zh: 最近参加了吗？, en: Did you?}}, {YES_NO}}}
            - {{id: b, kind: short_text, label: {{zh: 您的姓名, en: Your name}}}}
            - {{id: c, kind: short_text, label: {{zh: 您的工号, en: Your post}}}}
            """
        )
    )
    ranks = [SEVERITIES.index(finding.severity) for finding in found]
    assert ranks == sorted(ranks)
    assert [f.place.field for f in found if f.code == "name_in_anonymous"] == [
        "sections.0.items.1.label",
        "sections.0.items.2.label",
    ]


def test_items_beyond_the_tenth_are_in_order_too() -> None:
    found = lint(many(11, "signature"))
    assert [f.place.field.split(".")[3] for f in found if f.code == "name_in_anonymous"] == [
        str(n) for n in range(11)
    ]


# ---------------------------------------------------------------- languages


def test_a_text_without_a_language_is_read_by_its_characters() -> None:
    chinese = loaded("- {id: a, kind: integer, label: 最近您去过几次？}")
    english = loaded("- {id: a, kind: integer, label: How many times did you go there lately?}")
    neither = loaded("- {id: a, kind: integer, label: Combien de fois lately?}")
    assert [codes(q).count("vague_word") for q in (chinese, english, neither)] == [1, 1, 0]


def test_traditional_characters_are_read_as_well() -> None:
    text = "您對辦公環境和薪酬待遇滿意程度如何？"
    item = f"- {{id: a, kind: scale, scale: mark, label: {{zh-Hant: {text}}}}}"
    finding = only(loaded(item, SCALE), "double_barrelled")
    assert finding.language == "zh-Hant"


def test_other_languages_are_left_alone() -> None:
    text = "Sind Sie mit dem Essen and dem Service immer zufrieden lately?"
    item = f"- {{id: a, kind: scale, scale: mark, label: {{de: {text}}}}}"
    assert not {"double_barrelled", "vague_word", "yes_no_on_scale"} & set(
        codes(loaded(item, SCALE))
    )


def test_a_term_slot_counts_as_one_thing_however_it_is_filled() -> None:
    terms = "terms: {place: {text: {zh: 食堂和宿舍, en: the canteen and the hostel}}}\n"
    item = """
        - id: a
          kind: scale
          scale: mark
          label: {zh: '{place}的卫生怎么样？', en: 'How good or poor is {place}?'}
    """
    written_out = """
        - id: a
          kind: scale
          scale: mark
          label: {zh: 食堂和宿舍的卫生怎么样？, en: How good or poor is the hygiene?}
    """
    assert "double_barrelled" not in codes(loaded(item, terms + SCALE))
    assert "double_barrelled" in codes(loaded(written_out, SCALE))


# ---------------------------------------------------------------- who is asked


@pytest.mark.parametrize(
    ("genre", "said"), [("survey", True), ("poll", True), ("register", False), ("report", False)]
)
def test_a_record_is_not_held_to_the_rules_for_opinions(genre: str, said: bool) -> None:
    item = "- {id: a, kind: long_text, required: true, label: {zh: 主要做法, en: What was done}}"
    assert ("required_open_question" in codes(loaded(item, f"genre: {genre}\n"))) is said


def test_a_question_required_on_a_condition_is_not_a_required_one() -> None:
    items = f"""
        - {{id: a, kind: single_choice, label: {{zh: 您参加了吗？, en: Did you attend?}}, {YES_NO}}}
        - {{id: b, kind: long_text, required: "${{a}} = 'n'", label: {{zh: 原因, en: Reason}}}}
    """
    assert "required_open_question" not in codes(loaded(items))


def test_topics_are_coded_by_the_interviewer_and_may_ask_for_yes_or_no() -> None:
    topic = "- {id: a, kind: topic, scale: mark, label: {zh: 人手够不够？, en: Is the staff good?}}"
    asked = "- {id: a, kind: scale, scale: mark, label: {zh: 人手好不好？, en: Is the staff good?}}"
    assert "yes_no_on_scale" not in codes(loaded(topic, SCALE))
    assert "yes_no_on_scale" in codes(loaded(asked, SCALE))


# ---------------------------------------------------------------- scales


DUAL = """
    - id: a
      kind: matrix_dual
      scale: one
      second_scale: two
      first_label: {zh: 重要性, en: Importance}
      second_label: {zh: 满意度, en: Satisfaction}
      label: {zh: 请逐行评价。, en: Please rate each row.}
      rows:
        - {value: 1, label: {zh: 食堂, en: Canteen}}
        - {value: 2, label: {zh: 宿舍, en: Hostel}}
"""


def _two_scales(second: tuple[int, ...]) -> str:
    words = {
        3: "{zh: 满意, en: Satisfied}",
        2: "{zh: 一般, en: Neither}",
        1: "{zh: 不满意, en: Dissatisfied}",
    }
    weights = {
        3: "{zh: 很重要, en: Very important}",
        2: "{zh: 重要, en: Important}",
        1: "{zh: 不重要, en: Not important}",
    }
    one = ", ".join(f"{{value: {n}, label: {weights[n]}}}" for n in (3, 2, 1))
    two = ", ".join(f"{{value: {n}, label: {words[n]}}}" for n in second)
    return f"scales:\n  one: [{one}]\n  two: [{two}]\n"


def test_two_scales_of_a_matrix_run_the_same_way() -> None:
    assert "scale_direction" not in codes(loaded(DUAL, _two_scales((3, 2, 1))))
    finding = only(loaded(DUAL, _two_scales((1, 2, 3))), "scale_direction")
    assert finding.place.field == "sections.0.items.0.second_scale"


@pytest.mark.parametrize("kind", ["stars", "net_promoter"])
def test_points_and_stars_rise_without_upsetting_the_words_beside_them(kind: str) -> None:
    items = f"""
        - {{id: a, kind: scale, scale: mark, label: {{zh: 食堂好坏, en: How good or poor is it?}}}}
        - {{id: b, kind: {kind}, label: {{zh: 请给宿舍评分。, en: Please rate the hostel.}}}}
    """
    assert "scale_direction" not in codes(loaded(items, SCALE))


# ---------------------------------------------------------------- ranges


@pytest.mark.parametrize(
    ("label", "low", "high"),
    [
        ("1-5年", 1, 5),
        ("１０—２０", 10, 20),
        ("1 to 5 years", 1, 5),
        ("3000元至不满5000元", 3000, 5000),
        ("1,000-2,500", 1000, 2500),
        ("under 18", float("-inf"), 18),
        ("65岁及以上", 65, float("inf")),
        ("10+", 10, float("inf")),
        ("A. 20～30岁", 20, 30),
    ],
)
def test_ranges_are_read(label: str, low: float, high: float) -> None:
    span = range_of(label)
    assert span is not None
    assert (span.low, span.high) == (low, high)


@pytest.mark.parametrize(
    "label", ["8:00-10:00", "第3组", "5-1年", "每周1-2次", "9点至10点", "甲-乙"]
)
def test_what_is_not_a_range_is_not_read_as_one(label: str) -> None:
    assert range_of(label) is None


# ---------------------------------------------------------------- length


def test_a_summary_counts_items_open_questions_and_rows() -> None:
    items = """
        - {id: a, kind: note, label: {zh: 请仔细阅读。, en: Please read this.}}
        - {id: b, kind: long_text, label: {zh: 建议, en: Suggestions}}
        - id: c
          kind: matrix
          scale: mark
          label: {zh: 请评价。, en: Please rate.}
          rows:
            - {value: 1, label: {zh: 食堂, en: Canteen}}
            - {value: 2, label: {zh: 宿舍, en: Hostel}}
    """
    size = summarise(loaded(items, SCALE))
    assert (size.items, size.open_questions, size.matrix_rows, size.sections) == (2, 1, 2, 1)


def test_the_estimate_agrees_with_the_minutes_that_the_instruments_state() -> None:
    for name in library.names():
        questionnaire = library.get(name)
        if questionnaire.minutes:
            assert summarise(questionnaire).minutes == pytest.approx(questionnaire.minutes, rel=0.5)


def test_a_stand_alone_question_takes_about_as_long_as_the_pew_panel_found() -> None:
    question = "How satisfied or dissatisfied are you with the way your complaint was handled?"
    levels = ["Very satisfied", "Fairly satisfied", "Fairly dissatisfied", "Very dissatisfied"]
    options = ", ".join(f"{{value: {n}, label: {{en: {word}}}}}" for n, word in enumerate(levels))
    items = [
        f"- {{id: q{n}, kind: single_choice, label: {{en: '{question}'}}, options: [{options}]}}"
        for n in range(10)
    ]
    seconds = 6 * summarise(loaded("\n".join(items))).minutes
    assert seconds == pytest.approx(900 / 85, rel=0.25)


LENGTH: dict[str, tuple[Any, Any]] = {
    "minutes_long": (
        functools.partial(many, 20, "long_text"),
        functools.partial(many, 5, "long_text"),
    ),
    "open_questions_many": (
        functools.partial(many, 6, "long_text"),
        functools.partial(many, 5, "long_text"),
    ),
    "section_long": (
        functools.partial(many, 13, "integer"),
        functools.partial(many, 12, "integer"),
    ),
}


@pytest.mark.parametrize("code", LENGTH)
def test_length_is_reported_from_the_limit_on(code: str) -> None:
    long, short = LENGTH[code]
    assert code in codes(long())
    assert code not in codes(short())


def test_a_text_to_read_breaks_a_long_section() -> None:
    broken = many(13, "integer").model_dump(mode="json", exclude_defaults=True)
    note = {
        "id": "note",
        "kind": "note",
        "label": {"zh": "下面问另一件事。", "en": "Now another matter."},
    }
    broken["sections"][0]["items"].insert(7, note)
    assert "section_long" not in codes(Questionnaire.model_validate(broken))


@pytest.mark.parametrize(("rows", "said"), [(13, True), (12, False)])
def test_a_matrix_of_many_rows_is_reported(rows: int, said: bool) -> None:
    listed = ", ".join(
        f"{{value: {n}, label: {{zh: 事项{n}, en: Matter {n}}}}}" for n in range(rows)
    )
    item = f"""
        - id: a
          kind: matrix
          scale: mark
          label: {{zh: 请逐行评价。, en: Please rate each row.}}
          rows: [{listed}]
    """
    assert ("matrix_long" in codes(loaded(item, SCALE))) is said


# ---------------------------------------------------------------- every kind, any length


def test_lint_reads_every_kind_of_item() -> None:
    assert set(codes(examples.kinds())) <= set(RULES)
    assert summarise(examples.kinds()).items > 30


@pytest.mark.parametrize("mark", ["(a ", "how did made ", "又啊，", "xX×", "每个", "{b "])
def test_a_text_of_any_length_is_examined_without_hanging(mark: str) -> None:
    label = Text({"zh": mark * 20_000, "en": mark * 20_000})
    tree = loaded("- {id: a, kind: yes_no, label: L}").model_dump(mode="json")
    tree["sections"][0]["items"][0] |= {"label": label, "hint": label}
    assert "too_long" in codes(Questionnaire.model_validate(tree))
