"""The pages about interviews."""

from __future__ import annotations

from surveyapp.interviews import figure_pages, reading_pages, record_pages, visit_pages
from surveyapp.interviews.blueprint import blueprint

__all__ = ["blueprint", "figure_pages", "reading_pages", "record_pages", "visit_pages"]
