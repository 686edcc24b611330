"""One value of a definition <-> the text of one cell.

A sort of value says how it is written and how it is read. Nothing is lost by a cell that cannot
hold a value exactly, because ``cell`` then gives None and the value goes to the column for the
rest, where it stands as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from questionnaires.formats.limits import MAX_CELL
from questionnaires.formats.tree import read_tree

#: What is understood as true and as false, in any case; the first of each language is written.
TRUE = ("yes", "是", "true", "1", "x", "✓")
FALSE = ("no", "否", "false", "0")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}\Z")
#: Characters that a workbook cannot hold, or gives back changed.
_UNHELD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class NotThis(ValueError):
    """The text of a cell is not what its column holds; ``text`` stands for it then."""


@dataclass(frozen=True, slots=True)
class Sort:
    """How one sort of value is written into a cell and read from it."""

    name: str
    #: May raise ValueError or TypeError for a value of another sort.
    encode: Callable[[Any], str]
    #: The text is not blank; what is no value of this sort comes back as the text that it is.
    decode: Callable[[str], Any]


def _flag(text: str) -> Any:
    word = text.strip().lower()
    return True if word in TRUE else False if word in FALSE else text


def _flag_text(value: Any) -> str:
    if not isinstance(value, bool):
        raise TypeError
    return TRUE[0] if value else FALSE[0]


def _word_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _condition_text(value: Any) -> str:
    return _flag_text(value) if isinstance(value, bool) else _word_text(value)


def _whole(text: str) -> Any:
    return int(text) if _WHOLE.match(text) else text


def _number(text: str) -> Any:
    value = loose(text)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else text


def _lines_text(values: Any) -> str:
    return "\n".join(_word_text(value) for value in values)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _present(text: str) -> Any:
    value = _flag(text)
    return {} if value is True else None if value is False else loose(text)


def _present_text(value: Any) -> str:
    return _flag_text(True) if value == {} else as_json(value)


def _mixed_text(value: Any) -> str:
    return value if isinstance(value, str) else as_json(value)


def _mixed(text: str) -> Any:
    """Text, unless it reads as a number, a list, a mapping or a text in quotes."""
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text
    return text if value is None or isinstance(value, bool) else value


FLAG = Sort("flag", _flag_text, _flag)
#: Yes, no, or a condition.
CONDITION = Sort("condition", _condition_text, _flag)
WHOLE = Sort("whole", str, _whole)
NUMBER = Sort("number", str, _number)
WORD = Sort("word", _word_text, str)
#: Several words, one a line.
WORDS = Sort("words", _lines_text, _lines)
MIXED = Sort("mixed", _mixed_text, _mixed)
#: A part of the definition that is there, with nothing set in it.
PRESENT = Sort("present", _present_text, _present)
#: Anything else, as JSON or YAML.
ANYTHING = Sort("anything", lambda value: as_json(value), lambda text: loose(text))
#: These take a column for each language.
TEXT = Sort("text", _word_text, str)
TEXTS = Sort("texts", _lines_text, str.splitlines)


def cell(sort: Sort, value: Any) -> str | None:
    """Return the text of a cell from which ``value`` can be read exactly, or None."""
    try:
        text = sort.encode(value)
        return text if fits(text) and _same(sort.decode(text), value) else None
    except (TypeError, ValueError):
        return None


def fits(text: str) -> bool:
    """Say whether a workbook gives this text back as it is."""
    short = 0 < len(text.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_CELL
    return short and text == text.strip() and not _UNHELD.search(text)


def as_json(value: Any, *, compact: bool = False) -> str:
    """Return JSON on one line, whose characters a workbook can hold."""
    separators = (",", ":") if compact else (", ", ": ")
    text = json.dumps(value, ensure_ascii=False, separators=separators)
    return _UNHELD.sub(escaped, text)


def escaped(mark: re.Match[str]) -> str:
    """Return a character of a JSON text as an escape."""
    return f"\\u{ord(mark[0]):04x}"


def loose(text: str) -> Any:
    """Return what JSON, or else YAML, says; NotThis where it is neither."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise NotThis(text) from None
    except ValueError:
        if len(text) > MAX_CELL:  # a person writes into one cell
            raise NotThis(text) from None
        tree = read_tree(text, "")
    if tree.problems:
        raise NotThis(text)
    return tree.value


def _no_number(word: str) -> Any:
    raise NotThis(word)


def _same(read: Any, value: Any) -> bool:
    """Equal, and of the same type all the way down: 1 is not true, nor 1.0."""
    return as_json(read) == as_json(value)
