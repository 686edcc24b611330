"""What lint makes of conditions and jumps: what nobody can see, and the longest way through."""

from __future__ import annotations

import pytest

import questionnaires
from questionnaires import Questionnaire
from questionnaires.lint import summarise
from questionnaires.lint.logic import Logic
from questionnaires.lint.longest import longest

from .formats.importing import grows_evenly
from .making import loaded
from .test_lint import YES_NO, codes, only


def test_an_item_is_reached_when_any_way_leads_to_it() -> None:
    items = f"""
        - {{id: a, kind: single_choice, label: {{zh: 甲, en: A}}, {YES_NO}}}
        - {{id: b, kind: single_choice, label: {{en: B}}, relevant: "${{a}} = 'y'", {YES_NO}}}
        - {{id: c, kind: integer, label: {{en: C}}, relevant: "${{a}} = 'n' or ${{b}} = 'y'"}}
        - {{id: d, kind: integer, label: {{en: D}}, relevant: "${{a}} = 'n' and ${{b}} = 'y'"}}
    """
    finding = only(loaded(items), "unreachable_item")
    assert finding.place.field == "sections.0.items.3.relevant"


def test_an_unanswered_item_counts_as_an_answer() -> None:
    items = f"""
        - {{id: a, kind: single_choice, label: {{zh: 甲, en: A}}, {YES_NO}}}
        - {{id: b, kind: integer, label: {{en: B}}, relevant: "${{a}} != 'y' and ${{a}} != 'n'"}}
    """
    assert "unreachable_item" not in codes(loaded(items))


def test_what_cannot_be_narrowed_down_is_never_called_unreachable() -> None:
    items = """
        - {id: a, kind: integer, label: {zh: 甲, en: A}}
        - {id: b, kind: integer, label: {zh: 乙, en: B}}
        - {id: c, kind: integer, label: C, relevant: "${a} + ${b} > 3 and ${a} + ${b} < 3"}
    """
    assert "unreachable_item" not in codes(loaded(items))


def test_numbers_between_two_limits_leave_no_room() -> None:
    items = """
        - {id: a, kind: integer, label: {zh: 甲, en: A}}
        - {id: b, kind: integer, relevant: "${a} > 3 and ${a} < 4", label: {zh: 乙, en: B}}
        - {id: c, kind: integer, relevant: "${a} > 3 and ${a} < 5", label: {zh: 丙, en: C}}
    """
    finding = only(loaded(items), "unreachable_item")
    assert finding.place.field == "sections.0.items.1.relevant"


def test_a_long_condition_is_read_without_running_out_of_room() -> None:
    condition = " or ".join(f"${{a}} = {n}" for n in range(90))
    items = f"""
        - {{id: a, kind: integer, label: {{zh: 甲, en: A}}}}
        - {{id: b, kind: integer, relevant: "{condition}", label: {{zh: 乙, en: B}}}}
    """
    assert "unreachable_item" not in codes(loaded(items))


@pytest.mark.parametrize(
    "condition", ["today() > '2026-01-01'", "random() > 0.5", "not(today() < '2026-01-01')"]
)
def test_what_depends_on_the_day_or_on_chance_is_not_called_unreachable(condition: str) -> None:
    item = f"""- {{id: a, kind: integer, relevant: "{condition}", label: {{zh: 甲, en: A}}}}"""
    assert "unreachable_item" not in codes(loaded(item))
    never = item.replace(condition, f"1 = 2 and {condition}")
    assert "unreachable_item" in codes(loaded(never))


def in_three_parts(jump: str, last: str = "") -> Questionnaire:
    """Return a questionnaire whose first part may lead past the second one."""
    question = (
        f"{{id: a, kind: single_choice, label: {{zh: 您参加了吗？, en: Did you?}}, {YES_NO}}}"
    )
    return questionnaires.load(f"""
id: jumping
title: {{zh: 问卷, en: Survey}}
sections:
  - {{id: one, title: {{zh: 一, en: One}}, items: [{question}], jump: [{jump}]}}
  - id: two
    title: {{zh: 二, en: Two}}
    items:
      - {{id: b, kind: long_text, label: {{zh: 收获, en: Gains}}}}
      - {{id: c, kind: long_text, label: {{zh: 建议, en: Ideas}}}}
  - id: three
    title: {{zh: 三, en: Three}}
    items:
      - {{id: d, kind: long_text, label: {{zh: 原因, en: Reasons}}{last}}}
""")


def test_a_section_that_every_jump_passes_over_is_unreachable() -> None:
    finding = only(in_three_parts("{to: three}"), "unreachable_item")
    assert finding.place.field == "sections.1"
    assert "one → three" in finding.message("en")


