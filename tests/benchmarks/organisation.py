"""How long the organisation of a city takes to import, and its pages to make.

    python -m tests.benchmarks.organisation [--json]

1,292 units, 4,686 people and their 5,096 postings from an .xlsx: seconds from the bytes to the
commit, by step, and the ratio to a bare bulk INSERT of the same rows in the same run. Then the
milliseconds on the server, and the queries, of each page of that organisation.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from surveyapp import create_app, db
from surveyapp.accounts.permissions import Role
from surveyapp.config import Config
from surveyapp.organisation.exchange.applying import apply
from surveyapp.organisation.exchange.plan import packed, unpacked
from surveyapp.organisation.exchange.planning import plan
from surveyapp.organisation.exchange.reading import read
from surveyapp.organisation.exchange.records import stored
from surveyapp.organisation.models import Person, Posting, Unit
from tests.surveyapp.organisations import NOW, TODAY, city, workbook
from tests.surveyapp.staffing import enrol, sign_in

SECONDS = 5.0
MILLISECONDS = 100.0
ROUNDS = 5
PAGES = (
    "",
    "?at=C01",
    "?q=1",
    "/units/C01",
    "/units/V0001",
    "/people",
    "/people?q=99",
    "/people/P0001",
    "/teams",
    "/import",
    "/units/T001/edit",
)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def database(folder: Path, name: str) -> db.Database:
    made = db.Database(f"sqlite:///{folder / name}.sqlite")
    db.upgrade(made.engine)
    return made


def imports(target: db.Database, content: bytes) -> dict[str, float]:
    """Import into an empty database as the pages do: the plan is kept, and then applied."""
    reading, book = timed(lambda: read([("city.xlsx", content)]))
    with target.session() as session:
        planning, wanted = timed(lambda: plan(book, stored(session), on=TODAY))
    keeping, kept = timed(lambda: unpacked(packed(wanted)))

    def write() -> None:
        with target.transaction() as session:
            apply(session, kept, NOW)

    applying, _ = timed(write)
    steps = {"read": reading, "plan": planning, "keep": keeping, "apply": applying}
    return {**steps, "import": sum(steps.values())}


def bare(source: db.Database, target: db.Database) -> float:
    """Insert the very rows of ``source`` with three statements, and nothing else."""
    with source.session() as session:
        rows = [
            [dict(row) for row in session.execute(select(model.__table__)).mappings()]
            for model in (Unit, Person, Posting)
        ]

    def write() -> None:
        with target.transaction() as session:
            for model, many in zip((Unit, Person, Posting), rows, strict=True):
                session.execute(insert(model.__table__), many)

    return timed(write)[0]


def pages(folder: Path, source: db.Database) -> dict[str, float]:
    """Median milliseconds of each page."""
    with source.transaction() as session:
        enrol(session, "boss", Role.ADMINISTRATOR)
    app = create_app(Config(data=folder, database=str(source.engine.url)))
    client = sign_in(app, "boss")
    found = {}
    for page in PAGES:
        address = f"/staff/organisation{page}"
        client.get(address)
        times = [timed(lambda a=address: client.get(a))[0] for _ in range(ROUNDS)]  # type: ignore[misc]
        found[address] = 1000 * statistics.median(times)
    return found


def measure() -> dict[str, Any]:
    """Return all figures."""
    content = workbook(**city())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = database(folder, "warm")
        imports(first, content)
        target = database(folder, "import")
        steps = imports(target, content)
        plain = bare(target, database(folder, "bare"))
        return {
            "rows": 1292 + 4686 + 5096,
            "seconds": steps,
            "bare_insert_seconds": plain,
            "ratio_to_bare_insert": steps["import"] / plain,
            "goal_seconds": SECONDS,
            "pages_ms": pages(folder, target),
            "goal_ms": MILLISECONDS,
        }


def main() -> None:
    """Print the figures, as sentences or as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.organisation")
    parser.add_argument("--json", action="store_true")
    found = measure()
    if parser.parse_args().json:
        print(json.dumps(found))
        return
    steps = "  ".join(f"{name} {seconds:.2f}" for name, seconds in found["seconds"].items())
    print(f"{found['rows']} rows, seconds (goal {SECONDS:g}): {steps}")
    print(
        f"bare INSERT of the same rows: {found['bare_insert_seconds']:.3f} s, "
        f"ratio {found['ratio_to_bare_insert']:.1f}"
    )
    print(f"pages, milliseconds on the server (goal {MILLISECONDS:g}):")
    for address, milliseconds in found["pages_ms"].items():
        print(f"  {milliseconds:6.1f}  {address}")


if __name__ == "__main__":
    main()
