"""The words of every problem: a code that never changes, in Chinese and in English."""

from __future__ import annotations

from questionnaires.messages.answers import ANSWER_MESSAGES
from questionnaires.messages.definitions import DEFINITION_MESSAGES

__all__ = ["ANSWER_MESSAGES", "DEFINITION_MESSAGES", "MESSAGES"]

#: code -> (Chinese message, English message)
MESSAGES = DEFINITION_MESSAGES | ANSWER_MESSAGES
