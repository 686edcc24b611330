"""The kind of a question that does not say what it is, by its wording and what stands beneath."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SEVERAL = re.compile(
    r"多选|选出所有|select all|all that apply|choose any|tick all|check all|which of these",
    re.IGNORECASE,
)
_LONG = re.compile(
    r"意见|建议|请说明|请描述|为什么|谈谈|原因|why\b|describe|comments?\b|explain|suggestions?\b",
    re.IGNORECASE,
)
_ORDER = re.compile(r"排序|按.{0,12}(?:顺序|程度)排|rank\b|in order of|put in order", re.IGNORECASE)
_RECOMMEND = re.compile(r"推荐|recommend", re.IGNORECASE)
_SPAN = re.compile(
    r"(?:scale of|scale from|from|量表|打分|评分|[(（])\s*(?P<low>-?\d{1,2})\s*"
    r"(?:[(（=＝]\s*(?P<first>[^()（）,，;；0-9]{1,30})[)）]?)?\s*"
    r"(?:-|–|—|~|～|to|至|到|[,，;；])\s*(?P<high>\d{1,3})(?!\d)\s*(?:分)?\s*"
    r"(?:[(（=＝]\s*(?P<last>[^()（）,，;；0-9]{1,30})[)）]?)?",
    re.IGNORECASE,
)
_RATED = re.compile(r"scale|rate\b|rating|likely|how much|打分|评分|可能|程度|[=＝]", re.IGNORECASE)
#: What is asked for, when nothing is offered to choose from -> kind.
_BY_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"邮箱|e-?mail( address)?\s*[:：]?\s*$", re.IGNORECASE)),
    (
        "phone",
        re.compile(
            r"手机号|联系电话|电话号码|(?:phone|mobile)(?: number)?\s*[:：]?\s*$", re.IGNORECASE
        ),
    ),
    ("date", re.compile(r"日期|出生年月|date of birth|\bdate\b", re.IGNORECASE)),
    (
        "integer",
        re.compile(
            r"多少(?:个|次|人|天|岁|小时|名)|几(?:个|次|人|天|岁)|(?:您的|你的)年龄|^年龄"
            r"|how many\b|number of\b|\byour age\b|^age\b",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip
#: The ends of a scale of numbers are no further apart.
MOST_APART = 20
_YES_NO = ({"是", "否"}, {"yes", "no"})


def guessed(
    stem: str,
    options: list[str],
    rows: list[str],
    numbers: Mapping[str, int],
    *,
    square: bool = False,
    ruled: bool = False,
) -> str:
    """Return the kind that a person would take a question to be."""
    if rows:
        return "matrix" if options else "matrix_text"
    if options:
        return _choosing(stem, options, numbers, square=square)
    if (span := range_of(stem)) and (span[:2] == (0, 10) and _RECOMMEND.search(stem)):
        return "net_promoter"
    if span and _RATED.search(stem):
        return "scale"
    if {"low", "high"} <= set(numbers):
        recommends = (numbers["low"], numbers["high"]) == (0, 10) and _RECOMMEND.search(stem)
        return "net_promoter" if recommends else "scale"
    if ruled or _LONG.search(stem):
        return "long_text"
    return next((kind for kind, words in _BY_WORDS if words.search(stem)), "short_text")


def _choosing(stem: str, options: list[str], numbers: Mapping[str, int], *, square: bool) -> str:
    if _ORDER.search(stem):
        return "ranking"
    if square or _SEVERAL.search(stem) or {"most", "least"} & set(numbers):
        return "multiple_choice"
    if {option.strip().casefold() for option in options} in _YES_NO:
        return "yes_no"
    levels = [re.match(r"\d{1,2}(?=\s|$)", option) for option in options]
    if len(options) > 2 and all(levels):
        return "scale"
    return "single_choice"


def range_of(stem: str) -> tuple[int, int, str, str] | None:
    """Return the ends of a scale that the wording names, with what they mean (or "")."""
    match = _SPAN.search(stem)
    if match is None:
        return None
    low, high = int(match["low"]), int(match["high"])
    if not low < high <= low + MOST_APART:
        return None
    return low, high, (match["first"] or "").strip(), (match["last"] or "").strip()
