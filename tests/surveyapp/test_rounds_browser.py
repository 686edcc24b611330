"""The pages of those who run rounds, in a real browser: live figures, phones, no scripts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Demo

ROUND = "/staff/rounds/team-survey-2026"
PAGES = (
    f"{ROUND}/field",
    "/staff/rounds/team-survey-2025/field",
    f"{ROUND}/assignments",
    "/staff/assignments",
    "/staff/rounds/new",
)


@pytest.fixture
def desk(chromium: Any, live_server: str, demo: Demo) -> Iterator[Any]:
    """Somebody of the staff, signed in; any script error or blocked content fails the test."""
    context = chromium.new_context(base_url=live_server, locale="en-GB")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.goto("/staff")
    page.fill("#username", demo.username)
    page.fill("#password", demo.password)
    page.click("main button")
    yield page
    context.close()
    assert troubles == []


def _answer(chromium: Any, address: str, code: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/s/{code}")
    for number in range(1, 18):
        page.locator(f"[name=q{number:02}]").first.check()
    page.click(".send button")
    assert page.locator("#receipt").count() == 1
    context.close()


def test_the_figures_move_without_reloading(
    chromium: Any, live_server: str, demo: Demo, desk: Any
) -> None:
    unit, codes = next(iter(demo.unused_codes.items()))
    desk.goto(f"{ROUND}/field")
    cell = desk.locator(f"#field-{unit} td").nth(2)
    before = int(cell.inner_text())
    desk.evaluate("window.untouched = true")
    _answer(chromium, live_server, codes[0])
    desk.wait_for_function(
        "([unit, wanted]) => document.querySelectorAll(`#field-${unit} td`)[2].innerText == wanted",
        arg=[unit, str(before + 1)],
        timeout=20_000,
    )
    assert desk.evaluate("window.untouched"), "the page itself was never loaded again"


def test_figures_that_have_grown_old_are_called_so_until_fresh_ones_come(
    chromium: Any, live_server: str, desk: Any
) -> None:
    # A browser of its own: the console of this one may speak of what could not be loaded.
    state = desk.context.storage_state()
    other = chromium.new_context(base_url=live_server, storage_state=state)
    page = other.new_page()
    page.goto(f"{ROUND}/field")
    assert page.locator("#stale").is_hidden(), "control"
    cookies = other.cookies()
    other.clear_cookies()  # signed out elsewhere
    page.locator("#stale").wait_for(state="visible", timeout=20_000)
    other.add_cookies(cookies)
    page.locator("#stale").wait_for(state="hidden", timeout=40_000)
    other.close()


def test_without_scripts_a_link_loads_them(
    chromium: Any, live_server: str, demo: Demo, desk: Any
) -> None:
    state = desk.context.storage_state()
    plain = chromium.new_context(
        base_url=live_server, java_script_enabled=False, storage_state=state
    )
    page = plain.new_page()
    unit, codes = next(iter(demo.unused_codes.items()))
    page.goto(f"{ROUND}/field")
    before = int(page.locator(f"#field-{unit} td").nth(2).inner_text())
    _answer(chromium, live_server, codes[0])
    page.click("a.reload")
    assert int(page.locator(f"#field-{unit} td").nth(2).inner_text()) == before + 1
    plain.close()


def test_no_page_sticks_out_and_no_target_is_too_small(desk: Any) -> None:
    for address, language in itertools.product(PAGES, ("zh", "en")):
        desk.goto(f"{address}?lang={language}")
        for width in (360, 768, 1440):
            desk.set_viewport_size({"width": width, "height": 900})
            overflow = desk.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, (address, language, width, overflow)
        buttons = desk.locator("main button, main .button, main input[type=text], main select")
        boxes = [box for one in buttons.all() if (box := one.bounding_box())]
        assert all(box["height"] >= 44 for box in boxes), (address, boxes)