@pytest.mark.parametrize("jump", ["{to: three, when: \"${a} = 'n'\"}", "{to: two}"])
def test_a_section_that_a_jump_may_spare_is_not_unreachable(jump: str) -> None:
    assert "unreachable_item" not in codes(in_three_parts(jump))


def test_the_first_jump_that_holds_is_taken() -> None:
    jumps = "{to: two, when: \"${a} != ''\"}, {to: three}"
    assert "unreachable_item" not in codes(in_three_parts(jumps))
    jumps = "{to: three, when: \"${a} != ''\"}, {to: three}"
    assert "unreachable_item" in codes(in_three_parts(jumps))


def test_the_longest_path_goes_past_what_a_jump_leaves_out() -> None:
    shown_to_yes = ", relevant: \"${a} = 'y'\""
    free = longest(Logic(in_three_parts("{to: two}", shown_to_yes)), dict.fromkeys("bcd", 1.0))
    jump = "{to: three, when: \"${a} = 'y'\"}"
    either = longest(Logic(in_three_parts(jump, shown_to_yes)), dict.fromkeys("bcd", 1.0))
    assert (free, either) == (3, 2)


def test_a_jump_may_read_its_own_section_but_nothing_later() -> None:
    assert "forward_reference" not in codes(in_three_parts("{to: three, when: \"${a} = 'y'\"}"))
    assert "forward_reference" in codes(in_three_parts("{to: three, when: \"${d} = 'y'\"}"))


def test_conditions_that_form_a_circle_do_not_hang_lint() -> None:
    source = loaded("- {id: a, kind: integer, label: {zh: 甲, en: A}}")
    tree = source.model_dump(mode="json", exclude_defaults=True)
    item = {"id": "b", "kind": "integer", "label": {"zh": "乙"}, "relevant": "${a} = 1"}
    tree["sections"][0]["items"][0]["relevant"] = "${b} = 1"
    tree["sections"][0]["items"].append(item)
    circular = Questionnaire.model_validate(tree)
    assert isinstance(codes(circular), list)


def test_minutes_on_the_longest_path_count_one_of_two_branches() -> None:
    branches = f"""
        - {{id: a, kind: single_choice, label: {{zh: 您参加了吗？, en: Did you attend?}}, {YES_NO}}}
        - {{id: b, kind: long_text, relevant: "${{a}} = 'y'", label: {{zh: 收获, en: Gains}}}}
        - {{id: c, kind: long_text, relevant: "${{a}} = 'n'", label: {{zh: 原因, en: Reasons}}}}
    """
    both = branches.replace("relevant: \"${a} = 'y'\", ", "").replace(
        "relevant: \"${a} = 'n'\", ", ""
    )
    one, two = summarise(loaded(branches)), summarise(loaded(both))
    assert one.open_questions == two.open_questions == 2
    assert 0.9 < two.minutes - one.minutes < 1.2


@pytest.mark.parametrize("number", [3, 12])
def test_the_longest_path_is_found_among_few_branches_and_among_many(number: int) -> None:
    items = [
        f"- {{id: a{n}, kind: single_choice, label: {{zh: 甲{n}, en: A {n}}}, {YES_NO}}}\n"
        f"- {{id: b{n}, kind: long_text, label: {{zh: 乙{n}, en: B {n}}},"
        f" relevant: \"${{a{n}}} = 'y' and ${{a0}} = 'y'\"}}"
        for n in range(number)
    ]
    questionnaire = loaded("\n".join(items))
    weight = {item.id: float(item.id.startswith("b")) for item in questionnaire.items}
    assert longest(Logic(questionnaire), weight) == number


def chain(length: int) -> Questionnaire:
    """Return items each of which is asked after a yes to the one before."""
    asked = ['- {id: q0, kind: yes_no, label: "Is it 0?"}'] + [
        f"- {{id: q{n}, kind: yes_no, label: 'Is it {n}?', relevant: \"${{q{n - 1}}} = 'yes'\"}}"
        for n in range(1, length)
    ]
    return loaded("\n".join(asked))


def test_a_long_chain_of_conditions_costs_as_much_for_each_item_as_a_short_one() -> None:
    made = {size: chain(size) for size in (50, 500, 1000)}

    def run(size: int) -> None:
        logic = Logic(made[size])
        assert all(map(logic.item_reachable, made[size].items))
        assert longest(logic, dict.fromkeys(logic.flow.order, 1.0)) == size

    assert grows_evenly(run, 500)
