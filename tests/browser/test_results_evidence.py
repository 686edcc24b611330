"""The negative list on the results page: what is known of an entry stands in sight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from analysis.figures import Tier
from analysis.telling import told
from analysis.words import Words
from surveyapp.db import Database
from surveyapp.fieldwork.operations import find_round
from surveyapp.results import operations as results
from tests.browser.test_accessibility import AXE, RULES
from tests.browser.test_journey import sign_in
from tests.conftest import Demo

#: Whether a text lies within the window from left to right, wherever its table was moved to.
IN_SIGHT = """row => {
  const box = row.querySelector('div').getBoundingClientRect();
  return box.left >= 0 && box.right <= document.documentElement.clientWidth;
}"""


@pytest.fixture
def page(chromium: Any, live_server: str, demo: Demo) -> Iterator[Any]:
    context = chromium.new_context(base_url=live_server)
    opened = context.new_page()
    sign_in(opened, demo)
    yield opened
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_entry_says_how_sure_it_is(page: Any, demo: Demo, language: str) -> None:
    database = Database(demo.config.database_url)
    with database.session() as reading:
        release = results.release(reading, find_round(reading, demo.round), date.today())
    database.dispose()
    words = Words(language)
    page.goto(f"/staff/rounds/{demo.round}?lang={language}")
    lists = (*release.negative_list, *release.watched)
    expected = [told(entry.evidence, words) for one in lists for entry in one.entries]
    assert page.locator(".told div").all_inner_texts() == expected
    badges = page.locator(".entries tbody tr:not(.told) td:last-child").all_inner_texts()
    assert [badge.strip() for badge in badges] == [
        words(f"tier_{entry.evidence.tier.value}") for one in lists for entry in one.entries
    ]
    assert release.assessment is not None
    counts = page.locator("#how-sure ~ dl dt b").all_inner_texts()
    assert counts == [f"{getattr(release.assessment, tier.value):,}" for tier in Tier]
    assert release.assessment.confirmed > 0, "the demonstration has one of each"


def test_it_stays_in_sight_on_any_screen(page: Any, demo: Demo) -> None:
    """Also when the table, wider than a phone, is moved sideways."""
    page.goto(f"/staff/rounds/{demo.round}?lang=en")
    frame = page.locator(".unit-list .table-frame").first
    for width, moved in ((360, 0), (360, 120), (1440, 0)):
        page.set_viewport_size({"width": width, "height": 800})
        frame.evaluate("(frame, by) => { frame.scrollLeft = by; }", moved)
        rows = frame.locator(".told").all()
        assert rows
        assert all(row.evaluate(IN_SIGHT) for row in rows), (width, moved)
        whole = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert whole, "the page itself never moves sideways"
    page.set_viewport_size({"width": 360, "height": 800})
    row = frame.locator(".told").first
    row.locator("div").evaluate("text => { text.style.maxWidth = 'initial'; }")
    assert not row.evaluate(IN_SIGHT), "control: as wide as the table, it runs out of sight"


def test_axe_finds_nothing_on_the_results_page(page: Any, demo: Demo) -> None:
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"/staff/rounds/{demo.round}?lang=zh")
        page.evaluate(AXE)
        found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
        assert len(found["passes"]) > 5, "axe has looked at something"
        faults = [(one["id"], [n["target"] for n in one["nodes"]]) for one in found["violations"]]
        assert faults == [], width
