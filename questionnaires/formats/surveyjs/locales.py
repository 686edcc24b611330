"""The languages of a text, as SurveyJS names them."""

from __future__ import annotations

import re
from typing import Any

from questionnaires.formats.foreign.plain import language_code
from questionnaires.model import Questionnaire
from questionnaires.text import UNDETERMINED, Text

#: Ours -> SurveyJS's, where they differ by more than letter case.
_NAMES = {"zh": "zh-cn", "zh-Hans": "zh-cn", "zh-Hant": "zh-tw"}
_PIPE = re.compile(r"\$\{\s*([\w-]+)\s*\}")
_CODES = {"zh-cn": "zh", "zh-tw": "zh-Hant"}


def locale_of(tag: str) -> str:
    """Return SurveyJS's name of a language."""
    return _NAMES.get(tag, tag.lower())


def tag_of(locale: str) -> str:
    """Return our name of a SurveyJS locale."""
    return _CODES.get(locale.strip().lower().replace("_", "-")) or language_code(locale)


class Locales:
    """Writes texts so that the first language of a questionnaire is the default."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        first = questionnaire.languages[0]
        self._first = first
        self.locale = "" if first == UNDETERMINED else locale_of(first)

    def text(self, text: Text) -> Any:
        """Return a text as a localisable string."""
        filled = self._questionnaire.filled(text)
        filled = Text({tag: self._quoted(body) for tag, body in filled.root.items()})
        default = filled.get(self._first)
        others = {locale_of(tag): filled.get(tag) for tag in filled}
        others = {tag: body for tag, body in others.items() if tag not in ("und", self.locale)}
        return {"default": default, **others} if others else default

    def _quoted(self, body: str) -> str:
        """Write answers as SurveyJS does; in a panel they are those of the same panel."""

        def quote(match: re.Match[str]) -> str:
            section = self._questionnaire.section_of.get(match[1])
            panel = section is not None and section.repeat is not None
            return f"{{panel.{match[1]}}}" if panel else f"{{{match[1]}}}"

        return _PIPE.sub(quote, body)
