"""The server as `surveyapp run` starts it, spoken to over the network and in a browser."""

from __future__ import annotations

import signal
import urllib.error
import urllib.request
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conftest import Demo, serving
from tests.journeys import Page


def _post(address: str, fields: dict[str, str]) -> int:
    try:
        with urllib.request.urlopen(address, urlencode(fields).encode(), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_printed_code_opens_its_form_and_sets_no_cookie(live_server: str, demo: Demo) -> None:
    code = demo.unused_codes["t01"][0]
    with urllib.request.urlopen(f"{live_server}/s/{code}", timeout=10) as answer:
        assert answer.status == 200
        assert answer.headers["Set-Cookie"] is None
        assert answer.headers["Cache-Control"] == "no-store"
        assert b"q01" in answer.read()


def test_a_megabyte_is_refused_and_the_server_lives_on(live_server: str, demo: Demo) -> None:
    address = f"{live_server}/s/{demo.unused_codes['t01'][0]}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        form = Page(answer.read().decode()).controls
    hidden = {name: values[0] for name, values in form.items() if name.startswith("_")}
    assert _post(address, {**hidden, "q18": "x" * 1_000_000}) == 413
    assert _post(address, {"q18": "x" * 1_000_000}) == 400, "it has no key"
    assert _post(address, {**hidden, "q18": "short"}) == 422, "control: answers are missing"


def test_ctrl_c_stops_the_server_although_a_browser_stays_connected(demo: Demo) -> None:
    with serving(demo.config) as (address, server):
        browser = HTTPConnection(address.removeprefix("http://"), timeout=10)
        browser.request("GET", "/staff/sign-in")
        browser.getresponse().read()
        server.send_signal(signal.SIGINT)
        output, _ = server.communicate(timeout=15)
    assert server.returncode == 0
    assert b"Traceback" not in output
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=5)


@pytest.mark.browser
def test_the_sign_in_page_breaks_none_of_its_own_rules(live_server: str, chromium: Any) -> None:
    """Nothing the page does is against its Content-Security-Policy."""
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{live_server}/staff")
    assert page.url.endswith("/staff/sign-in?next=/staff")
    assert page.locator("input[type=password]").count() == 1
    assert complaints == []
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert complaints, "control: an inline style is complained about"
    page.close()
