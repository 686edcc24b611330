"""Foreign wording -> plain text: markup taken out, braces that would be slots replaced."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from questionnaires.text import Text, unprintable

#: A text may be this long; what follows is cut off and reported.
MAX_TEXT = 20_000

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_SILENT = {"script", "style", "head", "template", "iframe", "object"}
_BREAKING = {"br", "p", "div", "li", "tr", "ul", "ol", "table", "hr", "h1", "h2", "h3", "h4", "h5"}
_LOST = {"img", "video", "audio", "iframe", "script", "embed", "object", "a"}
_SLOT = re.compile(r"[{}]")


class _Reader(HTMLParser):
    """Collects what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.lost: set[str] = set()
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.lost |= {tag} & _LOST
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKING:
            self.words.append("\n· " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.words.append(" ")
        named = dict(attrs)
        if tag == "img" and named.get("alt"):
            self.words.append(f"[{named['alt']}]")
        if tag == "a" and str(named.get("href") or "").startswith(("http://", "https://")):
            self.words.append(f"[{named['href']}] ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKING and tag != "br":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def has_markup(text: str) -> bool:
    """Say whether a text holds HTML tags or character references."""
    return _MARKUP.search(text) is not None


def without_markup(text: str) -> tuple[str, set[str]]:
    """Return a text as a reader of the page would see it, and the names of lost elements."""
    reader = _Reader()
    reader.feed(text[: 4 * MAX_TEXT])
    reader.close()
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), reader.lost


def tidy(text: str) -> str:
    """Return a text that a definition accepts: one kind of line end, no control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join("" if unprintable(mark) else mark for mark in text[:MAX_TEXT])
    return shown.strip()


def has_braces(text: str) -> bool:
    """Say whether a text holds braces, which a definition would read as a slot."""
    return _SLOT.search(text) is not None


def without_braces(text: str) -> str:
    """Write braces as brackets."""
    return text.replace("{", "[").replace("}", "]")


def language_code(code: str) -> str:
    """Return a foreign locale (``zh-cn``, ``pt_BR``, ``de-informal``) as a BCP 47 tag."""
    parts = re.split(r"[-_]", code.strip())
    if not re.fullmatch(r"[A-Za-z]{2,3}", parts[0]):
        return "und"
    shaped = [parts[0].lower()]
    for part in parts[1:]:
        if re.fullmatch(r"[A-Za-z]{2}", part):
            shaped.append(part.upper())
        elif re.fullmatch(r"[A-Za-z]{4}", part):
            shaped.append(part.title())
        elif re.fullmatch(r"[A-Za-z0-9]{1,8}", part):
            shaped.append(part.lower())
    return "-".join(shaped)


def joined(first: Text, second: Text, between: str = " · ") -> Text:
    """Return two texts as one, in every language of either."""
    languages = dict.fromkeys([*first, *second])
    if set(languages) != {"und"}:
        languages.pop("und", None)
    return Text({tag: f"{first.get(tag)}{between}{second.get(tag)}" for tag in languages})


def text_of(worded: dict[str, str]) -> Text | None:
    """Return a text of what is worded in each language, or None when there is nothing."""
    filled: dict[str, Any] = {tag: body for tag, body in worded.items() if body.strip()}
    return Text(filled) if filled else None
