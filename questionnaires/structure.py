"""What must hold between the parts of a definition, beyond the shape of each part.

Every check yields problems whose place is the dotted path of the part, such as
``sections.0.items.3.scale``; whoever read the file turns that into line and column.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from questionnaires.expressions import parse, references
from questionnaires.kinds.base import Item
from questionnaires.kinds.choosing import MAX_OPTIONS
from questionnaires.kinds.interviewing import Topic
from questionnaires.kinds.rating import Matrix
from questionnaires.model import Questionnaire
from questionnaires.problems import Place, Problem
from questionnaires.text import UNDETERMINED, Text


def structure_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Yield every problem between the parts of ``questionnaire``, errors and warnings."""
    yield from _identifiers(questionnaire)
    yield from _scales(questionnaire)
    yield from _items(questionnaire)
    yield from _expressions(questionnaire)
    yield from _checklist(questionnaire)
    yield from _variants(questionnaire)
    yield from _texts(questionnaire)


def suggestion(name: str, known: Iterable[str]) -> Text:
    """Word the advice that goes with an unknown name: the closest known one, or all of them."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return Text({"zh": f"是否想写“{close[0]}”？", "en": f'Did you mean "{close[0]}"?'})
    listed = ", ".join(known) or "-"
    return Text({"zh": f"可用的有：{listed}。", "en": f"Known here: {listed}."})


def item_places(questionnaire: Questionnaire) -> Iterator[tuple[str, Item]]:
    """Yield each item with its dotted path."""
    for number, section in enumerate(questionnaire.sections):
        for index, item in enumerate(section.items):
            yield f"sections.{number}.items.{index}", item


def _identifiers(questionnaire: Questionnaire) -> Iterator[Problem]:
    named = [(f"sections.{n}", s.id) for n, s in enumerate(questionnaire.sections) if s.repeat]
    named += [(path, item.id) for path, item in item_places(questionnaire)]
    sections = [(f"sections.{n}", s.id) for n, s in enumerate(questionnaire.sections)]
    for group in (named, sections):
        first: dict[str, str] = {}
        for path, identifier in group:
            if identifier in first:
                values = {"id": identifier, "first": first[identifier]}
                yield Problem("duplicate_id", values, Place(f"{path}.id"))
            first.setdefault(identifier, path)


def _scales(questionnaire: Questionnaire) -> Iterator[Problem]:
    for name, levels in questionnaire.scales.items():
        path = f"scales.{name}"
        if sum(not level.missing for level in levels) < 2:
            yield Problem("scale_short", {}, Place(path))
        if len(levels) > MAX_OPTIONS:
            values = {"count": len(levels), "limit": MAX_OPTIONS}
            yield Problem("options_too_many", values, Place(path))
        seen: set[str] = set()
        for index, level in enumerate(levels):
            if level.value in seen:
                place = Place(f"{path}.{index}.value")
                yield Problem("duplicate_value", {"value": level.value}, place)
            seen.add(level.value)


def _items(questionnaire: Questionnaire) -> Iterator[Problem]:
    around = questionnaire.surroundings()
    for path, item in item_places(questionnaire):
        name = getattr(item, "scale", None)
        if name is not None and name not in questionnaire.scales:
            values = {"name": name, "suggestion": suggestion(name, questionnaire.scales)}
            yield Problem("scale_unknown", values, Place(f"{path}.scale"))
            continue
        for problem in item.problems(around):
            yield replace(problem, place=Place(f"{path}.{problem.place.field}"))


def _expressions(questionnaire: Questionnaire) -> Iterator[Problem]:
    known = set(questionnaire.item_by_id)
    depends: dict[str, set[str]] = {}
    for path, part in _conditioned(questionnaire):
        for key in ("relevant", "constraint"):
            text = getattr(part, key, None)
            names = set(references(parse(text))) if text else set()
            for name in sorted(names - known):
                yield Problem("reference_unknown", {"name": name}, Place(f"{path}.{key}"))
            if key == "relevant":
                for item_id in _governed(part):
                    depends.setdefault(item_id, set()).update(names & known)
    if cycle := _cycle(depends):
        path = next(p for p, item in item_places(questionnaire) if item.id == cycle[0])
        values = {"names": " → ".join([*cycle, cycle[0]])}
        yield Problem("reference_cycle", values, Place(path))


def _conditioned(questionnaire: Questionnaire) -> Iterator[tuple[str, Any]]:
    for number, section in enumerate(questionnaire.sections):
        yield f"sections.{number}", section
    yield from item_places(questionnaire)


def _governed(part: Any) -> list[str]:
    return [part.id] if isinstance(part, Item) else [item.id for item in part.items]


def _cycle(depends: Mapping[str, set[str]]) -> list[str]:
    """Return the items of one cycle of conditions, or nothing."""
    settled: set[str] = set()
    for start in depends:
        path: list[str] = []
        waiting = [(start, iter(sorted(depends[start])))]
        path.append(start)
        while waiting:
            node, following = waiting[-1]
            step = next((n for n in following if n not in settled), None)
            if step is None:
                settled.add(node)
                waiting.pop()
                path.pop()
            elif step in path:
                return path[path.index(step) :]
            else:
                path.append(step)
                waiting.append((step, iter(sorted(depends.get(step, set())))))
    return []


def _checklist(questionnaire: Questionnaire) -> Iterator[Problem]:
    tags = questionnaire.checklist.tags if questionnaire.checklist else {}
    covered: set[str] = set()
    for path, item in item_places(questionnaire):
        for tag in item.covers if isinstance(item, Topic) else ():
            covered.add(tag)
            if tag not in tags:
                yield Problem("tag_unknown", {"name": tag}, Place(f"{path}.covers"))
    for tag in tags:
        if tag not in covered:
            yield Problem("tag_uncovered", {"name": tag}, Place("checklist"))


def _variants(questionnaire: Questionnaire) -> Iterator[Problem]:
    for name, variant in questionnaire.variants.items():
        for item_id in variant.distributions:
            if not isinstance(questionnaire.item_by_id.get(item_id), Matrix):
                place = Place(f"variants.{name}.distributions.{item_id}")
                yield Problem("variant_item", {"name": item_id}, place)


def _texts(questionnaire: Questionnaire) -> Iterator[Problem]:
    wanted = [code for code in questionnaire.languages if code != UNDETERMINED]
    for path, text in _walk(questionnaire, ""):
        for name in sorted(text.slots() - set(questionnaire.terms)):
            yield Problem("term_unknown", {"name": name}, Place(path))
        for language in wanted:
            if not text.covers(language):
                values = {"language": language}
                yield Problem("translation_missing", values, Place(path), severity="warning")


def _walk(value: Any, path: str) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield path, value
        return
    for key, part in _parts(value):
        yield from _walk(part, f"{path}.{key}" if path else key)


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        yield from ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from ((str(index), part) for index, part in enumerate(value))
