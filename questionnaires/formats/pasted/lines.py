"""What one line of pasted text is: a heading, a question, options, a row list, something else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

Sort = Literal[
    "title", "section", "question", "options", "rows", "hint", "condition", "text", "blank"
]

_TITLE = re.compile(r"#\s+(.+)")
_SECTION = re.compile(
    r"#{2,4}\s+(?P<a>.+)"
    r"|(?P<b>第[一二三四五六七八九十百\d]{1,4}\s*(?:部分|章|节|页|模块).*)"
    r"|(?P<c>[一二三四五六七八九十]{1,3}\s*[、.．]\s*.+)"
    r"|【(?:分页|页面|部分|分组|新页)】\s*(?P<d>.*)|\[(?:page|section)\]\s*(?P<e>.*)"
    r"|(?P<f>(?:part|section|page)\s+(?:[0-9]{1,2}|[a-z]|[ivx]{1,4})\b[^?？]{0,80})",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"(?P<star>[*＊]?)\s*(?:Q|q|第|问题|题目|question\s)?\s*"
    r"(?P<number>\d{1,4}(?:[.．-]\d{1,3})*)\s*(?:题|問)?\s*"
    r"(?:[、:：)）]|[.．](?!\d))\s*(?P<text>.+)"
)
_OPTION = re.compile(
    r"(?:[(（](?P<letter>[A-Za-z])[)）]|(?P<plain>[A-Za-z])\s*[.．、:：)）])\s*(?P<text>.+)"
    r"|[(（]\s*[)）]\s*(?P<round>.+)|\[\s*[xX√]?\s*\]\s*(?P<square>.+)"
    r"|[○●◯□■☐☑◻▢◇]\s*(?P<sign>.+)|(?P<circled>[①-⑳])\s*(?P<after>.+)"
    r"|[-•·]\s+(?P<dash>.+)"
)
_INLINE = re.compile(r"(?:(?<=\s)|^)(?:[(（]([A-Z])[)）]|([A-Z])\s*[.．、:：)）])\s*")
_ROWS = re.compile(r"(?:行|题目行|子题|rows?|items)\s*[:：]\s*(?P<text>.+)", re.IGNORECASE)
_HINT = re.compile(r"(?:提示|说明|注|hint|note|help)\s*[:：]\s*(?P<text>.+)", re.IGNORECASE)
_CONDITION = re.compile(r"(?:显示条件|条件|show if|relevant)\s*[:：]\s*(?P<text>.+)", re.IGNORECASE)
_SPLIT_ROWS = re.compile(r"\s*[;；|｜]\s*")


@dataclass(slots=True)
class Line:
    """One line, taken apart."""

    sort: Sort
    text: str
    at: int
    number: str = ""
    starred: bool = False
    parts: list[str] = field(default_factory=list)


def read_line(raw: str, at: int) -> Line:
    """Say what a line is."""
    text = raw.replace("\u3000", " ").strip()
    if not text:
        return Line("blank", "", at)
    for sort, pattern in _SIMPLE:
        if match := pattern.fullmatch(text):
            return Line(sort, match[1] if sort == "title" else match["text"].strip(), at)
    if match := _SECTION.fullmatch(text):
        named = next(group for group in match.groups() if group is not None)
        return Line("section", named.strip(), at)
    if match := _ROWS.fullmatch(text):
        return Line("rows", text, at, parts=_several(match["text"]))
    if match := _QUESTION.fullmatch(text):
        starred = bool(match["star"])
        return Line("question", match["text"].strip(), at, match["number"], starred)
    if options := _options(text):
        return Line("options", text, at, parts=options)
    return Line("text", text, at)


def _options(text: str) -> list[str]:
    """Return the options of a line: several when letters follow each other in order."""
    inline = list(_INLINE.finditer(text))
    letters = [match[1] or match[2] for match in inline]
    if len(inline) > 1 and inline[0].start() == 0 and _in_order(letters):
        ends = [*(match.start() for match in inline[1:]), len(text)]
        return [
            text[match.end() : end].strip()
            for match, end in zip(inline, ends, strict=True)
            if text[match.end() : end].strip()
        ]
    match = _OPTION.fullmatch(text)
    if match is None:
        return []
    names = ("text", "round", "square", "sign", "after", "dash")
    return [next(match[name] for name in names if match[name]).strip()]


def _in_order(letters: list[str]) -> bool:
    return all(ord(after) == ord(before) + 1 for before, after in pairwise(letters))


def _several(text: str) -> list[str]:
    return [part for part in _SPLIT_ROWS.split(text) if part.strip()]


_SIMPLE: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("title", _TITLE),
    ("condition", _CONDITION),
    ("hint", _HINT),
)
