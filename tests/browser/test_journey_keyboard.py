"""Every step of answering by keyboard alone, in a browser that runs no script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from surveyapp import clock
from surveyapp.config import Config
from surveyapp.db import Database
from tests.conftest import serving
from tests.surveyapp.fielding import Hall
from tests.surveyapp.test_respond_pages import DEFINITION

MOST_TABS = 60


@pytest.fixture
def hall(database: Database) -> Hall:
    now = datetime.now(UTC)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    times = {"opens_at": day, "closes_at": day + timedelta(days=8)}
    at = clock.moment(now, "UTC")
    return Hall(
        database, {"x": 5}, definition=DEFINITION, pages="sections", drafts=True, at=at, **times
    )


@pytest.fixture
def page(chromium: Any, config: Config, hall: Hall) -> Iterator[Any]:
    with serving(config) as (server, _):
        context = chromium.new_context(
            viewport={"width": 360, "height": 740}, java_script_enabled=False, base_url=server
        )
        yield context.new_page()
        context.close()


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the focus is there; it must be visible on the way."""
    for _ in range(MOST_TABS):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
        hidden = page.locator("[hidden] :focus, .visually-hidden:focus")
        assert hidden.count() == 0, "the focus is on something that nobody sees"
    raise AssertionError(f"Tab never comes to {selector}")


def press(page: Any, action: str) -> None:
    tab_to(page, f".send button[value='{action}']")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_the_first_page_to_the_receipt(page: Any, hall: Hall) -> None:
    page.goto(f"/s/{hall.codes[0]}?lang=en")
    page.keyboard.press("Tab")
    assert page.locator(".skip:focus").count() == 1, "first a way past the header"
    tab_to(page, "[name=child]")
    page.keyboard.press("Space")
    press(page, "next")

    # The mistake is named on top; its link leads to the control.
    assert "Item 1: Select an answer." in page.inner_text("#problems")
    tab_to(page, "#problems a")
    page.keyboard.press("Enter")
    tab_to(page, "[name=sex]")
    page.keyboard.press("ArrowDown")
    press(page, "next")
    tab_to(page, "[name=mark]")
    page.keyboard.press("Space")
    tab_to(page, "[name=told]")
    page.keyboard.type("The roof leaks.")
    press(page, "back")
    assert page.locator("[name=sex]").nth(1).is_checked()
    press(page, "next")
    assert page.input_value("[name=told]") == "The roof leaks."
    press(page, "next")
    tab_to(page, "[name=likes]")
    page.keyboard.press("Space")
    press(page, "next")

    # Everything is looked over, one answer is changed on the way.
    assert page.inner_text("h1") == "Look over your answers"
    tab_to(page, "button[formaction$='#told']")
    page.keyboard.press("Enter")
    page.wait_for_url("**#told")
    tab_to(page, "[name=told]")
    page.keyboard.press("End")
    page.keyboard.type(" Please mend it.")
    press(page, "review")
    assert "The roof leaks. Please mend it." in page.inner_text("main")
    press(page, "send")
    assert page.inner_text("h1") == "Your answers have arrived"


def test_another_language_and_saving_for_later(page: Any, hall: Hall) -> None:
    page.goto(f"/s/{hall.codes[0]}?lang=en")
    tab_to(page, "[name=sex]")
    page.keyboard.press("Space")
    for _ in range(MOST_TABS):
        page.keyboard.press("Shift+Tab")
        if page.locator(".tools button:focus").count():
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("[name=sex]").first.is_checked()
    press(page, "save")
    code = page.inner_text("#draft")
    page.goto("/continue?lang=en")
    tab_to(page, "#key")
    page.keyboard.type(code.lower().replace("-", " "))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("[name=sex]").first.is_checked()
    press(page, "review")
    assert page.inner_text("h2").strip() == "最后", "the language is the one it was saved in"


def test_targets_are_large_enough_on_every_page(page: Any, hall: Hall) -> None:
    page.goto(f"/s/{hall.codes[1]}?lang=en")
    page.locator("[name=sex]").first.check()
    for action in ("", "next", "review"):
        if action:
            page.click(f".send button[value='{action}']")
        for target in page.locator(".option:visible, .send button:visible, .tools button").all():
            box = target.bounding_box()
            assert box["height"] >= 44, (action, target.inner_text(), box)
