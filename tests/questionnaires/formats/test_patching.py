"""A changed definition written over its earlier text keeps whatever it has in common with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import questionnaires
from questionnaires import Questionnaire, library
from questionnaires.formats.patching import redumped
from questionnaires.formats.yaml import dump
from questionnaires.library import shared_scales

TEXT = """\
# What this survey is for.
id: sample
title: {zh: 问卷, en: Survey}   # the title

languages: [zh, en]
scales:
  yes_no: library  # as everywhere
sections:
  - id: main
    title: Main
    items:
      # Asked of everybody.
      - id: age
        kind: integer
        label: "How old are you?"  # keep it short
        min: 0
      # Only for adults.
      - id: job
        kind: short_text
        label: Job
        hint:
          # As on the card.
          zh: 职业
          en: What you do
        relevant: ${age} >= 18
      # The last one.
      - {id: ok, kind: scale, scale: yes_no, label: OK}  # in one line
# The end.
"""

Tree = dict[str, Any]


def tree(text: str = TEXT) -> Tree:
    found: Tree = questionnaires.load(text).model_dump(mode="json", exclude_defaults=True)
    return found


def over(change: Callable[[list[Any], Tree], None], text: str = TEXT) -> str:
    """Return the text with a change of the items of its section, or of the whole."""
    changed = tree(text)
    change(changed["sections"][0]["items"], changed)
    after = Questionnaire.model_validate(changed)
    written = redumped(text, after, shared_scales)
    assert questionnaires.load(written) == after
    return written


def test_what_did_not_change_stands_to_the_letter() -> None:
    assert over(lambda items, whole: None) == TEXT


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (lambda items, whole: items[0].update(label="Age?"), '"How old are you?"', "Age?"),
        (lambda items, whole: items[0].update(label="a: b, c"), '"How old are you?"', "'a: b, c'"),
        (lambda items, whole: items[0].update(min=1), "min: 0", "min: 1"),
        (lambda items, whole: items[0].update(max=120), "min: 0\n", "min: 0\n        max: 120\n"),
        (lambda items, whole: items[0].pop("min"), "        min: 0\n", ""),
        (lambda items, whole: items[2].update(label="Fine"), "label: OK}", "label: Fine}"),
        (
            lambda items, whole: items[1].update(hint={"zh": "职业", "en": "Work"}),
            "en: What you do",
            "en: Work",
        ),
        (
            lambda items, whole: items[1].update(hint="Work"),
            "# As on the card.\n          zh: 职业\n          en: What you do",
            "# As on the card.\n          Work",
        ),
        (
            lambda items, whole: items[1].update(label={"zh": "工作", "en": "Job"}),
            "label: Job",
            "label: {zh: 工作, en: Job}",
        ),
        (lambda items, whole: whole.update(minutes=5), "# The end.\n", "minutes: 5\n# The end.\n"),
    ],
)
def test_only_what_changed_is_written(
    change: Callable[[list[Any], Tree], None], old: str, new: str
) -> None:
    assert TEXT.count(old) == 1
    expected = TEXT.replace(old, new)
    assert over(change) == expected


def test_an_item_goes_with_the_comment_above_it_and_no_other() -> None:
    def gone(items: list[Any], whole: Tree) -> None:
        del items[1]

    job = TEXT[TEXT.index("      # Only for adults.") : TEXT.index("      # The last one.")]
    assert over(gone) == TEXT.replace(job, "")


@pytest.mark.parametrize(("place", "after"), [(0, "    items:\n"), (1, "        min: 0\n")])
def test_a_new_item_comes_to_its_place(place: int, after: str) -> None:
    def added(items: list[Any], whole: Tree) -> None:
        items.insert(place, {"id": "new", "kind": "date", "label": "New"})

    expected = TEXT.replace(after, f"{after}      - {{id: new, kind: date, label: New}}\n")
    assert over(added) == expected


def test_what_cannot_be_followed_is_written_anew_and_right() -> None:
    def moved(items: list[Any], whole: Tree) -> None:
        items.insert(0, items.pop())

    assert "#" not in over(moved)


def test_a_text_that_is_no_definition_is_written_anew() -> None:
    questionnaire = questionnaires.load(TEXT)
    assert redumped("# nothing\n", questionnaire, shared_scales) == dump(questionnaire)


@pytest.mark.parametrize("name", library.names())
def test_the_library_changed_in_one_place_keeps_its_text(name: str) -> None:
    text = library.text(name)
    changed = tree(text)
    changed["sections"][-1]["items"][-1]["hint"] = {"zh": "提示", "en": "A hint"}
    after = Questionnaire.model_validate(changed)
    written = redumped(text, after, shared_scales)
    assert questionnaires.load(written) == after
    lines = text.splitlines()
    kept = sum(line in lines for line in written.splitlines())
    assert kept >= len(lines) - 1
    assert dump(after) != written, "control: written anew it looks otherwise"


LABELS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="{}$"), min_size=1
)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["label", "hint", "drop", "add", "swap", "required"]),
        st.integers(0, 5),
        LABELS.filter(lambda text: bool(text.strip())),
    ),
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(CHANGES)
def test_whatever_changes_the_text_says_it(changes: list[tuple[str, int, str]]) -> None:
    def change(items: list[Any], whole: Tree) -> None:
        for number, (sort, place, words) in enumerate(changes):
            one = items[place % len(items)]
            match sort:
                case "label" | "hint":
                    one[sort] = words
                case "required":
                    one["required"] = True
                case "drop" if len(items) > 1 and one["id"] != "age":
                    items.remove(one)
                case "add":
                    items.insert(place, {"id": f"n{number}", "kind": "date", "label": words})
                case "swap":
                    items.append(items.pop(place % len(items)))

    over(change)
