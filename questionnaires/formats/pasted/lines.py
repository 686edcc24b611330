"""What one line of pasted text is: a heading, a question, options, a row list, something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from questionnaires.formats.pasted.inline import split
from questionnaires.formats.pasted.numbering import Numbered, Sequence, numbered

Sort = Literal[
    "title",
    "section",
    "question",
    "options",
    "listed",
    "rows",
    "columns",
    "hint",
    "condition",
    "jump",
    "blank_line",
    "text",
    "blank",
]

_TITLE = re.compile(r"#\s+(.+)")
_HAN = "一二三四五六七八九十百"
_SECTION = re.compile(
    r"#{2,4}\s+(?P<a>.+)"
    rf"|(?P<b>第[{_HAN}\d]{{1,4}}\s*(?:部分|章|节|页|模块).*)"
    r"|(?P<roman>[Ⅰ-Ⅻ]\s*[、.．]\s*.+)"
    rf"|(?P<c>[{_HAN}]{{1,3}}\s*[、.．]\s*.+|[(（][{_HAN}]{{1,3}}[)）]\s*[^?？]{{1,40}})"
    rf"|【(?:分页|页面|部分|分组|新页|第[{_HAN}\d]{{1,3}}页)】\s*(?P<d>.*)"
    r"|\[(?:page|section)\]\s*(?P<e>.*)"
    r"|(?P<f>(?:part|section|page)\s+(?:[0-9]{1,2}|[a-z]|[ivx]{1,4})\b[^?？]{0,80})",
    re.IGNORECASE,
)
_OPTION = re.compile(
    r"(?:[(（](?P<letter>[A-Za-z])[)）]|(?P<plain>[A-Za-z])\s*[.．、:：)）])\s*(?P<text>.+)"
    r"|[(（]\s*[)）]\s*(?P<round>.+)|\[\s*[xX√]?\s*\]\s*(?P<square>.+)"
    r"|[○●◯□■☐☑◻▢◇]\s*(?P<sign>.+)|(?P<circled>[①-⑳])\s*(?P<after>.+)"
)
_DASHED = re.compile(r"[-•·–*]\s+(?P<text>.+)")
_ROWS = re.compile(r"(?:行|题目行|子题|rows?|items)\s*[:：]\s*(?P<text>.+)", re.IGNORECASE)
_COLUMNS = re.compile(
    r"(?:列|选项|等级|columns?|options?|scale)\s*[:：]\s*(?P<text>.+)", re.IGNORECASE
)
_HINT = re.compile(r"(?:提示|说明|注|hint|note|help)\s*[:：]\s*(?P<text>.+)", re.IGNORECASE)
_CONDITION = re.compile(r"(?:显示条件|条件|show if|relevant)\s*[:：]\s*(?P<text>.+)", re.IGNORECASE)
_SPLIT_ROWS = re.compile(r"\s*[;；|｜]\s*")
#: A line to write on, perhaps with a number in front.
_RULE = re.compile(
    r"(?:[(（]?\d{1,2}[)）.、．])?[_＿\-—=.…\s]{3,200}|[(（]\d{1,2}[)）]|\d{1,2}[.、．)）]"
)
#: A longer line is taken as it is; nobody numbers options within so much text.
MAX_LINE = 2_000


@dataclass(slots=True)
class Line:
    """One line, taken apart. ``parts`` are options, rows or columns."""

    sort: Sort
    text: str
    at: int
    number: str = ""
    starred: bool = False
    parts: list[str] = field(default_factory=list)
    #: Its options were ticked in boxes, of which several may be.
    square: bool = False


def read_lines(raw: list[str]) -> Iterator[Line]:
    """Say what each line is; of a numbered one, whether it asks or stands beneath a question."""
    plain = [line.replace("\u3000", " ").strip() for line in raw]
    heads = [line for line in plain if len(line) <= MAX_LINE and not _SECTION.fullmatch(line)]
    sequence = Sequence(iter(heads))
    sections = _sections_numbered(plain)
    for at, text in enumerate(plain, start=1):
        line = _read(text, at, sequence, sections)
        if line.sort == "section":
            sequence.restart()
        yield line


def _sections_numbered(lines: list[str]) -> bool:
    """Say whether 一、二、三 number parts: there are other numbers for the questions."""
    return any(numbered(line) is not None for line in lines)


def _read(text: str, at: int, sequence: Sequence, sections: bool) -> Line:
    if not text:
        return Line("blank", "", at)
    if _RULE.fullmatch(text):
        return Line("blank_line", text, at)
    if len(text) > MAX_LINE:
        found = numbered(text)
        return _question(found, at) if found and sequence.asks(found) else Line("text", text, at)
    for sort, pattern in _SIMPLE:
        if match := pattern.fullmatch(text):
            return Line(sort, match[1] if sort == "title" else match["text"].strip(), at)
    for sort, pattern in _LISTS:
        if match := pattern.fullmatch(text):
            return Line(sort, text, at, parts=_several(match["text"]))
    if match := _SECTION.fullmatch(text):
        named = next(group for group in match.groups() if group is not None)
        if match["c"] is None or sections:
            return Line("section", named.strip(), at)
        return _question(Numbered("word", _counted(text), _unnumbered(text), False), at)
    found = numbered(text)
    if found is not None and not _option_like(text):
        return _question(found, at) if sequence.asks(found) else _beneath(found, at)
    return _options(text, at)


def _unnumbered(text: str) -> str:
    return re.sub(rf"^[(（]?[{_HAN}]{{1,3}}[)）]?\s*[、.．]?\s*", "", text)


def _counted(text: str) -> str:
    """Return the Chinese number at the start of a line in digits."""
    match = re.match(rf"[(（]?([{_HAN}]{{1,3}})", text)
    tens, _, ones = match[1].rpartition("十") if match else ("", "", "")
    count = _HAN.index(ones) + 1 if ones in _HAN and ones else 0
    if match and "十" in match[1]:
        count += 10 * (_HAN.index(tens) + 1 if tens else 1)
    return str(count)


def _option_like(text: str) -> bool:
    """Say whether a line of numbers is a row of levels: ``1=never 2=often`` or ``1 2 3 4 5``."""
    return bool(re.match(r"\d{1,2}\s*[=＝]", text) or re.fullmatch(r"\d{1,2}(?:\s+\d{1,2})+", text))


def _question(found: Numbered, at: int) -> Line:
    return Line("question", found.text, at, found.number, found.starred)


def _beneath(found: Numbered, at: int) -> Line:
    return Line("listed", found.text, at, found.number, parts=[found.text])


def _options(text: str, at: int) -> Line:
    if re.fullmatch(r"\d{1,2}(?:\s+\d{1,2}){2,}", text):
        return Line("options", text, at, parts=text.split())
    stem, options = split(text)
    square = "[" in text[:1] or text[:1] in "☐□"
    if options and not stem:
        return Line("options", text, at, parts=options, square=text.startswith(("[", "☐")))
    match = _OPTION.fullmatch(text)
    if match is not None:
        names = ("text", "round", "square", "sign", "after")
        part = next(match[name] for name in names if match[name]).strip()
        return Line("options", text, at, parts=[part], square=square and text[0] != "□")
    if dashed := _DASHED.fullmatch(text):
        return Line("listed", text, at, parts=[dashed["text"].strip()])
    return Line("text", text, at)


def _several(text: str) -> list[str]:
    return [part.strip() for part in _SPLIT_ROWS.split(text) if part.strip()]


_SIMPLE: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("title", _TITLE),
    ("condition", _CONDITION),
    ("hint", _HINT),
)
_LISTS: tuple[tuple[Sort, re.Pattern[str]], ...] = (("rows", _ROWS), ("columns", _COLUMNS))
