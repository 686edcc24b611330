"""Settings that would do nothing where they stand are refused; points count up to their cap."""

from __future__ import annotations

import pytest

import questionnaires
from questionnaires import Questionnaire

from .making import answered, codes, refused, survey

UNASKED = {
    "note": "",
    "hidden": ", value: x",
    "calculated": ", calculate: '1 + 1'",
    "arm": ", arms: [{value: a, label: A}, {value: b, label: B}]",
}


@pytest.mark.parametrize("kind", UNASKED)
@pytest.mark.parametrize("setting", ['constraint: ". != 2"', "required: true"])
def test_nothing_is_demanded_of_what_nobody_answers(kind: str, setting: str) -> None:
    item = f"- {{id: q, kind: {kind}, label: L{UNASKED[kind]}, %s}}"
    assert codes(survey(item % setting)) == ["nobody_answers"]
    assert codes(survey(item % "hint: H")) == []


def test_a_constraint_on_what_is_asked_may_read_what_is_worked_out() -> None:
    items = """
    - {id: all, kind: calculated, label: L, calculate: "${a} + ${b}"}
    - {id: a, kind: integer, label: L}
    - {id: b, kind: integer, label: L, constraint: "${all} <= 10"}
    """
    questionnaire = questionnaires.load(survey(items))
    assert answered(questionnaire, {"a": "4", "b": "6"}) == {"a": 4, "b": 6, "all": 10}
    assert refused(questionnaire, {"a": "5", "b": "6"}) == [("constraint_failed", "b")]


ARM = "- {id: q, kind: arm, label: L, arms: [{value: a, label: A}, {value: b, label: B}]}"


def repeated(items: str, repeat: str = "max: 5", more: str = "") -> str:
    return survey(items).replace("id: main", f"id: main\n    repeat: {{{repeat}}}") + more


def test_an_arm_belongs_to_the_whole_response() -> None:
    assert codes(survey(ARM)) == []
    assert codes(repeated(ARM)) == ["arm_repeated"]


OUTSIDE = """\
  - id: other
    title: O
    items:
      - {id: n, kind: integer, label: L}
      - {id: old, kind: calculated, label: L, calculate: "sum(${main}.age)"}
      - {id: more, kind: calculated, label: L, calculate: "${old} + ${n}"}
      - {id: if_old, kind: integer, label: L, relevant: "count(${main}) > 1"}
"""


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        ("${n}", []),
        ("${n} + 1", []),
        ("count(${main})", ["count_itself"]),
        ("sum(${main}.age)", ["count_itself"]),
        ("${old}", ["count_itself"]),
        ("${more}", ["count_itself"]),
        ("${if_old}", ["count_itself"]),
    ],
)
def test_the_number_of_entries_does_not_follow_from_the_entries(
    count: str, expected: list[str]
) -> None:
    items = "- {id: age, kind: integer, label: L}"
    assert codes(repeated(items, f'max: 5, count: "{count}"', OUTSIDE)) == expected


POINTS = """
- {id: what, kind: short_text, label: L}
- {id: given, kind: points, sign: bonus, max: 5, cap: 8, label: L, relevant: "${what} != 'none'"}
"""
TOTAL = """\
  - id: result
    title: R
    items:
      - {id: total, kind: calculated, label: L, calculate: "sum(${main}.given)"}
      - {id: top, kind: note, label: L, relevant: "${total} >= 8"}
"""


@pytest.fixture(scope="module")
def bonus() -> Questionnaire:
    return questionnaires.load(repeated(POINTS, "max: 5", TOTAL))


@pytest.mark.parametrize(
    ("given", "total"),
    [([3], 3), ([3, 5], 8), ([5, 5], 8), ([5, 2, 5, 1], 8), ([], 0)],
)
def test_points_of_several_entries_count_up_to_their_cap(
    bonus: Questionnaire, given: list[int], total: int
) -> None:
    entries = [{"what": f"practice {points}", "given": str(points)} for points in given]
    kept = answered(bonus, {"main": entries})
    assert kept["total"] == total
    assert [entry["given"] for entry in kept.get("main", [])] == given, (
        "what was given is stored whole"
    )


def test_points_that_are_not_asked_use_nothing_of_the_cap(bonus: Questionnaire) -> None:
    entries = [{"what": "none", "given": "5"}, {"what": "a", "given": "5"}]
    assert answered(bonus, {"main": entries})["total"] == 5


def test_control_without_a_cap_all_points_count() -> None:
    free = questionnaires.load(repeated(POINTS.replace("cap: 8, ", ""), "max: 5", TOTAL))
    entries = [{"what": "a", "given": "5"}, {"what": "b", "given": "5"}]
    assert answered(free, {"main": entries})["total"] == 10


def test_a_cap_needs_several_entries() -> None:
    assert codes(survey(POINTS)) == ["cap_alone"]
    assert codes(survey(POINTS.replace("cap: 8, ", ""))) == []
    assert codes(repeated(POINTS.replace("cap: 8", "cap: 4"))) == ["limits_crossed"]
