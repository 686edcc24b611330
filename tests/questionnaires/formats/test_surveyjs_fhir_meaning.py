"""What a definition means survives the way out and in again, or the report says that it does not.

The same answers are checked with a definition and with what comes back of it: what is asked, what
is refused and what is worked out must be the same.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

import questionnaires
from questionnaires import Questionnaire
from questionnaires.formats.losses import Written
from questionnaires.formats.registry import formats

from ..making import CONTEXT, loaded
from .importing import accepted

WRITERS = ("surveyjs", "fhir")
TRAVEL = """
- {id: start, kind: date, label: From}
- {id: end, kind: date, label: To, constraint: ". <= ${start} + 30"}
- {id: told, kind: date, label: Told, constraint: ". > today() - 30"}
- {id: why, kind: short_text, label: Why so long, relevant: "${end} > ${start} + 7"}
- {id: again, kind: yes_no, label: Again, relevant: "'2026-01-10' - 5 <= ${start}"}
"""
PLACES = """
- id: place
  kind: cascade
  label: Where
  branches:
    - {value: e, label: {zh: 东, en: East}, branches: [{value: p, label: {zh: 甲, en: P}},
       {value: q, label: Q}]}
    - {value: w, label: West, branches: [{value: p, label: P}, {value: r, label: R}]}
- {id: harbour, kind: short_text, label: Harbour, relevant: "${place} = 'p'"}
- {id: inland, kind: short_text, label: Inland, relevant: "${place} != 'p' and ${place} != ''"}
- {id: hills, kind: short_text, label: Hills, relevant: "${place} = 'q' or ${place} = 'r'"}
- {id: valley, kind: short_text, label: Valley, relevant: "${place} != 'r'"}
"""
CHOICES = """
- {id: many, kind: multiple_choice, min_choices: 2, label: Many,
   options: [{value: a, label: A}, {value: b, label: B}, {value: c, label: C}]}
- {id: least, kind: multiple_choice, min_choices: 1, label: Least,
   options: [{value: a, label: A}, {value: b, label: B}]}
- {id: town, kind: single_choice, label: Town,
   choice_filter: "${option.value} = 'a' or ${rich} > 3",
   options: [{value: a, label: A}, {value: b, label: B}]}
