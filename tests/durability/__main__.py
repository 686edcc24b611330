"""The long run: ``python -m tests.durability --responses 100000 --faults 200``.

Prints a line for every fault as it ends, and exits 1 if anything was lost, doubled or altered, or
if a control went unnoticed. The same seed chooses the same answers and faults; what the threads do
in between is up to the machine.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.durability import faults
from tests.durability.faults import Fault
from tests.durability.running import Run, run

_COLUMNS = "{:16}{:>6}{:>8}{:>9}{:>9}{:>9}{:>9}  {}"
_HEAD = _COLUMNS.format("fault", "seed", "struck", "acked", "doubt", "stored", "seconds", "found")


@dataclass(frozen=True)
class Share:
    """How many hundredths of the responses and of the faults of a long run one fault gets.

    An open link takes 20 sendings a second, so replies are lost to fewer respondents.
    """

    kind: type[Fault]
    responses: int
    faults: int


SHARES = (
    Share(faults.ServerKilled, 26, 20),
    Share(faults.PostgresKilled, 24, 20),
    Share(faults.PowerCut, 22, 20),
    Share(faults.DiskFull, 12, 10),
    Share(faults.ClockJump, 14, 10),
    Share(faults.RepliesLost, 2, 20),
)
_CONTROL = 100


def main() -> int:
    """Run every fault, then every control; 0 when all is as it must be."""
    wanted = _arguments()
    print(_HEAD, flush=True)
    runs = [_run(share, wanted) for share in SHARES if wanted.only in (None, share.kind.__name__)]
    bad = [one for one in runs if one.verdict.faults]
    acknowledged = sum(one.verdict.acknowledged for one in runs)
    struck = sum(one.struck for one in runs)
    print(f"{acknowledged} acknowledged over {struck} faults: {len(bad)} runs with a fault\n")
    unnoticed = 0 if wanted.no_controls else sum(not _caught(share.kind) for share in SHARES)
    return 1 if bad or unnoticed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.durability", description=__doc__)
    parser.add_argument("--responses", type=int, default=100_000)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[share.kind.__name__ for share in SHARES])
    parser.add_argument("--no-controls", action="store_true")
    return parser.parse_args()


def _run(share: Share, wanted: argparse.Namespace) -> Run:
    with tempfile.TemporaryDirectory(prefix="surveyapp-durability-") as folder:
        responses = max(20, wanted.responses * share.responses // 100)
        found = run(
            share.kind,
            Path(folder),
            responses=responses,
            faults=max(1, wanted.faults * share.faults // 100),
            seed=wanted.seed,
            patience=600 + responses,
        )
    _show(share.kind.__name__, found)
    return found


def _caught(kind: type[Fault]) -> bool:
    """Run the control of a fault; whether the checker saw what is wrong with it."""
    with tempfile.TemporaryDirectory(prefix="surveyapp-durability-") as folder:
        found = run(
            kind,
            Path(folder),
            responses=_CONTROL,
            faults=kind.few,
            seed=1,
            control=True,
            patience=20,
        )
    _show(f"- {kind.__name__}", found)
    return bool(set(kind.symptoms) & set(found.verdict.faults))


def _show(name: str, found: Run) -> None:
    of = found.verdict
    wrong = ", ".join(f"{what} {count}" for what, count in of.faults.items()) or "-"
    figures = (found.seed, found.struck, of.acknowledged, of.in_doubt, of.stored)
    print(_COLUMNS.format(name, *figures, round(found.seconds), wrong), flush=True)


if __name__ == "__main__":
    sys.exit(main())
