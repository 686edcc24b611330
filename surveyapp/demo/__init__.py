"""The demonstration: an invented county with a round in the field and synthetic answers."""

from __future__ import annotations

from surveyapp.demo.build import ensure
from surveyapp.demo.sheets import DemoFileMissing, Sheets, read_sheets, unused_codes

__all__ = ["DemoFileMissing", "Sheets", "ensure", "read_sheets", "unused_codes"]
