"""How much of what was asked a response answers: AAPOR's complete, partial and break-off.

Source: AAPOR, Standard Definitions, 10th edition (2023), "Complete and partial questionnaires":
80 % and more of the applicable questions is complete, 50 % and more partial, less a break-off.
"""

from __future__ import annotations

from collections.abc import Iterable

import questionnaires
from questionnaires import Answers, Context, Questionnaire
from questionnaires.reading import read

_COMPLETE = 80
_PARTIAL = 50


def extent_of(questionnaire: Questionnaire, answers: Answers, context: Context) -> str:
    """Return "complete", "partial" or "fragment" (AAPOR's break-off).

    Counted are the closed items that these answers make visible, since people leave a box for
    comments empty for good reasons; where there is no closed item, all that are visible.
    """
    closed = {variable.item for variable in questionnaires.codebook(questionnaire).closed}
    asked = {item.id for item in questionnaire.items if item.asked}
    seen = read(questionnaire, answers.values, context).visibility
    return share_of(answers.values, {item for item in closed & asked or asked if item in seen})


def share_of(given: Iterable[str], asked: set[str]) -> str:
    """Return the extent of the items ``given`` among those ``asked``."""
    share = 100 * len(asked.intersection(given))
    if share >= _COMPLETE * len(asked):
        return "complete"
    return "partial" if share >= _PARTIAL * len(asked) else "fragment"
