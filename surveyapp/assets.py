"""Static files under addresses that name their content, so that browsers keep them for good.

A respondent's page has one script. It is written as a few modules under ``static/`` and served as
one plain script: one request, and no need for modules in the old browsers inside apps.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

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
        "respond/drafts.js",
        "respond/restoring.js",
        "respond/sending.js",
        "respond/start.js",
    )
}
_EXPORTED = re.compile(r"^export const (\w+)", re.MULTILINE)
#: Lines that only say where names come from, lines of comment, and blanks before a line.
_LEFT_OUT = re.compile(r"^(import .*;\n|\s*//.*\n|export (?=const )|[ \n]+)", re.MULTILINE)


def init_app(app: Flask) -> None:
    """Give templates ``asset(name)`` and let browsers keep what it points to."""
    app.jinja_env.globals["asset"] = asset
    app.after_request(_keep)
    for name in SCRIPTS:
        app.add_url_rule(
            f"/static/{name}", "script", lambda name=name: _served(name), methods=["GET"]
        )


def asset(name: str) -> str:
    """Return the address of a static file; it changes whenever the file does."""
    return url_for("static", filename=name, v=_fingerprint(name))


def is_asset() -> bool:
    """Say whether the current request is for a static file."""
    return request.endpoint in ("static", "script")


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


def _served(name: str) -> Response:
    return Response(script(name), mimetype="text/javascript")


@cache
def _fingerprint(name: str) -> str:
    content = script(name).encode() if name in SCRIPTS else (_FOLDER / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def _keep(response: Response) -> Response:
    if is_asset() and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = _FOR_GOOD
    return response
