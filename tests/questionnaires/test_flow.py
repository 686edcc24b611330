"""Jumps, quotas, arms, random order, carried choices, findings, answers in texts, first answers."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import questionnaires
from questionnaires import Context
from questionnaires.lots import share_of, shuffled
from questionnaires.reading import read

from .making import SCALE, answered, codes, loaded, refused, survey

JUMPS = """\
id: route
title: Route
sections:
  - id: a
    title: A
    jump: [{to: c, when: "${go} = 'far'"}, {to: end, when: "${go} = 'out'"}]
    items:
      - id: go
        kind: single_choice
        label: Go
        options: [{value: near, label: N}, {value: far, label: F}, {value: out, label: O}]
  - {id: b, title: B, items: [{id: b1, kind: short_text, required: true, label: B1}]}
  - {id: c, title: C, items: [{id: c1, kind: short_text, required: true, label: C1}]}
"""


class TestJumps:
    Q = questionnaires.load(JUMPS)

    @pytest.mark.parametrize(
        ("go", "demanded"),
        [("near", ["b1", "c1"]), ("far", ["c1"]), ("out", []), ("", ["b1", "c1"])],
    )
    def test_the_sections_between_are_left_out(self, go: str, demanded: list[str]) -> None:
        problems = questionnaires.check(self.Q, {"go": go}).problems
        assert [problem.place.field for problem in problems] == demanded

    def test_what_was_typed_there_before_is_not_kept(self) -> None:
        assert answered(self.Q, {"go": "out", "b1": "x", "c1": "y"}) == {"go": "out"}

    def test_a_section_that_is_left_out_leads_nowhere_itself(self) -> None:
        chained = JUMPS.replace("{id: b, title: B,", "{id: b, title: B, jump: [{to: end}],")
        questionnaire = questionnaires.load(chained)
        assert refused(questionnaire, {"go": "far"}) == [("required_text", "c1")]
        assert answered(questionnaire, {"go": "near", "b1": "x"}) == {"go": "near", "b1": "x"}

    @pytest.mark.parametrize(
        ("target", "code"), [("x", "jump_unknown"), ("a", "jump_backwards"), ("b", None)]
    )
    def test_a_jump_leads_to_a_later_section(self, target: str, code: str | None) -> None:
        assert codes(JUMPS.replace("to: c", f"to: {target}")) == ([code] if code else [])

    def test_sections_in_random_order_cannot_have_jumps(self) -> None:
        assert codes(JUMPS + "random_sections: true\n") == ["jump_random", "jump_random"]


QUOTA = """
quotas:
  - {id: men, when: "${sex} = 'm'", limit: 2, message: {zh: 男性已满, en: Enough men}}
  - {id: all, when: "true()", limit: 5}
"""
SEX = """
- id: sex
  kind: single_choice
  label: Sex
  options: [{value: m, label: M}, {value: f, label: F}]
"""


class TestQuotas:
    Q = loaded(SEX, QUOTA)

    def test_answers_say_which_quotas_they_count_towards(self) -> None:
        assert questionnaires.check(self.Q, {"sex": "m"}).quotas == ("men", "all")
        assert questionnaires.check(self.Q, {"sex": "f"}).quotas == ("all",)

    def test_who_comes_when_it_is_full_is_told_so(self) -> None:
        full = Context(full_quotas=frozenset({"men"}))
        (problem,) = questionnaires.check(self.Q, {"sex": "m"}, full).problems
        assert (problem.message("zh"), problem.message("en")) == ("男性已满", "Enough men")
        assert questionnaires.check(self.Q, {"sex": "f"}, full).answers is not None
        closed = Context(full_quotas=frozenset({"all"}))
        assert refused(self.Q, {"sex": "f"}, closed) == [("quota_full", "")]

    def test_their_names_and_conditions_are_checked(self) -> None:
        assert codes(survey(SEX, QUOTA.replace("id: all", "id: men"))) == ["duplicate_id"]
        assert codes(survey(SEX, QUOTA.replace("${sex}", "${sexx}"))) == ["reference_unknown"]


ARM = """
- id: wording
  kind: arm
  label: Wording
  arms: [{value: short, label: S}, {value: long, weight: 3, label: L}]
