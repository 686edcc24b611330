"""Whether the names that parts of a definition use for each other lead anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaires.advice import suggestion
from questionnaires.expressions import Column, Node, Over, Reference
from questionnaires.expressions.tree import SELF, children
from questionnaires.flow import END, OPTION, Written
from questionnaires.kinds.choosing import Listed
from questionnaires.media import MAX_TOTAL
from questionnaires.model import Questionnaire, Section
from questionnaires.problems import Place, Problem
from questionnaires.text import Text


@dataclass(frozen=True, slots=True)
class Names:
    """The names that one expression may use, by where it stands."""

    questionnaire: Questionnaire
    where: Written

    def problems(self, node: Node) -> Iterator[Problem]:
        """Yield a problem for each name that leads nowhere, in the order of the alphabet."""
        found = {
            (problem.code, str(problem.values["name"])): problem
            for problem in self._below(node, self.where.inside)
        }
        yield from (found[key] for key in sorted(found, key=lambda key: key[1]))

    def _below(self, node: Node, inside: Section | None) -> Iterator[Problem]:
        waiting: list[tuple[Node, Section | None]] = [(node, inside)]
        while waiting:
            part, within = waiting.pop()
            if isinstance(part, Reference) and part.name != SELF:
                yield from self._single(part.name, within)
            elif isinstance(part, Column):
                yield from self._column(part)
            elif isinstance(part, Over) and isinstance(part.source, Column):
                # Its condition is about one entry, whose other answers it may read.
                waiting += [(part.source, within)]
                waiting += [(part.where, self._roster(part.source.roster) or within)]
            else:
                waiting += [(child, within) for child in children(part)]

    def _single(self, name: str, inside: Section | None) -> Iterator[Problem]:
        if name.startswith(OPTION) and isinstance(self.where.part, Listed):
            properties = {p for option in self.where.part.options for p in option.properties}
            if name.removeprefix(OPTION) in properties | {"value"}:
                return
        section = self.questionnaire.section_of.get(name)
        if section is None:
            if self._roster(name) is None:
                advice = suggestion(name, self.questionnaire.item_by_id)
                yield Problem("reference_unknown", {"name": name, "suggestion": advice})
        elif section.repeat and section not in (inside, self.where.inside):
            yield Problem("reference_repeated", {"name": name})

    def _column(self, column: Column) -> Iterator[Problem]:
        roster = self._roster(column.roster)
        if roster is None:
            known = [section.id for section in self.questionnaire.sections if section.repeat]
            values = {"name": column.roster, "suggestion": suggestion(column.roster, known)}
            yield Problem("roster_unknown", values)
        elif all(item.id != column.item for item in roster.items):
            advice = suggestion(column.item, [item.id for item in roster.items])
            values = {"roster": roster.id, "name": column.item, "suggestion": advice}
            yield Problem("column_unknown", values)

    def _roster(self, name: str) -> Section | None:
        sections = self.questionnaire.sections
        return next((s for s in sections if s.repeat and s.id == name), None)


def logic_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Yield what is wrong with jumps, quotas and carried choices."""
    yield from _jumps(questionnaire)
    seen: dict[str, Place] = {}
    for number, quota in enumerate(questionnaire.quotas):
        place = Place(f"quotas.{number}.id")
        if quota.id in seen:
            yield Problem("duplicate_id", {"id": quota.id, "first": seen[quota.id]}, place)
        seen.setdefault(quota.id, place)
    for number, section in enumerate(questionnaire.sections):
        for index, item in enumerate(section.items):
            if isinstance(item, Listed) and item.carry_forward:
                place = Place(f"sections.{number}.items.{index}.carry_forward.item")
                yield from _carried(item, item.carry_forward.item, section, questionnaire, place)


def _jumps(questionnaire: Questionnaire) -> Iterator[Problem]:
    places = {section.id: n for n, section in enumerate(questionnaire.sections)}
    for number, section in enumerate(questionnaire.sections):
        for index, jump in enumerate(section.jump):
            place = Place(f"sections.{number}.jump.{index}.to")
            if jump.to not in places and jump.to != END:
                values = {"name": jump.to, "suggestion": suggestion(jump.to, places)}
                yield Problem("jump_unknown", values, place)
            elif places.get(jump.to, len(places)) <= number:
                yield Problem("jump_backwards", {"name": jump.to}, place)
            elif questionnaire.random_sections:
                yield Problem("jump_random", {}, place)


def _carried(
    item: Listed, name: str, section: Section, questionnaire: Questionnaire, place: Place
) -> Iterator[Problem]:
    source = questionnaire.item_by_id.get(name)
    stands = questionnaire.section_of.get(name)
    if (
        not isinstance(source, Listed)
        or source is item
        or stands is None
        or (stands.repeat and stands is not section)
    ):
        yield Problem("carry_forward_source", {"name": name}, place)
    elif not {o.value for o in item.options} & {o.value for o in source.options}:
        yield Problem("carry_forward_nothing", {"name": name}, place)


def pipe_problems(questionnaire: Questionnaire, path: str, text: Text) -> Iterator[Problem]:
    """Yield a problem for each answer that a text wants to show and cannot."""
    for name in sorted(text.pipes()):
        section = questionnaire.section_of.get(name)
        if section is None:
            values = {"name": name, "suggestion": suggestion(name, questionnaire.item_by_id)}
            yield Problem("pipe_unknown", values, Place(path))
        elif section.repeat and not path.startswith(
            f"sections.{questionnaire.sections.index(section)}.items."
        ):
            yield Problem("pipe_repeated", {"name": name}, Place(path))


def media_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Yield what is wrong with pictures, recordings and films."""
    media = questionnaire.media
    for name, one in media.items():
        if not one.embedded:
            yield Problem("media_missing", {"name": one.source}, Place(f"media.{name}.source"))
    if sum(one.size for one in media.values()) > MAX_TOTAL:
        yield Problem("media_size", {}, Place("media"))
    for name, place, picture in _shown_media(questionnaire):
        if name not in media:
            values = {"name": name, "suggestion": suggestion(name, media)}
            yield Problem("media_unknown", values, place)
        elif picture and media[name].sort != "image":
            yield Problem("media_picture", {"name": name}, place)


def _shown_media(questionnaire: Questionnaire) -> Iterator[tuple[str, Place, bool]]:
    """Yield (name, where it is used, whether it must be a picture)."""
    for number, section in enumerate(questionnaire.sections):
        for index, item in enumerate(section.items):
            path = f"sections.{number}.items.{index}"
            if item.media:
                yield item.media, Place(f"{path}.media"), False
            for position, option in enumerate(getattr(item, "options", ())):
                if option.image:
                    yield option.image, Place(f"{path}.options.{position}.image"), True
    for name, levels in questionnaire.scales.items():
        for position, level in enumerate(levels):
            if level.image:
                yield level.image, Place(f"scales.{name}.{position}.image"), True
