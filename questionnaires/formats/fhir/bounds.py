"""What limits the answers to a FHIR item: length, size, bounds, patterns, units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.formats.fhir.extensions import Element, Wording, value_of
from questionnaires.formats.fhir.translating import value_formula
from questionnaires.formats.foreign.draft import Check, Formula, Question, Scope, Translate
from questionnaires.formats.foreign.report import Report
from questionnaires.text import Text

MOST_LINE, MOST_TEXT = 2000, 20_000
#: Nobody limits a file to fewer bytes.
FEWEST_BYTES = 1000


def check(question: Question, made: Formula, message: Text | None = None) -> None:
    """Add a check to a question."""
    question.checks.append(Check(made, message))


class Limits:
    """Reads the limits of items; ``variables`` are those that expressions may use."""

    def __init__(self, words: Wording, variables: Mapping[str, str]) -> None:
        self._words = words
        self._variables = variables
        self._report: Report = words.report

    def read(self, item: Element, question: Question) -> None:
        """Read all limits of one item."""
        settings = question.settings
        length = item.number("maxLength")
        if length and question.kind in ("short_text", "long_text"):
            if question.kind == "short_text" and length > MOST_LINE:
                settings["kind"] = "long_text"
            settings["max_characters"] = max(1, min(int(length), MOST_TEXT))
        for name, sign in (("minValue", ">="), ("maxValue", "<=")):
            for one in item.several(name):
                self._limit(one, name, sign, question)
        units = [value_of(one.raw) for one in item.several("unitOption")]
        if len(units) > 1:
            self._report.lose("setting_dropped", item.where, key="unitOption", text=units[1:])
        unit = item.extension("unit") or next(iter(units), None)
        if isinstance(unit, dict) and question.kind == "decimal":
            shown = str(unit.get("display") or unit.get("code") or "")
            settings["unit"] = self._words.plain(shown, item.where)
        elif unit:
            self._report.lose("setting_dropped", item.where, key="unit", text=str(unit))
        digits = item.extension("maxDecimalPlaces")
        if isinstance(digits, int) and question.kind == "decimal":
            settings["digits"] = max(0, min(digits, 10))
        size = item.extension("maxSize")
        if isinstance(size, int | float) and question.kind in ("file", "photo"):
            settings["max_megabytes"] = max(1, min(100, round(_megabytes(size))))
        pattern = item.extension("regex")
        if isinstance(pattern, str):
            check(question, Formula("regex", item.where, pattern, _pattern_of(pattern)))
        least = item.extension("minLength")
        if isinstance(least, int):
            length_of = Call("string-length", (Reference(SELF),))
            bound = Call(">=", (length_of, Literal(least)))
            check(question, _setting("minLength", item.where, bound))

    def _limit(self, one: Element, name: str, sign: str, question: Question) -> None:
        value = value_of(one.raw)
        if isinstance(value, dict) and "expression" in value:
            self._worked_out_limit(one, value, sign, question)
            return
        if isinstance(value, dict):
            value = value.get("value")
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        if question.kind in ("integer", "decimal", "slider") and numeric:
            question.settings[name[:3]] = int(value) if question.kind == "integer" else value
        elif isinstance(value, str | int | float):
            bound = Call(sign, (Reference(SELF), Literal(value)))
            check(question, _setting(name, one.where, bound))
        else:
            self._report.lose("limit_dropped", one.where, key=name, value=str(value))

    def _worked_out_limit(
        self, one: Element, value: dict[str, Any], sign: str, question: Question
    ) -> None:
        text = str(value.get("expression"))
        inner = value_formula("limit", one.where, text, self._variables)

        def translate(scope: Scope) -> Node:
            return _blank_or(Call(sign, (Reference(SELF), inner.translate(scope))))

        check(question, Formula("limit", one.where, text, translate))


def _megabytes(size: float) -> float:
    """Return a size in megabytes, in which older editions of FHIR give it; newer ones in bytes."""
    return size if size < FEWEST_BYTES else size / 1_000_000


def _setting(key: str, where: str, node: Node) -> Formula:
    return Formula(key, where, key, lambda scope: _blank_or(node), counted=False)


def _blank_or(node: Node) -> Node:
    return Call("or", (Call("=", (Reference(SELF), Literal(""))), node))


def _pattern_of(pattern: str) -> Translate:
    """Return the check of a pattern, which some write as the call that would make it."""
    called = re.fullmatch(r"matches\('(.*)'\)", pattern.strip(), re.DOTALL)
    plain = called[1] if called else pattern
    plain = plain.removeprefix("^").removesuffix("$") if not plain.endswith("\\$") else plain
    node = Call("regex", (Reference(SELF), Literal(plain)))
    return lambda scope: _blank_or(node)
