"""A questionnaire in Arabic on a phone: mirrored, nothing sticks out, our own words are marked."""

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

PHONE = {"width": 360, "height": 740}
DEFINITION = """
id: market
title: {ar: استبيان عن سوق القرية, zh: 集市调查, en: The village market}
languages: [ar, zh, en]
intro: {ar: إجاباتك تساعدنا على تحسين السوق., zh: 您的回答用于改进集市。, en: Help us.}
scales:
  mark:
    - {value: 3, label: {ar: جيد جدا, zh: 很好, en: Very good}}
    - {value: 2, label: {ar: مقبول, zh: 一般, en: Fair}}
    - {value: 1, negative: true, label: {ar: سيئ, zh: 差, en: Poor}}
    - {value: dk, missing: true, label: {ar: لا أعرف, zh: 不了解, en: Don't know}}
sections:
  - id: main
    title: {ar: السوق, zh: 集市, en: The market}
    items:
      - id: q1
        kind: scale
        scale: mark
        required: true
        label: {ar: كيف تقيم نظافة السوق؟, zh: 卫生如何？, en: How clean is it?}
      - id: q2
        kind: single_choice
        label: {ar: كيف تصل إلى السوق؟, zh: 怎样去？, en: How do you get there?}
        options:
          - {value: foot, label: {ar: سيرا على الأقدام, zh: 步行, en: On foot}}
          - {value: bus, label: {ar: بالحافلة 12 (Line A), zh: 公交, en: By bus}}
          - {value: o, text: true, label: {ar: طريقة أخرى, zh: 其他, en: Other}}
      - id: q3
        kind: decimal
        max: 1000.5
        unit: {ar: كم, zh: 公里, en: km}
        label: {ar: كم تبعد السوق عن بيتك؟, zh: 多远？, en: How far is it?}
      - {id: q4, kind: long_text, label: {ar: ماذا تقترح؟, zh: 建议, en: Suggestions}}
"""


@pytest.fixture
def address(config: Config, database: Database) -> Iterator[str]:
    """Where a respondent finds the form."""
    now = datetime.now(UTC)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    hall = Hall(
        database,
        {"canteen": 5},
        definition=DEFINITION,
        opens_at=day,
        closes_at=day + timedelta(days=8),
        at=clock.moment(now, "UTC"),
    )
    with serving(config) as (server, _):
        yield f"{server}/s/{hall.codes[0]}"


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport=PHONE, locale="ar", java_script_enabled=True)
    yield context.new_page()
    context.close()


def side(page: Any, selector: str) -> str:
    """Which side of the screen an element leans to."""
    box = page.locator(selector).first.bounding_box()
    return "right" if box["x"] + box["width"] / 2 > PHONE["width"] / 2 else "left"


def test_the_form_is_mirrored_and_fits(phone: Any, address: str) -> None:
    phone.goto(address)
    html = phone.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert phone.evaluate("document.documentElement.scrollLeft") == 0
    assert side(phone, ".question .number") == "right"
    assert side(phone, ".option input") == "right"
    assert phone.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    border = "getComputedStyle(document.querySelector('.promise'))"
    assert phone.evaluate(f"parseFloat({border}.borderRightWidth)") == 4
    assert phone.evaluate(f"parseFloat({border}.borderLeftWidth)") == 0


def test_our_own_words_are_marked_as_english(phone: Any, address: str) -> None:
    phone.goto(address)
    send = phone.locator(".send button").first
    assert send.inner_text() == "Send my answers"
    assert (send.get_attribute("lang"), send.get_attribute("dir")) == ("en", "ltr")
    note = phone.locator(".send .note")
    assert note.get_attribute("dir") == "ltr"
    aligned = "getComputedStyle(document.querySelector('.send .note')).textAlign"
    assert phone.evaluate(aligned) == "right", "it stands where the texts stand"


def test_a_mistake_is_told_and_the_language_can_be_changed(phone: Any, address: str) -> None:
    phone.goto(address)
    phone.fill("[name=q3]", "2000")
    phone.click(".send button")
    assert phone.locator("html").get_attribute("dir") == "rtl"
    assert "Enter 1,000.5 or less." in phone.inner_text("#problems")
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    buttons = phone.locator(".tools button")
    assert buttons.all_inner_texts() == ["中文", "English"]
    buttons.first.click()
    html = phone.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("zh-Hans", "ltr")
    assert side(phone, ".question .number") == "left", "control: Chinese is not mirrored"
    assert "العربية" in phone.locator(".tools button").all_inner_texts()
    assert phone.input_value("[name=q3]") == "2000"


def test_an_answer_in_arabic_is_sent(phone: Any, address: str) -> None:
    phone.goto(address)
    phone.locator("[name=q1]").first.check()
    phone.fill("[name=q4]", "نظافة أفضل")
    phone.click(".send button")
    phone.wait_for_selector("#receipt")
    html = phone.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("en", "ltr")
