"""Numbered plain text -> draft. What is guessed is reported; what looks wrong is left and told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from questionnaires.expressions import ExpressionError, Node, Reference, parse
from questionnaires.expressions.tree import SELF, replaced
from questionnaires.formats.foreign.assembling import assemble
from questionnaires.formats.foreign.bounded import MAX_ITEMS, decoded, too_many
from questionnaires.formats.foreign.draft import Draft, Formula, Group, Question, Scope, Settings
from questionnaires.formats.foreign.options import Option, choosing, coded, levels
from questionnaires.formats.foreign.plain import tidy, without_braces
from questionnaires.formats.foreign.reasons import refused
from questionnaires.formats.foreign.report import Refused, Report
from questionnaires.formats.losses import Imported
from questionnaires.formats.pasted.lines import Line, read_line
from questionnaires.formats.pasted.suspicion import suspicious
from questionnaires.formats.pasted.tags import Tags, read_tags
from questionnaires.kinds.words import WORDS
from questionnaires.text import Text

_HAN = re.compile(r"[\u4e00-\u9fff]")
_BLANK = re.compile(r"[:：]?\s*(?:_{2,}|＿{2,})[。.]?\s*$")
_OPTION_TAGS = re.compile(r"\s*(?:【(互斥|不计分|不计入)】|\[(exclusive|not counted)\])")
_POINTS = re.compile(r"\s*[（(](-?\d{1,4})\s*(?:分|points?)[)）]")
_LEADING_NUMBER = re.compile(r"(-?\d{1,4})(?=\D|$)")
_REQUIRED = re.compile(r"\s*(?:[*＊]|[（(](?:必填|必答|required)[)）])\s*$")
_SEVERAL = re.compile(r"可多选|多选|选出所有|select all|all that apply|choose any", re.IGNORECASE)
_LONG = re.compile(
    r"意见|建议|请说明|请描述|为什么|谈谈|why\b|describe|comments?|explain", re.IGNORECASE
)
_HEADING = 40
#: So many lines a text may have.
MAX_LINES = 20 * MAX_ITEMS
_OPTIONED = ("single_choice", "multiple_choice", "ranking", "dropdown")
_GRADED = ("scale", "matrix", "matrix_multiple")
_ROWED = ("matrix", "matrix_multiple", "matrix_text", "matrix_number")
_CHINESE_SHARE = 0.2


@dataclass(slots=True)
class _Asked:
    """One question while its lines are being read."""

    line: Line
    stem: str
    tags: Tags
    options: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    hint: list[str] = field(default_factory=list)
    conditions: list[Line] = field(default_factory=list)


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
        self._lines = [read_line(tidy(line), n) for n, line in enumerate(lines, start=1)]
        asked = sum(line.sort == "question" for line in self._lines)
        if asked > MAX_ITEMS:
            raise too_many(asked)
        letters = sum(mark.isalpha() for mark in text)
        self._chinese = len(_HAN.findall(text)) > _CHINESE_SHARE * max(1, letters)
        self._language = "zh" if self._chinese else "en"
        report.lose("language_guessed", filename, language=self._language)
        name = filename.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
        self._draft = Draft(name or "text", None, languages=(self._language,))
        self._intro: list[str] = []
        self._parts = 1
        self._group = Group("part-1", "1", page=True)
        self._asked: _Asked | None = None

    def draft(self) -> Draft:
        """Return the whole form."""
        for index, line in enumerate(self._lines):
            self._look(line)
            self._take(line, index)
        self._close_question()
        self._close_group()
        self._draft.intro = self._text("\n".join(self._intro)) if self._intro else None
        return self._draft

    def _text(self, words: str) -> Text:
        return Text({self._language: without_braces(words)})

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
            case "options" if self._asked is not None:
                self._asked.options += line.parts
            case "rows" if self._asked is not None:
                self._asked.rows += line.parts
            case "hint" if self._asked is not None:
                self._asked.hint.append(line.text)
            case "condition" if self._asked is not None:
                self._asked.conditions.append(line)
            case "blank":
                pass
            case _:
                self._loose(line, index)

    def _loose(self, line: Line, index: int) -> None:
        """Decide what a line is that nothing marks."""
        after = next((one for one in self._lines[index + 1 :][:20] if one.sort != "blank"), None)
        before = self._lines[index - 1] if index else None
        asks = after is not None and after.sort == "question"
        if self._draft.title is None and not self._asked and not self._draft.groups:
            self._draft.title = self._text(line.text)
            self._guessed(line, "标题", "the title")
        elif self._asked is None and not self._group.title:
            self._intro.append(line.text)
            self._guessed(line, "卷首语", "the introduction")
        elif self._asked is None:
            self._group.intro = self._text(line.text)
            self._guessed(line, "本部分的说明", "the introduction of this part")
        elif asks and before is not None and before.sort == "blank" and _is_heading(line.text):
            self._guessed(line, "一个部分的标题", "the heading of a part")
            self._start_group(line)
        elif not self._asked.options:
            self._asked.stem += f"\n{line.text}"
            self._guessed(line, "题目文字的下一行", "a further line of the question")
        else:
            self._asked.options[-1] += f" {line.text}"
            self._guessed(line, "选项文字的下一行", "a further line of the option")

    def _guessed(self, line: Line, chinese: str, english: str) -> None:
        role = Text({"zh": chinese, "en": english})
        self._report.lose("guess_role", f"{line.at}", text=line.text, role=role)

    def _start_group(self, line: Line) -> None:
        self._close_question()
        self._parts -= not self._draft.groups and not self._group.parts
        self._close_group()
        self._parts += 1
        self._group = Group(f"part-{self._parts}", f"{line.at}", page=True)
        self._group.title = self._text(line.text) if line.text else None

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
        if _REQUIRED.search(stem):
            stem = _REQUIRED.sub("", stem)
            tags.required = True
        if line.starred:
            tags.required = True
        for tag in tags.unknown:
            self._report.lose("tag_unknown", f"{line.at}", tag=tag)
        self._asked = _Asked(line, stem, tags)

    def _close_question(self) -> None:
        if self._asked is None:
            return
        made = _Making(self._asked, self._draft, self._report, self._text).question()
        self._group.parts.append(made)
        self._asked = None


class _Making:
    """Makes the question of what was read of it."""

    def __init__(
        self, asked: _Asked, draft: Draft, report: Report, text: Callable[[str], Text]
    ) -> None:
        self._asked = asked
        self._draft = draft
        self._report = report
        self._text = text
        self._where = f"{asked.line.at}"
        self._name = "q" + re.sub(r"\D+", "_", asked.line.number)

    def question(self) -> Question:
        """Return the question."""
        kind = self._asked.tags.kind or self._guess()
        stem = self._asked.stem
        if kind in ("short_text", "long_text"):
            stem = _BLANK.sub("", stem) or stem
        settings, codes = self._kind(kind)
        settings["label"] = self._text(stem or self._name)
        if self._asked.hint and "hint" not in settings:
            settings["hint"] = self._text("\n".join(self._asked.hint))
        if self._asked.tags.required and kind != "note":
            settings["required"] = True
        listed = "options" in settings or "rows" in settings
        if self._asked.tags.settings.get("random_order") and listed:
            settings["random_order"] = True
        question = Question(self._name, self._where, settings, codes=codes)
        question.relevant = [_condition(line) for line in self._asked.conditions]
        return question

    def _guess(self) -> str:
        asked = self._asked
        if asked.rows:
            kind = "matrix" if asked.options else "matrix_text"
        elif asked.options:
            kind = "multiple_choice" if _SEVERAL.search(asked.stem) else "single_choice"
        else:
            kind = "long_text" if _LONG.search(asked.stem) else "short_text"
        self._report.lose("guess_kind", self._where, kind=WORDS[kind].name)
        return kind

    def _options(self) -> list[Option]:
        return [self._option(raw, n) for n, raw in enumerate(self._asked.options, start=1)]

    def _option(self, raw: str, number: int) -> Option:
        words = {match[1] or match[2] for match in _OPTION_TAGS.finditer(raw)}
        body = _OPTION_TAGS.sub("", raw).strip()
        points = _POINTS.search(body)
        if points:
            body = _POINTS.sub("", body).strip()
        blank = _BLANK.search(body)
        label = _BLANK.sub("", body).strip() if blank else body
        option = Option(str(number), self._text(label or str(number)), text=bool(blank))
        option.score = int(points[1]) if points else None
        option.exclusive = bool(words & {"互斥", "exclusive"})
        option.missing = bool(words & {"不计分", "不计入", "not counted"})
        return option

    def _kind(self, kind: str) -> tuple[Settings, dict[str, str]]:
        numbers = self._asked.tags.numbers
        if kind in _ROWED:
            return self._table(kind)
        if kind == "scale":
            return {"kind": "scale", "scale": self._scale()}, {}
        if kind in _OPTIONED:
            return self._choice(kind)
        self._no_options(kind)
        settings: Settings = {"kind": kind}
        if kind == "stars" and 3 <= numbers.get("count", 0) <= 10:
            settings["stars"] = numbers["count"]
        if kind in ("integer", "decimal", "slider") and "low" in numbers:
            settings |= {"min": numbers["low"], "max": numbers["high"]}
        if kind in ("short_text", "long_text") and "length" in numbers:
            settings["max_characters"] = max(1, min(numbers["length"], 2000))
        return settings, {}

    def _no_options(self, kind: str) -> None:
        """Report options under a question that has none of its own."""
        if self._asked.options:
            shown = "; ".join(self._asked.options)
            values = {"key": WORDS[kind].name, "text": shown}
            self._report.lose("setting_dropped", self._where, **values)

    def _choice(self, kind: str) -> tuple[Settings, dict[str, str]]:
        numbers = self._asked.tags.numbers
        look = {"appearance": "dropdown"} if kind == "dropdown" else {}
        kind = "single_choice" if kind == "dropdown" else kind
        options = self._options()
        settings, codes = choosing(kind, options, self._name, self._where, self._report)
        if settings["kind"] == "multiple_choice":
            for name, ours in (("least", "min_choices"), ("most", "max_choices")):
                if name in numbers and 1 <= numbers[name] <= len(options):
                    settings[ours] = numbers[name]
        if settings["kind"] == "ranking" and 1 <= numbers.get("top", 0) <= len(options):
            settings["top"] = numbers["top"]
        return settings | (look if settings["kind"] == "single_choice" else {}), codes

    def _scale(self) -> str:
        options = self._options()
        if len(options) < 2:
            low, high = (
                self._asked.tags.numbers.get("low", 1),
                self._asked.tags.numbers.get("high", 5),
            )
            high = high if low < high <= low + 20 else low + 4
            options = [Option(str(n), self._text(str(n)), score=n) for n in range(low, high + 1)]
            self._report.lose(
                "options_missing", self._where, name=self._name, instead=f"{low}–{high}"
            )
        for option in options:
            label = next(iter(option.label.root.values()))
            if option.score is None and (led := _LEADING_NUMBER.match(label)):
                option.value, option.score = led[1], int(led[1])
            elif option.score is not None:
                option.value = str(option.score)
        if len({option.value for option in options}) < len(options):
            for number, option in enumerate(options, start=1):
                option.value = str(number)
        choices, _ = coded(options, self._where, self._report)
        scored = any("score" in choice for choice in choices)
        return self._draft.scales.name(levels(choices) if scored else choices)

    def _table(self, kind: str) -> tuple[Settings, dict[str, str]]:
        rows = self._asked.rows or self._asked.stem.splitlines()[1:]
        if not rows:
            rows = ["-"]
            self._report.lose("options_missing", self._where, name="rows", instead="-")
        if not self._asked.rows and len(rows) > 1:
            self._asked.stem = self._asked.stem.splitlines()[0]
        listed = [Option(str(n), self._text(row)) for n, row in enumerate(rows, start=1)]
        made, _ = coded(listed[:200], self._where, self._report)
        settings: Settings = {"kind": kind, "rows": made}
        if kind == "matrix":
            settings["scale"] = self._scale()
        elif kind == "matrix_multiple":
            choices, _ = coded(self._options(), self._where, self._report)
            settings["options"] = choices
        return settings, {}


def _condition(line: Line) -> Formula:
    """Return a condition, which is written in our own language with q1, q2 for the questions."""

    def translate(scope: Scope) -> Node:
        try:
            node = parse(line.text)
        except ExpressionError as error:
            raise refused(error) from None

        def change(part: Node) -> Node:
            if isinstance(part, Reference) and part.name != SELF:
                return scope.reference(scope.find(part.name))
            return part

        return replaced(node, change)

    return Formula("relevant", f"{line.at}", line.text, translate)


def _is_heading(text: str) -> bool:
    return len(text) <= _HEADING and text[-1] not in "。？！.?!:：,，;；"
