"""What can still be examined of a definition when some of its parts are broken."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from questionnaires.formats.tree import Path
from questionnaires.formats.validation import KEY, located, real_errors
from questionnaires.kinds import KINDS
from questionnaires.model import Questionnaire
from questionnaires.problems import Problem
from questionnaires.structure import structure_problems

STAND_IN_LEVELS = ({"value": "1", "label": "-"}, {"value": "2", "label": "-"})

#: Part of a definition -> the problems that may appear only because something in it was set aside.
_DOUBTFUL = {
    "items": (
        "tag_uncovered",
        "variant_item",
        "negative_list_idle",
        "carry_forward_source",
        "expression_doubtful",
    ),
    "id": ("jump_unknown", "roster_unknown"),
    "repeat": ("roster_unknown",),
    "media": ("media_unknown",),
    "scale": ("distribution_option", "negative_list_idle"),
    "scales": ("scale_unknown", "distribution_option", "negative_list_idle"),
    "terms": ("term_unknown",),
    "checklist": ("tag_unknown", "tag_uncovered"),
}


@dataclass(frozen=True, slots=True)
class Remainder:
    """The definition without its broken parts (None: too much is broken)."""

    questionnaire: Questionnaire | None
    doubtful: frozenset[str]

    def problems(self) -> Iterator[Problem]:
        """Yield the structural problems that do not come from setting parts aside."""
        for problem in structure_problems(self.questionnaire) if self.questionnaire else ():
            if problem.code not in self.doubtful:
                yield problem


def remainder(value: Any, error: ValidationError) -> Remainder:
    """Set the broken parts of a definition aside."""
    whole = copy.deepcopy(value)
    doubtful: set[str] = set()
    for detail in real_errors(error):
        path = located(detail["loc"], value)
        doubtful.update(_DOUBTFUL.get(_set_aside(whole, path), ()))
    try:
        return Remainder(Questionnaire.model_validate(whole), frozenset(doubtful))
    except ValidationError:
        return Remainder(None, frozenset())


def _set_aside(whole: Any, path: Path) -> str:
    """Replace or remove what stands at ``path``; return the part of the definition it was in."""
    match path:
        case ("sections", int(number), "items", int(index), *rest):
            return _item(whole["sections"][number]["items"], number, index, rest)
        case ("sections", int(number), *rest):
            return _section(whole["sections"], number, rest)
        case ("id" | "title" as key, *_):
            whole[key] = {"id": "placeholder", "title": "-"}[key]
            return ""
        case (("scales" | "terms") as group, str(name), *rest) if isinstance(whole[group], dict):
            whole[group][name] = {"scales": STAND_IN_LEVELS, "terms": {"text": "-"}}[group]
            if rest == [KEY]:
                del whole[group][name]
            return group.removesuffix("s")
        case (str(key), *_):
            whole.pop(key, None)
            return key
    return ""


def _section(sections: list[Any], number: int, rest: list[str | int]) -> str:
    stand_ins = {
        "id": f"placeholder-{number}",
        "title": "-",
        "items": [_stand_in_item(number, 0)],
    }
    if not rest or not isinstance(sections[number], dict):
        sections[number] = stand_ins
        return "items"
    key = str(rest[0])
    sections[number].pop(key, None)
    if key in stand_ins:
        sections[number][key] = stand_ins[key]
    return key


def _item(items: list[Any], number: int, index: int, rest: list[str | int]) -> str:
    item = items[index]
    kind = KINDS.get(str(item.get("kind"))) if isinstance(item, dict) else None
    field = kind.model_fields.get(str(rest[0])) if kind and rest else None
    if rest and kind and (field is None or not field.is_required()):
        item.pop(rest[0], None)
        return ""
    stand_in = _stand_in_item(number, index)
    if isinstance(item, dict) and isinstance(item.get("id"), str) and rest[:1] != ["id"]:
        stand_in["id"] = item["id"]
    items[index] = stand_in
    return "items"


def _stand_in_item(number: int, index: int) -> dict[str, str]:
    return {"id": f"placeholder-{number}-{index}", "kind": "long_text", "label": "-"}
