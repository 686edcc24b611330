"""How fast mails are queued and sheets are made: ``python -m tests.benchmarks.mail [--json]``."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from surveyapp import create_app, db
from surveyapp.config import Config
from surveyapp.fieldwork import codes
from surveyapp.fieldwork.distribution.sheets import Section, Sheets
from surveyapp.mail import operations
from surveyapp.mail.operations import Addressed
from surveyapp.mail.sealing import Seal
from surveyapp.mail.templates import Template
from tests.surveyapp.fielding import a_unit, name

MAILS = 20_000
UNITS, CARDS = 18, 14


def main() -> None:
    figures = {**_queue(), **_sheets()}
    if "--json" in sys.argv:
        print(json.dumps(figures))
        return
    for what, figure in figures.items():
        print(f"{what:32} {figure:10.2f}")


def _queue() -> dict[str, float]:
    """Seconds in which so many mails are queued, in one committed transaction."""
    mails = [
        Addressed(
            f"person:{n}", f"p{n}@x.example", "zh", {"link": f"https://x/s/{n}", "name": "名"}
        )
        for n in range(MAILS)
    ]
    with tempfile.TemporaryDirectory() as folder:
        database = db.Database(f"sqlite:///{Path(folder) / 'mail.sqlite'}")
        db.upgrade(database.engine)
        with database.transaction() as session:
            unit = a_unit(session, "u").id
        started = time.perf_counter()
        with database.transaction() as session:
            operations.enqueue(
                session, Seal("s"), key="k", unit_id=unit, topic="round:1", kind="invitation",
                templates={"zh": Template("s", "{link}")}, mails=mails, now=db.now(),
            )  # fmt: skip
        seconds = time.perf_counter() - started
        database.dispose()
    return {"mails queued": MAILS, "seconds to queue them": seconds}


def _sheets() -> dict[str, float]:
    """Seconds and bytes of the cards of a county, as one PDF and as an archive."""
    sections = [
        Section(f"第{n}乡镇", f"第{n}乡镇", f"t{n:02}", [codes.make() for _ in range(CARDS)])
        for n in range(UNITS)
    ]
    app = create_app(Config(data=Path("unused"), database="sqlite://", secret="s"))
    with app.test_request_context():
        title = name("干部考核民主测评", "Leadership team survey")
        sheets = Sheets(
            title, "sealed_code", "https://survey.example", ("zh", "en"), True, sections
        )
        started = time.perf_counter()
        pdf = sheets.pdf()
        one = time.perf_counter() - started
        started = time.perf_counter()
        archive = sheets.archive()
        many = time.perf_counter() - started
    return {
        "cards": UNITS * CARDS,
        "seconds for one PDF": one,
        "kilobytes of the PDF": len(pdf) / 1000,
        "seconds for an archive": many,
        "kilobytes of the archive": len(archive) / 1000,
    }


if __name__ == "__main__":
    main()
