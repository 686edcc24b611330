"""Says so loudly when the browser's evaluator was not compared."""

from __future__ import annotations

from typing import Any

from .running import NO_NODE


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Nobody should overlook that Node was missing."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if NO_NODE in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("EQUIVALENCE WAS NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} TESTS WERE SKIPPED: NO NODE WAS FOUND. INSTALL IT.")
