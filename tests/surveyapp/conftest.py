"""Fixtures of the Flask floor."""

from __future__ import annotations

import pytest

from surveyapp.db import Database
from tests.surveyapp.test_submission import Canteen


@pytest.fixture
def canteen(database: Database) -> Canteen:
    """A round in one unit with five sealed codes."""
    return Canteen(database, codes=5)
