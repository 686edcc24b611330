"""One run: a server under load, faults at even distances, and the verdict."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from tests.durability.checker import Stored, Verdict, check, read
from tests.durability.crowd import Crowd
from tests.durability.faults import Fault
from tests.durability.flawed import program
from tests.durability.journal import Journal
from tests.durability.server import RUN, Server
from tests.durability.world import World


@dataclass(frozen=True)
class Run:
    """What one run found; ``struck`` is how often the fault happened."""

    fault: str
    seed: int
    struck: int
    seconds: float
    verdict: Verdict


def run(
    kind: type[Fault],
    folder: Path,
    *,
    responses: int,
    faults: int,
    seed: int,
    control: bool = False,
    patience: float = 60,
) -> Run:
    """Let ``responses`` people answer while the fault happens ``faults`` times."""
    chance, journal, begun = random.Random(seed), Journal(), time.monotonic()  # noqa: S311
    fault = kind(folder, chance, control=control)
    with fault.prepared() as url:
        world = World(
            folder / "data", codes=responses, url=url, open_link=kind.open_link, seed=seed
        )
        server = Server(
            world.config,
            program=program(kind.flaw) if control and kind.flaw else RUN,
            environment=fault.environment(world),
        )
        server.start()
        try:
            with fault.port(server) as port:
                crowd = Crowd(
                    port, journal, world.submissions(responses), patience=patience, seed=seed
                )
                struck = _disturb(crowd, fault, server, faults, responses)
                crowd.join()
        finally:
            server.kill()  # what was acknowledged must be readable after this, too
        verdict = check(journal, stored(world))
    return Run(kind.__name__, seed, struck, time.monotonic() - begun, verdict)


def stored(world: World) -> Stored:
    """Read what is stored; a file that cannot be read holds nothing and is not sound."""
    with world.opened() as database:
        try:
            return read(database, with_codes=not world.open_link)
        except DBAPIError:
            return Stored((), None, 0, sound=False)


def _disturb(crowd: Crowd, fault: Fault, server: Server, faults: int, responses: int) -> int:
    """Let the crowd begin, and strike each time so many more have been acknowledged."""
    crowd.start()
    for struck in range(faults):
        threshold = (struck + 1) * responses // (faults + 1)
        while crowd.journal.acknowledged < threshold and crowd.busy:
            time.sleep(0.005)
        if not crowd.busy:
            return struck
        fault.strike(server, crowd.journal)
    return faults
