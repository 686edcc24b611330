"""What is typed outlives the browser: offered, kept apart, and wiped once it has been sent."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from surveyapp import db
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.respond.models import Response
from tests.browser.devices import device, kill
from tests.browser.forms import fielded
from tests.surveyapp.fielding import Hall

LINES = 12
DEFINITION = """
id: notes
title: {zh: 记事, en: Notes}
sections:
  - id: main
    title: {zh: 记事, en: Notes}
    items:
      - {id: agree, kind: yes_no, label: {zh: 同意, en: Agree}}
""" + "".join(
    f"      - {{id: l{n}, kind: short_text, label: {{zh: 第{n}行, en: Line {n}}}}}\n"
    for n in range(LINES)
)
#: Chromium hands a write to its storage within this time.
SETTLED = 1.0


@dataclass
class Notes:
    """A server with a form, opened by any number of slips."""

    server: str
    hall: Hall

    def form(self) -> str:
        """The address of a form that nobody has opened yet."""
        return f"{self.server}/s/{self.hall.codes.pop()}?lang=en"

    def stored(self) -> int:
        """How many responses there are."""
        with self.hall.database.session() as session:
            return session.scalar(select(func.count()).select_from(Response)) or 0


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notes]:
    config = Config(data=tmp_path_factory.mktemp("notes"))
    made = Database(config.database_url)
    db.upgrade(made.engine)
    with fielded(config, made, DEFINITION, units={"canteen": 40}) as (server, hall):
        yield Notes(server, hall)
    made.dispose()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(locale="en-GB")
    yield context
    context.close()


def typed(page: Any) -> list[str]:
    return [page.input_value(f"[name=l{n}]") for n in range(LINES)]


def offer(page: Any) -> Any:
    return page.locator(".draft")


def settle(page: Any) -> None:
    page.wait_for_timeout(SETTLED * 1000)


def test_a_killed_browser_loses_one_field_at_most(
    notes: Notes, chromium: Any, tmp_path: Path
) -> None:
    rng = random.Random(5)  # noqa: S311 - cases are to be made again
    for turn in range(4):
        profile = tmp_path / f"profile{turn}"
        address = notes.form()
        done = rng.randrange(1, LINES)
        with device(chromium, profile) as (page, process):
            page.goto(address)
            for n in range(done):
                page.fill(f"[name=l{n}]", f"line {n}")
                page.keyboard.press("Tab")
                page.wait_for_timeout(rng.random() * 300)
            kill(process)
        with device(chromium, profile) as (page, _):
            page.goto(address)
            offer(page).wait_for()
            assert typed(page) == [""] * LINES, "nothing is put in before it is asked for"
            page.click(".draft button:nth-of-type(1)")
            found = typed(page)
        lost = [n for n in range(done) if found[n] != f"line {n}"]
        assert lost in ([], [done - 1]), (done, found)
        assert found[done:] == [""] * (LINES - done)


def test_what_was_kept_is_sent_under_its_own_key(notes: Notes, browser: Any) -> None:
    before = notes.stored()
    address = notes.form()
    page = browser.new_page()
    page.goto(address)
    key = page.input_value("[name=_key]")
    page.fill("[name=l0]", "first")
    page.check("[name=agree][value=yes]")
    settle(page)
    page.close()
    page = browser.new_page()
    page.goto(address)
    assert page.input_value("[name=_key]") != key
    offer(page).locator("button").first.click()
    assert page.input_value("[name=_key]") == key, "so a lost reply does no harm"
    assert page.is_checked("[name=agree][value=yes]")
    page.click(".send button[value=send]")
    page.wait_for_selector("#receipt")
    assert notes.stored() == before + 1
    assert kept(page) == [], "the device is wiped after the receipt"


def kept(page: Any) -> list[Any]:
    """The drafts in the browser's storage."""
    found: list[Any] = page.evaluate(
        """() => new Promise((resolve, reject) => {
          const asked = indexedDB.open('surveyapp', 1);
          asked.onerror = reject;
          asked.onupgradeneeded = () => asked.result.createObjectStore('drafts', {keyPath: 'key'});
          asked.onsuccess = () => {
            const all = asked.result.transaction('drafts').objectStore('drafts').getAll();
            all.onsuccess = () => resolve(all.result);
          };
        })"""
    )
    return found


