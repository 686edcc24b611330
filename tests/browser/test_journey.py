"""The main job in a real browser: a phone without JavaScript answers, the staff see it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest

from questionnaires import library
from tests.conftest import Demo

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def phone(chromium: Any, live_server: str) -> Iterator[Any]:
    """An old phone: 360 px wide, Chinese, no JavaScript."""
    context = chromium.new_context(
        viewport=PHONE, locale="zh-CN", java_script_enabled=False, base_url=live_server
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(chromium: Any, live_server: str) -> Iterator[Any]:
    """A desk computer that fails the test on any script error or blocked content."""
    context = chromium.new_context(viewport=DESK, locale="zh-CN", base_url=live_server)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def printed(demo: Demo) -> tuple[str, str]:
    """(unit, code): a slip of paper that nobody has used yet."""
    unit = next(iter(demo.unused_codes))
    return unit, demo.unused_codes[unit][0]


def sign_in(page: Any, demo: Demo) -> None:
    page.goto("/staff")
    page.fill("#username", demo.username)
    page.fill("#password", demo.password)
    page.click("main button")


def returned(page: Any, demo: Demo, unit: str) -> int:
    """What the results page shows as returned for a unit."""
    page.goto(f"/staff/rounds/{demo.round}")
    return int(page.inner_text(f"#unit-{unit} td:nth-of-type(2)"))


def test_from_the_printed_link_to_the_report(
    phone: Any, desk: Any, demo: Demo, printed: tuple[str, str]
) -> None:
    unit, code = printed
    sign_in(desk, demo)
    before = returned(desk, demo, unit)

    # The respondent opens the link on a phone and fills in 19 items, forgetting one.
    phone.goto(f"/s/{code}")
    assert phone.locator("html").get_attribute("lang") == "zh-Hans"
    items = phone.locator(".item")
    assert items.count() == 19
    for number in range(1, 18):
        if number != 7:
            phone.locator(f"[name=q{number:02}]").nth(1).check()
    phone.fill("[name=q18]", "公共厕所长期没有人打扫，希望有人管。")
    phone.click(".send button")

    # The mistake is named on top and linked; everything typed is still there.
    summary = phone.locator("#problems")
    assert "有 1 处需要修改" in summary.inner_text()
    link = summary.locator("a")
    assert link.inner_text() == "第 7 题：请选择一项。"
    link.click()
    assert phone.url.endswith("#q07")
    assert phone.input_value("[name=q18]") == "公共厕所长期没有人打扫，希望有人管。"
    assert phone.locator("[name=q01]").nth(1).is_checked()

    # It is mended, sent, and answered with a receipt.
    phone.locator("[name=q07]").nth(2).check()
    phone.click(".send button")
    assert "答卷已收到" in phone.inner_text("h1")
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", phone.inner_text("#receipt"))

    # The staff see the unit's number move and download the report.
    assert returned(desk, demo, unit) == before + 1
    with desk.expect_download() as download:
        # A click would open the browser's own viewer: take the file as a program would.
        desk.evaluate(
            "link => { const a = document.createElement('a'); a.href = link; a.download = 'r.pdf';"
            "document.body.append(a); a.click(); }",
            f"/staff/rounds/{demo.round}/report.pdf?lang=zh",
        )
    document = pypdfium2.PdfDocument(download.value.path())
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "负面清单" in text
    assert "演示数据" in text


def test_the_slip_used_twice_says_so(phone: Any, printed: tuple[str, str]) -> None:
    phone.goto(f"/s/{printed[1]}")
    for number in range(1, 18):
        phone.locator(f"[name=q{number:02}]").first.check()
    phone.click(".send button")
    assert phone.locator("#receipt").count() == 1
    phone.goto(f"/s/{printed[1]}")
    assert "这个编码已经用过" in phone.inner_text("h1")
    assert phone.locator("#answers").count() == 0


def test_no_page_sticks_out_at_the_side(
    chromium: Any, live_server: str, demo: Demo, printed: tuple[str, str]
) -> None:
    context = chromium.new_context(base_url=live_server)
    page = context.new_page()
    sign_in(page, demo)
    addresses = (
        f"/s/{printed[1]}",
        "/",
        "/staff",
        "/staff/organisation",
        f"/staff/rounds/{demo.round}",
        "/staff/library",
        *(f"/staff/library/{name}" for name in library.names()),
    )
    for address, language in itertools.product(addresses, ("zh", "en")):
        page.goto(f"{address}?lang={language}")
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, (address, language, width, overflow)
    context.close()


def test_targets_are_large_enough_for_a_thumb(phone: Any, printed: tuple[str, str]) -> None:
    phone.goto(f"/s/{printed[1]}")
    boxes = [option.bounding_box() for option in phone.locator(".option, .send button").all()]
    assert len(boxes) > 80
    assert min(box["height"] for box in boxes) >= 44


def test_keyboard_alone_answers_an_item(
    chromium: Any, live_server: str, printed: tuple[str, str]
) -> None:
    context = chromium.new_context(viewport=DESK, base_url=live_server)
    page = context.new_page()
    page.goto(f"/s/{printed[1]}?lang=en")
    page.focus("[name=q01]")
    page.keyboard.press("ArrowDown")
    assert page.locator("[name=q01]").nth(1).is_checked()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q02"
    context.close()
