"""Conditions of single options -> one filter of the question."""

from __future__ import annotations

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.draft import Formula, Scope, all_of
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Report


def option_filter(
    found: list[tuple[str, Formula]], codes: dict[str, str], report: Report
) -> Formula:
    """Return the filter that offers an option when its condition holds.

    ``found`` pairs foreign values with conditions, which have been counted; one that cannot be
    translated is flagged, and its option is always offered.
    """

    def translate(scope: Scope) -> Node:
        parts: list[Node] = []
        for value, formula in found:
            try:
                condition = formula.translate(scope)
            except Untranslatable as reason:
                report.flag(formula.key, formula.where, formula.text, reason.reason)
            else:
                other = Reference(f"{OPTION}value"), Literal(codes.get(value, value))
                parts.append(Call("or", (Call("!=", other), condition)))
        return all_of(parts)

    first = found[0][1]
    return Formula("choice_filter", first.where, first.text, translate, counted=False)
