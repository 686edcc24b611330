"""The pages of the organisation: the tree, people, teams, files."""

from surveyapp.organisation import file_pages, people_pages, team_pages, unit_pages
from surveyapp.organisation.blueprint import blueprint

__all__ = ["blueprint", "file_pages", "people_pages", "team_pages", "unit_pages"]
