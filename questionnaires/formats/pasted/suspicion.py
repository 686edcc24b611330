"""Characters in pasted text that are probably not meant: told, and left as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from questionnaires.text import Text

_REASONS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"[\u4e00-\u9fff][(（][a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,7}\d?[)）]"),
        "汉字后面带有拼音注音，可能来自网页",
        "a pinyin gloss stands behind a character, perhaps from a web page",
    ),
    (
        re.compile(
            r"(?P<sign>[，。；：？！、,;:])(?P=sign)+|[，。；：、][,.;:，。；：、]|[,;:][，。；：、]"
        ),
        "标点重复",
        "punctuation is doubled",
    ),
    (
        re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]"),
        "含有看不见的字符",
        "there is an invisible character",
    ),
    (
        re.compile(r"[\ufffd\ue000-\uf8ff]|锟斤拷|烫烫烫|Ã[\u0080-\u00bf]|â€|ï»¿"),
        "像是编码转换造成的乱码",
        "it looks like a text in the wrong encoding",
    ),
    (
        re.compile(r"&[a-z]{2,8};|&#\d{1,6};|</?[a-z][^<>]{0,80}>"),
        "含有网页代码",
        "there is code of a web page",
    ),
    (
        re.compile(r"[\u4e00-\u9fff]\s*\[\d{1,3}\]"),
        "像是网页上的注释编号",
        "it looks like a footnote number of a web page",
    ),
)
#: So much of the text around stands in the report.
_AROUND = 8


def suspicious(text: str) -> Iterator[tuple[str, Text]]:
    """Yield what looks wrong, with a few characters around it, and why."""
    for pattern, chinese, english in _REASONS:
        for match in pattern.finditer(text):
            low, high = max(0, match.start() - _AROUND), match.end() + _AROUND
            yield text[low:high], Text({"zh": chinese, "en": english})
