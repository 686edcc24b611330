"""LimeSurvey's question types -> kinds of ours."""

from __future__ import annotations

from collections.abc import Callable

from questionnaires.formats.foreign.draft import (
    Check,
    Draft,
    Formula,
    Question,
    Settings,
)
from questionnaires.formats.foreign.options import MAX_CODE, Option, choosing, coded, levels
from questionnaires.formats.foreign.plain import joined
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.limesurvey.rows import Attributes, Entry, Tables
from questionnaires.text import Text

_OTHER = Text({"zh": "其他（请注明）", "en": "Other (please specify)"})
_YES, _NO = Text({"zh": "是", "en": "Yes"}), Text({"zh": "否", "en": "No"})
_STANDARD: dict[str, tuple[tuple[str, Text], ...]] = {
    "A": tuple((str(n), Text(str(n))) for n in range(1, 6)),
    "5": tuple((str(n), Text(str(n))) for n in range(1, 6)),
    "B": tuple((str(n), Text(str(n))) for n in range(1, 11)),
    "C": (("Y", _YES), ("U", Text({"zh": "不确定", "en": "Uncertain"})), ("N", _NO)),
    "E": (
        ("I", Text({"zh": "增加", "en": "Increase"})),
        ("S", Text({"zh": "不变", "en": "Same"})),
        ("D", Text({"zh": "减少", "en": "Decrease"})),
    ),
    "G": (("F", Text({"zh": "女", "en": "Female"})), ("M", Text({"zh": "男", "en": "Male"}))),
}
MOST_ROWS = 200
#: The code that LimeSurvey gives to the entry typed in beside the options.
OTHER = "-oth-"


class Source:
    """One question of a file with everything that belongs to it."""

    def __init__(self, entry: Entry, tables: Tables, draft: Draft) -> None:
        self.entry = entry
        self.tables = tables
        self.draft = draft
        self.report: Report = tables.report
        self.type = entry.get("type")
        self.code = entry.get("title") or f"q{entry.get('qid')}"
        self.where = f"questions[{self.code}]"
        self.attributes: Attributes = tables.attributes(entry)
        self.subquestions: list[Entry] = []
        self.answers: list[Entry] = []
        #: Foreign code of a row -> its value.
        self.rows: dict[str, str] = {}
        #: Foreign code of a row -> the conditions under which it is shown.
        self.row_conditions: dict[str, list[Formula]] = {}
        #: What every row must hold on its own: the foreign code of a row -> its check.
        self.row_checks: list[Callable[[str], Check]] = []

    def options(self, scale: str = "0") -> list[Option]:
        """Return the answers of one scale, in their order, with other at the end."""
        found = []
        for answer in self.answers:
            if (answer.get("scale_id") or "0") != scale:
                continue
            place = f"{self.where}.answers[{answer.get('code')}]"
            label = self.tables.text(answer, "answer", place)
            option = Option(answer.get("code"), label or Text(answer.get("code") or "-"))
            option.score = answer.number("assessment_value") or None
            found.append(option)
        return found

    def other(self) -> list[Option]:
        """Return the entry that is typed in, if there is one."""
        if self.entry.get("other") != "Y":
            return []
        label = self.attributes.text("other_replace_text", f"{self.where}.other_replace_text")
        return [Option(OTHER, label or _OTHER, text=True)]

    def parts(self, scale: str = "0") -> list[Option]:
        """Return the sub-questions of one side as options."""
        found = []
        for part in self.subquestions:
            if (part.get("scale_id") or "0") == scale:
                place = f"{self.where}.subquestions[{part.get('title')}]"
                label = self.tables.text(part, "question", place)
                found.append(Option(part.get("title"), label or Text(part.get("title") or "-")))
        return found

    def table(self) -> list[Settings]:
        """Return the sub-questions as rows."""
        parts = self.parts()
        if len(parts) > MOST_ROWS:
            values = {"name": "rows", "count": len(parts), "limit": MOST_ROWS}
            self.report.lose("list_long", self.where, **values, instead=MOST_ROWS)
        if not parts:
            parts = [Option("row", self.tables.text(self.entry, "question", "") or Text("-"))]
        rows, self.rows = coded(parts[:MOST_ROWS], self.where, self.report)
        return [{key: row[key] for key in ("value", "label")} for row in rows]

    def question(self, settings: Settings, codes: dict[str, str] | None = None) -> Question:
        """Return a question with the wording of this one."""
        label = self.tables.text(self.entry, "question", f"{self.where}.question")
        hint = self.tables.text(self.entry, "help", f"{self.where}.help")
        made: Settings = {**settings, "label": label or Text(self.code)}
        if hint and "hint" not in made:
            made["hint"] = hint
        return Question(self.code, self.where, made, codes=codes or {})

    def changed(self, kind: str, instead: str) -> None:
        """Report that a type became another kind."""
        self.report.lose("kind_changed", self.where, kind=kind, instead=instead)


