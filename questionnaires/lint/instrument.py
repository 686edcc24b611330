"""A questionnaire as lint reads it: its questions with their answers and their texts, in order.

Items are reached by what all kinds have in common, and by the names under which kinds keep their
parts (``options``, ``levels``, ``rows``, ``shares``), so that a new kind needs no change here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from questionnaires.kinds.base import Choice, Item
from questionnaires.lint.levels import Answering, answering
from questionnaires.lint.logic import Logic
from questionnaires.model import Questionnaire, Section
from questionnaires.text import UNDETERMINED, Text
from questionnaires.texts import texts_of

#: The lists in which kinds keep things to be rated or given a part.
ROW_LISTS = ("rows", "shares")
#: Kinds whose parts nobody reads as an answer scale: the interviewer codes them.
_CODED = ("topic",)
_SLOT = re.compile(r"\{\s*[^\W\d][\w-]*\s*\}|\$\{[^}]*\}")
#: So far a text is examined, in characters: the search for some faults takes time by the square of
#: it, and a question this long is told to be too long.
MAX_EXAMINED = 600
#: What stands for a term slot while wording is examined: a noun without any meaning.
MASKS = {"zh": "甲", "en": "Xyz"}

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_ENGLISH = re.compile(
    r"\b(the|of|your?|is|are|was|do|does|did|have|has|how|what|which|when|who|why|in|to|for|with|and)\b",
    re.IGNORECASE,
)
#: Traditional characters that occur in the patterns of the Chinese rules.
_PAIRS = (
    "雙双經经總总從从來来絕绝對对為为認认覺觉嗎吗無无沒没貴贵單单請请問问滿满時时間间歲岁個个"
    "後后與与並并會会過过還还難难眾众專专進进項项應应該该當当讓让這这說说於于選选擇择電电話话"
    "號号碼码證证寫写實实務务質质態态內内數数據据類类別别區区鎮镇鄉乡標标題题參参幾几級级學学"
    "習习聯联繫系們们國国處处現现發发東东業业傳传統统優优贊赞讚赞幫帮顯显動动樣样開开關关係系"
    "體体長长員员種种結结規规遠远僅仅麼么頻频減减隨随歡欢願愿給给團团隊队顧顾慣惯極极較较錯错"
)
_SIMPLIFIED = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))


@dataclass(frozen=True, slots=True)
class Body:
    """One text in one language: where it stands, its tag, as shown and as examined."""

    path: str
    language: str
    family: str
    shown: str
    examined: str


@dataclass(frozen=True, slots=True)
class Part:
    """An option, a level or a row with its path."""

    path: str
    label: Text
    value: str
    choice: Choice | None = None

    @property
    def substantive(self) -> bool:
        """Not "don't know" or "does not apply"."""
        return self.choice is None or not self.choice.missing


@dataclass(frozen=True)
class Entry:
    """One item where it stands."""

    path: str
    item: Item
    section: Section
    number: int
    parts: tuple[Part, ...]
    rows: tuple[Part, ...]
    languages: tuple[str, ...]

    @property
    def asked(self) -> bool:
        """Something is asked of somebody: not a note, not a calculated or hidden value."""
        return bool(getattr(self.item, "asked", True))

    @property
    def required(self) -> bool:
        """It must be answered, whatever was answered before."""
        return self.item.required is True

    @property
    def coded(self) -> bool:
        """The levels are the interviewer's codes, not answers that somebody is shown."""
        return self.item.kind in _CODED

    @property
    def open(self) -> bool:
        """It is answered in one's own words."""
        return self.item.kind in ("long_text", "short_text", "topic")

    @property
    def conditional(self) -> bool:
        """It is asked of some respondents only."""
        return bool(self.item.relevant or self.section.relevant)

    @property
    def substantive(self) -> tuple[Part, ...]:
        """The answers that count as answers."""
        return tuple(part for part in self.parts if part.substantive)

    @cached_property
    def answering(self) -> Answering:
        """How the question is answered: on a scale, by yes or no, from a list."""
        if self.coded or not self.parts:
            return Answering()
        return answering([part.choice for part in self.parts if part.choice], self.languages)


