"""People as scripts: ``Respondent(app).open(code).answer(q01="4").submit()``.

They see pages as a browser without JavaScript does: a page is read into its form controls, what is
filled in is posted back with every hidden control, and nothing else is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Self

from flask import Flask
from werkzeug.test import TestResponse

from surveyapp.db import Database


def database(app: Flask) -> Database:
    """The database behind an application."""
    found: Database = app.extensions["surveyapp.database"]
    return found


@dataclass
class Page(HTMLParser):
    """One HTML page: its text, ids, links, and the controls of its answer form."""

    html: str
    controls: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _area: str = ""
    _silent: bool = False
    _inert: int = 0

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(self.html)

    @property
    def text(self) -> str:
        """What a reader sees, with white space folded."""
        return re.sub(r"\s+", " ", " ".join(self._text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inert += tag == "template"
        if self._inert:  # what scripts make things from; nobody sees it
            return
        if identifier := given.get("id"):
            self.ids.append(identifier)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        name = given.get("name") or ""
        if tag == "select":
            self._area = name
            self.controls.setdefault(name, [])
        elif tag == "option" and self._area and "disabled" not in given:
            self.offered.setdefault(self._area, []).append(given.get("value") or "")
            if "selected" in given:
                self.controls[self._area] = [given.get("value") or ""]
        elif tag == "script":
            self._silent = True
        elif tag == "textarea":
            self._area = name
            self.controls[name] = [""]
        elif tag == "input" and name and "disabled" not in given:
            self._input(name, given)

    def _input(self, name: str, given: dict[str, str | None]) -> None:
        value = given.get("value") or ""
        if given.get("type") in ("radio", "checkbox"):
            self.offered.setdefault(name, []).append(value)
            if "checked" in given:
                self.controls.setdefault(name, []).append(value)
        elif given.get("type") == "hidden":
            self.controls.setdefault(name, []).append(value)
        elif given.get("type") != "file":
            self.controls[name] = [value]

    def handle_endtag(self, tag: str) -> None:
        self._inert -= tag == "template"
        if tag in ("textarea", "select"):
            self._area = ""
        elif tag == "script":
            self._silent = False

    def handle_data(self, data: str) -> None:
        if self._inert:
            return
        if self._area and self._area not in self.offered:
            # The first line break after the tag is not part of the value.
            self.controls[self._area] = [data.removeprefix("\n")]
        elif data.strip() and not self._silent:
            self._text.append(data.strip())


class Respondent:
    """Somebody with a link and a browser that has no JavaScript and keeps no cookie."""

    def __init__(self, app: Flask, language: str = "zh") -> None:
        self.client = app.test_client(use_cookies=False)
        self.language = language
        self.address = ""
        self.filled: dict[str, list[Any]] = {}
        self.response: TestResponse

    def open(self, code: str) -> Self:
        """Follow the link on the slip of paper."""
        return self.go(f"/s/{code}")

    def go(self, address: str) -> Self:
        """Open the form at an address."""
        self.address = address
        return self._see(self.client.get(f"{self.address}?lang={self.language}"))

    def answer(self, **answers: Any) -> Self:
        """Fill in controls by name; a list fills several boxes of one name."""
        for name, value in answers.items():
            self.filled[name.replace("__", ".")] = value if isinstance(value, list) else [value]
        return self

    def answer_all(self, value: str = "4", **others: Any) -> Self:
        """Choose ``value`` wherever it is offered, else the first option; then ``others``."""
        for name, options in self.page.offered.items():
            self.filled[name] = [value if value in options else options[0]]
        return self.answer(**others)

    def press(self, action: str) -> Self:
        """Press the button with that action; everything typed goes with it."""
        data = {**self.filled, "_action": [action]}
        return self._see(self.client.post(self.address, data=data))

    def submit(self) -> Self:
        """Press the button that sends the answers."""
        return self.press("send")

    @property
    def page(self) -> Page:
        """The page in front of the respondent."""
        return Page(self.response.get_data(as_text=True))

    @property
    def status(self) -> int:
        """The status of the last response."""
        return self.response.status_code

    @property
    def receipt(self) -> str:
        """The receipt number on the page, or nothing."""
        found = re.search(r'id="receipt">([^<]+)<', self.response.get_data(as_text=True))
        return found[1] if found else ""

    def _see(self, response: TestResponse) -> Self:
        self.response = response
        if response.mimetype == "text/html":
            self.filled = {name: list(values) for name, values in self.page.controls.items()}
        return self


class Staff:
    """Somebody with an account, signed in."""

    def __init__(self, app: Flask, username: str, password: str) -> None:
        self.client = app.test_client()
        page = Page(self.client.get("/staff/sign-in").get_data(as_text=True))
        token = page.controls["_csrf"][0]
        answer = self.client.post(
            "/staff/sign-in",
            data={"_csrf": token, "username": username, "password": password},
        )
        assert answer.status_code == 302, answer.get_data(as_text=True)

    def get(self, address: str) -> TestResponse:
        """Open a page."""
        return self.client.get(address)

    def see(self, address: str) -> Page:
        """Open a page that must be there."""
        response = self.client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return Page(response.get_data(as_text=True))