def single(source: Source) -> list[Question]:
    """Return one answer from a list, with a comment for type O."""
    options = source.options() + source.other()
    kind, codes = choosing("single_choice", options, source.code, source.where, source.report)
    if source.type == "!" and kind["kind"] == "single_choice":
        kind["appearance"] = "dropdown"
    question = source.question(kind, codes)
    if source.type != "O":
        return [question]
    return [question, _comment(source, question)]


def _comment(source: Source, question: Question) -> Question:
    words = Text({"zh": "补充说明", "en": "Comment"})
    settings = {"kind": "long_text", "label": joined(question.settings["label"], words)}
    return Question(f"{source.code}_comment", source.where, settings)


def several(source: Source) -> list[Question]:
    """Return several answers from a list, with a comment for each for type P."""
    options = source.parts() + source.other()
    alone = {code.strip() for code in source.attributes.get("exclude_all_others").split(";")}
    for option in options:
        option.exclusive = option.value in alone
    kind, codes = choosing("multiple_choice", options, source.code, source.where, source.report)
    question = source.question(kind, codes)
    if source.type != "P":
        return [question]
    rows = source.table()
    words = Text({"zh": "补充说明", "en": "Comments"})
    settings = {
        "kind": "matrix_text",
        "rows": rows,
        "label": joined(question.settings["label"], words),
    }
    return [question, Question(f"{source.code}_comments", source.where, settings)]


def ranked(source: Source) -> list[Question]:
    """Return options to put in order."""
    kind, codes = choosing("ranking", source.options(), source.code, source.where, source.report)
    most = source.attributes.number("max_answers") or source.attributes.number("max_subquestions")
    if most and "options" in kind and most >= 1:
        kind["top"] = min(int(most), len(kind["options"]))
    return [source.question(kind, codes)]


def yes_no(source: Source) -> list[Question]:
    """Return yes or no."""
    return [source.question({"kind": "yes_no"}, {"Y": "yes", "N": "no"})]


def standard_choice(source: Source) -> list[Question]:
    """Return the answers that the type itself brings: gender, one to five."""
    options = [Option(value, label) for value, label in _STANDARD[source.type]]
    choices, codes = coded(options, source.where, source.report)
    if source.type == "G":
        return [source.question({"kind": "single_choice", "options": choices}, codes)]
    scale = source.draft.scales.name(levels(choices))
    return [source.question({"kind": "scale", "scale": scale}, codes)]


def array(source: Source) -> list[Question]:
    """Return rows with the levels of the type, or of the answers."""
    options = source.options()
    if source.type in _STANDARD:
        options = [Option(value, label) for value, label in _STANDARD[source.type]]
    rows = source.table()
    if len(options) < 2:
        source.changed(f"array {source.type}", "matrix_text")
        return [source.question({"kind": "matrix_text", "rows": rows})]
    choices, codes = coded(options, source.where, source.report)
    scale = source.draft.scales.name(levels(choices))
    return [source.question({"kind": "matrix", "scale": scale, "rows": rows}, codes)]


def dual(source: Source) -> list[Question]:
    """Return rows with two scales."""
    sides = [source.options("0"), source.options("1")]
    if any(len(side) < 2 for side in sides):
        return array(source)
    first, codes = coded(sides[0], source.where, source.report)
    second, _ = coded(sides[1], source.where, source.report)
    names = [source.draft.scales.name(levels(side)) for side in (first, second)]
    headings = [
        source.attributes.text(f"dualscale_header{side}", source.where)
        or source.attributes.text(f"dualscale_header{name}", source.where)
        or Text({"zh": f"量表{name}", "en": f"Scale {name}"})
        for side, name in (("A", "1"), ("B", "2"))
    ]
    settings: Settings = {"kind": "matrix_dual", "scale": names[0], "second_scale": names[1]}
    settings |= {"first_label": headings[0], "second_label": headings[1], "rows": source.table()}
    return [source.question(settings, codes)]


