"""The kind that narrows down: province, then city, then county."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from questionnaires.kinds.base import (
    Code,
    Desk,
    Item,
    Json,
    Model,
    Surroundings,
    duplicates,
)
from questionnaires.problems import Place, Problem
from questionnaires.text import Text

#: So many ends a tree may have; beyond this a list is looked up, not scrolled.
MOST_ENDS = 5000
DEEPEST = 6


class Branch(Model):
    """One choice of a level, with the choices that it leads to."""

    value: Code
    label: Text
    branches: tuple[Branch, ...] = ()


class Cascade(Item):
    """One end of a tree of choices; the answer lists the values from the top down."""

    required_code: ClassVar[str] = "required_choice"

    kind: Literal["cascade"]
    branches: tuple[Branch, ...] = Field(min_length=2)

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        yield from _twice(self.branches, "branches")
        ends = list(self.ends())
        if len(ends) > MOST_ENDS:
            values = {"count": len(ends), "limit": MOST_ENDS}
            yield Problem("options_too_many", values, Place("branches"))
        if max(map(len, ends)) > DEEPEST:
            yield Problem("yaml_too_deep", {}, Place("branches"))

    def ends(self) -> Iterator[tuple[Branch, ...]]:
        """Yield every way down the tree."""
        return _ends(self.branches, ())

    def check(self, raw: Json, desk: Desk) -> Json:
        given = raw.split("/") if isinstance(raw, str) else raw
        if not isinstance(given, list):
            desk.refuse("value_shape")
            return None
        if self._way(given) is None:
            desk.refuse("option_unknown")
        return given

    def _way(self, values: list[Json]) -> tuple[Branch, ...] | None:
        found: tuple[Branch, ...] = ()
        level = self.branches
        for value in values:
            branch = next((one for one in level if one.value == value), None)
            if branch is None:
                return None
            found, level = (*found, branch), branch.branches
        return None if level else found

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        way = self._way(value) or ()
        return " / ".join(around.word(branch.label, language) for branch in way)

    def in_expressions(self, value: Json) -> Json:
        return value[-1]


def _ends(level: tuple[Branch, ...], above: tuple[Branch, ...]) -> Iterator[tuple[Branch, ...]]:
    for branch in level:
        way = (*above, branch)
        if branch.branches:
            yield from _ends(branch.branches, way)
        else:
            yield way


def _twice(level: tuple[Branch, ...], path: str) -> Iterator[Problem]:
    yield from duplicates(level, path)
    for index, branch in enumerate(level):
        if "/" in branch.value:  # it parts the values of a way where one is sent as a text
            place = Place(f"{path}.{index}.value")
            yield Problem("branch_slash", {"value": branch.value}, place)
        yield from _twice(branch.branches, f"{path}.{index}.branches")
