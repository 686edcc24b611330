"""The conditions, limits and first answers of LimeSurvey questions."""

from __future__ import annotations

import re
from collections.abc import Callable

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.draft import (
    Carried,
    Check,
    Formula,
    Question,
    Scope,
    has_value,
    never,
)
from questionnaires.formats.foreign.option_filter import option_filter
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.splitting import can_split
from questionnaires.formats.limesurvey.expressions import Lexicon, formula, own_pattern
from questionnaires.formats.limesurvey.kinds import Source
from questionnaires.text import Text

_ALWAYS = ("", "1")
_DAY = re.compile(r"\d{4}(-\d{2}-\d{2}( [\d:]+)?)?\Z")
#: A limit may be a year only: its first or last day.
_EDGE = {">=": "01-01", "<=": "12-31"}
_NUMBERS = ("integer", "decimal", "matrix_number", "slider")
_TEXTS = ("short_text", "long_text", "matrix_text")
MOST = {"short_text": 2000, "long_text": 20_000, "matrix_text": 2000}
#: Attributes that hold the settings of something that other settings switch on.
_QUIET = (
    "hidden",
    "public_statistics",
    "page_break",
    "scale_export",
    "hide_tip",
    "save_as_default",
    "statistics_showgraph",
    "statistics_showmap",
    "statistics_graphtype",
    "relevance",
    "random_group",
)
#: Attributes that change what may be answered, or when: each is a loss of its own.
_CHANGING = (
    *("time_limit", "prefix", "suffix", "other_numbers_only"),
    *("other_comment_mandatory", "exclude_all_others_auto", "assessment_value"),
    *("multiflexible_step", "value_range_allows_missing", "allowed_filetypes", "parent_order"),
    *("min_num_of_files", "num_value_int_only", "numbers_only", "numbers_only_multiple"),
    *("max_num_value_sgqa", "min_num_value_sgqa", "num_value_equals_sgqa", "scriptActivate"),
    *("location_mapservice", "slider_default", "dropdown_dates_minute_step"),
)


def settle(source: Source, questions: list[Question], lexicon: Lexicon) -> None:
    """Give the questions made of one LimeSurvey question their conditions and limits."""
    _Settling(source, questions, lexicon).all()


