"""A respondent's browser at its plainest: fetch a form, post it, find the receipt."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

#: What can happen to a request on its way that leaves its fate unknown.
BROKEN = (OSError, HTTPException)
_KEY = re.compile(r'name="_key" value="([^"]+)"')
_RECEIPT = re.compile(r'id="receipt">([^<]+)<')
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Reply:
    """An answer of the server."""

    status: int
    body: str

    @property
    def receipt(self) -> str:
        """The receipt number, or nothing."""
        found = _RECEIPT.search(self.body)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        """The page with its characters as people see them."""
        return html.unescape(self.body)

    @property
    def key(self) -> str:
        """The key of the form on the page, or nothing."""
        found = _KEY.search(self.body)
        return found[1] if found else ""


class Line:
    """One connection, made anew after it broke. A request is sent once: retrying is for callers."""

    def __init__(self, port: int, timeout: float = 20) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=timeout)

    def get(self, path: str) -> Reply:
        """Open a page; raises one of BROKEN."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> Reply:
        """Send a form; raises one of BROKEN."""
        return self._ask("POST", path, urlencode(fields))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None) -> Reply:
        try:
            self._connection.request(method, path, body, _FORM if body is not None else {})
            answer = self._connection.getresponse()
            return Reply(answer.status, answer.read().decode())
        except BROKEN:
            self._connection.close()
            raise