class Instrument:
    """A questionnaire with everything that several rules need, worked out once."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.around = questionnaire.surroundings()
        self._bodies: dict[str, tuple[Body, ...]] = {}

    @property
    def genre(self) -> str:
        """What sort of instrument it is: survey, poll, register ..."""
        return self.questionnaire.genre

    @property
    def opinions(self) -> bool:
        """It asks people for their views, and is not a form for the record."""
        return self.genre in ("survey", "poll", "ballot")

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All items in the order asked."""
        return tuple(self._entries())

    def _entries(self) -> Iterator[Entry]:
        languages = self.questionnaire.languages
        for number, section in enumerate(self.questionnaire.sections):
            for index, item in enumerate(section.items):
                path = f"sections.{number}.items.{index}"
                parts, rows = self._parts(path, item), self._rows(path, item)
                yield Entry(path, item, section, number, parts, rows, languages)

    def _parts(self, path: str, item: Item) -> tuple[Part, ...]:
        named = getattr(item, "scale", None)
        scales = self.questionnaire.scales
        levels = getattr(item, "levels", None)
        options = getattr(item, "options", None)
        at = f"scales.{named}" if isinstance(named, str) else f"{path}.options"
        if callable(levels):
            options = levels(self.around)
        elif not options:
            options = levels or (scales.get(named) if isinstance(named, str) else None)
        return tuple(
            Part(f"{at}.{n}.label", choice.label, choice.value, choice)
            for n, choice in enumerate(options or ())
            if isinstance(choice, Choice)
        )

    def _rows(self, path: str, item: Item) -> tuple[Part, ...]:
        return tuple(
            Part(f"{path}.{name}.{n}.label", row.label, str(getattr(row, "value", n)))
            for name in ROW_LISTS
            for n, row in enumerate(_listed(item, name))
            if isinstance(getattr(row, "label", None), Text)
        )

    @cached_property
    def section_size(self) -> Callable[[Section], int]:
        """Return a function: how many items of a section are asked."""
        return lambda section: sum(bool(getattr(item, "asked", True)) for item in section.items)

    def bodies(self, path: str, text: Text) -> tuple[Body, ...]:
        """Return each language version of a text."""
        if path not in self._bodies:
            self._bodies[path] = tuple(self._read(path, text))
        return self._bodies[path]

    def _read(self, path: str, text: Text) -> Iterator[Body]:
        slotted = any("{" in content for content in text.root.values())
        filled = self.questionnaire.filled(text) if slotted else text
        for tag, content in text.root.items():
            family = family_of(tag, content)
            shown = filled.root.get(tag, content)
            start = content[:MAX_EXAMINED]
            masked = _SLOT.sub(MASKS.get(family, "Xyz"), start) if slotted else start
            yield Body(path, tag, family, shown, simplified(masked))

    @cached_property
    def logic(self) -> Logic:
        """Its conditions, and what they can do."""
        return Logic(self.questionnaire)

    @cached_property
    def texts(self) -> tuple[tuple[str, Text], ...]:
        """Every text of the definition with its path."""
        return tuple(texts_of(self.questionnaire))

    def questions(self) -> Iterator[tuple[Entry, Body, bool]]:
        """Yield every question in every language, and whether it is a row of a matrix."""
        for entry in self.entries:
            if entry.asked:
                for body in self.bodies(f"{entry.path}.label", entry.item.label):
                    yield entry, body, False
                for row in entry.rows:
                    for body in self.bodies(row.path, row.label):
                        yield entry, body, True


def family_of(tag: str, content: str) -> str:
    """Return zh, en or another base language; an untagged text is judged by its characters."""
    if tag != UNDETERMINED:
        return tag.split("-")[0].lower()
    if _KANA.search(content):
        return ""
    if _HAN.search(content):
        return "zh"
    return "en" if _ENGLISH.search(content) else ""


def simplified(text: str) -> str:
    """Return ``text`` with the characters that the patterns use in their simplified form."""
    return text.translate(_SIMPLIFIED)


def _listed(item: Item, name: str) -> tuple[Any, ...]:
    value = getattr(item, name, ())
    return value if isinstance(value, tuple) else ()
