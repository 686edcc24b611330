"""How long invitations and the pages of a round take, beside a bare INSERT of the same rows.

    python -m tests.benchmarks.fieldwork [--people 20000] [--json]

Prints the seconds for inviting everybody (sealed codes, and personal links with their people) and
the ratio to one bulk INSERT of as many rows into the same table; and for each page of staff the
milliseconds on the server, the median of several, and the number of SQL statements.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from surveyapp import create_app
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.demo import ensure
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.invitations import issue_codes
from surveyapp.fieldwork.models import Invitation
from surveyapp.organisation.models import Person, Posting, Unit
from tests.journeys import Staff
from tests.queries import statements
from tests.surveyapp.fielding import a_draft, a_round, a_unit

PAGES = (
    "/staff",
    "/staff/rounds/team-survey-2026/field",
    "/staff/rounds/team-survey-2025/field",
    "/staff/rounds/team-survey-2026/field/live",
    "/staff/rounds/team-survey-2026/assignments",
    "/staff/rounds/new",
    "/staff/assignments",
)
TIMES = 15
UNITS = 100


def timed(what: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def invitations(database: Database, people: int) -> dict[str, float]:
    """Seconds for invitations of both kinds, and for the bare INSERT."""
    each = people // UNITS
    found = {}
    with database.transaction() as session:
        units = _posted(session, each)
        of = a_round(session, dict.fromkeys(units, each), slug="codes")
        groups = fieldwork.groups(session, of)

        def issue() -> None:
            for group in groups:
                issue_codes(session, of, group, each)

        found["sealed codes"] = timed(issue)
    with database.transaction() as session:
        found["publish and invite people"] = timed(
            lambda: a_round(session, dict.fromkeys(units, 1), slug="people", mode="confidential")
        )
    with database.transaction() as session:
        bare = a_draft(session, {units[0]: 1}, slug="bare")
        [group] = fieldwork.groups(session, bare)
        rows = [
            {"code_hash": os.urandom(32), "group_id": group.id, "used": False}
            for _ in range(people)
        ]
        found["bare INSERT"] = timed(lambda: session.execute(insert(Invitation), rows))
    return found


def _posted(session: Session, each: int) -> list[Unit]:
    units = [a_unit(session, f"unit-{n}") for n in range(UNITS)]
    first = (session.scalar(text("SELECT max(id) FROM person")) or 0) + 1
    names = [
        {"id": first + n, "code": f"bench-{n}", "name": units[0].name, "email": None}
        for n in range(each * UNITS)
    ]
    session.execute(insert(Person), [{**one, "language": None} for one in names])
    session.execute(
        insert(Posting),
        [
            {"person_id": one["id"], "unit_id": units[n % UNITS].id, "line": "host", "role": ""}
            for n, one in enumerate(names)
        ],
    )
    return units


def page(client: FlaskClient, database: Database, address: str) -> tuple[float, int]:
    """(median milliseconds, statements) of one page."""
    client.get(address)
    with statements(database.engine) as said:
        assert client.get(address).status_code == 200, address
    taken = [timed(lambda: client.get(address)) for _ in range(TIMES)]
    return 1000 * statistics.median(taken), len(said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = Config(data=Path(folder))
        sheets = ensure(config)
        app = create_app(config)
        database: Database = app.extensions["surveyapp.database"]
        client = Staff(app, sheets.username, sheets.password).client
        pages = {address: page(client, database, address) for address in PAGES}
        made = invitations(database, given.people)
        database.dispose()
    bare = made["bare INSERT"]
    if given.json:
        found = {name: {"seconds": s, "ratio": s / bare} for name, s in made.items()}
        shown = {a: {"ms": ms, "statements": n} for a, (ms, n) in pages.items()}
        print(json.dumps({"people": given.people, "invitations": found, "pages": shown}, indent=1))
        return
    for name, seconds in made.items():
        print(f"{name:28} {seconds:7.2f} s   {seconds / bare:5.1f} x a bare INSERT")
    for address, (ms, count) in pages.items():
        print(f"{address:45} {ms:7.1f} ms  {count:3} statements")


if __name__ == "__main__":
    main()
