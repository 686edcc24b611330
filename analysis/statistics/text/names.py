"""Persons' names in open text: a list from outside, and what looks like a name or other mark.

Meant to err on the side of silence: what looks like a name is not shown, although it be none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.statistics.text.segmentation import HAN
from analysis.statistics.text.surnames import COMMON_WORDS, DOUBLE_SURNAMES, SURNAMES, TITLES

_BEFORE = "是|找|被|由|对|和|跟|与|向|请|让|给|叫|把|比|像|感谢|谢谢|表扬|批评|举报|投诉|领导|同事"
_AFTER = (
    "的|说|在|对|把|被|给|和|跟|与|太|很|总|也|都|就|又|老是|总是|经常|常常|从来|一直|有时|不|没|是|要|会|能|做|办|"
    "工作|态度|处理|负责|迟到|早退|上班|下班|脾气|水平|本人|一|同志|老师|先生|女士"
)
#: A surname and up to two characters, before a title; that is not the beginning of another word.
_TITLED = re.compile(
    rf"(?P<name>[{SURNAMES}])[{HAN}]{{0,2}}?(?:{TITLES})"
    "(?!作|程|地|具|资|结|之|是|体|共|会|计|数|量|额|部)"
)
#: A surname and one or two characters, after a word that is followed by a person, or before one
#: that follows a person, or on its own.
_CANDIDATE = re.compile(
    rf"(?:(?:^|[^{HAN}]|{_BEFORE}))?(?P<name>[{SURNAMES}][{HAN}]{{1,2}}?)(?=$|[^{HAN}]|{_AFTER})"
)
_CHINESE = (
    re.compile(rf"(?:{DOUBLE_SURNAMES})(?:[{HAN}]{{0,2}}(?:{TITLES})|[{HAN}]{{1,2}})"),
    re.compile(rf"(?:老|小|阿)[{SURNAMES}](?![{HAN}]*(?:路|区|山|镇|村|米|麦))"),
    re.compile(rf"[{SURNAMES}]某"),
)
_ENGLISH = (
    re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Madam)\b\.?\s+[A-Z][\w'-]+"),
    re.compile(r"\b[A-Z][a-z'-]+\s+(?:[A-Z]\.\s+)?[A-Z][a-z'-]+\b"),
)
#: Numbers long enough to call or to identify somebody, addresses of mail and accounts.
_MARKS = re.compile(r"\d[\d\s-]{5,}[\dXx]|[\w.+-]+@[\w-]+\.\w+|(?<!\w)@\w+")


@dataclass(frozen=True)
class Names:
    """Recognises names. Build it with ``of``, from the names of the people concerned."""

    whole: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, people: Iterable[str]) -> Names:
        """Take full names; a Chinese given name alone counts too, and each part of other names."""
        whole, parts = set[str](), set[str]()
        for person in people:
            name = _plain(person).strip()
            if re.search(f"[{HAN}]", name):
                name = re.sub(r"[\s·•]+", "", name)
                whole.add(name)
                parts_of = [name[1:], name[2:]] if len(name) > 3 else [name[1:]]
                whole.update(part for part in parts_of if len(part) > 1)
            elif name:
                parts.update(part.lower() for part in re.findall(r"[\w'-]+", name) if len(part) > 1)
        return cls(frozenset(n for n in whole if len(n) > 1), frozenset(parts))

    def within(self, text: str) -> bool:
        """Whether the text holds a known name, what looks like one, or another personal mark."""
        plain = _plain(text)
        return self._known(plain) or _MARKS.search(plain) is not None or _looks_like_name(plain)

    def is_name(self, word: str) -> bool:
        """Whether a single word is a known name or part of one, or looks like a name."""
        plain = _plain(word)
        return self._known(plain) or any(p.search(plain) for p in _CHINESE) or _is_candidate(plain)

    def _known(self, plain: str) -> bool:
        close = re.sub(rf"(?<=[{HAN}])[\s·•]+(?=[{HAN}])", "", plain)
        if any(name in close for name in self.whole):
            return True
        return not self.parts.isdisjoint(re.findall(r"[\w'-]+", plain.lower()))


def _looks_like_name(plain: str) -> bool:
    if any(pattern.search(plain) for pattern in (*_CHINESE, *_ENGLISH)):
        return True
    return _finds(_TITLED, plain) or _finds(_CANDIDATE, plain)


def _finds(pattern: re.Pattern[str], plain: str) -> bool:
    """Whether the pattern stands somewhere where its surname is no part of a common word."""
    at = 0
    while found := pattern.search(plain, at):
        at = found.start("name")
        around = {plain[at : at + 2], plain[max(at - 1, 0) : at + 1]}
        if around.isdisjoint(COMMON_WORDS):
            return True
        at += 1
    return False


def _is_candidate(plain: str) -> bool:
    """Whether a word could be a full name: a surname and one or two characters, and no word."""
    found = re.fullmatch(rf"[{SURNAMES}][{HAN}]{{1,2}}", plain)
    return found is not None and plain[:2] not in COMMON_WORDS


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