class _Settling:
    def __init__(self, source: Source, questions: list[Question], lexicon: Lexicon) -> None:
        self._source = source
        self._questions = questions
        self._first = questions[0]
        self._lexicon = lexicon
        self._report = source.report

    def all(self) -> None:
        """Read everything."""
        self._shown()
        self._mandatory()
        self._equation()
        self._checks()
        self._limits()
        self._options()
        self._rest()

    def _formula(self, key: str, text: str, value: bool = False) -> Formula:
        where = f"{self._source.where}.{key}"
        return formula(key, where, text, self._lexicon, self._source.code, value)

    def _shown(self) -> None:
        text = self._source.entry.get("relevance").strip()
        conditions = [] if text in _ALWAYS else [self._formula("relevance", text)]
        if self._source.attributes.yes("hidden"):
            if self._first.kind == "calculated":
                self._first.settings["shown"] = False
            else:
                self._report.lose("never_shown", self._source.where)
                conditions.append(never(self._source.where))
        for question in self._questions:
            question.relevant += conditions

    def _mandatory(self) -> None:
        mandatory = self._source.entry.get("mandatory")
        if self._first.kind in ("note", "calculated"):
            return
        if mandatory == "Y":
            self._first.settings["required"] = True
            for question in self._questions[1:]:
                question.settings["required"] = question.kind == self._first.kind
        elif mandatory == "S":
            values = {"key": "mandatory", "text": "soft"}
            self._report.lose("setting_dropped", self._source.where, **values)

    def _equation(self) -> None:
        if self._first.kind != "calculated":
            return
        attributes = self._source.attributes
        raw = attributes.get("equation") or self._source.tables.raw(self._source.entry, "question")
        whole = re.fullmatch(r"\{(.*)\}", raw.strip(), re.DOTALL)
        inner = whole[1] if whole and _balanced(whole[1]) else raw.strip()
        self._first.calculate = self._formula("equation", inner, value=True)

    def _checks(self) -> None:
        attributes = self._source.attributes
        tip = attributes.text("em_validation_q_tip", f"{self._source.where}.em_validation_q_tip")
        rule = attributes.get("em_validation_q")
        if rule:
            self._first.checks.append(Check(self._formula("em_validation_q", rule), tip))
        single = attributes.get("em_validation_sq")
        words = attributes.text("em_validation_sq_tip", f"{self._source.where}.em_validation_sq")
        if single:
            self._of_rows("em_validation_sq", single, self._row_rule(single, words))
        pattern = self._source.entry.get("preg").strip()
        if not pattern:
            return
        if "rows" in self._first.settings:
            self._of_rows("preg", pattern, lambda row: Check(self._pattern(pattern)))
        else:
            self._first.checks.append(Check(self._pattern(pattern)))

    def _pattern(self, pattern: str) -> Formula:
        where = f"{self._source.where}.preg"
        return Formula("preg", where, pattern, lambda scope: _or_blank(own_pattern(pattern)))

    def _row_rule(self, text: str, words: Text | None) -> Callable[[str], Check]:
        where, source = f"{self._source.where}.em_validation_sq", self._source

        def rule(row: str) -> Check:
            this = f"{source.code}_{row}"
            made = formula("em_validation_sq", where, text, self._lexicon, this)
            return Check(made, words)

        return rule

    def _of_rows(self, key: str, text: str, check: Callable[[str], Check]) -> None:
        """Check every row by itself, when the rows can be questions of their own."""
        if self._rows_stand_alone():
            self._source.row_checks.append(check)
        else:
            self._flag(key, text)

    def _flag(self, key: str, text: str) -> None:
        self._report.expressions += 1
        reason = Untranslatable("subquestion").reason
        self._report.flag(key, f"{self._source.where}.{key}", text, reason)

    def _limits(self) -> None:
        attributes, kind = self._source.attributes, self._first.kind
        length = attributes.number("maximum_chars")
        if length and length >= 1:
            for question in self._questions:
                if question.kind in _TEXTS:
                    most = min(int(length), MOST[question.kind])
                    question.settings["max_characters"] = most
        self._days()
        self._bound("min_num_value_n", "min", ">=")
        self._bound("max_num_value_n", "max", "<=")
        for key in ("min_num_value", "max_num_value", "equals_num_value"):
            value = attributes.get(key)
            if value and not (key == "equals_num_value" and kind == "constant_sum"):
                where = f"{self._source.where}.{key}"
                self._report.lose("limit_dropped", where, key=key, value=value)
        for key, ours, sign in (("min_answers", "min_choices", ">="), ("max_answers", "", "<=")):
            self._number_of_answers(key, ours or "max_choices", sign)

    def _bound(self, key: str, ours: str, sign: str) -> None:
        text, limit = self._source.attributes.get(key), self._source.attributes.number(key)
        if not text:
            return
        if limit is not None and self._first.kind in _NUMBERS:
            whole = self._first.kind == "integer"
            self._first.settings[ours] = int(limit) if whole else limit
        elif limit is None and self._first.kind in ("integer", "decimal"):
            inner = self._formula(key, text.strip("{}"), value=True)
            self._first.checks.append(Check(_compared(inner, Reference(SELF), sign)))
        else:
            where = f"{self._source.where}.{key}"
            self._report.lose("limit_dropped", where, key=key, value=text)

    def _days(self) -> None:
        """Read the first and the last day that a date may be."""
        for key, sign in (("date_min", ">="), ("date_max", "<=")):
            text = self._source.attributes.get(key)
            if not text or self._first.kind not in ("date", "date_time"):
                continue
            inner = text.strip("{}")
            if _DAY.match(inner):
                inner = f"'{inner[:10]}'" if len(inner) > 4 else f"'{inner}-{_EDGE[sign]}'"
            limit = self._formula(key, inner, value=True)
            self._first.checks.append(Check(_compared(limit, Reference(SELF), sign)))

    def _number_of_answers(self, key: str, ours: str, sign: str) -> None:
        text, limit = self._source.attributes.get(key), self._source.attributes.number(key)
        if not text or (self._first.kind == "ranking" and key == "max_answers"):
            return
        options = self._first.settings.get("options", ())
        if self._first.kind == "multiple_choice" and limit is not None and limit >= 1:
            self._first.settings[ours] = min(int(limit), len(options))
        elif self._first.kind == "multiple_choice" and limit is None:
            chosen = Call("count-selected", (Reference(SELF),))
            inner = self._formula(key, text.strip("{}"), value=True)
            self._first.checks.append(Check(_compared(inner, chosen, sign)))
        else:
            where = f"{self._source.where}.{key}"
            self._report.lose("limit_dropped", where, key=key, value=text)

    def _options(self) -> None:
        attributes, settings = self._source.attributes, self._first.settings
        if attributes.yes("random_order") or attributes.get("answer_order") == "random":
            if "options" in settings or "rows" in settings:
                settings["random_order"] = True
            settings.pop("random_order", None) if self._first.kind == "constant_sum" else None
        for key in ("array_filter", "array_filter_exclude"):
            named = [code.strip() for code in attributes.get(key).split(";") if code.strip()]
            for code in named:
                self._filtered(code, key)
        self._relevant_parts()

    def _filtered(self, code: str, key: str) -> None:
        where = f"{self._source.where}.{key}"

        def translate(scope: Scope) -> Node:
            known = scope.find(code)
            if known.kind not in ("multiple_choice", "ranking"):
                raise Untranslatable("part", name=code)
            offered = Reference(f"{OPTION}value")
            chosen = Call("selected", (Reference(known.id), offered))
            return chosen if key == "array_filter" else Call("not", (chosen,))

        listed = "options" in self._first.settings and "rows" not in self._first.settings
        if listed and self._first.carried is None:
            which = "chosen" if key == "array_filter" else "not_chosen"
            self._first.carried = Carried(code, which, Formula(key, where, code, translate))
        elif self._rows_stand_alone():
            for row in self._source.rows:
                self._row_condition(row, _row_filter(key, where, code, row))
        else:
            self._flag(key, code)

    def _rows_stand_alone(self) -> bool:
        return all(can_split(question) for question in self._questions)

    def _row_condition(self, row: str, condition: Formula) -> None:
        self._source.row_conditions.setdefault(row, []).append(condition)

    def _relevant_parts(self) -> None:
        conditions = []
        for part in self._source.subquestions:
            text = part.get("relevance").strip()
            if text in _ALWAYS:
                continue
            key = f"subquestions[{part.get('title')}].relevance"
            if self._first.kind == "multiple_choice" and self._first.choice_filter is None:
                self._report.expressions += 1
                conditions.append((part.get("title"), self._formula(key, text)))
            elif self._rows_stand_alone() and part.get("title") in self._source.rows:
                self._row_condition(part.get("title"), self._formula(key, text))
            else:
                self._flag(key, text)
        if conditions:
            made = option_filter(conditions, self._first.codes, self._report)
            self._first.choice_filter = made

    def _rest(self) -> None:
        attributes = self._source.attributes
        for name in _QUIET:
            attributes.get(name)
        for name, value in attributes.left():
            if value in ("0", "default", "N", "1:1"):
                continue
            if name in _CHANGING:
                where = f"{self._source.where}.{name}"
                self._report.lose("setting_dropped", where, key=name, text=value)
            else:
                self._report.unused(name, self._source.where)
        self._script()

    def _script(self) -> None:
        """Report the program that a question brings along."""
        for row in self._source.tables.rows("question_l10ns"):
            if row.get("qid") == self._source.entry.get("qid") and row.get("script", "").strip():
                where = f"{self._source.where}.script"
                self._report.lose("program_dropped", where, key="script", text=row["script"])
                return


def _row_filter(key: str, where: str, code: str, row: str) -> Formula:
    """Return the condition that the answer to another question holds the code of a row."""

    def translate(scope: Scope) -> Node:
        known = scope.find(code)
        if known.kind not in ("multiple_choice", "ranking"):
            raise Untranslatable("part", name=code)
        chosen = has_value(row, known, scope)
        return chosen if key == "array_filter" else Call("not", (chosen,))

    return Formula(key, where, f"{code}_{row}", translate)


def _compared(inner: Formula, left: Node, sign: str) -> Formula:
    def translate(scope: Scope) -> Node:
        return _or_blank(Call(sign, (left, inner.translate(scope))))

    return Formula(inner.key, inner.where, inner.text, translate)


def _or_blank(node: Node) -> Node:
    return Call("or", (Call("=", (Reference(SELF), Literal(""))), node))


def _balanced(text: str) -> bool:
    """Say whether braces open and close within a text, so that those around it belong together."""
    depth = 0
    for mark in text:
        depth += (mark == "{") - (mark == "}")
        if depth < 0:
            return False
    return depth == 0
