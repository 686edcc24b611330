"""How fast people get through a form, beside a bare Flask application on the same server.

    python -m tests.benchmarks.journeys [--seconds 6] [--json] [--database sqlite|postgresql]
    python -m tests.benchmarks.journeys --minute 0    without the village

The product's journey is the form of 19 items and its submission, checked and committed, answered
with the receipt. The bare journey is a page of 10 KB, 19 fields and one durable INSERT, and a small
page. Each journey has a connection of its own. Both have granian, two workers with the usual number
of threads, and the same database settings (SQLite: WAL and synchronous=FULL). Load and servers
share the machine; what the load took itself is told, and so is what PostgreSQL took. ``ratio`` is
the product's journeys per second by the bare ones.

Then a village opens the same link: within one minute ``--minute`` respondents arrive at random
moments, each over a connection of their own, whether or not the server keeps up. That is
``surveyapp run`` itself with its usual settings. The product has its usual limits everywhere.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.load import Journey, Measured, arriving, closed
from tests.durability.journal import Submission
from tests.durability.postgres import Cluster
from tests.durability.server import RUN, Server
from tests.durability.world import World

CONCURRENCY = (8, 32)
WORKERS = 2
#: People in each unit: many, because the more there are the more is mixed.
VILLAGE = 300
#: More codes than any run can use up.
CODES_PER_SECOND = 700
_KEY = re.compile(rb'name="_key" value="([^"]+)"')
_COLUMNS = "{:12}{:9}{:>4}{:>11}{:>9}{:>9}{:>9}{:>9}{:>9}{:>8}{:>8}"


def get(path: str) -> bytes:
    """A request for a page, as a browser sends it that takes packed answers."""
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def post(path: str, fields: dict[str, str]) -> bytes:
    """A request that sends a form."""
    body = urlencode(fields)
    return (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def full_journey(submission: Submission) -> Journey:
    """Form, submission, receipt."""
    form = yield "get", get(submission.path)
    key = _KEY.search(form.text)
    if form.status != 200 or key is None:
        raise ValueError(form.status)
    fields = {**submission.answers, "_key": key[1].decode(), "_action": "send"}
    receipt = yield "post", post(submission.path, fields)
    if receipt.status != 200 or b'id="receipt"' not in receipt.text:
        raise ValueError(receipt.status)


def bare_journey(submission: Submission) -> Journey:
    """A page, a row, a small page."""
    yield "get", get("/")
    answer = yield "post", post("/", {**submission.answers})
    if answer.status != 303:
        raise ValueError(answer.status)
    yield "thanks", get("/thanks")


@dataclass(frozen=True)
class Figures:
    """One run. Milliseconds of CPU are for each journey."""

    database: str
    application: str
    concurrency: int
    journeys: int
    errors: int
    per_second: float
    get_p50: float
    get_p99: float
    post_p50: float
    post_p99: float
    server_ms: float
    postgresql_ms: float
    load_ms: float

    def row(self) -> str:
        """One line of the table."""
        numbers = (self.per_second, self.get_p50, self.get_p99, self.post_p50, self.post_p99)
        costs = (self.server_ms, self.postgresql_ms, self.load_ms)
        shown = [f"{one:.1f}" for one in numbers] + [f"{one:.2f}" for one in costs]
        return _COLUMNS.format(self.database, self.application, self.concurrency, *shown)


HEAD = _COLUMNS.format(
    "database",
    "",
    "c",
    "journeys/s",
    "GET p50",
    "p99",
    "POST p50",
    "p99",
    "CPU ms",
    "pg ms",
    "load",
)


def main() -> None:
    """Measure and print."""
    wanted = _arguments()
    kinds = [wanted.database] if wanted.database else ["sqlite", "postgresql"]
    runs = [one for kind in kinds for one in _compared(kind, wanted.seconds)]
    people = wanted.minute
    village = [_minute(kind, people, wanted.seed) for kind in kinds] if people else []
    if wanted.json:
        told = {"runs": [vars(one) for one in runs], "ratios": _ratios(runs), "minute": village}
        print(json.dumps(told, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.journeys")
    parser.add_argument("--seconds", type=float, default=6, help="of each run")
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--minute", type=int, default=2100, help="who arrive within a minute")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _compared(kind: str, seconds: float) -> list[Figures]:
    """Both applications on one kind of database."""
    print(HEAD, flush=True)
    found: list[Figures] = []
    for application in ("bare", "product"):
        codes = (
            int(CODES_PER_SECOND * seconds * len(CONCURRENCY)) if application == "product" else 8
        )
        with _served(kind, codes, ("tests.benchmarks.serving", application)) as (world, server, pg):
            journeys = _endless(world, application, codes)
            closed(server.port, journeys, concurrency=8, seconds=1)  # warm
            for concurrency in CONCURRENCY:
                before = (server.cpu_seconds(), pg())
                got = closed(server.port, journeys, concurrency=concurrency, seconds=seconds)
                cpu = (server.cpu_seconds() - before[0], pg() - before[1])
                found.append(_figures(kind, application, concurrency, got, *cpu))
                errors = f"  {got.errors} ERRORS" if got.errors else ""
                print(found[-1].row() + errors, flush=True)
    for ratio in _ratios(found):
        print(f"{kind:12}ratio    {ratio['concurrency']:>4}{ratio['ratio']:>11.2f}")
    return found


def _ratios(runs: list[Figures]) -> list[dict[str, Any]]:
    """The product's journeys per second by the bare ones, run by run."""
    bare = {(r.database, r.concurrency): r.per_second for r in runs if r.application == "bare"}
    return [
        {
            "database": run.database,
            "concurrency": run.concurrency,
            "ratio": run.per_second / bare[run.database, run.concurrency],
        }
        for run in runs
        if run.application == "product"
    ]


