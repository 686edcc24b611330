"""An interview on a tablet, in a real browser: typing, lost connections and sign-ins, two hands."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from surveyapp.accounts import sessions
from surveyapp.accounts.operations import find
from surveyapp.db import Database
from tests.browser.devices import device, kill
from tests.browser.test_accessibility import violations
from tests.conftest import Demo

TABLET = {"width": 768, "height": 1024}
VISIT = "/staff/visits/interviews-2026/team1/t01"
NOTE = "[name='t13.note']"
SAYS = """(word) =>
    document.getElementById("state").textContent ===
    document.getElementById("notes").dataset[word]"""

#: How many notes are kept on the device.
ON_THE_DEVICE = """() => new Promise((resolve) => {
    indexedDB.open("surveyapp-notes", 1).onsuccess = (opened) => {
        const store = opened.target.result.transaction("drafts").objectStore("drafts");
        store.count().onsuccess = (counted) => resolve(counted.target.result);
    };
})"""
#: Seconds within which what is typed is on the device.
SETTLED = 1.0


def sign_in(page: Any, demo: Demo, server: str = "") -> None:
    page.goto(f"{server}/staff/sign-in?lang=en")
    if page.locator("#username").count():
        page.fill("#username", demo.username)
        page.fill("#password", demo.password)
        page.click("main button")


def open_record(page: Any, server: str = "") -> None:
    """Open the record that is not closed yet: one of its eight tags is missing."""
    page.goto(f"{server}{VISIT}?lang=en")
    page.locator(".card", has_text="7 of 8").locator("a").click()
    page.locator(NOTE).wait_for()
    page.wait_for_load_state()


def state(page: Any, word: str) -> None:
    """Wait until the page says how things stand."""
    page.wait_for_function(SAYS, arg=word, timeout=20_000)


def saving(page: Any) -> Any:
    """Wait, at the end of the block, until the server has answered to a change."""
    return page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.url.endswith("/notes")
    )


def stored(page: Any, topic: str = "t13") -> str:
    """What another window of the same person finds on the server."""
    other = page.context.new_page()
    other.goto(page.url)
    found = str(other.input_value(f"[name='{topic}.note']"))
    other.close()
    return found


@pytest.fixture
def tablet(chromium: Any, live_server: str, demo: Demo) -> Iterator[Any]:
    """A member of the team, signed in; any script error fails the test."""
    context = chromium.new_context(viewport=TABLET, base_url=live_server, locale="en-GB")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    sign_in(page, demo)
    open_record(page)
    yield page
    context.close()
    assert troubles == []


def test_notes_are_kept_while_they_are_typed_and_the_bar_follows(tablet: Any) -> None:
    tablet.locator(NOTE).scroll_into_view_if_needed()
    assert tablet.locator(".coverage").bounding_box()["y"] == 0, "the bar stays in sight"
    assert "7 of 8 covered" in tablet.inner_text(".coverage")
    link = tablet.locator(".tag a")
    assert "Work-life balance" in link.inner_text()
    link.click()
    box = tablet.locator("#topic-t13").bounding_box()
    bar = tablet.locator(".coverage").bounding_box()
    assert box["y"] >= bar["height"], "the topic is not under the bar"
    tablet.locator(NOTE).press_sequentially("A quieter weekend duty")
    tablet.locator("[id='t13.minor']").check()
    tablet.wait_for_function(
        "() => document.querySelector('.covered').innerText.startsWith('8 of')"
    )
    assert stored(tablet) == "A quieter weekend duty"
    assert tablet.locator(".tag a").count() == 0


def test_minutes_without_a_connection_lose_nothing_and_send_once(tablet: Any) -> None:
    tablet.context.set_offline(True)
    tablet.locator(NOTE).fill("written in a valley")
    tablet.locator("[name='t14.note']").fill("without a signal")
    state(tablet, "offline")
    tablet.locator(NOTE).press_sequentially(", and more of it")
    tablet.context.set_offline(False)
    state(tablet, "saved")
    assert stored(tablet).replace("written in a valley", "", 1) in ("", ", and more of it")
    assert stored(tablet, "t14") == "without a signal"
    assert tablet.evaluate(ON_THE_DEVICE) == 0, "nothing stays on the device"


def test_a_lost_reply_is_no_second_change(tablet: Any) -> None:
    """The server stores it, the answer never comes, and meanwhile somebody goes on from it."""
    seen: list[str] = []

    def lose_the_first(route: Any) -> None:
        seen.append(route.request.post_data)
        if len(seen) > 1:
            route.continue_()
            return
        route.fetch()
        route.abort()

    tablet.route("**/notes", lose_the_first)
    tablet.locator(NOTE).fill("once")
    state(tablet, "offline")
    state(tablet, "saved")
    keys = [re.search(r"change=(\w+)", sent)[1] for sent in seen]  # type: ignore[index]
    assert len(keys) >= 2
    assert len(set(keys)) == 1
    assert stored(tablet) == "once"


def test_a_browser_that_is_killed_brings_the_text_back(
    chromium: Any, live_server: str, demo: Demo, tmp_path: Path
) -> None:
    text = "typed right before the battery died"
    with device(chromium, tmp_path) as (page, process):
        sign_in(page, demo, live_server)
        open_record(page, live_server)
        address = page.url
        page.context.set_offline(True)
        page.locator(NOTE).fill(text)
        page.wait_for_timeout(SETTLED * 1000)
        kill(process)
    with device(chromium, tmp_path) as (page, _):
        sign_in(page, demo, live_server)
        with saving(page):
            page.goto(address)
        state(page, "saved")
        assert page.input_value(NOTE) == text
        assert stored(page) == text
        page.reload()
        assert page.evaluate(ON_THE_DEVICE) == 0


def reload_slowly(page: Any) -> Any:
    """Load the page again and return its script's request, which is still to be let go."""
    waiting: list[Any] = []
    page.route("**/interview.js*", lambda route: waiting.append(route))
    page.reload(wait_until="commit")
    page.locator(NOTE).wait_for()
    while not waiting:
        page.wait_for_timeout(20)
    return waiting.pop()


