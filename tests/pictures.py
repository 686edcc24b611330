"""Takes the pictures of the guide and the README: ``python -m tests.pictures``.

Makes a demonstration in a temporary folder, serves it, and photographs its pages with Chromium.
"""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright
from sqlalchemy import select

from surveyapp import db
from surveyapp.config import Config
from surveyapp.demo import Sheets, ensure, read_sheets, unused_codes
from surveyapp.interviews.models import Interview
from tests.conftest import CHROMIUM_FLAGS

FOLDER = Path(__file__).parents[1] / "surveyapp" / "guide" / "pictures"
_PHONE = {"width": 360, "height": 740}
_DESK = {"width": 1100, "height": 760}
_TABLET = {"width": 820, "height": 900}
_SETTLES_MS = 800


def main() -> None:
    """Take every picture in Chinese and English."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        config = Config(data=Path(folder), port=port)
        ensure(config)
        environment = {"SURVEYAPP_DATA": folder, "SURVEYAPP_PORT": str(port)}
        server = subprocess.Popen([sys.executable, "-m", "surveyapp", "run"], env=environment)
        try:
            _photograph(f"http://127.0.0.1:{port}", config)
        finally:
            server.terminate()
            server.wait(timeout=10)


def _photograph(address: str, config: Config) -> None:
    sheets = read_sheets(config.demo_file)
    database = db.Database(config.database_url)
    with database.session() as session:
        code = next(iter(unused_codes(session, sheets).values()))[0]
        talk = session.scalars(select(Interview.key).where(Interview.state == "open")).one()
    database.dispose()
    _wait(address)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        for language in ("zh", "en"):
            phone = browser.new_page(viewport=_PHONE, base_url=address, device_scale_factor=2)
            phone.goto(f"/s/{code}?lang={language}")
            phone.locator("[name=q01]").nth(1).check()
            _keep(phone.screenshot(), f"form-{language}")
            desk = browser.new_page(viewport=_DESK, base_url=address, device_scale_factor=1.5)
            _sign_in(desk, sheets, language)
            _staff_pages(desk, sheets.round, language)
            report = desk.request.get(f"/staff/rounds/{sheets.round}/report.pdf?lang={language}")
            _keep_pages(report.body(), f"report-{language}")
            desk.set_viewport_size(_TABLET)
            desk.goto(f"/staff/interviews/{talk.hex()}?lang={language}")
            _keep(desk.screenshot(), f"interview-{language}")
        browser.close()


def _sign_in(desk: Any, sheets: Sheets, language: str) -> None:
    desk.goto(f"/staff?lang={language}")
    desk.fill("#username", sheets.username)
    desk.fill("#password", sheets.password)
    desk.click("main button")


def _staff_pages(desk: Any, round_: str, language: str) -> None:
    for name, page in {
        "results": f"/staff/rounds/{round_}?lang={language}#items",
        "field": f"/staff/rounds/{round_}/field?lang={language}",
        "units": f"/staff/organisation?lang={language}",
    }.items():
        desk.goto(page)
        desk.wait_for_timeout(_SETTLES_MS)  # the fieldwork page never falls silent
        _keep(desk.screenshot(), f"{name}-{language}")


def _wait(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


def _keep(png: bytes, name: str) -> None:
    Image.open(io.BytesIO(png)).convert("RGB").save(FOLDER / f"{name}.webp", quality=80, method=6)


def _keep_pages(pdf: bytes, name: str) -> None:
    """Put the summary, the chart and the negative list side by side."""
    document: Any = pypdfium2.PdfDocument(pdf)
    pages = [document[place].render(scale=1.0).to_pil() for place in (2, 4, 7)]
    document.close()
    width, height = pages[0].size
    sheet = Image.new("RGB", (3 * width + 40, height + 20), "#8a949e")
    for place, page in enumerate(pages):
        sheet.paste(page, (10 + place * (width + 10), 10))
    sheet.save(FOLDER / f"{name}.webp", quality=80, method=6)


if __name__ == "__main__":
    main()
