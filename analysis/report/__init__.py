"""The report of a release as PDF, laid out by Typst."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis import fonts
from analysis.figures import Release
from questionnaires import Questionnaire

_TEMPLATES = Path(__file__).parent
#: Archivable (PDF/A-2a) and accessible (PDF/UA-1), by Typst's own checks.
STANDARDS: list[Any] = ["a-2a", "ua-1"]


def pdf(release: Release, questionnaire: Questionnaire, language: str) -> bytes:
    """Return the report in ``language``; the same release gives the same bytes."""
    # Typesetter and chart library are loaded when a report is asked for, not when a program starts.
    import typst

    from analysis.report.document import charts_of, document

    with TemporaryDirectory(prefix="report-") as folder:
        root = Path(folder)
        for template in _TEMPLATES.glob("*.typ"):
            (root / template.name).write_bytes(template.read_bytes())
        drawn = charts_of(release, language)
        for name, chart in drawn.items():
            (root / f"{name}.svg").write_text(fonts.printable(chart.svg), "utf-8")
        tree = document(release, questionnaire, language, drawn)
        told = fonts.printable(json.dumps(tree, ensure_ascii=False))
        (root / "data.json").write_text(told, "utf-8")
        compiled = typst.compile(
            str(root / "report.typ"),
            root=str(root),
            font_paths=[str(fonts.FOLDER)],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=_stamp(release.as_of),
        )
    assert isinstance(compiled, bytes)
    return compiled


def _stamp(day: datetime.date) -> int:
    """Return the date of the figures as the date of the document, so that bytes do not vary."""
    midnight = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
    return int(midnight.timestamp())
