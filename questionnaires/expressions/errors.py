"""What can be wrong with the text of an expression."""

from __future__ import annotations


class ExpressionError(ValueError):
    """Text that is not an expression; ``at`` is the character (from 1), with both wordings."""

    def __init__(self, at: int, chinese: str, english: str) -> None:
        self.at = at
        self.chinese = chinese
        self.english = english
        super().__init__(f"{english} (character {at})")