- {id: rich, kind: integer, label: Rich, min: 0}
- {id: extra, kind: points, sign: bonus, min: 2, max: 4, label: Extra}
- {id: twice, kind: calculated, shown: true, calculate: "${rich} * 2", label: Twice}
"""
CASES: tuple[tuple[str, tuple[dict[str, Any], ...]], ...] = (
    (
        TRAVEL,
        (
            {"start": "2026-01-01", "end": "2026-01-31", "why": "rest"},
            {"start": "2026-01-01", "end": "2026-02-01"},
            {"start": "2026-01-01", "end": "2026-01-08", "why": "rest", "again": "yes"},
            {"start": "2026-01-05", "end": "2026-01-06", "again": "yes"},
            {"start": "2026-01-05"},
            {"told": "1990-01-01"},
            {"told": "2990-01-01"},
        ),
    ),
    (
        PLACES,
        tuple(
            {"place": way, "harbour": "h", "inland": "i", "hills": "s", "valley": "v"}
            for way in ("e/p", "e/q", "w/p", "w/r", "")
        ),
    ),
    (
        CHOICES,
        (
            {"many": ["a"]},
            {"many": ["a", "b"], "rich": "2"},
            {"least": ["a"], "town": "a"},
            {"town": "b", "rich": "2"},
            {"town": "b", "rich": "4"},
            {"extra": "1"},
            {"extra": "2"},
            {"extra": "5"},
            {"extra": "3", "rich": ""},
        ),
    ),
)


def written(name: str, definition: Questionnaire) -> Written:
    form = formats()[name]
    assert form.write is not None
    return form.write(definition, ".json")


def read(name: str, content: bytes) -> Questionnaire:
    return accepted(formats()[name].read(content, "form.json"))


def outcome(definition: Questionnaire, raw: dict[str, Any]) -> Any:
    """Return which answers are kept and what is worked out of them, or the fields refused."""
    found = questionnaires.check(definition, raw, CONTEXT)
    if found.answers is None:
        return {problem.place.field for problem in found.problems}
    values = dict(found.answers.values)
    worked_out = {item.id for item in definition.items if item.kind == "calculated"}
    return set(values), {name: values.get(name) for name in sorted(worked_out)}


def errors(name: str, definition: Questionnaire) -> list[tuple[str, str]]:
    found = written(name, definition).losses
    return [(loss.code, loss.where) for loss in found if loss.severity == "error"]


@pytest.mark.parametrize("name", WRITERS)
class TestMeaning:
    @pytest.mark.parametrize(("items", "answers"), CASES, ids=["days", "cascade", "choices"])
    def test_the_same_answers_have_the_same_outcome(
        self, name: str, items: str, answers: tuple[dict[str, Any], ...]
    ) -> None:
        definition = loaded(items)
        made = written(name, definition)
        assert not errors(name, definition)
        again = read(name, made.content)
        for raw in answers:
            assert outcome(again, raw) == outcome(definition, raw), raw

    @pytest.mark.parametrize(
        ("number", "before", "after"),
        [(0, "30", "31"), (0, "7", "40"), (1, "w/p'", "e/q'"), (2, "= 2", "= 1")],
    )
    def test_an_altered_file_has_another(
        self, name: str, number: int, before: str, after: str
    ) -> None:
        items, answers = CASES[number]
        definition = loaded(items)
        content = written(name, definition).content.decode()
        if before == "= 2":  # the least number of choices
            before, after = {"fhir": (">= 2", ">= 1")}.get(
                name, ('"minSelectedChoices": 2', '"minSelectedChoices": 1')
            )
        assert before in content
        again = read(name, content.replace(before, after).encode())
        assert [outcome(again, raw) for raw in answers] != [
            outcome(definition, raw) for raw in answers
        ]


PARTS = """
- {id: split, kind: constant_sum, label: Split, shares: [{value: a, label: A},
   {value: b, label: B}]}
