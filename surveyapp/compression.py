"""Respondents' pages travel compressed: an old phone pays by the byte.

Those that are drawn once (``splicing``) and static files (``assets``) are compressed once. Staff
pages stay uncompressed: they hold a CSRF token beside text that others can influence, and the
length of a compressed page would tell about the token (the BREACH attack).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

_LEVEL = 6
#: Below this many bytes a compressed answer saves nothing on the wire.
_SMALLEST = 600


def init_app(app: Flask) -> None:
    """Compress what may be compressed, for browsers that ask for it."""
    app.after_request(_compress)


def is_taken() -> bool:
    """Say whether the browser takes pages that are packed."""
    return _has_gzip(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=256)
def _has_gzip(accepted: str) -> bool:
    """Read a header. There are not many that browsers send."""
    return parse_accept_header(accepted, Accept).quality("gzip") > 0


def _compress(response: Response) -> Response:
    if "Content-Encoding" in response.headers or request.blueprint != "respond":
        return response
    if response.mimetype != "text/html":
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if is_taken() and len(body) >= _SMALLEST:
        response.set_data(gzip.compress(body, _LEVEL))
        response.headers["Content-Encoding"] = "gzip"
    return response
