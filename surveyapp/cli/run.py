"""`surveyapp run`: bring the database up to date, say where things are, serve."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
from dataclasses import replace
from pathlib import Path

import click

from surveyapp.cli.command import Worded
from surveyapp.cli.failure import Failure
from surveyapp.cli.store import opened, settings
from surveyapp.cli.words import language, language_option, say
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.demo import DemoFileMissing, Sheets, read_sheets, unused_codes
from surveyapp.mail.supervisor import Supervisor

_STOP_SECONDS = 3


@click.command(
    "run",
    cls=Worded,
    help=say("run_help"),
    params=[
        click.Option(["--host"], help=say("host_help")),
        click.Option(["--port"], type=click.IntRange(1, 65535), help=say("port_help")),
        language_option(),
    ],
)
def command(host: str | None, port: int | None) -> None:
    config = settings()
    config = replace(config, host=host or config.host, port=port or config.port)
    _require_free(config)
    with opened(config) as database:
        click.echo(_welcome(config, database))
    try:
        with Supervisor():
            _serve(config)
    finally:
        with opened(config):
            pass  # leaves the database settled: no journal that keeps the order of arrival


def _require_free(config: Config) -> None:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = config.port % 65535 + 1
                raise Failure(say("port_taken", port=config.port, other=other)) from None
            reason = error.strerror or str(error)
            unusable = say("address_unusable", host=config.host, port=config.port, reason=reason)
            raise Failure(unusable) from None


def _welcome(config: Config, database: Database) -> str:
    host = f"[{config.host}]" if ":" in config.host else config.host
    address = f"http://{host}:{config.port}"
    try:
        sheets = read_sheets(config.demo_file)
    except DemoFileMissing:
        lines = [("run_staff", f"{address}/staff")]
    else:
        lines = _demo_lines(address, sheets, _unused(database, sheets))
        lines.append(("", say("run_synthetic")))
    block = [f"  {_label(key)}{text}" for key, text in lines]
    return "\n".join(["", *block, "", say("serving", address=address)])


def _demo_lines(address: str, sheets: Sheets, code: str | None) -> list[tuple[str, str]]:
    account = say("run_account", username=sheets.username, password=sheets.password)
    return [
        ("run_respondent", f"{address}/s/{code}" if code else say("no_codes_left")),
        ("run_staff", f"{address}/staff"),
        ("", account),
        ("run_pdf", f"{address}/staff/rounds/{sheets.round}/report.pdf?lang={language()}"),
        ("run_or", f"{_program()} report {sheets.round} --pdf report.pdf --lang {language()}"),
    ]


def _program() -> str:
    """The command as the user can type it here."""
    if shutil.which("surveyapp"):
        return "surveyapp"
    return os.path.relpath(Path(sys.executable).parent / "surveyapp")


def _unused(database: Database, sheets: Sheets) -> str | None:
    with database.session() as session:
        remaining = unused_codes(session, sheets)
    return next((code for codes in remaining.values() for code in codes), None)


def _label(key: str) -> str:
    """The words padded to one column; a Chinese character is two columns wide."""
    text = say(key) if key else ""
    width = sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
    return text + " " * (20 - width)


def _serve(config: Config) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    # The workers read their settings from the environment.
    os.environ |= {"SURVEYAPP_HOST": config.host, "SURVEYAPP_PORT": str(config.port)}
    Server(
        "surveyapp.wsgi:app",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=config.threads,
        log_level=LogLevels.error,
        websockets=False,
        # A browser that keeps its connection open must not keep the server from stopping.
        workers_kill_timeout=_STOP_SECONDS,
    ).serve()