def test_starting_afresh_forgets(notes: Notes, browser: Any) -> None:
    address = notes.form()
    page = browser.new_page()
    page.goto(address)
    page.fill("[name=l0]", "secret")
    settle(page)
    page.close()
    page = browser.new_page()
    page.goto(address)
    offer(page).locator("button").nth(1).click()
    assert typed(page)[0] == ""
    page.wait_for_timeout(200)
    assert kept(page) == []
    page.reload()
    settle(page)
    assert offer(page).count() == 0


def test_two_tabs_and_two_forms_do_not_mix(notes: Notes, browser: Any) -> None:
    one, two = notes.form(), notes.form()
    first, second, other = (browser.new_page() for _ in range(3))
    first.goto(one)
    first.fill("[name=l0]", "first tab")
    settle(first)
    second.goto(one)
    other.goto(two)
    settle(second)
    assert offer(second).count() == 0, "the first tab is still open: its draft is not on offer"
    assert offer(other).count() == 0, "another form's draft never is"
    second.fill("[name=l0]", "second tab")
    settle(second)
    drafts = {dict(map(tuple, one["fields"]))["l0"] for one in kept(other)}
    assert drafts == {"first tab", "second tab"}


def test_a_draft_of_another_version_is_not_offered(notes: Notes, browser: Any) -> None:
    address = notes.form()
    page = browser.new_page()
    page.goto(address)
    page.fill("[name=l0]", "old")
    settle(page)
    page.close()
    page = browser.new_page()
    page.route(
        "**/s/*",
        lambda route: route.fulfill(
            response=(got := route.fetch()),
            body=got.text().replace('"version":"', '"version":"other'),
        ),
    )
    page.goto(address)
    settle(page)
    assert offer(page).count() == 0


def test_the_device_can_be_cleared(notes: Notes, browser: Any) -> None:
    page = browser.new_page()
    page.goto(notes.form())
    page.fill("[name=l0]", "mine")
    settle(page)
    assert len(kept(page)) == 1
    page.click(".device button")
    page.fill("[name=l1]", "more")
    settle(page)
    assert kept(page) == []
    assert "Nothing of this form is kept" in page.inner_text(".device")


def test_without_storage_the_form_works_and_says_so(notes: Notes, browser: Any) -> None:
    page = browser.new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', {get() { throw new Error('no'); }})"
    )
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(notes.form())
    page.fill("[name=l0]", "mine")
    settle(page)
    assert "keeps no draft" in page.inner_text(".device")
    page.click(".send button[value=send]")
    page.wait_for_selector("#receipt")
    assert troubles == []


def test_a_kiosk_keeps_nothing(notes: Notes, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{notes.form()}&kiosk={notes.hall.round.slug}")
    page.fill("[name=l0]", "mine")
    settle(page)
    assert kept(page) == []
    assert page.inner_text(".device") == ""


def test_a_double_click_sends_once(notes: Notes, browser: Any) -> None:
    before = notes.stored()
    page = browser.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else 0)
    page.goto(notes.form())
    page.fill("[name=l0]", "once")
    page.dblclick(".send button[value=send]")
    page.wait_for_selector("#receipt")
    assert len(sent) == 1
    assert notes.stored() == before + 1


def test_a_lost_connection_keeps_the_page_and_a_second_press_sends(
    notes: Notes, browser: Any
) -> None:
    before = notes.stored()
    page = browser.new_page()
    page.goto(notes.form())
    page.fill("[name=l0]", "in the valley")
    browser.set_offline(True)
    page.click(".send button[value=send]")
    page.wait_for_selector("text=could not be sent just now")
    assert page.input_value("[name=l0]") == "in the valley"
    browser.set_offline(False)
    page.click(".send button[value=send]")
    page.wait_for_selector("#receipt")
    assert notes.stored() == before + 1


def test_a_reply_that_was_lost_is_fetched_by_a_second_press(notes: Notes, browser: Any) -> None:
    before = notes.stored()
    page = browser.new_page()
    page.goto(notes.form())
    page.fill("[name=l0]", "stored before the reply was lost")

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/s/*", lose)
    page.click(".send button[value=send]")
    page.wait_for_selector("text=could not be sent just now")
    page.unroute("**/s/*")
    page.click(".send button[value=send]")
    page.wait_for_selector("#receipt")
    assert notes.stored() == before + 1


def test_a_mistake_found_by_the_server_is_shown_on_top(notes: Notes, browser: Any) -> None:
    page = browser.new_page()
    page.goto(notes.form())
    page.click(".send button[value=send]")
    page.wait_for_selector("#problems")
    assert page.evaluate("document.activeElement.id") == "problems"
    page.fill("[name=l0]", "now there is an answer")
    page.click(".send button[value=send]")
    page.wait_for_selector("#receipt")
