"""Forms to try in a browser: a round with a definition, and what its page shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from questionnaires import Context
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.organisation.operations import people_names, unit_names
from surveyapp.respond.opening import seed_of
from tests.conftest import serving
from tests.surveyapp.fielding import Hall, open_now


@contextmanager
def fielded(
    config: Config, database: Database, definition: str, **given: Any
) -> Iterator[tuple[str, Hall]]:
    """Field a definition in an open round behind slips: the server's address, and the round."""
    units = given.pop("units", {"canteen": 8})
    hall = open_now(database, units, definition=definition, **given)
    with serving(config) as (server, _):
        yield server, hall


def context_of(session: Session, key: str, now: str, language: str = "en") -> Context:
    """What the server knows beside the answers for the form with that key."""
    return Context(
        units=unit_names(session),
        people=people_names(session),
        own_unit="canteen",
        now=datetime.fromisoformat(now),
        seed=seed_of(key),
        language=language,
    )
