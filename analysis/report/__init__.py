"""The report of a release as PDF, laid out by Typst."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from analysis import typeset
from analysis.figures import Release
from questionnaires import Questionnaire

_TEMPLATES = Path(__file__).parent
#: Archivable (PDF/A-2a) and accessible (PDF/UA-1), by Typst's own checks.
STANDARDS: list[Any] = ["a-2a", "ua-1"]


def pdf(release: Release, questionnaire: Questionnaire, language: str) -> bytes:
    """Return the report in ``language``; the same release gives the same bytes."""
    # The chart library is loaded when a report is asked for, not when a program starts.
    from analysis.report.document import charts_of, document

    drawn = charts_of(release, language)
    return typeset.pdf(
        _TEMPLATES,
        "report.typ",
        document(release, questionnaire, language, drawn),
        {name: chart.svg for name, chart in drawn.items()},
        pdf_standards=STANDARDS,
        timestamp=_stamp(release.as_of),
    )


def _stamp(day: datetime.date) -> int:
    """Return the date of the figures as the date of the document, so that bytes do not vary."""
    midnight = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
    return int(midnight.timestamp())
