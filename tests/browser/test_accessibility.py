"""Every page that a respondent sees is for everybody: checked by axe, by keyboard and by measure."""

# ruff: noqa: E501 - scripts are easier to read in long lines

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pytest

from questionnaires.examples import kinds_text
from surveyapp import db
from surveyapp.config import Config
from surveyapp.db import Database
from tests.browser.forms import fielded
from tests.browser.test_right_to_left import DEFINITION as ARABIC
from tests.surveyapp.fielding import DEFINITION, Hall

#: The rules of WCAG 2.0, 2.1 and 2.2 at levels A and AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
PAGES = ("one", "sections", "items")


@dataclass
class Place:
    """A server with rounds: every kind of item in each page mode."""

    server: str
    hall: Hall

    def form(self, language: str) -> str:
        """The address of a form that nobody has opened yet."""
        return f"{self.server}/s/{self.hall.codes.pop()}?lang={language}"


def serve(folder: Any, definition: str, **given: Any) -> Iterator[Place]:
    config = Config(data=folder)
    made = Database(config.database_url)
    db.upgrade(made.engine)
    with fielded(config, made, definition, **{"units": {"canteen": 40}, **given}) as (server, hall):
        yield Place(server, hall)
    made.dispose()


@pytest.fixture(scope="module", params=PAGES)
def place(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp(request.param)
    yield from serve(
        folder,
        kinds_text(),
        pages=request.param,
        editable=True,
        drafts=True,
        languages=("zh", "en"),
    )


@pytest.fixture(scope="module")
def square(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A form behind an open link, where people say themselves to which unit they belong."""
    yield from serve(
        tmp_path_factory.mktemp("square"),
        DEFINITION,
        mode="open_link",
        units={"north": 9, "south": 9},
        min_group=5,
    )


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A form in Arabic."""
    yield from serve(tmp_path_factory.mktemp("market"), ARABIC)


@pytest.fixture(params=["light", "dark"])
def page(request: Any, chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(
        color_scheme=request.param, viewport={"width": 1280, "height": 900}, bypass_csp=True
    )
    yield context.new_page()
    context.close()


def violations(page: Any) -> list[str]:
    """What axe finds on a page: rule and place."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    assert len(found["passes"]) > 5, "axe has looked at something"
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def fine(page: Any) -> None:
    assert violations(page) == [], page.url


def press(page: Any, action: str) -> None:
    """Press the visible button of that action and wait for the next page."""
    page.evaluate("document.documentElement.dataset.before = 'yes'")
    page.click(f"button[value='{action}']:not(.visually-hidden)")
    page.wait_for_function(
        "document.body && !document.documentElement.dataset.before && document.readyState == 'complete'"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_the_way_through_a_form(
    place: Place, page: Any, language: str
) -> None:
    page.goto(place.form(language))
    fine(page)
    steps = 0
    while page.locator("button[value=next]:not(.visually-hidden)").count() and steps < 60:
        if page.locator("[type=radio][name=k_scale]").count():
            press(page, "next")
            fine(page)  # an item that must be answered was left blank
        fill_required(page)
        press(page, "next")
        steps += 1
        if steps % 8 == 1:
            fine(page)
    if not steps:
        press(page, "send")
        fine(page)  # the error summary
        fill_required(page)
    fine(page)  # the last page, or the one on which answers are looked over
    press(page, "send")
    page.wait_for_selector("#receipt")
    fine(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_beside_the_way(place: Place, page: Any, language: str) -> None:
    """On paper, saved for later and taken up again, sent and changed, and sent twice."""
    form = place.form(language)
    page.goto(form)
    with page.expect_popup() as printed:
        page.click("button[value=print]")
    printed.value.wait_for_load_state()
    fine(printed.value)
    printed.value.close()
    press(page, "save")  # at once: printing did not count as sending
    assert page.locator("#draft").count() == 1
    fine(page)
    page.click("#resume")
    page.wait_for_selector("[name=_version]", state="attached")
    fine(page)
    page.goto(f"{place.server}/continue?lang={language}")
    fine(page)
    secret = sent(page, place.form(language))
    page.goto(f"{place.server}/change?lang={language}")
    page.fill("[name=_key]", secret)
    page.click("main button[type=submit]")
    page.wait_for_selector("[name=_version]", state="attached")
    fine(page)


def sent(page: Any, form: str) -> str:
    """Answer what must be answered, send it, and return the code to change it with."""
    page.goto(form)
    while page.locator("button[value=send]:not(.visually-hidden)").count() == 0:
        fill_required(page)
        press(page, "next")
    fill_required(page)
    press(page, "send")
    page.wait_for_selector("#receipt")
    return str(page.locator("#secret").text_content())


def fill_required(page: Any) -> None:
    """Answer the items of this page that must be answered."""
    if page.locator("[type=radio][name=k_scale]").count():
        page.locator("[type=radio][name=k_scale]").nth(1).check()
    if page.locator("[type=checkbox][name=k_consent]").count():
        page.locator("[type=checkbox][name=k_consent]").check()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_behind_an_open_link(square: Place, page: Any, language: str) -> None:
    address = f"{square.server}/open/{square.hall.round.slug}?lang={language}"
    page.goto(address)
    fine(page)
    page.click("main a >> nth=0")
    page.wait_for_selector("[name=taste]", state="attached")
    fine(page)
    page.goto(f"{square.server}/kiosk/{square.hall.round.slug}?lang={language}")
    fine(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_around_the_form(place: Place, page: Any, language: str) -> None:
    form = place.form(language)
    for address in (
        f"{place.server}/?lang={language}",
        f"{place.server}/change?lang={language}",
        f"{place.server}/s/XXXX-XXXX-XXXX?lang={language}",
        f"{place.server}/kiosk/{place.hall.round.slug}?lang={language}",
        f"{form}&kiosk={place.hall.round.slug}",
        f"{place.server}/nothing-here?lang={language}",
    ):
        page.goto(address)
        fine(page)


def test_axe_finds_nothing_in_arabic(market: Place, page: Any) -> None:
    page.goto(market.form("ar"))
    fine(page)


def test_axe_finds_a_planted_fault(place: Place, page: Any) -> None:
    page.goto(place.form("en"))
    page.evaluate("document.querySelector('#main').insertAdjacentHTML('beforeend', '<input>')")
    assert any(one.startswith("label") for one in violations(page))


def test_every_target_is_large_enough(place: Place, page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(place.form("zh"))
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, select, textarea, summary, label.option, input')]
        .filter(one => one.offsetParent && !one.closest('.visually-hidden, .skip')
          && !['hidden', 'radio', 'checkbox'].includes(one.type)
          && !(one.tagName == 'A' && getComputedStyle(one).display == 'inline'))
        .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
        .filter(([, box]) => box.height && (box.height < 44 || box.width < 44)).map(([html]) => html)"""
    )
    assert small == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_at_400_percent_nothing_scrolls_sideways(place: Place, page: Any, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 x 1024 at 400 %
    page.goto(place.form(language))
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_forced_colours_and_calm_motion(place: Place, chromium: Any) -> None:
    context = chromium.new_context(forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    page.goto(place.form("en"))
    page.keyboard.press("Tab")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) != "none", "the focus can be seen"
    moving = "document.getAnimations().filter(one => one.playState == 'running').length"
    assert page.evaluate(moving) == 0
    context.close()


def test_the_keyboard_alone_answers_and_sends(place: Place, chromium: Any) -> None:
    """Tab, the arrows, space and Enter: nothing is clicked, and the focus is always seen."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(place.form("en"))
    chosen: set[str] = set()
    for _ in range(900):
        if page.locator("#receipt").count():
            break
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one.closest('.option') || one);
            return {name: one.name || '', type: one.type || '', value: one.value || '', text: one.tagName,
              seen: one == document.body || style.outlineStyle != 'none'}; }"""
        )
        assert here["seen"], here
        if here["type"] in ("radio", "checkbox") and here["name"] in ("k_scale", "k_consent"):
            page.keyboard.press("Space")
            chosen.add(here["name"])
        elif here["type"] == "submit" and here["value"] in ("next", "send"):
            page.evaluate("document.documentElement.dataset.before = 'yes'")
            page.keyboard.press("Enter")
            page.wait_for_function(
                "document.body && !document.documentElement.dataset.before && document.readyState == 'complete'"
            )
    assert page.locator("#receipt").count() == 1
    assert chosen == {"k_scale", "k_consent"}
    context.close()
