"""The product with one flaw built in: what the checker must catch, or it proves nothing.

``python -m tests.durability.flawed NAME`` serves it as ``surveyapp run`` serves the product.
"""

from __future__ import annotations

import io
import os
import queue
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask
from sqlalchemy import event

from surveyapp import create_app, db
from surveyapp.respond import operations, storing
from tests.durability.server import serve

_NAME = "DURABILITY_FLAW"
Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


def queue_in_memory(app: Flask) -> Application:
    """Show the receipt first and store what was sent a little later."""
    inner: Application = app.wsgi_app
    waiting: queue.SimpleQueue[Environ] = queue.SimpleQueue()

    def store() -> None:
        while True:
            environ = waiting.get()
            time.sleep(0.02)
            list(inner(environ, lambda *_: None))

    threading.Thread(target=store, daemon=True).start()

    def flawed(environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return inner(environ, start)
        body = _body(environ)
        waiting.put({**environ, "wsgi.input": io.BytesIO(body)})
        return _receipt(body, start)

    return flawed


def no_key(app: Flask) -> Application:
    """Take every sending for a new one."""
    inner: Application = app.wsgi_app

    def flawed(environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            fields = dict(parse_qsl(_body(environ).decode(), keep_blank_values=True))
            fields["_key"] = operations.new_submission_key()
            body = urlencode(fields).encode()
            environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return inner(environ, start)

    return flawed


def errors_ignored(app: Flask) -> Application:
    """Say thank you although storing failed (LimeSurvey pull request 3596)."""
    inner: Application = app.wsgi_app

    def flawed(environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return inner(environ, start)
        body = _body(environ)
        said: list[Any] = []
        answer = list(inner(environ, lambda *given: said.append(given)))
        if said[0][0].startswith("5"):
            return _receipt(body, start)
        start(*said[0])
        return answer

    return flawed


def sessions_that_expire(app: Flask) -> Application:
    """Refuse what comes an hour after the first visit, by the server's clock (ONS #1297)."""
    inner: Application = app.wsgi_app
    visits: list[float] = []

    def flawed(environ: Environ, start: Start) -> Iterable[bytes]:
        visits.append(time.time())
        if environ["REQUEST_METHOD"] == "POST" and abs(visits[-1] - visits[0]) > 3600:
            start("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"session expired"]
        return inner(environ, start)

    return flawed


def codes_not_used_up(app: Flask) -> Application:
    """Let a code open its form, and never mark it used."""
    storing.redeem = lambda link, invited: True  # type: ignore[attr-defined]
    inner: Application = app.wsgi_app
    return inner


def no_sync(app: Flask) -> Application:
    """Commit without waiting for the disk."""
    with app.app_context():
        engine = db.database().engine

    @event.listens_for(engine, "connect")
    def relax(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    inner: Application = app.wsgi_app
    return inner


FLAWS: dict[str, Callable[[Flask], Application]] = {
    flaw.__name__: flaw
    for flaw in (
        queue_in_memory,
        no_key,
        errors_ignored,
        sessions_that_expire,
        codes_not_used_up,
        no_sync,
    )
}


def program(flaw: str) -> tuple[str, str]:
    """Return what serves the product with this flaw, for ``server.Server``."""
    return "tests.durability.flawed", flaw


def application() -> Application:
    """Make the application with the flaw that the environment names."""
    return FLAWS[os.environ[_NAME]](create_app())


def _body(environ: Environ) -> bytes:
    """Read what is posted, and leave it there to be read again."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _receipt(body: bytes, start: Start) -> Iterable[bytes]:
    found = re.search(rb"_key=([^&]+)", body)
    code = operations.receipt_code(found[1].decode() if found else "")
    start("200 OK", [("Content-Type", "text/html")])
    return [f'<span id="receipt">{code}</span>'.encode()]


if __name__ == "__main__":
    os.environ[_NAME] = sys.argv[1]
    serve("tests.durability.flawed:application")