- {id: s1, kind: short_text, relevant: "${wording} = 'short'", required: true, label: Short}
- {id: l1, kind: short_text, relevant: "${wording} = 'long'", required: true, label: Long}
"""


class TestArms:
    Q = loaded(ARM)

    def test_a_respondent_stays_in_the_arm_that_the_lot_gave(self) -> None:
        for seed in map(str, range(20)):
            context = Context(seed=seed)
            raw = {"s1": "x", "l1": "y"}
            first = answered(self.Q, raw, context)
            assert first == answered(self.Q, raw, context)
            assert first == {
                "wording": first["wording"],
                **({"s1": "x"} if first["wording"] == "short" else {"l1": "y"}),
            }

    def test_arms_are_drawn_in_proportion_to_their_weights(self) -> None:
        item = self.Q.items[0]
        drawn = Counter(item.given(Context(seed=f"s{n}")) for n in range(8000))
        assert 5850 < drawn["long"] < 6150  # 6000 expected, 3.9 standard deviations either way

    def test_nobody_chooses_an_arm_but_a_response_from_elsewhere_brings_it(self) -> None:
        context = Context(seed="s")
        assert refused(self.Q, {"wording": "short", "s1": "x", "l1": "x"}, context) == [
            ("value_shape", "wording")
        ]
        assert answered(self.Q, {"wording": "short", "s1": "x"})["wording"] == "short"


class TestRandomOrder:
    LETTERS = "abcdefgh"

    def order(self, seed: str, fixed: str = "") -> str:
        return "".join(
            shuffled(self.LETTERS, seed, "q", name=str, stays=lambda letter: letter in fixed)
        )

    def test_the_same_seed_gives_the_same_order_everywhere(self) -> None:
        assert self.order("one") == "hgbadecf"  # as computed on other machines and versions
        assert self.order("") == self.LETTERS

    def test_what_is_fixed_keeps_its_place(self) -> None:
        for seed in map(str, range(30)):
            shown = self.order(seed, fixed="ah")
            assert (shown[0], shown[-1]) == ("a", "h")
            assert sorted(shown) == list(self.LETTERS)

    def test_every_place_is_equally_likely(self) -> None:
        """Chi-square over 8 x 8 places; 49 degrees of freedom, p = 0.0001 at 94."""
        counts = Counter(
            (letter, place)
            for n in range(8000)
            for place, letter in enumerate(self.order(f"seed {n}"))
        )
        assert len(counts) == 64
        assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 94

    def test_a_number_drawn_by_lot_is_uniform(self) -> None:
        drawn = [share_of(str(n), "x") for n in range(4000)]
        assert 0 <= min(drawn) < 0.01
        assert 0.99 < max(drawn) < 1
        assert abs(sum(drawn) / 4000 - 0.5) < 0.02


USED = """
- id: used
  kind: multiple_choice
  label: Used
  options: [{value: bus, label: Bus}, {value: tram, label: Tram}, {value: bike, label: Bike}]
- id: best
  kind: single_choice
  label: Best
  carry_forward: {item: used}
  options:
    - {value: bus, label: Bus}
    - {value: tram, label: Tram}
    - {value: bike, label: Bike}
    - {value: none, exclusive: true, label: None of them}
"""


class TestCarriedChoices:
    def offered(self, source: str, **raw: Any) -> list[str]:
        questionnaire = loaded(source)
        reading = read(questionnaire, raw, Context())
        return [option.value for option in reading.visibility.offered(questionnaire.items[1])]

    def test_only_what_was_chosen_is_offered(self) -> None:
        assert self.offered(USED, used=["bus", "bike"]) == ["bus", "bike", "none"]
        assert refused(loaded(USED), {"used": ["bus"], "best": "tram"}) == [
            ("option_not_offered", "best")
        ]

    def test_or_only_what_was_not(self) -> None:
        other = USED.replace("{item: used}", "{item: used, which: not_chosen}")
        assert self.offered(other, used=["bus", "bike"]) == ["tram", "none"]

    def test_before_the_first_answer_everything_is(self) -> None:
        assert self.offered(USED) == ["bus", "tram", "bike", "none"]

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (("{item: used}", "{item: best}"), "carry_forward_source"),
            (("{item: used}", "{item: nowhere}"), "carry_forward_source"),
            (
                (
                    "- {value: bus, label: Bus}\n    - {value: tram, label: Tram}\n"
                    "    - {value: bike, label: Bike}",
                    "- {value: car, label: Car}",
                ),
                "carry_forward_nothing",
            ),
        ],
    )
    def test_the_source_must_make_sense(self, change: tuple[str, str], code: str) -> None:
        assert codes(survey(USED.replace(*change))) == [code]


PROBLEM = """
- id: clean
  kind: scale
  scale: mark
  label: {zh: 厕所卫生, en: Cleanliness}
  problem_if: ". <= 1"
