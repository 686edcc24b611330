"""An import on a phone without JavaScript, and pages that fit every screen."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Demo
from tests.surveyapp.organisations import workbook

HOME = "/staff/organisation"
PATHS = ("", "/units/t01", "/people", "/people/p01", "/teams", "/import", "/units/t01/edit")


@pytest.fixture
def page(chromium: Any, live_server: str, demo: Demo) -> Any:
    """Staff on a phone, signed in to the demonstration county."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, base_url=live_server
    )
    opened = context.new_page()
    opened.goto("/staff/sign-in?lang=zh")
    opened.fill("#username", demo.username)
    opened.fill("#password", demo.password)
    opened.click("main button")
    opened.goto(f"{HOME}?lang=zh")
    yield opened
    context.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A new village below a township, and another name for the township."""
    path = tmp_path / "机构.xlsx"
    rows = "单位编码 | 上级单位编码 | 级别 | 中文名称\nv1 | t01 | 村 | 一村\nt01 | | | 新镇"
    path.write_bytes(workbook(units=rows))
    return path


def test_a_file_is_looked_at_and_then_written(page: Any, file: Path) -> None:
    page.click("text=导入和导出")
    page.set_input_files("#files", file)
    page.click("text=查看会有哪些变化")
    assert "一村" in page.inner_text(".changes")
    page.locator("table a").nth(1).click()
    page.click(".changes summary")
    assert page.inner_text(".changes del") == "云岫镇"
    page.click("text=写入这些变化")
    assert "新镇" in page.inner_text(".tree")
    page.goto(f"{HOME}/units/v1")
    assert "新镇" in page.inner_text(".crumbs")


def test_the_tree_opens_and_closes_by_itself(page: Any) -> None:
    inner = page.locator(".tree details ul").first
    assert inner.is_visible()
    page.locator(".tree summary .count").first.click()
    assert not inner.is_visible()


def test_pages_fit_and_what_is_pressed_is_large_enough(page: Any, file: Path) -> None:
    page.goto(f"{HOME}/import")
    page.set_input_files("#files", file)
    page.click("main form button")
    addresses = (page.url, *(HOME + path for path in PATHS))
    for address, language in itertools.product(addresses, ("zh", "en")):
        page.goto(f"{address}?lang={language}")
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.locator("main").bounding_box()["width"] <= width, (address, width)
        low = [
            box["height"]
            for one in page.locator("main :is(button, .button, .tree a, .rows a, input)").all()
            if (box := one.bounding_box()) and one.get_attribute("type") != "checkbox"
        ]
        assert min(low, default=44) >= 44, (address, low)
