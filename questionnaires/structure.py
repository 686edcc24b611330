"""What must hold between the parts of a definition, beyond the shape of each part.

Every check yields problems whose place is the dotted path of the part, such as
``sections.0.items.3.scale``; whoever read the file turns that into line and column.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterator
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from questionnaires.advice import suggestion
from questionnaires.expressions import checking, reads_itself
from questionnaires.expressions.grammar import Type
from questionnaires.expressions.tree import SELF
from questionnaires.flow import Flow, prepared, written
from questionnaires.kinds.base import (
    MAX_IDENTIFIER,
    Computed,
    Desk,
    Item,
    Surroundings,
    duplicates,
)
from questionnaires.kinds.choosing import MAX_OPTIONS
from questionnaires.kinds.interviewing import Topic
from questionnaires.kinds.rating import Matrix
from questionnaires.linking import Names, logic_problems, media_problems, pipe_problems
from questionnaires.model import Checklist, Questionnaire
from questionnaires.placement import placement_problems
from questionnaires.problems import Place, Problem
from questionnaires.text import UNDETERMINED, Text
from questionnaires.texts import texts_of

#: Expressions in which "." is the item's own answer.
_OF_OWN = ("constraint", "problem_if")
#: So many circles of conditions are listed.
MAX_CYCLES = 20


def structure_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Yield every problem between the parts of ``questionnaire``, errors and warnings."""
    yield from _identifiers(questionnaire)
    yield from _scales(questionnaire)
    yield from _items(questionnaire)
    yield from _expressions(questionnaire)
    yield from logic_problems(questionnaire)
    yield from placement_problems(questionnaire)
    yield from media_problems(questionnaire)
    yield from _checklist(questionnaire)
    yield from _variants(questionnaire)
    yield from _rules(questionnaire)
    yield from _texts(questionnaire)


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
        first: dict[str, Place] = {}
        for path, identifier in group:
            place = Place(f"{path}.id")
            if identifier in first:
                yield Problem("duplicate_id", {"id": identifier, "first": first[identifier]}, place)
            first.setdefault(identifier, place)


def _scales(questionnaire: Questionnaire) -> Iterator[Problem]:
    for name, levels in questionnaire.scales.items():
        path = f"scales.{name}"
        if sum(not level.missing for level in levels) < 2:
            yield Problem("scale_short", {}, Place(path))
        if len(levels) > MAX_OPTIONS:
            values = {"count": len(levels), "limit": MAX_OPTIONS}
            yield Problem("options_too_many", values, Place(path))
        yield from duplicates(levels, path)


def _items(questionnaire: Questionnaire) -> Iterator[Problem]:
    around = questionnaire.surroundings()
    for path, item in item_places(questionnaire):
        name = getattr(item, "scale", None)
        if name is not None and name not in questionnaire.scales:
            values = {"name": name, "suggestion": suggestion(name, questionnaire.scales)}
            yield Problem("scale_unknown", values, Place(f"{path}.scale"))
            continue
        found = [*item.problems(around), *_default(item, around)]
        for problem in found:
            yield replace(problem, place=Place(f"{path}.{problem.place.field}"))
        names = Counter(variable.name for variable in item.variables(around))
        for name in [n for n, times in names.items() if times > 1 and not found]:
            yield Problem("column_twice", {"name": name}, Place(f"{path}.options"))


def _default(item: Item, around: Surroundings) -> Iterator[Problem]:
    """A first answer that the item itself refuses would greet everybody with an error."""
    given = item.default
    if given is None or isinstance(given, Computed):
        return
    desk = Desk(around, "")
    item.check(list(given) if isinstance(given, tuple) else str(given), desk)
    for problem in desk.problems[:1]:
        reason = Text({language: problem.message(language) for language in ("zh", "en")})
        yield Problem("default_refused", {"reason": reason}, Place("default"))


def _expressions(questionnaire: Questionnaire) -> Iterator[Problem]:
    types = {item.id: item.reads_as() for item in questionnaire.items}
    nothing: dict[str, Type] = {}
    flow = Flow(questionnaire)
    for one in written(questionnaire):
        node, place = prepared(one.text).node, Place(one.path)
        names = list(Names(questionnaire, one).problems(node))
        if one.key not in (*_OF_OWN, "calculate") and reads_itself(node):
            names.append(Problem("reference_itself"))
        yield from (replace(problem, place=place) for problem in names)
        own = {SELF: one.part.reads_as()} if one.key in _OF_OWN else nothing
        for doubt in [] if names else checking.check(node, ChainMap(own, types)):
            reason = Text({"zh": doubt.chinese, "en": doubt.english})
            values = {"at": doubt.at, "reason": reason}
            yield Problem("expression_doubtful", values, place, doubt.severity)
    yield from _circles(questionnaire, flow)


