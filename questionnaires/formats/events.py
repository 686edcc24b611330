"""YAML text -> parsing events, each with its line and column, or the first error of syntax.

libyaml does the work, some fifteen times as fast as a parser in Python. It knows YAML 1.1 and
misreads three things that 1.2 and JSON mean differently; a text that may hold one of them goes
through ruamel.yaml, whose events have the same shape. Nothing is resolved or composed here, so a
text cannot stand for more than it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml import events as slow
from ruamel.yaml.error import MarkedYAMLError

from questionnaires.problems import Place, Problem
from questionnaires.text import Text

#: An event of either parser.
Event = Any

SCALAR = frozenset((yaml.ScalarEvent, slow.ScalarEvent))
ALIAS = frozenset((yaml.AliasEvent, slow.AliasEvent))
MAPPING = frozenset((yaml.MappingStartEvent, slow.MappingStartEvent))
SEQUENCE = frozenset((yaml.SequenceStartEvent, slow.SequenceStartEvent))
START = MAPPING | SEQUENCE
VALUES = SCALAR | ALIAS | START
END = frozenset(
    (
        yaml.MappingEndEvent,
        yaml.SequenceEndEvent,
        slow.MappingEndEvent,
        slow.SequenceEndEvent,
    )
)
_DOCUMENT = frozenset((yaml.DocumentStartEvent, slow.DocumentStartEvent))

#: Not printable, says YAML; a tab and the ends of lines are.
_UNPRINTABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
#: What libyaml misreads: ends of lines of YAML 1.1, halves of a character as JSON escapes them,
#: and words that begin with a colon or a question mark within brackets.
_MISREAD = re.compile(r"[\x85\u2028\u2029]|\\u[dD][89a-fA-F]|[\[{,]\s*[:?][^\s,]")

#: Part of what the parsers say, and what it means.
_WORDINGS = (
    (
        "mapping values are not allowed",
        "此处多了一个冒号；文字中含有冒号时，请给整段文字加引号",
        "unexpected colon; put quotes around a text that holds a colon",
    ),
    ("could not find expected ':'", "缺少冒号，应写成“键: 值”", 'a colon is missing: "key: value"'),
    (
        "cannot start any token",
        "有不能这样使用的字符；缩进只能用空格，以 @、%、` 等符号开头的文字要加引号",
        "a character that cannot stand here; indent with spaces only, and put quotes around a "
        "text that starts with a sign such as @ or %",
    ),
    ("unexpected end of stream", "引号没有配对", "a quotation mark is not closed"),
    ("expected ',' or ']'", "方括号没有配对，或缺少逗号", 'a comma or "]" is missing'),
    ("expected ',' or '}'", "花括号没有配对，或缺少逗号", 'a comma or "}" is missing'),
    (
        "while parsing a block",
        "缩进与上面的行没有对齐",
        "the indentation does not match the lines above",
    ),
    ("escape", "反斜杠后面的写法不对", "an escape after a backslash that does not exist"),
    (
        "undefined tag handle",
        "以叹号开头的文字要加引号",
        "put quotes around a text that starts with an exclamation mark",
    ),
    (
        "while parsing a node",
        "此处不能这样写；含有特殊符号的文字要加引号",
        "this cannot stand here; put quotes around a text with special signs",
    ),
    (
        "while parsing a flow node",
        "此处不能这样写；含有特殊符号的文字要加引号",
        "this cannot stand here; put quotes around a text with special signs",
    ),
    (
        "single document",
        "一个文件只能写一份定义，不能再用“---”分开",
        'a file holds one definition only; remove the second "---"',
    ),
    ("not printable", "含有控制字符", "control characters are not allowed"),
    ("tab character", "缩进只能用空格", "indent with spaces only"),
    (
        "entries are not allowed",
        "列表项应另起一行，并与上一项对齐",
        "an entry of a list starts on a line of its own, below the one before",
    ),
    (
        "mapping keys are not allowed",
        "此处不能写键；以问号开头的文字要加引号",
        "no key can stand here; put quotes around a text that starts with a question mark",
    ),
    (
        "block scalar",
        "“|”或“>”后面应另起一行",
        'the text after "|" or ">" starts on a line of its own',
    ),
    (
        "scanning an a",  # an anchor, an alias
        "以 & 或 * 开头的文字要加引号",
        "put quotes around a text that starts with & or *",
    ),
    ("a tag", "以叹号开头的文字要加引号", "put quotes around a text that starts with !"),
    ("directive", "以 % 开头的文字要加引号", "put quotes around a text that starts with %"),
    ("YAML document", "不支持这个 YAML 版本", "this version of YAML is not supported"),
    (
        "<document start>",
        "文件末尾有多余的内容",
        "there is something left after the end of the definition",
    ),
    (
        "document indicator",
        "引号没有配对",
        "a quotation mark is not closed",
    ),
)
#: For what no author of a definition is likely to write; a parser's own words are English only.
_OTHERWISE = ("此处不符合 YAML 的写法", "this is not how YAML is written")


class UnreadableError(Exception):
    """The text is not YAML; ``problem`` says why and where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def events(text: str, file: str) -> Iterator[Event]:
    """Yield the events of the one document in ``text``; raise UnreadableError at a bad place."""
    if found := _UNPRINTABLE.search(text):
        before = text[: found.start()]
        column = len(before) - before.rfind("\n")
        raise _unreadable("not printable", Place("", file, before.count("\n") + 1, column))
    documents = 0
    try:
        for event in _parsed(text):
            documents += type(event) in _DOCUMENT
            if documents > 1:
                raise _unreadable("single document", place_of(event, file))
            yield event
    except (yaml.MarkedYAMLError, MarkedYAMLError) as error:
        mark = error.problem_mark or error.context_mark
        place = Place("", file, mark.line + 1, mark.column + 1) if mark else Place(file=file)
        said = f"{error.context or ''} {error.problem or ''}".strip()
        raise _unreadable(said, place) from error


def misread(text: str) -> bool:
    """Say whether libyaml may misread a text."""
    return not yaml.__with_libyaml__ or _MISREAD.search(text) is not None


def _parsed(text: str) -> Iterator[Event]:
    if not misread(text):
        return iter(yaml.CBaseLoader(text).get_event, None)
    parsing: Iterator[Event] = YAML(pure=True).parse(text)
    return parsing


def spot_of(event: Event) -> tuple[int, int]:
    """Return the line and the column, in characters, where an event begins, from 1."""
    mark = event.start_mark
    return mark.line + 1, mark.column + 1


def place_of(event: Event, file: str, field: str = "") -> Place:
    """Return where an event begins, as the place of the part ``field``."""
    return Place(field, file, *spot_of(event))


def _unreadable(said: str, place: Place) -> UnreadableError:
    """Say what a parser's complaint means for the author of the file."""
    known = (Text({"zh": zh, "en": en}) for part, zh, en in _WORDINGS if part in said)
    chinese, english = _OTHERWISE
    reason = next(known, Text({"zh": chinese, "en": english}))
    return UnreadableError(Problem("yaml_syntax", {"reason": reason}, place))
