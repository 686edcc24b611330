"""Every rule of lint, by its code."""

from __future__ import annotations

from collections.abc import Mapping

from questionnaires.lint.catalogue import length, scales, structure, wording
from questionnaires.lint.findings import Finding, Rule
from questionnaires.problems import Place

RULES: Mapping[str, Rule] = {
    rule.code: rule for family in (structure, scales, wording, length) for rule in family.RULES
}


def found(code: str, path: str, language: str | None = None, **values: object) -> Finding:
    """Make a finding of the rule of that code."""
    return Finding(RULES[code], Place(path), language, values)


__all__ = ["RULES", "found"]
