"""How an explanation is written down."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.text import Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """The name of a setting and one sentence about it."""

    name: Text
    about: Text


def say(zh: str, en: str, about_zh: str, about_en: str) -> Explanation:
    """Return an explanation from its four texts."""
    return Explanation(Text({"zh": zh, "en": en}), Text({"zh": about_zh, "en": about_en}))
