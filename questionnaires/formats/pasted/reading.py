"""Numbered plain text -> draft. What is guessed is reported; what looks wrong is left and told."""

from __future__ import annotations

import re

from questionnaires.formats.foreign.assembling import assemble
from questionnaires.formats.foreign.bounded import decoded, too_many
from questionnaires.formats.foreign.draft import Draft, Group, Question
from questionnaires.formats.foreign.plain import joined, tidy, without_braces
from questionnaires.formats.foreign.quoting import Quotes
from questionnaires.formats.foreign.report import Refused, Report
from questionnaires.formats.limits import MAX_ITEMS
from questionnaires.formats.losses import Imported
from questionnaires.formats.pasted.inline import span_in, split, words_of
from questionnaires.formats.pasted.jumps import Asked, Jump, carry_out, of_line
from questionnaires.formats.pasted.lines import MAX_LINE, Line, read_lines
from questionnaires.formats.pasted.making import Making, Reading, quotation
from questionnaires.formats.pasted.suspicion import suspicious
from questionnaires.formats.pasted.tags import Tags, parted, read_tags
from questionnaires.text import Text

_HAN = re.compile(r"[\u4e00-\u9fff]")
_REQUIRED = re.compile(r"\s*(?:[*＊]\s*(?:必[填答选])?|[(（](?:必填|必答|required)[)）])\s*$")
_THANKS = re.compile(
    r"(?:再次)?(?:谢谢|感谢)|(?:问卷|调查)?到此结束|thank(?:s| you)|end of (?:the )?survey",
    re.IGNORECASE,
)
_HEADING = 40
#: [Q1], [第1题]: the answer to question 1, as people write it who move a text between programs.
_QUOTED = re.compile(
    r"[\[【]\s*(?:Q|第)\s*(\d{1,4}(?:\.\d{1,3}){0,3})\s*题?(?:的?答案)?\s*[\]】]", re.I
)
#: A line without any mark may be an option when it is no longer than this.
_SHORT = 30
#: So many lines a text may have.
MAX_LINES = 20 * MAX_ITEMS
_CHOOSING = ("single_choice", "multiple_choice", "ranking", "dropdown", "scale")
#: Kinds that words make levels of, and kinds that a range of numbers limits.
_LEVELLED = (*_CHOOSING, "stars")
_RANGED = ("scale", "stars", "slider", "integer", "decimal")
_CHINESE_SHARE = 0.2


def read(content: bytes, filename: str) -> Imported:
    """Return the questionnaire in a plain text, or the reason why it was refused."""
    report = Report()
    try:
        text = decoded(content, filename, report)
        if "\x00" in text:
            raise Refused("不是文本文件", "it is not a text file")
        return assemble(_Reading(text, filename, report).draft(), report)
    except Refused as refusal:
        return refusal.imported(filename)


