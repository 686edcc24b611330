"""How long it takes: the summary of an instrument, and the rules about length.

Speeds, and where they come from:

- Reading Chinese, 255 characters a minute: the standardised texts of Trauzettel-Klosinski and
  Dietz (2012), Investigative Ophthalmology & Visual Science 53(9), read aloud, so on the slow side.
- Reading English and others in words, 238 words a minute: Brysbaert (2019), Journal of Memory and
  Language 109, silent reading of non-fiction.
- Answering: conventions of ours. They are set so that a stand-alone closed question of some 25
  words takes about 10.6 seconds in all, which is what Pew Research Center budgets for its web panel
  (85 questions in 15 minutes; "How we keep our online surveys from running too long", 2022).
- A scale that was read in the item before is not read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaires.lint import wording_en, wording_zh
from questionnaires.lint.catalogue import found
from questionnaires.lint.findings import Finding
from questionnaires.lint.instrument import Entry, Instrument, family_of
from questionnaires.lint.longest import longest
from questionnaires.text import Text

CHARACTERS_PER_MINUTE = 255
WORDS_PER_MINUTE = 238
#: Seconds that one answer takes, beyond reading: conventions.
CHOOSE = 4.0
ROW = 3.5
CHOOSE_SEVERAL = 8.0
RANK = 6.0
TYPE_NUMBER = 7.0
TYPE_LINE = 12.0
TYPE_TEXT = 60.0
ATTACH = 30.0
TALK = 150.0
#: Rows of a matrix whose rows are only known in the field.
ROWS_ASSUMED = 10

#: A stated time is wrong when the estimate differs from it by more than this share of it.
TOLERANCE = 0.5
#: Pew's cap for a web survey.
MAX_MINUTES = 15
MAX_OPEN = 5
MAX_ITEMS = 12
MAX_ROWS = 12

_SECONDS = {
    "short_text": TYPE_LINE,
    "long_text": TYPE_TEXT,
    "integer": TYPE_NUMBER,
    "decimal": TYPE_NUMBER,
    "date": TYPE_NUMBER,
    "time": TYPE_NUMBER,
    "date_time": TYPE_LINE,
    "email": TYPE_LINE,
    "phone": TYPE_LINE,
    "url": TYPE_LINE,
    "unit": CHOOSE_SEVERAL,
    "person": CHOOSE_SEVERAL,
    "signature": TYPE_LINE,
    "file": ATTACH,
    "photo": ATTACH,
    "location": ATTACH,
    "multiple_choice": CHOOSE_SEVERAL,
    "topic": TALK,
    "carried_findings": TYPE_TEXT,
}


@dataclass(frozen=True, slots=True)
class Summary:
    """The size of an instrument; ``minutes`` is for the longest path, in its slowest language."""

    minutes: float
    items: int
    open_questions: int
    matrix_rows: int
    sections: int


def summarise(instrument: Instrument) -> Summary:
    """Measure an instrument. Of a repeated section one entry is counted, or its minimum."""
    entries = [entry for entry in instrument.entries if entry.asked]
    rows = sum(len(entry.rows) for entry in entries)
    opened = sum(_open_question(entry) for entry in entries)
    sections = len(instrument.questionnaire.sections)
    return Summary(round(_minutes(instrument), 1), len(entries), opened, rows, sections)


def _open_question(entry: Entry) -> bool:
    return entry.item.kind == "long_text" and entry.item.filled_by is None


def _minutes(instrument: Instrument) -> float:
    """Return the time for the longest path, in the language that takes longest to go through."""
    spent = (_spent(instrument, language) for language in instrument.questionnaire.languages)
    fixed, weight = max(spent, key=lambda one: one[0] + sum(one[1].values()))
    return (fixed + longest(instrument.logic, weight)) / 60


def _spent(instrument: Instrument, language: str) -> tuple[float, dict[str, float]]:
    """Return seconds for what everybody reads, and item id -> seconds for it where it is shown."""
    questionnaire = instrument.questionnaire
    read: set[str] = set()
    weight: dict[str, float] = {}
    for entry in instrument.entries:
        if entry.item.filled_by is not None:
            continue
        repeat = entry.section.repeat
        times = max(1, repeat.min) if repeat else 1
        weight[entry.item.id] = times * _seconds(instrument, entry, language, read)
    around = [questionnaire.title, questionnaire.intro]
    for section in questionnaire.sections:
        around += [section.title, section.intro]
    return sum(_reading(instrument, text, language) for text in around if text), weight


def _seconds(instrument: Instrument, entry: Entry, language: str, read: set[str]) -> float:
    item = entry.item
    if item.kind in ("hidden", "calculated"):
        return 0.0
    texts = [item.label, item.hint, *(row.label for row in entry.rows)]
    place = entry.parts[0].path.rsplit(".", 2)[0] if entry.parts else ""
    if place not in read and not entry.coded:
        read.add(place)
        texts += [part.label for part in entry.parts]
    reading = sum(_reading(instrument, text, language) for text in texts if text)
    return reading + (_answering(entry) if entry.asked else 0.0)


def _answering(entry: Entry) -> float:
    kind = entry.item.kind
    if kind == "ranking":
        return RANK * float(getattr(entry.item, "places", 0) or len(entry.parts))
    if entry.rows:
        return ROW * len(entry.rows)
    if getattr(entry.item, "rows_from_units", False):
        return ROW * ROWS_ASSUMED
    return _SECONDS.get(kind, CHOOSE)


def _reading(instrument: Instrument, text: Text, language: str) -> float:
    shown = instrument.questionnaire.filled(text).get(language)
    if family_of(language, shown) == "zh":
        return wording_zh.size(shown) * 60 / CHARACTERS_PER_MINUTE
    return wording_en.size(shown) * 60 / WORDS_PER_MINUTE


# ---------------------------------------------------------------- rules


def minutes(instrument: Instrument) -> Iterator[Finding]:
    """A stated time that cannot be right, or a survey that is long in any case."""
    stated = instrument.questionnaire.minutes
    estimated = summarise(instrument).minutes
    shown = {"estimated": f"{estimated:g}"}
    if stated is not None and abs(estimated - stated) > TOLERANCE * stated:
        yield found("minutes_differ", "minutes", stated=stated, **shown)
    if instrument.genre in ("survey", "poll") and estimated > MAX_MINUTES:
        yield found("minutes_long", "sections", limit=MAX_MINUTES, **shown)


def numbers(instrument: Instrument) -> Iterator[Finding]:
    """Too many open questions, items in a section, rows in a matrix."""
    opened = [entry for entry in instrument.entries if entry.asked and _open_question(entry)]
    if instrument.genre in ("survey", "poll") and len(opened) > MAX_OPEN:
        place = f"{opened[MAX_OPEN].path}.kind"
        yield found("open_questions_many", place, count=len(opened), limit=MAX_OPEN)
    for number, section in enumerate(instrument.questionnaire.sections):
        longest = _longest_stretch(instrument, number)
        if longest > MAX_ITEMS:
            place = f"sections.{number}.items"
            yield found("section_long", place, count=longest, limit=MAX_ITEMS)
        for entry in (e for e in instrument.entries if e.section is section):
            if len(entry.rows) > MAX_ROWS and entry.number == number:
                count = len(entry.rows)
                yield found("matrix_long", f"{entry.path}.rows", count=count, limit=MAX_ROWS)


def _longest_stretch(instrument: Instrument, number: int) -> int:
    """Count the items between two pieces of text to read, at most."""
    longest = stretch = 0
    for entry in instrument.entries:
        if entry.number != number or entry.item.kind in ("hidden", "calculated"):
            continue
        stretch = stretch + 1 if entry.asked else 0
        longest = max(longest, stretch)
    return longest
