"""Options that stand in one line, with the question or by themselves.

A row of marks in order (A B C, ①②③, 1= 2=), boxes before or behind each option, words between
slashes or wide gaps: whatever people type. ``split`` tells the question from the options.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

Split = tuple[str, list[str]]

_BOX = "□○●◯☐☑◻▢◇■"
_LETTER = re.compile(
    r"(?<![A-Za-z0-9])(?:[(（]([A-Za-z])[)）]|([A-Za-z])\s*[.．、:：)）](?!\w+\.)|([A-K])(?=[\u4e00-\u9fff]))\s*"
)
_CIRCLED = re.compile(r"([①-⑳])\s*")
_LEVEL = re.compile(r"(?<![\d.])(\d{1,2})\s*[=＝]\s*")
_BOXED = re.compile(rf"[{_BOX}]\s*|[(（]\s*[)）]\s*|\[\s*[xX√]?\s*\]\s*")
#: Words in brackets at the end: (Yes/No), （非常好/好/一般/差）.
_CHOSEN = re.compile(r"[(（]([^()（）]{1,80}[/／][^()（）]{1,80})[)）]\s*[:：。.]?\s*$")
_GAP = re.compile(r"\t+|\s{3,}|\s*[|｜]\s*")
_SLASH = re.compile(r"\s*[/／]\s*")
_STEM_END = re.compile(r"[:：?？]")
#: A row of marks is no longer than this.
MOST_MARKS = 60
#: Options between slashes or gaps are short.
_SHORT = 24
_SLASHED = re.compile(r"\s*[/／;；]\s*")
#: What parts words in a line, and the fewest words that it must part.
_PARTING = (
    (re.compile(r"\s*[|｜]\s*|\t+|\s{2,}"), 2),
    (_SLASHED, 2),
    (re.compile(r"\s*、\s*"), 3),
    (re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])|(?<=\d)\s+(?=\d)|\s+(?=[A-Z])"), 3),
)
_SENTENCE = re.compile(r"[。？！?!:：，,]")
_SPAN = re.compile(
    r"[(（]?\s*(-?\d{1,6})\s*(?:-|–|—|~|～|至|到|to)\s*(-?\d{1,6})\s*(?:分|星|points?|stars)?\s*[)）]?",
    re.IGNORECASE,
)
_TRAILING = " \t;；,，、。|｜"


def split(text: str) -> Split:
    """Return the question (empty when the whole line is options) and its options (or none)."""
    for one in _WAYS:
        if (found := one(text)) is not None:
            return found
    return text, []


def words_of(text: str) -> list[str]:
    """Return the options in a line that holds nothing else, or none: ``good | fair | poor``.

    Where spaces alone part them there must be three, which in Latin letters begin with capitals.
    """
    for pattern, fewest in _PARTING:
        found = [one.strip(_TRAILING) for one in pattern.split(text.strip())]
        short = all(found) and max(map(len, found)) <= _SHORT
        rate = pattern is _SLASHED and _DATE.search(text)
        if len(found) >= fewest and not rate and short and len(set(found)) == len(found):
            return [] if any(_SENTENCE.search(one) for one in found) else found
    return []


def span_in(text: str) -> tuple[int, int] | None:
    """Return the ends of a line that is a range of numbers and nothing else: ``1-10``."""
    match = _SPAN.fullmatch(text.strip())
    if match is None or match[1] == match[2]:
        return None
    low, high = sorted((int(match[1]), int(match[2])))
    return low, high


def _marked(
    pattern: re.Pattern[str], first: int, base: Callable[[str], int]
) -> Callable[[str], Split | None]:
    def way(text: str) -> Split | None:
        marks = list(pattern.finditer(text))
        for start, mark in enumerate(marks):
            run = [mark]
            if base(_name(mark)) != first:
                continue
            for after in marks[start + 1 : start + MOST_MARKS]:
                if base(_name(after)) == base(_name(run[-1])) + 1:
                    run.append(after)
            if len(run) > 1:
                return _cut(text, run)
        return None

    return way


def _name(mark: re.Match[str]) -> str:
    return next(group for group in mark.groups() if group)


def _cut(text: str, marks: list[re.Match[str]]) -> Split | None:
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    options = [
        text[mark.end() : end].strip(_TRAILING) for mark, end in zip(marks, ends, strict=True)
    ]
    stem = text[: marks[0].start()].strip()
    return (stem, options) if all(options) else None


def _levels(text: str) -> Split | None:
    """``1=never 2=sometimes 3=often``: the number stays with its word."""
    marks = list(_LEVEL.finditer(text))
    steps = {int(b[1]) - int(a[1]) for a, b in pairwise(marks)}
    if len(marks) < 2 or steps not in ({1}, {-1}) or _around(text, marks[0].start()):
        return None
    found = _cut(text, marks)
    if found is None:
        return None
    return found[0], [f"{mark[1]} {word}" for mark, word in zip(marks, found[1], strict=True)]


def _around(text: str, start: int) -> bool:
    """Say whether a place is inside brackets that only explain the ends of a scale."""
    before = text[:start]
    return before.count("(") + before.count("（") > before.count(")") + before.count("）")


def _boxes(text: str) -> Split | None:
    marks = list(_BOXED.finditer(text))
    if len(marks) < 2:
        return None
    if not text[marks[-1].end() :].strip(_TRAILING):
        return _behind(text, marks)
    return _cut(text, marks)


def _behind(text: str, marks: list[re.Match[str]]) -> Split | None:
    """``good□ fair□ poor□``: the question ends with a colon, or the boxes stand alone."""
    starts = [0, *(mark.end() for mark in marks[:-1])]
    parts = [
        text[start : mark.start()].strip(_TRAILING)
        for start, mark in zip(starts, marks, strict=True)
    ]
    ends = list(_STEM_END.finditer(parts[0]))
    stem = parts[0][: ends[-1].end()] if ends else ""
    parts[0] = parts[0][len(stem) :].strip()
    return (stem, parts) if all(parts) else None


def _bracketed(text: str) -> Split | None:
    match = _CHOSEN.search(text)
    if match is None:
        return None
    options = [one.strip() for one in _SLASH.split(match[1])]
    plausible = all(options) and len(options) > 1 and not any("/" in one for one in options)
    if not plausible or max(map(len, options)) > _SHORT or _DATE.search(match[1]):
        return None
    return text[: match.start()].strip(), options


_DATE = re.compile(r"[dmy]{2}|年|月|日|元|次/|/(?:年|月|周|日|次)", re.IGNORECASE)


def _gaps(text: str) -> Split | None:
    """``Do you agree?   Yes   No``: after the question, words with wide gaps between them."""
    match = re.search(r"[?？:：]\s+", text)
    stem, rest = (text[: match.end()].strip(), text[match.end() :]) if match else ("", text)
    options = [one.strip() for one in _GAP.split(rest) if one.strip()]
    if len(options) < 2 or max(map(len, options)) > _SHORT or not _GAP.search(rest.strip()):
        return None
    return stem, options


def _slashes(text: str) -> Split | None:
    """A line of words between slashes, and nothing else."""
    options = [one.strip() for one in _SLASH.split(text)]
    plain = len(options) > 1 and all(options) and max(map(len, options)) <= _SHORT
    if not plain or re.search(r"[?？:：.。]|\d\s*/\s*\d", text) or _DATE.search(text):
        return None
    return "", options


def _order(letter: str) -> int:
    return ord(letter.upper())


_WAYS: tuple[Callable[[str], Split | None], ...] = (
    _marked(_LETTER, ord("A"), _order),
    _marked(_CIRCLED, ord("①"), ord),
    _boxes,
    _levels,
    _bracketed,
    _gaps,
    _slashes,
)
