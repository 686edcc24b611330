"""The words that say what a question of pasted text is: 【单选】, [single choice] and the like."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

#: Word -> kind of ours. The first word of a kind in each language is the one that is written.
_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "single_choice": (("单选", "单选题", "选择题"), ("single choice", "single", "radio")),
    "dropdown": (("下拉", "下拉题", "下拉框"), ("dropdown", "drop-down")),
    "multiple_choice": (
        ("多选", "多选题", "可多选", "不定项"),
        ("multiple choice", "multiple", "checkbox", "select all that apply"),
    ),
    "ranking": (("排序", "排序题"), ("ranking", "rank")),
    "scale": (("量表", "量表题", "李克特"), ("scale", "likert")),
    "stars": (("评分", "评分题", "打分", "星级"), ("stars", "rating")),
    "net_promoter": (("推荐", "nps", "推荐意愿"), ("net promoter", "nps")),
    "yes_no": (("是非", "判断", "判断题", "是非题"), ("yes/no", "yes or no", "true/false")),
    "short_text": (("填空", "填空题", "单行", "单行文本"), ("text", "short text", "fill in")),
    "long_text": (
        ("多行", "简答", "简答题", "问答", "问答题", "多行文本", "主观题"),
        ("long text", "essay", "open", "paragraph"),
    ),
    "integer": (("数字", "整数"), ("number", "integer", "whole number")),
    "decimal": (("小数", "数值"), ("decimal",)),
    "slider": (("滑块", "滑动条"), ("slider",)),
    "date": (("日期",), ("date",)),
    "time": (("时间", "时刻"), ("time",)),
    "date_time": (("日期时间",), ("date and time", "datetime")),
    "email": (("邮箱", "电子邮箱", "邮件"), ("email", "e-mail")),
    "phone": (("电话", "手机", "手机号"), ("phone", "telephone")),
    "url": (("网址", "链接"), ("url", "web address")),
    "file": (("文件", "上传", "附件"), ("file", "upload")),
    "photo": (("照片", "图片"), ("photo", "picture")),
    "signature": (("签名", "签字"), ("signature",)),
    "location": (("位置", "定位"), ("location",)),
    "matrix": (("矩阵", "矩阵单选", "矩阵题", "矩阵量表"), ("matrix", "grid")),
    "matrix_multiple": (("矩阵多选",), ("matrix multiple", "checkbox grid")),
    "matrix_text": (("矩阵填空",), ("matrix text",)),
    "matrix_number": (("矩阵数字", "矩阵填数"), ("matrix number",)),
    "consent": (("同意", "知情同意"), ("consent",)),
    "note": (("说明", "段落", "描述"), ("note", "info")),
}
_KIND = {word: kind for kind, both in _WORDS.items() for words in both for word in words}
_REQUIRED = ("必填", "必答", "必选", "必做", "required", "mandatory")
_OPTIONAL = ("选填", "选答", "非必填", "可不填", "optional")
_RANDOM = ("随机", "选项随机", "random order", "random")
_RANDOM_QUESTIONS = ("题目随机", "每题随机排列", "题目随机排列", "questions in random order")
_CARRIED = re.compile(
    r"(?:引用|沿用)第?\s*(?P<zh>\d{1,4})\s*题(?:中|里)?(?:所|已)?(?P<no>未|没有?)?(?:被)?选(?:择|中|过)?的?选项"
    r"|options (?P<not>not )?chosen in (?:question|q)\s*(?P<en>\d{1,4})"
)
_MOST = re.compile(
    r"(?:最多|至多|不超过|限选|限|max(?:imum)?|at most|(?:choose |select )?up to)\s*"
    r"(?:选|选择)?\s*(\d{1,3})"
)
_LEAST = re.compile(r"(?:最少|至少|不少于|min(?:imum)?|at least)\s*(?:选|选择)?\s*(\d{1,3})")
#: Numbers written in Chinese: 限选三项.
_HAN_DIGITS = "一二三四五六七八九十"
_HAN_COUNT = re.compile(rf"([{_HAN_DIGITS}])(?=项|个选项|种)")
_TOP = re.compile(r"(?:前|top)\s*(\d{1,3})")
_BETWEEN_TWO = re.compile(r"选择?\s*(\d{1,3})\s*[-–~～至到]\s*(\d{1,3})\s*项")
_RANGE = re.compile(r"(-?\d{1,9})\s*(?:-|–|~|～|至|到|to)\s*(-?\d{1,9})")
_LONGEST = re.compile(r"(\d{1,5})\s*(?:字以内|字内|字|characters|chars)")
_COUNT = re.compile(r"(\d{1,2})\s*(?:星|分|级|stars)")
_BRACKETED = re.compile(r"【([^【】]{1,60})】|\[([^\[\]]{1,60})\]|〔([^〔〕]{1,60})〕")
_ROUND = re.compile(r"[（(]([^（()）]{1,30})[）)]\s*[:：。.]?\s*$")
_BETWEEN = re.compile(r"[,，;；、|｜]\s*|\s{2,}")


@dataclass(slots=True)
class Tags:
    """What the tags of one line say."""

    kind: str = ""
    required: bool | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def join(self, more: Tags) -> None:
        """Take up what further tags of the same line say."""
        self.kind = self.kind or more.kind
        self.required = more.required if self.required is None else self.required
        self.settings |= more.settings
        self.numbers |= more.numbers


def read_tags(line: str) -> tuple[str, Tags]:
    """Return a line without the tags that are known, and what they say."""
    tags = Tags()

    def one(match: re.Match[str]) -> str:
        body = next(group for group in match.groups() if group is not None)
        if _understood(body, tags):
            return ""
        if match[0].startswith("【"):
            tags.unknown.append(match[0])
        return match[0]

    rest = _BRACKETED.sub(one, line).strip()
    ending = _ROUND.search(rest)
    if ending is not None and _understood(ending[1], tags):
        rest = rest[: ending.start()].strip()
    return rest, tags


def parted(line: str) -> tuple[str, str]:
    """Return what stands before and behind the last tag that names a kind ("" when none does)."""
    for match in reversed(list(_BRACKETED.finditer(line))):
        tags = Tags()
        body = next(group for group in match.groups() if group is not None)
        if _understood(body, tags) and tags.kind:
            return line[: match.start()].strip(), line[match.end() :].strip()
    return "", ""


def _understood(body: str, tags: Tags) -> bool:
    """Take up what a tag says; False when no part of it is a word we know."""
    body = _HAN_COUNT.sub(lambda found: str(_HAN_DIGITS.index(found[1]) + 1), body)
    words = [word.strip().lower() for word in _BETWEEN.split(body) if word.strip()]
    known = [_word(word, tags) for word in words]
    if words and not any(known) and " " in body:
        known = [_word(word, tags) for word in body.lower().split()]
    return bool(known) and all(known)


def _word(word: str, tags: Tags) -> bool:
    if word in _KIND:
        tags.kind = _KIND[word]
        return True
    if word in _REQUIRED or word in _OPTIONAL:
        tags.required = word in _REQUIRED
        return True
    if word in _RANDOM:
        tags.settings["random_order"] = True
        return True
    if word in _RANDOM_QUESTIONS:
        tags.settings["random_questions"] = True
        return True
    if carried := _CARRIED.fullmatch(word):
        left = bool(carried["no"] or carried["not"])
        tags.settings["carried"] = (carried["zh"] or carried["en"], left)
        return True
    if both := _BETWEEN_TWO.search(word):
        tags.numbers |= {"least": int(both[1]), "most": int(both[2])}
        return True
    found = False
    for name, pattern in (("most", _MOST), ("least", _LEAST), ("top", _TOP)):
        if match := pattern.search(word):
            tags.numbers[name] = int(match[1])
            found = True
    if not found and (match := _RANGE.search(word)):
        tags.numbers |= {"low": int(match[1]), "high": int(match[2])}
        found = True
    for name, pattern in (("length", _LONGEST), ("count", _COUNT)):
        if match := pattern.fullmatch(word):
            tags.numbers[name] = int(match[1])
            found = True
    prefix = next(
        (kind for kind in sorted(_KIND, key=len, reverse=True) if word.startswith(kind)), ""
    )
    if found and prefix:
        tags.kind = _KIND[prefix]
    return found


def tag_of(kind: str, chinese: bool) -> str:
    """Return the word that stands for a kind."""
    return _WORDS[kind][0 if chinese else 1][0]


def known_kinds() -> frozenset[str]:
    """Return the kinds that a tag can name."""
    return frozenset(_WORDS)
