"""Browsers of one's own, with a profile on disk, that can be killed as a dead battery does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as NoAnswer

from tests.conftest import CHROMIUM_FLAGS, NO_BROWSER

#: A browser that has started answers within this time, in milliseconds, or never will.
ANSWERS = 10_000
STARTS = 4


@contextmanager
def device(chromium: Any, profile: Path) -> Iterator[tuple[Any, subprocess.Popen[bytes]]]:
    """A browser of one's own with a profile on disk, that can be killed: its page and process."""
    connected, process = started(chromium, profile)
    try:
        yield connected.contexts[0].new_page(), process
    finally:
        kill(process)


def started(chromium: Any, profile: Path) -> tuple[Any, subprocess.Popen[bytes]]:
    """A browser that answers: now and then one hangs at its start, and is killed like others."""
    for left in reversed(range(STARTS)):
        process = launched(profile)
        try:
            address = f"http://127.0.0.1:{debugging_port(profile)}"
            return chromium.browser_type.connect_over_cdp(address, timeout=ANSWERS), process
        except (TimeoutError, NoAnswer):
            kill(process)
            if not left:
                raise
    raise AssertionError


def launched(profile: Path) -> subprocess.Popen[bytes]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip(NO_BROWSER)
    (profile / "DevToolsActivePort").unlink(missing_ok=True)
    return subprocess.Popen(
        [executable, *CHROMIUM_FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def debugging_port(profile: Path) -> str:
    """Where a browser can be spoken to, once it says so."""
    told = profile / "DevToolsActivePort"
    until = time.monotonic() + ANSWERS / 1000
    while time.monotonic() < until:
        if told.exists() and "\n" in (text := told.read_text()):
            return text.split("\n")[0]
        time.sleep(0.05)
    raise TimeoutError("the browser did not start")


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a browser and all its processes at once, as a dead battery does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