def test_what_was_typed_before_the_script_came_is_sent(tablet: Any) -> None:
    script = reload_slowly(tablet)
    tablet.locator(NOTE).fill("a quick hand")
    with saving(tablet):
        script.continue_()
    state(tablet, "saved")
    assert stored(tablet) == "a quick hand"


def test_what_was_kept_and_what_was_chosen_since_come_together(tablet: Any) -> None:
    with saving(tablet):
        tablet.locator(NOTE).fill("on the server")
    state(tablet, "saved")
    tablet.route("**/notes", lambda route: route.abort())
    tablet.locator(NOTE).fill("on the device")
    tablet.wait_for_timeout(SETTLED * 1000)
    script = reload_slowly(tablet)
    assert tablet.input_value(NOTE) == "on the server"
    tablet.locator("[id='t13.minor']").check()
    tablet.unroute("**/notes")
    with saving(tablet):
        script.continue_()
    state(tablet, "saved")
    assert tablet.input_value(NOTE) == "on the device", "and not both, nor twice"
    assert tablet.locator("[id='t13.minor']").is_checked()
    assert stored(tablet) == "on the device"


def test_a_lost_sign_in_keeps_the_text_and_sends_it_afterwards(tablet: Any, demo: Demo) -> None:
    database = Database(demo.config.database_url)
    with database.transaction() as session:
        account = find(session, demo.username)
        assert account is not None
        sessions.end_sessions(session, account.id)
    database.dispose()
    tablet.locator(NOTE).fill("typed after the sign-in was over")
    state(tablet, "signedOut")
    other = tablet.context.new_page()
    sign_in(other, demo)
    state(tablet, "saved")
    assert stored(tablet) == "typed after the sign-in was over"


