"""Jumps written as conditions leave out the same sections, whatever is answered."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest

from questionnaires import Context, Questionnaire
from questionnaires.formats.foreign.leaping import conditions
from questionnaires.path import Visibility


def drawn(seed: int) -> Questionnaire:
    """Return a definition of five sections of one item, with jumps and conditions by lot."""
    lot = random.Random(seed)  # noqa: S311
    names = [f"s{n}" for n in range(5)]
    sections: list[dict[str, Any]] = []
    for number, name in enumerate(names):
        item = {"id": f"q{number}", "kind": "integer", "label": "-"}
        section: dict[str, Any] = {"id": name, "title": name, "items": [item]}
        read = f"${{q{lot.randrange(number + 1)}}}"
        jumps = [
            {"to": lot.choice([*names[number + 1 :], "end"]), "when": f"{read} = {value}"}
            for value in (1, 2)
            if lot.random() < 0.6
        ]
        if lot.random() < 0.2:
            jumps.append({"to": lot.choice([*names[number + 1 :], "end"])})
        if jumps:
            section["jump"] = jumps
        if number and lot.random() < 0.3:
            section["relevant"] = f"${{q{lot.randrange(number)}}} != {lot.choice([1, 2])}"
        sections.append(section)
    return Questionnaire.model_validate({"id": "x", "title": "X", "sections": sections})


def without_jumps(questionnaire: Questionnaire) -> Questionnaire:
    asked = conditions(questionnaire)
    sections = tuple(
        section.model_copy(update={"jump": (), "relevant": asked[section.id]})
        for section in questionnaire.sections
    )
    return questionnaire.model_copy(update={"sections": sections})


@pytest.mark.parametrize("seed", range(40))
def test_the_same_items_are_asked(seed: int) -> None:
    jumping = drawn(seed)
    plain = Questionnaire.model_validate(without_jumps(jumping).model_dump())
    differ = 0
    for values in product((None, 1, 2), repeat=5):
        answers = {f"q{n}": value for n, value in enumerate(values) if value is not None}
        ways = [Visibility(one, answers, Context()) for one in (jumping, plain)]
        seen = [{name for name in one.item_by_id if name in way} for one, way in
                zip((jumping, plain), ways, strict=True)]  # fmt: skip
        assert seen[0] == seen[1], (answers, conditions(jumping))
        differ += len(seen[0]) < len(jumping.items)
    assert differ or not any(section.jump for section in jumping.sections)


def test_a_section_that_nothing_leaves_out_keeps_its_own_condition() -> None:
    first, *_ = conditions(drawn(3)).items()
    assert first == ("s0", None)