def grid(source: Source) -> list[Question]:
    """Return a table of numbers or texts: one question for each column."""
    columns = source.parts("1")
    rows = source.table()
    if source.type == ":" and source.attributes.yes("multiflexible_checkbox") and len(columns) > 1:
        choices, codes = coded(columns, source.where, source.report)
        settings = {"kind": "matrix_multiple", "rows": rows, "options": choices}
        return [source.question(settings, codes)]
    cells: Settings = {"kind": "matrix_number" if source.type == ":" else "matrix_text"}
    if source.type == ":":
        for key, ours in (("multiflexible_min", "min"), ("multiflexible_max", "max")):
            limit = source.attributes.number(key)
            if limit is not None:
                cells[ours] = limit
    if len(columns) > 1:
        values = {"kind": f"array {source.type}", "count": len(columns)}
        source.report.lose("part_of_kind", source.where, **values)
    found = []
    for column in columns or [Option("", Text("-"))]:
        question = source.question({**cells, "rows": rows})
        if len(columns) > 1:
            question.settings["label"] = joined(question.settings["label"], column.label)
            question.name = f"{source.code}_{column.value}"
        found.append(question)
    return found


def lines(source: Source) -> list[Question]:
    """Return several numbers or texts, one to a row; numbers with a fixed sum share it out."""
    rows = source.table()
    if source.type == "Q":
        return [source.question({"kind": "matrix_text", "rows": rows})]
    total = source.attributes.number("equals_num_value")
    if total is not None and total >= 1 and total.is_integer() and 2 <= len(rows) <= 100:
        settings: Settings = {"kind": "constant_sum", "total": int(total), "shares": rows}
        return [source.question(settings)]
    return [source.question({"kind": "matrix_number", "rows": rows})]


def number(source: Source) -> list[Question]:
    """Return a number."""
    if source.attributes.yes("num_value_int_only"):
        return [source.question({"kind": "integer"})]
    question = source.question({"kind": "decimal", "digits": 10})
    unit = source.attributes.text("suffix", source.where)
    if unit:
        question.settings["unit"] = unit
    return [question]


def line(source: Source) -> list[Question]:
    """Return a line of text, or a number when only numbers are accepted."""
    if source.attributes.yes("numbers_only"):
        return number(source)
    return [source.question({"kind": "short_text"})]


def text(source: Source) -> list[Question]:
    """Return a text of several lines."""
    return [source.question({"kind": "long_text"})]


def date(source: Source) -> list[Question]:
    """Return a day, with the time when the format shows one."""
    shown = source.attributes.get("date_format")
    timed = any(mark in shown for mark in ("H", "i", "h", "G"))
    return [source.question({"kind": "date_time" if timed else "date"})]


def note(source: Source) -> list[Question]:
    """Return text to read."""
    return [source.question({"kind": "note"})]


def calculated(source: Source) -> list[Question]:
    """Return a value that is worked out; where its wording is the equation, its code names it."""
    wording = source.tables.raw(source.entry, "question").strip()
    question = source.question({"kind": "calculated", "shown": True})
    if not source.attributes.get("equation") and wording.startswith("{") and wording.endswith("}"):
        question.settings["label"] = Text(source.code)
    return [question]


def upload(source: Source) -> list[Question]:
    """Return an attachment."""
    size = source.attributes.number("max_filesize")
    settings: Settings = {"kind": "file"}
    if size:
        settings["max_megabytes"] = max(1, min(100, round(size / 1024)))
    most = source.attributes.number("max_num_of_files")
    if most and most > 1:
        source.report.lose("repeat_dropped", source.where, name=source.code)
    return [source.question(settings)]


def language(source: Source) -> list[Question]:
    """Return the choice of a language: readers choose theirs on every page of ours."""
    source.changed("language switch", "note")
    return [source.question({"kind": "note"})]


BUILDERS: dict[str, Callable[[Source], list[Question]]] = {
    **dict.fromkeys("!LO", single),
    **dict.fromkeys("MP", several),
    **dict.fromkeys("5G", standard_choice),
    **dict.fromkeys("ABCEFH", array),
    **dict.fromkeys(":;", grid),
    **dict.fromkeys("KQ", lines),
    **dict.fromkeys("TU", text),
    "1": dual,
    "R": ranked,
    "Y": yes_no,
    "N": number,
    "S": line,
    "D": date,
    "X": note,
    "*": calculated,
    "|": upload,
    "I": language,
}

__all__ = ["BUILDERS", "MAX_CODE", "Source"]
