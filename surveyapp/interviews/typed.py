"""What a form of notes brought: values, without a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from questionnaires import Questionnaire
from questionnaires.kinds.interviewing import Topic
from surveyapp.interviews.operations import Change
from surveyapp.interviews.outline import NOTHING, Entries, Entry

_KEY_BYTES = 16
SEPARATOR = "\n\n"


def changes(
    form: Mapping[str, str], outline: Questionnaire, action: str, stored: Entries
) -> Iterator[Change]:
    """Yield what the page of a record sends: every topic, whether it was touched or not.

    ``action`` settles a conflict: "theirs:t05" gives the own text up, "both:t05" puts it behind
    the one that stands there.
    """
    for item in outline.items:
        if not isinstance(item, Topic) or f"{item.id}.note" not in form:
            continue
        if action == f"theirs:{item.id}":
            continue
        entry = _entry(form, item, outline)
        if action == f"both:{item.id}":
            entry = joined(stored.get(item.id, NOTHING), entry)
        yield Change(item.id, entry, form.get(f"{item.id}.revision", ""))


def change(form: Mapping[str, str], outline: Questionnaire) -> Change | None:
    """Return the one change that the script of the page sends; None when it is malformed."""
    item = outline.item_by_id.get(form.get("topic", ""))
    try:
        key = bytes.fromhex(form.get("change", ""))
    except ValueError:
        return None
    if not isinstance(item, Topic) or len(key) != _KEY_BYTES:
        return None
    entry = Entry.typed(form.get("note", ""), _known(form.get("concern", ""), item, outline))
    return Change(item.id, entry, form.get("revision", ""), key)


def joined(theirs: Entry, ours: Entry) -> Entry:
    """Return both notes, one below the other, under our coding if there is one."""
    notes = [note for note in (theirs.note, ours.note) if note]
    return Entry(SEPARATOR.join(dict.fromkeys(notes)), ours.concern or theirs.concern)


def _entry(form: Mapping[str, str], item: Topic, outline: Questionnaire) -> Entry:
    concern = _known(form.get(f"{item.id}.concern", ""), item, outline)
    return Entry.typed(form[f"{item.id}.note"], concern)


def _known(concern: str, item: Topic, outline: Questionnaire) -> str:
    levels = {level.value for level in item.levels(outline.surroundings())}
    return concern if concern in levels else ""
