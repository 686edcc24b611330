"""Long lists in pages: which one is asked for, which others there are. Numbers in addresses."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, request
from werkzeug.routing import IntegerConverter, Map

#: The largest number in an address: what a column of every database holds.
LARGEST = 2**31 - 1


class _Number(IntegerConverter):
    """``<int:...>`` in an address. There is nothing under a number that no row can have: 404."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST)


@dataclass(frozen=True)
class Paging:
    """Page ``page`` (from 1) of a list of ``total`` entries, ``size`` to a page."""

    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """How many entries are on the pages before this one."""
        return (self.page - 1) * self.size

    @property
    def before(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def after(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def init_app(app: Flask) -> None:
    """Bound the numbers in addresses, and let templates name the other pages of a list."""
    app.url_map.converters["int"] = _Number
    app.jinja_env.globals["page_address"] = page_address


def asked_page() -> int:
    """Return the page that the address asks for, 1 if it says nothing sensible."""
    asked = request.args.get("page", "1")
    sensible = asked.isascii() and asked.isdigit() and len(asked) <= len(str(LARGEST))
    return max(1, min(int(asked), LARGEST)) if sensible else 1


def page_address(number: int) -> str:
    """Return the address of another page of the list that is shown."""
    return "?" + urlencode({**request.args.to_dict(), "page": number})
