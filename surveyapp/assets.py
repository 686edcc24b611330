"""Static files under addresses that name their content, so that browsers keep them for good.

A page that is typed into has one script. It is written as a few modules under ``static/`` and
served as one plain script: one request, and no need for modules in the old browsers inside apps.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request, url_for

from surveyapp import compression

_FOLDER = Path(__file__).parent / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"
#: Name of a script -> the modules that it is made of, each after those that it imports.
SCRIPTS = {
    "respond.js": (
        "expressions.js",
        "respond/reading.js",
        "respond/logic.js",
        "respond/wording.js",
        "respond/page.js",
        "shelf.js",
        "respond/drafts.js",
        "respond/restoring.js",
        "respond/sending.js",
        "respond/start.js",
    ),
    "interview.js": ("shelf.js", "interview/notes.js"),
}
_EXPORTED = re.compile(r"^export const (\w+)", re.MULTILINE)
#: Lines that only say where names come from, lines of comment, and blanks before a line.
_LEFT_OUT = re.compile(r"^(import .*;\n|\s*//.*\n|export (?=const )|[ \n]+)", re.MULTILINE)


def init_app(app: Flask) -> None:
    """Give templates ``asset(name)`` and let browsers keep what it points to."""
    app.jinja_env.globals["asset"] = asset
    app.view_functions["static"] = _send


def asset(name: str) -> str:
    """Return the address of a static file; it changes whenever the file does."""
    return url_for("static", filename=name, v=_asset(name).fingerprint)


@cache
def script(name: str) -> str:
    """Return the modules of a script in one, each in a scope of its own."""
    modules = [(_FOLDER / module).read_text(encoding="utf-8") for module in SCRIPTS[name]]
    return f'"use strict";(() => {{\n{"".join(map(_enclosed, modules))}}})();\n'


def lean(module: str) -> str:
    """Return a module without what only its readers and its imports need."""
    return _LEFT_OUT.sub("", module)


def _enclosed(module: str) -> str:
    names = ", ".join(_EXPORTED.findall(module))
    body = lean(module)
    return f"const {{ {names} }} = (() => {{\n{body}return {{ {names} }};\n}})();\n"


@dataclass(frozen=True)
class _Asset:
    """A static file as it is sent."""

    content: bytes
    packed: bytes
    media_type: str
    fingerprint: str


@cache
def _asset(name: str) -> _Asset:
    """Read and pack a file once: they are few and small. Raises KeyError."""
    content = script(name).encode() if name in SCRIPTS else _files()[name].read_bytes()
    return _Asset(
        content,
        gzip.compress(content, 9, mtime=0),
        mimetypes.guess_type(name)[0] or "application/octet-stream",
        hashlib.sha256(content).hexdigest()[:12],
    )


@cache
def _files() -> dict[str, Path]:
    files = (path for path in _FOLDER.rglob("*") if path.is_file())
    return {path.relative_to(_FOLDER).as_posix(): path for path in files}


def _send(filename: str) -> Response:
    try:
        found = _asset(filename)
    except KeyError:
        abort(404)
    if compression.is_taken():
        response = Response(found.packed, mimetype=found.media_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(found.content, mimetype=found.media_type)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _FOR_GOOD if "v" in request.args else "no-cache"
    response.set_etag(found.fingerprint, weak=True)  # the same for both
    response.make_conditional(request)
    return response
