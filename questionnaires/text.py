"""Text in several languages: the value behind every label, title and message."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import (
    ConfigDict,
    GetJsonSchemaHandler,
    RootModel,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from questionnaires import locales

#: The language of a text that was written without naming one (BCP 47 "undetermined").
UNDETERMINED = "und"

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
_NAME = r"[^\W\d][\w-]*"
_SLOT = re.compile(rf"(?<!\$)\{{\s*({_NAME})\s*\}}")
_PIPE = re.compile(rf"\$\{{\s*({_NAME})\s*\}}")

#: The directions of characters that can change how their neighbours are laid out.
_TURNING = frozenset(
    {"R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
)

#: What stands in a text in place of an answer that is not there (yet).
NOT_YET = "…"

#: The categories Cc and Cs of Unicode, but for a tab and the end of a line.
_UNPRINTABLE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

#: A function that words a text for one reader: language chosen, term slots filled.
Say = Callable[["Text"], str]


def unprintable(text: str) -> bool:
    """Say whether ``text`` holds a control character or half a surrogate pair."""
    return _UNPRINTABLE.search(text) is not None


def printable(text: str) -> str:
    """Return ``text`` with a visible sign in place of each character that cannot be shown."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unprintable(mark) else mark for mark in text)


def isolated(text: str) -> str:
    """Keep what was typed from turning the text around it: UAX #9, first strong isolate."""
    turned = any(unicodedata.bidirectional(mark) in _TURNING for mark in text)
    return f"\u2068{text}\u2069" if turned else text


def slot_name(name: str) -> bool:
    """Say whether ``name`` can stand in the braces of a slot."""
    return re.fullmatch(_NAME, name) is not None


class Text(RootModel[dict[str, str]]):
    """One text in one or more languages, keyed by BCP 47 tag; a bare string is language-neutral."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _accept_bare_string(cls, value: Any) -> Any:
        """Accept a bare text, and a whole number (a label of a scale from 0 to 10) as one."""
        if isinstance(value, Mapping):
            return _by_tag(value)
        value = _worded(value)
        if not isinstance(value, str):
            raise ValueError("text_type")
        return {UNDETERMINED: value}

    @model_validator(mode="after")
    def _languages_and_content(self) -> Text:
        if not self.root:
            raise ValueError("text_empty")
        for content in self.root.values():
            if not content.strip():
                raise ValueError("text_empty")
            if unprintable(content):
                raise ValueError("text_unprintable")
        return self

    @model_serializer(mode="plain")
    def _as_written(self) -> str | dict[str, str]:
        if set(self.root) == {UNDETERMINED}:
            return self.root[UNDETERMINED]
        return dict(self.root)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say in the JSON Schema that a bare string will do."""
        written = handler(core)
        bare = {"type": "string", "minLength": 1}
        return {"anyOf": [bare, written], "description": "One text, or one text per language."}

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.root.items())))

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        return iter(self.root)

    def __contains__(self, language: str) -> bool:
        return language in self.root

    def get(self, language: str) -> str:
        """Return the text for ``language``, or for the ``source`` that stands in for it."""
        return self.root[self.source(language)]

    def source(self, language: str) -> str:
        """Return the language in which a reader of ``language`` gets this text: that one, else its
        base language, another region or script of it, neutral, English, and whatever there is."""
        if language in self.root:
            return language
        base = language.split("-")[0]
        related = sorted(code for code in self.root if code.split("-")[0] == base)
        for candidate in (base, *related, UNDETERMINED, "en"):
            if candidate in self.root:
                return candidate
        return min(self.root)

    def covers(self, language: str) -> bool:
        """Say whether a reader of ``language`` gets this text without falling back."""
        root = self.root
        return language in root or UNDETERMINED in root or language.split("-")[0] in root

    def slots(self) -> set[str]:
        """Return the names in braces, such as ``unit`` in "staff of {unit}"."""
        return self._named(_SLOT)

    def pipes(self) -> set[str]:
        """Return the items whose answers stand in this text, such as ``${name}``."""
        return self._named(_PIPE)

    def _named(self, braces: re.Pattern[str]) -> set[str]:
        # A cheap look first: hardly any text has braces, and every one is asked.
        bodies = [content for content in self.root.values() if "{" in content]
        return {name for content in bodies for name in braces.findall(content)}

    def piped(self, shown: Callable[[str, str], str]) -> Text:
        """Return this text with ``shown(item, language)`` in place of each ``${item}``.

        A language-neutral text is worded in Chinese and in English.
        """
        if not self.pipes():
            return self
        bodies = dict(self.root)
        if UNDETERMINED in bodies:
            bodies = {"zh": bodies[UNDETERMINED], "en": bodies[UNDETERMINED]} | bodies
        return Text(
            {
                language: _PIPE.sub(lambda match: shown(match[1], language), body)  # noqa: B023
                for language, body in bodies.items()
            }
        )

    def filled(self, terms: Mapping[str, Text]) -> Text:
        """Return this text with each slot replaced by the term of that name.

        A language-neutral text takes on the languages of its terms.
        """
        named = [terms[name] for name in self.slots() if name in terms]
        if not named:
            return self
        bodies = dict(self.root)
        if UNDETERMINED in bodies:
            bodies |= {code: self.get(code) for term in named for code in term}
        return Text({code: _fill(body, terms, code) for code, body in bodies.items()})


def _worded(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _by_tag(contents: Mapping[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for code, content in contents.items():
        tag = language_tag(code)
        if tag in found:
            raise ValueError("text_language_twice")
        found[tag] = _worded(content)
    return found


@lru_cache(maxsize=1024)
def language_tag(code: str) -> str:
    """Return a BCP 47 tag in its usual spelling: ``zh-hans-cn`` is ``zh-Hans-CN``.

    Raise ValueError when it is none. Case means nothing (RFC 5646, section 2.1.1).
    """
    if not isinstance(code, str) or not _LANGUAGE.match(code):
        raise ValueError("text_language")
    first, *rest = code.lower().split("-")
    private = rest.index("x") if "x" in rest else len(rest)
    return "-".join([first, *map(_spelt, rest[:private]), *rest[private:]])


def _spelt(part: str) -> str:
    """Write a script as ``Hans``, a region as ``CN``."""
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part


def _fill(body: str, terms: Mapping[str, Text], language: str) -> str:
    def word(match: re.Match[str]) -> str:
        term = terms.get(match[1])
        return term.get(language) if term else match[0]

    return _SLOT.sub(word, body)


def plain(value: object, language: str) -> str:
    """Word any value that may stand in a message: a Text, a list of them, or a plain value."""
    if isinstance(value, Text):
        return value.get(language)
    if isinstance(value, list | tuple):
        return locales.listed((plain(part, language) for part in value), language)
    return str(value)
