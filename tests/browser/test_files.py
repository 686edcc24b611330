"""Files in a real browser: in entries of a repeated section, on one page and on the last of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from surveyapp import db
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.respond.models import Attachment
from tests.browser.forms import fielded
from tests.surveyapp.fielding import Hall
from tests.surveyapp.test_respond_files import DEFINITION

Opened = Callable[[str], tuple[Any, Hall]]
NEXT, SEND = (f"button[value={action}]:not(.visually-hidden)" for action in ("next", "send"))


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Opened]:
    """Open a form with its pages cut in a certain way; any script error fails the test."""
    config = Config(data=tmp_path)
    made = Database(config.database_url)
    db.upgrade(made.engine)
    context = chromium.new_context(locale="en-GB")
    troubles: list[str] = []
    ending: list[Any] = []

    def open_form(pages: str) -> tuple[Any, Hall]:
        field = fielded(config, made, DEFINITION, units={"kitchen": 5}, pages=pages)
        server, hall = field.__enter__()
        ending.append(field)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{server}/s/{hall.codes[0]}?lang=en")
        return page, hall

    yield open_form
    context.close()
    for field in ending:
        field.__exit__(None, None, None)
    made.dispose()
    assert troubles == []


def choose(page: Any, name: str, content: bytes) -> None:
    files = {"name": f"{content.decode()}.png", "mimeType": "image/png", "buffer": content}
    page.locator(f"[name='{name}']").set_input_files(files)


def kept(hall: Hall) -> dict[str, bytes]:
    with hall.database.session() as session:
        return {one.place: one.content for one in session.scalars(select(Attachment))}


def test_on_the_last_of_several_pages(opened: Opened) -> None:
    page, hall = opened("sections")
    page.check("[name=fine][value=no]")
    page.click(NEXT)
    page.fill("[name='found.0.what']", "Stove")
    page.click("button[value='add:found']")
    page.fill("[name='found.1.what']", "Drain")
    page.click(NEXT)
    page.wait_for_selector("#files")
    for name in ("plan", "found.0.proof", "found.1.proof"):
        assert page.locator(f"[name='{name}']").is_visible(), name
    assert page.locator("[data-item=plan] .number").inner_text() == "1"
    choose(page, "plan", b"plan")
    choose(page, "found.0.proof", b"stove")
    choose(page, "found.1.proof", b"drain")
    page.click(SEND)
    page.wait_for_selector("#receipt")
    assert kept(hall) == {"plan": b"plan", "found.0.proof": b"stove", "found.1.proof": b"drain"}


def test_on_one_page_with_an_entry_that_the_browser_has_made(opened: Opened) -> None:
    page, hall = opened("one")
    page.check("[name=fine][value=no]")
    page.fill("[name='found.0.what']", "Stove")
    choose(page, "found.0.proof", b"stove")
    page.click("button[value='add:found']")
    page.fill("[name='found.1.what']", "Drain")
    choose(page, "found.1.proof", b"drain")
    page.click(SEND)
    page.wait_for_selector("#receipt")
    assert kept(hall) == {"found.0.proof": b"stove", "found.1.proof": b"drain"}
