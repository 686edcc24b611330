"""Fixtures of the whole suite: a real database, the application, a real server, a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy.orm import Session

from surveyapp import create_app, db
from surveyapp.config import Config

# The same examples every time, and no clock: a busy machine must not fail a test.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BROWSER = "no Chromium: browser tests were not run"
_START_SECONDS = 30


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings of a fresh installation in a temporary folder."""
    return Config(data=tmp_path / "data")


@pytest.fixture
def database(config: Config) -> Iterator[db.Database]:
    """A migrated, empty database."""
    made = db.Database(config.database_url)
    db.upgrade(made.engine)
    yield made
    made.dispose()


@pytest.fixture
def session(database: db.Database) -> Iterator[Session]:
    """A writing session on the empty database; rolled back at the end."""
    with database.transaction() as writing:
        yield writing
        writing.rollback()


@pytest.fixture
def app(config: Config, database: db.Database) -> Iterator[Flask]:
    """The application on the empty database."""
    yield from _application(config)


@dataclass(frozen=True)
class Demo:
    """A demonstration county: its settings, its unused codes by unit, its staff account."""

    config: Config
    unused_codes: dict[str, list[str]]
    username: str
    password: str
    round: str


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished demonstration, made once; tests work on copies."""
    from surveyapp.demo import ensure

    folder = tmp_path_factory.mktemp("demo")
    ensure(Config(data=folder))
    return folder


@pytest.fixture
def demo(demo_folder: Path, tmp_path: Path) -> Demo:
    """An own copy of the demonstration."""
    from surveyapp.demo import read_sheets, unused_codes

    folder = tmp_path / "demo"
    shutil.copytree(demo_folder, folder)
    config = Config(data=folder)
    sheets = read_sheets(config.demo_file)
    opened = db.Database(config.database_url)
    with opened.session() as reading:
        unused = unused_codes(reading, sheets)
    opened.dispose()
    return Demo(config, unused, sheets.username, sheets.password, sheets.round)


@pytest.fixture
def demo_app(demo: Demo) -> Iterator[Flask]:
    """The application on an own copy of the demonstration."""
    yield from _application(demo.config)


@contextmanager
def serving(config: Config) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real server, run as `surveyapp run` runs it: its address and its process."""
    port = _free_port()
    environment = os.environ | {
        "SURVEYAPP_DATA": str(config.data),
        "SURVEYAPP_PORT": str(port),
        "SURVEYAPP_WORKERS": "1",  # one browser at a time: a second would only take time to start
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "surveyapp", "run"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address, server
    finally:
        server.terminate()
        try:
            server.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.communicate(timeout=10)


@pytest.fixture
def live_server(demo: Demo) -> Iterator[str]:
    """Address of a real server on an own copy of the demonstration."""
    with serving(demo.config) as (address, _):
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium driven by Playwright."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, headless=True, args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say it so that nobody overlooks it when the browser was missing."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if NO_BROWSER in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("BROWSER TESTS WERE SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"{len(skipped)} BROWSER TESTS WERE SKIPPED: NO CHROMIUM WAS FOUND. "
            "INSTALL IT (apt-get install chromium) AND RUN AGAIN."
        )


def _application(config: Config) -> Iterator[Flask]:
    # No context is pushed: requests would share its `g`, and with it each other's CSRF token.
    made = create_app(config)
    made.testing = True
    yield made
    with made.app_context():
        db.database().dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(_START_SECONDS * 10):
        if server.poll() is not None:
            output = server.stdout.read().decode() if server.stdout else ""
            raise AssertionError(f"the server ended with {server.returncode}:\n{output}")
        try:
            urllib.request.urlopen(f"{address}/staff/sign-in", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"no answer from {address} within {_START_SECONDS} s")