- {id: most, kind: calculated, shown: true, calculate: "max(${split})", label: Most}
- {id: told, kind: short_text, label: Told, relevant: "${split} != ''"}
"""


def element(content: bytes, name: str) -> dict[str, Any]:
    pages = json.loads(content)["pages"]
    (found,) = [one for page in pages for one in page["elements"] if one["name"] == name]
    return dict(found)


class TestSurveyJS:
    @pytest.mark.parametrize(
        ("parts", "right"),
        [
            (("60", "40"), True),
            (("100", ""), True),
            (("", ""), True),
            (("60", "41"), False),
            (("-5", "105"), False),
            (("50.5", "49.5"), False),
        ],
    )
    def test_parts_add_up(self, parts: tuple[str, str], right: bool) -> None:
        definition = loaded(PARTS)
        again = read("surveyjs", written("surveyjs", definition).content)
        given = {"split": dict(zip("ab", parts, strict=True))}
        there = dict(zip(("split_a", "split_b"), parts, strict=True))
        assert (questionnaires.check(definition, given).answers is not None) == right
        assert (questionnaires.check(again, there).answers is not None) == right

    def test_what_reads_all_parts_names_them(self) -> None:
        content = written("surveyjs", loaded(PARTS)).content
        assert element(content, "most")["expression"] == "max({split.a}, {split.b})"
        assert element(content, "told")["visibleIf"] == "({split.a} notempty or {split.b} notempty)"

    @pytest.mark.parametrize(
        "text", ["mean(${split})", "${moment} - ${day}", "concat(${place}, 1)"]
    )
    def test_what_cannot_be_said_is_an_error(self, text: str) -> None:
        moments = "- {id: moment, kind: date_time, label: M}\n- {id: day, kind: date, label: D}"
        last = f'- {{id: last, kind: calculated, calculate: "{text}", label: Last}}'
        definition = loaded(f"{PARTS.strip()}\n{PLACES.strip()}\n{moments}\n{last}")
        assert errors("surveyjs", definition) == [("export_expression", "last")]
        # Nothing is left of it, not even its name.
        assert b'"last"' not in written("surveyjs", definition).content

    def test_days_between_two_dates_keep_their_sign(self) -> None:
        """Theirs counts the days from the earlier to the later one."""
        definition = loaded(
            """
            - {id: a, kind: date, label: A}
            - {id: b, kind: date, label: B}
            - {id: n, kind: calculated, shown: true, calculate: "${b} - ${a} + 1", label: N}
            """
        )
        again = read("surveyjs", written("surveyjs", definition).content)
        for raw in (
            {"a": "2026-01-01", "b": "2026-01-05"},
            {"a": "2026-01-05", "b": "2026-01-01"},
            {"a": "2026-01-05"},
        ):
            assert outcome(again, raw) == outcome(definition, raw)

    def test_a_value_in_an_entry_is_found_there(self) -> None:
        definition = questionnaires.load(ENTRIES)
        content = written("surveyjs", definition).content
        assert "calculatedValues" not in json.loads(content)
        assert element(content, "plots")["templateElements"][1] == {
            "type": "expression",
            "name": "per",
            "expression": "{panel.size} * 2",
            "visible": False,
            "clearIfInvisible": "none",
        }
        again = read("surveyjs", content)
        raw = {"plots": [{"size": "1"}, {"size": "4"}]}
        assert outcome(again, raw) == outcome(definition, raw)
        per: Any = again.item_by_id["per"]
        assert (per.kind, per.shown) == ("calculated", False)

    def test_a_value_that_nobody_sees_is_empty_where_it_does_not_apply(self) -> None:
        definition = loaded(
            """
            - {id: a, kind: integer, label: A}
            - {id: b, kind: calculated, calculate: "${a} + 1", relevant: "${a} > 5", label: B}
            - {id: c, kind: hidden, value: x, relevant: "${a} > 5", label: C}
            - {id: d, kind: short_text, label: D, relevant: "${b} != ''"}
            - {id: e, kind: short_text, label: E, relevant: "${c} = 'x'"}
            """
        )
        again = read("surveyjs", written("surveyjs", definition).content)
        for raw in ({"a": "6", "d": "d", "e": "e"}, {"a": "5", "d": "d", "e": "e"}):
            kept = [
                set(questionnaires.check(one, raw).answers.values)  # type: ignore[union-attr]
                & {"d", "e"}
                for one in (definition, again)
            ]
            assert kept == [{"d", "e"} if raw["a"] == "6" else set()] * 2


ENTRIES = """
id: entries
title: Entries
sections:
  - id: plots
    title: Plots
    repeat: {max: 3}
    items:
      - {id: size, kind: integer, label: Size}
      - {id: per, kind: calculated, calculate: "${size} * 2", label: Per}
  - id: rest
    title: Rest
    items:
      - {id: mid, kind: calculated, shown: true, calculate: "mean(${plots}.per)", label: Mid}
