"""How long the standard report takes, from a million answers in memory to every figure.

    python -m tests.benchmarks.report [--json] [--responses N] [--large] [--without-database]

19 items, 138 units, 5 roles. In one run beside one pass over the same bytes, Polars, DuckDB and
pandas, whose counts, alpha and chi-squares must equal ours. Each tool has a process of its own, so
that its peak of memory is its own: MB on top of the data, which are there before. Then how time
grows from 100 thousand to the largest size (10 million with ``--large``), what a refresh after
1,000 new responses takes, and reading a million from the product's table in SQLite.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from analysis.columns import Columns
from analysis.counts import counts
from analysis.standard import standard_report
from tests.benchmarks import report_database
from tests.benchmarks.report_tools import TIMES, TOOLS, Figures, load, make

NEW = 1_000
#: Seconds and MB: what the product should not need more than, on two cores.
GOALS = {"seconds": 0.30, "memory_mb": 25.0, "refresh": 0.010, "read": 1.5}


def peak_reset() -> float:
    """Forget the peak of this process's memory (Linux); return MB in use now."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def timed(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """Return the best of several times, in seconds, and what came out."""
    best, result = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def measure(tool: str, folder: Path) -> dict[str, Any]:
    """Measure one tool in this process."""
    columns = load(folder)
    work = TOOLS[tool](columns)
    before = peak_reset()
    seconds, result = timed(work, TIMES[tool])
    found: dict[str, Any] = {"seconds": seconds, "memory_mb": _status("VmHWM") - before}
    if isinstance(result, Figures):
        np.savez(folder / f"{tool}.npz", **vars(result))
    if tool == "surveyapp":
        found |= _stages(columns)
    return found


def _stages(columns: Columns) -> dict[str, float]:
    """Counting and finishing apart, and taking in new responses."""
    counting, tables = timed(lambda: counts(columns), 5)
    finish, _ = timed(lambda: standard_report(tables), 5)
    part = slice(0, NEW)
    new = Columns(columns.axes, columns.codes[:, part], columns.unit[part], columns.role[part])
    refresh, _ = timed(lambda: tables + counts(new), 5)
    return {"counts": counting, "finish": finish, "refresh": refresh}


def in_own_process(tool: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.report", "--measure", tool, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def compare(responses: int, tools: list[str]) -> dict[str, Any]:
    """Measure tools on the same data, and hold their figures against ours."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, responses)
        found = {tool: in_own_process(tool, folder) for tool in tools}
        ours = _figures(folder / "surveyapp.npz")
        for tool in tools:
            if tool not in ("memory", "surveyapp"):
                ours.agree(_figures(folder / f"{tool}.npz"))
    floor = found["memory"]["seconds"]
    for one in found.values():
        one["passes"] = one["seconds"] / floor
    return found


def _figures(path: Path) -> Figures:
    with np.load(path) as stored:
        return Figures(**dict(stored))


def everything(responses: int, large: bool, database: bool) -> dict[str, Any]:
    growth = [100_000, responses, *([10_000_000] if large else [])]
    sizes: dict[str, Any] = {}
    for size in sorted(set(growth)):
        tools = list(TOOLS) if size == responses else ["memory", "surveyapp"]
        sizes[str(size)] = compare(size, tools)
    found: dict[str, Any] = {"sizes": sizes, "goals": GOALS}
    if database:
        found["database"] = report_database.measured(responses, NEW)
    return found


def told(found: dict[str, Any], responses: int) -> list[str]:
    """Return the lines that a person reads."""
    lines = []
    for size, tools in found["sizes"].items():
        lines.append(f"{int(size):,} responses")
        ours = tools["surveyapp"]["seconds"]
        for name, one in tools.items():
            lines.append(
                f"  {name:10} {one['seconds'] * 1e3:9.1f} ms  {one['passes']:8.0f} passes over the "
                f"bytes  {one['seconds'] / ours:6.1f} x ours  +{one['memory_mb']:.0f} MB"
            )
        one = tools["surveyapp"]
        lines.append(
            f"  of ours: counts {one['counts'] * 1e3:.1f} ms, finish {one['finish'] * 1e3:.1f} ms; "
            f"taking in {NEW:,} new {one['refresh'] * 1e3:.1f} ms"
        )
    sizes = sorted(map(int, found["sizes"]))
    small, great = (found["sizes"][str(size)]["surveyapp"] for size in (sizes[0], sizes[-1]))
    lines.append(
        f"growth: {sizes[-1] / sizes[0]:.0f} times the responses take "
        f"{great['seconds'] / small['seconds']:.1f} times as long"
    )
    if "database" in found:
        lines += report_database.told(found["database"])
    goals = ", ".join(f"{name} {value}" for name, value in found["goals"].items())
    return [*lines, f"goals for a million: {goals}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--large", action="store_true", help="10 million too")
    parser.add_argument("--without-database", action="store_true")
    parser.add_argument("--measure", nargs=2, metavar=("TOOL", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure[0], Path(given.measure[1]))))
        return
    found = everything(given.responses, given.large, not given.without_database)
    print(json.dumps(found, indent=1) if given.json else "\n".join(told(found, given.responses)))


if __name__ == "__main__":
    main()