def _figures(
    kind: str, application: str, concurrency: int, got: Measured, server: float, pg: float
) -> Figures:
    each = 1000 / max(1, got.journeys)
    return Figures(
        database=kind,
        application=application,
        concurrency=concurrency,
        journeys=got.journeys,
        errors=got.errors,
        per_second=got.journeys / got.seconds,
        get_p50=got.quantile("get", 0.5),
        get_p99=got.quantile("get", 0.99),
        post_p50=got.quantile("post", 0.5),
        post_p99=got.quantile("post", 0.99),
        server_ms=server * each,
        postgresql_ms=pg * each,
        load_ms=got.own_cpu * each,
    )


def _minute(kind: str, people: int, seed: int) -> dict[str, Any]:
    """The village that opens the same link in the same minute."""
    chance = random.Random(seed)  # noqa: S311
    with _served(kind, people, RUN, open_link=True) as (world, server, _):
        journeys = map(full_journey, list(world.submissions(people)))
        got = arriving(server.port, journeys, [chance.uniform(0, 60) for _ in range(people)])
    figures = {"database": kind, "arrived": people, "served": got.journeys, "errors": got.errors}
    for name in ("get", "post"):
        for share in (50, 99):
            figures[f"{name}_p{share}"] = round(got.quantile(name, share / 100), 1)
    print(", ".join(f"{name} {value}" for name, value in figures.items()), flush=True)
    return figures


def _endless(world: World, application: str, codes: int) -> Iterator[Journey]:
    """The same answers again and again for the bare application; a code of their own for each.

    They are thought out beforehand: it would count as the load's time.
    """
    if application == "bare":
        return map(bare_journey, repeat(world.submission("/")))
    return map(full_journey, list(world.submissions(codes)))


@contextmanager
def _served(
    kind: str, codes: int, program: tuple[str, ...], *, open_link: bool = False
) -> Iterator[tuple[World, Server, Callable[[], float]]]:
    """A world, its server, and what tells the CPU seconds of PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="surveyapp-journeys-") as folder, _database(kind) as at:
        data, people = Path(folder) / "data", codes if open_link else VILLAGE
        world = World(data, codes=codes, people=people, url=at[0], open_link=open_link)
        server = Server(world.config, program=program, workers=WORKERS)
        server.start()
        try:
            yield world, server, at[1]
        finally:
            server.stop()


@contextmanager
def _database(kind: str) -> Iterator[tuple[str, Callable[[], float]]]:
    if kind == "sqlite":
        yield "", lambda: 0.0
        return
    with Cluster() as cluster:
        yield cluster.database("journeys"), cluster.cpu_seconds


if __name__ == "__main__":
    main()