"""


class TestFHIR:
    def test_the_sum_is_a_constraint_of_the_group(self) -> None:
        (group, *_) = json.loads(written("fhir", loaded(PARTS)).content)["item"][0]["item"]
        (rule,) = group["extension"]
        told = {part["url"]: part for part in rule["extension"]}
        assert told["expression"]["valueString"].endswith(" = 100)")
        assert told["human"]["valueString"] == "各项之和应为 100。"
        assert "The parts must add up to 100." in json.dumps(told["human"])
        again = formats()["fhir"].read(written("fhir", loaded(PARTS)).content, "form.json")
        reasons = [loss.where for loss in again.losses if loss.severity == "error"]
        assert reasons == ["Questionnaire.item[0].item[0].extension[0]"]
        bounds = [part["extension"][0]["valueInteger"] for part in group["item"]]
        assert bounds == [0, 0]

    def test_days_are_added_as_quantities(self) -> None:
        content = written("fhir", loaded(TRAVEL)).content.decode()
        assert "today() - 30 days" in content
        assert "@2026-01-10 - 5 days" in content
        assert "answer.value + 7 days" in content

    def test_rows_stand_for_their_group(self) -> None:
        (_, _, told) = json.loads(written("fhir", loaded(PARTS)).content)["item"][0]["item"]
        path = told["extension"][0]["valueExpression"]["expression"]
        assert "'split.a'" in path
        assert "'split'" not in path

    @pytest.mark.parametrize("text", ["max(${split})", "${end} - ${start}", "${start} + ${n}"])
    def test_what_cannot_be_said_is_an_error(self, text: str) -> None:
        last = f'- {{id: last, kind: calculated, calculate: "{text}", label: Last}}'
        number = "- {id: n, kind: integer, label: N}"
        split = PARTS.strip().split("\n- ")[0]
        definition = loaded(f"{split}\n{TRAVEL.strip()}\n{number}\n{last}")
        assert errors("fhir", definition) == [("export_expression", "last")]

    def test_messages_keep_their_languages(self) -> None:
        definition = loaded(
            """
            - {id: a, kind: integer, label: A, constraint: ". > 1",
               constraint_message: {zh: 大些, en: Larger}}
            - {id: b, kind: short_text, label: B, pattern: "[a-z]+",
               pattern_message: {zh: 小写, en: Small letters}}
            - {id: c, kind: integer, label: C, constraint: ". > 1"}
            """
        )
        again = read("fhir", written("fhir", definition).content).item_by_id
        assert again["a"].constraint_message == definition.item_by_id["a"].constraint_message
        said = again["b"].constraint_message
        assert said is not None
        assert dict(said.root) == {"zh": "小写", "en": "Small letters"}
        assert again["c"].constraint_message is None

    @pytest.mark.parametrize(
        ("languages", "said"),
        [("[en]", ["This answer"]), ("[zh]", ["这个答案"]), ("[de]", ["This answer"])],
    )
    def test_a_check_without_words_speaks_the_language_of_the_form(
        self, languages: str, said: list[str]
    ) -> None:
        text = "{id: t, title: T, languages: %s, sections: [{id: m, title: M, items: [%s]}]}"
        item = '{id: a, kind: integer, label: A, constraint: ". > 1"}'
        content = written("fhir", questionnaires.load(text % (languages, item))).content.decode()
        assert [word for word in ("This answer", "这个答案") if word in content] == said

    def test_a_filter_that_is_written_is_not_reported(self) -> None:
        told = {loss.values.get("key") for loss in written("fhir", loaded(CHOICES)).losses}
        assert "choice_filter" not in told
        assert "sign" in told  # a control

    def test_a_least_number_of_choices_does_not_demand_any(self) -> None:
        again = read("fhir", written("fhir", loaded(CHOICES)).content)
        assert again.item_by_id["least"].required is False
        demanded = read("fhir", written("fhir", loaded(CHOICES.replace("many,", MUST))).content)
        many: Any = demanded.item_by_id["many"]
        assert (many.required, many.min_choices) == (True, 2)


MUST = "many, required: true,"


@pytest.mark.parametrize("name", WRITERS)
def test_an_arm_that_nobody_draws_is_an_error(name: str) -> None:
    definition = loaded(
        """
        - {id: arm, kind: arm, label: Arm, arms: [{value: a, label: A}, {value: b, label: B}]}
        - {id: first, kind: short_text, label: First, relevant: "${arm} = 'a'"}
        """
    )
    assert errors(name, definition) == [("export_rule", "items.arm")]
