"""Which item of which unit is a problem by the rule that the questionnaire states."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.negative_list import Entry, listed, negative_list, ratings
from questionnaires import NegativeRule

from .making import County, Person, survey


def rule(text: str) -> NegativeRule:
    """Read a rule as a definition writes it."""
    found = survey(f"negative_list: {{{text}}}\n").negative_list
    assert found is not None
    return found


AT_LEAST = rule(
    "min_valid: 5, negative_share_at_least: 1/4, severe: {negative_share_at_least: 1/2}"
)
ABOVE = rule("min_valid: 5, negative_share_above: 1/4")


def answers(unit: str, variable: str, **numbers: int) -> list[Person]:
    """So many people of a unit for each answer; ``mark_2=4`` are four who chose "2"."""
    return [
        Person(unit, {variable: value.removeprefix("mark_")} if value != "none" else {})
        for value, count in numbers.items()
        for _ in range(count)
    ]


def entries(
    people: list[Person], of: NegativeRule = AT_LEAST, units: str = "ab"
) -> tuple[Entry, ...]:
    found = ratings(County(survey(), dict.fromkeys(units), people).tables)
    return negative_list(of, found).entries


@pytest.mark.parametrize(
    ("negative", "valid", "of", "expected"),
    [
        (4, 14, AT_LEAST, True),  # 28.6 %
        (3, 14, AT_LEAST, False),  # 21.4 %
        (2, 8, AT_LEAST, True),  # exactly a quarter
        (2, 8, ABOVE, False),
        (3, 11, ABOVE, True),
        (4, 4, AT_LEAST, False),  # too few to say
        (4, 5, AT_LEAST, True),
        (0, 14, AT_LEAST, False),
        (0, 0, AT_LEAST, False),
        # Shares that no float holds: 0.1 * 3 is above 0.3, and 1/3 is not 0.333.
        (3, 10, rule("min_valid: 5, negative_share_at_least: 3/10"), True),
        (3, 10, rule("min_valid: 5, negative_share_above: 3/10"), False),
        (3, 10, rule("min_valid: 5, negative_share_above: 0.3"), False),
        (1, 3, rule("min_valid: 1, negative_share_at_least: 1/3"), True),
        (1, 3, rule("min_valid: 1, negative_share_above: 1/3"), False),
        (333, 1000, rule("min_valid: 5, negative_share_at_least: 1/3"), False),
        (334, 1000, rule("min_valid: 5, negative_share_above: 1/3"), True),
        (3 * 10**17, 10**18, rule("min_valid: 5, negative_share_above: 3/10"), False),
        (3 * 10**17 + 1, 10**18, rule("min_valid: 5, negative_share_above: 3/10"), True),
    ],
)
def test_the_edges_of_the_rule(negative: int, valid: int, of: NegativeRule, expected: bool) -> None:
    assert listed(of, negative, valid) is expected


@given(st.integers(5, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       st.fractions(0, 1, max_denominator=60))  # fmt: skip
def test_the_rule_is_decided_in_whole_numbers(case: tuple[int, int], threshold: Fraction) -> None:
    negative, valid = case
    text = f"{threshold.numerator}/{threshold.denominator}"
    crossed = negative * threshold.denominator - threshold.numerator * valid
    assert listed(rule(f"min_valid: 5, negative_share_at_least: {text}"), *case) is (crossed >= 0)
    assert listed(rule(f"min_valid: 5, negative_share_above: {text}"), *case) is (crossed > 0)


def test_an_entry_carries_its_evidence() -> None:
    [entry] = entries(answers("b", "work", mark_1=2, mark_2=2, mark_4=10))
    assert (entry.unit, entry.variable, entry.negative, entry.valid) == (1, 0, 4, 14)
    assert entry.share == 4 / 14
    assert round(entry.low, 4) == 0.1172
    assert round(entry.high, 4) == 0.5465
    assert not entries(answers("b", "work", mark_1=1, mark_2=2, mark_4=11)), "control: 3 of 14"


def test_dont_know_and_no_answer_are_outside_the_base() -> None:
    [entry] = entries(answers("a", "work", mark_1=2, mark_5=6, dk=40, none=9))
    assert (entry.negative, entry.valid) == (2, 8)
    assert not entries(answers("a", "work", mark_1=4, dk=40)), "4 of 4: too few valid answers"
    assert not entries(answers("a", "work", mark_1=2, mark_5=7, dk=40)), "control: 2 of 9"


@pytest.mark.parametrize(("negative", "severe"), [(6, False), (7, True), (8, True)])
def test_an_entry_is_severe_from_one_half_on(negative: int, severe: bool) -> None:
    [entry] = entries(answers("a", "work", mark_1=negative, mark_5=14 - negative))
    assert entry.severe is severe


def test_without_a_threshold_nothing_is_severe() -> None:
    [entry] = entries(answers("a", "work", mark_1=14), ABOVE)
    assert not entry.severe


def test_both_ends_of_a_two_sided_scale_count() -> None:
    [entry] = entries(answers("a", "load", heavy=2, right=10, light=2))
    assert (entry.negative, entry.valid) == (4, 14)
    assert not entries(answers("a", "load", heavy=2, right=12)), "control: one end alone"


def test_an_item_without_an_unfavourable_level_is_never_listed() -> None:
    assert not entries(answers("a", "post", office=20))


def test_entries_stand_by_unit_and_the_worst_first() -> None:
    people = [
        *answers("b", "work", mark_1=14),
        *answers("a", "load", heavy=5, right=5),
        *answers("a", "work", mark_1=4, mark_3=6),
        *answers("a", "help", mark_1=1, mark_2=4, mark_3=5),
    ]
    found = [(entry.unit, entry.variable, entry.share) for entry in entries(people)]
    assert found == [(0, 1, 0.5), (0, 2, 0.5), (0, 0, 0.4), (1, 0, 1.0)]
