"""The form as everybody who opens it first sees it: drawn once, then only a few words are put in.

Whatever else the page depends on is part of the name under which it is kept, the minute included:
expressions may read the clock. Where lots are drawn, or units and people named that may change
while the round is open, it is drawn each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

from questionnaires import Questionnaire
from questionnaires.flow import prepared, written
from questionnaires.kinds.presenting import Arm
from surveyapp.respond import journey, pages
from surveyapp.respond.opening import Opened, names_others
from surveyapp.splicing import Shelf, Words

#: A page of 20 items takes some 80 KB, packed form included.
_DRAWN = Shelf(most=200)


def page(opened: Opened, tag: str, key: str) -> pages.Page:
    """Return the empty form with a key of its own."""
    words = {"key": key, "unit": opened.invited.unit.name.get(tag)}
    draw = partial(_drawn, opened, tag)
    return _DRAWN.response(_name(opened, tag), words, draw) if _alike(opened) else draw(words)


def _drawn(opened: Opened, tag: str, words: Words) -> str:
    return pages.form_page(journey.fresh(opened, words["key"], tag), unit=words["unit"])


def _name(opened: Opened, tag: str) -> tuple[object, ...]:
    """Return all that the page depends on, but for its words."""
    context = opened.context
    return pages.surroundings(opened.round, tag), context.now, context.full_quotas


def _alike(opened: Opened) -> bool:
    """Say whether all who open the form in the same minute see the same."""
    questionnaire = opened.questionnaire
    return not names_others(questionnaire) and not _draws_lots(questionnaire)


@lru_cache(maxsize=256)
def _draws_lots(questionnaire: Questionnaire) -> bool:
    return questionnaire.random_sections or any(_lots(questionnaire))


def _lots(questionnaire: Questionnaire) -> Iterator[bool]:
    yield from (section.random_order for section in questionnaire.sections)
    yield from (isinstance(item, Arm) for item in questionnaire.items)
    yield from (getattr(item, "random_order", False) for item in questionnaire.items)
    yield from (prepared(one.text).draws for one in written(questionnaire))
