"""The page with the standard report, on a phone and on a desk, light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.test_accessibility import AXE, RULES
from tests.browser.test_journey import sign_in
from tests.conftest import Demo


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
def test_the_page_has_no_barrier_and_fits(
    chromium: Any, live_server: str, demo: Demo, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        base_url=live_server,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page = context.new_page()
    sign_in(page, demo)
    page.goto(f"/staff/rounds/{demo.round}")
    page.get_by_role("link", name="各题统计").click()
    assert page.locator("h1").inner_text() == "各题统计"
    assert page.locator("#correlations").count() == 1
    page.evaluate(AXE)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert barriers(page) == ["image-alt"], "control: axe looks"
    context.close()


def barriers(page: Any) -> list[str]:
    found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    return [one["id"] for one in found["violations"]]
