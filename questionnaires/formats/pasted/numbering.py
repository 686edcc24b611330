"""Which numbered lines ask, and which are options or rows beneath a question.

People number both alike. A number that goes on from the last question asks; a number that starts
again at 1, in another style or without the marks of a question, begins a list beneath it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

#: Style of numbering -> how it is written. The first that fits counts.
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("word", re.compile(
        r"(?:Q|q|问题|题目|Question\s|第)\s*(\d{1,4})\s*(?:题|問)?\s*"
        r"(?:[、:：)）.．]\s*|\s+|(?=\D))"
    )),
    ("nested", re.compile(r"(\d{1,3}(?:[.．]\d{1,3})+)\s+")),
    ("round", re.compile(r"[(（](\d{1,4})[)）]\s*[、.．:：]?\s*")),
    ("bracket", re.compile(r"(\d{1,4})\s*[)）]\s*")),
    ("dash", re.compile(r"(\d{1,4})\s+[-–—]\s+")),
    ("point", re.compile(r"(\d{1,4}(?:[.．-]\d{1,3})*)\s*(?:[、:：]|[.．](?!\d))\s*")),
)  # fmt: skip
_STAR = re.compile(r"([*＊]?)\s*")
#: What a line has that asks: a mark at its end, a tag, a blank to fill in.
_ASKS = re.compile(r"[?？:：]\s*$|【[^】]+】|\[[a-z -]{4,}\]|_{3,}|[(（]\s{0,4}[)）]\s*[。.]?\s*$")


@dataclass(slots=True)
class Numbered:
    """A line that starts with a number: its style, the number as written, and what follows."""

    style: str
    number: str
    text: str
    starred: bool

    @property
    def count(self) -> int:
        """The number; of 2.1 the first part."""
        return int(re.match(r"\d+", self.number)[0])  # type: ignore[index]

    @property
    def nested(self) -> bool:
        """It is a number such as 2.1."""
        return not self.number.isdigit()


def numbered(text: str) -> Numbered | None:
    """Return the number at the start of a line, with its signs made plain; None without one."""
    star = _STAR.match(text)
    starred = bool(star and star[1])
    rest = text[star.end() :] if star else text
    head = unicodedata.normalize("NFKC", rest[:12])
    plain = head + rest[12:] if len(head) == len(rest[:12]) else rest
    for style, pattern in _STYLES:
        match = pattern.match(plain)
        if match and rest[match.end() :].strip():
            number = unicodedata.normalize("NFKC", match[1])
            return Numbered(style, number, rest[match.end() :].strip(), starred)
    return None


class Sequence:
    """Follows the numbers of a text from line to line."""

    def __init__(self, lines: Iterator[str]) -> None:
        found = [one for one in (numbered(line) for line in lines) if one is not None]
        words = sum(one.style == "word" for one in found)
        #: Questions are Q1, Q2, or 第1题: other numbers can only be beneath them.
        self._words_only = words >= 2 and words * 2 >= sum(one.count == 1 for one in found)
        self._style = ""
        self._last = 0
        self._list = ("", 0)

    def restart(self) -> None:
        """Begin a new part, whose questions may be numbered from 1 again."""
        self._last, self._list = (0, ("", 0)) if self._style else (self._last, self._list)

    def asks(self, line: Numbered) -> bool:
        """Say whether a numbered line is a question; otherwise it stands beneath one."""
        if line.style in ("word", "nested"):
            return self._question(line)
        if self._words_only:
            return False
        style, last = self._list
        continues = line.style == style and line.count == last + 1 and style != self._style
        following = self._last < line.count <= self._last + 3
        if self._last and continues:
            return self._beneath(line)
        if following and not (self._last == 0 and line.count > 3):
            if line.style != self._style and self._style and line.count == last + 1 == 2:
                return self._beneath(line)
            return self._question(line)
        again = line.style == self._style and _ASKS.search(line.text) is not None
        if again or not self._last:
            return self._question(line)
        return self._beneath(line)

    def _question(self, line: Numbered) -> bool:
        self._style, self._last, self._list = line.style, line.count, ("", 0)
        return True

    def _beneath(self, line: Numbered) -> bool:
        self._list = (line.style, line.count)
        return False
