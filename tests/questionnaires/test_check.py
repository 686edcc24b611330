"""The one validation of answers: what is demanded, what is kept, what is refused."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import questionnaires
from questionnaires import Context, Text, library

from .making import CONTEXT, SCALE, UNITS, answered, loaded, refused

WHY = """\
- {id: q1, kind: scale, scale: mark, required: true, label: L}
- {id: q2, kind: short_text, required: true, relevant: "${q1} = 1", label: L}
- {id: q3, kind: short_text, required: true, relevant: "${q2} = 'more'", label: L}
"""


class TestTheWholeAnswer:
    def test_all_problems_are_told_at_once_in_the_order_asked(self) -> None:
        questionnaire = loaded(WHY.replace('relevant: "${q1} = 1", ', ""), SCALE)
        assert refused(questionnaire, {"x9": 1, "q1": "7"}) == [
            ("item_unknown", "x9"),
            ("option_unknown", "q1"),
            ("required_text", "q2"),
        ]

    @pytest.mark.parametrize("raw", [None, [], "q1=1", 5, True, [["q1", "1"]]])
    def test_answers_that_are_no_mapping_are_refused(self, raw: Any) -> None:
        assert refused(loaded(WHY, SCALE), raw) == [("answers_shape", "")]

    def test_unknown_items_are_refused_but_not_listed_without_end(self) -> None:
        questionnaire = loaded(WHY, SCALE)
        assert refused(questionnaire, {"q1": "3", "q4": "x"}) == [("item_unknown", "q4")]
        many = {"n" * 1000 + str(n): "x" for n in range(5000)} | {"q1": "3"}
        problems = questionnaires.check(questionnaire, many).problems
        assert 1 <= len(problems) <= 20
        assert all(len(problem.message("zh")) < 200 for problem in problems)

    def test_nothing_is_refused_when_nothing_is_required(self) -> None:
        assert answered(library.get("public-poll"), {}) == {}

    def test_an_item_that_somebody_else_fills_in_is_not_demanded(self) -> None:
        item = "- {id: q1, kind: date, required: true, label: L%s}"
        assert refused(loaded(item % ""), {}) == [("required_text", "q1")]
        assert answered(loaded(item % ", filled_by: the approver"), {}) == {}


class TestVisibility:
    def test_a_hidden_item_is_neither_demanded_nor_kept(self) -> None:
        questionnaire = loaded(WHY, SCALE)
        assert answered(questionnaire, {"q1": "3", "q2": "typed before"}) == {"q1": "3"}
        assert refused(questionnaire, {"q1": "1"}) == [("required_text", "q2")]

    def test_accepted_answers_tell_what_they_make_visible(self) -> None:
        def visible(raw: dict[str, Any]) -> frozenset[str]:
            return questionnaires.check(loaded(WHY, SCALE), raw).visible

        assert visible({"q1": "3", "q2": "more"}) == {"q1"}
        assert visible({"q1": "1", "q2": "more", "q3": "x"}) == {"q1", "q2", "q3"}
        assert visible({"q1": "1"}) == frozenset(), "refused ones tell nothing"

    def test_a_hidden_item_is_not_even_refused(self) -> None:
        assert answered(loaded(WHY, SCALE), {"q1": "3", "q2": "x" * 999}) == {"q1": "3"}

    def test_a_condition_reads_a_hidden_item_as_unanswered(self) -> None:
        questionnaire = loaded(WHY, SCALE)
        assert answered(questionnaire, {"q1": "3", "q2": "more"}) == {"q1": "3"}
        assert refused(questionnaire, {"q1": "1", "q2": "more"}) == [("required_text", "q3")]

    def test_so_does_a_constraint(self) -> None:
        items = WHY + "- {id: q4, kind: short_text, constraint: \"${q2} = ''\", label: L}"
        questionnaire = loaded(items, SCALE)
        assert answered(questionnaire, {"q1": "3", "q2": "x", "q4": "y"}) == {"q1": "3", "q4": "y"}
        assert refused(questionnaire, {"q1": "1", "q2": "x", "q4": "y"}) == [
            ("constraint_failed", "q4")
        ]

    def test_a_condition_may_read_an_item_that_is_asked_later(self) -> None:
        items = """\
        - {id: a, kind: date, label: L, relevant: "${b} = 1"}
        - {id: b, kind: integer, label: L}
        """
        assert answered(loaded(items), {"a": "2026-01-01", "b": "2"}) == {"b": 2}

    def test_a_section_hides_its_items(self) -> None:
        questionnaire = questionnaires.load("""\
        id: a
        title: T
        sections:
          - {id: s, title: T, items: [{id: a, kind: integer, label: L}]}
          - id: r
            title: T
            relevant: ${a} > 1
            items: [{id: b, kind: integer, label: L, required: true}]
        """)
        assert answered(questionnaire, {"a": "1", "b": "5"}) == {"a": 1}
        assert refused(questionnaire, {"a": "2"}) == [("required_text", "b")]

    @pytest.mark.parametrize("step", [1, -1])
    def test_a_long_chain_of_conditions_is_followed_to_its_end(self, step: int) -> None:
        items = ["- {id: q0, kind: integer, label: L}"]
        items += [
            f"- {{id: q{n}, kind: integer, label: L, relevant: '${{q{n - 1}}} = 1'}}"
            for n in range(1, 800)
        ]
        questionnaire = loaded("\n".join(items[::step]))
        ones = {f"q{n}": 1 for n in range(800)}
        assert answered(questionnaire, ones) == ones
        assert len(answered(questionnaire, ones | {"q400": 2})) == 401


class TestConstraints:
    ITEMS = """\
    - {id: a, kind: date, label: L}
    - id: b
      kind: date
      label: L
      constraint: . > ${a}
      constraint_message:
        zh: "{unit}的结束日期应晚于开始日期。"
        en: "The end for {unit} must be later."
    """
    TERMS = "terms: {unit: {text: {zh: 本镇, en: us}}}\n"

    def test_an_answer_must_meet_its_constraint(self) -> None:
        questionnaire = loaded(self.ITEMS, self.TERMS)
        assert refused(questionnaire, {"a": "2026-01-02", "b": "2026-01-02"}) == [
            ("constraint_message", "b")
        ]
        assert answered(questionnaire, {"a": "2026-01-02", "b": "2026-01-03"})
        assert answered(questionnaire, {"a": "2026-01-02"})

    def test_the_authors_message_is_shown_with_its_terms(self) -> None:
        questionnaire = loaded(self.ITEMS, self.TERMS)
        (problem,) = questionnaires.check(
            questionnaire, {"a": "2026-01-02", "b": "2026-01-01"}
        ).problems
        assert problem.message("zh") == "本镇的结束日期应晚于开始日期。"
        assert problem.message("en") == "The end for us must be later."


class TestRepeatedSections:
    SOURCE = """\
    id: a
    title: T
    sections:
      - {id: s, title: T, items: [{id: on, kind: integer, label: L}]}
      - id: p
        title: T
        relevant: ${on} = '' or ${on} = 1
        repeat: {min: 1, max: 2}
        items:
          - {id: name, kind: short_text, label: L, required: true}
          - id: kind
            kind: single_choice
            label: L
            options: [{value: x, label: X}, {value: y, label: Y}]
          - {id: why, kind: short_text, label: L, required: true, relevant: "${kind} = 'y'"}
    """
    Q = questionnaires.load(SOURCE)

    def test_entries_are_checked_each_by_itself(self) -> None:
        entries = [{"name": "a", "kind": "x", "why": "hidden"}, {"kind": "y"}]
        assert refused(self.Q, {"p": entries}) == [
            ("required_text", "p.1.name"),
            ("required_text", "p.1.why"),
        ]
        entries = [{"name": "a", "kind": "x", "why": "hidden"}, {"name": "b"}]
        assert answered(self.Q, {"p": entries}) == {
            "p": [{"name": "a", "kind": "x"}, {"name": "b"}]
        }

    def test_blank_rows_of_a_form_do_no_harm_and_keep_their_places(self) -> None:
        entries = [{"name": "", "kind": None}, {"name": "a"}, {}]
        assert answered(self.Q, {"p": entries}) == {"p": [{"name": "a"}]}
        assert refused(self.Q, {"p": [{}, {"name": "a", "kind": "z"}]}) == [
            ("option_unknown", "p.1.kind")
        ]

    def test_there_are_neither_too_few_nor_too_many(self) -> None:
        assert refused(self.Q, {}) == [("entries_too_few", "p")]
        assert refused(self.Q, {"p": [{"name": "a"}] * 3}) == [("entries_too_many", "p")]
        assert answered(self.Q, {"p": [{"name": "a"}] * 2})

    @pytest.mark.parametrize("raw", ["x", {"0": {}}, [1], [[]], [{"name": "a"}, None]])
    def test_entries_come_as_a_list_of_mappings(self, raw: Any) -> None:
        assert refused(self.Q, {"p": raw}) == [("value_shape", "p")]

    def test_unknown_names_in_an_entry_are_refused(self) -> None:
        assert refused(self.Q, {"p": [{"name": "a", "x": 1}]}) == [("item_unknown", "p.0.x")]
        assert refused(self.Q, {"name": "a", "p": [{"name": "a"}]}) == [("item_unknown", "name")]

    def test_a_hidden_repeated_section_is_neither_demanded_nor_kept(self) -> None:
        assert answered(self.Q, {"on": "2"}) == {"on": 2}
        assert answered(self.Q, {"on": "2", "p": [{"name": "a"}] * 9}) == {"on": 2}
        assert refused(self.Q, {"on": "1"}) == [("entries_too_few", "p")]


class TestCoverage:
    Q = library.get("interview-outline-15")
    COVERING: ClassVar = {tag: t.id for t in Q.items for tag in t.covers}  # type: ignore[attr-defined]

    def answers(self, *, without: str = "", concern: str = "none") -> dict[str, Any]:
        raw: dict[str, Any] = {
            item.id: {"note": "谈过", "concern": "none"} for item in self.Q.items
        }
        if without:
            raw[without] = {"note": "", "concern": concern}
        return raw

    def test_eight_of_eight_tags_are_accepted(self) -> None:
        assert len(self.COVERING) == 8
        assert len(answered(self.Q, self.answers())) == 15

    @pytest.mark.parametrize("tag", COVERING)
    def test_seven_of_eight_tags_are_refused(self, tag: str) -> None:
        raw = self.answers(without=self.COVERING[tag])
        assert refused(self.Q, raw) == [("topic_uncovered", f"{self.COVERING[tag]}.note")]

    @pytest.mark.parametrize("tag", COVERING)
    def test_declined_counts_as_covered(self, tag: str) -> None:
        assert answered(self.Q, self.answers(without=self.COVERING[tag], concern="declined"))

    def test_a_topic_without_a_tag_needs_no_note(self) -> None:
        assert answered(self.Q, self.answers(without="t01"))

    def test_the_message_names_the_tag_in_the_readers_language(self) -> None:
        raw = self.answers(without=self.COVERING["integrity"])
        (problem,) = questionnaires.check(self.Q, raw).problems
        assert "廉情" in problem.message("zh")
        assert "Integrity" in problem.message("en")

    def test_a_hidden_topic_is_not_demanded(self) -> None:
        topic = "- {id: t1, kind: topic, scale: mark, label: L, covers: [work]%s}"
        more = SCALE + "checklist: {must_ask: [{id: work, label: Work}]}\n"
        assert refused(loaded(topic % "", more), {}) == [("topic_uncovered", "t1.note")]
        assert answered(loaded(topic % ", relevant: 1 = 2", more), {}) == {}


class TestForcedDistribution:
    Q = library.get("rating-ballot")

    def ballot(self, *levels: str) -> tuple[dict[str, Any], Context]:
        units = {f"u{n}": Text({"zh": f"{n}镇"}) for n in range(len(levels))}
        return {"b01": dict(zip(units, levels, strict=True))}, Context(units=units)

    def test_of_six_units_the_third_good_is_refused_at_forty_per_cent(self) -> None:
        raw, context = self.ballot("good", "good", "good", "fair", "fair", "fair")
        assert refused(self.Q, raw, context) == [("distribution_at_most", "b01")]
        raw, context = self.ballot("good", "good", "fairly_good", "fair", "fair", "fair")
        assert answered(self.Q, raw, context)

    def test_of_twelve_units_one_may_be_good_at_ten_per_cent(self) -> None:
        exchange = self.Q.variant("exchange")
        assert exchange.id == "rating-ballot-exchange"
        raw, context = self.ballot("good", *["fair"] * 11)
        assert answered(exchange, raw, context)
        raw, context = self.ballot("good", "good", *["fair"] * 10)
        assert refused(exchange, raw, context) == [("distribution_at_most", "b01")]

    def test_abstentions_are_limited_and_count_for_nothing_else(self) -> None:
        raw, context = self.ballot("abstain", "abstain", "good", "fair", "fair", "fair")
        assert answered(self.Q, raw, context)
        raw, context = self.ballot("abstain", "abstain", "abstain", "fair", "fair", "fair")
        assert refused(self.Q, raw, context) == [("distribution_abstain", "b01")]
        raw, context = self.ballot("abstain", "abstain", "fair", "fair", "fair")
        assert refused(self.Q, raw, context) == [("distribution_abstain", "b01")]  # 5/3 is one
        raw, context = self.ballot("abstain", "good", "good", "fair", "fair", "fair")
        assert answered(self.Q, raw, context)  # 2 of 5 is 40 %
        raw, context = self.ballot("abstain", "abstain", "good", "good", "fair", "fair")
        assert refused(self.Q, raw, context) == [("distribution_at_most", "b01")]  # 2 of 4 is not

    def test_the_message_says_how_many_are_allowed(self) -> None:
        raw, context = self.ballot("good", "good", "good", "fair", "fair", "fair")
        (problem,) = questionnaires.check(self.Q, raw, context).problems
        assert problem.message("zh") == (
            "“好”最多只能给 2 个，您给了 3 个（已评 6 个，上限 40%）。"
        )

    def test_a_minimum_is_rounded_up(self) -> None:
        rule = "distribution: {rules: [{id: r, levels: [1, 2], at_least: 1/4}]}"
        item = f"- {{id: b, kind: matrix, scale: mark, rows_from_units: true, label: L, {rule}}}"
        questionnaire = loaded(item, SCALE)
        six = dict.fromkeys(UNITS, "3")
        assert refused(questionnaire, {"b": six | {"a": "1"}}) == [("distribution_at_least", "b")]
        assert answered(questionnaire, {"b": six | {"a": "1", "b": "2"}})

    def test_a_remark_is_asked_for_after_a_poor_rating(self) -> None:
        raw, context = self.ballot("fair", "fair", "fair")
        assert "b02" not in answered(self.Q, raw | {"b02": "reason"}, context)
        raw, context = self.ballot("fair", "fair", "poor")
        assert answered(self.Q, raw | {"b02": "reason"}, context)["b02"] == "reason"


NAMES = sorted({item.id for name in library.names() for item in library.get(name).items})
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(
        ["5", "1", "dk", "yes", "no", "other", "2026-03-15", "2026-03-15 09:30", "p1", "a"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["value", "text", "note", "concern", "a", *NAMES]), inner, max_size=5
        )
    ),
    max_leaves=15,
)
SHEETS = st.dictionaries(
    st.sampled_from([*NAMES, "problems", "bonus", "penalty"]) | st.text(max_size=4),
    JSON,
    max_size=12,
)


@pytest.mark.parametrize("name", library.names())
@settings(max_examples=60)
@given(raw=SHEETS | JSON)
def test_no_answers_are_too_hostile_for_an_instrument(name: str, raw: Any) -> None:
    outcome = questionnaires.check(library.get(name), raw, CONTEXT)
    assert (outcome.answers is None) == bool(outcome.problems)
    for problem in outcome.problems:
        assert problem.message("zh")
        assert problem.message("en")


@pytest.mark.parametrize("name", library.names())
@settings(max_examples=40)
@given(data=st.data())
def test_accepted_answers_are_accepted_again_unchanged(name: str, data: st.DataObject) -> None:
    questionnaire = library.get(name)
    raw = data.draw(SHEETS)
    kept = {key: value for key, value in raw.items() if key in questionnaire.item_by_id}
    problems = questionnaires.check(questionnaire, kept, CONTEXT).problems
    good = {
        k: v for k, v in kept.items() if k not in {p.place.field.split(".")[0] for p in problems}
    }
    outcome = questionnaires.check(_all_optional(questionnaire), good, CONTEXT)
    if outcome.answers is not None:
        worked_out = {item.id for item in questionnaire.items if item.kind == "calculated"}
        given = {k: v for k, v in outcome.answers.values.items() if k not in worked_out}
        again = questionnaires.check(_all_optional(questionnaire), given, CONTEXT)
        assert again == outcome


def _all_optional(questionnaire: questionnaires.Questionnaire) -> questionnaires.Questionnaire:
    text = questionnaires.to_json(questionnaire).replace('"required":true', '"required":false')
    return questionnaires.from_json(text)
