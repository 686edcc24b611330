"""What the benchmark of journeys serves: a bare Flask application, and the product.

``python -m tests.benchmarks.serving bare|product`` serves either with the same server, workers,
threads and database settings.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import sys
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from surveyapp.config import Config
from tests.durability.server import serve

PAGE = ("<!doctype html><title>form</title>" + "<p>x</p>" * 1300)[:10_240]
_TABLE = "CREATE TABLE IF NOT EXISTS bare (key {blob} PRIMARY KEY, answers TEXT NOT NULL)"
_WHICH = "JOURNEYS_APPLICATION"


def bare() -> Flask:
    """Nothing but Flask: a page of 10 KB, 19 fields into one durable row, a small page."""
    app, store = Flask("bare"), _store(Config.from_environment().database_url)

    @app.get("/")
    def form() -> str:
        return PAGE

    @app.post("/")
    def send() -> Response:
        store(secrets.token_bytes(16), json.dumps(request.form.to_dict(), ensure_ascii=False))
        return redirect("/thanks", 303)

    @app.get("/thanks")
    def thanks() -> str:
        return "<!doctype html><title>thanks</title><p>Your answers have arrived.</p>"

    return app


def product() -> Flask:
    """The product as its own server loads it, with all its limits."""
    from surveyapp.wsgi import app

    return app


def application() -> Flask:
    """Make the application that the environment names."""
    return {"bare": bare, "product": product}[os.environ[_WHICH]]()


def _store(url: str) -> Callable[[bytes, str], None]:
    """One durable INSERT over a connection that each thread keeps."""
    local = threading.local()
    connect, statement = _driver(url)

    def store(key: bytes, answers: str) -> None:
        if not hasattr(local, "connection"):
            local.connection = connect()
        local.connection.execute(statement, (key, answers))

    return store


def _driver(url: str) -> tuple[Callable[[], Any], str]:
    insert = "INSERT INTO bare (key, answers) VALUES "
    if url.startswith("sqlite"):
        return lambda: _sqlite(url.removeprefix("sqlite:///")), insert + "(?, ?)"
    import psycopg

    address = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # processes start at the same time
        connection.execute(_TABLE.format(blob="bytea"))
    return lambda: psycopg.connect(address, autocommit=True), insert + "(%s, %s)"


def _sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(_TABLE.format(blob="BLOB"))
    return connection


if __name__ == "__main__":
    os.environ[_WHICH] = sys.argv[1]
    serve("tests.benchmarks.serving:application")
