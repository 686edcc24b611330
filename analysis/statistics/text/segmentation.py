"""Sentences and words of open text, in Chinese and English, always the same for the same text."""

from __future__ import annotations

import logging
import re
import unicodedata
import warnings
from collections.abc import Callable
from functools import cache

from analysis.statistics.text.stopwords import STOPWORDS

#: A function that takes a run of Chinese characters and returns its words.
Segmenter = Callable[[str], list[str]]

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{HAN}]+|[a-z]+(?:['-][a-z]+)*|\d+(?:[.,:]\d+)*")
_HAN_ONLY = re.compile(rf"[{HAN}]+")
_PARTICLE = re.compile("[的了呢吗吧啊呀嘛着太很]")
_SENTENCE = re.compile(r"[^。！？!?；;\n\r]+?(?:[。！？!?；;\n\r]+|\.(?=\s|$)|$)")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, without white space around them; none for a blank text."""
    found = (part.strip(" \t\u3000,，、") for part in _SENTENCE.findall(text.strip()))
    return [part for part in found if re.search(r"\w", part)]


def words(text: str, segment: Segmenter | None = None) -> list[str]:
    """Return the words of a text in order: lower case, without numbers and stop words.

    Runs of Chinese characters are segmented by jieba where it is installed (the extra ``text``),
    else into overlapping pairs of characters; or by ``segment``.
    """
    chosen = segment or default_segmenter()
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        parts = chosen(run) if _HAN_ONLY.fullmatch(run) else [run]
        found += [part for part in parts if part not in STOPWORDS and not part[0].isdigit()]
    return found


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of characters between particles; a character that is alone."""
    found: list[str] = []
    for part in _PARTICLE.split(run):
        found += [part[at : at + 2] for at in range(len(part) - 1)] or [part] * bool(part)
    return found


@cache
def default_segmenter() -> Segmenter:
    """Return jieba's segmenter where jieba is installed, else ``pairs``."""
    try:
        with warnings.catch_warnings():
            # The last release was made for an older Python, and says so when it is compiled.
            warnings.simplefilter("ignore")
            import jieba
    except ImportError:
        return pairs
    jieba.setLogLevel(logging.CRITICAL)
    tokenizer = jieba.Tokenizer()

    def segment(run: str) -> list[str]:
        return [str(word) for word in tokenizer.lcut(run)]

    return segment
