"""Static files: sent packed, kept by browsers for good; nothing else of their folder is sent."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import surveyapp
from surveyapp import assets

SHEET = "surveyapp.css"
FOLDER = Path(surveyapp.__file__).parent / "static"
PACKED = {"Accept-Encoding": "br, gzip;q=0.8"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("name", [SHEET, "staff.css", "respond.js", "respond/page.js"])
def test_a_file_is_the_same_packed_and_plain(client: FlaskClient, name: str) -> None:
    plain = client.get(f"/static/{name}")
    packed = client.get(f"/static/{name}", headers=PACKED)
    there = assets.script(name).encode() if name in assets.SCRIPTS else (FOLDER / name).read_bytes()
    assert plain.data == gzip.decompress(packed.data) == there
    assert len(packed.data) < len(plain.data)
    for answer in (plain, packed):
        assert answer.mimetype == ("text/css" if name.endswith(".css") else "text/javascript")
        assert answer.headers["Vary"] == "Accept-Encoding", "nobody's cookie changes it"
    refused = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
    assert packed.headers["Content-Encoding"] == "gzip", "control"


def test_only_an_address_that_names_the_content_is_kept_for_good(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        address = assets.asset(SHEET)
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert client.get(f"/static/{SHEET}").headers["Cache-Control"] == "no-cache", "control"


def test_a_browser_that_has_the_file_is_told_so(client: FlaskClient) -> None:
    tag = client.get(f"/static/{SHEET}").headers["ETag"]
    again = client.get(f"/static/{SHEET}", headers={**PACKED, "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(f"/static/{SHEET}", headers={"If-None-Match": 'W/"another"'})
    assert other.status_code == 200, "control"


@pytest.mark.parametrize(
    "name", ["../security.py", "respond/../../security.py", "/etc/passwd", "respond", "no.css", ""]
)
def test_nothing_else_is_sent(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.status_code in (404, 308)
    assert answer.headers["Cache-Control"] == "no-store"