def _circles(questionnaire: Questionnaire, flow: Flow) -> Iterator[Problem]:
    paths = {item.id: path for path, item in item_places(questionnaire)}
    rank = {name: number for number, name in enumerate(paths)}
    for cycle in _cycles({name: set(needs) for name, needs in flow.dependencies.items()}):
        first = cycle.index(min(cycle, key=rank.__getitem__))
        turned = [*cycle[first:], *cycle[:first], cycle[first]]
        values = {"names": " → ".join(turned)}
        yield Problem("reference_cycle", values, Place(paths[cycle[first]]))


def _cycles(depends: dict[str, set[str]]) -> Iterator[list[str]]:
    """Yield circles of conditions, each item before the one that it depends on."""
    for _ in range(MAX_CYCLES):
        try:
            TopologicalSorter(depends).prepare()
        except CycleError as error:
            found = error.args[1][:0:-1]
            yield found
            depends = {name: needs - set(found) for name, needs in depends.items()}
        else:
            return


def _checklist(questionnaire: Questionnaire) -> Iterator[Problem]:
    checklist = questionnaire.checklist or Checklist()
    covered: set[str] = set()
    for number, section in enumerate(questionnaire.sections):
        for index, item in enumerate(section.items):
            for position, tag in enumerate(item.covers if isinstance(item, Topic) else ()):
                covered |= set() if section.repeat else {tag}
                if tag not in checklist.tags:
                    values = {"name": tag, "suggestion": suggestion(tag, checklist.tags)}
                    place = Place(f"sections.{number}.items.{index}.covers.{position}")
                    yield Problem("tag_unknown", values, place)
    first: dict[str, Place] = {}
    for group in ("must_ask", "must_cover"):
        for index, tag in enumerate(getattr(checklist, group)):
            place = Place(f"checklist.{group}.{index}.id")
            if tag.id in first:
                yield Problem("duplicate_id", {"id": tag.id, "first": first[tag.id]}, place)
            elif tag.id not in covered:
                yield Problem("tag_uncovered", {"name": tag.id}, place)
            first.setdefault(tag.id, place)


def _variants(questionnaire: Questionnaire) -> Iterator[Problem]:
    around = questionnaire.surroundings()
    for name, variant in questionnaire.variants.items():
        if len(identifier := questionnaire.variant_id(name)) > MAX_IDENTIFIER:
            values = {"actual": identifier}
            yield Problem("identifier_invalid", values, Place(f"variants.{name}"))
        for item_id, distribution in variant.distributions.items():
            path = f"variants.{name}.distributions.{item_id}"
            matrix = questionnaire.item_by_id.get(item_id)
            if isinstance(matrix, Matrix):
                yield from matrix.distribution_problems(distribution, path, around)
            else:
                yield Problem("variant_item", {"name": item_id}, Place(path))


def _rules(questionnaire: Questionnaire) -> Iterator[Problem]:
    for number, section in enumerate(questionnaire.sections):
        if section.repeat and section.repeat.min > section.repeat.max:
            values = {"low": "min", "high": "max"}
            yield Problem("limits_crossed", values, Place(f"sections.{number}.repeat.min"))
    rule = questionnaire.negative_list
    if rule is None:
        return
    low = rule.negative_share_at_least or rule.negative_share_above or 0
    if rule.severe_share_at_least is not None and rule.severe_share_at_least < low:
        yield Problem("severe_below", {}, Place("negative_list.severe.negative_share_at_least"))
    around = questionnaire.surroundings()
    if not any(v.rated for item in questionnaire.items for v in item.variables(around)):
        yield Problem("negative_list_idle", {}, Place("negative_list"), severity="warning")


def _texts(questionnaire: Questionnaire) -> Iterator[Problem]:
    wanted = [code for code in questionnaire.languages if code != UNDETERMINED]
    for path, text in texts_of(questionnaire):
        for name in sorted(text.slots() - questionnaire.terms.keys()):
            yield Problem("term_unknown", {"name": name}, Place(path))
        if text.pipes():
            yield from pipe_problems(questionnaire, path, text)
        for language in wanted:
            if not text.covers(language):
                values = {"language": language}
                yield Problem("translation_missing", values, Place(path), severity="warning")
