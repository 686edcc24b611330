"""How much of what was asked a response answers: AAPOR's complete, partial and break-off.

Source: AAPOR, Standard Definitions, 10th edition (2023), "Complete and partial questionnaires":
80 % and more of the applicable questions is complete, 50 % and more partial, less a break-off.
"""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

import questionnaires
from questionnaires import Answers, Questionnaire

_COMPLETE = 80
_PARTIAL = 50


def extent_of(questionnaire: Questionnaire, answers: Answers, visible: Set[str]) -> str:
    """Return "complete", "partial" or "fragment" (AAPOR's break-off).

    ``visible``: the items that these answers make visible. Counted are the closed ones, since
    people leave a box for comments empty for good reasons; where there is no closed item, all.
    """
    asked = _counted(questionnaire) & visible
    share = 100 * sum(item in asked for item in answers.values)
    if share >= _COMPLETE * len(asked):
        return "complete"
    return "partial" if share >= _PARTIAL * len(asked) else "fragment"


@lru_cache(maxsize=256)
def _counted(questionnaire: Questionnaire) -> frozenset[str]:
    closed = {variable.item for variable in questionnaires.codebook(questionnaire).closed}
    asked = {item.id for item in questionnaire.items if item.asked}
    return frozenset(closed & asked or asked)
