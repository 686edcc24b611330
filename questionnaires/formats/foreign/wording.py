"""Foreign wording -> texts of ours, with a loss for everything that is not plain text."""

from __future__ import annotations

from questionnaires.formats.foreign.plain import (
    MAX_TEXT,
    has_braces,
    has_markup,
    text_of,
    tidy,
    without_braces,
    without_markup,
)
from questionnaires.formats.foreign.quoting import MARK, Quotes
from questionnaires.formats.foreign.report import Report
from questionnaires.text import Text


def plain_text(raw: str, where: str, report: Report, quotes: Quotes) -> str:
    """Return one wording without markup, control characters and braces, its quotations marked."""
    text = raw
    if len(text) > MAX_TEXT:
        report.lose("text_shortened", where, count=len(text), limit=MAX_TEXT)
    if has_markup(text):
        text, lost = without_markup(text)
        report.unused("HTML", where)
        if lost:
            report.lose("media_in_text", where, names=sorted(lost))
    cleaned = quotes.marked(tidy(text), where)
    if has_braces(cleaned):
        report.lose("braces_changed", where, text=MARK.sub("…", cleaned))
        cleaned = without_braces(cleaned)
    return cleaned


def worded(bodies: dict[str, str], where: str, report: Report, quotes: Quotes) -> Text | None:
    """Return a text in several languages, or None when nothing is left of it."""
    return text_of({tag: plain_text(body, where, report, quotes) for tag, body in bodies.items()})