- id: doors
  kind: integer
  label: {zh: 坏门, en: Broken doors}
  problem_if: ". > 2"
  problem_message: {zh: "有${doors}扇坏门", en: "${doors} broken doors"}
"""


class TestFindings:
    def found(self, **raw: Any) -> list[tuple[str, str, str]]:
        outcome = questionnaires.check(loaded(PROBLEM, SCALE), raw)
        return [(f.item, f.wording.get("zh"), f.wording.get("en")) for f in outcome.findings]

    def test_an_answer_that_is_a_problem_opens_a_finding(self) -> None:
        assert self.found(clean="1", doors="3") == [
            ("clean", "厕所卫生：差", "Cleanliness: Poor"),
            ("doors", "有3扇坏门", "3 broken doors"),
        ]

    def test_the_edge_and_no_answer_do_not(self) -> None:
        assert self.found(clean="2", doors="2") == []
        assert self.found() == []

    def test_an_entry_of_a_repeated_section_says_which_one(self) -> None:
        source = survey(PROBLEM, SCALE).replace(
            "title: {zh: 题目, en: Items}", "title: T\n    repeat: {max: 4}"
        )
        outcome = questionnaires.check(
            questionnaires.load(source), {"main": [{"doors": "1"}, {"doors": "9"}]}
        )
        assert [(f.item, f.entry) for f in outcome.findings] == [("doors", 2)]


PIPES = """
- {id: name, kind: short_text, label: {zh: 您的村, en: Your village}}
- {id: side, kind: scale, scale: mark, label: S}
- id: years
  kind: integer
  label: {zh: "在${name}住了几年？", en: "Years in ${name}?"}
  constraint: ". < 120"
  constraint_message: {zh: "${name}：太多", en: "${name}, ${side}: too many"}