@pytest.mark.parametrize(
    ("how", "kept"),
    [("both", "Theirs\n\nMine"), ("mine", "Mine"), ("theirs", "Theirs")],
)
def test_two_hands_on_one_topic_see_both_texts(tablet: Any, how: str, kept: str) -> None:
    other = tablet.context.new_page()
    other.goto(tablet.url)
    with saving(other):
        other.locator(NOTE).fill("Theirs")
    state(other, "saved")
    tablet.locator(NOTE).fill("Mine")
    state(tablet, "conflict")
    assert tablet.inner_text("#topic-t13 .theirs") == "Theirs"
    assert tablet.input_value(NOTE) == "Mine"
    assert stored(tablet) in ("Theirs", "Mine")
    tablet.click(f"#topic-t13 [data-settle={how}]")
    state(tablet, "saved")
    assert tablet.locator("#topic-t13 .conflict").count() == 0
    other.reload()
    assert other.input_value(NOTE) == kept


def test_by_keyboard_alone_from_the_note_to_the_closed_record(tablet: Any) -> None:
    tablet.locator(NOTE).focus()
    tablet.keyboard.type("A fixed free weekend")
    for _ in range(2):
        tablet.keyboard.press("Tab")
    for topic in ("t13", "t14", "t15"):
        tablet.locator(f"[id='{topic}.none']").focus()
        tablet.keyboard.press("Space")
    read_back = tablet.get_by_role("button", name="Read back", exact=True)
    read_back.focus()
    tablet.keyboard.press("Enter")
    tablet.wait_for_url("**/read-back*")
    tablet.locator("#correction").focus()
    tablet.keyboard.press("Tab")
    tablet.keyboard.press("Enter")
    tablet.wait_for_selector(".receipt")
    tablet.locator("main a").last.focus()
    tablet.keyboard.press("Enter")
    tablet.wait_for_selector("#notes")
    close = tablet.locator("button[value=close]")
    close.focus()
    tablet.keyboard.press("Enter")
    tablet.wait_for_selector("h1 .badge")
    assert tablet.locator("textarea").count() == 0


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_focus_goes_where_one_is_led(tablet: Any) -> None:
    tablet.locator(".tag a").click()
    assert focused(tablet) == "topic-t13"
    tablet.locator("button[value=close]").click()
    tablet.wait_for_selector("#problems")
    assert focused(tablet) == "problems"
    assert tablet.title().startswith("Error:")
    told = tablet.locator("#problems li").all_inner_texts()
    numbers = [int(line.split(".")[0]) for line in told]
    assert numbers == sorted(numbers)
    assert any("coding is missing" in line for line in told)
    tablet.locator("#problems a").first.click()
    assert focused(tablet).startswith("t13.")


def addresses(tablet: Any) -> list[str]:
    """Every page about interviews."""
    record = tablet.url.split("?")[0]
    tablet.goto(VISIT)
    closed = tablet.locator(".card a").first.get_attribute("href")
    of = "/staff/rounds/interviews-2026"
    return [VISIT, record, f"{record}/read-back", closed, f"{of}/interviews", f"{of}/concerns"]


def test_axe_finds_nothing(tablet: Any) -> None:
    pages = addresses(tablet)
    for address, language, scheme in itertools.product(pages, ("zh", "en"), ("light", "dark")):
        tablet.emulate_media(color_scheme=scheme)
        tablet.goto(f"{address}?lang={language}")
        assert violations(tablet) == [], (address, language, scheme)
    tablet.evaluate("() => document.documentElement.removeAttribute('lang')")
    assert violations(tablet), "control"


def test_pages_fit_and_targets_are_large_enough(tablet: Any) -> None:
    for address, language in itertools.product(addresses(tablet), ("zh", "en")):
        tablet.goto(f"{address}?lang={language}")
        for width in (360, 768, 1440):
            tablet.set_viewport_size({"width": width, "height": 900})
            overflow = tablet.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, (address, language, width, overflow)
        low = tablet.evaluate(
            "[...document.querySelectorAll('main :is(button, .button, .tag a, .target, .option)')]"
            ".filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44)"
            ".map((e) => e.outerHTML)"
        )
        assert low == [], json.dumps(low)
