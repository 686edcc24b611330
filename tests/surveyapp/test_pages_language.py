"""Both languages, always: each string of a page has Chinese, and the compiled words are current."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask

from tests.conftest import Demo
from tests.journeys import Staff

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "surveyapp" / "translations" / "zh_Hans" / "LC_MESSAGES"


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every string that pages and views use, as the extractor finds them now."""
    found = tmp_path_factory.mktemp("words") / "messages.pot"
    mapping = "surveyapp/translations/babel.cfg"
    subprocess.run(
        f"{sys.executable} -m babel.messages.frontend -q extract -F {mapping} "
        f"-k _l -k lazy_gettext -o {found} .".split(),
        check=True,
        cwd=ROOT,
    )
    return read_po(io.BytesIO(found.read_bytes()))


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    return read_po(io.BytesIO((WORDS / "messages.po").read_bytes()), locale="zh_Hans")


def test_every_string_has_chinese(used: Catalog, chinese: Catalog) -> None:
    missing = [m.id for m in used if m.id and not _translated(chinese, m.id)]
    assert missing == []
    assert len(used) > 100, "control: the extractor found the strings"


def _translated(catalog: Catalog, identifier: str | tuple[str, ...]) -> bool:
    message = catalog.get(identifier if isinstance(identifier, str) else identifier[0])
    if message is None or message.fuzzy:
        return False
    said = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(said)


def test_no_chinese_is_left_over(used: Catalog, chinese: Catalog) -> None:
    ids = {m.id for m in used}
    assert [m.id for m in chinese if m.id and m.id not in ids] == []


def test_placeholders_agree(chinese: Catalog) -> None:
    problems = [(m.id, str(error)) for m, errors in chinese.check() for error in errors]
    assert problems == []


def test_the_compiled_words_are_current(chinese: Catalog) -> None:
    compiled = read_mo(io.BytesIO((WORDS / "messages.mo").read_bytes()))
    assert _said(compiled) == _said(chinese)


def _said(catalog: Catalog) -> dict[str, list[str]]:
    """Message in the singular -> its Chinese forms."""
    return {
        str(m.id[0] if isinstance(m.id, tuple | list) else m.id): list(
            m.string if isinstance(m.string, tuple | list) else [m.string]
        )
        for m in catalog
        if m.id
    }


STAFF_PAGES = [
    "/staff",
    "/staff/organisation",
    "/staff/rounds/team-survey-2026",
    "/staff/library",
    "/staff/library/interview-outline-15",
    "/staff/guide",
]


@pytest.mark.parametrize("address", STAFF_PAGES)
def test_staff_pages_speak_the_language_asked_for(
    demo_app: Flask, demo: Demo, address: str
) -> None:
    staff = Staff(demo_app, demo.username, demo.password)
    chinese, english = (staff.see(f"{address}?lang={tag}") for tag in ("zh", "en"))
    assert _share_of_chinese(chinese.text) > 0.2
    assert _share_of_chinese(english.text) < 0.02, english.text[:300]


def test_the_language_chosen_stays(demo_app: Flask, demo: Demo) -> None:
    staff = Staff(demo_app, demo.username, demo.password)
    staff.see("/staff?lang=en")
    assert "Rounds" in staff.see("/staff/library").text
    staff.see("/staff?lang=zh")
    assert "调查轮次" in staff.see("/staff/library").text


def _share_of_chinese(text: str) -> float:
    return sum("\u4e00" <= mark <= "\u9fff" for mark in text) / len(text)
