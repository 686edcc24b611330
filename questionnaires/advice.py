"""Advice that goes with a name that nobody knows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from heapq import nsmallest
from itertools import islice

from questionnaires.text import Text

#: So many known names are listed beside an unknown one.
MAX_LISTED = 20
#: So many known names are compared closely with an unknown one.
MAX_COMPARED = 100


def suggestion(name: str, known: Iterable[str]) -> Text:
    """Word the advice that goes with an unknown name: the closest known one, or all of them."""
    known = list(known)
    if not known:
        return Text({"zh": "这里还没有定义任何名称。", "en": "None is defined here."})
    close = difflib.get_close_matches(name.lower(), _similar(name, known), n=1)
    if close:
        return Text({"zh": f"是否想写“{close[0]}”？", "en": f'Did you mean "{close[0]}"?'})
    listed = [*nsmallest(MAX_LISTED, known), *(["…"] if len(known) > MAX_LISTED else [])]
    return Text(
        {"zh": f"可用的有：{'、'.join(listed)}。", "en": f"Known here: {', '.join(listed)}."}
    )


def _similar(name: str, known: list[str]) -> list[str]:
    """Choose whom to compare at length: comparing many names with many takes minutes."""
    if len(known) <= MAX_COMPARED:
        return known
    alike = (k for k in known if k[:1] == name[:1].lower() and abs(len(k) - len(name)) <= 2)
    return list(islice(alike, MAX_COMPARED))