"""


class TestAnswersInTexts:
    Q = loaded(PIPES, SCALE)

    def worded(self, raw: dict[str, Any]) -> tuple[str, str]:
        reading = read(self.Q, raw, Context())
        text = reading.worded(self.Q.items[2].label)
        return text.get("zh"), text.get("en")

    def test_the_answer_stands_in_the_text(self) -> None:
        assert self.worded({"name": "青山"}) == ("在青山住了几年？", "Years in 青山?")

    def test_before_it_is_given_a_gap_stands_there(self) -> None:
        assert self.worded({}) == ("在…住了几年？", "Years in …?")

    def test_a_choice_is_shown_by_its_label_in_the_language_of_the_text(self) -> None:
        raw = {"name": "A", "side": "3", "years": "200"}
        (problem,) = questionnaires.check(self.Q, raw).problems
        assert (problem.message("zh"), problem.message("en")) == ("A：太多", "A, Good: too many")

    def test_an_answer_is_never_read_as_a_text_to_fill_in(self) -> None:
        assert self.worded({"name": "${side} {term}"})[1] == "Years in ${side} {term}?"

    def test_a_name_that_leads_nowhere_is_told(self) -> None:
        assert codes(survey(PIPES.replace("住了", "${nmae}"), SCALE)) == ["pipe_unknown"]

    def test_an_entry_speaks_of_itself(self) -> None:
        source = survey(PIPES, SCALE).replace(
            "title: {zh: 题目, en: Items}", "title: T\n    repeat: {max: 4}"
        )
        questionnaire = questionnaires.load(source)
        raw = {"main": [{"name": "A"}, {"name": "B", "years": "300"}]}
        (problem,) = questionnaires.check(questionnaire, raw).problems
        assert problem.message("zh") == "B：太多"
        assert codes(source.replace("title: T\n", 'title: "Of ${name}"\n')) == ["pipe_repeated"]


class TestFirstAnswers:
    def test_one_that_the_item_refuses_itself_is_told(self) -> None:
        assert codes(survey("- {id: q, kind: integer, max: 5, default: 9, label: L}")) == [
            "default_refused"
        ]
        assert codes(survey("- {id: q, kind: integer, max: 5, default: 5, label: L}")) == []

    def test_one_may_be_worked_out(self) -> None:
        questionnaire = loaded("- {id: q, kind: date, default: {calculate: today()}, label: L}")
        reading = read(questionnaire, {}, Context(now=datetime(2026, 3, 15)))
        default: Any = questionnaire.items[0].default
        assert reading.visibility.value(default.calculate) == "2026-03-15"


class TestTypesAreCheckedAtSave:
    @pytest.mark.parametrize(
        ("condition", "severity"),
        [
            ("${n} > 'many'", "error"),
            ("${several} > 2", "error"),
            ("${day} * 2", "error"),
            ("${several} = 'a'", "warning"),
            ("${n} > 3", None),
            ("count-selected(${several}) > 2", None),
        ],
    )
    def test_what_can_never_hold_is_told_with_its_character(
        self, condition: str, severity: str | None
    ) -> None:
        source = survey(
            f"""
            - {{id: n, kind: integer, label: N}}
            - {{id: day, kind: date, label: D}}
            - id: several
              kind: multiple_choice
              label: S
              options: [{{value: a, label: A}}, {{value: b, label: B}}]
            - {{id: q, kind: short_text, relevant: "{condition}", label: L}}
            """
        )
        problems = questionnaires.examine(source).problems
        assert [p.severity for p in problems] == ([severity] if severity else [])
        assert all(p.code == "expression_doubtful" and p.place.line for p in problems)


class TestDrawnNumbers:
    Q = loaded('- {id: draw, kind: calculated, calculate: "random() + 0", label: L}')

    def test_they_follow_from_the_seed(self) -> None:
        first = answered(self.Q, {}, Context(seed="a"))
        assert first == answered(self.Q, {}, Context(seed="a"))
        assert first != answered(self.Q, {}, Context(seed="b"))
        assert 0 <= first["draw"] < 1


class TestLabels:
    def test_a_calculation_reads_the_label_in_the_respondents_language(self) -> None:
        questionnaire = loaded(
            """
            - {id: m, kind: scale, scale: mark, label: M}
            - {id: said, kind: calculated, calculate: "choice-label(${m})", label: L}
            """,
            SCALE,
        )
        for language, said in (("zh", "好"), ("en", "Good")):
            values = answered(questionnaire, {"m": "3"}, Context(language=language))
            assert values["said"] == said


class TestMedia:
    PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="

    def survey(self, source: str, use: str = "map") -> str:
        return survey(
            f"- {{id: q, kind: short_text, media: {use}, label: L}}",
            f"media:\n  map: {{source: '{source}', description: A map}}\n",
        )

    def test_a_picture_is_part_of_the_definition(self) -> None:
        questionnaire = questionnaires.load(self.survey(self.PIXEL))
        assert questionnaire.media["map"].sort == "image"
        assert questionnaires.from_json(questionnaires.to_json(questionnaire)) == questionnaire

    @pytest.mark.parametrize(
        ("source", "code"),
        [
            ("https://example.org/a.png", "media_path"),
            ("../a.png", "media_path"),
            ("/etc/a.png", "media_path"),
            ("a.exe", "media_type"),
            ("data:text/html;base64,AAAA", "media_type"),
            ("data:image/png;base64,A", "media_type"),
            ("data:image/png;base64," + "AAAA" * 400_000, "media_size"),
            ("gone.png", "media_missing"),
        ],
    )
    def test_anything_else_is_refused(self, source: str, code: str) -> None:
        assert codes(self.survey(source)) == [code]

    def test_a_path_beside_the_file_is_read_when_the_file_is(self, tmp_path: Path) -> None:
        (tmp_path / "img").mkdir()
        (tmp_path / "img" / "map.gif").write_bytes(b64decode(self.PIXEL.partition(",")[2]))
        file = tmp_path / "visit.yaml"
        file.write_text(self.survey("img/map.gif"), "utf-8")
        assert questionnaires.load(file).media["map"].source == self.PIXEL
        (tmp_path / "img" / "map.gif").write_bytes(b"x" * 1_000_001)
        assert "media_size" in [problem.code for problem in questionnaires.examine(file).problems]
        (tmp_path / "img" / "map.gif").unlink()
        assert codes(file.read_bytes()) == ["media_missing"]
        assert [problem.code for problem in questionnaires.examine(file).problems] == [
            "media_missing"
        ]

    def test_a_name_that_is_not_there_is_told(self) -> None:
        assert codes(self.survey(self.PIXEL, "mpa")) == ["media_unknown"]


def test_a_pattern_is_held_to_the_whole_answer() -> None:
    questionnaire = loaded("- {id: q, kind: short_text, pattern: '[A-Z]{2}\\d+', label: L}")
    assert answered(questionnaire, {"q": "AB12"}) == {"q": "AB12"}
    assert refused(questionnaire, {"q": "xAB12"}) == [("text_pattern", "q")]
    assert codes(survey("- {id: q, kind: short_text, pattern: '(?=a)', label: L}")) == [
        "expression_invalid"
    ]


def test_numbers_may_go_in_steps_and_have_units() -> None:
    questionnaire = loaded(
        """
        - {id: a, kind: integer, min: 5, step: 10, unit: {zh: 户, en: households}, label: L}
        - {id: b, kind: decimal, step: 0.25, label: L}
        """
    )
    assert answered(questionnaire, {"a": "25", "b": "1.75"}) == {"a": 25, "b": 1.75}
    assert refused(questionnaire, {"a": "20", "b": "1.1"}) == [
        ("number_step", "a"),
        ("number_step", "b"),
    ]
    item = questionnaire.items[0]
    assert item.show(25, questionnaire.surroundings(), "zh") == "25 户"


def test_terms_stand_in_the_labels_of_options_too() -> None:
    rest = "terms: {team: {text: {zh: 工作队, en: the team}}}\n"
    questionnaire = loaded(
        "- {id: q, kind: single_choice, label: L, options: [{value: a, label: '{team}'},"
        " {value: b, label: B}]}",
        rest,
    )
    item, around = questionnaire.items[0], questionnaire.surroundings()
    assert item.show("a", around, "zh") == "工作队"
    assert item.show("a", around, "en") == "the team"
    assert item.show("b", around, "en") == "B"


class TestWhatAReviewerFound:
    """Each was a hang, an error or a wrong meaning."""

    def test_many_sections_with_jumps_are_read_at_once(self) -> None:
        """Before, every section more doubled the time; with 200 it never ended."""
        sections = "".join(
            f"  - {{id: s{n}, title: S, jump: [{{to: end, when: '${{q{n}}} > 9'}}], "
            f"items: [{{id: q{n}, kind: integer, label: L}}]}}\n"
            for n in range(200)
        )
        assert codes("id: a\ntitle: T\nsections:\n" + sections) == []

    @pytest.mark.parametrize("kind", ["matrix_text", "matrix_number", "matrix_dual"])
    def test_deeply_nested_answers_are_refused(self, kind: str) -> None:
        nested: Any = "x"
        for _ in range(5000):
            nested = {"a": nested}
        scales = "scale: mark, second_scale: mark, first_label: A, second_label: B, "
        settings = scales if kind == "matrix_dual" else ""
        questionnaire = loaded(
            f"- {{id: m, kind: {kind}, {settings}rows: [{{value: a, label: A}}], label: L}}", SCALE
        )
        assert refused(questionnaire, {"m": {"a": nested}}) != []

    def test_an_empty_calculated_answer_leaves_a_gap_in_a_text(self) -> None:
        questionnaire = loaded(
            """
            - {id: c, kind: calculated, calculate: "concat(${n}, '')", label: C}
            - {id: n, kind: short_text, label: N}
            - {id: x, kind: integer, constraint: ". > 5", constraint_message: "${c}", label: X}
            """
        )
        (problem,) = questionnaires.check(questionnaire, {"x": "3"}).problems
        assert problem.message("en") == "…"

    def test_calculated_values_are_shown_in_words(self) -> None:
        questionnaire = loaded(
            """
            - {id: b, kind: calculated, calculate: "1 = 1", label: B}
            - {id: d, kind: calculated, calculate: "0.1 + 0.2", label: D}
            - {id: q, kind: short_text, label: {zh: "${b} ${d}", en: "${b} ${d}"}}
            """
        )
        label = read(questionnaire, {}, Context()).worded(questionnaire.items[2].label)
        assert (label.get("zh"), label.get("en")) == ("是 0.3", "yes 0.3")

    def test_steps_are_exact_however_fine(self) -> None:
        questionnaire = loaded("- {id: q, kind: decimal, step: 1e-15, digits: 10, label: L}")
        assert answered(questionnaire, {"q": "999999999999999"}) == {"q": 999999999999999}

    @pytest.mark.parametrize("written", ["1,000", "12,500", "1,000,000", "1,234.5"])
    def test_a_comma_that_may_part_thousands_is_asked_about(self, written: str) -> None:
        questionnaire = loaded("- {id: q, kind: decimal, label: L}")
        assert refused(questionnaire, {"q": written}) == [("decimal_grouped", "q")]
        assert answered(questionnaire, {"q": "1,5"}) == {"q": 1.5}

    def test_a_ranking_of_what_was_chosen_can_be_completed(self) -> None:
        ranking = USED.replace("kind: single_choice", "kind: ranking\n  required: true")
        questionnaire = loaded(ranking.replace("none, exclusive: true", "none"))
        raw: dict[str, Any] = {"used": ["bus", "bike"], "best": ["bike", "bus"]}
        assert answered(questionnaire, raw)["best"] == ["bike", "bus"]
        assert refused(questionnaire, raw | {"best": ["bike"]}) == [("required_ranking", "best")]

    def test_where_nothing_is_left_to_choose_nothing_is_demanded(self) -> None:
        source = USED.replace("{item: used}", "{item: used, which: not_chosen}").replace(
            "    - {value: none, exclusive: true, label: None of them}\n", ""
        )
        questionnaire = loaded(source.replace("label: Best", "required: true\n  label: Best"))
        assert answered(questionnaire, {"used": ["bus", "tram", "bike"]}) == {
            "used": ["bus", "tram", "bike"]
        }

    @pytest.mark.parametrize("required", ["true", "\"${t} = 'yes'\""])
    def test_a_condition_demands_as_much_as_always_does(self, required: str) -> None:
        rows = "rows: [{value: a, label: A}, {value: b, label: B}]"
        questionnaire = loaded(
            f"""
            - {{id: t, kind: yes_no, label: T}}
            - {{id: m, kind: matrix, scale: mark, required: {required}, {rows}, label: M}}
            - {{id: n, kind: matrix_number, required: {required}, {rows}, label: N}}
            """,
            SCALE,
        )
        given = {"t": "yes", "m": {"a": "3"}, "n": {"b": "1"}}
        assert refused(questionnaire, given) == [("required_rows", "m.b"), ("required_rows", "n.a")]

    def test_a_jump_speaks_of_the_whole_form(self) -> None:
        source = JUMPS.replace("title: A\n", "title: A\n    repeat: {max: 3}\n")
        assert codes(source) == ["reference_repeated", "reference_repeated"]

    def test_an_entry_may_count_the_entries_of_a_later_section(self) -> None:
        questionnaire = questionnaires.load(
            "id: a\ntitle: T\nsections:\n"
            "  - {id: a, title: A, repeat: {max: 3}, items: "
            "[{id: x, kind: short_text, relevant: 'count(${b}) > 1', label: X}]}\n"
            "  - {id: b, title: B, repeat: {max: 3}, items: "
            "[{id: y, kind: short_text, label: Y}]}\n"
        )
        raw = {"a": [{"x": "1"}], "b": [{"y": "1"}, {"y": "2"}]}
        assert answered(questionnaire, raw) == raw

    def test_what_is_counted_is_what_is_stored(self) -> None:
        questionnaire = questionnaires.load(
            "id: a\ntitle: T\nsections:\n"
            "  - {id: s, title: S, items: [{id: t, kind: yes_no, label: T}, "
            "{id: c, kind: calculated, calculate: 'count(${b})', label: C}]}\n"
            "  - {id: b, title: B, repeat: {max: 3}, items: "
            "[{id: y, kind: short_text, relevant: \"${t} = 'yes'\", label: Y}]}\n"
        )
        values = answered(questionnaire, {"t": "no", "b": [{"y": "1"}, {"y": "2"}]})
        assert (values["c"], values["b"]) == (2, [{}, {}])

    def test_a_filter_may_draw_lots(self) -> None:
        drawn = USED.replace("carry_forward: {item: used}", 'choice_filter: "random() < 0.5"')
        questionnaire = loaded(drawn)
        kept = Counter(
            option.value
            for n in range(200)
            for option in read(questionnaire, {}, Context(seed=str(n))).visibility.offered(
                questionnaire.items[1]  # type: ignore[arg-type]
            )
        )
        assert set(kept) == {"bus", "tram", "bike", "none"}
        assert all(70 < times < 130 for times in kept.values())

    def test_what_was_typed_cannot_turn_the_text_around_it(self) -> None:
        reading = read(loaded(PIPES, SCALE), {"name": "a\u202eb"}, Context())
        text = reading.worded(reading.questionnaire.items[2].label).get("en")
        assert text == "Years in \u2068a\u202eb\u2069?"
