"""Advice on a definition that is valid as it stands: its structure, scales, wording and length.

    for finding in lint(questionnaire):
        print(finding.place, finding.message("en"), finding.reason("en"), finding.example("en"))
    summarise(questionnaire).minutes

What keeps a definition from being used is a Problem (``questionnaires.examine``); lint looks at
what can be used, and finds what would spoil or bias the answers. Precision comes first: a rule
that cannot tell a fault from good practice says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from questionnaires.lint import length, options, scales, structure, wording
from questionnaires.lint.catalogue import RULES
from questionnaires.lint.findings import SEVERITIES, Example, Finding, Rule, Severity
from questionnaires.lint.instrument import Instrument
from questionnaires.lint.length import Summary
from questionnaires.model import Questionnaire

__all__ = [
    "RULES",
    "SEVERITIES",
    "Example",
    "Finding",
    "Rule",
    "Severity",
    "Summary",
    "lint",
    "summarise",
]

_CHECKS: tuple[Callable[[Instrument], Iterator[Finding]], ...] = (
    structure.unreachable,
    structure.conditions,
    structure.duplicate_stems,
    structure.duplicate_options,
    structure.translations,
    structure.translated_numbers,
    structure.names_asked,
    options.single_options,
    options.others_without_text,
    options.required_open_questions,
    options.ranges,
    scales.balance,
    scales.order,
    scales.direction,
    scales.two_directions,
    scales.dont_know,
    scales.mismatches,
    scales.negations,
    wording.questions,
    wording.options,
    wording.placeholders,
    wording.pronouns,
    length.minutes,
    length.numbers,
)


def lint(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Return what lint finds, the grave first, otherwise in the order of the questionnaire."""
    instrument = Instrument(questionnaire)
    findings = [finding for check in _CHECKS for finding in check(instrument)]
    return tuple(sorted(findings, key=_rank))


def _rank(finding: Finding) -> tuple[int, list[tuple[int, str]]]:
    steps = finding.place.field.split(".")
    numbered = [(int(step), "") if step.isdigit() else (-1, step) for step in steps]
    return SEVERITIES.index(finding.severity), numbered


def summarise(questionnaire: Questionnaire) -> Summary:
    """Measure an instrument: minutes on the longest path, items, open questions, matrix rows."""
    return length.summarise(Instrument(questionnaire))
