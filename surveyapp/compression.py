"""Respondents' pages and style sheets travel compressed: an old phone pays by the byte.

Staff pages stay uncompressed: they hold a CSRF token beside text that others can influence, and the
length of a compressed page would tell about the token (the BREACH attack).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

from surveyapp import assets

_LEVEL = 6
#: Below this many bytes a compressed answer saves nothing on the wire.
_SMALLEST = 600
_TYPES = frozenset({"text/html", "text/css", "text/javascript"})


def init_app(app: Flask) -> None:
    """Compress what may be compressed, for browsers that ask for it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    public = request.blueprint == "respond" or assets.is_asset()
    if not public or response.mimetype not in _TYPES or response.status_code == 304:
        return response
    response.vary.add("Accept-Encoding")
    if "gzip" not in request.accept_encodings or "Content-Encoding" in response.headers:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= _SMALLEST:
        static = assets.is_asset()
        response.set_data(_kept(body) if static else gzip.compress(body, _LEVEL))
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=64)
def _kept(body: bytes) -> bytes:
    """Compress a static file once."""
    return gzip.compress(body, 9, mtime=0)
