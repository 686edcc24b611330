"""The questionnaire as respondents saw it, for the end of a report."""

from __future__ import annotations

from typing import Any

from analysis.words import Words
from questionnaires import Item, Questionnaire, Text


def questionnaire_as_asked(questionnaire: Questionnaire, words: Words) -> dict[str, Any]:
    """Return the introduction and every section with its items and their options."""
    say = questionnaire.say(words.language)
    return {
        "title": say(questionnaire.title),
        "intro": say(questionnaire.intro) if questionnaire.intro else "",
        "sections": [
            {
                "title": say(section.title),
                "items": [_item(item, questionnaire, words) for item in section.items],
            }
            for section in questionnaire.sections
        ],
    }


def _item(item: Item, questionnaire: Questionnaire, words: Words) -> dict[str, Any]:
    say = questionnaire.say(words.language)
    options = [say(text) for text in _options(item, questionnaire)]
    notes = [] if item.required or not item.asked else [words("optional")]
    if item.relevant:
        notes.append(words("only_if"))
    if item.filled_by:
        notes.append(words("filled_by", who=say(item.filled_by)))
    if not options and item.asked:
        notes.append(words("open_answer"))
    return {
        "number": str(questionnaire.numbers.get(item.id, "")),
        "label": say(item.label),
        "options": options,
        "notes": notes,
    }


def _options(item: Item, questionnaire: Questionnaire) -> list[Text]:
    """Return the wording of the answers offered, whichever way the kind offers them."""
    around = questionnaire.surroundings()
    levels = getattr(item, "levels", None)
    choices = levels(around) if levels else getattr(item, "options", ())
    return [choice.label for choice in choices]
