"""The variables of a questionnaire, and how a response is packed: one byte per closed variable."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from questionnaires.answers import Answers
from questionnaires.kinds.base import Item, Surroundings, Variable
from questionnaires.model import Questionnaire


@dataclass(frozen=True)
class Codebook:
    """The columns that a questionnaire yields, in the order asked.

    Items of repeated sections and of tables over units have no fixed number of answers, so they
    yield no closed variable here.
    """

    questionnaire: Questionnaire
    variables: tuple[Variable, ...]

    @cached_property
    def closed(self) -> tuple[Variable, ...]:
        """The variables with categories, in packed order."""
        return tuple(variable for variable in self.variables if variable.closed)

    @cached_property
    def _packed(self) -> tuple[tuple[Item, tuple[int, ...]], ...]:
        """The items that have closed variables, and how an item without an answer is packed."""
        width = Counter(variable.item for variable in self.closed)
        items = _fixed_items(self.questionnaire)
        return tuple((item, (0,) * width[item.id]) for item in items if item.id in width)

    @cached_property
    def _around(self) -> Surroundings:
        return self.questionnaire.surroundings()

    def pack(self, answers: Answers) -> bytes:
        """Return one byte per closed variable: its code, or 0 where there is no answer."""
        values, around = answers.values, self._around
        codes: list[int] = []
        for item, nothing in self._packed:
            codes += item.pack(values[item.id], around) if item.id in values else nothing
        return bytes(codes)


@lru_cache(maxsize=256)
def codebook(questionnaire: Questionnaire) -> Codebook:
    """Return the codebook of a questionnaire."""
    around = questionnaire.surroundings()
    variables = (v for item in _fixed_items(questionnaire) for v in item.variables(around))
    return Codebook(questionnaire, tuple(_worded(v, questionnaire) for v in variables))


def _worded(variable: Variable, questionnaire: Questionnaire) -> Variable:
    """Put the questionnaire's terms into the labels of a variable, and gaps for answers."""
    word = questionnaire.unanswered
    levels = tuple(replace(c, label=word(c.label)) for c in variable.categories)
    return replace(variable, label=word(variable.label), categories=levels)


@lru_cache(maxsize=256)
def _fixed_items(questionnaire: Questionnaire) -> tuple[Item, ...]:
    return tuple(
        item for section in questionnaire.sections if not section.repeat for item in section.items
    )
