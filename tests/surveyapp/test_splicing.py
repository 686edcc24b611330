"""Pages with gaps: whatever is put in, the browser unpacks the page with it in its place."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import pytest
from flask import Flask
from markupsafe import escape

from surveyapp.splicing import Shelf, Spliced

GAPS = {"key": "a1b2c3", "unit": "d4e5f6"}
PAGES = {
    "two gaps": "<p>{key}</p><b>{unit}</b> and more",
    "one gap twice": "{key}<p>您好 {key}",
    "gaps side by side": "before{key}{unit}after",
    "a gap at each end": "{unit} between {key}",
    "no gap": "<p>nothing",
}
WORDS = {
    "plain": {"key": "A1B2-C3", "unit": "Hill"},
    "to be escaped": {"key": '"><script>', "unit": "A & B's"},
    "Chinese": {"key": "x", "unit": "水务所"},
    "nothing": {"key": "", "unit": ""},
    "long": {"key": "k" * 60_000, "unit": "y"},
}


def shown(app: Flask, sheet: Spliced, words: Mapping[str, str], *, packed: bool) -> str:
    headers = {"Accept-Encoding": "gzip"} if packed else {}
    with app.test_request_context("/", headers=headers):
        answer = sheet.response(words)
    assert answer.mimetype == "text/html"
    assert (answer.headers.get("Content-Encoding") == "gzip") == packed
    body = answer.get_data()
    # 31: a gzip file, whose checksum and length are looked at.
    return (zlib.decompress(body, 31) if packed else body).decode()


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_a_page_is_the_same_as_if_it_had_been_drawn_with_its_words(
    app: Flask, page: str, words: dict[str, str]
) -> None:
    sheet = Spliced(page.format(**GAPS), GAPS)
    drawn = page.format(**{name: escape(word) for name, word in words.items()})
    assert shown(app, sheet, words, packed=True) == drawn
    assert shown(app, sheet, words, packed=False) == drawn


def test_what_fills_a_gap_is_not_packed_with_the_page(app: Flask) -> None:
    """The length of a packed page tells how much of it is said twice: of a secret, nothing."""
    sheet = Spliced("SECRET-CODE " * 50 + GAPS["key"] + "SECRET-CODE " * 50, GAPS)

    def length(word: str) -> int:
        with app.test_request_context("/", headers={"Accept-Encoding": "gzip"}):
            return len(sheet.response({"key": word}).get_data())

    assert length("SECRET-CODE") == length("QWHMX-FJPZ9")
    words = (b"SECRET-CODE", b"QWHMX-FJPZ9")
    packed = [len(zlib.compress(b"SECRET-CODE " * 50 + word)) for word in words]
    assert packed[0] < packed[1], "control: packed together it would tell"


def test_a_page_is_drawn_once_for_a_name_and_the_oldest_gives_way(app: Flask) -> None:
    shelf, drawn = Shelf(most=2), []

    def ask(name: str, word: str) -> str:
        def draw(words: Mapping[str, str]) -> str:
            drawn.append(name)
            return f"<p>{name} {words['key']}"

        with app.test_request_context("/"):
            return shelf.response(name, {"key": word}, draw).get_data(as_text=True)

    assert ask("a", "1") == "<p>a 1"
    assert ask("a", "2") == "<p>a 2"
    assert ask("b", "3") == "<p>b 3"
    assert drawn == ["a", "b"]
    ask("a", "4"), ask("c", "5"), ask("a", "6")
    assert drawn == ["a", "b", "c"], "what was asked for last stays"
    ask("b", "7")
    assert drawn == ["a", "b", "c", "b"]
