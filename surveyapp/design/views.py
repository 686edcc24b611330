"""The pages about questionnaires: the library, and writing a definition."""

from surveyapp.design import authoring, library_pages
from surveyapp.design.blueprint import blueprint

__all__ = ["authoring", "blueprint", "library_pages"]
