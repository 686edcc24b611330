"""Settings that do nothing where they stand, or nothing that anybody means."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaires.flow import Flow, prepared
from questionnaires.kinds.allotting import Points
from questionnaires.kinds.base import Item
from questionnaires.kinds.presenting import Arm
from questionnaires.model import Questionnaire, Section
from questionnaires.problems import Place, Problem

#: They are about an answer that somebody gives.
_OF_ANSWERS = ("required", "constraint")


def placement_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Yield a problem for each setting that is out of place."""
    flow = Flow(questionnaire)
    for number, section in enumerate(questionnaire.sections):
        path = f"sections.{number}"
        for index, item in enumerate(section.items):
            yield from _out_of_place(item, section, f"{path}.items.{index}")
        if section.repeat and section.repeat.count and _counts_itself(section, flow):
            yield Problem("count_itself", {"name": section.id}, Place(f"{path}.repeat.count"))


def _out_of_place(item: Item, section: Section, path: str) -> Iterator[Problem]:
    for key in _OF_ANSWERS:
        if not item.asked and getattr(item, key):
            yield Problem("nobody_answers", {"key": key}, Place(f"{path}.{key}"))
    if isinstance(item, Arm) and section.repeat:
        yield Problem("arm_repeated", {}, Place(f"{path}.kind"))
    if isinstance(item, Points) and item.cap is not None and not section.repeat:
        yield Problem("cap_alone", {}, Place(f"{path}.cap"))


def _counts_itself(section: Section, flow: Flow) -> bool:
    """Say whether the number of entries follows from the entries themselves, by whatever way."""
    own = {section.id, *(item.id for item in section.items)}
    waiting = [section.repeat.count if section.repeat else None]
    read: set[str] = set()
    while waiting:
        text = waiting.pop()
        condition = prepared(text) if text else None
        new = (condition.reads | condition.rosters) - read if condition else set()
        read |= new
        for name in new & flow.questionnaire.item_by_id.keys():
            item = flow.questionnaire.item_by_id[name]
            around = flow.questionnaire.section_of[name]
            waiting += [item.relevant, getattr(item, "calculate", None), around.relevant]
    return bool(own & read)
