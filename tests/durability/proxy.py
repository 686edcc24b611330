"""A network that swallows answers: the server has done its work, and the respondent never hears."""

from __future__ import annotations

import threading
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

_PASSED_ON = ("Content-Type", "Origin", "Sec-Fetch-Site", "Accept-Encoding")


class SwallowingProxy:
    """Stands before a server on a port of its own and drops as many answers as it is told."""

    def __init__(self, upstream: int) -> None:
        self._lock = threading.Lock()
        self._to_drop = 0
        self.dropped = 0
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._forward(None)

            def do_POST(self) -> None:
                self._forward(self.rfile.read(int(self.headers["Content-Length"])))

            def _forward(self, body: bytes | None) -> None:
                given = {n: v for n in _PASSED_ON if (v := self.headers[n]) is not None}
                connection = HTTPConnection("127.0.0.1", upstream, timeout=20)
                try:
                    connection.request(self.command, self.path, body, given)
                    answer = connection.getresponse()
                    content = answer.read()
                except (OSError, HTTPException):
                    self.close_connection = True
                    return
                finally:
                    connection.close()
                if self.command == "POST" and proxy.swallows():
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def drop(self, how_many: int) -> None:
        """Swallow the next so many answers to what is posted."""
        with self._lock:
            self._to_drop += how_many

    def swallows(self) -> bool:
        """Say whether the answer at hand is to be swallowed."""
        with self._lock:
            swallow = self._to_drop > 0
            self._to_drop -= swallow
            self.dropped += swallow
        return swallow
