"""What was read of one question -> the question: its kind, options, rows and limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from questionnaires.expressions import Call, ExpressionError, Node, Reference, parse
from questionnaires.expressions.tree import SELF, replaced
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.draft import (
    Carried,
    Draft,
    Formula,
    Question,
    Scope,
    Settings,
    Translate,
)
from questionnaires.formats.foreign.options import Option, choosing, coded, levels
from questionnaires.formats.foreign.reasons import refused
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.pasted.guessing import MOST_APART, guessed, range_of
from questionnaires.formats.pasted.jumps import Asked, Jump, of_option
from questionnaires.formats.pasted.lines import MAX_LINE, Line
from questionnaires.formats.pasted.tags import Tags
from questionnaires.kinds.words import WORDS
from questionnaires.text import Text

_BLANK = re.compile(r"[:：]?\s*(?:_{2,}|＿{2,}|[(（]\s{0,6}[)）])\s*[。.]?\s*$")
#: A line to write on, before words that ask to.
_LINE = re.compile(r"[_＿]{2,}(?=\s*[(（])")
_SPECIFY = re.compile(
    r"[(（,，、:：\s]*(?:请(?:注明|说明|填写|写明)|please (?:specify|describe)|specify)"
    r"[)）:：\s]*$",
    re.IGNORECASE,
)
_OPTION_TAGS = re.compile(
    r"\s*(?:[【（(](互斥|不计分|不计入)[】）)]|[\[(](exclusive|not counted)[\])])"
)
_POINTS = re.compile(r"\s*[（(](-?\d{1,4})\s*(?:分|points?)[)）]")
_LEADING_NUMBER = re.compile(r"(-?\d{1,4})(?=\D|$)")
_OPTIONED = ("single_choice", "multiple_choice", "ranking", "dropdown")
_ROWED = ("matrix", "matrix_multiple", "matrix_text", "matrix_number")
_YES_NO = ({"是", "否"}, {"yes", "no"})
_WIDE = re.compile(r"\t+|\s{2,}|\s*[|｜/／;；]\s*|\s+")


@dataclass(slots=True)
class Reading:
    """One question while its lines are being read."""

    line: Line
    #: The lines of the question itself.
    stems: list[str]
    tags: Tags
    #: Options with the lines that they stand on; lines that may be options, rows or text.
    options: list[tuple[str, int]] = field(default_factory=list)
    listed: list[tuple[str, int]] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    hint: list[str] = field(default_factory=list)
    conditions: list[Line] = field(default_factory=list)
    jumps: list[Jump] = field(default_factory=list)
    #: The line under it is there to be written on.
    ruled: bool = False
    square: bool = False

    @property
    def stem(self) -> str:
        """The wording of the question."""
        return "\n".join(self.stems)


class Making:
    """Makes the question of what was read of it."""

    def __init__(
        self, read: Reading, draft: Draft, report: Report, text: Callable[[str], Text]
    ) -> None:
        self._read = read
        self._draft = draft
        self._report = report
        self._text = text
        self._where = f"{read.line.at}"
        self._name = name_of(read.line.number)
        self._values: dict[str, str] = {}

    def asked(self) -> Asked:
        """Return the question with its number and the values of its options."""
        question = self._question()
        return Asked(self._read.line.number, question, self._values)

    def _question(self) -> Question:
        read = self._read
        kind = read.tags.kind
        if kind in _ROWED:
            self._table_parts()
        else:
            read.options += read.listed
        if not kind or (kind == "stars" and (read.options or "low" in read.tags.numbers)):
            kind = self._guess(kind)
        if kind == "scale" and not read.options and self._wide():
            kind = "slider"
        stem = _BLANK.sub("", read.stem) or read.stem
        settings, codes = self._kind(kind)
        settings["label"] = self._text(stem or self._name)
        if read.hint and "hint" not in settings:
            settings["hint"] = self._text("\n".join(read.hint))
        if read.tags.required and kind != "note":
            settings["required"] = True
        listed = "options" in settings or "rows" in settings
        order = read.tags.settings
        if listed and (order.get("random_order") or order.get("random_questions")):
            settings["random_order"] = True
        question = Question(self._name, self._where, settings, codes=codes)
        question.relevant = [_condition(line) for line in read.conditions]
        if carried := read.tags.settings.get("carried"):
            number, left = carried
            question.carried = _carried(number, left, self._where)
        return question

    def _guess(self, kind: str) -> str:
        numbers = self._read.tags.numbers
        if kind == "stars" and self._read.options:
            values = {"kind": WORDS["stars"].name, "instead": WORDS["scale"].name}
            self._report.lose("kind_changed", self._where, **values)
            return "scale"
        if kind == "stars":
            whole = numbers["low"] == 1 and 3 <= numbers["high"] <= 10
            numbers["count"] = numbers["high"]
            return "stars" if whole else "scale"
        read = self._read
        words = [words for words, _ in read.options]
        kind = guessed(read.stem, words, read.rows, numbers, square=read.square, ruled=read.ruled)
        if kind in ("scale", "net_promoter") and (span := range_of(read.stem)):
            numbers |= {"low": span[0], "high": span[1]}
        self._report.lose("guess_kind", self._where, kind=WORDS[kind].name)
        return kind

    def _wide(self) -> bool:
        """Say whether a range has more numbers than a scale has levels; put its ends in order."""
        numbers = self._read.tags.numbers
        if "low" not in numbers:
            return False
        numbers["low"], numbers["high"] = sorted((numbers["low"], numbers["high"]))
        return numbers["high"] > numbers["low"] + MOST_APART

    def _table_parts(self) -> None:
        """Tell columns from rows: the first line of several words holds the columns."""
        read = self._read
        loose = [words for words, _ in read.listed]
        beneath = [*read.stems[1:], *loose]
        del read.stems[1:]
        if not read.options and beneath and not read.rows:
            columns = [word for word in _WIDE.split(beneath[0]) if word]
            if len(columns) > 1 and len(beneath) > 1:
                read.options = [(word, read.line.at) for word in columns]
                beneath = beneath[1:]
        read.rows += beneath

    def _options(self) -> list[Option]:
        return [self._option(raw, n, at) for n, (raw, at) in enumerate(self._read.options, start=1)]

    def _option(self, raw: str, number: int, at: int) -> Option:
        words = {match[1] or match[2] for match in _OPTION_TAGS.finditer(raw)}
        body, jump = of_option(_OPTION_TAGS.sub("", raw[:MAX_LINE]).strip(), at)
        points = _POINTS.search(body)
        if points:
            body = _POINTS.sub("", body).strip()
        blank = _BLANK.search(body) or _SPECIFY.search(body)
        label = _LINE.sub("", _BLANK.sub("", body)).strip() or str(number)
        if jump is not None:
            self._read.jumps.append(Jump(jump.text, at, jump.to, label))
        option = Option(str(number), self._text(label), text=bool(blank))
        option.score = int(points[1]) if points else None
        option.exclusive = bool(words & {"互斥", "exclusive"})
        option.missing = bool(words & {"不计分", "不计入", "not counted"})
        return option

    def _kind(self, kind: str) -> tuple[Settings, dict[str, str]]:
        numbers = self._read.tags.numbers
        if kind in _ROWED:
            return self._table(kind)
        if kind == "scale":
            return {"kind": "scale", "scale": self._scale()}, {}
        if kind in _OPTIONED:
            return self._choice(kind)
        if kind == "yes_no":
            return self._yes_no()
        self._no_options(kind)
        settings: Settings = {"kind": kind}
        if kind == "stars" and 3 <= numbers.get("count", 0) <= 10:
            settings["stars"] = numbers["count"]
        if kind in ("integer", "decimal", "slider") and "low" in numbers:
            settings |= {"min": numbers["low"], "max": numbers["high"]}
        if kind in ("short_text", "long_text") and "length" in numbers:
            settings["max_characters"] = max(1, min(numbers["length"], 2000))
        return settings, {}

    def _yes_no(self) -> tuple[Settings, dict[str, str]]:
        options = self._options()
        labels = [next(iter(option.label.root.values())).casefold() for option in options]
        if options and set(labels) not in _YES_NO:
            return self._choice("single_choice")
        self._values = {}
        for letter, label in zip("AB", labels, strict=False):
            value = "yes" if label in ("是", "yes") else "no"
            self._values |= {label: value, letter: value}
        return {"kind": "yes_no"}, {}

    def _no_options(self, kind: str) -> None:
        """Report options under a question that has none of its own."""
        if self._read.options:
            shown = "; ".join(words for words, _ in self._read.options)
            values = {"key": WORDS[kind].name, "text": shown}
            self._report.lose("setting_dropped", self._where, **values)

    def _choice(self, kind: str) -> tuple[Settings, dict[str, str]]:
        numbers = self._read.tags.numbers
        look = {"appearance": "dropdown"} if kind == "dropdown" else {}
        kind = "single_choice" if kind == "dropdown" else kind
        options = self._options()
        settings, codes = choosing(kind, options, self._name, self._where, self._report)
        for option, letter in zip(options, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=False):
            value = codes.get(str(option.value), str(option.value))
            words = next(iter(option.label.root.values()))
            self._values |= {words: value, letter: value}
        if settings["kind"] == "multiple_choice":
            for name, ours in (("least", "min_choices"), ("most", "max_choices")):
                if name in numbers and 1 <= numbers[name] <= len(options):
                    settings[ours] = numbers[name]
        if settings["kind"] == "ranking" and 1 <= numbers.get("top", 0) <= len(options):
            settings["top"] = numbers["top"]
        return settings | (look if settings["kind"] == "single_choice" else {}), codes

    def _scale(self) -> str:
        options = self._options()
        bare = [next(iter(option.label.root.values())) for option in options]
        if len(options) < 2:
            self._no_options("scale")
            options = self._counted()
        elif range_of(self._read.stem) and all(word.isdecimal() for word in bare):
            options = self._counted()
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

    def _counted(self) -> list[Option]:
        """Return the levels of a scale of which only the ends are known."""
        numbers, span = self._read.tags.numbers, range_of(self._read.stem)
        low, high = numbers.get("low", 1), numbers.get("high", 5)
        high = high if low < high <= low + MOST_APART else low + 4
        if span is None and "low" not in numbers:
            values = {"name": self._name, "instead": f"{low}–{high}"}
            self._report.lose("options_missing", self._where, **values)
        ends = dict(zip((low, high), span[2:], strict=True)) if span else {}
        return [
            Option(str(n), self._text(f"{n} {ends[n]}" if ends.get(n) else str(n)), score=n)
            for n in range(low, high + 1)
        ]

    def _table(self, kind: str) -> tuple[Settings, dict[str, str]]:
        rows = self._read.rows
        if not rows:
            rows = ["-"]
            self._report.lose("options_missing", self._where, name="rows", instead="-")
        listed = [Option(str(n), self._text(row)) for n, row in enumerate(rows, start=1)]
        made, _ = coded(listed[:200], self._where, self._report)
        settings: Settings = {"kind": kind, "rows": made}
        if kind == "matrix":
            settings["scale"] = self._scale()
        elif kind == "matrix_multiple":
            choices, _ = coded(self._options(), self._where, self._report)
            settings["options"] = choices
        return settings, {}


def name_of(number: str) -> str:
    """Return the name of the question with a number, such as 3 or 3.1."""
    return "q" + re.sub(r"\D+", "_", number)


def quotation(number: str) -> Translate:
    """Return what a text shows in place of ``[Q1]``."""
    return lambda scope: scope.reference(scope.find(name_of(number)))


def _carried(number: str, left: bool, where: str) -> Carried:
    """Return the options that were chosen, or left, in the question with a number."""
    source = name_of(number)

    def translate(scope: Scope) -> Node:
        known = scope.find(source)
        chosen = Call("selected", (scope.reference(known), Reference(f"{OPTION}value")))
        return Call("not", (chosen,)) if left else chosen

    text = f"{number} {'-' if left else '+'}"
    made = Formula("carry_forward", where, text, translate)
    return Carried(source, "not_chosen" if left else "chosen", made)


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