class _Reading:
    def __init__(self, text: str, filename: str, report: Report) -> None:
        self._report = report
        lines = re.split(r"\r\n|\r|\n", text)
        if len(lines) > MAX_LINES:
            raise Refused(f"超过 {MAX_LINES} 行", f"it has more than {MAX_LINES} lines")
        self._lines = list(read_lines([tidy(line) for line in lines]))
        asked = sum(line.sort == "question" for line in self._lines)
        if asked > MAX_ITEMS:
            raise too_many(asked)
        letters = sum(mark.isalpha() for mark in text)
        self._chinese = len(_HAN.findall(text)) > _CHINESE_SHARE * max(1, letters)
        self._language = "zh" if self._chinese else "en"
        report.lose("language_guessed", filename, language=self._language)
        name = filename.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
        self._filename = filename
        self._draft = Draft(name or "text", None, languages=(self._language,))
        self._draft.quotes = Quotes(_QUOTED, quotation)
        self._intro: list[str] = []
        self._parts = 1
        self._group = Group("part-1", "1", page=True)
        self._open: Reading | None = None
        self._asked: list[Asked] = []
        self._jumps: list[tuple[int, Jump]] = []
        #: The last line that says anything, which may be a word of thanks.
        self._last = max((one.at for one in self._lines if one.sort != "blank"), default=0)

    def draft(self) -> Draft:
        """Return the whole form."""
        for index, line in enumerate(self._lines):
            self._look(line)
            self._take(line, index)
        self._close_question()
        self._close_group()
        carry_out(self._jumps, self._asked, self._report)
        self._draft.intro = self._text("\n".join(self._intro)) if self._intro else None
        return self._draft

    def _text(self, words: str) -> Text:
        words = self._draft.quotes.marked(without_braces(words), self._filename)
        return Text({self._language: words})

    def _look(self, line: Line) -> None:
        for shown, reason in suspicious(line.text):
            self._report.lose("text_suspicious", f"{line.at}", text=shown, reason=reason)

    def _take(self, line: Line, index: int) -> None:
        match line.sort:
            case "title":
                self._draft.title = self._text(line.text)
            case "section":
                self._start_group(line)
            case "question":
                self._start_question(line)
            case "blank":
                pass
            case _ if self._open is None or not self._beneath(self._open, line):
                self._loose(line, index)

    def _beneath(self, asked: Reading, line: Line) -> bool:
        """Add a line to the question that it stands beneath; say whether it could be."""
        match line.sort:
            case "options" | "columns":
                asked.options += [(part, line.at) for part in line.parts]
                asked.square = asked.square or line.square
            case "listed":
                asked.listed += [(part, line.at) for part in line.parts]
            case "rows":
                asked.rows += line.parts
            case "hint":
                asked.hint.append(line.text)
            case "condition":
                asked.conditions.append(line)
            case "blank_line":
                asked.ruled = True
            case _:
                jump = of_line(line.text, line.at)
                if jump is None:
                    return False
                asked.jumps.append(jump)
        return True

    def _loose(self, line: Line, index: int) -> None:
        """Decide what a line is that nothing marks."""
        if line.sort == "blank_line" or self._shuffled(line):
            return
        if self._open is None:
            self._in_front(line)
        elif line.at == self._last and _THANKS.search(line.text):
            self._closing(line)
        elif self._is_heading(line, index):
            self._guessed(line, "一个部分的标题", "the heading of a part")
            self._start_group(line)
        else:
            self._further(self._open, line, index)

    def _shuffled(self, line: Line) -> bool:
        """Take up a line that says nothing but that the questions come in random order."""
        rest, tags = read_tags(f"【{line.text.strip('（()）【】[]。. ')}】")
        random = not rest and bool(tags.settings.get("random_questions"))
        if random and not self._group.parts and self._open is None:
            self._group.random_order = True
        elif random:
            self._report.lose("tag_unknown", f"{line.at}", tag=line.text)
        return random

    def _in_front(self, line: Line) -> None:
        if self._draft.title is None and not self._draft.groups and not self._group.title:
            self._draft.title = self._text(line.text)
            self._guessed(line, "标题", "the title")
        elif not self._group.title:
            self._intro.append(line.text)
            self._guessed(line, "卷首语", "the introduction")
        else:
            before = self._group.intro
            words = self._text(line.text)
            self._group.intro = words if before is None else joined(before, words, "\n")
            self._guessed(line, "本部分的说明", "the introduction of this part")

    def _is_heading(self, line: Line, index: int) -> bool:
        """A short line with a blank one before it, and a question right behind."""
        after = next(
            (one for one in self._lines[index + 1 : index + 21] if one.sort != "blank"), None
        )
        before = self._lines[index - 1] if index else None
        asks = after is not None and after.sort == "question"
        alone = before is not None and before.sort == "blank"
        return asks and alone and _heading_like(line.text)

    def _further(self, asked: Reading, line: Line, index: int) -> None:
        table = asked.tags.kind.startswith("matrix")
        if asked.options and not table and len(asked.options[-1][0]) < MAX_LINE:
            words, at = asked.options[-1]
            asked.options[-1] = (f"{words} {line.text}", at)
            self._guessed(line, "选项文字的下一行", "a further line of the option")
        elif _spanned(asked.tags, line.text):
            self._guessed(line, "分值范围", "the range of the numbers")
        elif levels := self._levels(asked, line, index):
            asked.listed += [(word, line.at) for word in levels]
            self._guessed(line, "一行选项", "a line of options")
        elif not table and (asked.listed or self._offers(asked, line, index)):
            asked.listed.append((line.text, line.at))
            self._guessed(line, "一个选项", "an option")
        else:
            asked.stems.append(line.text)
            self._guessed(line, "题目文字的下一行", "a further line of the question")

    def _offers(self, asked: Reading, line: Line, index: int) -> bool:
        """Say whether lines without a mark are options: the tag says so, or two are short."""
        if len(line.text) > _SHORT or len(asked.stems) > 1:
            return False
        plain = self._goes_on(index)
        if asked.tags.kind in _CHOOSING:
            return plain or asked.tags.kind != "scale"
        return not asked.tags.kind and plain and line.text[-1] not in "。？！?!:："

    def _levels(self, asked: Reading, line: Line, index: int) -> list[str]:
        """Return the options that stand in one line without marks: it is the only such line."""
        first = not asked.listed and not asked.options and len(asked.stems) == 1
        alone = first and asked.tags.kind in _LEVELLED and not self._goes_on(index)
        return words_of(line.text) if alone else []

    def _goes_on(self, index: int) -> bool:
        """Say whether the next line is a short one without a mark as well."""
        after = self._lines[index + 1] if index + 1 < len(self._lines) else None
        if after is None or after.sort != "text" or len(after.text) > _SHORT:
            return False
        return not _THANKS.search(after.text)

    def _closing(self, line: Line) -> None:
        self._close_question()
        settings = {"kind": "note", "label": self._text(line.text)}
        self._group.parts.append(Question("closing", f"{line.at}", settings))
        self._guessed(line, "结束语", "closing words")

    def _guessed(self, line: Line, chinese: str, english: str) -> None:
        role = Text({"zh": chinese, "en": english})
        self._report.lose("guess_role", f"{line.at}", text=line.text, role=role)

    def _start_group(self, line: Line) -> None:
        self._close_question()
        self._parts -= not self._draft.groups and not self._group.parts
        self._close_group()
        self._parts += 1
        self._group = Group(f"part-{self._parts}", f"{line.at}", page=True)
        words, tags = read_tags(line.text)
        random = bool(tags.settings.get("random_questions"))
        self._group.random_order = random
        words = words if random else line.text
        self._group.title = self._text(words) if words else None

    def _close_group(self) -> None:
        if self._group.parts:
            self._draft.groups.append(self._group)
        elif self._group.title is not None:
            settings = {"kind": "note", "label": self._group.title}
            where = self._group.where
            self._report.lose("heading_kept", where, name=self._group.name)
            self._group.parts.append(Question(f"{self._group.name}-note", where, settings))
            self._draft.groups.append(self._group)

    def _start_question(self, line: Line) -> None:
        self._close_question()
        stem, tags = read_tags(line.text)
        jump, options = None, list[str]()
        if len(stem) <= MAX_LINE:
            jump = of_line(stem, line.at)
            stem = stem.replace(jump.text, " ").strip() if jump else stem
            stem, options = (None if jump else _behind(line.text, tags)) or split(stem)
            stem, more = read_tags(stem)
            tags.join(more)
        if _REQUIRED.search(stem):
            stem = _REQUIRED.sub("", stem)
            tags.required = True
        if line.starred:
            tags.required = True
        for tag in tags.unknown:
            self._report.lose("tag_unknown", f"{line.at}", tag=tag)
        offered = [(option, line.at) for option in options]
        self._open = Reading(line, [stem or line.text], tags, offered)
        self._open.jumps += [jump] if jump else []

    def _close_question(self) -> None:
        if self._open is None:
            return
        made = Making(self._open, self._draft, self._report, self._text).asked()
        self._jumps += [(len(self._asked), jump) for jump in self._open.jumps]
        self._asked.append(made)
        self._group.parts.append(made.question)
        self._open = None


def _behind(text: str, tags: Tags) -> tuple[str, list[str]] | None:
    """Return the question and the levels behind its tag; a range of numbers goes to the tags."""
    before, behind = parted(text)
    behind = read_tags(behind)[0]
    if _REQUIRED.search(behind):
        before, behind = f"{before} *", _REQUIRED.sub("", behind)
    if not before or not behind:
        return None
    if _spanned(tags, behind):
        return before, []
    words = words_of(behind) if tags.kind in _LEVELLED else []
    return (before, words) if words else None


def _spanned(tags: Tags, text: str) -> bool:
    """Take up a range of numbers, when the kind has one that is not known yet."""
    span = span_in(text) if tags.kind in _RANGED and "low" not in tags.numbers else None
    if span is not None:
        tags.numbers |= {"low": span[0], "high": span[1]}
    return span is not None


def _heading_like(text: str) -> bool:
    return len(text) <= _HEADING and text[-1] not in "。？！.?!:：,，;；"
